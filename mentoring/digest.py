"""The digest: one issue a week for the organizers – who waits, what went well, who was asked and who stayed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from mentoring.actions import OpenIssue, Text, effect
from mentoring.roster import Digest, Program

WEEK = timedelta(weeks=1)
LABEL = "digest"
MOST_LINES = 50  # of one kind, so that the issue stays readable and below GitHub's limit


@dataclass(frozen=True)
class Spot:
    """Where something happened; without a slug in a private repository, which is counted but not named."""

    slug: str | None
    number: int
    url: str = ""
    title: str = ""


@dataclass(frozen=True)
class Newcomer:
    """A newcomer's first pull request, with its mentor and its state."""

    spot: Spot
    login: str
    mentor: str | None
    state: str  # waits, answered, merged, closed
    since: datetime
    answer_by: datetime | None = None


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
class Week:
    """The facts of a week, from `since` until `until`."""

    since: datetime
    until: datetime
    newcomers: Sequence[Newcomer] = ()
    waiting: Sequence[Newcomer] = ()
    cohorts: Sequence[CohortLine] = ()
    starters: Sequence[FreeStarter] = ()
    problems: Sequence[str] = ()
    problems_in_private: int = 0  # of a private home: they name files, cohorts and people

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say: a stock of issues and old answers alone are no news."""
        news = any(line.news for line in self.cohorts if line.asked)
        return not (self.newcomers or self.waiting or news or self.problems or self.problems_in_private)


def unnamed(line: CohortLine) -> CohortLine:
    """A private home's cohort as it may be shown in public: the numbers, without its name and its people."""
    return replace(line, name="in private", mentors=())


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
    named = [n for n in week.newcomers if n.spot.slug]
    waiting = sorted((n for n in week.waiting if n.spot.slug), key=lambda n: n.since)
    starters = [s for s in week.starters if s.spot.slug]
    values = {
        "program": program.name,
        "noun": program.mentor_noun,
        "clock": program.clock,
        "newcomers": named[:MOST_LINES],
        "newcomer_count": len(week.newcomers),
        "private_count": len(week.newcomers) - len(named),
        "waiting": waiting[:MOST_LINES],
        "waiting_count": len(week.waiting),
        "waiting_private": len(week.waiting) - len(waiting),
        "until": week.until,
        "cohorts": [line for line in week.cohorts if line.asked],
        "starters": starters[:MOST_LINES],
        "starter_count": len(week.starters),
        "starters_private": len(week.starters) - len(starters),
        "problems": list(week.problems)[:MOST_LINES],
        "problems_private": week.problems_in_private,
    }
    return Text("issues/digest", values)


def post(program: Program, home_id: int, repository_id: int, week_name: str, week: Week) -> OpenIssue:
    """The issue of the week. `repository_id`: where it appears."""
    title = Text("issues/digest_title", {"program": program.name, "week": week_name})
    key = effect(f"repo {home_id}", "digest", week_name)
    return OpenIssue(repository_id, "digest", key, title, text(program, week), labels=(LABEL,))
