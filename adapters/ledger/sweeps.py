"""The sweep's memory: how far GitHub's delivery log was read, what was lost, what is to be read again."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update

from adapters.ledger import inbox as rows
from adapters.ledger.engine import insert
from adapters.ledger.inbox import Asked
from adapters.ledger.schema import (
    authors,
    greetings,
    inbox,
    lost,
    mentorships,
    repairs,
    repositories,
    starters,
    sweeps,
)

DAY = timedelta(days=1)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (10, 60, 240, 720, 1440))
FETCHED = "deliveries"  # there is such a row while deliveries are fetched from the log instead of being sent
MOST_ATTEMPTS = 6  # of a delivery that fails although others are handed over
PROBE_PAUSE = timedelta(hours=1)  # at most, while nothing can be handed over


@dataclass(frozen=True)
class Failed:
    """An attempt in GitHub's log that did not end well, the newest of its delivery."""

    guid: str
    delivery_id: int
    delivered_at: datetime
    due_at: datetime  # when it may be asked for again


# --- what comes again and again -------------------------------------------------------------------


def take_due(connection: Connection, name: str, next_at: datetime, now: datetime) -> bool:
    """Whether the moment of a recurring job has come; its next one is noted with it, so that of two clocks one rings."""
    values = {"due_at": next_at}
    statement = insert(connection, sweeps).values(name=name, **values)
    statement = statement.on_conflict_do_update(
        index_elements=["name"], set_=values, where=sweeps.c.due_at <= now
    )
    return connection.execute(statement.returning(sweeps.c.name)).scalar() is not None


def put_off(connection: Connection, name: str, due_at: datetime) -> None:
    """Sets the next moment of a recurring job."""
    statement = insert(connection, sweeps).values(name=name, due_at=due_at)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"due_at": due_at}))


def end(connection: Connection, name: str) -> None:
    """Forgets a recurring job."""
    connection.execute(delete(sweeps).where(sweeps.c.name == name))


def ask_again(
    connection: Connection, asked: Iterable[Asked], now: datetime, *, rung: bool = True
) -> list[int]:
    """Asks for what comes again and again, each in one row that is used anew; the ids of the rows to ring for.

    One that still waits is left alone: so there is one at a time, and the inbox does not grow with the weeks.
    `rung`: whether the caller tells the queue; else the clock does, with its next look.
    """
    ids: list[int] = []
    for one in asked:
        over = or_(inbox.c.done_at.is_not(None), inbox.c.parked_at.is_not(None))
        values: dict[str, Any] = {
            "installation_id": one.installation_id,
            "fields": one.fields or {},
            "attempts": 0,
        }
        values |= dict.fromkeys(("done_at", "parked_at", "claimed_until", "note"))
        values |= {"received_at": now, "due_at": now, "rung_at": now if rung else None}
        mine = (inbox.c.delivery == one.delivery, inbox.c.job == one.job)
        statement = update(inbox).where(*mine, over).values(values).returning(inbox.c.id)
        ids += connection.execute(statement).scalars().all() or rows.put_new(
            connection, [one], now, rung=rung
        )
    return ids


# --- GitHub's delivery log ------------------------------------------------------------------------


def reading(connection: Connection, name: str) -> Row[Any] | None:
    """How far the log was read, and where a reading that is under way goes on."""
    return connection.execute(select(sweeps).where(sweeps.c.name == name)).one_or_none()


def keep_reading(connection: Connection, name: str, **values: Any) -> None:
    """Notes how far the log was read: cursor, newest, open, read_until."""
    connection.execute(update(sweeps).where(sweeps.c.name == name).values(values))


def handed_over(
    connection: Connection, guids: Collection[str], again: Iterable[Failed], now: datetime
) -> None:
    """Notes deliveries that ended well. `again`: of these, those that were not the first attempt.

    The first, which failed, comes later in the log, which is read from its end: it is known as recovered by then.
    """
    recovered = {"recovered_at": now, "due_at": None}
    found = and_(lost.c.guid.in_(guids), lost.c.recovered_at.is_(None))
    connection.execute(update(lost).where(found).values(recovered))
    for one in again:
        values = {"guid": one.guid, "delivery_id": one.delivery_id, "delivered_at": one.delivered_at}
        statement = insert(connection, lost).values(values | recovered | {"attempts": 0})
        connection.execute(statement.on_conflict_do_nothing())


def not_handed_over(connection: Connection, failed: Sequence[Failed]) -> None:
    """Notes deliveries that failed, unless a later attempt went well or the inbox has them: then only the answer was lost."""
    guids = [one.guid for one in failed]
    here = set(connection.execute(select(inbox.c.delivery).where(inbox.c.delivery.in_(guids))).scalars())
    for one in failed:
        if one.guid in here:
            continue
        values = {"guid": one.guid, "delivery_id": one.delivery_id, "delivered_at": one.delivered_at}
        statement = insert(connection, lost).values(values | {"attempts": 0, "due_at": one.due_at})
        newest = {"delivery_id": one.delivery_id}
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["guid"], set_=newest, where=lost.c.delivery_id < one.delivery_id
            )
        )


def lost_due(connection: Connection, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Lost deliveries that are to be asked for now: those asked for least, the oldest of them first."""
    statement = select(lost).where(lost.c.due_at <= now)
    return connection.execute(
        statement.order_by(lost.c.attempts, lost.c.delivered_at, lost.c.guid).limit(limit)
    ).all()


def asked_for(connection: Connection, row: Row[Any], now: datetime, *, door_open: bool) -> None:
    """Notes that GitHub was asked to deliver it again, and when that is tried next, should it fail.

    While nothing at all can be handed over, that is not the delivery's fault, and does not count against it.
    """
    attempts = row.attempts + 1
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    due_at: datetime | None = now + (pause if door_open else min(pause, PROBE_PAUSE))
    if door_open and attempts >= MOST_ATTEMPTS:
        due_at = None
    mine = and_(lost.c.guid == row.guid, lost.c.recovered_at.is_(None))
    connection.execute(update(lost).where(mine).values(attempts=attempts, due_at=due_at))


def give_up(connection: Connection, guid: str) -> None:
    """GitHub has the delivery no longer."""
    connection.execute(update(lost).where(lost.c.guid == guid).values(due_at=None))


def rouse_lost(connection: Connection, now: datetime) -> None:
    """Things can be handed over again: what waits for its next attempt need not wait longer."""
    connection.execute(update(lost).where(lost.c.due_at > now).values(due_at=now))


def forget_lost(connection: Connection, before: datetime) -> None:
    """Forgets what GitHub's log has forgotten."""
    connection.execute(delete(lost).where(lost.c.delivered_at < before))


def counts(connection: Connection) -> dict[str, int]:
    """How many lost deliveries are known, by what became of them."""
    state = {
        "waiting": func.count().filter(lost.c.due_at.is_not(None)),
        "recovered": func.count().filter(lost.c.recovered_at.is_not(None)),
        "given up": func.count().filter(lost.c.due_at.is_(None), lost.c.recovered_at.is_(None)),
    }
    row = connection.execute(select(*(count.label(name) for name, count in state.items()))).one()
    return dict(row._mapping)


# --- each repository, once a night ----------------------------------------------------------------


def take_due_repositories(connection: Connection, now: datetime, most: int) -> Sequence[Row[Any]]:
    """Repositories that are to be read again, so many that at most `most` are under way; each once a day."""
    under_way = select(func.count()).where(
        inbox.c.job == "reconcile",
        inbox.c.done_at.is_(None),
        inbox.c.parked_at.is_(None),
        inbox.c.due_at <= now,
    )
    is_due = and_(repositories.c.reconcile_at <= now, repositories.c.installation_id.is_not(None))
    due = select(repositories.c.id).where(is_due).order_by(repositories.c.reconcile_at)
    if connection.execute(due.limit(1)).first() is None:
        return ()
    some = due.limit(max(0, most - connection.execute(under_way).scalar_one()))
    free = some.with_for_update(skip_locked=True)  # the others somebody has in hand
    statement = update(repositories).where(repositories.c.id.in_(free), is_due)
    taken = statement.values(reconcile_at=now + DAY)
    return connection.execute(taken.returning(repositories.c.id, repositories.c.installation_id)).all()


def reconciled(connection: Connection, repository_id: int, until: datetime) -> None:
    """Notes that what changed until then was seen."""
    mine = repositories.c.id == repository_id
    connection.execute(update(repositories).where(mine).values(reconciled_until=until))


def end_reconciliation(
    connection: Connection, before: Row[Any], reconcile_at: datetime, until: datetime, configured: str | None
) -> None:
    """Notes a complete reconciliation and the next one, unless that was brought forward meanwhile.

    `before`: the repository's row when it began.
    """
    mine = update(repositories).where(repositories.c.id == before.id)
    connection.execute(mine.values(reconciled_until=until, configured=configured or before.configured))
    as_before = repositories.c.reconcile_at.is_not_distinct_from(before.reconcile_at)
    connection.execute(mine.where(as_before).values(reconcile_at=reconcile_at))


def hurry(connection: Connection, repository_id: int, now: datetime) -> None:
    """Brings the reconciliation of a repository forward, at most once an hour."""
    soon = func.coalesce(repositories.c.reconciled_until, now - DAY)
    last = connection.execute(select(soon).where(repositories.c.id == repository_id)).scalar()
    if last is None:
        return
    due_at = max(now, last + timedelta(hours=1))
    later = or_(repositories.c.reconcile_at.is_(None), repositories.c.reconcile_at > due_at)
    statement = update(repositories).where(repositories.c.id == repository_id, later)
    connection.execute(statement.values(reconcile_at=due_at))


def known_threads(
    connection: Connection, repository_id: int, numbers: Collection[int]
) -> tuple[dict[int, Row[Any]], dict[int, Row[Any]]]:
    """What the ledger has of these threads: mentorships and good first issues, by number."""
    found = []
    for table in (mentorships, starters):
        here = and_(table.c.repository_id == repository_id, table.c.number.in_(numbers))
        found.append({row.number: row for row in connection.execute(select(table).where(here))})
    return found[0], found[1]


def known_authors(
    connection: Connection, repository_id: int, program_id: int, person_ids: Collection[int]
) -> set[int]:
    """Who of them was greeted in the program, or is known to have been here before."""
    here = select(authors.c.person_id).where(
        authors.c.repository_id == repository_id, authors.c.person_id.in_(person_ids)
    )
    greeted = select(greetings.c.person_id).where(
        greetings.c.program_id == program_id, greetings.c.person_id.in_(person_ids)
    )
    return {*connection.execute(here).scalars(), *connection.execute(greeted).scalars()}


def repaired(connection: Connection, repository_id: int, numbers: Collection[int]) -> set[tuple[int, str]]:
    """What was put back on these threads before: number and what."""
    here = (repairs.c.repository_id == repository_id, repairs.c.number.in_(numbers))
    found = connection.execute(select(repairs.c.number, repairs.c.what).where(*here))
    return {(number, what) for number, what in found}


def repair(connection: Connection, repository_id: int, number: int, what: str, now: datetime) -> bool:
    """Notes that something is put back; False if it was before, and people took it off again."""
    values = {"repository_id": repository_id, "number": number, "what": what, "repaired_at": now}
    statement = insert(connection, repairs).values(values).on_conflict_do_nothing()
    return connection.execute(statement.returning(repairs.c.number)).scalar() is not None
