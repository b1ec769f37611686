"""Simulating: what is due in a scratch ledger, and what was said there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from adapters.ledger.schema import inbox, invitations, outbox


def due(connection: Connection, now: datetime) -> Sequence[Any]:
    """The rows that could be done now, in the order in which they came."""
    waiting = (inbox.c.done_at.is_(None), inbox.c.parked_at.is_(None), inbox.c.due_at <= now)
    return connection.execute(select(inbox.c.id, inbox.c.job).where(*waiting).order_by(inbox.c.id)).all()


def unanswered(connection: Connection, program_id: int) -> list[int]:
    """Everybody who was asked and has not answered."""
    mine = (invitations.c.program_id == program_id, invitations.c.state == "open")
    return sorted(connection.execute(select(invitations.c.person_id).where(*mine)).scalars())


def said(connection: Connection) -> Sequence[Row[Any]]:
    """What would have been written that is visible: comments, issues and labels, in order."""
    verbs = outbox.c.verb.in_(("comment", "open_issue", "label"))
    return connection.execute(select(outbox).where(verbs).order_by(outbox.c.id)).all()
