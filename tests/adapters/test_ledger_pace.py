"""Our own pace of writing, GitHub's limits and its failures, as the ledger keeps them for all workers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from adapters.ledger import Ledger, gauges, outbox, pace, places
from adapters.ledger.pace import Remaining
from adapters.ledger.schema import writes

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FIVE, OTHER = 5, 6


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    """One transaction with two installations; it is taken back."""
    with shared_ledger.engine.connect() as opened:
        for number in (FIVE, OTHER):
            places.see_installation(opened, number, NOW, f"owner-{number}")
        yield opened
        opened.rollback()


def put(connection: Connection, key: str, lane: str = "", urgency: int = 0, **values: Any) -> None:
    row = {
        "key": key,
        "replaces": None,
        "verb": "comment",
        "installation_id": FIVE,
        "repository_id": 42,
        "lane": lane or key,
        "urgency": urgency,
        "payload": {},
        "attempts": 0,
        "in_doubt": False,
        "created_at": NOW,
        "due_at": NOW,
    }
    assert outbox.put(connection, row | values)


def play(connection: Connection, lasts: timedelta, *, later: bool) -> list[datetime]:
    """The moments at which somebody writes who has endless work and comes as soon as there is room."""
    now, written = NOW, []
    while now < NOW + lasts:
        room = pace.room(connection, FIVE, now)
        at = room.later_at if later else room.urgent_at
        if at <= now:
            pace.wrote(connection, FIVE, now)
            written.append(now)
        now = max(at, now + SECOND / 4)  # a write takes a moment
    return written


@pytest.mark.parametrize(("later", "a_minute", "an_hour"), [(False, 60, 400), (True, 41, 301)])
def test_no_stretch_of_time_sees_too_many_writes(
    connection: Connection, later: bool, a_minute: int, an_hour: int
) -> None:
    written = play(connection, timedelta(minutes=66), later=later)
    most = {length: max(_within(written, length)) for length in (10 * SECOND, MINUTE, HOUR)}
    assert most[10 * SECOND] <= 10
    assert most[MINUTE] < a_minute
    assert most[HOUR] < an_hour
    assert len(written) > 1.5 * an_hour  # and it is no slower than it has to be


def _within(moments: list[datetime], length: timedelta) -> Iterator[int]:
    for number, moment in enumerate(moments):
        yield sum(1 for other in moments[max(0, number - 500) : number + 1] if moment - other < length)


def test_the_writes_of_a_welcome_go_at_once_and_another_installation_is_not_slowed(
    connection: Connection,
) -> None:
    for _ in range(10):
        assert pace.room(connection, FIVE, NOW).urgent_at == NOW
        pace.wrote(connection, FIVE, NOW)
    assert pace.room(connection, FIVE, NOW).urgent_at == NOW + 10 * SECOND
    assert pace.room(connection, OTHER, NOW) == pace.Room(NOW, NOW)


def test_some_of_the_hour_is_kept_for_what_people_wait_for(connection: Connection) -> None:
    for number in range(300):
        pace.wrote(connection, FIVE, NOW - 50 * MINUTE + number * SECOND)
    room = pace.room(connection, FIVE, NOW)
    assert room.urgent_at == NOW
    assert room.later_at == NOW + 10 * MINUTE
    put(connection, "back-fill", urgency=1)
    assert outbox.claim_next(connection, FIVE, NOW, later=False) is None
    put(connection, "welcome")
    row = outbox.claim_next(connection, FIVE, NOW, later=False)
    assert row and row.key == "welcome"


def test_what_can_wait_does_not_hold_up_what_is_urgent_behind_it(connection: Connection) -> None:
    put(connection, "label", "thread 1", urgency=1)
    put(connection, "reply", "thread 1")
    put(connection, "another label", "thread 2", urgency=1)
    claimed = []
    while row := outbox.claim_next(connection, FIVE, NOW, later=False):
        claimed.append(row.key)
        outbox.finish(connection, row.id, {}, NOW)
    assert claimed == ["label", "reply"]


def test_the_clock_rings_when_there_is_room_again(connection: Connection) -> None:
    put(connection, "welcome")
    put(connection, "of another", installation_id=OTHER)
    assert outbox.installations_to_ring(connection, NOW) == [FIVE, OTHER]
    pace.hold(connection, FIVE, pace.Room(NOW + 10 * SECOND, NOW + 10 * SECOND), NOW)
    assert outbox.installations_to_ring(connection, NOW + 9 * SECOND) == []
    assert outbox.installations_to_ring(connection, NOW + 10 * SECOND) == [FIVE]
    standing = places.standing(connection, FIVE)
    assert standing and standing.wait_until is None  # reads go on


def test_for_what_can_wait_the_clock_rings_later(connection: Connection) -> None:
    put(connection, "back-fill", urgency=1)
    pace.hold(connection, FIVE, pace.Room(NOW, NOW + HOUR), NOW)
    assert outbox.installations_to_ring(connection, NOW + MINUTE) == []
    put(connection, "welcome", due_at=NOW + MINUTE)
    assert outbox.installations_to_ring(connection, NOW + MINUTE) == [FIVE]
    assert outbox.installations_to_ring(connection, NOW + HOUR) == [FIVE]


def test_who_waits_and_until_when_can_be_told(connection: Connection) -> None:
    put(connection, "welcome")
    put(connection, "of another", installation_id=OTHER)
    pace.hold(connection, FIVE, pace.Room(NOW + MINUTE, NOW + HOUR), NOW)
    (row,) = pace.waits(connection, NOW)
    assert (row.id, row.account, row.writes, row.write_after, row.later_after) == (
        *(FIVE, "owner-5", 1),
        *(NOW + MINUTE, NOW + HOUR),
    )
    assert pace.waits(connection, NOW + HOUR) == []


def test_old_writes_are_dropped(connection: Connection) -> None:
    for age in (2 * HOUR, HOUR + SECOND, HOUR - SECOND):
        pace.wrote(connection, FIVE, NOW - age)
    pace.clean(connection, NOW)
    assert connection.execute(select(func.count()).select_from(writes)).scalar_one() == 1


# --- GitHub's limits ------------------------------------------------------------------------------


def remaining(left: int, resets_at: datetime = NOW + 20 * MINUTE) -> Remaining:
    return Remaining(FIVE, pace.CORE, 5000, left, resets_at)


def test_while_little_is_left_of_the_limit_only_what_is_urgent_goes_on(connection: Connection) -> None:
    pace.note_remaining(connection, [remaining(500)], NOW)
    assert pace.room(connection, FIVE, NOW) == pace.Room(NOW, NOW)
    pace.note_remaining(connection, [remaining(499)], NOW)
    assert pace.room(connection, FIVE, NOW) == pace.Room(NOW, NOW + 20 * MINUTE)
    assert pace.low_until(connection, FIVE, NOW) == NOW + 20 * MINUTE
    assert pace.low_until(connection, OTHER, NOW) is None
    assert pace.low_until(connection, FIVE, NOW + 20 * MINUTE) is None
    (row,) = gauges.remaining(connection)
    assert (row.installation_id, row.resource, row.most, row.remaining) == (FIVE, "core", 5000, 499)


def limited(connection: Connection, at: datetime, named: timedelta = MINUTE) -> timedelta:
    return pace.limited(connection, FIVE, at, at + named, secondary=True) - at


def test_a_secondary_limit_that_comes_again_right_after_lasts_longer(connection: Connection) -> None:
    at, pauses = NOW, []
    for _ in range(8):
        pauses.append(limited(connection, at))
        at += pauses[-1] + SECOND
    assert pauses == [MINUTE * minutes for minutes in (1, 2, 4, 8, 16, 32, 60, 60)]
    assert limited(connection, at + HOUR) == MINUTE  # it was quiet meanwhile


def test_the_time_that_github_names_is_never_cut_short(connection: Connection) -> None:
    assert limited(connection, NOW, 10 * MINUTE) == 10 * MINUTE
    assert limited(connection, NOW + 11 * MINUTE, 30 * MINUTE) == 30 * MINUTE


def test_two_workers_at_the_same_limit_are_no_second_limit(connection: Connection) -> None:
    assert limited(connection, NOW) == MINUTE
    assert limited(connection, NOW + SECOND) == MINUTE
    assert limited(connection, NOW + SECOND + MINUTE + SECOND) == 2 * MINUTE


def test_a_primary_limit_is_no_reason_to_wait_longer_than_its_hour(connection: Connection) -> None:
    for _ in range(3):
        until = pace.limited(connection, FIVE, NOW, NOW + 20 * MINUTE, secondary=False)
        assert until == NOW + 20 * MINUTE


# --- GitHub's failures ----------------------------------------------------------------------------


def waits(connection: Connection, at: datetime, installation: int = FIVE) -> timedelta:
    standing = places.standing(connection, installation)
    assert standing
    return standing.wait_until - at if standing.wait_until else timedelta(0)


def test_after_a_few_failures_in_a_row_the_installation_leaves_github_alone(connection: Connection) -> None:
    at, pauses = NOW, []
    for _ in range(12):
        pace.failed(connection, FIVE, at, 0.5)
        pauses.append(max(waits(connection, at), timedelta(0)))
        at += pauses[-1] + SECOND
    assert pauses == [SECOND * seconds for seconds in (0, 0, 5, 10, 20, 40, 80, 160, 320, 600, 600, 600)]
    pace.answered(connection, FIVE)
    pace.failed(connection, FIVE, at, 0.5)
    assert waits(connection, at) < timedelta(0)
    standing = places.standing(connection, OTHER)
    assert standing and standing.wait_until is None


def test_not_everybody_comes_back_at_the_same_moment(connection: Connection) -> None:
    for installation, chance in ((FIVE, 0.0), (OTHER, 0.999)):
        for _ in range(pace.MANY_FAILURES):
            pace.failed(connection, installation, NOW, chance)
    assert waits(connection, NOW) != waits(connection, NOW, OTHER)
