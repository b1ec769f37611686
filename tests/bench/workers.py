"""`python -m tests.bench.workers`: how many newcomers 1, 2, 4 and 8 workers welcome in a second.

GitHub answers in 100 ms, as it does. Each newcomer comes to an installation of their own, whose configuration is
known and whose token each worker has to fetch first: so every welcome costs the same six requests, whoever does it,
and none waits for our own pace of writing.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from redis import Redis
from rq import Worker

from adapters.ledger import Ledger
from adapters.ledger.release import release
from adapters.valkey import PrivateValkey
from sandbox.registration import register
from sandbox.server import serve
from sandbox.world import World
from tests.bench.figures import Figure, note
from tests.faults.storm import environment_of, left, running, web
from tests.journeys.house import BOT, SECRET

WORKERS = (1, 2, 4, 8)
EACH = 20  # newcomers for each worker
GITHUB_SECONDS = 0.1
AIM = 0.9  # of linear, up to 4 workers
FILE = """\
program: Bench {name}
starter_issues: 0
digest: off
cohorts:
  - name: One
    starts: 2026-01-01
    ends: 2026-02-01
    invite: false
    members:
      - {{login: mentor, mentoring: agreed, capacity: 50}}
"""


@dataclass
class Bench:
    """The App without its workers, in a world of many installations."""

    world: World
    ledger: Ledger
    environment: dict[str, str]
    folder: Path
    repositories: list[str]

    def rate(self, workers: int) -> float:
        """Welcomes a second while all workers are at work."""
        with self.working(workers):
            time.sleep(1.0)
            pulls = self._come(workers, EACH * workers)
            said = sorted(moment for moment in self._until_said(pulls))
        busy = said[workers : len(said) - workers]  # all of them have begun, and none has nothing left to do
        return (len(busy) - 1) / (busy[-1] - busy[0]).total_seconds()

    def settle_in(self) -> None:
        """A first newcomer everywhere, so that the configuration is known and the mentor's label there."""
        self.world.faults.slow = 0.0
        with self.working(2):
            self._until_said(self._come(0, len(self.repositories)))
            while left(self.ledger, self.world.now()) != (0, 0):
                time.sleep(0.3)
        self.world.faults.slow = GITHUB_SECONDS

    @contextmanager
    def working(self, workers: int) -> Iterator[None]:
        """With so many workers, ready to work, and a clock."""
        flask = [sys.executable, "-m", "flask", "--app", "app"]
        commands = [[*flask, "clock"], *([*flask, "worker"] for _ in range(workers))]
        with running(commands, self.environment, self.folder):
            self._until_born(workers)
            yield

    def _until_born(self, workers: int) -> None:
        deadline = time.monotonic() + 120
        with Redis.from_url(self.environment["REDIS_URL"]) as connection:
            while Worker.count(connection=connection) < workers:
                assert time.monotonic() < deadline, "the workers do not start"
                time.sleep(0.1)

    def _come(self, group: int, number: int) -> list[tuple[str, int]]:
        """First pull requests, one in each repository, delivered all at once."""
        self.world.faults.hold_deliveries = True
        pulls = []
        for place, name in enumerate(self.repositories[:number]):
            login = f"newcomer-{group}-{place}"
            self.world.user(login)
            pulls.append((name, self.world.open_pull_request(name, login, "My first", files=["a.py"]).number))
        self.world.release_deliveries()
        return pulls

    def _until_said(self, pulls: list[tuple[str, int]]) -> list[datetime]:
        """When each of them was welcomed."""
        deadline = time.monotonic() + 300
        while True:
            threads = [self.world.thread(*pull) for pull in pulls]
            said = [[one.created_at for one in it.comments if one.author == BOT] for it in threads]
            if all(said) and left(self.ledger, self.world.now()) == (0, 0):
                assert all(len(one) == 1 for one in said)
                return [one[0] for one in said]
            assert time.monotonic() < deadline, f"{sum(map(bool, said))} of {len(pulls)} welcomed"
            time.sleep(0.5)


@contextmanager
def bench(folder: Path, database_url: str) -> Iterator[Bench]:
    """The bench, with as many installations as the most workers need."""
    world, ledger = World(), Ledger(database_url)
    release(ledger)
    try:
        with serve(world), PrivateValkey(folder) as valkey:
            app = register(world, SECRET)
            environment = environment_of(app, world.base_url, folder, database_url, valkey.url)
            with web(app, "app:serve", environment, folder):
                world.user("mentor")
                names = [_installation(world, number) for number in range(EACH * max(WORKERS))]
                made = Bench(world, ledger, environment, folder, names)
                made.settle_in()
                yield made
    finally:
        ledger.close()


def _installation(world: World, number: int) -> str:
    name = f"owner-{number}/work"
    world.organization(f"owner-{number}")
    world.repository(name, files={".github/lamplighter.yml": FILE.format(name=number)})
    world.install(f"owner-{number}", [name])
    return name


def figures(database_url: str = "") -> list[Figure]:
    """Welcomes a second for each number of workers, and how much of linear that is."""
    with tempfile.TemporaryDirectory() as folder:
        url = database_url or f"sqlite:///{folder}/ledger.db"
        with bench(Path(folder), url) as made:
            rates = {workers: made.rate(workers) for workers in WORKERS}
        return [_figure(workers, rates, url.split(":")[0].split("+")[0]) for workers in WORKERS]


def _figure(workers: int, rates: dict[int, float], database: str) -> Figure:
    share = rates[workers] / rates[1] / workers
    subject = (
        f"{workers} worker{'s' if workers > 1 else ''}, GitHub answering in {GITHUB_SECONDS * 1000:.0f} ms"
    )
    told = f"{share:.2f} of linear" + (f" (aim: {AIM})" if 1 < workers <= 4 else "")
    return Figure(subject, f"{rates[workers]:.2f} welcomes/s", f"{told}, {database}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.workers", description=__doc__)
    parser.add_argument("--database", default="", help="its address; a fresh SQLite file if none is given")
    found = figures(parser.parse_args().database)
    note("workers", found)
    for figure in found:
        print(f"{figure.subject}: {figure.figure} ({figure.beside})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
