"""What a worker takes from the queue: two functions with numbers, and nothing else whoever wrote it."""

import logging
from typing import Any

from rq import Queue
from rq.exceptions import NoSuchJobError, StopRequested
from rq.job import Job
from rq.worker import SimpleWorker

from adapters.redaction import redact

log = logging.getLogger(__name__)

MOST = 10  # numbers in one bell, so that all of them are done long before RQ gives a job up
HANDLE, DELIVER = "jobs.work.handle", "jobs.work.deliver"
# What our own bells are made of. Callbacks, webhooks, retries and the like would be followed wherever they lead.
FIELDS = {
    *("data", "created_at", "enqueued_at", "started_at", "ended_at", "last_heartbeat", "origin", "status"),
    *("timeout", "result_ttl", "failure_ttl", "worker_name", "description"),
}


class Ring(Job):
    """A bell. RQ calls any function that a job names: one that is not ours does not exist for us."""

    def restore(self, raw_data: Any) -> None:
        """Reads what Redis holds. Raises NoSuchJobError, which a worker passes over, for what we never wrote."""
        known = {name: value for name, value in raw_data.items() if _text(name) in FIELDS}
        try:
            super().restore(known)
            if self._is_ours():
                return
        except StopRequested:
            raise
        except Exception as error:  # RQ raises as many kinds as there are ways to be wrong
            log.debug("%s cannot be read: %s", self.id, type(error).__name__)
        log.warning("a job in the queue is none of ours and is passed over")
        raise NoSuchJobError("not one of ours")

    def _is_ours(self) -> bool:
        if self.instance is not None or self.kwargs or not self.args or len(self.args) > MOST:
            return False
        return self.func_name in {HANDLE, DELIVER} and all(type(one) is int for one in self.args)


class BellWorker(SimpleWorker):
    """Hears bells and nothing else, and leaves no secrets in the queue when something fails."""

    job_class = Ring

    def dequeue_job_and_maintain_ttl(self, timeout: int | None, max_idle_time: int | None = None) -> Any:
        """The next bell, or None if there is to be none; one whose name cannot be a name is passed over."""
        while not self._stop_requested:
            try:
                found = super().dequeue_job_and_maintain_ttl(timeout, max_idle_time or timeout)
            except ValueError:
                log.warning("a job in the queue has no proper name and is passed over")
                continue
            if found or max_idle_time or timeout is None:
                return found
        return None

    def handle_warm_shutdown_request(self) -> None:
        """RQ tells a worker that waits by raising StopRequested wherever it is; what swallows that is outlived."""
        self._stop_requested = True

    def set_shutdown_requested_date(self) -> None:
        """RQ would tell Redis, in a signal handler amid a job: a queue that dies with us would fail the job."""

    def handle_job_failure(
        self,
        job: Job,
        queue: Queue,
        started_job_registry: Any = None,
        exc_string: str = "",
        execution: Any = None,
    ) -> None:
        """RQ keeps what was raised for an hour."""
        super().handle_job_failure(job, queue, started_job_registry, redact(exc_string), execution)


def _text(name: Any) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
