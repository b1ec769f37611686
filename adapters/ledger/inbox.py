"""The inbox: one row for each job that a delivery, or a moment, asks for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from adapters.ledger import locks
from adapters.ledger.engine import Ledger, Rows, insert
from adapters.ledger.schema import Id, Moment, inbox, inbox_place

CLAIM = timedelta(seconds=60)  # a worker that holds a row longer is believed dead
MANY_ATTEMPTS = 25
CROWDED = timedelta(seconds=5)  # bells that wait so long for a worker are many
DRAWS = 5


@dataclass(frozen=True)
class Asked:
    """A job to be done: what the front door or the clock puts into the inbox."""

    delivery: str
    job: str
    installation_id: int | None = None
    repository_id: int | None = None
    thread: int | None = None
    fields: dict[str, Any] | None = None


def put(connection: Connection, asked: Iterable[Asked], now: datetime) -> list[int]:
    """Keeps what is asked; the ids of the rows that wait to be done, in the order in which they were asked for."""
    return [row_id for row_id, _ in keep(connection, asked, now)]


def keep(connection: Connection, asked: Iterable[Asked], now: datetime) -> list[tuple[int, str]]:
    """Keeps what is asked, once for each delivery and job; id and job of the rows that wait, as put gives them.

    A delivery that comes again after a failure of ours is taken up again; after a success it is not.
    """
    once = _once(asked, now)
    if not once:
        return []
    return _as_asked(once, connection.execute(_keep(connection.dialect.name), _in_one_order(once)))


def keep_now(ledger: Ledger, asked: Iterable[Asked], now: datetime) -> list[tuple[int, str]]:
    """The same by itself, on the disk when it returns. Raises DBAPIError."""
    once = _once(asked, now)
    return _as_asked(once, ledger.add(_KEPT, _in_one_order(once))) if once else []


def _once(asked: Iterable[Asked], now: datetime) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows for one statement, in which PostgreSQL may not meet a row twice."""
    return {(one.delivery, one.job): _values(one, now) for one in asked}


def _in_one_order(once: dict[tuple[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """In the same order for everybody: two web processes may have the same deliveries, and would wait for each other.

    GitHub keeps no order among deliveries of the same moment either; the jobs of each stay in theirs.
    """
    return [once[key] for key in sorted(once, key=lambda key: key[0])]


def _as_asked(once: Iterable[tuple[str, str]], found: Iterable[Any]) -> list[tuple[int, str]]:
    ids = {(delivery, job): row_id for row_id, delivery, job in found}
    return [(ids[key], key[1]) for key in once if key in ids]


@cache
def _keep(dialect: str) -> Any:
    """The statement, made once for each kind of database."""
    new = (postgresql if dialect == "postgresql" else sqlite).insert(inbox)
    # No values of their own: with those SQLAlchemy would send the rows one by one.
    again = {"parked_at": null(), "note": null(), "attempts": literal_column("0")}
    same = {"due_at": new.excluded.due_at, "fields": new.excluded.fields}
    statement = new.on_conflict_do_update(
        index_elements=["delivery", "job"], set_=again | same, where=inbox.c.done_at.is_(None)
    )
    return statement.returning(inbox.c.id, inbox.c.delivery, inbox.c.job)


def _values(one: Asked, now: datetime) -> dict[str, Any]:
    return {
        "delivery": one.delivery,
        "job": one.job,
        "installation_id": one.installation_id,
        "repository_id": one.repository_id,
        "thread": one.thread,
        "fields": one.fields or {},
        "attempts": 0,
        "received_at": now,
        "due_at": now,
        "rung_at": now,
    }


_GIVEN = ("delivery", "job", "installation_id", "repository_id", "thread", "fields", "attempts")
_MOMENTS = ("received_at", "due_at", "rung_at")
_KEPT = Rows(_keep, [inbox.c[name] for name in (*_GIVEN, *_MOMENTS)])


def put_new(connection: Connection, asked: Iterable[Asked], now: datetime, *, rung: bool = True) -> list[int]:
    """Keeps what is asked unless it is known, waiting or done; the ids of the new rows.

    `rung`: whether the caller tells the queue; else the clock does, with its next look.
    """
    ids: list[int] = []
    for one in asked:
        values = _values(one, now) | {"rung_at": now if rung else None}
        statement = insert(connection, inbox).values(values).on_conflict_do_nothing()
        ids += connection.execute(statement.returning(inbox.c.id)).scalars()
    return ids


def claim(connection: Connection, row_id: int, now: datetime) -> Row[Any] | None:
    """The row, if it waits, is due and nobody else works on it; its claim lasts for CLAIM."""
    statement = (
        update(inbox)
        .where(inbox.c.id == row_id, _waiting(), inbox.c.due_at <= now, _unclaimed(now))
        .values(claimed_until=now + CLAIM, attempts=inbox.c.attempts + 1)
        .returning(*inbox.c)
    )
    return connection.execute(statement).one_or_none()


def claim_fairly(
    connection: Connection, row_id: int, now: datetime, alike: Collection[str]
) -> Row[Any] | None:
    """The row – or, where bells wait for CROWDED, the oldest of some installation in which one waits so long.

    A crowd in one installation keeps nobody in another waiting so. Each bell still is for one row: whoever finds that
    its own was done at another's takes one that waits. `alike`: the jobs that are rung for in the same queue.
    """
    # Looked at first, and not taken: who holds one row and takes another may wait for somebody who does the reverse.
    if not _waits_long(connection, row_id, now) and (claimed := claim(connection, row_id, now)):
        return claimed
    for one in range(DRAWS):
        oldest = _oldest_of_each(connection, now, alike)
        # By the row's number, so that no chance is needed: the numbers of a crowd follow each other.
        if oldest and (found := claim(connection, oldest[(row_id + one) % len(oldest)], now)):
            return found  # else another worker was faster
    return claim(connection, row_id, now)


def _waits_long(connection: Connection, row_id: int, now: datetime) -> bool:
    statement = select(inbox.c.id).where(inbox.c.id == row_id, inbox.c.rung_at <= now - CROWDED)
    return connection.execute(statement).first() is not None


def _oldest_of_each(connection: Connection, now: datetime, alike: Collection[str]) -> list[int]:
    """For each installation the row that waits longest, of those that were rung for a while ago."""
    if not alike:
        return []
    found = connection.execute(_in_turn(tuple(alike)), {"now": now, "crowded": now - CROWDED})
    oldest: dict[int, int] = {}
    for place, row_id in found:
        if row_id is not None:
            oldest[place] = min(row_id, oldest.get(place, row_id))
    return sorted(oldest.values())


@cache
def _in_turn(alike: tuple[str, ...]) -> Any:
    """For each installation, and 0, and each of these jobs the row that waits longest, or None.

    It looks from one installation to the next and takes a single row of each job: to group all that waits
    takes as long as there is a backlog, with every bell, while SQLite lets nobody else write.
    """
    kind = union_all(*(select(literal(job).label("job")) for job in alike)).cte("kind")
    place = select(literal(0, Id).label("id")).cte("place", recursive=True)
    after = select(func.min(inbox_place)).where(_waiting(), inbox_place > place.c.id).scalar_subquery()
    place = place.union_all(select(after).where(place.c.id.is_not(None)))
    longest = _longest(place.c.id, kind.c.job).scalar_subquery()
    return select(place.c.id, longest).select_from(place.join(kind, true()))


def _longest(place: ColumnElement[int], job: ColumnElement[str]) -> Select[int]:
    """The row that waits longest there, of those that were rung for a while ago."""
    now, crowded = bindparam("now", type_=Moment), bindparam("crowded", type_=Moment)
    rung_for = and_(inbox.c.rung_at >= inbox.c.due_at, inbox.c.rung_at <= crowded)
    here = and_(inbox_place == place, inbox.c.job == job, inbox.c.due_at <= now)
    waits = select(inbox.c.id).where(_waiting(), here, _unclaimed(now), rung_for)
    return waits.order_by(inbox.c.due_at).limit(1)


def finish(connection: Connection, row_id: int, now: datetime, note: str | None = None) -> bool:
    """Marks the row done and wipes what it carried; False if it was done already."""
    statement = (
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.done_at.is_(None))
        .values(done_at=now, claimed_until=None, parked_at=None, fields={}, note=note)
    )
    return connection.execute(statement).rowcount == 1


def note(connection: Connection, row_id: int, why: str) -> None:
    """Adds to a row why nothing, or not everything, was done."""
    connection.execute(update(inbox).where(inbox.c.id == row_id).values(note=why))


def note_of(connection: Connection, row_id: int) -> str | None:
    return connection.execute(select(inbox.c.note).where(inbox.c.id == row_id)).scalar()


def postpone(
    connection: Connection, row_id: int, due_at: datetime, note: str, *, by_design: bool = False
) -> None:
    """Lets the row wait until `due_at`. `by_design`: not because of a failure, so it is not counted."""
    values: dict[str, Any] = {"due_at": due_at, "claimed_until": None, "note": note}
    if by_design:
        values["attempts"] = 0
    connection.execute(update(inbox).where(inbox.c.id == row_id).values(values))


def park(connection: Connection, row_id: int, now: datetime, reason: str) -> None:
    """Takes the row out of the way, for a person to look at."""
    statement = update(inbox).where(inbox.c.id == row_id, inbox.c.done_at.is_(None))
    connection.execute(statement.values(parked_at=now, claimed_until=None, note=reason))


def unpark(connection: Connection, row_id: int, now: datetime) -> bool:
    """Lets a parked row be tried again; False if there is no such row."""
    statement = update(inbox).where(inbox.c.id == row_id, inbox.c.parked_at.is_not(None))
    values = {"parked_at": None, "due_at": now, "rung_at": None, "attempts": 0, "note": None}
    return connection.execute(statement.values(values)).rowcount == 1


def unpark_refused(connection: Connection, installation_id: int, now: datetime) -> list[int]:
    """Lets rows that GitHub refused be tried again: of an installation, and of the clock; their ids.

    One that somebody has in hand is passed over: they might wait for what we hold.
    """
    refused = locks.free(
        inbox,
        inbox.c.parked_at.is_not(None),
        inbox.c.note.startswith("Refused"),
        or_(inbox.c.installation_id == installation_id, inbox.c.installation_id.is_(None)),
    )
    statement = update(inbox).where(inbox.c.id.in_(refused))
    values = {"parked_at": None, "due_at": now, "attempts": 0, "note": None, "rung_at": now}
    return sorted(connection.execute(statement.values(values).returning(inbox.c.id)).scalars())


def to_ring(
    connection: Connection,
    now: datetime,
    limit: int = 500,
    *,
    only: Collection[str] | None = None,
    but: Collection[str] = (),
) -> Sequence[int]:
    """Rows that are due and that the queue was not told of lately; they count as told from now on.

    `only`, `but`: the jobs that are rung for now, and those that are not.
    This is what makes the queue a mere bell: one that was lost, or a worker that died, is made up for here.
    """
    unheard = or_(inbox.c.rung_at.is_(None), inbox.c.rung_at < inbox.c.due_at, inbox.c.rung_at < now - CLAIM)
    due = (
        select(inbox.c.id)
        .where(_waiting(), inbox.c.due_at <= now, _unclaimed(now), unheard)
        .where(inbox.c.job.not_in(but), true() if only is None else inbox.c.job.in_(only))
        .order_by(inbox.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)  # a worker, or another clock, has it in hand
    )
    statement = update(inbox).where(inbox.c.id.in_(due)).values(rung_at=now).returning(inbox.c.id)
    return sorted(connection.execute(statement).scalars())


def waits_to_begin(connection: Connection, repository_id: int, thread: int) -> bool:
    """Whether the thread's welcome is still to be decided."""
    statement = select(inbox.c.id).where(
        _waiting(),
        inbox.c.repository_id == repository_id,
        inbox.c.thread == thread,
        inbox.c.job == "welcome",
    )
    return connection.execute(statement.limit(1)).first() is not None


def jobs_of(connection: Connection, row_ids: Sequence[int]) -> dict[int, str]:
    """The job of each of these rows of the inbox, in their order."""
    found = connection.execute(select(inbox.c.id, inbox.c.job).where(inbox.c.id.in_(row_ids)))
    jobs: dict[int, str] = {row.id: row.job for row in found}
    return {row_id: jobs[row_id] for row_id in row_ids if row_id in jobs}


def troubles(connection: Connection, limit: int = 100) -> Sequence[Row[Any]]:
    """Rows that are parked, have failed at least once or wait for a reason, oldest first."""
    delayed = or_(inbox.c.parked_at.is_not(None), inbox.c.attempts > 1, inbox.c.note.is_not(None))
    statement = select(inbox).where(inbox.c.done_at.is_(None), delayed).order_by(inbox.c.id)
    return connection.execute(statement.limit(limit)).all()


def counts(connection: Connection) -> dict[str, int]:
    """How many rows wait, are parked, are done."""
    state = {
        "waiting": func.count().filter(_waiting()),
        "parked": func.count().filter(inbox.c.parked_at.is_not(None)),
        "done": func.count().filter(inbox.c.done_at.is_not(None)),
    }
    row = connection.execute(select(*(count.label(name) for name, count in state.items()))).one()
    return dict(row._mapping)


def _waiting() -> Any:
    return and_(inbox.c.done_at.is_(None), inbox.c.parked_at.is_(None))


def _unclaimed(now: Any) -> Any:
    return or_(inbox.c.claimed_until.is_(None), inbox.c.claimed_until < now)
