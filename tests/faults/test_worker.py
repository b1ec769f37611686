"""A worker that is told to stop while the queue dies, too: the job it is at must not fail for that."""

import signal
from pathlib import Path

from redis import Redis
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from adapters.bells import BellWorker
from adapters.valkey import PrivateValkey


def test_a_request_to_stop_does_not_fail_the_job_it_interrupts(tmp_path: Path) -> None:
    with PrivateValkey(tmp_path) as valkey:
        connection = Redis.from_url(valkey.url)
        worker = BellWorker(["soon"], connection=connection, serializer=JSONSerializer)
        worker.set_state(WorkerStatus.BUSY)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        worker.request_stop(signal.SIGTERM, None)  # as amid a job; the queue is gone
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert worker._stop_requested
