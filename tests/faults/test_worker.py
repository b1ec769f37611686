"""A worker that is told to stop, at whatever moment: it stops, and the job it is at does not fail for that."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from adapters.bells import HANDLE, BellWorker
from adapters.valkey import PrivateValkey


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[PrivateValkey]:
    with PrivateValkey(tmp_path) as valkey:
        yield valkey


@pytest.fixture
def worker(valkey: PrivateValkey) -> Iterator[BellWorker]:
    """A worker with one bell to hear; the handlers that it sets when it is told to stop are taken back."""
    connection = Redis.from_url(valkey.url)
    Queue("soon", connection=connection, serializer=JSONSerializer).enqueue(HANDLE, 1)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield BellWorker(["soon"], connection=connection, serializer=JSONSerializer)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_request_to_stop_does_not_fail_the_job_it_interrupts(
    worker: BellWorker, valkey: PrivateValkey
) -> None:
    worker.set_state(WorkerStatus.BUSY)
    valkey.stop()
    worker.request_stop(signal.SIGTERM, None)  # as amid a job; the queue is gone
    assert worker._stop_requested


def test_a_request_to_stop_between_two_bells_is_the_end_of_waiting(worker: BellWorker) -> None:
    """RQ only takes a note of it then, and looks at its note after the next bell."""
    worker.set_state(WorkerStatus.BUSY)
    worker.request_stop(signal.SIGTERM, None)
    assert worker.dequeue_job_and_maintain_ttl(1) is None


def test_a_request_to_stop_while_a_bell_is_read_is_no_unreadable_bell(
    worker: BellWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RQ raises it in the midst of whatever the worker does while it waits."""
    worker.set_state(WorkerStatus.IDLE)
    monkeypatch.setattr(Job, "restore", lambda *_: worker.request_stop(signal.SIGTERM, None))
    with pytest.raises(StopRequested):
        worker.dequeue_job_and_maintain_ttl(1, max_idle_time=2)


def test_a_request_to_stop_that_was_swallowed_is_remembered(worker: BellWorker) -> None:
    worker.set_state(WorkerStatus.IDLE)
    with pytest.raises(StopRequested):
        worker.request_stop(signal.SIGTERM, None)
    assert worker.dequeue_job_and_maintain_ttl(1) is None
