"""What else is counted by hand: leaderboards, certificates, and what the last digest has to say."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from tests.journeys.year_lineage import chain, said_yes
from tests.journeys.year_lived import Lived
from tests.journeys.year_plan import BEGINS, Cohort, Plan

WEEKS = 8  # that a digest looks back
NEW = 3  # merged pull requests of somebody which digests tell of as a newcomer's
A_DAY = 2  # pull requests of a person that count, in one repository

Place = tuple[int, int, frozenset[str]]  # rank, points, who


@dataclass(frozen=True)
class Week:
    """What a digest counts: the last weeks, who helps, how they came to that, and what is free to take."""

    weeks: tuple[
        tuple[str, int, int], ...
    ]  # from which day; newcomers who came, and what was merged of theirs
    mentors: int
    grown: int
    steps: int  # of the longest chain, from two on
    free: int


def places(plan: Plan, cohort: Cohort, after: int) -> list[Place]:
    """The leaderboard so many days after a cohort's end; who declined is not on it."""
    by = cohort.ends + after + 1  # it comes in the morning, before anybody acts
    points: dict[str, int] = {}
    for one in plan.of(cohort):
        merged = [pull for pull in one.pulls if pull.merged and pull.ended < by]
        days = Counter(pull.opened for pull in merged if cohort.starts <= pull.opened <= cohort.ends)
        points[one.login] = sum(min(many, A_DAY) for many in days.values())
        if one.answer == "decline" and cohort.ends + 1 + one.after < by:
            points[one.login] = 0
    scores = sorted({many for many in points.values() if many}, reverse=True)
    ranked = [(1 + sum(other > many for other in points.values()), many) for many in scores]
    return [
        (rank, many, frozenset(one for one in points if points[one] == many))
        for rank, many in ranked
        if rank <= 10
    ]


def certified(plan: Plan, lived: Lived, day: int) -> dict[str, tuple[int, int]]:
    """Mentors with the newcomers whom they helped up to an answer or a merge, and with how many it was the merge."""
    answered = {newcomer for _, newcomer, _ in lived.helped}
    merged = {one.login for one in plan.newcomers if one.pulls[0].merged and one.pulls[0].ended < day}
    found: dict[str, tuple[int, int]] = {}
    for mentor in set().union(*lived.named.values()):
        theirs = {newcomer for newcomer, names in lived.named.items() if mentor in names}
        if helped := theirs & (answered | merged):
            found[mentor] = (len(helped), len(helped & merged))
    return found


def week(plan: Plan, lived: Lived, monday: int) -> Week:
    """What a digest counts: it comes in the morning, before anybody acts."""
    mentors = said_yes(plan, lived, monday)
    grown = {login for login in mentors if login in lived.asked}
    steps = max((len(chain(lived, login)) for login in grown), default=0)
    begins = range(max(monday - WEEKS * 7, monday % 7 - 7), monday, 7)
    return Week(
        tuple((_named(BEGINS + timedelta(days=first)), *_of_week(plan, first)) for first in begins),
        len(mentors),
        len(grown),
        steps if steps > 1 else 0,
        _free(lived, monday),
    )


def _named(day: date) -> str:
    return f"{day.day} {day:%b}"


def _of_week(plan: Plan, first: int) -> tuple[int, int]:
    """Newcomers who came, and what was merged of each one's first three."""
    days = range(first, first + 7)
    merged = [sorted(pull.ended for pull in one.pulls if pull.merged)[:NEW] for one in plan.newcomers]
    return (
        sum(one.pulls[0].opened in days for one in plan.newcomers),
        sum(day in days for ended in merged for day in ended),
    )


def _free(lived: Lived, day: int) -> int:
    """Starter issues for which nobody has a pull request open, and none was merged."""
    opened = [number for _, number, when in lived.opened if when < day]
    taken = [lived.taken[number] for number in opened if number in lived.taken]
    busy = [pull for pull in taken if pull.opened < day and (pull.merged or pull.ended >= day)]
    return len(opened) - len(busy)
