"""What a worker does with a row whose job fails: a trouble of the database is nobody's mistake."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from adapters.context import Context, open_context
from adapters.ledger import inbox
from adapters.ledger.inbox import Asked
from adapters.ledger.release import release
from adapters.settings import load
from jobs import work

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    """A context on an SQLite file of the test's own."""
    opened = open_context(load({"LAMPLIGHTER_DATA_DIR": str(tmp_path)}), now=lambda: NOW)
    release(opened.ledger)
    yield opened
    opened.ledger.close()


def damage(file: Path, table: str) -> None:
    """Overwrites the table's page in the file, as a failing disk does."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
    connection.close()
    with file.open("r+b") as disk:
        disk.seek((page - 1) * size)
        disk.write(b"?" * size)


def test_a_damaged_file_is_a_trouble_of_the_database_and_parks_nothing(
    context: Context, tmp_path: Path
) -> None:
    with context.ledger.write() as connection:
        (row_id,) = inbox.put(connection, [Asked("clock:erase", "erase")], NOW)
    context.ledger.close()
    damage(tmp_path / "lamplighter.db", "logins")
    with pytest.raises(DatabaseError, match="malformed"):
        work.handle_row(context, row_id)
    with context.ledger.read() as connection:
        assert inbox.counts(connection) == {"waiting": 1, "parked": 0, "done": 0}
