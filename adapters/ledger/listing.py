"""Listing: who agreed, by their own word alone, to be on the public page of mentors. Without a word nobody is."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, cast, delete, func, or_, select

from adapters.ledger import places
from adapters.ledger.engine import insert
from adapters.ledger.forgetting import is_forgotten
from adapters.ledger.given import as_given, given
from adapters.ledger.schema import (
    files,
    installations,
    listings,
    logins,
    mentors,
    people,
    programs,
    repositories,
)

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


# --- what the public pages are made of ------------------------------------------------------------


def public_programs(connection: Connection) -> Sequence[Any]:
    """The programs that may be shown to everybody: the App works on their home, which is public and not archived.

    Each with the home's name, its installation, and what tells whether the home's file has changed.
    """
    home = repositories
    shown = (
        home.c.program_id == home.c.id,
        *places.SHOWN_TO_ALL,
        files.c.text.is_not(None),
    )
    statement = (
        select(programs.c.id, programs.c.version, home.c.full_name, home.c.installation_id, files.c.sha)
        .join(home, home.c.id == programs.c.id)
        .join(installations, installations.c.id == home.c.installation_id)
        .join(files, _file_of(home))
        .where(*shown)
    )
    return connection.execute(statement.order_by(func.lower(home.c.full_name))).all()


def _file_of(home: Any) -> ColumnElement[bool]:
    """A home's own file, as the App last read it there."""
    by_id = files.c.source == cast(home.c.id, String)
    return and_(files.c.installation_id == home.c.installation_id, by_id)


def file_in_force(connection: Connection, program: Any) -> Any:
    """The last texts without a mistake of a program's home: lists of the name, the id and the text of a repository."""
    mine = (files.c.installation_id == program.installation_id, files.c.source == str(program.id))
    return connection.execute(select(files.c.good).where(*mine)).scalar()


def mark_of_logins(connection: Connection) -> tuple[Any, ...]:
    """Changes whenever somebody's login was looked up, so that what was made of them is made anew."""
    counted = (func.count(logins.c.person_id), func.count(logins.c.taken_by), func.count(logins.c.gone_at))
    return tuple(connection.execute(select(*counted, func.max(logins.c.resolved_at))).one())


def ids_of_login(connection: Connection, login: str) -> list[int]:
    """Whose login it is, or was in a roster: the present owner first."""
    name = login.lower()
    now = select(people.c.id).where(func.lower(people.c.login) == name)
    once = select(logins.c.person_id).where(
        logins.c.login == name, logins.c.taken_by.is_(None), logins.c.person_id.is_not(None)
    )
    found = [*connection.execute(now).scalars(), *connection.execute(once).scalars()]
    return list(dict.fromkeys(found))
