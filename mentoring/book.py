"""The book: all that is counted of a program's people, as it is known at a moment, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

KINDS = ("pulls", "reviews", "mentor")  # of contributions


@dataclass(frozen=True)
class Pull:
    """A pull request in one of the program's repositories; moments are in UTC."""

    person_id: int
    repository_id: int
    number: int
    opened_at: datetime
    merged_at: datetime | None = None


@dataclass(frozen=True)
class Act:
    """That somebody did something: gave a review, or helped as a mentor."""

    person_id: int
    at: datetime


@dataclass(frozen=True)
class Asked:
    """That a graduate was asked to be a mentor, and whether they said yes."""

    person_id: int
    at: datetime
    accepted: bool = False


@dataclass(frozen=True)
class Guided:
    """A newcomer's thread with a name on it. `answered_at`: when the first person answered there."""

    newcomer_id: int
    helpers: frozenset[int]
    since: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Opened:
    """A starter issue, and whether somebody took it and something for it was merged."""

    mentor_id: int
    since: datetime
    taken: bool = False
    merged: bool = False


@dataclass(frozen=True)
class Question:
    """That somebody had the exit question before them, and which of its two fields they filled in, if any."""

    asked_at: datetime
    answered: bool = False
    stayed: bool = False
    hindered: bool = False


@dataclass(frozen=True)
class Book:
    """All that is counted, as it is known at `now`. `*_since`: from when on; None: from the beginning."""

    now: datetime
    clock: ZoneInfo
    pulls: Sequence[Pull] = ()
    reviews: Sequence[Act] = ()
    asked: Sequence[Asked] = ()
    guided: Sequence[Guided] = ()
    starters: Sequence[Opened] = ()
    questions: Sequence[Question] = ()
    pulls_since: datetime | None = None
    reviews_since: datetime | None = None
    mentor_since: datetime | None = None

    def day(self, moment: datetime) -> date:
        """The day on which a moment falls, by the program's clock."""
        return moment.astimezone(self.clock).date()

    @property
    def today(self) -> date:
        return self.day(self.now)

    def knows(self, kind: str, first: date) -> bool:
        """Whether everything of a kind is known from the beginning of that day on."""
        since: datetime | None = getattr(self, f"{kind}_since")
        return since is None or since <= datetime.combine(first, time(), tzinfo=self.clock)

    def mentoring(self) -> list[Act]:
        """What people did as mentors: a newcomer with their name was answered, or they opened a starter issue."""
        helped = (
            Act(one, guided.answered_at)
            for guided in self.guided
            if guided.answered_at is not None
            for one in guided.helpers
        )
        return [*helped, *(Act(one.mentor_id, one.since) for one in self.starters)]

    def acts(self, kind: str) -> list[Act]:
        """What was done, of one of KINDS."""
        if kind == "pulls":
            return [Act(one.person_id, one.opened_at) for one in self.pulls]
        return list(self.reviews) if kind == "reviews" else self.mentoring()


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included, by the program's clock."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last
