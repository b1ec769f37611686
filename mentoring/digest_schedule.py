"""When a digest is due: once a week, by the program's clock; and the name of its week."""

from datetime import UTC, datetime, time, timedelta

from mentoring.roster import Digest, Program

WEEK = timedelta(weeks=1)


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
