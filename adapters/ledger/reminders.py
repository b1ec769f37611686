"""Reminders that mentors were given, so that nobody gets more than two a day."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from adapters.ledger.schema import reminders


def put(connection: Connection, program_id: int, person_id: int, now: datetime) -> None:
    values = {"program_id": program_id, "person_id": person_id, "reminded_at": now}
    connection.execute(insert(reminders).values(values))


def count_since(connection: Connection, program_id: int, person_id: int, since: datetime) -> int:
    """How many somebody was given since a moment."""
    mine = (reminders.c.program_id == program_id, reminders.c.person_id == person_id)
    statement = select(func.count()).where(*mine, reminders.c.reminded_at >= since)
    return connection.execute(statement).scalar_one()
