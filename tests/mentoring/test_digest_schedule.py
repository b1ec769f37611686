"""When a digest is due: one a week by the program's clock, also where that clock is changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.digest_schedule import latest_due, next_due, week_name
from mentoring.roster import Digest
from tests.mentoring.make import program

MONDAY_NINE = Digest()


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


# `now`, then the digest that was due last and the one that comes next; all in UTC.
DUE = [
    ("on Sunday", "UTC", MONDAY_NINE, "2026-11-22 12:00", "2026-11-16 09:00", "2026-11-23 09:00"),
    ("a second before", "UTC", MONDAY_NINE, "2026-11-23 08:59:59", "2026-11-16 09:00", "2026-11-23 09:00"),
    ("at the moment", "UTC", MONDAY_NINE, "2026-11-23 09:00", "2026-11-23 09:00", "2026-11-30 09:00"),
    ("a second after", "UTC", MONDAY_NINE, "2026-11-23 09:00:01", "2026-11-23 09:00", "2026-11-30 09:00"),
    (
        "another day and hour",
        "UTC",
        Digest(weekday="friday", hour=17),
        "2026-11-22 12:00",
        "2026-11-20 17:00",
        "2026-11-27 17:00",
    ),
    (
        "another day by the local clock",
        "Pacific/Auckland",
        MONDAY_NINE,
        "2026-11-22 20:30",
        "2026-11-22 20:00",
        "2026-11-29 20:00",
    ),
    (
        "summer ends in Rome",
        "Europe/Rome",
        MONDAY_NINE,
        "2026-10-25 12:00",
        "2026-10-19 07:00",
        "2026-10-26 08:00",
    ),
    (
        "summer begins in Rome",
        "Europe/Rome",
        MONDAY_NINE,
        "2026-03-29 12:00",
        "2026-03-23 08:00",
        "2026-03-30 07:00",
    ),
    (
        "an hour that is left out in Rome",
        "Europe/Rome",
        Digest(weekday="sunday", hour=2),
        "2026-03-29 01:00",
        "2026-03-29 01:00",
        "2026-04-05 00:00",
    ),
    (
        "an hour that comes twice in Rome: the first",
        "Europe/Rome",
        Digest(weekday="sunday", hour=2),
        "2026-10-25 00:30",
        "2026-10-25 00:00",
        "2026-11-01 01:00",
    ),
    (
        "a midnight that is left out in Santiago",
        "America/Santiago",
        Digest(weekday="sunday", hour=0),
        "2026-09-06 04:00",
        "2026-09-06 04:00",
        "2026-09-13 03:00",
    ),
]


@pytest.mark.parametrize(
    ("zone", "schedule", "now", "last", "following"), [row[1:] for row in DUE], ids=[row[0] for row in DUE]
)
def test_when_digests_are_due(zone: str, schedule: Digest, now: str, last: str, following: str) -> None:
    ours = program(timezone=zone)
    assert latest_due(ours, schedule, at(now)) == at(last)
    assert next_due(ours, schedule, at(now)) == at(following)


SCHEDULES = st.builds(
    Digest,
    weekday=st.sampled_from(["monday", "saturday", "sunday"]),
    hour=st.integers(0, 23),
)
ZONES = st.sampled_from(["Europe/Rome", "America/Santiago", "UTC", "Pacific/Auckland", "Asia/Kolkata"])
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=2192)).map(lambda after: at("2024-01-01") + after)


@given(ZONES, SCHEDULES, MOMENTS)
def test_the_last_is_past_and_the_next_to_come_and_a_week_lies_between(
    zone: str, schedule: Digest, now: datetime
) -> None:
    ours = program(timezone=zone)
    last, following = latest_due(ours, schedule, now), next_due(ours, schedule, now)
    assert last <= now < following
    assert latest_due(ours, schedule, following) == following
    assert latest_due(ours, schedule, following - timedelta(microseconds=1)) == last
    days = following.astimezone(ours.clock).date() - last.astimezone(ours.clock).date()
    assert days == timedelta(days=7)
    assert last.astimezone(ours.clock).isoweekday() == schedule.isoweekday


@pytest.mark.parametrize("zone", ["Europe/Rome", "America/Santiago", "UTC"])
@pytest.mark.parametrize(
    "schedule", [MONDAY_NINE, Digest(weekday="sunday", hour=0), Digest(weekday="sunday", hour=2)]
)
def test_over_the_years_each_week_has_exactly_one(zone: str, schedule: Digest) -> None:
    ours = program(timezone=zone)
    names, moment = [], at("2024-01-01 00:00")
    while moment < at("2029-01-01 00:00"):
        moment = next_due(ours, schedule, moment)
        names.append(week_name(ours, moment))
    first = datetime.fromisoformat(names[0])
    assert names == [f"{first + timedelta(weeks=week):%Y-%m-%d}" for week in range(len(names))]


def test_a_week_is_named_by_the_local_day() -> None:
    assert week_name(program(timezone="Pacific/Auckland"), at("2026-11-22 20:00")) == "2026-11-23"
