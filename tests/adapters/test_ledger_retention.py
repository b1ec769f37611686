"""The ledger lets go: of what an installation left behind, and of what is old. What is in use stays."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select

from adapters.ledger import Ledger, inbox, places, programs, retention, schema
from adapters.ledger.inbox import Asked

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOME, OTHER, NEWCOMER, MENTOR = 42, 43, 583231, 480938


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def add(connection: Connection, table: Table, **values: Any) -> None:
    connection.execute(insert(table).values(values))


def rows_of(connection: Connection, *tables: Table) -> list[int]:
    return [len(connection.execute(select(table)).all()) for table in tables]


def a_thread(connection: Connection, repository_id: int, number: int = 1) -> None:
    """A newcomer with a mentor, and what was done for them."""
    here = {"repository_id": repository_id, "number": number, "program_id": HOME}
    add(connection, schema.mentorships, **here, newcomer_id=NEWCOMER, mentor_id=MENTOR, since=NOW)
    asked = Asked(f"guid-{repository_id}-{number}", "welcome", 5, repository_id, number)
    (row_id,) = inbox.put(connection, [asked], NOW)
    inbox.finish(connection, row_id, NOW, "a note")


def left(connection: Connection, *repository_ids: int) -> None:
    """Repositories that an installation had, which is removed."""
    for one in repository_ids:
        places.see_repository(connection, NOW, id=one, full_name=f"observatory/{one}", installation_id=5)
        places.join_program(connection, one, HOME)
    places.see_installation(connection, 5, NOW)
    retention.erase_installation(connection, 5, NOW)
    places.remove_installation(connection, 5, NOW)


def come_back(connection: Connection, repository_id: int) -> None:
    """A new installation has it, and begins to work."""
    places.see_repository(
        connection, NOW, id=repository_id, full_name=f"observatory/{repository_id}", installation_id=6
    )


def erase(connection: Connection, ids: list[int]) -> None:
    """As the job does it."""
    after: int | None = 0
    while after is not None:
        after = retention.unname(connection, ids, after)
    for one in ids:
        while retention.erase_some(connection, one):
            pass
    retention.drop_repositories(connection, ids)


# --- what an installation left behind -------------------------------------------------------------


def test_what_an_installation_left_behind_is_erased(connection: Connection) -> None:
    left(connection, HOME)
    a_thread(connection, HOME)
    ids = retention.to_erase(connection, NOW)
    assert ids == [HOME]
    erase(connection, ids)
    assert rows_of(connection, schema.mentorships, schema.repositories) == [0, 0]
    assert set(connection.execute(select(schema.inbox.c.thread)).scalars()) == {None}


def test_what_a_new_installation_set_up_meanwhile_stays(connection: Connection) -> None:
    left(connection, HOME, OTHER)
    ids = retention.to_erase(connection, NOW)
    assert ids == [HOME, OTHER]
    come_back(connection, HOME)
    a_thread(connection, HOME)
    a_thread(connection, OTHER)
    programs.see(connection, HOME, "Space", "1", NOW)
    erase(connection, ids)
    assert list(connection.execute(select(schema.mentorships.c.repository_id)).scalars()) == [HOME]
    assert list(connection.execute(select(schema.repositories.c.id)).scalars()) == [HOME]
    assert set(connection.execute(select(schema.inbox.c.thread)).scalars()) == {None, 1}
    assert rows_of(connection, schema.programs) == [1]


@pytest.mark.parametrize("released_url", ["postgresql"], indirect=True)
def test_nothing_is_set_up_in_the_midst_of_a_step(ledger: Ledger) -> None:
    """SQLite has one writer at a time."""
    with ledger.write() as connection:
        left(connection, HOME)
        a_thread(connection, HOME)

    def begin() -> None:
        with ledger.write() as connection:
            come_back(connection, HOME)

    steps = (
        lambda connection: retention.unname(connection, [HOME], 0),
        lambda connection: retention.erase_some(connection, HOME),
    )
    with ThreadPoolExecutor(1) as pool:
        for step in steps:
            with ledger.write() as connection:
                places.leave_repositories(connection, 6, [HOME], NOW)
            with ledger.write() as connection:
                step(connection)
                begun = pool.submit(begin)
                with pytest.raises(StillWaiting):
                    begun.result(0.5)
            begun.result(20)
