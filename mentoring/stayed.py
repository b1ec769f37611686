"""Stayed: who was asked, who helped, who came again and who is still there after a month, a quarter, half a year, a year.

What each number counts is told to people in docs/report.md. Each has a numerator and a denominator; what cannot be
known has neither, and is never 0.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mentoring.book import KINDS, Book, Guided, Period, Pull

DAYS = (30, 90, 180, 365)  # after which it is counted who is still there
SOON = (7, *DAYS)  # the same after a hackathon or a contest
WINDOW = 30  # days: who did something in as many, the last of them included, is active then


@dataclass(frozen=True)
class Figure:
    """So many of so many. `whole` None: a plain count; `part` None: it cannot be known.

    `whole` 0: nobody has come so far yet.
    """

    name: str
    part: int | None
    whole: int | None = None

    @property
    def per_cent(self) -> int | None:
        return None if self.part is None or not self.whole else share(self.part, self.whole)


@dataclass(frozen=True)
class Stayed:
    """Who was active so many days after their day 0, by kind and by any of them."""

    days: int
    any: Figure
    pulls: Figure
    reviews: Figure
    mentor: Figure


def share(part: int, whole: int) -> int:
    """Per cent, rounded as one says it; 0 of nothing."""
    return int(100 * part / whole + 0.5) if whole else 0


def headline(book: Book, people: Collection[int] | None, period: Period) -> tuple[Figure, Figure]:
    """The pull requests that these people opened in a period, and those of them that are merged by now."""
    if not book.knows("pulls", period.first):
        return Figure("pulls_opened", None), Figure("pulls_merged", None)
    of = [one for one in book.pulls if people is None or one.person_id in people]
    mine = [one for one in of if book.day(one.opened_at) in period]
    merged = sum(is_merged(book, one) for one in mine)
    return Figure("pulls_opened", len(mine)), Figure("pulls_merged", merged, len(mine))


def graduates(book: Book, people: Collection[int]) -> list[Figure]:
    """From asked to helped. `people`: the graduates of a cohort, or of all. Each counts once."""
    of = set(people)
    asked = {one.person_id for one in book.asked} & of
    yes = {one.person_id for one in book.asked if one.accepted} & of
    starters = [one for one in book.starters if one.mentor_id in of]
    pairs = helped(book.guided, of)
    return [
        Figure("asked", len(asked), len(of)),
        Figure("accepted", len(yes), len(asked)),
        Figure("openers", len({one.mentor_id for one in starters} & yes), len(yes)),
        Figure("starters", len(starters)),
        Figure("taken", sum(one.taken for one in starters), len(starters)),
        Figure("starters_merged", sum(one.merged for one in starters), len(starters)),
        Figure("helpers", len(pairs.keys() & of), len(of)),
        Figure("helped", len(set().union(*pairs.values()))),
    ]


def helped(guided: Iterable[Guided], mentors: Collection[int]) -> dict[int, set[int]]:
    """The newcomers of each of these mentors: with their name on a thread on which a person answered."""
    found: dict[int, set[int]] = {}
    for one in guided:
        if one.answered_at is not None:
            for mentor_id in one.helpers & set(mentors):
                found.setdefault(mentor_id, set()).add(one.newcomer_id)
    return found


def stayed(book: Book, begun: Mapping[int, date], days: int) -> Stayed:
    """Who was active so many days after their day 0. `begun`: each person's day 0."""
    figures = {kind: active(book, begun, days, [kind]) for kind in KINDS}
    return Stayed(days, active(book, begun, days, KINDS), **figures)


def active(book: Book, begun: Mapping[int, date], days: int, kinds: Sequence[str]) -> Figure:
    """Who did something of these kinds in the window before that day; of those for whom the day is over."""
    reached = {one: window(day, days) for one, day in begun.items() if window(day, days).last < book.today}
    name = f"active_{days}"
    if any(not book.knows(kind, one.first) for one in reached.values() for kind in kinds):
        return Figure(name, None)
    done = _days(book, kinds)
    return Figure(name, sum(_is_there(done.get(who, ()), one) for who, one in reached.items()), len(reached))


def _is_there(days: Iterable[date], when: Period) -> bool:
    return any(day in when for day in days)


def window(begun: date, days: int) -> Period:
    """The days in which something has to be done to be active so many days after day 0, which is not among them."""
    first = begun + timedelta(days=max(1, days - WINDOW + 1))
    return Period(first, begun + timedelta(days=days))


def _days(book: Book, kinds: Sequence[str]) -> dict[int, set[date]]:
    """The days on which somebody did something of these kinds."""
    found: dict[int, set[date]] = {}
    for kind in kinds:
        for one in book.acts(kind):
            found.setdefault(one.person_id, set()).add(book.day(one.at))
    return found


def is_merged(book: Book, pull: Pull) -> bool:
    """Whether a pull request was merged by the moment at which it is counted."""
    return pull.merged_at is not None and pull.merged_at <= book.now


def by_person(pulls: Iterable[Pull]) -> dict[int, list[Pull]]:
    """Each person's pull requests in the program's repositories, the oldest first."""
    found: dict[int, list[Pull]] = {}
    for one in sorted(pulls, key=lambda one: (one.opened_at, one.repository_id, one.number)):
        found.setdefault(one.person_id, []).append(one)
    return found
