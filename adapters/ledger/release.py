"""Brings the database's tables to what this version needs, while an older version goes on working with them."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Index, MetaData, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateIndex, DropIndex

from adapters.ledger.engine import Ledger
from adapters.ledger.schema import metadata

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"
LOCK = 7_162_001  # any number: PostgreSQL's advisory lock, so that two releases run one after the other
# What waits behind a migration that waits for a table waits no longer than this. Shorter than PostgreSQL's
# deadlock_timeout of a second, so that of two that wait for each other it is the migration that gives way.
TABLE_WAIT = "400ms"
PATIENCE = 300.0  # seconds in all for one migration to find its tables free
PAUSE = 0.5
BUSY = {"55P03", "40P01"}  # PostgreSQL: lock_not_available, deadlock_detected

Result = TypeVar("Result")


def release(
    ledger: Ledger, migrations: Path = MIGRATIONS, tables: MetaData = metadata, patience: float = PATIENCE
) -> str:
    """Runs the missing migrations, each in one transaction; the revision the database has now.

    Then builds the indexes that `tables` has and the database has not: on PostgreSQL concurrently, which no
    transaction can, so that a large table stays in use meanwhile. A newer database is left as it is.
    """
    config = _config(migrations)
    with _alone(ledger, patience):
        while _patiently(partial(_step, ledger, config), patience):
            pass
        if current(ledger) == _order(migrations)[-1]:
            for index in _missing_indexes(ledger, tables):
                _patiently(partial(_build, ledger, index, patience), patience)
    return current(ledger) or ""


def current(ledger: Ledger) -> str | None:
    """The revision the database has; None: no tables yet."""
    with ledger.read() as connection:
        return _revision(connection)


def newest() -> str:
    """The revision this version needs."""
    return _order(MIGRATIONS)[-1]


def is_ready(ledger: Ledger) -> bool:
    """Whether the tables are as this version needs them: at its own revision, or at a newer version's.

    A newer version only adds to the tables, so that the older one goes on until it is replaced.
    """
    revision = current(ledger)
    return revision is not None and revision not in _order(MIGRATIONS)[:-1]


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _order(migrations: Path) -> tuple[str, ...]:
    """The revisions, the first one first."""
    walk = ScriptDirectory.from_config(_config(migrations)).walk_revisions()
    return tuple(script.revision for script in walk)[::-1]


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    return config


@contextmanager
def _alone(ledger: Ledger, patience: float) -> Iterator[None]:
    """One release at a time. On SQLite each step sees to that by itself."""
    if ledger.engine.dialect.name != "postgresql":
        yield
        return
    with ledger.read() as connection:
        # Asked for again and again: who waits inside a statement is waited for by an index being built.
        deadline = time.monotonic() + patience
        while not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar():
            if time.monotonic() > deadline:
                raise TimeoutError("Another release has been running for long; look what it waits for.")
            time.sleep(PAUSE)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})


def _patiently(act: Callable[[], Result], patience: float) -> Result:
    """Tries until what is needed is free; what failed is taken back meanwhile, so that others go on."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return act()
        except OperationalError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            log.info("the database is in use; the next try comes in %s s", PAUSE)
        time.sleep(PAUSE)


def _is_busy(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlstate", None) in BUSY or "database is locked" in str(error.orig)


def _step(ledger: Ledger, config: Config) -> bool:
    """Runs the next migration; False if there is none."""
    with ledger.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{TABLE_WAIT}'"))
        revision = _next(_revision(connection), _order(Path(config.get_main_option("script_location") or "")))
        if revision is None:
            return False
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return True


def _next(revision: str | None, order: tuple[str, ...]) -> str | None:
    if revision is None:
        return order[0]
    if revision not in order:
        return None  # a newer version's
    position = order.index(revision) + 1
    return order[position] if position < len(order) else None


def _missing_indexes(ledger: Ledger, tables: MetaData) -> list[Index]:
    """Indexes that are not there, or that a release that was stopped left unfinished."""
    wanted = {str(index.name): index for table in tables.tables.values() for index in table.indexes}
    if ledger.engine.dialect.name == "postgresql":
        found = (
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indisvalid AND pg_table_is_visible(c.oid)"
        )
    else:
        found = "SELECT name FROM sqlite_master WHERE type = 'index'"
    with ledger.read() as connection:
        there = set(connection.execute(text(found)).scalars())
    return [wanted[name] for name in sorted(wanted.keys() - there)]


def _build(ledger: Ledger, index: Index, patience: float) -> None:
    if ledger.engine.dialect.name != "postgresql":
        with ledger.write() as connection:
            connection.execute(CreateIndex(index, if_not_exists=True))
        return
    index.dialect_options["postgresql"]["concurrently"] = True
    with ledger.read() as connection:
        # Nobody waits behind it, so it may wait itself: for whoever still reads what was before.
        connection.execute(text(f"SET lock_timeout = '{patience:.0f}s'"))
        try:
            connection.execute(DropIndex(index, if_exists=True))
            connection.execute(CreateIndex(index))
        finally:
            connection.execute(text("RESET lock_timeout"))
