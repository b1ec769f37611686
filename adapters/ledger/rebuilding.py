"""Rebuilding: compares a scratch ledger with the real one, and brings over what that lacks."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, Table, and_, or_, select, update

from adapters.ledger import forgetting, locks, schema
from adapters.ledger.engine import insert
from adapters.ledger.schema import inbox, outbox

TOGETHER = timedelta(minutes=1)
NOBODY = 0  # in the place of a mentor who asked to be forgotten, until somebody else is named


@dataclass(frozen=True)
class Compared:
    """A table, by what its rows are found, and which columns decide whether two rows say the same.

    Moments are taken over and not compared: GitHub and we note the same thing some seconds apart. Of a column
    in `whether` only counts whether it is empty.
    """

    table: Table
    keys: tuple[str, ...]
    decides: tuple[str, ...] = ()
    whether: tuple[str, ...] = ()
    while_open: tuple[str, ...] = ()  # decides until `closed_at`


HERE = ("repository_id", "number")
PERSON = ("program_id", "person_id")

# What is silently added where it is missing: it follows from the file, or from what GitHub calls things.
BASICS = (
    Compared(schema.installations, ("id",)),
    Compared(schema.repositories, ("id",)),
    Compared(schema.files, ("installation_id", "source")),
    Compared(schema.people, ("id",)),
    Compared(schema.logins, ("login",)),
    Compared(schema.programs, ("id",)),
    Compared(schema.heard, (*HERE, "comment_id", "command")),
    Compared(schema.reminders, PERSON),  # whoever has none here
)
DECIDED = (
    Compared(schema.cohorts, ("program_id", "name"), whether=("invited_at",)),
    Compared(schema.mentors, PERSON, ("said", "capacity")),
    Compared(schema.invitations, ("program_id", "cohort", "person_id"), ("state", "issue_key")),
    Compared(schema.asks, (*PERSON, "ask"), ("answer",)),
    Compared(schema.shares, ("program_id", "cohort", "person_id"), ("text",)),
    Compared(schema.events, ("key",), ("title", "done", "came", "firsts"), ("cancelled_at",)),
    Compared(schema.event_roles, ("key", "role", "person_id")),
    Compared(schema.digests, ("program_id", "week"), ("issue_key",)),
    Compared(schema.greetings, PERSON),
    Compared(schema.authors, ("repository_id", "person_id")),
    Compared(schema.starters, HERE, ("mentor_id", "kind"), ("closed_at", "dropped_at")),
    Compared(schema.claims, (*HERE, "person_id"), ("released_why", "pull_number"), ("released_at",)),
    Compared(
        schema.mentorships,
        HERE,
        ("newcomer_id", "mentor_id", "merged"),
        ("closed_at",),
        ("kind", "second_id", "turn", "step", "starter_number"),
    ),
    Compared(schema.notes, (*HERE, "kind"), ("count",)),
    Compared(schema.wins, ("program_id", "person_id", *HERE, "text")),
)


@dataclass(frozen=True)
class Difference:
    """A row that the real ledger lacks, or has otherwise; `columns`: those that differ."""

    compared: Compared
    wanted: Row[Any]
    known: Row[Any] | None
    columns: tuple[str, ...] = ()


def differences(scratch: Connection, real: Connection, tables: Sequence[Compared]) -> Iterator[Difference]:
    """What the real ledger lacks of the scratch ledger, table by table. What it has besides is left alone."""
    for compared in tables:
        rows = scratch.execute(select(compared.table).order_by(*compared.table.primary_key)).all()
        for wanted in rows:
            found = _difference(real, compared, wanted)
            if found is not None:
                yield found


def look_again(real: Connection, one: Difference) -> Difference | None:
    """The same difference as it is by now; None if there is none any more."""
    return _difference(real, one.compared, one.wanted)


def _difference(real: Connection, compared: Compared, wanted: Row[Any]) -> Difference | None:
    known = _known(real, compared, wanted)
    columns = _unlike(compared, wanted, known) if known is not None else ()
    return Difference(compared, wanted, known, columns) if known is None or columns else None


def _known(real: Connection, compared: Compared, wanted: Row[Any]) -> Row[Any] | None:
    return real.execute(select(compared.table).where(_same(compared, wanted)).limit(1)).one_or_none()


def _same(compared: Compared, wanted: Row[Any]) -> Any:
    return and_(*(compared.table.c[name] == getattr(wanted, name) for name in compared.keys))


def _unlike(compared: Compared, wanted: Row[Any], known: Row[Any]) -> tuple[str, ...]:
    this, that = wanted._mapping, known._mapping
    compare = compared.decides
    if "closed_at" in compared.whether and this["closed_at"] is None:
        compare += compared.while_open
    found = [name for name in compare if _differs(compared, name, this, that)]
    found += [name for name in compared.whether if (this[name] is None) != (that[name] is None)]
    return tuple(found)


def _differs(compared: Compared, name: str, this: RowMapping, that: RowMapping) -> bool:
    if compared.table is schema.notes:  # one that was deleted was counted
        return bool(this[name] > that[name])
    if compared.table is schema.digests and this[name] is None:
        return False
    if (
        compared.table is schema.mentors and this[name] is None
    ):  # said where we do not read, or not to be read
        return False
    return (this[name] or None) != (that[name] or None)


def bring_over(real: Connection, one: Difference) -> None:
    """Adds the row, or puts it right."""
    values = {name: value for name, value in one.wanted._mapping.items() if name != "changed_at"}
    table = one.compared.table
    if one.known is None:
        if table in (schema.wins, schema.reminders):
            del values["id"]
        real.execute(insert(real, table).values(values).on_conflict_do_nothing())
        return
    names = _belongs_together(one)
    real.execute(
        update(table)
        .where(_same(one.compared, one.wanted))
        .values({name: values[name] for name in values if name in names})
    )


def _belongs_together(one: Difference) -> set[str]:
    """What is taken over with the columns that differ: of a person's word only that word, else the whole row."""
    table = one.compared.table
    if table is not schema.mentors:
        return {column.name for column in table.c} - set(one.compared.keys)
    words = {"said": {"said", "said_at", "said_how"}, "capacity": {"capacity", "capacity_at"}}
    return {name for column in one.columns for name in words[column]}


def effects(scratch: Connection) -> Sequence[Row[Any]]:
    """The effects that GitHub was found to show."""
    shown = (outbox.c.done_at.is_not(None), outbox.c.key.is_not(None))
    return scratch.execute(select(outbox).where(*shown).order_by(outbox.c.id)).all()


def lock(real: Connection, effects: Sequence[Row[Any]]) -> None:
    """Locks what waits to be written and may be done: to be called before `adopt`, with all that come after it."""
    keyed = outbox.c.key.in_([one.key for one in effects])
    beside = and_(outbox.c.lane.in_([one.lane for one in effects]), outbox.c.key.is_(None))
    real.execute(locks.in_order(outbox, or_(keyed, beside), outbox.c.done_at.is_(None)))


def adopt(real: Connection, effect: Row[Any]) -> None:
    """Notes an effect that GitHub shows; one that waits to be written, as in a ledger of yesterday, is done."""
    values = {name: value for name, value in effect._mapping.items() if name != "id"}
    done = {name: values[name] for name in ("done_at", "result", "payload")} | {
        "parked_at": None,
        "note": None,
    }
    statement = insert(real, outbox).values(values)
    real.execute(
        statement.on_conflict_do_update(
            index_elements=["key"], set_=done | {"in_doubt": False}, where=outbox.c.done_at.is_(None)
        )
    )
    # What was asked for together with it, such as a label, was written too, and may be out of date by now.
    together = (outbox.c.lane == effect.lane, outbox.c.key.is_(None), outbox.c.done_at.is_(None))
    real.execute(
        update(outbox)
        .where(*together, outbox.c.created_at <= effect.created_at + TOGETHER)
        .values(done | {"result": {}, "in_doubt": False})
    )


def knows(real: Connection, key: str) -> bool:
    """Whether an effect is known as written, or was refused."""
    done = or_(outbox.c.done_at.is_not(None), outbox.c.parked_at.is_not(None))
    return real.execute(select(outbox.c.id).where(outbox.c.key == key, done)).first() is not None


# --- what is newer than the reading ---------------------------------------------------------------

Thread = tuple[int, int]  # a repository's id, and the number there
PEOPLE = (
    "person_id",
    "told_by",
    "newcomer_id",
    "mentor_id",
    "second_id",
    "beside_id",
    "helper_id",
    "taken_by",
)  # columns with a person's id


@dataclass(frozen=True)
class Beginning:
    """The ledger as the reading of GitHub began. What was decided since is newer than what was read."""

    at: datetime
    rows: Mapping[str, str]  # of each row about what is decided: a hash of its keys, and one of all it said
    waiting: Mapping[str, Sequence[int]]  # the writes that waited, by their lane


def beginning(real: Connection, repository_id: int, now: datetime) -> Beginning:
    """To be called before anything is read."""
    rows = {
        _name(compared, row): _hash(*row)
        for compared in DECIDED
        for row in real.execute(_rows_of(compared.table, repository_id))
    }
    waiting: dict[str, list[int]] = {}
    mine = (outbox.c.repository_id == repository_id, *_waits(outbox))
    for row_id, lane in real.execute(select(outbox.c.id, outbox.c.lane).where(*mine)):
        waiting.setdefault(lane, []).append(row_id)
    return Beginning(now, rows, waiting)


def _rows_of(table: Table, repository_id: int) -> Any:
    """Those of the repository; of a table that knows none, those of all programs: they are few."""
    rows = select(table)
    return rows.where(table.c.repository_id == repository_id) if "repository_id" in table.c else rows


def _name(compared: Compared, row: Row[Any]) -> str:
    return _hash(compared.table.name, *(getattr(row, name) for name in compared.keys))


def _hash(*values: Any) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:32]


class Newer:
    """Which of some rows are not to be touched, since the ledger knows better than what was read."""

    def __init__(self, real: Connection, rows: Sequence[Row[Any]], begun: Beginning) -> None:
        self._begun = begun
        self._busy = _busy(real, rows, begun)
        self._ids = forgetting.among(real, {one for row in rows for one in _ids(row._mapping)})
        self._logins = forgetting.logins_among(real, {one for row in rows for one in _words(row._mapping)})

    def concerns(self, one: Difference) -> bool:
        """Whether the row was decided since, something about its thread is under way, or it names the forgotten."""
        then = self._begun.rows.get(_name(one.compared, one.wanted))
        row = one.wanted._mapping
        is_as_it_was = then == (one.known and _hash(*one.known))
        names_forgotten = not self._ids.isdisjoint(_ids(row)) or not self._logins.isdisjoint(_words(row))
        return not is_as_it_was or names_forgotten or _thread(row) in self._busy


def is_to_forgotten(real: Connection, key: str) -> bool:
    """Whether an effect's key names somebody who asked to be forgotten."""
    ids = [int(one) for one in re.findall(r" · person (\d+)(?= · |$)", key)]
    return bool(forgetting.among(real, ids))


def _ids(row: RowMapping) -> set[int]:
    found = {row[name] for name in PEOPLE if row.get(name)} | set(row.get("tried") or ())
    # A row of `people` is the only one with a login and an id.
    return found | {row["id"]} if "login" in row and "id" in row else found


def _words(row: RowMapping) -> set[str]:
    """Whatever may be a login, in lower case."""
    return {
        word.lower() for name in ("login", "text") for word in forgetting.LOGIN.findall(row.get(name) or "")
    }


def _thread(row: RowMapping) -> Thread | None:
    return (row["repository_id"], row["number"]) if "repository_id" in row and "number" in row else None


def _busy(real: Connection, rows: Iterable[Row[Any]], begun: Beginning) -> set[Thread]:
    """The threads about which something waits, or waited as the reading began and was written since."""
    threads = {thread for row in rows if (thread := _thread(row._mapping))}
    lanes = {f"repo {thread[0]} · thread {thread[1]}": thread for thread in threads}
    ids = [row_id for lane in lanes for row_id in begun.waiting.get(lane, ())]
    waits = select(outbox.c.lane).where(outbox.c.lane.in_(lanes), *_waits(outbox))
    # What we ourselves took for written was so at the moment that GitHub shows, which is earlier.
    written = select(outbox.c.lane).where(outbox.c.id.in_(ids), outbox.c.done_at >= begun.at)
    found = {lanes[lane] for statement in (waits, written) for lane in real.execute(statement).scalars()}
    asked = select(inbox.c.repository_id, inbox.c.thread).where(
        inbox.c.repository_id.in_({thread[0] for thread in threads}),
        inbox.c.thread.in_({thread[1] for thread in threads}),
        *_waits(inbox),
    )
    return found | {(row.repository_id, row.thread) for row in real.execute(asked)}


def _waits(table: Table) -> tuple[Any, Any]:
    return table.c.done_at.is_(None), table.c.parked_at.is_(None)
