"""What a program's week consists of: who came, who waits, what was handed over, freed and won."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Row, Select, and_, func, or_, select, tuple_

from adapters.ledger.contributions import PULL
from adapters.ledger.schema import claims, contributions, greetings, mentorships
from mentoring.path import MANY

FREED = ("said", "silent")  # not those whose issue was closed, or with which a pull request goes on


def begun(connection: Connection, program_id: int, since: datetime) -> Sequence[Row[Any]]:
    """The mentorships that began since then, the oldest first; `came_at`: when the newcomer's first in the program did."""
    statement = select(mentorships, _came_at()).where(
        mentorships.c.program_id == program_id, mentorships.c.since >= since
    )
    return connection.execute(statement.order_by(*_in_order(mentorships.c.since))).all()


def _came_at() -> ColumnElement[datetime]:
    earlier = mentorships.alias("earlier").c
    same = (earlier.program_id == mentorships.c.program_id, earlier.newcomer_id == mentorships.c.newcomer_id)
    first = select(func.min(earlier.since, type_=mentorships.c.since.type)).where(*same)
    return first.scalar_subquery().label("came_at")


def waiting(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """The open mentorships in which the newcomer waits for somebody, with `waits_since`, the longest first."""
    waits_since = func.coalesce(mentorships.c.turn_since, mentorships.c.since, type_=mentorships.c.since.type)
    statement = select(mentorships, waits_since.label("waits_since")).where(
        mentorships.c.program_id == program_id,
        mentorships.c.closed_at.is_(None),
        mentorships.c.turn.in_(("mentor", "maintainers")),
    )
    return connection.execute(statement.order_by(*_in_order(waits_since))).all()


def merged(connection: Connection, program_id: int, since: datetime) -> Sequence[Row[Any]]:
    """Newcomers' pull requests that were merged since then, the newest first: of whoever was welcomed the first MANY.

    `heard_at`: when we knew of it.
    """
    one = contributions.c
    welcomed = and_(greetings.c.program_id == one.program_id, greetings.c.person_id == one.person_id)
    told = (one.repository_id, one.number, one.person_id.label("newcomer_id"), one.merged_at)
    statement: Select[Any] = (
        select(*told, one.changed_at.label("heard_at"))
        .join(greetings, welcomed)
        .where(one.program_id == program_id, one.kind == PULL, one.merged_at >= since, _before(one) < MANY)
    )
    order = (one.merged_at.desc(), one.repository_id, one.number)
    return connection.execute(statement.order_by(*order)).all()


def _before(one: Any) -> Any:
    """How many pull requests of the same person were merged in the program before this one."""
    other = contributions.alias("other").c
    same = (other.program_id == one.program_id, other.person_id == one.person_id)
    earlier = or_(
        other.merged_at < one.merged_at,
        and_(
            other.merged_at == one.merged_at,
            tuple_(other.repository_id, other.number) < tuple_(one.repository_id, one.number),
        ),
    )
    return select(func.count()).where(*same, earlier).scalar_subquery()


def lately(connection: Connection, program_id: int, since: datetime) -> Sequence[Row[Any]]:
    """The same, only with what charts and the stock need."""
    columns = ("repository_id", "number", "newcomer_id", "since", "greeting")
    told: Select[Any] = select(*(mentorships.c[name] for name in columns), _came_at())
    came = told.where(mentorships.c.program_id == program_id, mentorships.c.since >= since)
    return connection.execute(came.order_by(*_in_order(mentorships.c.since))).all()


def handed_over(connection: Connection, program_id: int, since: datetime) -> Sequence[Row[Any]]:
    """The mentorships that were handed over to somebody else since then."""
    when = mentorships.c.handed_over_at
    statement = select(mentorships).where(mentorships.c.program_id == program_id, when >= since)
    return connection.execute(statement.order_by(*_in_order(when))).all()


def released(connection: Connection, program_id: int, since: datetime) -> Sequence[Row[Any]]:
    """The claims that ended since then and left the issue free, by word or by silence."""
    statement = select(claims).where(
        claims.c.program_id == program_id,
        claims.c.released_at >= since,
        claims.c.released_why.in_(FREED),
    )
    order = (claims.c.released_at, claims.c.repository_id, claims.c.number)
    return connection.execute(statement.order_by(*order)).all()


def taken(connection: Connection, program_id: int) -> set[tuple[int, int]]:
    """The issues, by repository and number, that somebody claimed or already has a mentorship about."""
    return {(row[0], row[1]) for row in connection.execute(taken_of(program_id))}


def taken_of(program_id: int) -> CompoundSelect[Any]:
    """`repository_id` and `number` of what is taken, as a query."""
    claimed = select(claims.c.repository_id, claims.c.number).where(
        claims.c.program_id == program_id, claims.c.released_at.is_(None)
    )
    worked_on = select(mentorships.c.repository_id, mentorships.c.starter_number).where(
        mentorships.c.program_id == program_id,
        mentorships.c.closed_at.is_(None),
        mentorships.c.starter_number.is_not(None),
    )
    asked_there = select(mentorships.c.repository_id, mentorships.c.number).where(
        mentorships.c.program_id == program_id,
        mentorships.c.closed_at.is_(None),
        mentorships.c.kind == "asked",
    )
    return claimed.union(worked_on, asked_there)


def _in_order(moment: Any) -> tuple[Any, ...]:
    return moment, mentorships.c.repository_id, mentorships.c.number
