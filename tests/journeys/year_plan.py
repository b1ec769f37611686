"""A year of a program, written down before it is played: who comes, who answers, what is merged, and on which day.

The same seed gives the same year. Whatever a report is to say can be counted here, without the App.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

BEGINS = date(2026, 1, 1)
DAYS = 365
GRADUATES_OF_EACH = 20
NEWCOMERS = 600
SEED = 2026


@dataclass(frozen=True)
class Cohort:
    """Days are counted from the year's first, which is 0."""

    name: str
    kind: str
    starts: int
    ends: int

    def day(self, number: int) -> date:
        return BEGINS + timedelta(days=number)


COHORTS = (
    Cohort("Winter", "mentorship", 2, 30),
    Cohort("Spring", "mentorship", 80, 130),
    Cohort("Hack weekend", "hackathon", 240, 241),
)


@dataclass(frozen=True)
class Graduate:
    """A member of a cohort: what they answer to the invitation, how long after it, and what they open then."""

    login: str
    cohort: str
    answer: str | None  # accept, decline; None: silence
    after: int  # days
    starters: int


@dataclass(frozen=True)
class Pull:
    """A pull request: on which day it is opened, and on which it is merged or closed."""

    opened: int
    ended: int
    merged: bool


@dataclass(frozen=True)
class Newcomer:
    """Somebody new: their pull requests, and whether the mentor who is named answers (a day later)."""

    login: str
    pulls: tuple[Pull, ...]
    is_answered: bool
    takes_starter: bool


@dataclass(frozen=True)
class Plan:
    """The year."""

    days: int
    graduates: tuple[Graduate, ...]
    newcomers: tuple[Newcomer, ...]

    @property
    def ended(self) -> list[Cohort]:
        """The cohorts whose graduates were asked before the last day."""
        return [one for one in COHORTS if one.ends + 1 < self.days]

    def of(self, cohort: Cohort) -> list[Graduate]:
        return [one for one in self.graduates if one.cohort == cohort.name]


def plan(
    seed: int = SEED, newcomers: int = NEWCOMERS, graduates: int = GRADUATES_OF_EACH, days: int = DAYS
) -> Plan:
    """The year of a seed, or its first days."""
    dice = random.Random(seed)
    people = [_graduate(dice, cohort, number) for cohort in COHORTS for number in range(graduates)]
    arrivals = sorted(dice.randrange(1, days - 10) for _ in range(newcomers))
    came = [_newcomer(dice, number, day, days) for number, day in enumerate(arrivals)]
    return Plan(days, tuple(people), tuple(came))


def _graduate(dice: random.Random, cohort: Cohort, number: int) -> Graduate:
    answer = dice.choices(("accept", "decline", None), (12, 3, 5))[0]
    starters = dice.choices((0, 1, 2), (1, 2, 3))[0] if answer == "accept" else 0
    name = f"{cohort.name.split()[0].lower()}-{number + 1}"
    return Graduate(name, cohort.name, answer, dice.randrange(1, 5), starters)


def _newcomer(dice: random.Random, number: int, arrives: int, days: int) -> Newcomer:
    pulls: list[Pull] = []
    opened, goes_on = arrives, True
    while goes_on and opened < days:
        ended, merged = opened + dice.randrange(2, 12), dice.random() < 0.7
        pulls.append(Pull(opened, ended, merged))
        goes_on = merged and len(pulls) < 4 and dice.random() < 0.45
        opened = ended + dice.choice((5, 20, 45, 100, 200))
    return Newcomer(f"newcomer-{number + 1}", tuple(pulls), dice.random() < 0.9, dice.random() < 0.25)
