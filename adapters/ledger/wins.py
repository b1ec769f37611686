"""Wins: what people told of that went well. The digest reads them (see `weeks.won`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from adapters.ledger.schema import wins


def tell(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(wins).values(values))


def count_since(connection: Connection, program_id: int, person_id: int, since: datetime) -> int:
    """How many somebody told of in a program since a moment."""
    mine = (wins.c.program_id == program_id, wins.c.person_id == person_id, wins.c.said_at > since)
    return connection.execute(select(func.count()).where(*mine)).scalar_one()


def all_of_them(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(select(wins)).all()


def reword(connection: Connection, row_id: int, text: str) -> None:
    connection.execute(update(wins).where(wins.c.id == row_id).values(text=text))
