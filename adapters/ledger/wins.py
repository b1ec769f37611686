"""Wins: what people told of that went well. The digest reads them (see `weeks.won`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from adapters.ledger.schema import wins


def tell(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(wins).values(values))


def count_since(connection: Connection, program_id: int, person_id: int, since: datetime) -> int:
    """How many somebody told of in a program since a moment."""
    mine = (wins.c.program_id == program_id, wins.c.person_id == person_id, wins.c.said_at > since)
    return connection.execute(select(func.count()).where(*mine)).scalar_one()
