"""The queues are only bells: they tell a worker which row to look at, and may be lost without loss."""

import logging
import math
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker
from sqlalchemy.exc import SQLAlchemyError

from adapters.bells import DELIVER, HANDLE, MOST, BellWorker
from adapters.gathering import Gathering
from adapters.ledger import Ledger, inbox
from adapters.settings import Settings
from adapters.valkey import PrivateValkey, ValkeyError

log = logging.getLogger(__name__)

SOON, LATER = "soon", "later"
# Which queue each job's bell goes to: somebody waits for what is done soon.
QUEUES = {
    "check": SOON,
    "claim_hint": SOON,
    "claimed_pull": SOON,
    "commands": SOON,
    "merged": SOON,
    "good_first": SOON,
    "start_here": LATER,
    "starter": SOON,
    "starter_notes": SOON,
    "threads": SOON,
    "turns": SOON,
    "welcome": SOON,
    "backfill": LATER,
    "check_simulation": LATER,
    "availability": LATER,
    "back_tomorrow": LATER,
    "circle": LATER,
    "configuration": LATER,
    "contributed": LATER,
    "digest": LATER,
    "erase": LATER,
    "event_due": LATER,
    "follow_up": LATER,
    "housekeeping": LATER,
    "installation": LATER,
    "invitations": LATER,
    "invitation_reminder": LATER,
    "lineage": LATER,
    "look": LATER,
    "peers": LATER,
    "praise": LATER,
    "presence": LATER,
    "reconcile": LATER,
    "rehome": LATER,
    "report": LATER,
    "repository": LATER,
    "survey": LATER,
    "sweep": LATER,
}
CAN_WAIT = [job for job, queue in QUEUES.items() if queue == LATER]
JOB_SECONDS = 300
PATIENCE = 1.8  # seconds for ringing, in all: GitHub waits 10 for the answer to a webhook
ANSWER = 0.8  # seconds for one answer of the queue
AT_ONCE = 50  # bells
FEW = 4  # bells for all that came at the same moment, or MOST rows each: as many workers begin at once
APART = 0.25  # seconds from one ringing to the next in a crowd: it costs as much as to keep many rows


class Call(NamedTuple):
    """A bell: in which queue, and what the worker that hears it is to call, with which numbers."""

    queue: str
    function: str
    numbers: tuple[int, ...]


class Queues:
    """The two queues. A worker looks at `soon` first."""

    def __init__(self, connection: Redis) -> None:
        self.connection = connection
        # JSON: whoever can write to Redis must not be able to make a worker run code, as a pickle could.
        self._queues = {
            name: Queue(f"lamplighter-{name}", connection=connection, serializer=JSONSerializer)
            for name in (SOON, LATER)
        }

    def __iter__(self) -> Iterator[Queue]:
        return iter(self._queues.values())

    def __len__(self) -> int:
        """How many bells nobody has heard yet."""
        return sum(self.unheard().values())

    def unheard(self) -> dict[str, int]:
        """How many bells nobody has heard yet in each queue."""
        return {name: len(queue) for name, queue in self._queues.items()}

    def ring(self, calls: Sequence[Call]) -> None:
        """All in one go, in their order."""
        with self.connection.pipeline(transaction=False) as pipeline:
            for name, queue in self._queues.items():
                jobs = [
                    Queue.prepare_data(
                        call.function,
                        call.numbers,
                        timeout=JOB_SECONDS,
                        result_ttl=0,
                        failure_ttl=3600,
                    )
                    for call in calls
                    if call.queue == name
                ]
                if jobs:
                    queue.enqueue_many(jobs, pipeline=pipeline)
            pipeline.execute()


class Bell:
    """Tells the workers that rows wait. A bell that cannot be rung is logged; the clock rings it later.

    Ringing uses a queue that lives and never starts one: whoever rings has somebody waiting. A worker may start it.
    """

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._valkey = None if settings.redis_url else PrivateValkey(settings.data_dir)
        self._url = settings.redis_url
        self._ledger = ledger
        self._queues: Queues | None = None
        self._soon: Gathering[tuple[int, str]] = Gathering("bells", self._ring_rows, APART)

    def ring_inbox(self, row_ids: Iterable[int]) -> bool:
        """Rings for inbox rows, each in the queue of its job; False if the queue is down."""
        return self._ring(_calls(self._jobs(list(row_ids)).items()))

    def ring_soon(self, rows: Iterable[tuple[int, str]]) -> None:
        """Rings for inbox rows, given by id and job, in a thread of its own: nobody waits for the queue."""
        with suppress(RuntimeError):  # a process that ends leaves it to the clock
            self._soon.add(*rows)

    def finish(self) -> None:
        """Waits until it was rung for all rows that were to be rung for soon."""
        self._soon.finish()

    def ring_outbox(self, installation_ids: Iterable[int]) -> bool:
        """Rings for the waiting writes of installations; False if the queue is down."""
        return self._ring([Call(SOON, DELIVER, (one,)) for one in installation_ids])

    def unheard(self) -> dict[str, int]:
        """How many bells nobody has heard yet in each queue; 0 if they are down."""
        try:
            return self._open().unheard()
        except (RedisError, ValkeyError):
            self._hang_up()
            return {SOON: 0, LATER: 0}

    def is_up(self) -> bool:
        """Whether the queue answers."""
        try:
            return bool(self._open().connection.ping())
        except (RedisError, ValkeyError):
            self._hang_up()
            return False

    def close(self) -> None:
        """Lets go of the connections; the next ringing opens them anew."""
        self._hang_up()

    def worker(self) -> SimpleWorker:
        """A worker on the queues. It works in its own process: its clients and their tokens are kept.

        Raises ValkeyError if no private queue can be had.
        """
        connection = Redis.from_url(self._valkey.ensure_running() if self._valkey else self._living_url())
        return BellWorker(
            list(Queues(connection)),
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=30,  # what a dead worker had begun is found within a minute
            maintenance_interval=15,
            log_job_description=False,
        )

    def _ring_rows(self, rows: Sequence[tuple[int, str]]) -> None:
        self._ring(_dealt(rows))

    def _jobs(self, row_ids: list[int]) -> dict[int, str]:
        try:
            with self._ledger.read() as connection:
                return inbox.jobs_of(connection, row_ids)
        except SQLAlchemyError:
            log.exception("the database is down; %d rows wait for the clock", len(row_ids))
            return {}

    def _ring(self, calls: Sequence[Call]) -> bool:
        """Rings some at a time; a connection that has died meanwhile is opened anew once, while there is time."""
        deadline = time.monotonic() + PATIENCE
        waiting, fresh = list(calls), self._queues is None
        while waiting and time.monotonic() < deadline:
            try:
                self._open().ring(waiting[:AT_ONCE])
                del waiting[:AT_ONCE]
            except (RedisError, ValkeyError) as error:
                self._hang_up()
                if fresh:
                    log.warning("the queue is down: %s", error)
                    break
                fresh = True
        if waiting:
            log.warning("%d rows wait for the clock", len(waiting))
        return not waiting

    def _open(self) -> Queues:
        if self._queues is None:
            connection = Redis.from_url(
                self._living_url(),
                socket_timeout=ANSWER,
                socket_connect_timeout=ANSWER,
                retry=Retry(NoBackoff(), 0),
            )
            self._queues = Queues(connection)
        return self._queues

    def _hang_up(self) -> None:
        """Gives up connections that may be dead; one that another thread uses finds out by itself."""
        queues, self._queues = self._queues, None
        if queues is not None:  # its truth is how many bells wait, and that is a question to the queue
            queues.connection.connection_pool.disconnect(inuse_connections=False)

    def _living_url(self) -> str:
        """Where the queue lives, if it does."""
        if self._valkey is None:
            return self._url or ""
        folder = Path(unquote(self._valkey.url.removeprefix("unix://"))).parent
        with suppress(FileNotFoundError):
            if folder.lstat().st_uid != os.geteuid():
                raise ValkeyError(f"{folder} is somebody else's, and so is the server in it.")
        return self._valkey.url


def _calls(rows: Iterable[tuple[int, str]]) -> list[Call]:
    return [Call(QUEUES.get(job, SOON), HANDLE, (row_id,)) for row_id, job in rows]


def _dealt(rows: Sequence[tuple[int, str]]) -> list[Call]:
    """A few bells in each queue, in a crowd for several rows each: to ring costs more than to keep a row.

    Those that follow each other stay together, so that a single worker does all of them in their order.
    """
    found = []
    for name in (SOON, LATER):
        numbers = [row_id for row_id, job in rows if QUEUES.get(job, SOON) == name]
        size = min(max(math.ceil(len(numbers) / FEW), 1), MOST)
        found += [
            Call(name, HANDLE, tuple(numbers[first : first + size])) for first in range(0, len(numbers), size)
        ]
    return found
