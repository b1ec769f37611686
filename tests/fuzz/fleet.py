"""The App as it is deployed – web, workers and clocks as processes of their own – beside a sandbox."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests
from sqlalchemy import make_url

from adapters.ledger import Ledger
from adapters.ledger.release import release
from adapters.processes import leashed
from adapters.valkey import PrivateValkey
from sandbox.demo.house import OURS, free_port
from sandbox.registration import register
from sandbox.server import serve
from sandbox.world import World
from tests.journeys.house import SECRET

ROOT = Path(__file__).parents[2]
FLASK = (sys.executable, "-m", "flask", "--app", "app")
METRICS_TOKEN = "0123456789abcdef" * 2
TRACEBACK = "Traceback (most recent call last):"
# A failure that was noted with its row, where people find it; anything else is a surprise.
NOTED = re.compile(r"a mistake of ours|outbox \d+ \(.*\) failed")
STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (\w+) ")


@dataclass
class Fleet:
    """Processes that run, each with a log of its own."""

    world: World
    folder: Path
    database_url: str
    environment: dict[str, str]
    ledger: Ledger
    urls: list[str] = field(default_factory=list)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _children: dict[str, set[int]] = field(default_factory=dict)

    def start(self, name: str, argv: Sequence[str], cwd: Path = ROOT) -> None:
        with self.log(name).open("ab") as log:
            self._processes[name] = subprocess.Popen(
                leashed(argv, signal.SIGTERM),
                cwd=cwd,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_web(self, name: str, cwd: Path = ROOT) -> str:
        """A web server on a port of its own, ready; its address."""
        port = free_port()
        self.start(name, _web_of(cwd, port), cwd)
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while not _is_ready(url):
            alive = self._processes[name].poll() is None
            assert alive and time.monotonic() < deadline, self.log(name).read_text()[-3000:]
            time.sleep(0.1)
        self.urls.append(url)
        self._children[name] = _children(self._processes[name].pid)
        return url

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def deaths(self) -> list[str]:
        """Processes that are no longer those that were started."""
        dead = [name for name, process in self._processes.items() if process.poll() is not None]
        for name, children in self._children.items():
            if name not in dead and children != _children(self._processes[name].pid):
                dead.append(f"a process of {name}")
        return dead

    def surprises(self) -> list[str]:
        """Errors in the logs that stand with no row."""
        return [
            f"{path.stem}: {one}" for path in sorted(self.folder.glob("*.log")) for one in _surprises(path)
        ]

    def stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()


@contextmanager
def fleet(
    folder: Path, *, database_url: str = "", webs: int = 1, workers: int = 2, clocks: int = 1
) -> Iterator[Fleet]:
    """A fleet at sea, on SQLite or on the database that is given; everything is stopped afterwards."""
    with ExitStack() as stack:
        opened = stack.enter_context(prepared(folder, database_url))
        for number in range(webs):
            opened.start_web(f"web-{number}")
        for number in range(workers):
            opened.start(f"worker-{number}", [*FLASK, "worker"])
        for number in range(clocks):
            opened.start(f"clock-{number}", [*FLASK, "clock"])
        opened.world.find_app().webhook_url = f"{opened.urls[0]}/webhooks"
        yield opened


@contextmanager
def prepared(folder: Path, database_url: str = "", *, released: bool = True) -> Iterator[Fleet]:
    """A sandbox, a queue and a database, and nothing that runs on them yet."""
    database_url = database_url or f"sqlite:///{folder / 'ledger.db'}"
    world = World()
    world.faults.primary_limit = 10**7  # how limits are kept is measured elsewhere
    with ExitStack() as stack:
        stack.enter_context(serve(world))
        valkey = stack.enter_context(PrivateValkey(folder / "queue"))
        app = register(world, SECRET)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        ours = {
            "GITHUB_APP_ID": str(app.id),
            "GITHUB_PRIVATE_KEY": app.private_key_pem,
            "GITHUB_WEBHOOK_SECRET": SECRET,
            "GITHUB_API_URL": world.base_url,
            "LAMPLIGHTER_DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "REDIS_URL": valkey.url,
            "METRICS_TOKEN": METRICS_TOKEN,
        }
        ledger = Ledger(database_url)
        stack.callback(ledger.close)
        if released:
            release(ledger)
        opened = Fleet(world, folder, database_url, kept | ours, ledger)
        stack.callback(opened.stop)
        yield opened


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """A new database on a PostgreSQL server, which is dropped again; its address for SQLAlchemy."""
    url = make_url(server).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            there = url.set(database=name).render_as_string(hide_password=False)
            yield there.replace("://", "+psycopg://", 1)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _web_of(checkout: Path, port: int) -> list[str]:
    """How this version of the App starts its web server: an older one may be started in another way."""
    lines = dict(line.split(": ", 1) for line in (checkout / "Procfile").read_text().splitlines())
    said = lines["web"].replace("0.0.0.0", "127.0.0.1").replace("$PORT", str(port))
    python, *rest = shlex.split(said)
    assert python == "python"
    return [sys.executable, *rest]


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _children(pid: int) -> set[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return set(map(int, found.read_text().split())) if found.exists() else set()


def _surprises(path: Path) -> Iterator[str]:
    """Errors, but for those of a row that was parked; and tracebacks that no line of the log belongs to."""
    said = ""
    for line in path.read_text(errors="replace").splitlines():
        level, event = _told(line)
        said = event or said
        is_error = level in {"error", "critical"} or (not event and line.startswith(TRACEBACK))
        if is_error and not NOTED.search(said):
            yield f"{event or said} … {line[:500]}"


def _told(line: str) -> tuple[str, str]:
    """Level and words of a line of the log: JSON, or as an older version writes it; nothing of any other line."""
    if line.startswith("{"):
        with suppress(ValueError):
            told = json.loads(line)
            return str(told.get("level", "")), str(told.get("event", ""))
    stamped = STAMP.match(line)
    return (stamped[1].lower(), line) if stamped else ("", "")
