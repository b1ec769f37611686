"""What a program's page shows, piece by piece: plain values in which whatever may not be named has no name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mentoring.digest import Answers, Mentors
from mentoring.program_page import Answered, Graduates, InMonth, InWeek

STAGES = ("mentor", "maintainers", "newcomer", "merged", "closed")
WAITING = ("mentor", "maintainers")
OPEN = (*WAITING, "newcomer")
STARTERS = ("free", "taken", "done")


@dataclass(frozen=True)
class Counts:
    """How many of something there are, by state, and how many of them cannot be named to whoever looks."""

    all: Mapping[str, int]
    hidden: Mapping[str, int]

    def of(self, states: Iterable[str]) -> int:
        return sum(self.all.get(state, 0) for state in states)

    def hidden_of(self, states: Iterable[str]) -> int:
        return sum(self.hidden.get(state, 0) for state in states)

    def named_of(self, states: Iterable[str]) -> int:
        states = list(states)
        return self.of(states) - self.hidden_of(states)


@dataclass(frozen=True)
class Place:
    """A thread, where it is and how it is said."""

    slug: str
    number: int
    url: str


@dataclass(frozen=True)
class Thread:
    """A newcomer's thread. `stage`: one of STAGES. `waits_since`: since when it has been whoever's turn it is."""

    place: Place
    kind: str  # pull, claim, asked
    newcomer: str
    mentor: str | None
    second: str | None
    stage: str
    since: datetime
    waits_since: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    answer_by: datetime | None = None
    is_overdue: bool = False


@dataclass(frozen=True)
class Mentor:
    """A mentor with load and availability; the answers are to the newcomers of the last weeks, by whomever."""

    login: str
    cohort: str
    availability: str  # free, full, away, pausing
    open: int
    capacity: int
    away_until: datetime | None
    answers: Answers
    starters: int
    last_newcomer_at: datetime | None


@dataclass(frozen=True)
class Graduate:
    """Somebody who was asked. Whether they said yes is all that is told of one person."""

    login: str
    cohort: str
    asked_at: datetime
    said_yes: bool
    starters: int


@dataclass(frozen=True)
class Starter:
    """A good first issue. `state`: one of STARTERS."""

    place: Place
    mentor: str | None
    taker: str | None
    by_mentor: bool  # opened by its mentor; else labelled
    state: str
    since: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Stay:
    """An answer to the exit question. `login`: of whoever allowed to say that it was them."""

    day: date
    stayed: str
    hindered: str
    login: str | None


@dataclass(frozen=True)
class Overview:
    """Everything on the first page of a program."""

    threads: Counts
    starters: Counts
    waiting: Sequence[Thread]
    mentors: Mentors
    weeks: Sequence[InWeek]
    answered: Answered
    answers: Answers  # in the same weeks
    graduates: Graduates
    months: Sequence[InMonth]


@dataclass(frozen=True)
class Brief:
    """A program in the list of those that somebody may see."""

    id: int
    name: str
    home: str | None  # None: it may not be named
    waiting: int
    newcomers: int  # this week
    mentors: Mentors
