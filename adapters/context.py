"""The context: what a job is given to work with. Nothing below the front door reaches for anything else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.github import GitHub
from adapters.ledger import Ledger
from adapters.metrics import Metrics
from adapters.queue import Bell
from adapters.redaction import know
from adapters.settings import Settings


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """Settings, the ledger, GitHub, the bell, the time of day (aware, UTC) and what is counted."""

    settings: Settings
    ledger: Ledger
    github: GitHub
    bell: Bell
    now: Callable[[], datetime] = utc_now
    metrics: Metrics = field(default_factory=Metrics)

    def close(self) -> None:
        """Lets go of the connections to the ledger and the queue."""
        self.ledger.close()
        self.bell.close()


def open_context(settings: Settings, now: Callable[[], datetime] = utc_now) -> Context:
    """The context of a process. Nothing is connected to before it is used."""
    know(settings)
    ledger = Ledger(settings.database_url)
    metrics = Metrics(settings.data_dir / "metrics" if settings.metrics_token else None)
    return Context(settings, ledger, GitHub(settings, now), Bell(settings, ledger), now, metrics)
