"""What a newcomer costs: requests to GitHub for a welcome, and the time from the webhook to the visible comment."""

import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.ledger import Ledger, inbox, outbox
from sandbox.demo.house import started
from sandbox.server import serve
from sandbox.world import World
from tests.bench import SECRET
from tests.bench.figures import Figure

WELCOMES = 60
INSTALLATIONS = 20  # the pace of an installation's writes is no part of the way to a comment
GITHUB_SECONDS = 0.1  # what GitHub takes to answer, on the way to the comment
EARLIER = 5_000  # pull requests in a repository with a history
PAGE = 100  # pull requests on a page of GitHub's
PATIENCE = 300.0  # seconds
FILE = """\
program: Bench {number}
starter_issues: 0
areas:
  code: {{paths: ["src/**"]}}
cohorts:
  - name: One
    starts: 2026-01-01
    ends: 2026-02-01
    members:
      - {{login: mentor-{number}, mentoring: agreed, capacity: 50}}
"""


@dataclass
class House:
    """The App as `python app.py` starts it, on a sandbox, with its ledger to look into."""

    world: World
    ledger: Ledger

    def first_pull(self, repository: str, login: str) -> int:
        """Somebody's first pull request; its number."""
        self.world.user(login)
        return int(self.world.open_pull_request(repository, login, "First", files=["src/a.py"]).number)

    def until_quiet(self) -> None:
        """Waits until nothing is left to do."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.world.wait_delivered()
            before = len(self.world.requests)
            with self.ledger.read() as connection:
                waiting = inbox.counts(connection)["waiting"] + outbox.waiting(connection)
            time.sleep(0.3)
            if not waiting and len(self.world.requests) == before:
                return
            assert time.monotonic() < deadline, f"{waiting} rows still wait"


def figures() -> list[Figure]:
    """On the real processes: web, worker, clock and queue."""
    with tempfile.TemporaryDirectory() as folder, _house(Path(folder)) as house:
        return [*way(house), *costs(house)]


@contextmanager
def _house(data_dir: Path) -> Iterator[House]:
    world = World()
    with serve(world), started(world, data_dir, SECRET, PATIENCE):
        ledger = Ledger(f"sqlite:///{data_dir / 'lamplighter.db'}")
        try:
            house = House(world, ledger)
            _settle_in(house)
            yield house
        finally:
            ledger.close()


def _settle_in(house: House) -> None:
    """Programs with a mentor who agreed, and everything cached that will be: files, labels, tokens."""
    for number in range(INSTALLATIONS):
        house.world.organization(f"owner-{number}")
        house.world.user(f"mentor-{number}")
        house.world.repository(_name(number), files={".github/lamplighter.yml": FILE.format(number=number)})
        house.world.install(f"owner-{number}", [_name(number)])
    house.until_quiet()
    for number in range(INSTALLATIONS):
        house.first_pull(_name(number), f"warm-up-{number}")
    house.world.open_issue(_name(0), "warm-up-0", "Warm up", labels=["good first issue"])
    house.until_quiet()


def _name(number: int) -> str:
    return f"owner-{number % INSTALLATIONS}/work"


# --- requests to GitHub ---------------------------------------------------------------------------


def costs(house: House) -> list[Figure]:
    """Requests to GitHub, tokens aside, with the label existing and the configuration cached."""

    def cost(act: Callable[[], object]) -> int:
        before = len(house.world.requests)
        act()
        house.until_quiet()
        return sum(not one.path.endswith("/access_tokens") for one in house.world.requests[before:])

    few = cost(lambda: house.first_pull(_name(0), "counted"))
    good_first = cost(
        lambda: house.world.open_issue(_name(0), "counted", "Easy", labels=["good first issue"])
    )
    _history(house)
    many = cost(lambda: house.first_pull(_name(0), "counted-later"))
    theirs = math.ceil((EARLIER + 1) / PAGE) + 1
    return [
        Figure("requests to GitHub for a newcomer's welcome, in a young repository", str(few), "at most 5"),
        Figure(
            f"  after {EARLIER:,} earlier pull requests",
            str(many),
            f"actions/first-interaction: {theirs}, reckoned from its source, not run:"
            f" it lists all pull requests, {PAGE} a page, and writes one comment",
        ),
        Figure("requests to GitHub for a good first issue", str(good_first), "at most 3"),
    ]


def _history(house: House) -> None:
    """Pull requests of long ago, closed; nobody is told of them any more."""
    (app,) = house.world.apps.values()
    address, app.webhook_url = app.webhook_url, None
    for number in range(EARLIER):
        login = f"earlier-{number % 500}"
        house.world.close(_name(0), house.first_pull(_name(0), login), login)
    app.webhook_url = address


# --- the way to the comment -----------------------------------------------------------------------


def way(house: House) -> list[Figure]:
    """From the webhook to the visible comment, with an idle worker."""
    house.world.faults.slow = GITHUB_SECONDS
    times = []
    for number in range(WELCOMES):
        begun = time.perf_counter()
        pull = house.first_pull(_name(number), f"timed-{number}")
        while not house.world.thread(_name(number), pull).comments:
            assert time.perf_counter() < begun + PATIENCE
            time.sleep(0.002)
        times.append(time.perf_counter() - begun)
        house.until_quiet()
    house.world.faults.slow = 0.0
    median, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
    return [
        Figure(
            f"webhook to visible comment, idle worker, GitHub answering in {GITHUB_SECONDS * 1000:.0f} ms",
            f"median {median * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms",
            # The author's work and the changed files are read first; the third request shows when it arrives.
            f"{2 * GITHUB_SECONDS * 1000:.0f} ms are the two reads before it; {WELCOMES} welcomes",
        )
    ]


if __name__ == "__main__":
    for figure in figures():
        print(f"{figure.subject}: {figure.figure} ({figure.beside})")
    sys.exit(0)
