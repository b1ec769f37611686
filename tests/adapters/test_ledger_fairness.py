"""Rows of the inbox when workers are short: in turn among installations, so that a crowd in one slows no other."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from adapters.ledger import Ledger, inbox
from adapters.ledger.inbox import Asked

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    """One transaction; it is taken back."""
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def crowd(connection: Connection) -> list[int]:
    """Six rows of a crowd in one installation, and then one of another."""
    asked = [Asked(f"guid-{number}", "welcome", 5 if number < 6 else 6) for number in range(7)]
    return inbox.put(connection, asked, NOW)


def in_turn(connection: Connection, rows: list[int], now: datetime) -> list[int]:
    """The rows that are done as the bells are heard, one after the other."""
    found = []
    for row_id in rows:
        if row := inbox.claim_fairly(connection, row_id, now, ["welcome"]):
            found.append(row.id)
            inbox.finish(connection, row.id, now)
    return found


def test_bells_are_heard_in_their_order(connection: Connection) -> None:
    rows = crowd(connection)
    assert in_turn(connection, rows, NOW + SECOND) == rows


def test_a_crowd_in_one_installation_keeps_nobody_in_another_waiting(connection: Connection) -> None:
    rows = crowd(connection)
    found = in_turn(connection, rows, NOW + inbox.CROWDED)
    assert rows[-1] in found[:2]
    assert sorted(found) == rows  # and each bell was for one


def test_a_crowd_of_what_can_wait_is_not_drawn_from(connection: Connection) -> None:
    rows = crowd(connection)
    (digest,) = inbox.put(connection, [Asked("guid-7", "digest", 7)], NOW)
    assert in_turn(connection, [rows[0], rows[1], rows[2]], NOW + inbox.CROWDED).count(digest) == 0


def test_a_row_that_nobody_waits_beside_is_taken_as_it_is(connection: Connection) -> None:
    (row_id,) = inbox.put(connection, [Asked("guid-1", "welcome", 5)], NOW)
    row = inbox.claim_fairly(connection, row_id, NOW + HOUR, [])
    assert row and (row.id, row.attempts) == (row_id, 1)
    assert inbox.claim_fairly(connection, row_id, NOW + HOUR, ["welcome"]) is None
