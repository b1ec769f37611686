"""Exit question: who was asked, once, and what they answered, if they did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, or_, select, update

from adapters.ledger.engine import insert
from adapters.ledger.forgetting import is_forgotten
from adapters.ledger.schema import (
    claims,
    exit_answers,
    greetings,
    invitations,
    mentors,
    mentorships,
)


def ask(connection: Connection, program_id: int, person_id: int, now: datetime) -> bool:
    """Notes that somebody is asked in a program; False if they were before, or are not to be recorded."""
    if is_forgotten(connection, person_id):
        return False
    values = {"program_id": program_id, "person_id": person_id, "named": False, "asked_at": now}
    first = insert(connection, exit_answers).values(values).on_conflict_do_nothing()
    return connection.execute(first.returning(exit_answers.c.person_id)).scalar() is not None


def takes_part(connection: Connection, program_id: int, person_id: int) -> bool:
    """Whether somebody was welcomed, helped, asked or mentored in the program, or took an issue there."""
    tables = (greetings, claims, mentors, invitations, exit_answers)
    theirs = [
        exists().where(table.c.program_id == program_id, table.c.person_id == person_id) for table in tables
    ]
    people = (mentorships.c.newcomer_id, mentorships.c.mentor_id, mentorships.c.second_id)
    threads = exists().where(
        mentorships.c.program_id == program_id, or_(*(one == person_id for one in people))
    )
    return bool(connection.execute(select(or_(*theirs, threads))).scalar())


def of(connection: Connection, program_id: int, person_id: int) -> Row[Any] | None:
    """What somebody answered; None as well if they were only asked."""
    statement = select(exit_answers).where(
        *_mine(program_id, person_id), exit_answers.c.answered_at.is_not(None)
    )
    return connection.execute(statement).one_or_none()


def answer(
    connection: Connection,
    program_id: int,
    person_id: int,
    stayed: str,
    hindered: str,
    named: bool,
    now: datetime,
) -> bool:
    """Keeps an answer in the place of an earlier one; False of somebody who asked to be forgotten."""
    if is_forgotten(connection, person_id):
        return False
    said = {"stayed": stayed, "hindered": hindered, "named": named, "answered_at": now}
    values = {"program_id": program_id, "person_id": person_id, "asked_at": now}
    statement = insert(connection, exit_answers).values(values | said)
    newest = statement.on_conflict_do_update(index_elements=["program_id", "person_id"], set_=said)
    connection.execute(newest)
    return True


def take_back(connection: Connection, program_id: int, person_id: int) -> None:
    """Erases an answer; that somebody was asked stays, so that they are not asked again."""
    nothing = {"stayed": None, "hindered": None, "named": False, "answered_at": None}
    connection.execute(update(exit_answers).where(*_mine(program_id, person_id)).values(nothing))


def answers(
    connection: Connection, program_id: int, limit: int | None = None, offset: int = 0
) -> Sequence[Row[Any]]:
    """The answers, the newest first."""
    given = (exit_answers.c.program_id == program_id, exit_answers.c.answered_at.is_not(None))
    newest = (exit_answers.c.answered_at.desc(), exit_answers.c.person_id)
    statement = select(exit_answers).where(*given).order_by(*newest).limit(limit).offset(offset)
    return connection.execute(statement).all()


def answers_count(
    connection: Connection, program_id: int, since: datetime | None = None, until: datetime | None = None
) -> int:
    """How many people answered from `since` on and before `until`; None is no bound."""
    given = [exit_answers.c.program_id == program_id, exit_answers.c.answered_at.is_not(None)]
    if since is not None:
        given.append(exit_answers.c.answered_at >= since)
    if until is not None:
        given.append(exit_answers.c.answered_at < until)
    return connection.execute(select(func.count()).select_from(exit_answers).where(*given)).scalar_one()


def reached(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """Everybody who had the question before them: when, whether they answered and which field, never the words."""
    table = exit_answers.c
    fields = (func.coalesce(one, "") != "" for one in (table.stayed, table.hindered))
    stayed, hindered = (one.label(name) for one, name in zip(fields, ("stayed", "hindered"), strict=True))
    answered = table.answered_at.is_not(None).label("answered")
    found = select(table.asked_at, answered, stayed, hindered).where(table.program_id == program_id)
    return connection.execute(found).all()


def _mine(program_id: int, person_id: int) -> tuple[Any, ...]:
    return exit_answers.c.program_id == program_id, exit_answers.c.person_id == person_id
