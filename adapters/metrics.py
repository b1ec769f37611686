"""Metrics: what the processes of a machine count, for Prometheus. Off unless there is a folder.

Each process writes into a file of its own in that folder, so that whichever web process is asked can add up all of
them, the workers' and the clock's included (`prometheus_client`'s multi-process mode).
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

EVENTS = {"issues", "issue_comment", "pull_request", "pull_request_review", "push", "repository"}
EVENTS |= {"installation", "installation_repositories", "installation_target", "ping"}
FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds
SLOW = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


@dataclass(frozen=True)
class Gauge:
    """How much there is of something right now, by the values of its labels."""

    name: str
    help: str
    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], float]


class Metrics:
    """The counters of one process."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def delivery(self, event: str, outcome: str, seconds: float) -> None:
        """A webhook was answered: `kept`, `dropped`, `refused` (a mistake of the sender) or `failed` (ours)."""
        if self._folder:
            # Whoever reaches us may invent names; each would be a time series for ever.
            known = event if event in EVENTS else "other"
            self._deliveries.labels(known, outcome).inc()
            self._answers.labels(outcome).observe(seconds)

    def job(self, job: str, outcome: str, seconds: float) -> None:
        """A job ran: `done`, `postponed` by design, `failed` in passing, or `parked`."""
        if self._folder:
            self._jobs.labels(job, outcome).inc()
            self._job_seconds.labels(job).observe(seconds)

    def write(self, verb: str, outcome: str) -> None:
        """A write to GitHub was tried: `done`, `limited`, `failed` in passing, or `parked`."""
        if self._folder:
            self._writes.labels(verb, outcome).inc()

    def told(self, gauges: Iterable[Gauge]) -> str:
        """Everything that was counted on this machine, and the gauges, in Prometheus's text format."""
        folder = self._prepared()
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
        registry.register(_Collected(list(gauges)))
        return generate_latest(registry).decode()

    def clear(self) -> None:
        """Removes what earlier processes counted. Call it before the first process starts."""
        for file in self._folder.glob("*.db") if self._folder else ():
            file.unlink(missing_ok=True)

    @cached_property
    def _deliveries(self) -> Any:
        return self._make("Counter", "deliveries", "Webhooks by what became of them", ["event", "outcome"])

    @cached_property
    def _answers(self) -> Any:
        help_text = "Seconds until a webhook was answered"
        return self._make("Histogram", "answer_seconds", help_text, ["outcome"], buckets=FAST)

    @cached_property
    def _jobs(self) -> Any:
        return self._make("Counter", "jobs", "Jobs by what became of them", ["job", "outcome"])

    @cached_property
    def _job_seconds(self) -> Any:
        return self._make("Histogram", "job_seconds", "Seconds that a job took", ["job"], buckets=SLOW)

    @cached_property
    def _writes(self) -> Any:
        return self._make("Counter", "writes", "Writes to GitHub by what became of them", ["verb", "outcome"])

    def _make(self, kind: str, name: str, help_text: str, labels: list[str], **more: Any) -> Any:
        self._prepared()
        import prometheus_client

        maker: Callable[..., Any] = getattr(prometheus_client, kind)
        return maker(f"lamplighter_{name}", help_text, labels, registry=None, **more)

    def _prepared(self) -> Path:
        """The folder. The library looks for its name in the environment when it is imported, not later."""
        assert self._folder is not None, "nothing is counted"
        self._folder.mkdir(parents=True, exist_ok=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(self._folder)
        return self._folder


class _Collected:
    """Gauges as the library wants to have them."""

    def __init__(self, gauges: list[Gauge]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily

        for gauge in self._gauges:
            family = GaugeMetricFamily(f"lamplighter_{gauge.name}", gauge.help, labels=gauge.labels)
            for labels, value in gauge.values.items():
                family.add_metric(labels, value)
            yield family
