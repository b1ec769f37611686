"""Commands that were heard, so that none runs twice however often its text is edited or comes again."""

from sqlalchemy import Connection, select

from adapters.ledger.engine import insert
from adapters.ledger.schema import heard

OPENING = 0  # in the place of a comment's id: the thread's opening text


def known(connection: Connection, repository_id: int, number: int, comment_id: int | None) -> set[str]:
    """The fingerprints of what was heard in a text."""
    here = (
        heard.c.repository_id == repository_id,
        heard.c.number == number,
        heard.c.comment_id == (comment_id or OPENING),
    )
    return set(connection.execute(select(heard.c.command).where(*here)).scalars())


def hear(
    connection: Connection, repository_id: int, number: int, comment_id: int | None, command: str
) -> bool:
    """Notes a command, by its fingerprint; False if it was heard before."""
    statement = insert(connection, heard).values(
        repository_id=repository_id, number=number, comment_id=comment_id or OPENING, command=command
    )
    first = statement.on_conflict_do_nothing().returning(heard.c.command)
    return connection.execute(first).first() is not None
