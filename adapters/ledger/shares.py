"""Shares: what people of a cohort show of what they made, one line for each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import shares


def put(
    connection: Connection, program_id: int, cohort: str, person_id: int, text: str | None, said_at: datetime
) -> None:
    """Notes what somebody shares; None: nothing any more. The last word is the one that was said last."""
    said = {"text": text, "said_at": said_at}
    row = {"program_id": program_id, "cohort": cohort, "person_id": person_id} | said
    newest = insert(connection, shares).values(row)
    key = ["program_id", "cohort", "person_id"]
    earlier = shares.c.said_at <= said_at
    connection.execute(newest.on_conflict_do_update(index_elements=key, set_=said, where=earlier))


def of_cohort(connection: Connection, program_id: int, cohort: str) -> Sequence[Row[Any]]:
    """What is shared in a cohort, in the order in which it was said."""
    mine = (shares.c.program_id == program_id, shares.c.cohort == cohort, shares.c.text.is_not(None))
    return connection.execute(
        select(shares).where(*mine).order_by(shares.c.said_at, shares.c.person_id)
    ).all()


def all_of_them(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(select(shares).where(shares.c.text.is_not(None))).all()


def reword(connection: Connection, row: Row[Any], text: str) -> None:
    """Somebody else's words, without a name in them."""
    mine = (shares.c.program_id == row.program_id, shares.c.cohort == row.cohort)
    connection.execute(update(shares).where(*mine, shares.c.person_id == row.person_id).values(text=text))


def erase(connection: Connection, person_id: int) -> None:
    connection.execute(delete(shares).where(shares.c.person_id == person_id))
