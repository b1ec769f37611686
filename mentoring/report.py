"""The report: who stayed, for a cohort at its end and a year after, or for everybody in a period."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from mentoring.actions import OpenIssue, Text, effect
from mentoring.book import Book, Period
from mentoring.came_again import Newcomers, introduced, newcomers, without_mentor
from mentoring.event import Held
from mentoring.exit_question import counted as exit_counted
from mentoring.leaderboard import A_DAY, A_DAY_HERE, Place
from mentoring.report_words import MEANINGS, NAMES, said
from mentoring.roster import Cohort, Program
from mentoring.stayed import DAYS, SOON, Figure, Stayed, graduates, headline, stayed

LABEL = "report"
# Days after a cohort's last one, at the end of which there is a report.
OCCASIONS: Mapping[str, tuple[int, ...]] = {
    "mentorship": (0, 365),
    "hackathon": (7, 30, 365),
    "contest": (7, 30, 365),
}
MISSED = timedelta(days=30)  # what was due this long before the App first saw the cohort is left out


@dataclass(frozen=True)
class Counted:
    """What the numbers were counted from."""

    repositories: int
    unread: int = 0  # repositories of the program that GitHub did not show
    pulls: int = 0


@dataclass(frozen=True)
class Gap:
    """A kind of thing that is known only from a day on, which is later than the period's first."""

    kind: str  # of book.KINDS
    since: date


@dataclass(frozen=True)
class Report:
    """Every number of a cohort, or of a period. Its meaning: docs/report.md."""

    cohort: str | None
    period: Period
    opened: Figure
    merged: Figure
    graduates: Sequence[Figure]
    stayed: Sequence[Stayed]
    with_mentor: Newcomers
    without: Newcomers
    exits: Sequence[Figure] = ()
    events: Sequence[Held] = ()
    goals: Sequence[str] = ()  # of the cohort, in the organizers' words
    gaps: Sequence[Gap] = ()
    counted: Counted = Counted(0)


def occasions(program: Program, cohort: Cohort, first_seen: datetime) -> dict[int, datetime]:
    """The days after the cohort's last one at whose end there is a report, and when that is, in UTC."""
    found = {days: due_at(program, cohort, days) for days in OCCASIONS[cohort.kind]}
    return {days: due for days, due in found.items() if due > first_seen - MISSED}


def due_at(program: Program, cohort: Cohort, days: int) -> datetime:
    """The first moment, in UTC, at which so many days after the cohort's last one are over."""
    day = cohort.ends + timedelta(days=days + 1)
    return datetime.combine(day, time(), tzinfo=program.clock).astimezone(UTC)


def days_of(cohort: Cohort) -> tuple[int, ...]:
    """After how many days it is counted who is still there."""
    return DAYS if cohort.kind == "mentorship" else SOON


def of_cohort(book: Book, cohort: Cohort, members: Collection[int], ours: Collection[int]) -> Report:
    """A cohort: its members while it ran and since, beside the newcomers of that time.

    `members`: who is in it, and who was asked as one. `ours`: everybody who is no newcomer.
    """
    ran, period = Period(cohort.starts, cohort.ends), Period(cohort.starts, max(book.today, cohort.starts))
    begun = dict.fromkeys(members, cohort.ends)
    opened_and_merged, days = headline(book, members, ran), days_of(cohort)
    found = _report(book, cohort.name, period, opened_and_merged, begun, ours, days)
    return replace(found, goals=cohort.goals)


def of_period(book: Book, period: Period, ended: Mapping[int, date], ours: Collection[int]) -> Report:
    """Everybody in a period. `ended`: by person, the last day of the newest cohort of theirs that ended in it."""
    within = replace(
        book,
        asked=[one for one in book.asked if book.day(one.at) in period],
        starters=[one for one in book.starters if book.day(one.since) in period],
        guided=[one for one in book.guided if book.day(one.since) in period],
    )
    of = set(ended) | {one.person_id for one in within.asked} | {one.mentor_id for one in within.starters}
    of |= {helper for one in within.guided for helper in one.helpers}
    report = _report(book, None, period, headline(book, None, period), ended, ours, DAYS)
    return replace(report, graduates=_known(book, period, graduates(within, of)))


def _report(
    book: Book,
    name: str | None,
    period: Period,
    opened_and_merged: tuple[Figure, Figure],
    begun: Mapping[int, date],
    ours: Collection[int],
    days: Sequence[int],
) -> Report:
    return Report(
        name,
        period,
        *opened_and_merged,
        graduates=_known(book, period, graduates(book, begun)),
        stayed=[stayed(book, begun, one) for one in days],
        with_mentor=newcomers(book, introduced(book), period, days),
        without=newcomers(book, without_mentor(book, ours), period, days),
        exits=exit_counted(book, period),
        gaps=list(_gaps(book, period)),
    )


def _known(book: Book, period: Period, figures: Sequence[Figure]) -> list[Figure]:
    """Nobody was asked by us before we were there: of a period before that nothing is known."""
    if book.mentor_since is None or period.last >= book.day(book.mentor_since):
        return list(figures)
    return [replace(one, part=None, whole=None) for one in figures]


def _gaps(book: Book, period: Period) -> Iterator[Gap]:
    moments = {"pulls": book.pulls_since, "reviews": book.reviews_since, "mentor": book.mentor_since}
    for kind, since in moments.items():
        if since is not None and not book.knows(kind, period.first):
            yield Gap(kind, book.day(since))


def key(home_id: int, cohort: str, days: int) -> str:
    """Names the issue of an occasion, of which there is one, ever."""
    return effect(f"repo {home_id}", "report", cohort, days)


def issue(
    program: Program,
    home_id: int,
    cohort: Cohort,
    days: int,
    report: Report,
    places: Sequence[tuple[Place, Sequence[str]]] = (),
) -> OpenIssue:
    """The issue in the home. `places`: of the leaderboard, if the program wants one."""
    title = Text("issues/report_title", {"program": program.name, "cohort": cohort.name, "days": days})
    name = key(home_id, cohort.name, days)
    return OpenIssue(home_id, "report", name, title, text(report, places), labels=(LABEL,))


def text(report: Report, places: Sequence[tuple[Place, Sequence[str]]] = ()) -> Text:
    """The report as people read it. `places`: with the logins of those who share each."""
    values = {
        "cohort": report.cohort,
        "first": report.period.first.isoformat(),
        "last": report.period.last.isoformat(),
        "goals": report.goals,
        "opened": report.opened.part,
        "merged": report.merged.part,
        "graduates": [(NAMES[one.name], said(one)) for one in report.graduates],
        "not_yet": any(one.name == "asked" and one.part == 0 and one.whole for one in report.graduates),
        "stayed": [_line(one) for one in report.stayed if one.any.whole != 0],
        "later": [one.days for one in report.stayed if one.any.whole == 0],
        "newcomers": [(NAMES[one.name], said(one), said(other)) for one, other in _side_by_side(report)],
        "events": [(one.day, one.title, one.came, one.firsts) for one in report.events],
        "exits": [(NAMES[one.name], said(one)) for one in report.exits],
        "gaps": [(one.kind, one.since.isoformat()) for one in report.gaps],
        "counted": report.counted,
        "places": places,
        "a_day": A_DAY,
        "a_day_here": A_DAY_HERE,
        "meanings": [(NAMES.get(name, name), MEANINGS[name]) for name in _told(report)],
    }
    return Text("issues/report", values)


def _told(report: Report) -> Iterator[str]:
    """The numbers whose meaning is told: all, but for the exit question's and of events where these are not shown."""
    hidden = [*(() if report.exits else ("exit_",)), *(() if report.events else ("event_",))]
    yield from (name for name in MEANINGS if not name.startswith(tuple(hidden)))


def _line(one: Stayed) -> tuple[int, list[str]]:
    return one.days, [said(figure) for figure in (one.any, one.pulls, one.reviews, one.mentor)]


def _side_by_side(report: Report) -> Iterator[tuple[Figure, Figure]]:
    """What nobody has reached yet, with a mentor or without, is left out; so is everything where nobody came."""
    if report.with_mentor.came.part == report.without.came.part == 0:
        return
    for one, other in zip(columns(report.with_mentor), columns(report.without), strict=True):
        if one.whole != 0 or other.whole != 0:
            yield one, other


def columns(found: Newcomers) -> list[Figure]:
    """The numbers about newcomers in the order in which they are told."""
    return [found.came, found.merged, found.again, *found.active]
