"""Unsaying: takes a person out of what waits to be done or to be written, and finds what was said to them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, cast, func, or_, select, true, update
from sqlalchemy import Text as SqlText

from adapters.ledger import locks
from adapters.ledger.schema import inbox, outbox
from mentoring.forgetting import without

NOBODY = 0  # in the place of a mentor on what is open: re-homing finds it and names somebody else
# The fields of a webhook, or of a moment, that hold a person's id.
IDS = ("user.id", "sender.id", "person_id", "requested_reviewer.id", "assignee.id")
WHOSE = ("comment.user.id", "review.user.id", "pull_request.user.id", "issue.user.id", "person_id")
REFERENCES = ("of", "opened_by")  # keys of other writes
PUTS_ON, TAKES_OFF = ("assign", "label"), ("unassign", "unlabel")  # a name

Thread = tuple[int, int]  # a repository's id, and the number there


def erase_from_inbox(
    connection: Connection, person_id: int, names: Iterable[str], now: datetime, *, patient: bool = False
) -> None:
    """Ends what waits because of a person, and takes them out of whatever else waits.

    Rows that somebody is deciding at this moment are left out – who decides them may wait for a program that our
    transaction has locked – or waited for: `patient`, in a transaction that has locked nothing else.
    """
    names = list(names)
    waits = and_(inbox.c.done_at.is_(None), mentions(inbox.c.fields, [*names, str(person_id)]))
    # The moments of theirs to which the clock gave a name.
    named = and_(inbox.c.delivery.startswith("clock:"), inbox.c.delivery.contains(f":{person_id}:"))
    which = or_(waits, named, mentions(inbox.c.note, names))
    ids = connection.execute((locks.in_order if patient else locks.free)(inbox, which)).scalars().all()
    mine = inbox.c.id.in_(ids)
    for row in connection.execute(select(inbox.c.id, inbox.c.fields).where(mine, waits)).all():
        values: dict[str, Any] = {"fields": _clean(row.fields, person_id, names)}
        if _is_theirs(row.fields, person_id):
            values = {"fields": {}, "done_at": now, "parked_at": None, "claimed_until": None, "note": None}
        connection.execute(update(inbox).where(inbox.c.id == row.id).values(values))
    for row_id in connection.execute(select(inbox.c.id).where(mine, named)).scalars().all():
        connection.execute(update(inbox).where(inbox.c.id == row_id).values(delivery=f"forgotten:{row_id}"))
    _clean_notes(connection, inbox, names, mine)


def _is_theirs(fields: dict[str, Any], person_id: int) -> bool:
    """Whether a row is there because of something this person wrote, or because the clock asks about them."""
    return next((fields[name] for name in WHOSE if name in fields), None) == person_id


def _clean(value: Any, person_id: int, names: Sequence[str], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _clean(one, person_id, names, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_clean(one, person_id, names, name) for one in value]
    if isinstance(value, str):
        return without(value, names)
    is_theirs = value == person_id and (name == "people" or name.endswith(IDS))
    return NOBODY if is_theirs else value


# --- what we said, and what waits to be said ------------------------------------------------------


def lock(connection: Connection, person_id: int, names: Sequence[str], threads: Iterable[Thread]) -> None:
    """Locks every write that may name somebody or is about one of the threads, before one after the other changes."""
    lanes = [_lane(thread) for thread in threads]
    said = f" · person {person_id}"
    may_name = mentions(outbox.c.payload, [*names, str(person_id)])
    waits = and_(outbox.c.done_at.is_(None), or_(may_name, outbox.c.lane.in_(lanes)))
    keyed = (column.contains(said, autoescape=True) for column in (outbox.c.key, outbox.c.replaces))
    connection.execute(locks.in_order(outbox, or_(waits, *keyed, mentions(outbox.c.note, names))))


def _lane(thread: Thread) -> str:
    return f"repo {thread[0]} · thread {thread[1]}"


def said_on(connection: Connection, thread: Thread, kept: Iterable[str]) -> list[str]:
    """The keys of our comments on a thread, but for those of some kinds."""
    lane = _lane(thread)
    mine = (outbox.c.verb == "comment", outbox.c.lane == lane, outbox.c.key.is_not(None))
    keys = connection.execute(select(outbox.c.key).where(*mine).order_by(outbox.c.id)).scalars()
    kinds = set(kept)
    return [key for key in keys if key.removeprefix(f"{lane} · ").partition(" · ")[0] not in kinds]


def said_to(connection: Connection, person_id: int) -> Sequence[Row[Any]]:
    """Our comments whose key names the person; their keys name nobody from now on."""
    mine = f"person {person_id}"
    found = outbox.c.key.contains(f" · {mine}", autoescape=True)
    rows = [
        row for row in connection.execute(select(outbox).where(found)).all() if mine in row.key.split(" · ")
    ]
    for row in rows:
        anew = _taken_back(row)
        rewrites = update(outbox).where(outbox.c.replaces == f"rewrite {row.key}")
        connection.execute(rewrites.values(replaces=f"rewrite taken back {row.id}"))
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(key=anew))
    return connection.execute(select(outbox).where(outbox.c.id.in_([row.id for row in rows]))).all()


def _taken_back(row: Row[Any]) -> str:
    """A key that names nobody; on a thread still of which kind it was, so that the same is not said again."""
    kind, _, _ = row.key.removeprefix(f"{row.lane} · ").partition(" · ")
    on_a_thread = row.lane == f"repo {row.repository_id} · thread {row.lane.rpartition(' ')[2]}"
    return f"{row.lane} · {kind} · taken back {row.id}" if on_a_thread else f"taken back {row.id}"


def never_say(connection: Connection, keys: Iterable[str], now: datetime) -> None:
    """Ends comments of these keys that nobody has tried to write yet, and new words for those that were."""
    names = list(keys)
    rewrites = outbox.c.replaces.in_([f"rewrite {key}" for key in names])
    mine = or_(outbox.c.key.in_(names), rewrites)
    untried = or_(outbox.c.attempts == 0, outbox.c.parked_at.is_not(None))
    _end(connection, (mine, untried), now)


def erase_from_outbox(connection: Connection, names: Sequence[str], now: datetime) -> None:
    """Takes a person out of what waits to be written; what would put their name somewhere is not written."""
    waits = (outbox.c.done_at.is_(None), mentions(outbox.c.payload, names))
    for row in connection.execute(select(outbox).where(*waits)).all():
        payload = _unsaid(row.payload, names)
        if row.verb in TAKES_OFF or payload == row.payload:
            continue
        if row.verb in PUTS_ON:
            _end(connection, (outbox.c.id == row.id,), now)
        else:
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(payload=payload))
    _clean_notes(connection, outbox, names, true())


def _unsaid(payload: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {
        name: value if name in REFERENCES else _clean(value, NOBODY, names) for name, value in payload.items()
    }


def _end(connection: Connection, where: Iterable[Any], now: datetime) -> None:
    over = update(outbox).where(*where, outbox.c.done_at.is_(None))
    connection.execute(
        over.values(done_at=now, parked_at=None, payload={}, result={}, note=None, in_doubt=False)
    )


def _clean_notes(connection: Connection, table: Table, names: Sequence[str], which: Any) -> None:
    for row in connection.execute(select(table).where(which, mentions(table.c.note, names))).all():
        connection.execute(update(table).where(table.c.id == row.id).values(note=without(row.note, names)))


def mentions(column: Any, words: Iterable[str]) -> Any:
    """Whether a column may hold one of the words, in lower case; a closer look tells."""
    text = func.lower(cast(column, SqlText))
    return or_(*(text.contains(word, autoescape=True) for word in words))
