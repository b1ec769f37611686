"""The ledger: who is away and how much room people have, whatever order their words arrive in; and what was heard."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from adapters.ledger import Ledger, availability, heard, programs
from adapters.ledger.schema import repositories

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ONE = (1, 7)  # program and person
HERE = (42, 12)


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    """One transaction; it is taken back."""
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def away(connection: Connection, since: datetime = NOW, days: int = 14) -> bool:
    until = since + days * DAY
    return availability.away(connection, *ONE, since, until, until - DAY, HERE)


def state(connection: Connection) -> tuple[object, object, object]:
    row = availability.get(connection, *ONE)
    assert row
    return row.away_how, row.away_until, row.note_at


def test_a_later_word_about_absence_wins_whatever_comes_first(connection: Connection) -> None:
    assert away(connection)
    assert availability.back(connection, *ONE, NOW + DAY)
    assert not away(connection, NOW)  # said before, heard later
    assert state(connection) == (None, NOW + DAY, None)
    assert away(connection, NOW + 2 * DAY, days=7)
    assert not availability.back(connection, *ONE, NOW + DAY)
    assert state(connection) == ("said", NOW + 9 * DAY, NOW + 8 * DAY)


def test_an_absence_is_ended_once(connection: Connection) -> None:
    away(connection)
    assert not availability.end(connection, *ONE, NOW + 13 * DAY)
    assert availability.ends_due(connection, NOW + 13 * DAY) == []
    assert len(availability.ends_due(connection, NOW + 14 * DAY)) == 1
    assert availability.end(connection, *ONE, NOW + 14 * DAY)
    assert not availability.end(connection, *ONE, NOW + 14 * DAY)
    assert availability.ends_due(connection, NOW + 20 * DAY) == []


def test_the_note_is_due_where_it_was_said(connection: Connection) -> None:
    away(connection)
    assert availability.notes_due(connection, NOW + 12 * DAY) == []
    ((row, installation_id),) = availability.notes_due(connection, NOW + 13 * DAY)
    assert (row.away_repository_id, row.away_number, installation_id) == (42, 12, None)
    values = {"id": 42, "installation_id": 5, "full_name": "a/b", "private": False, "archived": False}
    connection.execute(insert(repositories).values(values | {"since": NOW}))
    assert availability.notes_due(connection, NOW + 13 * DAY)[0][1] == 5
    availability.noted(connection, *ONE, NOW)  # it has moved meanwhile
    assert availability.notes_due(connection, NOW + 13 * DAY)
    availability.noted(connection, *ONE, NOW + 13 * DAY)
    assert availability.notes_due(connection, NOW + 13 * DAY) == []


def test_silence_is_undone_by_a_sign_of_life(connection: Connection) -> None:
    programs.roster_says(connection, *ONE, "agreed", NOW)
    assert availability.seen(connection, 7, NOW - 40 * DAY) == []
    assert not availability.silent(connection, *ONE, NOW - 50 * DAY, NOW)  # seen since
    assert availability.silent(connection, *ONE, NOW - 40 * DAY, NOW)
    assert not availability.silent(connection, *ONE, NOW - 40 * DAY, NOW)
    assert state(connection) == ("silent", None, None)
    assert availability.seen(connection, 7, NOW - 41 * DAY) == []  # older than what is known
    assert availability.seen(connection, 7, NOW + DAY) == [1]
    assert state(connection) == (None, NOW + DAY, None)
    assert availability.seen(connection, 7, NOW + 2 * DAY) == []
    assert availability.seen(connection, 8, NOW) == []


def test_what_somebody_says_beats_what_was_supposed(connection: Connection) -> None:
    programs.roster_says(connection, *ONE, "agreed", NOW)
    assert availability.silent(connection, *ONE, NOW - 40 * DAY, NOW)
    assert away(connection, NOW - DAY)  # said before, heard later
    assert state(connection)[0] == "said"
    assert not availability.silent(connection, *ONE, NOW - 40 * DAY, NOW)


def test_the_last_word_about_the_capacity_and_when_the_roster_changed(connection: Connection) -> None:
    assert availability.person_has_room(connection, *ONE, 5, NOW)
    assert not availability.person_has_room(connection, *ONE, 4, NOW - DAY)
    availability.roster_has_room(connection, *ONE, 2, NOW + DAY)
    row = availability.get(connection, *ONE)
    assert row and (row.capacity, row.roster_capacity, row.roster_capacity_at) == (5, 2, None)
    for days, capacity, noted in ((2, 2, None), (3, 3, 3), (4, 3, 3)):
        availability.roster_has_room(connection, *ONE, capacity, NOW + days * DAY)
        row = availability.get(connection, *ONE)
        assert row and row.roster_capacity_at == (noted and NOW + noted * DAY)
    availability.roster_has_room(connection, 1, 8, 2, NOW)
    row = availability.get(connection, 1, 8)
    assert row and row.roster_capacity_at == NOW


def test_a_look_at_signs_of_life_is_due(connection: Connection) -> None:
    programs.see(connection, 1, "Observatory", "a version", NOW)
    availability.schedule_look(connection, 1, NOW)
    assert [row.id for row in availability.looks_due(connection, NOW)] == [1]
    availability.schedule_look(connection, 1, None)
    assert availability.looks_due(connection, NOW) == []


def test_a_command_is_heard_once(connection: Connection) -> None:
    assert heard.hear(connection, *HERE, 99, "a")
    assert not heard.hear(connection, *HERE, 99, "a")
    assert heard.hear(connection, *HERE, 99, "b")
    assert heard.hear(connection, *HERE, None, "a")
    assert not heard.hear(connection, *HERE, None, "a")
    assert heard.known(connection, *HERE, 99) == {"a", "b"}
    assert heard.known(connection, *HERE, None) == {"a"}
