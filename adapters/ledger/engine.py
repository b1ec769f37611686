"""Opens the ledger on SQLite or PostgreSQL, with transactions that neither surprises."""

import re
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Insert,
    Table,
    create_engine,
    event,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

PATIENCE = 8  # seconds for SQLite's lock: GitHub waits 10 for the answer to a webhook
LOOK_AGAIN = 0.001  # seconds until somebody who waits for it looks again

T = TypeVar("T")


class Ledger:
    """The one door to the database.

    `read()` gives a connection without a transaction: each statement sees the newest state and nothing is
    held while GitHub is asked. `write()` gives one transaction, committed at the end of the block.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _open(url)
        # Connections of their own: to turn one from reading to writing and back costs more than a look-up.
        self._reader = _open(url, isolation_level="AUTOCOMMIT")
        self._asked: deque[Any] = deque()
        self._closed = False

    @property
    def is_a_file(self) -> bool:
        """Whether it is on this machine, where a look-up takes as long as a function."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection

    def ask(self, question: "Question", **values: int) -> bool:
        """Yes or no. Raises DBAPIError."""
        dialect = self._reader.dialect
        return self._past_sqlalchemy(lambda connection: question.ask_driver(connection, dialect, values))

    def add(self, rows: "Rows", values: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Writes rows, which are on the disk when it returns what `rows` returns of them. Raises DBAPIError.

        All or none, in one statement; no other transaction is needed, and none is begun.
        """
        statement, given = rows.prepare(self._reader.dialect, values)
        return self._past_sqlalchemy(lambda connection: _fetch(connection, statement, given))

    def _past_sqlalchemy(self, do: Callable[[Any], T]) -> T:
        """Does it on a connection of the driver that stays open for the next, whichever thread that is in.

        A connection that has died meanwhile is opened anew once: what is done may be done twice.
        """
        dialect, driver = self._reader.dialect, self._reader.dialect.loaded_dbapi
        deadline = time.monotonic() + PATIENCE
        while True:
            kept, connection = bool(self._asked), None
            try:
                connection = self._take()
                found = do(connection)
            except driver.Error as error:
                if connection is not None and _is_busy(error) and time.monotonic() < deadline:
                    self._asked.append(connection)
                    time.sleep(LOOK_AGAIN)
                    continue
                self._hang_up(connection)  # if it has died, the others have died with it
                if not kept or not dialect.is_disconnect(error, connection, None):
                    raise DBAPIError.instance(
                        None, None, error, driver.Error, hide_parameters=True, dialect=dialect
                    ) from error
                continue
            except BaseException:  # such as what the driver cannot bind
                self._hang_up(connection)
                raise
            self._asked.append(connection)
            if self._closed:  # while it was asked: nobody else will hang up
                self._hang_up()
            return found

    def close(self) -> None:
        self._closed = True
        self._hang_up()
        self.engine.dispose()
        self._reader.dispose()

    def _take(self) -> Any:
        try:
            return self._asked.pop()
        except IndexError:
            opened = self._reader.raw_connection()
            opened.detach()
            if self.is_a_file:
                _wait_ourselves(opened.dbapi_connection, None)
            return opened.dbapi_connection

    def _hang_up(self, connection: Any = None) -> None:
        for one in [connection, *self._kept()]:
            with suppress(Exception):  # it may be dead already
                one.close()

    def _kept(self) -> Iterator[Any]:
        with suppress(IndexError):
            while True:
                yield self._asked.pop()


def _open(url: str, **options: Any) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        if database := make_url(url).database:
            _make_ours_alone(Path(database))
        # As many as ask at once are kept open: to open one takes longer than what it is opened for.
        options |= {"connect_args": {"timeout": PATIENCE}, "pool_size": 16, "max_overflow": 0}
        engine = create_engine(url, pool_use_lifo=True, hide_parameters=True, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        if not options.get("isolation_level"):
            event.listen(engine, "connect", _wait_ourselves)
            event.listen(engine, "begin", _begin_immediate)
        return engine
    options |= {"pool_size": 2, "max_overflow": 8, "pool_recycle": 1800}
    return create_engine(url, pool_pre_ping=True, pool_use_lifo=True, hide_parameters=True, **options)


def _make_ours_alone(file: Path) -> None:
    """It says who is new and who waits for whom: not for everybody on the machine. SQLite's further files follow it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # what is wrong with it SQLite tells
        file.touch(mode=0o600)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # sqlite3 would begin transactions by itself, and deferred ones
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _wait_ourselves(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout = 0")


def _begin_immediate(connection: Connection) -> None:
    """Begins a transaction that has the lock from the start.

    A deferred one that turns from reading to writing fails at once with "database is locked"
    (sqlite.org/lang_transaction.html). SQLite's own wait for the lock sleeps longer each time, up to a tenth of a
    second, while others come and go: whoever was unlucky twice waited a hundred times as long as a commit takes.
    """
    deadline, raw = time.monotonic() + PATIENCE, connection.connection.driver_connection
    while (error := _begin(raw)) and _is_busy(error) and time.monotonic() < deadline:
        time.sleep(LOOK_AGAIN)
    if error:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, so that SQLAlchemy says what is wrong


def _begin(raw: Any) -> sqlite3.Error | None:
    """One look whether the lock is free, past SQLAlchemy, in which it takes a hundred times as long."""
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        return error
    return None


def _is_busy(error: Exception) -> bool:
    # The lowest byte is the error, the others say more of it (sqlite.org/rescode.html).
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """INSERT with ON CONFLICT, which both databases know under the same name."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _fetch(connection: Any, statement: str, given: list[Any]) -> list[Any]:
    cursor = connection.cursor()
    cursor.execute(statement, given)
    found: list[Any] = cursor.fetchall()
    cursor.close()
    return found


class Rows:
    """Rows that come with many deliveries: an INSERT whose SQL is made once, for as many as there are.

    `make`: for a dialect's name an INSERT of one row of these columns, each with a value of its own.
    """

    def __init__(self, make: Callable[[str], Insert], columns: Sequence[Column[Any]]) -> None:
        self._make = make
        self._columns = columns
        self._made: dict[str, tuple[str, str, list[tuple[str, Any]]]] = {}

    def prepare(self, dialect: Dialect, values: Sequence[Mapping[str, Any]]) -> tuple[str, list[Any]]:
        """The SQL, and what is to be bound, in the order of its places."""
        if dialect.name not in self._made:
            self._made[dialect.name] = self._compile(dialect)
        statement, row, binds = self._made[dialect.name]
        given = [bind(one[name]) if bind else one[name] for one in values for name, bind in binds]
        return statement.replace(row, ", ".join([row] * len(values)), 1), given

    def _compile(self, dialect: Dialect) -> tuple[str, str, list[tuple[str, Any]]]:
        """SQL of one row, the part of it that is that row, and how each of its values is bound."""
        in_places: Dialect = cast(Any, type(dialect))(
            paramstyle="qmark" if dialect.name == "sqlite" else "format"
        )
        names = [column.name for column in self._columns]
        made = self._make(dialect.name).compile(dialect=in_places, column_keys=names)
        assert isinstance(made, SQLCompiler)
        assert made.positiontup
        row = re.search(r"VALUES (\([^()]*\))", made.string)
        assert row
        types = {column.name: column.type.dialect_impl(dialect) for column in self._columns}
        return made.string, row[1], [(name, types[name].bind_processor(dialect)) for name in made.positiontup]


class Question:
    """A yes-or-no question that comes with nearly every delivery.

    Its SQL is made once and asked of the driver itself: to make it anew takes longer than the answer.
    """

    def __init__(self, condition: ColumnElement[bool]) -> None:
        self._statement = select(condition)
        self._compiled: dict[str, SQLCompiler] = {}

    def ask(self, connection: Connection, **values: int) -> bool:
        """Yes or no; `values`: the numbers that the condition is about."""
        return bool(connection.execute(self._statement, values).scalar())

    def ask_driver(self, connection: Any, dialect: Dialect, values: dict[str, int]) -> bool:
        """The same, on a connection of the database's own driver, with that driver's errors."""
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = self._compile(dialect)
        given: Any = compiled.construct_params(values)
        if compiled.positiontup:
            given = [given[name] for name in compiled.positiontup]
        cursor = connection.cursor()
        cursor.execute(compiled.string, given)
        row = cursor.fetchone()
        cursor.close()
        return bool(row and row[0])

    def _compile(self, dialect: Dialect) -> SQLCompiler:
        made = self._statement.compile(dialect=dialect)
        assert isinstance(made, SQLCompiler)
        return made
