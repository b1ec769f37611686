"""Gauges: how much waits in the ledger, and for how long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from adapters.ledger.schema import inbox, limits, mentorships, outbox


def rows_by_job(connection: Connection) -> Sequence[Row[Any]]:
    """For each job: the rows of the inbox that wait, those that are parked, and when the oldest was due."""
    return _open_by(connection, inbox, inbox.c.job)


def rows_by_verb(connection: Connection) -> Sequence[Row[Any]]:
    """For each verb: the writes that wait, those that are parked, and when the oldest was due."""
    return _open_by(connection, outbox, outbox.c.verb)


def _open_by(connection: Connection, table: Any, name: Any) -> Sequence[Row[Any]]:
    waiting = table.c.parked_at.is_(None)
    statement = select(
        name.label("name"),
        func.count().filter(waiting).label("waiting"),
        func.count().filter(~waiting).label("parked"),
        func.min(table.c.due_at).filter(waiting).label("due_at"),
    )
    return connection.execute(statement.where(table.c.done_at.is_(None)).group_by(name)).all()


def waits_since(connection: Connection) -> datetime | None:
    """Since when the newcomer waits who has waited longest for a mentor or a maintainer."""
    since: datetime | None = connection.execute(
        select(func.min(mentorships.c.turn_since)).where(
            mentorships.c.closed_at.is_(None), mentorships.c.turn.in_(("mentor", "maintainers"))
        )
    ).scalar()
    return since


def remaining(connection: Connection) -> Sequence[Row[Any]]:
    """What GitHub last said is left of its limits, for each installation and kind of request."""
    return connection.execute(select(limits).order_by(limits.c.installation_id, limits.c.resource)).all()
