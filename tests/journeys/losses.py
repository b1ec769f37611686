"""Losing the database in a journey: emptying it, and comparing what was decided with what came back."""

from typing import Any

from sqlalchemy import select

from adapters.ledger import schema
from adapters.ledger.rebuilding import DECIDED, Compared
from tests.journeys.house import House

Rows = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]


def lose(house: House) -> None:
    """The database is empty, as a new one is after `release`."""
    with house.context.ledger.write() as connection:
        for table in schema.metadata.sorted_tables:
            connection.execute(table.delete())


def saved(house: House) -> dict[str, list[dict[str, Any]]]:
    """A backup."""
    with house.context.ledger.read() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in schema.metadata.sorted_tables
        }


def restore(house: House, backup: dict[str, list[dict[str, Any]]]) -> None:
    """The database is as it was."""
    lose(house)
    with house.context.ledger.write() as connection:
        for table in schema.metadata.sorted_tables:
            if backup[table.name]:
                connection.execute(table.insert(), backup[table.name])


def everything(house: House) -> str:
    """Every row of every table, to see that nothing changes."""
    with house.context.ledger.read() as connection:
        return repr([(t.name, connection.execute(select(t)).all()) for t in schema.metadata.sorted_tables])


def decided(house: House) -> Rows:
    """What decides what happens next: who, with whom, whose turn, which step, what is over, what was said."""
    with house.context.ledger.read() as connection:
        found = {
            one.table.name: {
                _key(one, row): _says(one, row._mapping)
                for row in connection.execute(select(one.table)).all()
            }
            for one in DECIDED
        }
        open_ones = select(schema.mentorships).where(schema.mentorships.c.closed_at.is_(None))
        rows = connection.execute(open_ones).all()
        found["open"] = {(row.repository_id, row.number): _open(row) for row in rows}
    return found


def _open(row: Any) -> tuple[Any, ...]:
    """Of an open mentorship: what was promised, and what somebody else would be chosen by."""
    greeting = row.greeting or {}
    promised = row.answer_by and row.answer_by.replace(microsecond=0)
    return row.tried, promised, greeting.get("language"), greeting.get("areas") or []


def _key(one: Compared, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in one.keys)


def _says(one: Compared, row: Any) -> tuple[Any, ...]:
    names = [*one.decides, *(one.while_open if "closed_at" in row and row["closed_at"] is None else ())]
    return (*(row[name] or None for name in names), *(row[name] is None for name in one.whether))
