"""`python -m tests.bench.fairness`: 10,000 newcomers over 200 mentors who are away now and then, always the same.

Prints how evenly the matcher spreads the load, how many newcomers found nobody, and what a match costs.
"""

import random
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from mentoring.matching import Candidate, Need, match_newcomer
from tests.bench import show
from tests.bench.figures import Figure

SEED = 2026
MENTORS, NEWCOMERS, MANY = 200, 10_000, 10_000
USUAL, QUIET, CROWDED = 0.6, 0.25, 1.2  # how many places the newcomers need, of all there are
LASTS = timedelta(days=25)  # a mentorship, on average
AREAS = ("database", "docs", "tests", "frontend")
KNOWS_AREAS = 0.4  # of the mentors
NEEDS_AREA = 0.3  # of the newcomers
ABSENCES, ABSENCE = 0.15, (7, 28)  # the share of the time that somebody is away; days at a time
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

Row = tuple[str, str]


@dataclass
class Simulation:
    """A program that lives through its newcomers. `busy`: how many places they need, of all there are."""

    busy: float
    newcomers: int
    mentors: list[Candidate] = field(default_factory=list)
    given: dict[int, int] = field(default_factory=dict)
    helped: dict[int, timedelta] = field(default_factory=dict)
    nobody: int = 0
    matching: list[float] = field(default_factory=list)  # seconds
    lasted: timedelta = timedelta(0)

    def run(self) -> None:
        chance = random.Random(SEED)
        self.mentors = [_mentor(chance, number) for number in range(MENTORS)]
        self.given = dict.fromkeys(range(MENTORS), 0)
        self.helped = dict.fromkeys(range(MENTORS), timedelta(0))
        events, order = [], count()  # moment, a number that keeps the order, what happens, to whom

        def plan(at: datetime, what: str, who: int) -> None:
            heappush(events, (at, next(order), what, who))

        between = LASTS / (self.places * self.busy)
        at = BEGIN
        for newcomer in range(self.newcomers):
            at += between * chance.expovariate(1)
            plan(at, "comes", MENTORS + newcomer)
        self.lasted = at - BEGIN
        for mentor in self.mentors:
            for leaves, returns in _absences(chance, at):
                plan(leaves, "leaves", mentor.id)
                plan(returns, "returns", mentor.id)
        while events:
            at, _, what, who = heappop(events)
            if what == "comes":
                chosen = self._newcomer(chance, at, who)
                if chosen is not None:
                    lasts = LASTS * chance.expovariate(1)
                    self.helped[chosen] += min(lasts, BEGIN + self.lasted - at)
                    plan(at + lasts, "ends", chosen)
            else:
                self._change(what, who)

    @property
    def places(self) -> int:
        return sum(mentor.capacity for mentor in self.mentors)

    def _newcomer(self, chance: random.Random, at: datetime, person_id: int) -> int | None:
        areas = (chance.choice(AREAS),) if chance.random() < NEEDS_AREA else ()
        begun = time.perf_counter()
        mentor = match_newcomer(Need(person_id, areas), self.mentors).mentor
        self.matching.append(time.perf_counter() - begun)
        if mentor is None:
            self.nobody += 1
            return None
        self.given[mentor.id] += 1
        more = mentor.open_mentorships + 1
        self.mentors[mentor.id] = replace(mentor, open_mentorships=more, last_newcomer_at=at)
        return mentor.id

    def _change(self, what: str, mentor_id: int) -> None:
        mentor = self.mentors[mentor_id]
        if what == "ends":
            changed = replace(mentor, open_mentorships=mentor.open_mentorships - 1)
        else:
            changed = replace(mentor, away=what == "leaves")
        self.mentors[mentor_id] = changed


def _mentor(chance: random.Random, number: int) -> Candidate:
    areas = tuple(chance.sample(AREAS, chance.randint(1, 2))) if chance.random() < KNOWS_AREAS else ()
    return Candidate(number, f"mentor-{number}", areas=areas, capacity=chance.randint(1, 5))


def _absences(chance: random.Random, until: datetime) -> Iterable[tuple[datetime, datetime]]:
    here = statistics.mean(ABSENCE) * (1 - ABSENCES) / ABSENCES
    at = BEGIN
    while at < until:
        leaves = at + timedelta(days=here * chance.expovariate(1))
        at = leaves + timedelta(days=chance.uniform(*ABSENCE))
        yield leaves, at


def figures() -> list[Figure]:
    """How evenly, and beside what."""
    beside = f"simulated, seed {SEED}; no limit of its own"
    return [
        Figure(subject, figure, "" if subject.startswith(" ") else beside) for subject, figure in fairness()
    ]


def fairness() -> list[Row]:
    """The rows of the table."""
    half = NEWCOMERS // 2
    return [*_spread(USUAL), *_spread(QUIET, half), *_spread(CROWDED, half), _among_many()]


def _spread(busy: float, newcomers: int = NEWCOMERS) -> list[Row]:
    simulation = Simulation(busy, newcomers)
    begun = time.perf_counter()
    simulation.run()
    total = time.perf_counter() - begun
    mentors, times = simulation.mentors, simulation.matching
    shares = [simulation.helped[m.id] / simulation.lasted / m.capacity for m in mentors]
    weeks = simulation.lasted / timedelta(weeks=1)
    p99 = statistics.quantiles(times, n=100)[98]
    return [
        (
            f"{newcomers:,} newcomers over {MENTORS} mentors, for {busy:.0%} of the places",
            f"{weeks:.0f} weeks",
        ),
        ("  load / capacity, on average", _figures(shares)),
        ("  the same by capacity, 1 to 5", _by_capacity(mentors, shares)),
        ("  newcomers for each place", _figures([simulation.given[m.id] / m.capacity for m in mentors])),
        ("  newcomers without a mentor", f"{simulation.nobody / newcomers:.1%}"),
        (
            "  a match",
            f"median {statistics.median(times) * 1000:.2f} ms, p99 {p99 * 1000:.2f} ms; "
            f"{sum(times):.1f} s of {total:.1f} s in all",
        ),
    ]


def _figures(values: Sequence[float]) -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    deviation = statistics.pstdev(values)
    return f"min {low:.2f}, median {middle:.2f}, max {high:.2f}, deviation {deviation:.2f}, Gini {_gini(values):.2f}"


def _by_capacity(mentors: Sequence[Candidate], shares: Sequence[float]) -> str:
    means = []
    for capacity in range(1, 6):
        own = [share for mentor, share in zip(mentors, shares, strict=True) if mentor.capacity == capacity]
        means.append(f"{statistics.mean(own):.2f}")
    return ", ".join(means)


def _gini(values: Sequence[float]) -> float:
    """0: everybody has the same; 1: one has everything."""
    ranked, number = sorted(values), len(values)
    return sum((2 * n - number - 1) * value for n, value in enumerate(ranked, 1)) / (number * sum(ranked))


def _among_many() -> Row:
    chance = random.Random(SEED)
    mentors = [
        replace(_mentor(chance, n), last_newcomer_at=BEGIN - timedelta(hours=chance.randrange(5000)))
        for n in range(MANY)
    ]
    times = []
    for _ in range(21):
        begun = time.perf_counter()
        match_newcomer(Need(MANY, (AREAS[0],)), mentors)
        times.append(time.perf_counter() - begun)
    return (
        f"one match among {MANY:,} mentors, with everybody's reasons",
        f"median {statistics.median(times) * 1000:.0f} ms, best {min(times) * 1000:.0f} ms",
    )


if __name__ == "__main__":
    show(fairness())
    sys.exit(0)
