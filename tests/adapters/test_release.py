"""The release: the tables grow while older processes go on working with them."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Index, Integer, MetaData, inspect, select, text
from sqlalchemy.exc import OperationalError

from adapters.ledger import Ledger, inbox, places, schema
from adapters.ledger import release as releases
from adapters.ledger.inbox import Asked
from adapters.ledger.release import MIGRATIONS, is_ready, release

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GROWN = ("inbox", "installations", "leases", "mentorships", "outbox")
FUTURE = f'''
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9001", "{releases.newest()}"


def upgrade():
    for table in {GROWN}:
        op.add_column(table, sa.Column("later", sa.Integer(), nullable=True))
    op.create_table("tomorrow", sa.Column("id", sa.Integer(), primary_key=True))
'''
# On SQLite a reader is in nobody's way.
only_postgresql = pytest.mark.parametrize("released_url", ["postgresql"], indirect=True)
LAST = "0002"  # of what was released before the rule that migrations only add


@pytest.fixture
def opened(database_url: str) -> Iterator[Ledger]:
    """A ledger without tables."""
    ledger = Ledger(database_url)
    yield ledger
    ledger.close()


@pytest.fixture
def until_then(tmp_path: Path) -> Path:
    """The migrations as they were when the rule began."""
    return _copied(tmp_path / "before", lambda name: name[:4] <= LAST)


@pytest.fixture
def future(tmp_path: Path) -> tuple[Path, MetaData]:
    """The migrations of a version to come, and its tables: one index more."""
    folder = _copied(tmp_path / "future", lambda name: True)
    (folder / "versions" / "9001_future.py").write_text(FUTURE)
    tables = MetaData()
    for table in schema.metadata.tables.values():
        table.to_metadata(tables)
    for name in GROWN:
        tables.tables[name].append_column(Column("later", Integer))
    Index("ix_mentorships_later", tables.tables["mentorships"].c.later)
    return folder, tables


def _copied(folder: Path, wanted: Callable[[str], bool]) -> Path:
    (folder / "versions").mkdir(parents=True)
    shutil.copy(MIGRATIONS / "env.py", folder)
    for file in (MIGRATIONS / "versions").glob("*.py"):
        if wanted(file.name):
            shutil.copy(file, folder / "versions")
    return folder


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_migrations_only_add(opened: Ledger, until_then: Path) -> None:
    """An older web process goes on with its own columns; what it does not fill has to fill itself."""
    assert release(opened, until_then, MetaData()) == LAST
    before = _columns(opened)
    release(opened)
    after = _columns(opened)
    for table, columns in before.items():
        assert {name: after[table].get(name) for name in columns} == columns, table
        new = after[table].keys() - columns.keys()
        assert all(after[table][name][1] for name in new), (
            f"{table}: {new} have to be nullable, or have a default"
        )


def _columns(ledger: Ledger) -> dict[str, dict[str, tuple[str, bool]]]:
    """Each table's columns: their type, and whether a row may leave them out."""
    found = inspect(ledger.engine)
    return {
        table: {
            column["name"]: (str(column["type"]), column["nullable"] or column["default"] is not None)
            for column in found.get_columns(table)
        }
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def test_a_newer_database_is_ready_and_left_alone(ledger: Ledger, future: tuple[Path, MetaData]) -> None:
    assert release(ledger, *future) == "9001"
    assert is_ready(ledger)
    assert release(ledger) == "9001"


def test_an_older_database_is_not_ready(opened: Ledger, until_then: Path) -> None:
    assert not is_ready(opened)
    release(opened, until_then, MetaData())
    assert not is_ready(opened)
    release(opened)
    assert is_ready(opened)


def test_nobody_fails_while_the_tables_grow(ledger: Ledger, future: tuple[Path, MetaData]) -> None:
    _fill(ledger)
    with _at_work(ledger) as work:
        time.sleep(0.5)
        release(ledger, *future)
        time.sleep(0.5)
    assert work.errors == []
    assert work.times > 20
    assert work.slowest < 9
    assert inspect(ledger.engine).has_table("tomorrow")
    assert "ix_mentorships_later" in _indexes(ledger)


@only_postgresql
def test_nobody_waits_behind_a_release_that_waits(ledger: Ledger, future: tuple[Path, MetaData]) -> None:
    """On PostgreSQL whoever comes after a migration waits behind it, even if only somebody's long look is in its way."""
    released = threading.Thread(target=release, args=(ledger, *future))
    with ledger.engine.connect() as reader:
        reader.execute(select(schema.inbox)).all()
        released.start()
        with _at_work(ledger) as work:
            time.sleep(2.5)
        assert released.is_alive()
    released.join(30)
    assert work.errors == []
    assert work.slowest < 2
    assert releases.current(ledger) == "9001"


@only_postgresql
def test_a_release_gives_up_in_the_end(ledger: Ledger, future: tuple[Path, MetaData]) -> None:
    """And leaves nothing half done."""
    with ledger.engine.connect() as reader:
        reader.execute(select(schema.outbox)).all()
        with pytest.raises(OperationalError, match="lock timeout"):
            release(ledger, *future, patience=1)
    assert releases.current(ledger) == releases.newest()
    assert "later" not in {column["name"] for column in inspect(ledger.engine).get_columns("inbox")}


def test_an_index_that_was_left_unfinished_is_built_anew(ledger: Ledger) -> None:
    with ledger.write() as connection:
        if connection.dialect.name == "postgresql":
            unfinished = (
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_wins_person_id'::regclass"
            )
        else:
            unfinished = "DROP INDEX ix_wins_person_id"
        connection.execute(text(unfinished))
    assert "ix_wins_person_id" not in _indexes(ledger)
    release(ledger)
    assert "ix_wins_person_id" in _indexes(ledger)


def _indexes(ledger: Ledger) -> set[str]:
    if ledger.engine.dialect.name == "postgresql":
        found = "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid"
    else:
        found = "SELECT name FROM sqlite_master WHERE type = 'index'"
    with ledger.read() as connection:
        return set(connection.execute(text(found)).scalars())


def _fill(ledger: Ledger, rows: int = 20_000) -> None:
    values = {"program_id": 1, "newcomer_id": 1, "since": NOW, "merged": False}
    with ledger.write() as connection:
        connection.execute(
            schema.mentorships.insert(), [values | {"repository_id": 1, "number": n} for n in range(rows)]
        )


class _Work:
    """What web processes and workers do, several at once."""

    def __init__(self, ledger: Ledger) -> None:
        self.times, self.slowest = 0, 0.0
        self.errors: list[str] = []
        self._ledger = ledger
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=(number,)) for number in range(4)]

    def _go_on(self, number: int) -> None:
        count = 0
        while not self._stop.is_set():
            count += 1
            begun = time.monotonic()
            try:
                self._once(f"guid-{number}-{count}", number)
            except Exception as error:
                self.errors.append(repr(error))
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.times += 1

    def _once(self, guid: str, number: int) -> None:
        with self._ledger.write() as connection:
            (row,) = inbox.put(connection, [Asked(guid, "welcome", 5, 42, number, {})], NOW)
            places.see_installation(connection, 5, NOW)
        with self._ledger.write() as connection:
            inbox.claim(connection, row, NOW)
        with self._ledger.write() as connection:
            inbox.finish(connection, row, NOW)
            values: dict[str, Any] = {"merged": True}
            connection.execute(
                schema.mentorships.update().where(schema.mentorships.c.number == number).values(values)
            )

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def _at_work(ledger: Ledger) -> Iterator[_Work]:
    work = _Work(ledger)
    work.begin()
    try:
        yield work
    finally:
        work.end()
