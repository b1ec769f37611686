"""Gauges: how much waits in the ledger, and for how long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, literal, null, select, union_all

from adapters.ledger.schema import inbox, limits, mentorships, outbox


def rows_by_job(connection: Connection) -> Sequence[Row[Any]]:
    """For each job: the rows of the inbox that wait, those that are parked, and when the oldest was due."""
    return _open_by(connection, inbox, inbox.c.job)


def rows_by_verb(connection: Connection) -> Sequence[Row[Any]]:
    """For each verb: the writes that wait, those that are parked, and when the oldest was due."""
    return _open_by(connection, outbox, outbox.c.verb)


def _open_by(connection: Connection, table: Any, name: Any) -> Sequence[Row[Any]]:
    # Two queries, since each has an index of its own; one for both would read all that was ever done.
    waiting = _counted(name, func.count(), literal(0), func.min(table.c.due_at))
    parked = _counted(name, literal(0), func.count(), null())
    found = union_all(
        waiting.where(table.c.done_at.is_(None), table.c.parked_at.is_(None)),
        parked.where(table.c.done_at.is_(None), table.c.parked_at.is_not(None)),
    ).subquery()
    statement: Select[Any] = select(
        found.c.name,
        func.max(found.c.waiting).label("waiting"),
        func.max(found.c.parked).label("parked"),
        func.min(found.c.due_at).label("due_at"),
    )
    return connection.execute(statement.group_by(found.c.name)).all()


def _counted(name: Any, waiting: Any, parked: Any, due_at: Any) -> Select[Any]:
    columns = (waiting.label("waiting"), parked.label("parked"), due_at.label("due_at"))
    return select(name.label("name"), *columns).group_by(name)


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
