"""A whole house for a journey: the sandbox and the App's web server over HTTP, a real queue, a worker."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from adapters import settings as environment
from adapters.context import Context, open_context
from adapters.ledger import inbox, outbox
from adapters.ledger.release import release
from app import create_app
from jobs import clock, work
from sandbox.server import serve
from sandbox.world import World

PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "issues": "write",
    "pull_requests": "write",
    "checks": "write",
}
EVENTS = ["issues", "issue_comment", "pull_request", "pull_request_review", "push"]
SECRET = "a secret between GitHub and us"


class House:
    """The App and its world. `settle()` works until nothing is left to do, moving the clock where needed."""

    def __init__(self, world: World, app: Any, context: Context, clock_offset: list[timedelta]) -> None:
        self.world = world
        self.app = app
        self.context = context
        self._offset = clock_offset

    def advance(self, duration: timedelta) -> None:
        """Moves both clocks, GitHub's and ours."""
        self._offset[0] += duration
        self.world.advance(duration.total_seconds())

    def settle(self, patience: float = 60.0) -> None:
        """Delivers, works and ticks until webhooks, inbox and outbox are at rest."""
        deadline = time.monotonic() + patience
        quiet = 0
        while quiet < 2:
            self.world.wait_delivered(10)
            busy = clock.tick(self.context) + self._work()
            waiting = self._waiting_soon()
            if waiting and not busy:
                self.advance(timedelta(seconds=1))
            quiet = 0 if busy or waiting else quiet + 1
            assert time.monotonic() < deadline, self.troubles()

    def _work(self) -> int:
        queue = self.context.bell._open()
        waiting = len(queue)
        if waiting:
            worker = self.context.bell.worker()
            worker.work(burst=True, logging_level="WARNING")
        return waiting

    def _waiting_soon(self) -> int:
        """Rows and writes that are due within a minute."""
        soon = self.context.now() + timedelta(seconds=59)
        with self.context.ledger.read() as connection:
            return inbox.due_before(connection, soon) + outbox.due_before(connection, soon)

    def troubles(self) -> str:
        with self.context.ledger.read() as connection:
            rows = [*inbox.troubles(connection), *outbox.troubles(connection)]
        return "\n".join(str(dict(row._mapping)) for row in rows)


@contextmanager
def open_house(data_dir: Path, database_url: str = "", redis_url: str = "", **events: Any) -> Iterator[House]:
    """The house, on free ports of this machine."""
    world = World()
    server = serve(world, port=0)
    app = world.register_app(
        app_id=1001,
        slug="lamplighter",
        webhook_secret=SECRET,
        webhook_url="http://127.0.0.1:1/webhooks",
        permissions=PERMISSIONS,
        events=EVENTS,
    )
    offset = [timedelta(0)]
    context = open_context(
        environment.load(
            {
                "GITHUB_APP_ID": "1001",
                "GITHUB_PRIVATE_KEY": app.private_key_pem,
                "GITHUB_WEBHOOK_SECRET": SECRET,
                "GITHUB_API_URL": server.url,
                "LAMPLIGHTER_DATA_DIR": str(data_dir),
                "DATABASE_URL": database_url,
                "REDIS_URL": redis_url,
            }
        ),
        now=lambda: datetime.now(UTC) + offset[0],
    )
    release(context.ledger)
    work._context = lambda: context  # the worker of a journey runs in this process, by this clock
    web = make_server("127.0.0.1", 0, create_app(context), threaded=True)
    app.webhook_url = f"http://127.0.0.1:{web.server_port}/webhooks"
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    try:
        yield House(world, app, context, offset)
    finally:
        web.shutdown()
        server.stop()
        context.ledger.close()
