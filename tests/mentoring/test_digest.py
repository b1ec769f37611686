"""The digest: one a week by the program's clock, silent where there is nothing to say, discreet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.digest import (
    MOST_LINES,
    CohortLine,
    FreeStarter,
    Newcomer,
    Spot,
    Week,
    latest_due,
    next_due,
    post,
    text,
    unnamed,
    week_name,
)
from mentoring.roster import Digest, Program
from tests.mentoring.make import NOW, program

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


PUBLIC = Spot("observatory/dome", 3, "https://example.org/3", "Title")
PRIVATE = Spot(None, 4)
NEW = Newcomer(PUBLIC, "newcomer", "mentor-one", "waits", NOW)
HIDDEN = replace(NEW, spot=PRIVATE, login="hidden")
NOTHING = Week(NOW - timedelta(days=7), NOW)

SILENCE: list[tuple[str, Week, bool]] = [
    ("nothing", NOTHING, True),
    (
        "a cohort of which nobody was asked",
        replace(NOTHING, cohorts=[CohortLine("Autumn", 0, 0, 0, 0)]),
        True,
    ),
    ("a cohort that was asked", replace(NOTHING, cohorts=[CohortLine("Autumn", 1, 0, 0, 0)]), False),
    ("a newcomer", replace(NOTHING, newcomers=[NEW]), False),
    ("a newcomer in private", replace(NOTHING, newcomers=[HIDDEN]), False),
    ("somebody who waits", replace(NOTHING, waiting=[NEW]), False),
    (
        "only issues to take, as last week",
        replace(NOTHING, starters=[FreeStarter(PUBLIC, "mentor-one")]),
        True,
    ),
    ("a problem", replace(NOTHING, problems=["Nobody is called so."]), False),
    ("a problem of a private home", replace(NOTHING, problems_in_private=1), False),
]


@pytest.mark.parametrize(("week", "silent"), [row[1:] for row in SILENCE], ids=[row[0] for row in SILENCE])
def test_when_there_is_nothing_to_say(week: Week, silent: bool) -> None:
    assert week.is_silent is silent


def test_what_happened_in_private_is_counted_and_not_named() -> None:
    week = replace(
        NOTHING,
        newcomers=[HIDDEN, NEW, HIDDEN],
        waiting=[HIDDEN, NEW],
        starters=[FreeStarter(PRIVATE, "mentor-one"), FreeStarter(PUBLIC, "mentor-one")],
    )
    values = text(program(), week).values
    assert (values["newcomers"], values["newcomer_count"], values["private_count"]) == ([NEW], 3, 2)
    assert (values["waiting"], values["waiting_count"], values["waiting_private"]) == ([NEW], 2, 1)
    assert (values["starter_count"], values["starters_private"]) == (2, 1)
    assert values["starters"] == [FreeStarter(PUBLIC, "mentor-one")]
    assert "hidden" not in repr(values)


def test_who_waits_longest_comes_first() -> None:
    waits = [replace(NEW, login=f"newcomer-{n}", since=NOW - timedelta(days=n)) for n in (1, 3, 2)]
    values = text(program(), replace(NOTHING, waiting=waits)).values
    assert [one.login for one in values["waiting"]] == ["newcomer-3", "newcomer-2", "newcomer-1"]


def test_cohorts_of_which_nobody_was_asked_are_left_out() -> None:
    asked, unasked = CohortLine("Autumn", 1, 0, 0, 0), CohortLine("Spring", 0, 0, 0, 0)
    assert text(program(), replace(NOTHING, cohorts=[asked, unasked])).values["cohorts"] == [asked]


def test_a_digest_stays_readable() -> None:
    many = MOST_LINES + 1
    week = Week(
        NOTHING.since,
        NOW,
        newcomers=[NEW] * many,
        waiting=[NEW] * many,
        starters=[FreeStarter(PUBLIC, "mentor-one")] * many,
        problems=["No."] * many,
    )
    values = text(program(), week).values
    lines = [len(values[kind]) for kind in ("newcomers", "waiting", "starters", "problems")]
    assert lines == [MOST_LINES] * 4
    assert values["newcomer_count"] == values["waiting_count"] == values["starter_count"] == many
    assert values["private_count"] == 0


def test_the_issue_is_one_for_each_program_and_week() -> None:
    ours: Program = program(timezone="Europe/Rome")
    issue = post(ours, 1, 99, "2026-11-23", replace(NOTHING, newcomers=[NEW]))
    assert (issue.repository_id, issue.key) == (99, "repo 1 · digest · 2026-11-23")
    assert issue.labels == ("digest",)
    assert issue.title.values == {"program": "Observatory", "week": "2026-11-23"}
    assert issue.text.values["clock"] == ZoneInfo("Europe/Rome")


def test_a_private_homes_cohorts_and_problems_are_counted_in_public() -> None:
    line = CohortLine("Autumn", 3, 1, 1, 1, (("mentor-one", "1/2"),))
    week = replace(NOTHING, cohorts=[unnamed(line)], problems_in_private=2)
    values = text(program(), week).values
    assert values["cohorts"] == [CohortLine("in private", 3, 1, 1, 1)]
    assert (values["problems"], values["problems_private"]) == ([], 2)
