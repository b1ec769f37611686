"""Brings the database's tables to the state this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from adapters.ledger.engine import Ledger

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"
LOCK = (
    7_162_001  # any number: PostgreSQL's advisory lock, so that two releases at once run one after the other
)


def release(ledger: Ledger) -> str:
    """Runs the missing migrations; the revision the database has now."""
    config = _config()
    with ledger.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return current(ledger) or ""


def current(ledger: Ledger) -> str | None:
    """The revision the database has; None: no tables yet."""
    with ledger.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision this version needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
