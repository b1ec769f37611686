"""Each number that Lamplighter says of a year, beside the one that was counted by hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.journeys import year_counts as counts
from tests.journeys import year_told as told
from tests.journeys.house import BOT
from tests.journeys.programs import HOME
from tests.journeys.year_certificates import asked_on
from tests.journeys.year_graduates import win_of
from tests.journeys.year_lineage import chain, misled, said_yes
from tests.journeys.year_plan import BEGINS, Cohort
from tests.journeys.year_stage import Year
from tests.journeys.year_sums import of_cohort, of_year


@dataclass(frozen=True)
class Compared:
    """A number, or what is made of several, as it is told and as it was counted."""

    part: str
    name: str
    told: Any
    counted: Any

    @property
    def is_right(self) -> bool:
        return bool(self.told == self.counted)

    def __str__(self) -> str:
        return f"{self.part}: {self.name} is {self.told}, counted by hand {self.counted}"


def compared(year: Year) -> Iterator[Compared]:
    """All of them."""
    yield from _reports(year)
    yield from _lineage(year)
    yield from _leaderboards(year)
    yield from _digest(year)
    yield from _wins(year)
    counted = counts.certified(year.plan, year.lived, asked_on(year.plan.days))
    yield from _each("certificates", year.lived.certified, counted)


def _reports(year: Year) -> Iterator[Compared]:
    last = BEGINS + timedelta(days=year.plan.days - 1)
    whole = told.said(year.house, "--since", str(BEGINS), "--until", str(last))
    yield from _each("the report on the year", whole, of_year(year.plan, year.lived), only_counted=True)
    for cohort in year.plan.ended:
        said = told.said(year.house, "--cohort", cohort.name)
        yield from _each(f"the report on {cohort.name}", said, of_cohort(year.plan, year.lived, cohort))


def _each(
    part: str, said: dict[Any, Any], counted: dict[Any, Any], *, only_counted: bool = False
) -> Iterator[Compared]:
    names = counted if only_counted else said | counted
    for name in sorted(names, key=str):
        spoken = name if isinstance(name, str) else " ".join(str(one) for one in name if one is not None)
        yield Compared(part, spoken, said.get(name), counted.get(name))


def _lineage(year: Year) -> Iterator[Compared]:
    yield Compared("lineage", "who is asked to mentor", misled(year.plan, year.lived), [])
    yes = said_yes(year.plan, year.lived, year.plan.days)
    for one in sorted(year.lived.asked):
        line = chain(year.lived, one)
        counted = (len(line), line) if one in yes else (None, line)
        yield Compared("lineage", one, told.line_of(year.house, one), counted)


def _leaderboards(year: Year) -> Iterator[Compared]:
    issues = {one.title: one for one in told.posted(year.house, "report")}
    due = {_title(cohort, after): (cohort, after) for cohort, after in _occasions(year)}
    yield Compared("reports in the home", "which", sorted(issues), sorted(due))
    for title, (cohort, after) in due.items():
        if cohort.kind != "mentorship" and title in issues:
            counted = counts.places(year.plan, cohort, after)
            yield Compared("leaderboard", title, told.leaderboard(issues[title]), counted)


def _occasions(year: Year) -> Iterator[tuple[Cohort, int]]:
    for cohort in year.plan.ended:
        for after in (0, 365) if cohort.kind == "mentorship" else (7, 30, 365):
            if cohort.ends + after + 1 < year.plan.days:
                yield cohort, after


def _title(cohort: Cohort, after: int) -> str:
    if after == 0:
        return f"Observatory: report on {cohort.name}"
    return f"Observatory: {cohort.name}, {'a year' if after == 365 else f'{after} days'} after"


def _last_digest(year: Year) -> int:
    """The day on which it came: there is none in a week without anything to say."""
    return (told.posted(year.house, "digest")[-1].created_at.date() - BEGINS).days


def _digest(year: Year) -> Iterator[Compared]:
    said, counted = (
        vars(told.week(told.posted(year.house, "digest")[-1])),
        vars(counts.week(year.plan, year.lived, _last_digest(year))),
    )
    yield from _each("the last digest", said, counted)


def _wins(year: Year) -> Iterator[Compared]:
    """Each stands in the digest of its week, and there alone."""
    monday = _last_digest(year)
    counted = {
        win_of(one, number): 1
        for one in year.plan.graduates
        for number, day in enumerate(one.wins, start=1)
        if day < monday
    }
    bodies = [one.body or "" for one in told.posted(year.house, "digest")]
    said = {win: sum(bool(re.search(rf"{win}\b", body)) for body in bodies) for win in counted}
    yield from _each("wins in digests", said, counted)
    said_there = [one.body for one in year.world.thread(HOME, year.wall).comments if one.author == BOT]
    refused = [body for body in said_there if "lamplighter:certificate " not in body]
    yield Compared("wins in digests", "refused", refused, [])
