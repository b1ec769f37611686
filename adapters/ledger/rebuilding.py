"""Rebuilding: compares a scratch ledger with the real one, and brings over what that lacks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, Table, and_, func, or_, select, update

from adapters.ledger import schema
from adapters.ledger.engine import insert
from adapters.ledger.schema import outbox

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
            known = _known(real, compared, wanted)
            columns = _unlike(compared, wanted, known) if known is not None else ()
            if known is None or columns:
                yield Difference(compared, wanted, known, columns)


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


def waits(real: Connection, repository_id: int, number: int) -> bool:
    """Whether something about a thread is under way: then the ledger knows better than GitHub."""
    lane = f"repo {repository_id} · thread {number}"
    writes = select(func.count()).where(
        outbox.c.lane == lane, outbox.c.done_at.is_(None), outbox.c.parked_at.is_(None)
    )
    rows = select(func.count()).where(
        schema.inbox.c.repository_id == repository_id,
        schema.inbox.c.thread == number,
        schema.inbox.c.done_at.is_(None),
        schema.inbox.c.parked_at.is_(None),
    )
    return bool(real.execute(writes).scalar_one() or real.execute(rows).scalar_one())


def effects(scratch: Connection) -> Sequence[Row[Any]]:
    """The effects that GitHub was found to show."""
    shown = (outbox.c.done_at.is_not(None), outbox.c.key.is_not(None))
    return scratch.execute(select(outbox).where(*shown).order_by(outbox.c.id)).all()


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
