"""The numbers of a program's page: weeks, answers, from asked to helped, who came back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mentoring import program_page as rules
from mentoring.program_page import Came, Graduates, InMonth, Piece
from mentoring.stayed import share

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
UTC_ZONE, ROME, AUCKLAND = ZoneInfo("UTC"), ZoneInfo("Europe/Rome"), ZoneInfo("Pacific/Auckland")


def came(newcomer_id: int, since: datetime, state: str = "waits", after: timedelta | None = None) -> Came:
    return Came(newcomer_id, since, state, since + after if after is not None else None)


# --- weeks ----------------------------------------------------------------------------------------


def test_each_newcomer_counts_once_a_week_by_the_newest_thread() -> None:
    found = rules.weekly(
        [
            came(1, NOW - HOUR, "merged"),
            came(1, NOW - DAY, "waits"),
            came(2, NOW - DAY, "answered"),
            came(1, NOW - WEEK, "closed"),
            came(3, NOW - 9 * WEEK, "merged"),
        ],
        NOW,
        UTC_ZONE,
        weeks=2,
    )
    assert [one.monday for one in found] == [date(2026, 11, 16), date(2026, 11, 23)]
    assert [one.count for one in found] == [1, 2]
    assert found[0].states == {"merged": 0, "answered": 0, "waits": 0, "closed": 1}
    assert found[1].states == {"merged": 1, "answered": 1, "waits": 0, "closed": 0}


@pytest.mark.parametrize(
    ("clock", "day"),
    [(UTC_ZONE, date(2026, 11, 16)), (AUCKLAND, date(2026, 11, 23))],
)
def test_weeks_begin_on_monday_by_the_programs_clock(clock: ZoneInfo, day: date) -> None:
    sunday_noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert rules.monday(sunday_noon, clock) == day


def test_the_first_week_begins_at_midnight_there_whatever_the_clock_did_since() -> None:
    summer = rules.first_monday(NOW, ROME, 12)
    assert summer == datetime(2026, 9, 6, 22, tzinfo=UTC)  # two hours ahead then, one now
    assert rules.first_monday(NOW, ROME, 1) == datetime(2026, 11, 22, 23, tzinfo=UTC)


def test_without_anybody_the_weeks_are_there_and_empty() -> None:
    found = rules.weekly([], NOW, UTC_ZONE)
    assert len(found) == rules.WEEKS
    assert [one.count for one in found] == [0] * rules.WEEKS


# --- answers --------------------------------------------------------------------------------------


def test_how_soon_a_person_answered() -> None:
    found = rules.answered(
        [
            came(1, NOW, "answered", HOUR),
            came(2, NOW, "merged", 5 * HOUR),
            came(3, NOW, "closed", 2 * DAY),
            came(4, NOW, "answered", 8 * DAY),
            came(5, NOW, "waits"),
            came(6, NOW, "closed"),
            came(7, NOW, "merged"),
        ]
    )
    assert found.within == (1, 1, 2, 3, 3)
    assert (found.later, found.not_yet, found.never, found.count) == (1, 1, 2, 7)


def test_nobody_was_answered_where_nobody_came() -> None:
    found = rules.answered([])
    assert (found.within, found.count) == ((0, 0, 0, 0, 0), 0)


# --- from asked to helped -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "accepted", "opened", "helped", "numbers"),
    [
        ([], [], [], [], (0, 0, 0, 0)),
        ([1, 2, 3], [1, 2], [1], [1], (3, 2, 1, 1)),
        ([1, 2], [1], [2], [2], (2, 1, 0, 0)),  # who has not said yes is none of them
        ([1], [1], [], [1], (1, 1, 0, 1)),  # one may help without having opened an issue
        ([1, 1, 2], [1, 1], [1], [], (2, 1, 1, 0)),  # asked in two cohorts, and one person
        ([1], [1], [1, 9], [1, 9], (1, 1, 1, 1)),  # a mentor who never was asked
    ],
)
def test_from_asked_to_helped(
    asked: list[int], accepted: list[int], opened: list[int], helped: list[int], numbers: tuple[int, ...]
) -> None:
    assert rules.graduates(asked, accepted, opened, helped) == Graduates(*numbers)


# --- who came back --------------------------------------------------------------------------------


def test_newcomers_by_the_month_they_first_came() -> None:
    october = NOW - 30 * DAY
    found = rules.monthly(
        [
            Piece(1, october, merged=True),
            Piece(1, NOW),  # came back, in another month
            Piece(2, october),
            Piece(2, NOW),  # an issue they took, which is no contribution yet
            Piece(3, NOW, merged=True),
            Piece(4, NOW),
        ],
        {1: [1, 2], 2: [3], 3: [4], 4: [5]},
        before={4},
        mentors={3, 99},
        now=NOW,
        clock=UTC_ZONE,
        count=2,
    )
    assert [one.first for one in found] == [date(2026, 10, 1), date(2026, 11, 1)]
    assert found[0] == InMonth(date(2026, 10, 1), came=2, merged=1, again=1, merged_once=0, mentors=0)
    assert found[1] == InMonth(date(2026, 11, 1), came=1, merged=1, again=0, merged_once=1, mentors=1)


def test_months_go_back_over_the_turn_of_the_year() -> None:
    january = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    assert rules.months(january, UTC_ZONE, 3) == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert rules.months(january, ROME, 1) == [date(2027, 2, 1)]
    assert rules.first_month(january, ROME, 1) == datetime(2027, 1, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(("part", "whole", "said"), [(0, 0, 0), (1, 3, 33), (2, 3, 67), (3, 3, 100)])
def test_a_share(part: int, whole: int, said: int) -> None:
    assert share(part, whole) == said
