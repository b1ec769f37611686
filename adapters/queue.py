"""The queue is only a bell: it tells a worker which row to look at, and may be lost without loss."""

import logging
from collections.abc import Iterable

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker

from adapters.settings import Settings
from adapters.valkey import PrivateValkey, ValkeyError

log = logging.getLogger(__name__)

NAME = "lamplighter"
JOB_SECONDS = 300
PATIENCE = 2.0  # seconds: whoever rings has somebody waiting


class Bell:
    """Tells the workers that rows wait. A bell that cannot be rung is logged; the clock rings it later."""

    def __init__(self, settings: Settings) -> None:
        self._valkey = None if settings.redis_url else PrivateValkey(settings.data_dir)
        self._url = settings.redis_url
        self._queue: Queue | None = None

    def ring_inbox(self, row_ids: Iterable[int]) -> bool:
        """Rings for inbox rows; False if the queue is down."""
        return self._ring([("jobs.work.handle", row_id) for row_id in row_ids])

    def ring_outbox(self, installation_ids: Iterable[int]) -> bool:
        """Rings for the waiting writes of installations; False if the queue is down."""
        return self._ring([("jobs.work.deliver", one) for one in installation_ids])

    def is_up(self) -> bool:
        """Whether the queue answers."""
        try:
            return bool(self._open().connection.ping())
        except (RedisError, ValkeyError):
            self._queue = None
            return False

    def worker(self) -> SimpleWorker:
        """A worker on the queue. It works in its own process: its clients and their tokens are kept."""
        connection = Redis.from_url(self.url())
        queue = _queue(connection)
        return SimpleWorker(
            [queue],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=30,  # what a dead worker had begun is found within a minute
            maintenance_interval=15,
            log_job_description=False,
        )

    def url(self) -> str:
        """Where the queue lives. Raises ValkeyError if no private one can be had."""
        if self._url:
            return self._url
        assert self._valkey
        return self._valkey.ensure_running()

    def _ring(self, calls: list[tuple[str, int]]) -> bool:
        for patience in (1, 0):
            try:
                queue = self._open()
                for function, argument in calls:
                    queue.enqueue(function, argument, job_timeout=JOB_SECONDS, result_ttl=0, failure_ttl=3600)
                return True
            except (RedisError, ValkeyError) as error:
                self._queue = None
                if not patience:
                    log.warning("the queue is down, %d rows wait for the clock: %s", len(calls), error)
        return False

    def _open(self) -> Queue:
        if self._queue is None:
            connection = Redis.from_url(
                self.url(),
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 0),
            )
            self._queue = _queue(connection)
        return self._queue


def _queue(connection: Redis) -> Queue:
    # JSON: whoever can write to Redis must not be able to make a worker run code, as a pickle could.
    return Queue(NAME, connection=connection, serializer=JSONSerializer)
