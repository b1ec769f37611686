"""`python -m tests.faults.storm`: a storm of first pull requests against a GitHub that limits, by a clock that runs fast.

Web, workers and clock are real processes. All of them, and the sandbox, go by one clock that runs so many times as
fast as the machine's: every limit, window, lease and pause is scaled alike, and an hour lasts minutes. GitHub counts
as it documents, and refuses what is too much.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

from adapters import github, logs, settings
from adapters.context import Context, open_context
from adapters.ledger import Ledger, outbox, schema
from adapters.ledger.release import release
from adapters.processes import leashed
from adapters.valkey import PrivateValkey
from app import serve as serve_app
from jobs import clock, work
from pages import terminal
from sandbox.demo.house import free_port
from sandbox.faults import SecondaryLimit
from sandbox.registration import register
from sandbox.server import serve as serve_world
from sandbox.world import App, World
from tests.bench.figures import Figure, note
from tests.journeys.house import BOT, MARKER, SECRET

ROOT = Path(__file__).parents[2]
CLOCK = "STORM_CLOCK"  # where the storm's own processes find their clock; the App knows no such variable
FILE = """\
program: Storm {name}
starter_issues: 0
digest: off
areas:
  code: {{paths: ["src/**"]}}
cohorts:
  - name: One
    starts: 2026-01-01
    ends: 2026-02-01
    invite: false
    members:
{members}"""
MENTORS = 8  # of each program, with room for everybody who comes


@dataclass(frozen=True)
class FastClock:
    """Runs `speed` times as fast as the machine's. Every process of this machine that has it reads the same time."""

    begins: datetime
    monotonic: float  # what time.monotonic() said then: the machine's, not the process's
    speed: float

    def now(self) -> datetime:
        return self.begins + timedelta(seconds=(time.monotonic() - self.monotonic) * self.speed)

    def written(self) -> str:
        return json.dumps([self.begins.isoformat(), self.monotonic, self.speed])

    @classmethod
    def read(cls) -> "FastClock":
        begins, monotonic, speed = json.loads(os.environ[CLOCK])
        return cls(datetime.fromisoformat(begins), monotonic, speed)


@dataclass(frozen=True)
class Size:
    """How large a storm is. One of the installations is quiet: few people come there, all through the storm."""

    pulls: int
    installations: int
    repositories: int
    speed: float
    workers: int
    lasts: timedelta  # by the fast clock: how long people come
    quiet: int  # of the pull requests


LONG = Size(5000, 20, 200, 10.0, 4, timedelta(minutes=30), 40)
SHORT = Size(60, 4, 4, 10.0, 2, timedelta(minutes=1), 4)


@dataclass(frozen=True)
class Ended:
    """What the storm came to."""

    greeted: int
    repeated: int
    silent: int
    violations: Counter[str]
    exceeded: dict[str, int]
    took: float  # seconds by the machine's clock
    by_its_clock: timedelta
    waits: list[timedelta]  # of newcomers in the quiet installation, by the fast clock
    waits_at_limit: list[timedelta]  # of these, who came when all others waited for a limit
    waits_of_others: list[timedelta]
    requests: int
    database: str


@dataclass(frozen=True)
class Played:
    """What a storm took, and when it changed from a rush to a wait."""

    took: float
    by_its_clock: timedelta
    requests: int
    quiet: set[str]  # the repositories of the quiet installation
    rush_over: datetime


# By the fast clock: the longest wait in a quiet installation while the others are at their limit. Workers have time
# then; what is left of it is the processes' own work, which a fast clock does not make faster.
NOT_SLOWED = timedelta(minutes=5)
FEW = 5  # rows of the inbox that are always under way

# Whatever GitHub documents a number for. Writes within a second of each other are asked to be few, not none.
LIMITS = (
    *("over_primary_limit", "secondary_limit", "while_limited", "content_per_minute", "content_per_hour"),
    *("points_per_minute", "requests_at_once", "long_bursts"),
)


def storm(size: Size, folder: Path, database_url: str = "") -> Ended:
    """Plays it, until everybody is greeted and nothing waits."""
    time_of = FastClock(datetime.now(UTC), time.monotonic(), size.speed)
    world = World(now=time_of.now)
    database_url = database_url or f"sqlite:///{folder / 'ledger.db'}"
    ledger = Ledger(database_url)
    release(ledger)
    try:
        with serve_world(world), PrivateValkey(folder) as valkey:
            app = register(world, SECRET)
            environment = environment_of(app, world.base_url, folder, database_url, valkey.url)
            environment[CLOCK] = time_of.written()
            others = [sys.executable, "-m", "tests.faults.storm", "--be", "clock", *["worker"] * size.workers]
            with (
                running([others], environment, folder),
                web(app, "tests.faults.storm:serve", environment, folder),
            ):
                return _play(world, ledger, size)
    finally:
        ledger.close()


def environment_of(app: App, api_url: str, folder: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """The environment of the App's processes."""
    return dict(os.environ) | {
        "GITHUB_APP_ID": str(app.id),
        "GITHUB_PRIVATE_KEY": app.private_key_pem,
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "GITHUB_API_URL": api_url,
        "LAMPLIGHTER_DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
    }


@contextmanager
def web(app: App, factory: str, environment: dict[str, str], folder: Path) -> Iterator[None]:
    """The web process as it is deployed, with another factory; webhooks go there."""
    port = free_port()
    command = [word.replace("app:serve", factory) for word in terminal.WEB]
    with running([[*command, "--host", "127.0.0.1", "--port", str(port)]], environment, folder):
        _wait_for(port, folder)
        app.webhook_url = f"http://127.0.0.1:{port}/webhooks"
        yield


@contextmanager
def running(commands: Sequence[Sequence[str]], environment: dict[str, str], folder: Path) -> Iterator[None]:
    """The commands as processes of their own, until the end of the block."""
    with (folder / "log").open("ab") as log, ExitStack() as stack:
        for command in commands:
            process = subprocess.Popen(  # whatever ends the harness ends it, too
                leashed(command, signal.SIGTERM),
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            stack.callback(_end, process)
        yield


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # whatever it left behind


def _wait_for(port: int, folder: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if requests.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError(f"the App did not start:\n{(folder / 'log').read_text()[-3000:]}")


def _play(world: World, ledger: Ledger, size: Size) -> Ended:
    homes = [_installation(world, number, size) for number in range(size.installations)]
    _until_quiet(world, ledger, patience=300)
    world.faults.violations.clear()
    world.faults.secondary_limit = SecondaryLimit()
    asked, began, begun = len(world.requests), world.now(), time.monotonic()
    at_limit = threading.Event()  # set when the rush is over: then all others wait for their limits
    quiet = threading.Thread(target=_come_quietly, args=(world, homes[0], size, at_limit), daemon=True)
    quiet.start()
    _come(world, homes[1:], size)
    rush_over = _rush_over(world, ledger)
    at_limit.set()
    while quiet.is_alive() or not _all_said(world) or left(ledger, world.now())[1]:
        quiet.join(0.5)
        time.sleep(0.5)
        assert time.monotonic() - begun < 3600, f"it does not end: {left(ledger, world.now())}"
    took, by_its_clock = time.monotonic() - begun, world.now() - began
    played = Played(took, by_its_clock, len(world.requests) - asked, set(homes[0]), rush_over)
    return _ended(world, ledger, played)


def _rush_over(world: World, ledger: Ledger) -> datetime:
    """When everything that came is decided: from then on the many wait for limits alone, and not for a worker."""
    while left(ledger, world.now())[0] > FEW:
        time.sleep(0.5)
    return world.now()


def _installation(world: World, number: int, size: Size) -> list[str]:
    """An organization with its program; the names of its repositories."""
    owner = f"owner-{number}"
    members = [f"mentor-{number}-{mentor}" for mentor in range(MENTORS)]
    world.organization(owner)
    for login in members:
        world.user(login)
    written = "".join(f"      - {{login: {one}, mentoring: agreed, capacity: 50}}\n" for one in members)
    home = f"{owner}/.github"
    world.repository(home, files={".github/lamplighter.yml": FILE.format(name=number, members=written)})
    names = [f"{owner}/part-{part}" for part in range(size.repositories // size.installations)]
    for name in names:
        world.repository(name, files={"README.md": "# A part\n"})
    world.install(owner, [home, *names])
    return names


def _come(world: World, homes: list[list[str]], size: Size) -> None:
    """The many: one installation after the other, as evenly as time allows."""
    number, begun = size.pulls - size.quiet, time.monotonic()
    pause = size.lasts.total_seconds() / size.speed / number
    for one in range(number):
        home = homes[one % len(homes)]
        _first_pull(world, home[one // len(homes) % len(home)], f"newcomer-{one}")
        time.sleep(max(0.0, begun + one * pause - time.monotonic()))


def _come_quietly(world: World, home: list[str], size: Size, at_limit: threading.Event) -> None:
    """The few: one half evenly through the rush, the other while the others are at their limit."""
    pause = size.lasts.total_seconds() / size.speed / size.quiet
    for one in range(size.quiet):
        if one == size.quiet // 2:
            at_limit.wait()
        _first_pull(world, home[one % len(home)], f"quiet-{one}")
        time.sleep(pause)


def _first_pull(world: World, repository: str, login: str) -> None:
    world.user(login)
    world.open_pull_request(repository, login, "My first", files=["src/a.py"])


def _pulls(world: World) -> Iterator[tuple[str, Any]]:
    with world.lock:
        homes = [(place.full_name, list(place.threads.values())) for place in world.repositories.values()]
    return ((name, thread) for name, threads in homes for thread in threads if thread.pull)


def _all_said(world: World) -> bool:
    return all(any(c.author == BOT for c in thread.comments) for _, thread in _pulls(world))


def _until_quiet(world: World, ledger: Ledger, patience: float) -> None:
    """Until nothing is due any more."""
    deadline = time.monotonic() + patience
    while not (world.wait_delivered(60) and left(ledger, world.now()) == (0, 0)):
        assert time.monotonic() < deadline, f"inbox and outbox still hold {left(ledger, world.now())}"
        time.sleep(0.3)


def left(ledger: Ledger, now: datetime) -> tuple[int, int]:
    """How many rows of the inbox are due, and how many of the outbox are still to be done."""
    waits = (schema.inbox.c.done_at.is_(None), schema.inbox.c.parked_at.is_(None))
    due = select(func.count()).where(*waits, schema.inbox.c.due_at <= now)
    with ledger.read() as connection:
        return connection.execute(due).scalar_one(), outbox.waiting(connection)


def _ended(world: World, ledger: Ledger, played: Played) -> Ended:
    waits: dict[bool, list[timedelta]] = {True: [], False: []}
    at_limit = []
    markers: Counter[str] = Counter()
    silent = 0
    for name, thread in _pulls(world):
        ours = [comment for comment in thread.comments if comment.author == BOT]
        markers.update(marker for comment in ours for marker in MARKER.findall(comment.body)[:1])
        silent += not ours
        if ours:
            wait, is_quiet = ours[0].created_at - thread.created_at, name in played.quiet
            waits[is_quiet].append(wait)
            at_limit += [wait] if is_quiet and thread.created_at > played.rush_over else []
    with ledger.read() as connection:
        greeted = len(connection.execute(select(schema.greetings.c.person_id)).all())
    counted = world.faults.violations
    return Ended(
        greeted=min(greeted, len(markers)),
        repeated=sum(times - 1 for times in markers.values()),
        silent=silent,
        violations=counted,
        exceeded={name: counted[name] for name in LIMITS if counted[name]},
        took=played.took,
        by_its_clock=played.by_its_clock,
        waits=sorted(waits[True]),
        waits_at_limit=sorted(at_limit),
        waits_of_others=sorted(waits[False]),
        requests=played.requests,
        database=ledger.engine.dialect.name,
    )


def figures(size: Size, ended: Ended) -> list[Figure]:
    """What is told of it."""
    told = f"{size.repositories} repositories, {size.installations} installations, {size.workers} workers"
    told += f", {ended.database}"
    return [
        Figure(f"newcomers greeted, of {size.pulls}", str(ended.greeted), told),
        Figure("greeted twice", str(ended.repeated)),
        Figure("left without a word", str(ended.silent)),
        Figure("limits of GitHub exceeded", str(sum(ended.exceeded.values())), _told(ended)),
        Figure(
            "time",
            f"{ended.took:.0f} s",
            f"{_hours(ended.by_its_clock)} by a clock that runs {size.speed:.0f} times as fast; "
            f"{ended.requests} requests",
        ),
        _waited(
            "longest wait for a welcome in a quiet installation, the others at their limit",
            ended.waits_at_limit,
            size,
        ),
        _waited("the same in the rush before, in which workers are what is short", ended.waits, size),
        Figure(
            "longest wait for a welcome in the others, by the fast clock",
            _hours(ended.waits_of_others[-1]),
            f"median {_hours(ended.waits_of_others[len(ended.waits_of_others) // 2])}; GitHub allows 500 writes an hour, "
            "and a welcome is three",
        ),
    ]


def _waited(subject: str, waits: list[timedelta], size: Size) -> Figure:
    if not waits:
        return Figure(subject, "nobody came")
    worst, median = waits[-1].total_seconds(), waits[len(waits) // 2].total_seconds()
    told = f"{worst:.0f} s by the fast clock, median {median:.0f} s, of {len(waits)}"
    return Figure(subject, f"{worst / size.speed:.1f} s", told)


def _told(ended: Ended) -> str:
    exceeded = ", ".join(f"{name}: {times}" for name, times in ended.exceeded.items())
    return (
        exceeded
        or "requests an hour, content a minute and an hour, points a minute, requests at once, bursts"
    )


def _hours(duration: timedelta) -> str:
    minutes = round(duration.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60:02} min"


# --- the processes of the storm --------------------------------------------------------------------


def serve() -> Callable[..., Any]:
    """The web process, as `app.serve` makes it, by the fast clock."""
    return serve_app(_context())


def _context() -> Context:
    fast = FastClock.read()
    # A lease outlasts any request, so requests have to be given up in time by the same clock.
    github.TIMEOUT = max(1, int(github.TIMEOUT / fast.speed))
    return open_context(settings.load(), now=fast.now)


def be_worker() -> None:
    logs.to_terminal()
    context = _context()
    work.use(context)
    context.bell.worker().work(logging_level="WARNING")


def be_clock() -> None:
    logs.to_terminal()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    # It looks every second by its own clock, too, or as often as makes sense.
    clock.EVERY = max(0.1, clock.EVERY / FastClock.read().speed)
    clock.run(_context(), stop)


ROLES: dict[str, Callable[[], None]] = {"worker": be_worker, "clock": be_clock}


def be(roles: Sequence[str]) -> None:
    """Each a process of its own, until told to stop; modules are imported once, and each is a fork."""
    children: list[int] = []

    def stop(*_: object) -> None:
        for child in children:
            os.kill(child, signal.SIGTERM)

    for role in roles:
        child = os.fork()
        if child == 0:
            ROLES[role]()
            os._exit(0)
        children.append(child)
    signal.signal(signal.SIGTERM, stop)
    for child in children:
        os.waitpid(child, 0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.storm", description=__doc__)
    parser.add_argument("--be", nargs="+", choices=ROLES, help=argparse.SUPPRESS)
    parser.add_argument("--short", action="store_true", help="a small storm of a few seconds")
    parser.add_argument("--database", default="", help="its address; a fresh SQLite file if none is given")
    options = parser.parse_args()
    if options.be:
        be(options.be)
        return 0
    size = SHORT if options.short else LONG
    with tempfile.TemporaryDirectory() as folder:
        ended = storm(size, Path(folder), options.database)
    told = figures(size, ended)
    if not options.short:
        note("storm", told)
    for figure in told:
        print(f"{figure.subject}: {figure.figure}" + (f" ({figure.beside})" if figure.beside else ""))
    print(f"counted besides: {dict(ended.violations)}")
    slowed = not ended.waits_at_limit or ended.waits_at_limit[-1] > NOT_SLOWED
    failed = ended.greeted != size.pulls or ended.repeated or ended.silent or ended.exceeded or slowed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
