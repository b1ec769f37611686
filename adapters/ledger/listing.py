"""Listing: who agreed, by their own word alone, to be on the public page of mentors. Without a word nobody is."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from adapters.ledger.engine import insert
from adapters.ledger.forgetting import is_forgotten
from adapters.ledger.given import as_given, given
from adapters.ledger.schema import listings, mentors

BY_BUTTON = "a button on My page"


def person_says(
    connection: Connection, person_id: int, listed: bool, said_at: datetime, how: str = BY_BUTTON
) -> bool:
    """Notes whether somebody wants to be listed, in every program; False if they have said something since.

    Webhooks come out of order: the last word is the one that was said last. Of whoever asked to be forgotten nothing
    is kept.
    """
    if is_forgotten(connection, person_id):
        return False
    values = {"listed": listed, "said_at": said_at, "said_how": how}
    statement = insert(connection, listings).values(person_id=person_id, **values)
    newest = statement.on_conflict_do_update(
        index_elements=["person_id"], set_=values, where=listings.c.said_at <= said_at
    )
    return connection.execute(newest.returning(listings.c.person_id)).scalar() is not None


def is_listed(connection: Connection, person_id: int) -> bool:
    """Whether they agreed. On the page is whoever agreed, and is a mentor in a public program."""
    said = select(listings.c.listed).where(listings.c.person_id == person_id)
    return bool(connection.execute(said).scalar())


def listed(connection: Connection) -> set[int]:
    """Everybody who agreed."""
    return set(connection.execute(select(listings.c.person_id).where(listings.c.listed)).scalars())


def left_roster(connection: Connection, program_id: int, there: Collection[int]) -> None:
    """Drops the word of whoever was in a program's roster and is no more, unless another program has them.

    `there`: the people of the roster. Should they come back, they are asked anew.
    """
    them = given(connection.dialect.name)
    was_here = select(mentors.c.person_id).where(
        mentors.c.program_id == program_id, mentors.c.person_id.not_in(select(them.c.id))
    )
    gone = and_(listings.c.person_id.in_(was_here), ~_elsewhere(program_id))
    connection.execute(delete(listings).where(gone), {"ids": as_given(connection, there)})


def declined(connection: Connection, program_id: int, person_id: int) -> None:
    """Drops the word of whoever said no in a program, unless they are a mentor of another."""
    connection.execute(delete(listings).where(listings.c.person_id == person_id, ~_elsewhere(program_id)))


def _elsewhere(program_id: int) -> ColumnElement[bool]:
    """Whether they said yes, or a roster did for them, in another program."""
    said_yes = or_(mentors.c.said == "yes", and_(mentors.c.said.is_(None), mentors.c.roster == "agreed"))
    elsewhere = select(mentors.c.person_id).where(mentors.c.program_id != program_id, said_yes)
    return listings.c.person_id.in_(elsewhere)
