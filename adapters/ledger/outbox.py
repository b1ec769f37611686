"""The outbox's rows: what is to be written to GitHub, in which order, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Update, and_, bindparam, exists, func, or_, select, update

from adapters.ledger import locks
from adapters.ledger.engine import insert
from adapters.ledger.schema import installations, outbox, repositories

RING_AGAIN = timedelta(seconds=30)
URGENT = 0  # somebody waits for it


def put(connection: Connection, values: dict[str, Any]) -> bool:
    """Adds one write. False if the effect its `key` names is known already.

    A waiting set-like write of the same name (`replaces`) is overwritten instead of queued twice.
    """
    if values.get("replaces") and _replace(connection, values):
        return True
    statement = (
        insert(connection, outbox)
        .values(values)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(outbox.c.id)
    )
    return connection.execute(statement).scalar() is not None


def _replace(connection: Connection, values: dict[str, Any]) -> bool:
    # A decision meets what waits in an order of its own. What somebody has in hand is written again, behind it.
    same = (outbox.c.replaces == values["replaces"], _waiting(), outbox.c.attempts == 0)
    statement = (
        update(outbox)
        .where(outbox.c.id.in_(locks.free(outbox, *same)))
        .values(payload=values["payload"], delivery=values.get("delivery"))
    )
    return connection.execute(statement).rowcount > 0


def adopt(connection: Connection, values: dict[str, Any], result: dict[str, Any], now: datetime) -> None:
    """Records an effect that GitHub already shows, so that it is not repeated."""
    values = values | {"payload": {}, "result": result, "done_at": now}
    statement = insert(connection, outbox).values(values).on_conflict_do_nothing(index_elements=["key"])
    connection.execute(statement)


def claim_next(
    connection: Connection, installation_id: int, now: datetime, *, later: bool = True
) -> Row[Any] | None:
    """The next write of an installation: urgent ones first, in order within a lane.

    It counts as begun from here on: whoever finds it begun and not done must look before writing again.
    What somebody has in hand is passed over, since we may hold the write before: the clock rings again for it.
    `later`: whether it may be one that can wait, with nothing urgent behind it in its lane.
    """
    statement = _CLAIM_ANY if later else _CLAIM_URGENT
    return connection.execute(statement, {"installation": installation_id, "now": now}).one_or_none()


def _waiting(rows: Any = outbox) -> Any:
    return and_(rows.c.done_at.is_(None), rows.c.parked_at.is_(None))


def _claim(*which: Any) -> Any:
    """Made once: to put it together takes longer than to run it."""
    earlier = outbox.alias()
    blocked = exists().where(earlier.c.lane == outbox.c.lane, earlier.c.id < outbox.c.id, _waiting(earlier))
    next_id = (
        select(outbox.c.id)
        .where(outbox.c.installation_id == bindparam("installation"), _waiting())
        .where(outbox.c.due_at <= bindparam("now"), ~blocked, *which)
        .order_by(outbox.c.urgency, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = update(outbox).where(outbox.c.id == next_id).values(attempts=outbox.c.attempts + 1)
    return statement.returning(*outbox.c)


def _is_urgent() -> Any:
    behind = outbox.alias()
    urgent_behind = exists().where(
        behind.c.lane == outbox.c.lane,
        behind.c.id > outbox.c.id,
        behind.c.urgency == URGENT,
        _waiting(behind),
    )
    return or_(outbox.c.urgency == URGENT, urgent_behind)


_CLAIM_ANY, _CLAIM_URGENT = _claim(), _claim(_is_urgent())


def finish(
    connection: Connection, row_id: int, result: dict[str, Any], now: datetime, note: str | None = None
) -> None:
    """The write is done; what it said is wiped, what it made (a number, an id) is kept."""
    values = {"done_at": now, "payload": {}, "result": result, "note": note, "in_doubt": False}
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(values))


def retry(connection: Connection, row_id: int, due_at: datetime, note: str, *, in_doubt: bool) -> None:
    values = {"due_at": due_at, "note": note, "in_doubt": in_doubt}
    connection.execute(_unfinished(row_id).values(values))


def not_begun(connection: Connection, row_id: int, due_at: datetime, note: str) -> None:
    """GitHub refused for now (a limit) and did nothing: this attempt does not count."""
    values = {"due_at": due_at, "note": note, "attempts": outbox.c.attempts - 1}
    connection.execute(_unfinished(row_id).values(values))


def park(connection: Connection, row_id: int, now: datetime, reason: str) -> None:
    values = {"parked_at": now, "note": reason}
    connection.execute(_unfinished(row_id).values(values))


def end_all(connection: Connection, installation_id: int, now: datetime, note: str) -> None:
    """Ends whatever waits for an installation, or is parked there: it can never be written.

    What somebody has in hand is passed over, since we may hold a write of our own: the clock rings again for it.
    After places.lock_all nobody has.
    """
    # One that was parked before a transfer still names the installation of then.
    places = select(repositories.c.id).where(repositories.c.installation_id == installation_id)
    theirs = or_(outbox.c.installation_id == installation_id, outbox.c.repository_id.in_(places))
    over: dict[str, Any] = {"done_at": now, "parked_at": None, "note": note, "in_doubt": False}
    over |= {"payload": {}, "result": {}}
    open_ones = locks.free(outbox, theirs, outbox.c.done_at.is_(None))
    connection.execute(update(outbox).where(outbox.c.id.in_(open_ones)).values(over))


def unpark(connection: Connection, row_id: int, now: datetime) -> bool:
    statement = update(outbox).where(outbox.c.id == row_id, outbox.c.parked_at.is_not(None))
    values = {"parked_at": None, "due_at": now, "attempts": 1, "in_doubt": True, "note": None}
    return connection.execute(statement.values(values)).rowcount == 1


def unpark_all(connection: Connection, installation_id: int, now: datetime) -> None:
    """Lets everything that was parked for an installation be tried again."""
    parked = locks.in_order(
        outbox, outbox.c.installation_id == installation_id, outbox.c.parked_at.is_not(None)
    )
    values = {"parked_at": None, "due_at": now, "attempts": 1, "in_doubt": True, "note": None}
    connection.execute(update(outbox).where(outbox.c.id.in_(parked)).values(values))


def result_of(connection: Connection, key: str) -> dict[str, Any] | None:
    """What the write of this key made, once it is done."""
    return connection.execute(select(outbox.c.result).where(outbox.c.key == key)).scalar()


def is_said(connection: Connection, lane: str, beginning: str) -> bool:
    """Whether a write of a thread has this key, or one that goes on behind it."""
    mine = or_(outbox.c.key == beginning, outbox.c.key.startswith(f"{beginning} · ", autoescape=True))
    return bool(connection.execute(select(exists().where(outbox.c.lane == lane, mine))).scalar())


def state_of(connection: Connection, key: str) -> Row[Any] | None:
    return connection.execute(select(outbox).where(outbox.c.key == key)).one_or_none()


def installations_to_ring(connection: Connection, now: datetime) -> Sequence[int]:
    """Installations with writes that are due and may be done, and that the queue was not told of lately."""
    told = installations.c.rung_at
    may_later = or_(outbox.c.urgency == URGENT, _is_over(installations.c.later_after, now))
    due = (
        select(outbox.c.installation_id, func.min(outbox.c.due_at).label("due_at"))
        .join(installations, installations.c.id == outbox.c.installation_id)
        .where(_waiting(), outbox.c.due_at <= now, may_later)
        .where(_is_over(installations.c.wait_until, now), _is_over(installations.c.write_after, now))
        .group_by(outbox.c.installation_id)
        .subquery()
    )
    unheard = or_(told.is_(None), told < due.c.due_at, told < now - RING_AGAIN)
    ids = select(installations.c.id).join(due, due.c.installation_id == installations.c.id).where(unheard)
    free = ids.with_for_update(of=installations, skip_locked=True)  # the others another clock has in hand
    statement = (
        update(installations)
        .where(installations.c.id.in_(free))
        .values(rung_at=now)
        .returning(installations.c.id)
    )
    return sorted(connection.execute(statement).scalars())


def _is_over(until: Any, now: datetime) -> Any:
    return or_(until.is_(None), until <= now)


def troubles(connection: Connection, limit: int = 100) -> Sequence[Row[Any]]:
    """Writes that are parked, have failed at least once or wait for a reason, oldest first."""
    delayed = or_(outbox.c.parked_at.is_not(None), outbox.c.attempts > 1, outbox.c.note.is_not(None))
    statement = select(outbox).where(outbox.c.done_at.is_(None), delayed).order_by(outbox.c.id)
    return connection.execute(statement.limit(limit)).all()


def waiting(connection: Connection) -> int:
    return connection.execute(select(func.count()).where(_waiting())).scalar_one()


def _unfinished(row_id: int) -> Update:
    """Somebody who took over from us may have finished it meanwhile."""
    return update(outbox).where(outbox.c.id == row_id, outbox.c.done_at.is_(None))
