"""Configuration files as last read: their text, version and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import files


def get(connection: Connection, slug: str) -> Row[Any] | None:
    return connection.execute(select(files).where(files.c.slug == slug.lower())).one_or_none()


def keep(connection: Connection, slug: str, now: datetime, **values: Any) -> None:
    """Keeps what was read. `values`: repository_id, etag, sha, text, good_text."""
    values["read_at"] = now
    statement = insert(connection, files).values(slug=slug.lower(), **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["slug"], set_=values))


def outdate(connection: Connection, slug: str, long_ago: datetime) -> None:
    """Makes sure that the file is read again before it is used next."""
    connection.execute(update(files).where(files.c.slug == slug.lower()).values(read_at=long_ago))


def set_good(connection: Connection, slug: str, text: str) -> None:
    """Keeps the last version without a mistake: it stays in force when a worse one comes."""
    connection.execute(update(files).where(files.c.slug == slug.lower()).values(good_text=text))
