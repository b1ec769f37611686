"""Checks: which commit of a repository is worth playing."""

from sqlalchemy import Connection, select

from adapters.ledger.schema import inbox


def later_waits(connection: Connection, repository_id: int, row_id: int) -> bool:
    """Whether a younger row will play a later commit of the repository."""
    waiting = (inbox.c.done_at.is_(None), inbox.c.parked_at.is_(None))
    mine = (inbox.c.job == "check_simulation", inbox.c.repository_id == repository_id, inbox.c.id > row_id)
    return connection.execute(select(inbox.c.id).where(*mine, *waiting).limit(1)).first() is not None
