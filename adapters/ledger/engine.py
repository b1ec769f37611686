"""Opens the ledger on SQLite or PostgreSQL, with transactions that neither surprises."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite

PATIENCE = 8  # seconds for SQLite's lock: GitHub waits 10 for the answer to a webhook


class Ledger:
    """The one door to the database.

    `read()` gives a connection without a transaction: each statement sees the newest state and nothing is
    held while GitHub is asked. `write()` gives one transaction, committed at the end of the block.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _open(url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def _open(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        database = make_url(url).database
        if database:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": PATIENCE}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    return create_engine(
        url, pool_pre_ping=True, pool_size=2, max_overflow=8, pool_recycle=1800, hide_parameters=True
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # sqlite3 would begin transactions by itself, and deferred ones
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that turns from reading to writing fails at once with "database is locked";
    # an immediate one waits for its turn (sqlite.org/lang_transaction.html).
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """INSERT with ON CONFLICT, which both databases know under the same name."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
