"""Asks: what else somebody was asked in their invitation, and their answer."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import asks


def put(
    connection: Connection, program_id: int, cohort: str, person_id: int, kinds: Iterable[str], now: datetime
) -> None:
    """Notes what somebody is asked; what they were asked before stays as it is."""
    mine = {"program_id": program_id, "cohort": cohort, "person_id": person_id}
    for kind in kinds:
        row = mine | {"ask": kind, "asked_at": now}
        connection.execute(insert(connection, asks).values(row).on_conflict_do_nothing())


def of_person(connection: Connection, program_id: int, person_id: int) -> Sequence[Row[Any]]:
    mine = (asks.c.program_id == program_id, asks.c.person_id == person_id)
    return connection.execute(select(asks).where(*mine).order_by(asks.c.ask)).all()


def of_program(connection: Connection, program_id: int, cohort: str | None = None) -> Sequence[Row[Any]]:
    """Everybody's, or those of one cohort."""
    mine = select(asks).where(asks.c.program_id == program_id)
    if cohort is not None:
        mine = mine.where(asks.c.cohort == cohort)
    return connection.execute(mine.order_by(asks.c.ask, asks.c.person_id)).all()


def agreed(connection: Connection, program_id: int, ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """To what each of these people said yes."""
    found: dict[int, tuple[str, ...]] = {}
    for row in of_program(connection, program_id):
        if row.person_id in ids and row.answer == "yes":
            found[row.person_id] = (*found.get(row.person_id, ()), row.ask)
    return found


def answer(
    connection: Connection,
    program_id: int,
    cohort: str,
    person_id: int,
    kind: str,
    word: str,
    said_at: datetime,
) -> None:
    """Notes their yes or no. The last word is the one that was said last, not the one we heard last."""
    said = {"answer": word, "answered_at": said_at}
    row = {"program_id": program_id, "cohort": cohort, "person_id": person_id, "ask": kind}
    newest = insert(connection, asks).values(row | said)
    key = ["program_id", "person_id", "ask"]
    earlier = or_(asks.c.answered_at.is_(None), asks.c.answered_at <= said_at)
    connection.execute(newest.on_conflict_do_update(index_elements=key, set_=said, where=earlier))


def decline(connection: Connection, program_id: int, person_id: int, said_at: datetime) -> None:
    """A no to everything that they were asked."""
    earlier = or_(asks.c.answered_at.is_(None), asks.c.answered_at <= said_at)
    mine = (asks.c.program_id == program_id, asks.c.person_id == person_id, earlier)
    connection.execute(update(asks).where(*mine).values(answer="no", answered_at=said_at))
