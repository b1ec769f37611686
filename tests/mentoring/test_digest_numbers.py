"""The numbers of the digest: by week, by repository, and the stock of good first issues."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mentoring.digest import FreeStarter, InWeek, Merged, Newcomer, Spot, Stock, Waiting, Week
from mentoring.digest_numbers import Came, PlaceLine, chart, places, states, weekly
from mentoring.digest_stock import next_to_ask, stock
from mentoring.matching import Candidate
from tests.mentoring.make import NOW, mentor

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")


def test_who_came_is_counted_in_their_week_and_once() -> None:
    came = [
        Came(1, NOW - DAY),
        Came(1, NOW - 2 * DAY),  # the issue, and then the pull request
        Came(2, NOW - 7 * DAY),  # the week begins with this moment
        Came(3, NOW - 8 * DAY),
        Came(4, NOW - 90 * DAY),
        Came(5, NOW),  # of the next week
    ]
    merged = [NOW - DAY, NOW - 7 * DAY - timedelta(seconds=1), NOW - 9 * DAY]
    *before, last_but_one, last = weekly(came, merged, LONG_AGO, NOW - WEEK, NOW, ROME)
    assert len(before) == 6 and not any(week.newcomers or week.merged for week in before)
    assert last_but_one == InWeek(date(2026, 11, 8), newcomers=1, merged=2)
    assert last == InWeek(date(2026, 11, 15), newcomers=2, merged=1)


def test_a_week_is_named_by_the_local_day() -> None:
    (week,) = weekly([], [], NOW - DAY, NOW - DAY, NOW, ZoneInfo("Pacific/Auckland"))
    assert week.since == date(2026, 11, 22)


@pytest.mark.parametrize(("age", "weeks"), [(0 * DAY, 1), (DAY, 2), (WEEK, 2), (8 * DAY, 3), (100 * WEEK, 8)])
def test_no_week_is_from_before_the_program(age: timedelta, weeks: int) -> None:
    assert len(weekly([], [], NOW - WEEK - age, NOW - WEEK, NOW, ROME)) == weeks


def test_the_last_week_is_as_long_as_the_digests() -> None:
    since = NOW - 19 * DAY  # after an outage
    came = [Came(1, NOW - 18 * DAY), Came(2, NOW - 20 * DAY)]
    before, last = weekly(came, [], since - DAY, since, NOW, ROME)
    assert (before.newcomers, last.newcomers) == (1, 1)


def week_of(newcomers: int, merged: int = 0) -> InWeek:
    return InWeek(date(2026, 11, 9), newcomers, merged)


@pytest.mark.parametrize(
    ("weeks", "top"),
    [
        ([], None),
        ([week_of(3)], None),
        ([week_of(0), week_of(0)], None),
        ([week_of(0), week_of(1)], 8),
        ([week_of(0, 9), week_of(1)], 9),
        ([week_of(0), week_of(10)], 10),
        ([week_of(0), week_of(11)], 20),
        ([week_of(101), week_of(5)], 200),
    ],
)
def test_a_chart_needs_two_weeks_and_something_to_show(weeks: list[InWeek], top: int | None) -> None:
    found = chart(weeks)
    assert (found.top if found else None) == top


NOTHING = Week(NOW - WEEK, NOW)
HERE, THERE, PRIVATE = Spot("observatory/Dome", 3), Spot("observatory/cellar", 4), Spot(None, 5)
NEW = Newcomer(HERE, "newcomer", "mentor-one", "waits")


def test_how_newcomers_fare_is_told_where_they_fare_differently() -> None:
    three = [NEW, replace(NEW, state="merged"), NEW]
    assert states(replace(NOTHING, newcomers=three)) == [("merged", 1), ("waits", 2)]
    assert states(replace(NOTHING, newcomers=[NEW] * 3)) == []
    assert states(replace(NOTHING, newcomers=three[:2])) == []


def test_several_repositories_are_rolled_up_and_the_private_ones_are_one() -> None:
    week = replace(
        NOTHING,
        newcomers=[NEW, replace(NEW, spot=THERE), replace(NEW, spot=PRIVATE)],
        waiting=[Waiting(PRIVATE, "hidden", NOW), Waiting(PRIVATE, "hidden", NOW)],
        merged=[Merged(HERE, "newcomer")],
        starters=[FreeStarter(THERE, "mentor-one")],
    )
    assert places(week) == [
        PlaceLine("observatory/cellar", newcomers=1, merged=0, waiting=0, free=1),
        PlaceLine("observatory/Dome", newcomers=1, merged=1, waiting=0, free=0),
        PlaceLine(None, newcomers=1, merged=0, waiting=2, free=0),
    ]


def test_one_repository_needs_no_table() -> None:
    assert places(replace(NOTHING, newcomers=[NEW, NEW])) == []


OPENED = {1: 2, 2: 0, 3: 0, 4: 0}
ASKED = [
    ("who opened the fewest", [mentor(1), mentor(2)], {}, 2),
    ("whose areas had most newcomers", [mentor(2, areas=("sky",)), mentor(3, areas=("sea",))], {"sea": 1}, 3),
    ("fewest goes before areas", [mentor(1, areas=("sea",)), mentor(2)], {"sea": 9}, 2),
    ("then the oldest account", [mentor(4), mentor(3)], {}, 3),
]


@pytest.mark.parametrize(
    ("mentors", "areas", "chosen"), [row[1:] for row in ASKED], ids=[row[0] for row in ASKED]
)
def test_who_is_asked_for_one_more(mentors: list[Candidate], areas: dict[str, int], chosen: int) -> None:
    found = next_to_ask(mentors, areas, OPENED)
    assert found and found.id == chosen


STOCKS = [
    ("one issue for two mentors", 1, 0, 2, Stock(1, 1, "mentor-1")),
    ("and for a third another", 1, 0, 3, Stock(1, 2, "mentor-1")),
    ("as many as come in a week", 2, 9, 1, Stock(2, 3, "mentor-1")),
    ("nobody to ask", 0, 4, 0, Stock(0, 1, None)),
]


@pytest.mark.parametrize(
    ("free", "came", "active", "found"), [row[1:] for row in STOCKS], ids=[row[0] for row in STOCKS]
)
def test_how_many_issues_there_should_be(free: int, came: int, active: int, found: Stock) -> None:
    mentors = [mentor(n) for n in range(1, active + 1)]
    assert stock(free, [None] * came, mentors, {}) == found


def test_whoever_is_away_or_pausing_is_not_asked() -> None:
    resting = [mentor(1, away=True), mentor(2, capacity=0)]
    assert stock(0, ["sky"] * 4, resting, {}) == Stock(0, 1, None)
    assert stock(0, ["sky"] * 4, [*resting, mentor(3, open_mentorships=9)], {}).mentor == "mentor-3"
