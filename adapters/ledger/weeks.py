"""What a program's week consists of: who came, who waits, what was handed over, freed and won."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, func, select

from adapters.ledger.schema import claims, mentorships

FREED = ("said", "silent")  # not those whose issue was closed, or with which a pull request goes on


def begun(connection: Connection, program_id: int, since: datetime) -> Sequence[Row[Any]]:
    """The mentorships that began since then, the oldest first."""
    statement = select(mentorships).where(
        mentorships.c.program_id == program_id, mentorships.c.since >= since
    )
    return connection.execute(statement.order_by(*_in_order(mentorships.c.since))).all()


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
    """The newcomers' pull requests that were merged since then, the newest first."""
    statement = select(mentorships).where(*_merged(program_id, since), mentorships.c.kind == "pull")
    order = (mentorships.c.closed_at.desc(), mentorships.c.repository_id, mentorships.c.number)
    return connection.execute(statement.order_by(*order)).all()


def lately(connection: Connection, program_id: int, since: datetime) -> Sequence[Row[Any]]:
    """Who came, or had something merged, since then, the oldest first; only what charts need."""
    columns = ("repository_id", "number", "newcomer_id", "since", "closed_at", "merged", "greeting")
    told = select(*(mentorships.c[name] for name in columns))
    came = told.where(mentorships.c.program_id == program_id, mentorships.c.since >= since)
    ended = told.where(*_merged(program_id, since))  # one by one, since each has an index of its own
    rows = {(row.repository_id, row.number): row for one in (came, ended) for row in connection.execute(one)}
    return sorted(rows.values(), key=lambda row: (row.since, row.repository_id, row.number))


def _merged(program_id: int, since: datetime) -> tuple[Any, ...]:
    mine = mentorships.c.program_id == program_id
    return mine, mentorships.c.merged, mentorships.c.closed_at >= since


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
