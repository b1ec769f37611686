"""`python -m tests.bench.scale`: ten thousand mentors, a thousand repositories, a million past mentorships.

Each figure stands beside the same with 100 mentors, or with a thousandth of the history, in the same run on the
same database: what may grow is the week, not the history. The digest and the reconciliation ask the sandbox, over
HTTP; with LAMPLIGHTER_TEST_POSTGRES all is measured on PostgreSQL too.
"""

import random
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, insert, text, update
from sqlalchemy.schema import CreateIndex, DropIndex

from adapters import settings as environment
from adapters.context import Context, open_context
from adapters.ledger import inbox, mentorships, places, programs, schema, sweeps
from adapters.ledger.inbox import Asked
from adapters.ledger.release import release
from jobs import clock, standing
from jobs.candidates import candidates
from jobs.digest import draft
from jobs.program import Loaded, load_program
from jobs.reconcile import reconcile
from jobs.work import as_row
from mentoring.facts import Place
from mentoring.matching import Candidate, Need, match_newcomer
from mentoring.roster import Program
from sandbox.registration import register
from sandbox.server import serve
from sandbox.world import World
from tests.bench.fairness import AREAS, BEGIN, SEED
from tests.bench.figures import Figure, note
from tests.conftest import database, has_postgres
from tests.journeys.house import NEVER, SECRET, SWEEPS, _environment

MENTORS, FEW = 10_000, 100
REPOSITORIES, BUSY = 1000, 100  # of which so many had a newcomer this week
NEWCOMERS = 200  # this week
SWEPT = 30  # repositories, to measure what one takes
OPEN = 2000  # mentorships
SHORT, LONG = 1000, 1_000_000  # past mentorships; as many rows of the inbox and of the outbox that are done
TIMES, TICKS = 41, 31
OWNER, WEEK = "djangonaut-space", timedelta(days=7)
NEED = Need(MENTORS + 1, (AREAS[0],), "it")

FILE = """\
program: Scale
areas: {database: {paths: ["db/**"]}}
cohorts:
  - name: One
    starts: 2025-01-01
    ends: 2025-02-01
    invite: false
    members:
"""


def figures() -> list[Figure]:
    """Everything measured here, for the tables."""
    found = [_rule()]
    for kind in ("sqlite", "postgresql") if has_postgres() else ("sqlite",):
        with tempfile.TemporaryDirectory() as folder, _house(kind, Path(folder)) as house:
            found += _measured(house, {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind])
    return found


def _measured(house: "House", where: str) -> list[Figure]:
    house.fill(range(SHORT))
    decision, first = _decision(house), _first_read(house)
    short = house.work()
    house.fill(range(SHORT, LONG))
    again, first_again = _decision(house), _first_read(house)
    long = house.work()
    few = _decision(house, FEW)
    return [
        Figure(
            f"the whole decision among {MENTORS:,} mentors, {where}, after {LONG:,} mentorships",
            _ms(again),
            f"after {SHORT:,}: {_ms(decision)}; among {FEW}: {_ms(few)}",
        ),
        Figure(
            f"what a process keeps of {MENTORS:,} mentors, read for the first time, {where}",
            _ms([first_again]),
            f"after {SHORT:,} mentorships: {_ms([first])}",
        ),
        *(
            Figure(f"{name}, {where}", _cost(long[name]), f"after {SHORT:,}: {_cost(short[name])}")
            for name in short
        ),
    ]


# --- the choice -----------------------------------------------------------------------------------


def _rule() -> Figure:
    """The rule alone, with everything known."""
    many, few = _crowd(MENTORS), _crowd(FEW)
    return Figure(
        f"the rule alone among {MENTORS:,} mentors",
        _ms(_timed(lambda: match_newcomer(NEED, many), TIMES)),
        f"among {FEW}: {_ms(_timed(lambda: match_newcomer(NEED, few), TIMES))}",
    )


def _crowd(number: int) -> list[Candidate]:
    chance = random.Random(SEED)
    return [
        Candidate(
            n,
            f"mentor-{n}",
            areas=tuple(chance.sample(AREAS, chance.randrange(3))),
            languages=chance.choice([("en",), ("en", "it")]),
            capacity=chance.randint(1, 5),
            open_mentorships=chance.randrange(3),
            last_newcomer_at=BEGIN - timedelta(hours=chance.randrange(5000)),
            away=chance.random() < 0.1,
        )
        for n in range(number)
    ]


def _decision(house: "House", number: int = MENTORS) -> list["Spent"]:
    """As a job decides: under the program's lock, from the ledger to the mentor, each time after a change."""
    loaded, times = house.crowd(number), []
    for newcomer in range(TIMES):
        kept = replace(loaded, standing=standing.keep(house.context, loaded.roster))
        with house.context.ledger.write() as connection:
            begun = Moment.now()
            programs.lock(connection, loaded.home.id)
            match = match_newcomer(NEED, candidates(connection, kept, house.context.now()))
            times.append(begun.since())
            assert match.mentor is not None
            thread = {"repository_id": house.home, "number": -number - newcomer - 1}
            values = {"program_id": house.home, "newcomer_id": MENTORS + newcomer, "kind": "pull"}
            named = {"mentor_id": match.mentor.id, "tried": [match.mentor.id], "since": house.context.now()}
            mentorships.begin(connection, thread | values | named)
    with house.context.ledger.write() as connection:  # as they were
        connection.execute(schema.mentorships.delete().where(schema.mentorships.c.number < 0))
    return times[1:]


def _first_read(house: "House") -> "Spent":
    loaded = house.crowd(MENTORS)
    with house.context.ledger.read() as connection:
        return _timed(lambda: standing.read(connection, loaded.roster, house.context.now()), 1)[0]


# --- the ledger, and GitHub -----------------------------------------------------------------------


@dataclass
class House:
    """A program over a thousand repositories, and what there was before."""

    context: Context
    home: int
    repositories: Sequence[int]
    installation_id: int

    def crowd(self, number: int) -> Loaded:
        """The program as if so many people were in its file."""
        members = [
            {
                "login": f"mentor-{n}",
                "mentoring": "agreed",
                "areas": [AREAS[n % 4]] if n % 2 else [],
                "languages": ["en", "it"][: n % 3],
                "capacity": n % 5 + 1,
            }
            for n in range(1, number + 1)
        ]
        cohort = {"name": "One", "starts": "2025-01-01", "ends": "2025-02-01", "members": members}
        areas: dict[str, Any] = {area: {} for area in AREAS}
        program = Program.model_validate({"program": "Scale", "areas": areas, "cohorts": [cohort]})
        ids: dict[str, int | None] = {f"mentor-{n}": n for n in range(1, number + 1)}
        names = {n: f"mentor-{n}" for n in range(1, number + 1)}
        place = Place(self.home, f"{OWNER}/.github", False, self.installation_id)
        return Loaded(program, place, place, ids, names, version=f"of {number}")

    def fill(self, numbers: range) -> None:
        """Mentorships that are over, and rows of the inbox and the outbox that are done."""
        long_ago = self.context.now() - 52 * WEEK
        with self.context.ledger.write() as connection:
            for table, columns, values in _PAST:
                for index in table.indexes:
                    index.dialect_options["postgresql"]["concurrently"] = False  # as a release builds them
                    connection.execute(DropIndex(index, if_exists=True))
                fill = (
                    f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM ({_numbers(connection)}) AS n"
                )
                given = {"home": self.home, "at": long_ago, "first": numbers.start, "last": numbers.stop - 1}
                given["installation"] = self.installation_id
                connection.execute(text(fill).bindparams(*_typed(fill, given)))
                for index in table.indexes:
                    connection.execute(CreateIndex(index))
        if self.context.ledger.engine.dialect.name == "postgresql":
            with self.context.ledger.read() as connection:
                connection.execute(text("VACUUM ANALYZE"))

    def work(self) -> dict[str, tuple[float, float]]:
        """Seconds and megabytes of the digest, the clock and the reconciliation."""
        return {
            f"a digest over {REPOSITORIES:,} repositories, {BUSY} of them with {NEWCOMERS} newcomers, after"
            f" {LONG:,} mentorships": self._digest(),
            f"a tick of the clock, after {LONG:,} mentorships": self._tick(),
            f"the nightly reconciliation of a repository, of {REPOSITORIES:,}, after {LONG:,} mentorships": self._reconciliation(),
        }

    def _digest(self) -> tuple[float, float]:
        def post() -> None:
            drafted = draft(self.context, self.home)
            assert drafted is not None
            assert len(drafted.week.newcomers) == NEWCOMERS

        post()  # so that the file is read
        return _median(_timed(post, 3)), _peak(post)

    def _tick(self) -> tuple[float, float]:
        def tick() -> None:
            assert clock.tick(self.context) == 0

        return _median(_timed(tick, TICKS)), _peak(tick)

    def _reconciliation(self) -> tuple[float, float]:
        some = self.repositories[:SWEPT]

        def night() -> None:
            for repository_id in some:
                self._reconcile(repository_id)

        return _median(_timed(night, 2)) / len(some), _peak(night)

    def _reconcile(self, repository_id: int) -> None:
        now, name = self.context.now(), f"bench {repository_id} {time.perf_counter_ns()}"
        with self.context.ledger.write() as connection:
            asked = Asked(name, "reconcile", self.installation_id, repository_id)
            (row_id,) = inbox.put_new(connection, [asked], now)
            claimed = inbox.claim(connection, row_id, now)
        reconcile(self.context, as_row(claimed))


_SAID = '[{"login": "mentor-1", "suitable": true, "because": ["helps 0 of 2"]}]'
_PAST = [
    (
        schema.mentorships,
        "repository_id, number, kind, program_id, newcomer_id, mentor_id, second_id, handed_over_at, tried, since,"
        " answered_at, closed_at, turn, step, merged, changed_at, reasons",
        "100000 + n % 1000, 1000 + n / 1000, 'pull', :home, 1000000 + n, 1 + n % 10000,"
        " CASE WHEN n % 5 = 0 THEN 1 + (n + 1) % 10000 END, CASE WHEN n % 5 = 0 THEN :at END, '[]', :at,"
        f" :at, :at, 'mentor', 0, n % 2 = 0, :at, '{_SAID}'",
    ),
    (
        schema.inbox,
        "delivery, job, installation_id, repository_id, thread, fields, received_at, due_at, rung_at, attempts,"
        " done_at",
        "'guid ' || n, 'turns', :installation, 100000 + n % 1000, n / 1000, '{}', :at, :at, :at, 1, :at",
    ),
    (
        schema.outbox,
        "key, verb, installation_id, repository_id, lane, urgency, payload, result, in_doubt, attempts,"
        " created_at, due_at, done_at",
        "'done ' || n, 'comment', :installation, 100000 + n % 1000, 'lane ' || n, 0, '{}', '{}', n < 0, 1,"
        " :at, :at, :at",
    ),
]


def _numbers(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        return "SELECT generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n"
    return (
        "WITH RECURSIVE them(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM them WHERE n < :last)"
        " SELECT n FROM them"
    )


def _typed(statement: str, given: dict[str, Any]) -> Iterator[Any]:
    for name, value in given.items():
        if f":{name}" in statement:
            yield bindparam(name, value, schema.Moment() if isinstance(value, datetime) else None)


@contextmanager
def _house(kind: str, folder: Path) -> Iterator[House]:
    with database(kind, folder) as url, _world() as world:
        app = register(world, SECRET)
        installation = world.install(OWNER, app=app)
        settings = environment.load(_environment(world, app, folder / "data", "", url))
        context = open_context(settings, now=world.now)
        release(context.ledger)
        try:
            places_of = [(one.id, one.full_name) for one in world.repositories.values()]
            home = next(repository_id for repository_id, name in places_of if name.endswith("/.github"))
            _settle(context, installation.id, home, places_of)
            ids = [repository_id for repository_id, _ in places_of if repository_id != home]
            house = House(context, home, ids, installation.id)
            _this_week(house)
            yield house
        finally:
            context.ledger.close()


@contextmanager
def _world() -> Iterator[World]:
    world = World()
    with serve(world, port=0):
        world.organization(OWNER)
        members = "".join(f"      - {{login: mentor-{n}, mentoring: agreed}}\n" for n in range(1, 21))
        for n in range(1, 21):
            world.user(f"mentor-{n}")
        world.repository(
            f"{OWNER}/.github",
            files={"lamplighter.yml": FILE + members, ".github/lamplighter.yml": FILE + members},
        )
        for n in range(REPOSITORIES):
            world.repository(f"{OWNER}/repository-{n}", files={"README.md": "# One\n"})
        yield world


def _settle(context: Context, installation_id: int, home: int, found: list[tuple[int, str]]) -> None:
    """The App is installed on all of them, and knows them and their people."""
    now = context.now()
    with context.ledger.write() as connection:
        places.see_installation(connection, installation_id, now, OWNER)
        for name in (*SWEEPS, "housekeeping"):
            sweeps.put_off(connection, name, NEVER)
        for repository_id, full_name in found:
            values = {"id": repository_id, "full_name": full_name, "installation_id": installation_id}
            places.see_repository(connection, now, **values, default_branch="main")
            places.join_program(connection, repository_id, home)
    load_program(context, installation_id, home)
    crowd, quiet = range(1, MENTORS + 1), {"changed_at": now - WEEK}
    statements = [
        {"program_id": home, "person_id": n, "roster": "agreed", "roster_at": now, "said": "yes"} | quiet
        for n in crowd
    ]
    with context.ledger.write() as connection:
        connection.execute(schema.mentors.delete())
        connection.execute(insert(schema.mentors), statements)
        connection.execute(update(schema.programs).values(since=now - WEEK))
        connection.execute(schema.people.delete())
        connection.execute(insert(schema.people), [{"id": n, "login": f"mentor-{n}"} for n in crowd])


def _this_week(house: House) -> None:
    """Newcomers of this week, and what else is open."""
    now = house.context.now()
    week = [_mentorship(house, n, now - timedelta(days=1)) for n in range(NEWCOMERS)]
    before = [_mentorship(house, n, now - 3 * WEEK) for n in range(NEWCOMERS, OPEN)]
    with house.context.ledger.write() as connection:
        connection.execute(insert(schema.mentorships), week + before)


def _mentorship(house: House, n: int, since: datetime) -> dict[str, Any]:
    return {
        "repository_id": house.repositories[n % BUSY],
        "number": n + 1,
        "program_id": house.home,
        "newcomer_id": 10_000_000 + n,
        "mentor_id": n % MENTORS + 1,
        "tried": [n % MENTORS + 1],
        "since": since,
        "turn": "newcomer",
        "changed_at": since,
    }


# --- measuring ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock on the wall, and of this thread's own work, which others on the machine do not lengthen."""

    wall: float
    work: float


@dataclass(frozen=True)
class Moment:
    """When something began."""

    wall: float
    work: float

    @classmethod
    def now(cls) -> "Moment":
        return cls(time.perf_counter(), time.thread_time())

    def since(self) -> Spent:
        return Spent(time.perf_counter() - self.wall, time.thread_time() - self.work)


def _timed(act: Callable[[], object], times: int) -> list[Spent]:
    found = []
    for _ in range(times):
        begun = Moment.now()
        act()
        found.append(begun.since())
    return found


def _median(times: Sequence[Spent]) -> float:
    return statistics.median(one.wall for one in times)


def _peak(act: Callable[[], object]) -> float:
    """Megabytes that were needed at once, beside what was there before."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def _ms(times: Sequence[Spent]) -> str:
    work = statistics.median(one.work for one in times)
    best = f", best {min(one.wall for one in times) * 1000:.1f} ms" if len(times) > 1 else ""
    return f"{_median(times) * 1000:.1f} ms{best}, {work * 1000:.1f} ms of it work of ours"


def _cost(spent: tuple[float, float]) -> str:
    seconds, megabytes = spent
    return f"{seconds * 1000:.1f} ms, {megabytes:.1f} MB"


if __name__ == "__main__":
    measured = figures()
    note("scale", measured)
    for figure in measured:
        print(f"{figure.subject}: {figure.figure} ({figure.beside})")
    sys.exit(0)
