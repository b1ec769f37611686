"""Configuration files as an installation last read them: their text, version and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import files


def get(connection: Connection, installation_id: int, source: str) -> Row[Any] | None:
    statement = select(files).where(files.c.installation_id == installation_id, files.c.source == source)
    return connection.execute(statement).one_or_none()


def keep(connection: Connection, installation_id: int, source: str, now: datetime, **values: Any) -> None:
    """Keeps what was read. `values`: repository_id, etag, sha, text."""
    values["read_at"] = now
    statement = insert(connection, files).values(installation_id=installation_id, source=source, **values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["installation_id", "source"], set_=values)
    )


def outdate(connection: Connection, installation_id: int, source: str, read_at: datetime) -> None:
    """Makes sure that the file is read again before it is used next. `read_at`: when a file was read that is due."""
    statement = update(files).where(files.c.installation_id == installation_id, files.c.source == source)
    connection.execute(statement.values(read_at=read_at))


def good(connection: Connection, installation_id: int) -> list[tuple[str, list[list[Any]]]]:
    """The last texts without a mistake, by the source that they count for."""
    statement = select(files.c.source, files.c.good).where(files.c.installation_id == installation_id)
    return [(row.source, row.good) for row in connection.execute(statement) if row.good]


def set_good(connection: Connection, installation_id: int, source: str, texts: list[list[Any]]) -> None:
    """Keeps the last texts without a mistake: they stay in force when worse ones come."""
    statement = update(files).where(files.c.installation_id == installation_id, files.c.source == source)
    connection.execute(statement.values(good=texts))
