"""Wins: what people told of that went well, and who they are to us of whom somebody may tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, insert, or_, select, update

from adapters.ledger.contributions import PULL
from adapters.ledger.schema import contributions, greetings, mentors, mentorships, starters, wins


@dataclass(frozen=True)
class Won:
    """A win, told or found. `kind`: a word of mentoring.wins.KINDS; `text` is empty where GitHub shows it by itself."""

    kind: str
    person_id: int
    repository_id: int
    number: int
    at: datetime
    text: str = ""
    told_by: int | None = None  # who told of it; None: whose it is, or nobody; 0: who was forgotten


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


def since(
    connection: Connection,
    program_id: int,
    moment: datetime,
    until: datetime | None = None,
    earliest: datetime | None = None,
) -> list[Won]:
    """Every win of which we heard since then and `until`, told or found, each once; the newest first.

    Webhooks come late: what is found may have happened before, but not before `earliest` (without it: `moment`).

    What is found are the first merge and the first review of each newcomer that was welcomed. Of somebody who was
    here before nobody knows which was their first. What was told of the same thread, in that kind, is that win.
    """
    told = select(wins).where(wins.c.program_id == program_id, wins.c.said_at >= moment)
    firsts = _firsts(program_id)
    found = select(firsts).where(firsts.c.heard_at >= moment, firsts.c.at >= (earliest or moment))
    if until is not None:
        told, found = told.where(wins.c.said_at <= until), found.where(firsts.c.heard_at <= until)
    return sorted(_once(connection, program_id, told, found), key=lambda one: one.at, reverse=True)


def of_person(connection: Connection, program_id: int, person_id: int) -> list[Won]:
    """The same of one person, whenever it was."""
    told = select(wins).where(wins.c.program_id == program_id, wins.c.person_id == person_id)
    found = _firsts(program_id)
    found = select(found).where(found.c.person_id == person_id)
    return sorted(_once(connection, program_id, told, found), key=lambda one: one.at, reverse=True)


def _once(connection: Connection, program_id: int, told: Any, found: Any) -> list[Won]:
    rows = connection.execute(told.order_by(wins.c.id)).all()
    said = [
        Won(row.kind, row.person_id, row.repository_id, row.number, row.said_at, row.text, row.told_by)
        for row in rows
    ]
    names = ("kind", "person_id", "repository_id", "number", "at")
    seen = [Won(**{name: row._mapping[name] for name in names}) for row in connection.execute(found)]
    known = _told_of(connection, program_id, {one.person_id for one in seen})
    return said + [
        one for one in seen if (one.kind, one.person_id, one.repository_id, one.number) not in known
    ]


def _told_of(connection: Connection, program_id: int, people: set[int]) -> set[tuple[Any, ...]]:
    """What these people's wins are about, whenever they were told."""
    columns = (wins.c.kind, wins.c.person_id, wins.c.repository_id, wins.c.number)
    theirs = (wins.c.program_id == program_id, wins.c.person_id.in_(people))
    return {tuple(row) for row in connection.execute(select(*columns).where(*theirs))}


def _firsts(program_id: int) -> Any:
    """The first merge and the first review of each newcomer, as a subquery with the columns of a Won."""
    table = contributions.c
    moment = case((table.kind == PULL, table.merged_at), else_=table.opened_at)
    place = func.row_number().over(
        partition_by=(table.person_id, table.kind), order_by=(moment, table.repository_id, table.number)
    )
    columns = (table.person_id, table.repository_id, table.number, moment.label("at"))
    heard = table.changed_at.label("heard_at")
    kind = case((table.kind == PULL, "code"), else_="review").label("kind")
    welcomed = and_(greetings.c.program_id == table.program_id, greetings.c.person_id == table.person_id)
    ranked = (
        select(kind, *columns, heard, place.label("place"))
        .join(greetings, welcomed)
        .where(table.program_id == program_id, or_(table.kind != PULL, table.merged_at.is_not(None)))
        .subquery()
    )
    names = ("kind", "person_id", "repository_id", "number", "at", "heard_at")
    return select(*(ranked.c[name] for name in names)).where(ranked.c.place == 1).subquery()


def all_of_them(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(select(wins)).all()


def reword(connection: Connection, row_id: int, text: str) -> None:
    connection.execute(update(wins).where(wins.c.id == row_id).values(text=text))
