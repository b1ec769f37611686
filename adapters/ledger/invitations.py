"""Invitations: who was asked, where, and how they answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import invitations
from mentoring.lineage import HELPED_HERE

OPEN = ("open", "later")


def put(connection: Connection, values: dict[str, Any]) -> None:
    statement = insert(connection, invitations).values(values)
    connection.execute(statement.on_conflict_do_nothing())


def of_person(connection: Connection, program_id: int, person_id: int) -> Sequence[Row[Any]]:
    """All of somebody's invitations in a program, the newest first."""
    statement = select(invitations).where(
        invitations.c.program_id == program_id, invitations.c.person_id == person_id
    )
    return connection.execute(statement.order_by(invitations.c.asked_at.desc())).all()


def of_program(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """The invitations of a program's cohorts; who was asked because they were helped here is in `lineage`."""
    of_cohorts = (invitations.c.program_id == program_id, invitations.c.cohort != HELPED_HERE)
    statement = select(invitations).where(*of_cohorts)
    return connection.execute(statement.order_by(invitations.c.asked_at, invitations.c.person_id)).all()


def asked(connection: Connection, program_id: int) -> set[int]:
    """Everybody who was asked in a program."""
    statement = select(invitations.c.person_id).where(invitations.c.program_id == program_id)
    return set(connection.execute(statement).scalars())


def sizes(connection: Connection, program_id: int, cohort: str) -> dict[str, int]:
    """How many were asked in each issue of a cohort."""
    mine = (invitations.c.program_id == program_id, invitations.c.cohort == cohort)
    statement = select(invitations.c.issue_key, func.count().label("size")).where(*mine)
    rows = connection.execute(statement.group_by(invitations.c.issue_key))
    return {row.issue_key: row.size for row in rows}


def together(connection: Connection, issue_key: str) -> Sequence[Row[Any]]:
    """The invitations in one issue."""
    statement = select(invitations).where(invitations.c.issue_key == issue_key)
    return connection.execute(statement.order_by(invitations.c.person_id)).all() if issue_key else []


def answer(
    connection: Connection,
    program_id: int,
    person_id: int,
    state: str,
    now: datetime,
    remind_at: datetime | None = None,
) -> None:
    """Notes somebody's answer to what they were asked in a program."""
    statement = update(invitations).where(
        invitations.c.program_id == program_id, invitations.c.person_id == person_id
    )
    connection.execute(statement.values(state=state, answered_at=now, remind_at=remind_at))


def to_remind(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    statement = select(invitations).where(invitations.c.remind_at <= now, invitations.c.state.in_(OPEN))
    return connection.execute(statement).all()


def reminded(connection: Connection, program_id: int, cohort: str, person_id: int) -> None:
    statement = update(invitations).where(
        invitations.c.program_id == program_id,
        invitations.c.cohort == cohort,
        invitations.c.person_id == person_id,
    )
    connection.execute(statement.values(remind_at=None))
