"""The numbers of a program's page: who came, how soon a person answered, from asked to helped, who came back.

What each of them counts is told to people in docs/program-page.md.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mentoring.came_again import came_again
from mentoring.digest import DAY, HOUR, WEEK

WEEKS = 12  # that the charts look back, the one that is under way included
MONTHS = 6  # in which newcomers came, for those who came back
STATES = ("merged", "answered", "waits", "closed")  # of a newcomer's newest thread in a week
WITHIN = (HOUR, 4 * HOUR, DAY, 2 * DAY, WEEK)  # how soon a person answered


@dataclass(frozen=True)
class Came:
    """A thread of a newcomer, as far as the numbers go. `state`: one of STATES; moments are in UTC."""

    newcomer_id: int
    since: datetime
    state: str
    answered_at: datetime | None = None


@dataclass(frozen=True)
class InWeek:
    """The newcomers of a week, which begins on that Monday, by state."""

    monday: date
    states: Mapping[str, int]

    @property
    def count(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True)
class Answered:
    """How soon newcomers had a person's answer: how many of them within each of WITHIN, later, or not at all."""

    within: tuple[int, ...]  # each includes those before it
    later: int
    not_yet: int  # nobody has answered, and the thread is open
    never: int  # it was closed before anybody had

    @property
    def count(self) -> int:
        return self.within[-1] + self.later + self.not_yet + self.never


@dataclass(frozen=True)
class Graduates:
    """What became of those who were asked, each person once. `opened` and `helped` are both of the accepted."""

    asked: int
    accepted: int
    opened: int
    helped: int


@dataclass(frozen=True)
class Piece:
    """That somebody began something: an issue they took, or a pull request."""

    person_id: int
    since: datetime
    merged: bool = False


@dataclass(frozen=True)
class InMonth:
    """The newcomers whose first thread began in a month, and how many of them did what later."""

    first: date
    came: int = 0
    merged: int = 0  # something of theirs was merged
    again: int = 0  # they made a second contribution
    merged_once: int = 0  # something was merged, and they did not come back yet
    mentors: int = 0  # they said yes to being a mentor


@dataclass(frozen=True)
class CohortSums:
    """A cohort beside the others. Who said no and who is silent is counted, never named."""

    name: str
    ends: date | None  # None: the roster does not have it any more
    graduates: int
    asked: int
    accepted: int
    later: int
    declined: int
    starters: int
    helped: int  # newcomers
    goals: Sequence[str] = ()  # in the organizers' words

    @property
    def silent(self) -> int:
        return self.asked - self.accepted - self.later - self.declined


def monday(moment: datetime, clock: ZoneInfo) -> date:
    """The Monday of the week in which a moment falls, by the program's clock."""
    day = moment.astimezone(clock).date()
    return day - timedelta(days=day.weekday())


def first_monday(now: datetime, clock: ZoneInfo, weeks: int = WEEKS) -> datetime:
    """When the weeks of the charts begin, in UTC."""
    day = monday(now, clock) - (weeks - 1) * WEEK
    return datetime.combine(day, time(), tzinfo=clock).astimezone(UTC)


def weekly(came: Iterable[Came], now: datetime, clock: ZoneInfo, weeks: int = WEEKS) -> list[InWeek]:
    """The newcomers of each week, the oldest week first; each person once a week, by their newest thread in it."""
    newest: dict[tuple[date, int], Came] = {}
    for one in sorted(came, key=lambda one: one.since):
        newest[monday(one.since, clock), one.newcomer_id] = one
    counts: Counter[tuple[date, str]] = Counter((week, one.state) for (week, _), one in newest.items())
    mondays = [monday(now, clock) - n * WEEK for n in reversed(range(weeks))]
    return [InWeek(day, {state: counts[day, state] for state in STATES}) for day in mondays]


def answered(came: Iterable[Came]) -> Answered:
    """How soon a person answered, of each thread; by whomever, as for the digest's median."""
    came = list(came)
    waits = [one.answered_at - one.since for one in came if one.answered_at is not None]
    within = tuple(sum(wait <= limit for wait in waits) for limit in WITHIN)
    open_ones = sum(one.answered_at is None and one.state == "waits" for one in came)
    return Answered(within, len(waits) - within[-1], open_ones, len(came) - len(waits) - open_ones)


def graduates(
    asked: Collection[int], accepted: Collection[int], opened: Collection[int], helped: Collection[int]
) -> Graduates:
    """From asked to helped, by the ids of people."""
    yes = set(asked) & set(accepted)
    return Graduates(len(set(asked)), len(yes), len(yes & set(opened)), len(yes & set(helped)))


def months(now: datetime, clock: ZoneInfo, count: int = MONTHS) -> list[date]:
    """The first days of the last months, the one that is under way included, the oldest first."""
    day = now.astimezone(clock).date()
    last = day.year * 12 + day.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - count + 1, last + 1)]


def first_month(now: datetime, clock: ZoneInfo, count: int = MONTHS) -> datetime:
    """When these months begin, in UTC."""
    return datetime.combine(months(now, clock, count)[0], time(), tzinfo=clock).astimezone(UTC)


def monthly(
    pieces: Sequence[Piece],
    pulls: Mapping[int, Collection[Any]],
    before: Collection[int],
    mentors: Collection[int],
    now: datetime,
    clock: ZoneInfo,
    count: int = MONTHS,
) -> list[InMonth]:
    """The newcomers by the month they first came in, the oldest first, and who of them came back.

    `pulls`: each one's pull requests. `before`: those who had been here before these months. `mentors`: everybody who
    said yes.
    """
    of: dict[int, list[Piece]] = {}
    for one in pieces:
        if one.person_id not in before:
            of.setdefault(one.person_id, []).append(one)
    found = []
    for first in months(now, clock, count):
        theirs = {
            person_id: work
            for person_id, work in of.items()
            if min(one.since for one in work).astimezone(clock).date().replace(day=1) == first
        }
        merged = {one for one, work in theirs.items() if any(piece.merged for piece in work)}
        again = {one for one in theirs if came_again(pulls.get(one, ()))}
        mentored = len(theirs.keys() & set(mentors))
        found.append(InMonth(first, len(theirs), len(merged), len(again), len(merged - again), mentored))
    return found
