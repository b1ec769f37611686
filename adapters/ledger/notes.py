"""Notes: comments that have to reach somebody anew, counted by thread and kind; each takes the last one's place."""

from sqlalchemy import Connection

from adapters.ledger.engine import insert
from adapters.ledger.schema import notes


def next_count(connection: Connection, repository_id: int, number: int, kind: str) -> int:
    """Counts one more note of a kind; 1 for the first."""
    first = insert(connection, notes).values(repository_id=repository_id, number=number, kind=kind, count=1)
    again = first.on_conflict_do_update(
        index_elements=["repository_id", "number", "kind"], set_={"count": notes.c.count + 1}
    )
    return int(connection.execute(again.returning(notes.c.count)).scalar_one())


def keep(connection: Connection, repository_id: int, number: int, kind: str, count: int) -> None:
    """Notes how many there were, as GitHub shows it."""
    values = {"repository_id": repository_id, "number": number, "kind": kind, "count": count}
    connection.execute(insert(connection, notes).values(values).on_conflict_do_nothing())
