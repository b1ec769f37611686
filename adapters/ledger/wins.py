"""Wins: what people told of that went well, and who they are to us of whom somebody may tell."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from adapters.ledger.schema import greetings, mentors, mentorships, starters, wins


def tell(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(wins).values(values))


def count_since(connection: Connection, program_id: int, person_id: int, since: datetime) -> int:
    """How many somebody told of in a program since a moment, their own or others'."""
    mine = _told_since(program_id, person_id, since)
    return connection.execute(select(func.count()).select_from(wins).where(mine)).scalar_one()


def say_enough(
    connection: Connection, program_id: int, person_id: int, since: datetime, now: datetime
) -> bool:
    """Notes that somebody is told that these are enough; False if they were told since then."""
    mine = _told_since(program_id, person_id, since)
    newest, said_at = connection.execute(
        select(func.max(wins.c.id), func.max(wins.c.enough_at, type_=wins.c.enough_at.type)).where(mine)
    ).one()
    if said_at is not None and said_at > since:
        return False
    connection.execute(update(wins).where(wins.c.id == newest).values(enough_at=now))
    return True


def _told_since(program_id: int, person_id: int, since: datetime) -> Any:
    own = and_(wins.c.person_id == person_id, wins.c.told_by.is_(None))
    return and_(
        wins.c.program_id == program_id, wins.c.said_at > since, or_(own, wins.c.told_by == person_id)
    )


def is_known(connection: Connection, program_id: int, person_id: int) -> bool:
    """Whether somebody has done something in a program of which the ledger knows: theirs is no stranger's name."""
    theirs = (
        (greetings, greetings.c.person_id),
        (mentorships, mentorships.c.newcomer_id),
        (mentorships, mentorships.c.mentor_id),
        (mentorships, mentorships.c.second_id),
        (mentors, mentors.c.person_id),
        (starters, starters.c.mentor_id),
        (wins, wins.c.person_id),
    )
    found = (
        select(1).where(table.c.program_id == program_id, column == person_id) for table, column in theirs
    )
    return any(connection.execute(one.limit(1)).first() is not None for one in found)


def all_of_them(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(select(wins)).all()


def reword(connection: Connection, row_id: int, text: str) -> None:
    connection.execute(update(wins).where(wins.c.id == row_id).values(text=text))
