"""The digest: one issue a week for the organizers – who waits, what went well, who was asked and who stayed."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import median

from mentoring.matching import Candidate
from mentoring.wins import KINDS as KINDS_OF_WINS
from mentoring.wins import OTHER

LABEL = "digest"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
IN_PRIVATE = "in private"  # where a cohort would be named
KINDS = ("pull", "claim", "asked")  # of mentorships


@dataclass(frozen=True)
class Spot:
    """Where something happened; without a slug in a private repository, which is counted but not named."""

    slug: str | None
    number: int
    url: str = ""
    title: str = ""


@dataclass(frozen=True)
class Newcomer:
    """A newcomer's thread, with its mentor and its state."""

    spot: Spot
    login: str
    mentor: str | None
    state: str  # waits, answered, merged, closed
    kind: str = "pull"  # pull, claim, asked


@dataclass(frozen=True)
class Waiting:
    """A newcomer whose turn it is not, and whom they wait for."""

    spot: Spot
    login: str
    since: datetime
    helpers: tuple[str, ...] = ()  # the mentor and whoever covers; nobody was free where there is none
    for_maintainers: bool = False
    answer_by: datetime | None = None  # what was promised; None: nothing

    def is_overdue(self, now: datetime) -> bool:
        """Whether an answer was promised, and the moment has passed."""
        return self.answer_by is not None and self.answer_by < now


@dataclass(frozen=True)
class Mentors:
    """How many mentors there are, each counted once; the silent are among the free and the full."""

    free: int = 0
    full: int = 0
    away: int = 0
    pausing: int = 0
    silent: int = 0

    @property
    def count(self) -> int:
        return self.free + self.full + self.away + self.pausing


@dataclass(frozen=True)
class Answers:
    """How many newcomers came in a week, how many have a human answer by now, and how long half of them waited."""

    newcomers: int = 0
    answered: int = 0
    median: timedelta | None = None  # None: nobody was answered


@dataclass(frozen=True)
class Win:
    """Something good that somebody told of, or that was found: then it has no text, and is their first of its kind."""

    spot: Spot
    login: str
    text: str
    kind: str = OTHER  # of mentoring.wins.KINDS

    @property
    def emoji(self) -> str:
        """The sign of its kind."""
        return KINDS_OF_WINS[self.kind if self.kind in KINDS_OF_WINS else OTHER].emoji


@dataclass(frozen=True)
class CohortLine:
    """How the graduates of one cohort answered."""

    name: str
    asked: int
    accepted: int
    later: int
    declined: int
    mentors: tuple[tuple[str, str], ...] = ()  # login and progress, e.g. 1/2
    news: bool = True  # somebody was asked, answered or opened a starter issue this week
    asked_at: datetime | None = None  # when the last of them was asked

    @property
    def is_silent(self) -> bool:
        """Whether nobody of them has answered."""
        return bool(self.asked) and not (self.accepted or self.later or self.declined)


@dataclass(frozen=True)
class EventLine:
    """An event that is ahead, or that somebody told the result of this week; `day` is by the program's clock."""

    spot: Spot
    title: str
    day: datetime
    came: int | None = None  # nobody has said yet
    firsts: int | None = None
    open_roles: tuple[str, ...] = ()  # of one that is ahead
    news: bool = True  # opened this week, or its result was told


@dataclass(frozen=True)
class FreeStarter:
    """An open good first issue that nobody has taken yet."""

    spot: Spot
    mentor: str


@dataclass(frozen=True)
class Merged:
    """A newcomer's pull request that was merged; without a title where GitHub does not show it any more."""

    spot: Spot
    login: str


@dataclass(frozen=True)
class InWeek:
    """The numbers of one week, which begins on that day."""

    since: date
    newcomers: int = 0
    merged: int = 0


@dataclass(frozen=True)
class Stock:
    """The good first issues that are free, how many there should be, and who to ask for one more."""

    free: int
    wanted: int
    mentor: str | None = None  # to ask; None: there is nobody, or they may not be named here

    @property
    def is_low(self) -> bool:
        return self.free < self.wanted


@dataclass(frozen=True)
class Week:
    """The facts of a week, from `since` until `until`."""

    since: datetime
    until: datetime
    newcomers: Sequence[Newcomer] = ()
    answers: Answers = Answers()
    answers_before: Answers = Answers()  # of the week before
    waiting: Sequence[Waiting] = ()
    mentors: Mentors = Mentors()
    handed_over: Sequence[Spot] = ()
    released: Sequence[Spot] = ()  # good first issues whose claim was given back, or grew too old
    wins: Sequence[Win] = ()  # the newest first
    cohorts: Sequence[CohortLine] = ()
    events: Sequence[EventLine] = ()  # what was told first, then what is ahead
    starters: Sequence[FreeStarter] = ()
    merged: Sequence[Merged] = ()  # the newest first
    merged_before: int = 0  # in the week before
    weeks: Sequence[InWeek] = ()  # the oldest first; the last is this one
    stock: Stock | None = None  # None: nobody is asked for starter issues
    generations: Mapping[int, int] = field(default_factory=dict)  # of mentors: how many in which
    introduced: int = 0  # newcomers who were introduced to each other
    problems: Sequence[str] = ()
    problems_in_private: int = 0  # of a private home: they name files, cohorts and people

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say: a stock of mentors, issues and old answers alone is no news."""
        asked = any(line.news for line in self.cohorts if line.asked) or any(one.news for one in self.events)
        events = (self.newcomers, self.waiting, self.handed_over, self.released, self.wins, self.merged)
        return not (asked or any(events) or self.problems or self.problems_in_private)


def promised(
    answer_by: datetime | None, answered_at: datetime | None, turn_since: datetime, within: timedelta
) -> datetime | None:
    """By when somebody's helper is to answer: as the welcome said, and later as long after each turn."""
    return answer_by if answered_at is None else turn_since + within


def count_mentors(mentors: Iterable[Candidate], silent: AbstractSet[int]) -> Mentors:
    """Counts each mentor once. `silent`: the ids of those whose answer is overdue; the away are excused."""
    mentors = list(mentors)
    states = Counter(availability_of(mentor) for mentor in mentors)
    here = {mentor.id for mentor in mentors if availability_of(mentor) in ("free", "full")}
    return Mentors(states["free"], states["full"], states["away"], states["pausing"], len(here & silent))


def availability_of(mentor: Candidate) -> str:
    """Whether a mentor has room: free, full, away or pausing."""
    if mentor.away:
        return "away"
    if mentor.capacity == 0:
        return "pausing"
    return "full" if mentor.open_mentorships >= mentor.capacity else "free"


def answers(times: Iterable[timedelta | None]) -> Answers:
    """How long newcomers waited for the first human answer. None: they have none yet."""
    waits = list(times)
    seconds = [wait.total_seconds() for wait in waits if wait is not None]
    return Answers(len(waits), len(seconds), timedelta(seconds=median(seconds)) if seconds else None)


def about(duration: timedelta) -> timedelta:
    """Rounded as one says it: `5 hours`, `2 days`."""
    for unit in (DAY, HOUR):
        if duration >= 2 * unit:
            return unit * math.floor(duration / unit + 0.5)
    minute = timedelta(minutes=1)
    return max(minute, minute * math.floor(duration / minute + 0.5))


def unnamed(line: CohortLine) -> CohortLine:
    """A private home's cohort as it may be shown in public: the numbers, without its name and its people."""
    return replace(line, name=IN_PRIVATE, mentors=())
