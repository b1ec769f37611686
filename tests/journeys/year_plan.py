"""A year of a program, written down before it is played: who comes, who answers, what is merged, and on which day.

The same seed gives the same year. Whatever a report is to say can be counted here, without the App.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
class Pull:
    """A pull request: on which day it is opened, and on which it is merged or closed."""

    opened: int
    ended: int
    merged: bool
    reviewer: str | None = None  # who reviews it, a day after it was opened


@dataclass(frozen=True)
class Graduate:
    """A member of a cohort: what they answer to the invitation, how long after it, and what they open then."""

    login: str
    cohort: str
    answer: str | None  # accept, decline; None: silence
    after: int  # days
    starters: int
    pulls: tuple[Pull, ...] = ()
    wins: tuple[int, ...] = ()  # the days on which they tell of one


@dataclass(frozen=True)
class Newcomer:
    """Somebody new: their pull requests, and whether the mentor who is named answers (a day later)."""

    login: str
    pulls: tuple[Pull, ...]
    is_answered: bool
    takes_starter: bool
    answer: str | None = None  # once they are asked to mentor the next one: accept, decline; None: silence
    after: int = 1  # days from that question to the answer
    exit: tuple[str, str] | None = None  # what made them stay, and what got in the way; None: no answer

    @property
    def last(self) -> int:
        """The day on which their last pull request is merged or closed."""
        return self.pulls[-1].ended


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
    return _richer(Plan(days, tuple(people), tuple(came)), random.Random(f"{seed}, and more"))


def first_weeks() -> Plan:
    """A small year that is over after ten weeks, with somebody who soon knows their way."""
    grows = Newcomer(
        "newcomer-25",
        (Pull(34, 37, True), Pull(39, 42, True), Pull(44, 48, True)),
        is_answered=True,
        takes_starter=False,
        answer="accept",
    )
    small = plan(newcomers=24, graduates=4, days=70)
    return replace(small, newcomers=(*small.newcomers, grows))


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


# --- what else they do ----------------------------------------------------------------------------


def _richer(plan: Plan, dice: random.Random) -> Plan:
    """With what graduates do beside mentoring, and what newcomers say once they know their way."""
    people = [_busy(dice, one, plan.of(cohort), cohort) for cohort in COHORTS for one in plan.of(cohort)]
    came = [
        replace(
            one,
            answer=dice.choices(("accept", "decline", None), (5, 1, 2))[0],
            after=dice.randrange(1, 20),
            exit=dice.choice(SAID) if dice.random() < 0.08 else None,
        )
        for one in plan.newcomers
    ]
    return replace(plan, graduates=tuple(people), newcomers=tuple(came))


SAID = (("Somebody answered.", ""), ("", "The tests were slow."), ("A kind word.", "The first build."))


def _busy(dice: random.Random, one: Graduate, peers: list[Graduate], cohort: Cohort) -> Graduate:
    opened = sorted(_days_of_pulls(dice, cohort))
    others = [other.login for other in peers if other is not one]
    pulls = [
        Pull(day, day + dice.randrange(2, 25), dice.random() < 0.7, dice.choice((None, *others[:3])))
        for day in opened
    ]
    wins = sorted({cohort.ends + dice.randrange(1, 100) for _ in range(dice.choice((0, 0, 0, 1, 2)))})
    return replace(one, pulls=tuple(pulls), wins=tuple(wins))


def _days_of_pulls(dice: random.Random, cohort: Cohort) -> Iterator[int]:
    """While the cohort runs – several on the same day of a hackathon –, and now and then afterwards."""
    for _ in range(dice.choice((0, 1, 2, 3, 5) if cohort.kind == "hackathon" else (0, 0, 1))):
        yield dice.randrange(cohort.starts, cohort.ends + 1)
    for _ in range(dice.choice((0, 0, 1, 2))):
        yield cohort.ends + dice.choice((3, 15, 40, 80, 170))
