"""What the digest tells of events: results that were told this week, and what is ahead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters.ledger import events
from adapters.ledger import outbox as sent
from jobs.digest_view import View
from jobs.program import Loaded
from mentoring.digest import EventLine
from mentoring.event import ROLES


@dataclass(frozen=True)
class Found:
    """An event with the number of its issue, and the roles that nobody has."""

    row: Any
    number: int
    open_roles: tuple[str, ...]


def found(connection: Connection, program_id: int, since: datetime, until: datetime) -> Iterator[Found]:
    """What was told from `since` until before `until` comes first. Of an event that is over nobody hears until its result is told."""
    rows = [one for one in events.of_program(connection, program_id) if one.cancelled_at is None]
    told = [one for one in rows if one.result_at is not None and since <= one.result_at < until]
    ahead = [one for one in rows if one.result_at is None and one.begins_at > until]
    for row in (*told, *ahead):
        number = (sent.result_of(connection, row.key) or {}).get("number")
        if number is not None:
            taken = {one.role for one in events.roles(connection, row.key)}
            yield Found(row, number, tuple(role for role in ROLES if role not in taken))


def lines(view: View, loaded: Loaded, since: datetime, which: Sequence[Found]) -> list[EventLine]:
    return [
        EventLine(
            view.spot(loaded.home.id, one.number),
            one.row.title,
            one.row.begins_at.astimezone(loaded.program.clock),
            one.row.came,
            one.row.firsts,
            one.open_roles,
            news=one.row.result_at is not None or one.row.opened_at >= since,
        )
        for one in which
    ]
