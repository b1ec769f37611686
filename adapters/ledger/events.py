"""Events: what was opened, who took which role, and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import event_roles, events


def put(connection: Connection, values: dict[str, Any]) -> None:
    """Notes an event, once."""
    new = insert(connection, events).values(values).on_conflict_do_nothing(index_elements=["key"])
    connection.execute(new)


def get(connection: Connection, key: str) -> Row[Any] | None:
    return connection.execute(select(events).where(events.c.key == key)).one_or_none()


def change(connection: Connection, key: str, **values: Any) -> None:
    connection.execute(update(events).where(events.c.key == key).values(values))


def of_program(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """All of them, the earliest first."""
    mine = select(events).where(events.c.program_id == program_id)
    return connection.execute(mine.order_by(events.c.begins_at, events.c.key)).all()


def ahead_of(connection: Connection, program_id: int, person_id: int, now: datetime) -> Row[Any] | None:
    """The event that somebody opened and that is still to come."""
    mine = (events.c.program_id == program_id, events.c.person_id == person_id)
    ahead = (events.c.cancelled_at.is_(None), events.c.begins_at > now)
    return connection.execute(select(events).where(*mine, *ahead).limit(1)).one_or_none()


def due(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    return connection.execute(select(events).where(events.c.due_at <= now)).all()


def all_of_them(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(select(events)).all()


# --- roles ----------------------------------------------------------------------------------------


def roles(connection: Connection, key: str) -> Sequence[Row[Any]]:
    """Who has which, in the order in which they were taken."""
    mine = select(event_roles).where(event_roles.c.key == key)
    return connection.execute(mine.order_by(event_roles.c.taken_at, event_roles.c.person_id)).all()


def take(
    connection: Connection, program_id: int, key: str, role: str, person_id: int, taken_at: datetime
) -> None:
    row = {"program_id": program_id, "key": key, "role": role, "person_id": person_id, "taken_at": taken_at}
    connection.execute(insert(connection, event_roles).values(row).on_conflict_do_nothing())


def give_back(connection: Connection, key: str, person_id: int, role: str | None) -> None:
    """Gives one role back; None: all that they have."""
    mine = [event_roles.c.key == key, event_roles.c.person_id == person_id]
    mine += [event_roles.c.role == role] if role else []
    connection.execute(delete(event_roles).where(*mine))


# --- who wants to be in none of it ------------------------------------------------------------------


def with_person(connection: Connection, person_id: int, program_id: int | None = None) -> Sequence[Row[Any]]:
    """The events that somebody opened, or has a role in."""
    taken = select(event_roles.c.key).where(event_roles.c.person_id == person_id)
    wanted = select(events).where(or_(events.c.person_id == person_id, events.c.key.in_(taken)))
    if program_id is not None:
        wanted = wanted.where(events.c.program_id == program_id)
    return connection.execute(wanted.order_by(events.c.key)).all()


def leave(connection: Connection, program_id: int, person_id: int) -> None:
    """Takes somebody out of the events of a program, which go on without them."""
    taken = (event_roles.c.program_id == program_id, event_roles.c.person_id == person_id)
    connection.execute(delete(event_roles).where(*taken))
    opened = (events.c.program_id == program_id, events.c.person_id == person_id)
    connection.execute(update(events).where(*opened).values(person_id=None))
