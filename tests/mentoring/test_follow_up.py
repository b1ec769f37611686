"""Follow-up: which step is due, one at a time, by day and never in a burst."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mentoring.availability import daytime
from mentoring.follow_up import (
    CHECK_IN,
    HAND_OVER,
    RELEASE,
    REMIND,
    TELL,
    Waiting,
    day_of,
    due_step,
    is_paused,
    ladder,
    next_moment,
    rolls,
    seek_again,
)
from mentoring.turns import MAINTAINERS, MENTOR, NEWCOMER, Turn
from tests.mentoring.make import NOW, program

PROGRAM = program()
DAY = timedelta(days=1)


def waiting(whose: str = MENTOR, *, kind: str = "pull", step: int = 0, **more: object) -> Waiting:
    facts: dict[str, object] = {"has_mentor": True} | more
    return Waiting(Turn(whose, NOW, NOW), kind, step, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "taken", "expected"),
    [
        (1, 0, None),
        (2, 0, REMIND),
        (4, 1, None),
        (5, 1, HAND_OVER),
        (6, 2, None),
        (7, 2, TELL),
        (30, 3, None),
        (30, 0, TELL),  # after an outage only the highest
        (6, 0, HAND_OVER),
    ],
)
def test_the_ladder_while_it_is_the_mentors_turn(days: int, taken: int, expected: int | None) -> None:
    assert due_step(PROGRAM, waiting(step=taken), NOW + days * DAY) == expected


@pytest.mark.parametrize(
    ("kind", "days", "taken", "expected"),
    [
        ("pull", 13, 0, None),
        ("pull", 14, 0, CHECK_IN),
        ("pull", 60, 1, None),
        ("claim", 14, 0, CHECK_IN),
        ("claim", 20, 1, None),
        ("claim", 21, 1, RELEASE),
        ("claim", 40, 0, RELEASE),
    ],
)
def test_the_ladder_while_it_is_the_newcomers_turn(
    kind: str, days: int, taken: int, expected: int | None
) -> None:
    assert due_step(PROGRAM, waiting(NEWCOMER, kind=kind, step=taken), NOW + days * DAY) == expected


def test_whatever_a_newcomer_does_starts_their_clock_anew() -> None:
    heard = Waiting(Turn(NEWCOMER, NOW, NOW + 10 * DAY), "claim", 0, has_mentor=True)
    assert due_step(PROGRAM, heard, NOW + 20 * DAY) is None
    assert next_moment(PROGRAM, heard, NOW) == NOW + 24 * DAY


def test_nobody_waits_for_somebody_who_is_away() -> None:
    away = waiting(away_since=NOW + DAY)
    assert due_step(PROGRAM, away, NOW + DAY) == HAND_OVER
    assert next_moment(PROGRAM, away, NOW) == NOW + DAY


def test_where_nobody_was_free_nobody_is_reminded() -> None:
    alone = waiting(has_mentor=False)
    assert due_step(PROGRAM, alone, NOW + 4 * DAY) is None
    assert due_step(PROGRAM, alone, NOW + 5 * DAY) == HAND_OVER


@pytest.mark.parametrize("nobody", [{"has_mentor": False}, {"away_since": NOW}])
def test_for_whoever_waits_for_nobody_somebody_is_looked_for_every_day(nobody: dict[str, object]) -> None:
    told = waiting(step=TELL, **nobody)
    assert due_step(PROGRAM, told, NOW + 30 * DAY) == HAND_OVER
    assert next_moment(PROGRAM, told, NOW + 30 * DAY) == NOW + 30 * DAY
    assert seek_again(PROGRAM, told, NOW + 30 * DAY) == NOW + 31 * DAY
    # The organizers hear of it in time all the same.
    assert seek_again(PROGRAM, waiting(**nobody), NOW + 6.5 * DAY) == NOW + 7 * DAY


def test_nothing_is_due_while_the_maintainers_have_it() -> None:
    assert next_moment(PROGRAM, waiting(MAINTAINERS), NOW) is None


def test_a_later_step_never_comes_before_an_earlier() -> None:
    patient = program(follow_up={"answer_within": "10d"})
    moments = [one.at for one in ladder(patient, waiting())]
    assert moments == [NOW + 10 * DAY] * 3


ROME = ZoneInfo("Europe/Rome")  # one hour before UTC in November


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 22, 7, 0, tzinfo=UTC), datetime(2026, 11, 22, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 6, 59, tzinfo=UTC), datetime(2026, 11, 22, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 19, 59, tzinfo=UTC), datetime(2026, 11, 22, 19, 59, tzinfo=UTC)),
        (datetime(2026, 11, 22, 20, 0, tzinfo=UTC), datetime(2026, 11, 23, 7, 0, tzinfo=UTC)),
        (
            datetime(2026, 3, 28, 23, 0, tzinfo=UTC),
            datetime(2026, 3, 29, 6, 0, tzinfo=UTC),
        ),  # the clock jumps
    ],
)
def test_nobody_is_reminded_at_night(moment: datetime, expected: datetime) -> None:
    assert daytime(moment, ROME) == expected
    assert daytime(moment, None) == moment


def test_a_day_is_the_mentors_own() -> None:
    begin, tomorrow = day_of(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), ROME)
    assert begin == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert tomorrow == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "others", "rolled"), [(0, 0, False), (0, 1, False), (0, 2, True), (1, 0, False), (1, 1, True)]
)
def test_what_does_not_fit_into_two_a_day_is_rolled_into_one(given: int, others: int, rolled: bool) -> None:
    assert rolls(given, others) is rolled


def test_labels_pause_the_newcomers_clock_in_any_case() -> None:
    assert is_paused(PROGRAM, ["Blocked"])
    assert not is_paused(PROGRAM, ["bug"])
