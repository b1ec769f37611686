"""Back-fill: one row of the inbox for each repository goes on with it, at a steady pace."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, select

from adapters.ledger import inbox as rows
from adapters.ledger.inbox import Asked
from adapters.ledger.schema import inbox

PACE = timedelta(minutes=1)


def ask(
    connection: Connection, installation_id: int | None, repository_id: int, delivery: str, now: datetime
) -> list[int]:
    """Asks for back-fill of a repository, once at a time; the ids of the rows to ring for.

    A row that waits will see what is new. One that is being worked on may have looked before: then another
    one follows it, and the earlier ends (see `later_waits`), so that the pace stays the same.
    """
    claims = list(connection.execute(select(inbox.c.claimed_until).where(_waits(repository_id))).scalars())
    if any(until is None or until < now for until in claims):
        return []
    ids = rows.put(connection, [Asked(delivery, "backfill", installation_id, repository_id)], now)
    if not claims:
        return ids
    for row_id in ids:
        rows.postpone(connection, row_id, now + PACE, "back-fill is under way", by_design=True)
    return []


def later_waits(connection: Connection, repository_id: int, row_id: int) -> bool:
    """Whether a younger row will go on with the back-fill of the repository."""
    statement = select(inbox.c.id).where(_waits(repository_id), inbox.c.id > row_id)
    return connection.execute(statement.limit(1)).first() is not None


def _waits(repository_id: int) -> Any:
    return and_(
        inbox.c.job == "backfill",
        inbox.c.repository_id == repository_id,
        inbox.c.done_at.is_(None),
        inbox.c.parked_at.is_(None),
    )
