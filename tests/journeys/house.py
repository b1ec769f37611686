"""A whole house for a journey: the sandbox and the App's web server over HTTP, a real queue, a worker."""

import hashlib
import hmac
import json
import re
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import requests
from rq.worker import SimpleWorker
from sqlalchemy import func, or_, select

from adapters import settings as environment
from adapters.context import Context, open_context
from adapters.ledger import inbox, leases, outbox, pace, schema, sweeps
from adapters.ledger.release import release
from app import create_app
from jobs import clock, work
from sandbox.registration import APP_ID, move, register
from sandbox.server import serve
from sandbox.world import App, World
from tests.serving import listening, serving

SWEEPS = ("sweep", "survey", "reconcile")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
PATIENCE = 300.0  # seconds; what takes a second on a quiet machine took a minute on a busy one
BOT = "lamplighter[bot]"
SECRET = "a secret between GitHub and us"

MARKER = re.compile(r"<!-- lamplighter:.*? -->")


class House:
    """The App and its world. `settle()` works until nothing is left to do, moving the clock where needed."""

    def __init__(self, world: World, context: Context, webhook_url: str) -> None:
        self.world = world
        self.context = context
        self.webhook_url = webhook_url
        self._expected_to_be_parked: tuple[str, ...] = ()

    def advance(self, duration: timedelta) -> None:
        """Moves the clock, GitHub's and ours."""
        self.world.advance(duration.total_seconds())

    def settle(self, patience: float = PATIENCE) -> None:
        """Delivers, works and ticks until nothing is left to do but what waits by design.

        What waits because it failed is not waited for: the clock is moved to it.
        """
        deadline = time.monotonic() + patience
        while True:
            self.world.wait_delivered(60)
            busy = clock.tick(self.context) + self._work()
            next_due = self._next_due()
            if not busy and next_due is None and self.world.wait_delivered(60):
                return
            if not busy and next_due:
                # What is due and still does not move stands behind something that is not due yet.
                self.advance(max((self._held_until() or next_due) - self.context.now(), timedelta(seconds=1)))
            assert time.monotonic() < deadline, self.troubles()

    def decide(self, installation_id: int) -> None:
        """Works on what came in, while somebody else has the right to write in the installation."""
        name = f"outbox {installation_id}"
        with self.context.ledger.write() as connection:
            assert leases.take(connection, name, "somebody else", self.context.now())
        self.world.wait_delivered(60)
        self._work()
        with self.context.ledger.write() as connection:
            leases.give_back(connection, name, "somebody else")

    def _work(self) -> int:
        self.context.bell.finish()
        waiting = len(self.context.bell._open())
        while waiting and (found := self._worker.dequeue_job_and_maintain_ttl(None)):
            self._worker.execute_job(*found)
        return waiting

    @cached_property
    def _worker(self) -> SimpleWorker:
        """One for the whole journey: to start and to end a worker takes a tenth of a second each time."""
        worker = self.context.bell.worker()
        worker.log.setLevel("WARNING")
        worker.register_birth()
        return worker

    def _next_due(self) -> datetime | None:
        """When the next row or write is due that is due now or failed before."""
        now = self.context.now()
        with self.context.ledger.read() as connection:
            found = [
                connection.execute(
                    select(func.min(table.c.due_at)).where(
                        table.c.done_at.is_(None),
                        table.c.parked_at.is_(None),
                        or_(table.c.attempts > 0, table.c.due_at <= now),
                    )
                ).scalar()
                for table in (schema.inbox, schema.outbox)
            ]
        return min((moment for moment in found if moment), default=None)

    def _held_until(self) -> datetime | None:
        """When the first installation whose writes wait for its pace, or for GitHub's limit, may go on."""
        now = self.context.now()
        with self.context.ledger.read() as connection:
            rows = pace.waits(connection, now)
        moments = (moment for row in rows for moment in (row.wait_until, row.write_after, row.later_after))
        return min((moment for moment in moments if moment and moment > now), default=None)

    def sweep(self, *names: str) -> None:
        """Lets these sweeps do their round now (all of them, with none named), which otherwise sleep in a journey."""
        self._sweep_at(self.context.now(), names or SWEEPS)
        self.settle()
        self._sweep_at(NEVER, SWEEPS)

    def _sweep_at(self, moment: datetime, names: Iterable[str]) -> None:
        with self.context.ledger.write() as connection:
            for name in names:
                sweeps.put_off(connection, name, moment)

    def said(self, repo: str, number: int) -> list[str]:
        """What the App said on a thread."""
        return [c.body for c in self.world.thread(repo, number).comments if c.author == BOT]

    def post(self, event: str, payload: object, guid: str = "") -> int:
        """Posts a signed webhook, past the sandbox; the status of the answer."""
        body = json.dumps(payload).encode()
        headers = {
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": guid or str(uuid.uuid4()),
            "X-Hub-Signature-256": f"sha256={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}",
            "Content-Type": "application/json",
        }
        return requests.post(self.webhook_url, data=body, headers=headers, timeout=30).status_code

    def writes_waiting(self) -> int:
        with self.context.ledger.read() as connection:
            return outbox.waiting(connection)

    def repeated(self) -> list[str]:
        """Effects that GitHub shows twice, and words of ours without the marker that names their effect."""
        found: Counter[str] = Counter()
        for repository in self.world.repositories.values():
            for thread in repository.threads.values():
                ours = [c.body for c in thread.comments if c.author == BOT]
                ours += [thread.body or ""] if thread.author == BOT else []
                for text in ours:
                    markers = MARKER.findall(text)
                    found.update(
                        markers if len(markers) == 1 else [f"no marker, or several: {text[:80]}", text]
                    )
        return [effect for effect, times in found.items() if times > 1 or not effect.startswith("<!--")]

    def parked(self) -> list[str]:
        """The reasons of whatever was parked, but for those that the journey expects."""
        with self.context.ledger.read() as connection:
            rows = [*inbox.troubles(connection, 1000), *outbox.troubles(connection, 1000)]
        notes = (str(row.note) for row in rows if row.parked_at)
        return [note for note in notes if note not in self._expected_to_be_parked]

    def expect_parked(self, *reasons: str) -> None:
        """These may be parked in this journey."""
        self._expected_to_be_parked = reasons

    def troubles(self) -> str:
        with self.context.ledger.read() as connection:
            rows = [*inbox.troubles(connection), *outbox.troubles(connection)]
        return "\n".join(str(dict(row._mapping)) for row in rows)


@contextmanager
def open_house(
    data_dir: Path, redis_url: str = "", database_url: str = "", *, world: World | None = None
) -> Iterator[House]:
    """The house, on free ports of this machine; in a world that is there already, it is rebuilt from nothing.

    A database that is given has its tables.
    """
    with _sandbox(world) as world:
        app = world.apps.get(APP_ID) or register(world, SECRET)
        # Its own address is known once it listens, and belongs to what it is started with.
        web = listening()
        move(app, f"http://127.0.0.1:{web.server_port}")
        settings = environment.load(_environment(world, app, data_dir, redis_url, database_url))
        context = open_context(settings, now=world.now)
        if not database_url:
            release(context.ledger)
        work.use(context)  # the worker of a journey runs in this process, by this clock
        web.app = create_app(context)
        try:
            with serving(web):
                house = House(world, context, app.webhook_url)
                house._sweep_at(NEVER, SWEEPS)
                yield house
        finally:
            context.close()


@contextmanager
def _sandbox(world: World | None) -> Iterator[World]:
    if world is not None:
        yield world
        return
    world = World()
    with serve(world, port=0):
        yield world


def environment_of(house: House) -> dict[str, str]:
    """The environment for further processes of this house."""
    settings, (app,) = house.context.settings, house.world.apps.values()
    return _environment(house.world, app, settings.data_dir, settings.redis_url or "", settings.database_url)


def _environment(world: World, app: App, data_dir: Path, redis_url: str, database_url: str) -> dict[str, str]:
    data_dir.mkdir(exist_ok=True)
    return {
        "GITHUB_APP_ID": str(app.id),
        "GITHUB_PRIVATE_KEY": app.private_key_pem,
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "GITHUB_CLIENT_ID": app.client_id,
        "GITHUB_CLIENT_SECRET": app.client_secret,
        "GITHUB_API_URL": world.base_url,
        "PUBLIC_URL": (app.webhook_url or "").removesuffix("/webhooks"),
        "LAMPLIGHTER_DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
    }
