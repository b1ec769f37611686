"""The digest: one issue a week for the organizers – who waits, what went well, who was asked and who stayed."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from statistics import median
from typing import Any

from mentoring.actions import OpenIssue, Text, effect
from mentoring.durations import say_duration
from mentoring.matching import Candidate
from mentoring.roster import Digest, Program

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
LABEL = "digest"
MOST_LINES = 20  # of one kind, so that the issue stays readable and below GitHub's limit
MOST_WINS = 10
MOST_PLACES = 10  # in one line
IN_PRIVATE = "in private"  # where a cohort would be named
KINDS = ("pull", "claim", "asked")  # of mentorships
LONGEST_WIN = 240  # characters


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
    """Something good that somebody told of."""

    spot: Spot
    login: str
    text: str


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


@dataclass(frozen=True)
class FreeStarter:
    """An open good first issue that nobody has taken yet."""

    spot: Spot
    mentor: str


@dataclass(frozen=True)
class Lines:
    """A list as it is shown: its first lines, how many more there are, how many in all and in private."""

    lines: tuple[Any, ...]
    more: int
    count: int
    private: int


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
    starters: Sequence[FreeStarter] = ()
    problems: Sequence[str] = ()
    problems_in_private: int = 0  # of a private home: they name files, cohorts and people

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say: a stock of mentors, issues and old answers alone is no news."""
        asked = any(line.news for line in self.cohorts if line.asked)
        events = (self.newcomers, self.waiting, self.handed_over, self.released, self.wins, self.problems)
        return not (asked or any(events) or self.problems_in_private)


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


def latest_due(program: Program, schedule: Digest, now: datetime) -> datetime:
    """The newest moment, in UTC, at which a digest was due; its local date names the week.

    Reckoned on the local calendar, so that a week with a change of the clock is still one week.
    """
    local = now.astimezone(program.clock)
    day = local.date() - timedelta(days=(local.isoweekday() - schedule.isoweekday) % 7)
    due = datetime.combine(day, time(schedule.hour), tzinfo=program.clock)
    if due.astimezone(UTC) > now:
        due = datetime.combine(day - WEEK, time(schedule.hour), tzinfo=program.clock)
    return due.astimezone(UTC)


def next_due(program: Program, schedule: Digest, now: datetime) -> datetime:
    """The next moment, in UTC, at which a digest will be due."""
    day = latest_due(program, schedule, now).astimezone(program.clock).date() + WEEK
    return datetime.combine(day, time(schedule.hour), tzinfo=program.clock).astimezone(UTC)


def week_name(program: Program, due: datetime) -> str:
    """Names the week of a digest: the local date on which it was due."""
    return due.astimezone(program.clock).date().isoformat()


def misplaced(slug: str) -> str:
    """What is wrong if the digest may not appear where the file says; the same whether or not it exists."""
    return (
        f"The digest cannot appear in {slug}: Lamplighter has to be installed there together with the "
        "program's home, or the repository's own configuration has to extend the program's."
    )


def text(program: Program, week: Week) -> Text:
    """The body of the digest. What happened in private repositories is counted, never named."""
    waiting = sorted((one for one in week.waiting if one.spot.slug), key=lambda one: one.since)
    newcomers = [one for one in week.newcomers if one.spot.slug]
    starters = [one for one in week.starters if one.spot.slug]
    wins = [replace(one, text=_shortened(one.text)) for one in week.wins if one.spot.slug]
    values = {
        "program": program.name,
        "noun": program.mentor_noun,
        "clock": program.clock,
        "until": week.until,
        "waiting": _cut(waiting, len(week.waiting)),
        "overdue_count": sum(one.is_overdue(week.until) for one in week.waiting),
        "problems": _cut(week.problems, len(week.problems)),
        "problems_private": week.problems_in_private,
        "wins": _cut(wins, len(week.wins), MOST_WINS),
        "newcomers": _cut(newcomers, len(week.newcomers)),
        "kinds": {kind: sum(one.kind == kind for one in week.newcomers) for kind in KINDS},
        "answers": week.answers,
        "median": _said(week.answers),
        "median_before": _said(week.answers_before),
        "mentors": week.mentors,
        "handed_over": _places(week.handed_over),
        "released": _places(week.released),
        "cohorts": [line for line in week.cohorts if line.asked],
        "starters": _cut(starters, len(week.starters)),
    }
    return Text("issues/digest", values)


def _places(spots: Sequence[Spot]) -> Lines:
    return _cut([spot for spot in spots if spot.slug], len(spots), MOST_PLACES)


def _cut(named: Sequence[Any], count: int, most: int = MOST_LINES) -> Lines:
    return Lines(tuple(named[:most]), max(0, len(named) - most), count, count - len(named))


def _said(answers: Answers) -> str:
    return say_duration(about(answers.median)) if answers.median is not None else "–"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_WIN else f"{text[: LONGEST_WIN - 1].rstrip()}…"


def post(program: Program, home_id: int, repository_id: int, week_name: str, week: Week) -> OpenIssue:
    """The issue of the week. `repository_id`: where it appears."""
    since, until = (moment.astimezone(program.clock).date() for moment in (week.since, week.until))
    days = {"since": since.isoformat(), "until": until.isoformat()}
    title = Text("issues/digest_title", {"program": program.name, **days})
    key = effect(f"repo {home_id}", "digest", week_name)
    return OpenIssue(repository_id, "digest", key, title, text(program, week), labels=(LABEL,))
