"""Copies the whole ledger to another database, from SQLite to PostgreSQL or back: all of it, or nothing."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Row,
    String,
    Table,
    Text,
    TypeDecorator,
    cast,
    create_engine,
    event,
    func,
    make_url,
    or_,
    select,
    text,
    type_coerce,
)
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.pool import NullPool

from adapters.ledger.release import newest
from adapters.ledger.schema import Note, inbox, leases, metadata
from adapters.ledger.wording import Wording

AT_ONCE = 1000  # rows of each side in memory
PATIENCE = 2  # seconds for what is let go of just now


class Refused(Exception):
    """The ledger cannot be copied as things are; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Copied:
    """A table, and how many rows it has: each found in the target as it is in the source."""

    table: str
    rows: int


def copy(source_url: str, target_url: str, now: datetime) -> list[Copied]:
    """Copies every table in one transaction, compares them row by row, and only then commits.

    `source_url`, `target_url`: as Settings has them. The source is read as it was at one moment, and nobody else may
    write to either meanwhile. Raises Refused, and DBAPIError for what the databases themselves say; then the target
    is as it was.
    """
    if make_url(source_url) == make_url(target_url):
        raise Refused("The source and the target are the same database.")
    with _opened(source_url, "source") as source, _opened(target_url, "target") as target:
        _same_version(source, target)
        with _alone(source, "source", "SHARE"), _alone(target, "target", "ACCESS EXCLUSIVE"):
            _nobody_works(source, now)
            _is_empty(target)
            for table in metadata.sorted_tables:
                _fill(source, target, table)
            copied = [Copied(table.name, _compare(source, target, table)) for table in metadata.sorted_tables]
            _number_on(target)
    return copied


# --- opening both ---------------------------------------------------------------------------------


@contextmanager
def _opened(url: str, side: str) -> Iterator[Connection]:
    """One connection, without a transaction so far."""
    engine = _engine(url, side)
    try:
        with _in_use(side):
            connection = engine.connect()
        with connection:
            yield connection
    finally:
        engine.dispose()


def _engine(url: str, side: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool, hide_parameters=True, isolation_level="REPEATABLE READ")
    file = Path(make_url(url).database or "")
    if not file.is_file():  # SQLite would make an empty one
        raise Refused(f"The {side} is not there: {file} is no file.")
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _for_us_alone)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _for_us_alone(connection: Any, _record: Any) -> None:
    """In WAL mode whoever has the file open holds a lock on it, idle or not: an exclusive one finds them all."""
    connection.isolation_level = None
    for pragma in ("locking_mode = EXCLUSIVE", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _same_version(source: Connection, target: Connection) -> None:
    with _in_use("source"), source.begin():
        here = MigrationContext.configure(source).get_current_revision()
    with _in_use("target"), target.begin():
        there = MigrationContext.configure(target).get_current_revision()
    if not here == there == newest():
        raise Refused(
            f"The source is at revision {here or 'none'} and the target at {there or 'none'}, but this Lamplighter "
            f"copies {newest()} to {newest()}: run `flask --app app release` on both, with DATABASE_URL set to each."
        )


@contextmanager
def _alone(connection: Connection, side: str, mode: str) -> Iterator[None]:
    """A transaction in which nobody else writes. The lock comes before the first look, so that nothing is missed."""
    with ExitStack() as opened:
        with _in_use(side):
            opened.enter_context(connection.begin())
            if connection.dialect.name == "postgresql":
                tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
                connection.execute(text(f"LOCK TABLE {tables} IN {mode} MODE NOWAIT"))
        yield


@contextmanager
def _in_use(side: str) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        state = getattr(error.orig, "sqlstate", None)  # 55P03: lock_not_available
        if state == "55P03" or "database is locked" in str(error.orig):
            raise Refused(IN_USE.format(side)) from error
        raise


IN_USE = "The {} is in use: stop web, worker and clock, close whatever else has it open, and copy again."


# --- what must be so ------------------------------------------------------------------------------


def _nobody_works(source: Connection, now: datetime) -> None:
    """On SQLite nobody else can have it open. On PostgreSQL, a process that only waits is seen by its connection."""
    if source.dialect.name == "postgresql":
        others = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
        if source.execute(others).scalar():
            raise Refused(IN_USE.format("source"))
    busy = or_(
        select(leases.c.name).where(leases.c.until > now).exists(),
        select(inbox.c.id).where(inbox.c.claimed_until > now, inbox.c.done_at.is_(None)).exists(),
    )
    if source.execute(select(busy)).scalar():
        raise Refused(
            "A worker wrote to the source less than a minute ago: make sure that all have stopped, wait a minute, "
            "and copy again."
        )


def _is_empty(target: Connection) -> None:
    filled = [
        table.name
        for table in metadata.sorted_tables
        if target.execute(select(select(text("1")).select_from(table).exists())).scalar()
    ]
    if filled:
        raise Refused(
            f"The target is not empty: {', '.join(filled)} {'has' if len(filled) == 1 else 'have'} rows. "
            "Copy into a new database."
        )


# --- the rows -------------------------------------------------------------------------------------


class Verbatim(TypeDecorator[str]):
    """JSON as its text: read as values, NULL and `null` would be the same, and written anew it would look otherwise."""

    impl = Text
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return type_coerce(cast(column, Text), self)


class VerbatimPostgres(Verbatim):
    """PostgreSQL takes no text for JSON, unless it is told to. SQLite would make a number of it."""

    cache_ok = True

    def bind_expression(self, bindparam: Any) -> ColumnElement[Any]:
        return cast(type_coerce(bindparam, Text), JSON)


def _bare(table: Table, connection: Connection) -> Table:
    """The table without defaults, and without what our types do to values on their way in, such as redaction."""
    json = VerbatimPostgres() if connection.dialect.name == "postgresql" else Verbatim()
    columns = []
    for column in table.columns:
        plain = json if isinstance(column.type, JSON | Wording) else column.type
        columns.append(
            Column(column.name, Text() if isinstance(plain, Note) else plain, primary_key=column.primary_key)
        )
    return Table(table.name, MetaData(), *columns)


@contextmanager
def _rows(connection: Connection, table: Table) -> Iterator[Iterator[Row[Any]]]:
    """All rows in an order that both databases have in common: of bytes, whatever the language."""
    bare = _bare(table, connection)
    is_postgres = connection.dialect.name == "postgresql"
    order = [
        key.collate("C") if is_postgres and isinstance(key.type, String) else key for key in bare.primary_key
    ]
    statement = select(bare).order_by(*order).execution_options(yield_per=AT_ONCE)
    with connection.execute(statement) as result:
        yield iter(result)


def _fill(source: Connection, target: Connection, table: Table) -> None:
    statement = _bare(table, target).insert()
    with _rows(source, table) as rows:
        while some := [row._asdict() for row in islice(rows, AT_ONCE)]:
            try:
                target.execute(statement, some)
            except (DataError, IntegrityError) as error:  # SQLite minds neither lengths nor the character 0
                why = str(error.orig).partition("\n")[0]
                raise Refused(f"A row of {table.name} does not fit into the target: {why}.") from error


def _compare(source: Connection, target: Connection, table: Table) -> int:
    """How many rows both have, each with the same in every column."""
    count = 0
    with _rows(source, table) as ours, _rows(target, table) as theirs:
        for here, there in zip_longest(ours, theirs):
            if here is None or there is None or tuple(here) != tuple(there):
                raise Refused(f"Row {count + 1} of {table.name} is not in the target as it is in the source.")
            count += 1
    return count


def _number_on(target: Connection) -> None:
    """New rows get numbers after those that came along. RESTART, unlike setval, is part of the transaction."""
    if target.dialect.name != "postgresql":
        return  # SQLite goes on after the highest by itself
    for table in metadata.sorted_tables:
        if "id" not in table.columns:
            continue
        name = target.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar()
        highest = target.execute(select(func.max(table.c.id))).scalar()
        if name and highest is not None:
            target.execute(text(f"ALTER SEQUENCE {name} RESTART WITH {max(int(highest), 0) + 1}"))
