"""Explaining: everything about one thread, and what a scratch ledger needs to decide about it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, func, or_, select

from adapters.ledger.schema import (
    authors,
    claims,
    cohorts,
    files,
    greetings,
    inbox,
    installations,
    invitations,
    logins,
    mentors,
    mentorships,
    notes,
    outbox,
    people,
    programs,
    repositories,
    starters,
)

NEWEST = 2000  # mentorships that are over: enough to tell who had a newcomer last
MOST_SHOWN = 50  # rows of the inbox, and of the outbox


def needed(program_id: int | None, repository_id: int, number: int) -> dict[Table, Any]:
    """What to copy, by table: of the program everything but what is long over."""
    of_program = {
        table: select(table).where(table.c.program_id == program_id)
        for table in (cohorts, mentors, invitations, starters, claims, greetings)
    }
    theirs, here = mentorships.c.program_id == program_id, mentorships.c.repository_id == repository_id
    over = select(mentorships.c.since).where(theirs, mentorships.c.closed_at.is_not(None))
    border = over.order_by(mentorships.c.since.desc()).offset(NEWEST).limit(1).scalar_subquery()
    recent = or_(
        mentorships.c.closed_at.is_(None),
        border.is_(None),
        mentorships.c.since > border,
        here & (mentorships.c.number == number),
    )
    at_thread = {
        table: select(table).where(table.c.repository_id == repository_id, table.c.number == number)
        for table in (notes,)
    }
    return {
        **{table: select(table) for table in (installations, repositories, files, people, logins)},
        programs: select(programs).where(programs.c.id == program_id),
        **of_program,
        mentorships: select(mentorships).where(theirs, recent),
        authors: select(authors).where(authors.c.repository_id == repository_id),
        **at_thread,
        outbox: select(outbox).where(outbox.c.lane == lane_of(repository_id, number)),
    }


def lane_of(repository_id: int, number: int) -> str:
    return f"repo {repository_id} · thread {number}"


def claims_of(connection: Connection, repository_id: int, number: int) -> Sequence[Row[Any]]:
    mine = (claims.c.repository_id == repository_id, claims.c.number == number)
    return connection.execute(select(claims).where(*mine).order_by(claims.c.claimed_at)).all()


def greeting_of(connection: Connection, person_id: int) -> Row[Any] | None:
    """Where somebody was greeted, of the program that was copied."""
    return connection.execute(select(greetings).where(greetings.c.person_id == person_id)).first()


def inbox_of(connection: Connection, repository_id: int, number: int) -> Sequence[Row[Any]]:
    """The newest rows about a thread, the oldest of them first."""
    mine = (inbox.c.repository_id == repository_id, inbox.c.thread == number)
    newest = select(inbox).where(*mine).order_by(inbox.c.id.desc()).limit(MOST_SHOWN)
    return list(connection.execute(newest).all())[::-1]


def outbox_of(connection: Connection, repository_id: int, number: int) -> Sequence[Row[Any]]:
    """The newest writes to a thread, the oldest of them first."""
    mine = outbox.c.lane == lane_of(repository_id, number)
    newest = select(outbox).where(mine).order_by(outbox.c.id.desc()).limit(MOST_SHOWN)
    return list(connection.execute(newest).all())[::-1]


def last_write(connection: Connection) -> int:
    newest: int = connection.execute(select(func.coalesce(func.max(outbox.c.id), 0))).scalar_one()
    return newest


def writes_after(connection: Connection, row_id: int) -> Sequence[Row[Any]]:
    """The writes that were asked for since."""
    return connection.execute(select(outbox).where(outbox.c.id > row_id).order_by(outbox.c.id)).all()
