"""What a report on who stayed is counted from: whom newcomers met, and what became of starter issues."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, union

from adapters.ledger.contributions import REVIEW
from adapters.ledger.schema import claims, contributions, mentors, mentorships, reports, starters

Issue = tuple[int, int]  # a repository's id, and the number there


def guided(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """Every thread of a newcomer: who came, who was named, when it began and when a person answered."""
    names = ("newcomer_id", "mentor_id", "second_id", "since", "answered_at")
    found = select(*(mentorships.c[name] for name in names)).where(mentorships.c.program_id == program_id)
    return connection.execute(found.order_by(mentorships.c.since, mentorships.c.number)).all()


def starters_of(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """The starter issues that somebody opened as their mentor, but for those that were dropped."""
    names = ("repository_id", "number", "mentor_id", "since")
    found = select(*(starters.c[name] for name in names)).where(
        starters.c.program_id == program_id,
        starters.c.kind == "starter",
        starters.c.mentor_id > 0,  # 0: whoever it was asked to be forgotten
        starters.c.dropped_at.is_(None),
    )
    return connection.execute(found.order_by(starters.c.since, starters.c.number)).all()


def taken(connection: Connection, program_id: int) -> set[Issue]:
    """The issues that somebody took and did not give back, or with which a newcomer's thread began."""
    claimed = select(claims.c.repository_id, claims.c.number).where(
        claims.c.program_id == program_id,
        claims.c.released_why.is_(None) | claims.c.released_why.not_in(("said", "silent")),
    )
    of_program = mentorships.c.program_id == program_id
    worked_on = select(mentorships.c.repository_id, mentorships.c.starter_number).where(
        of_program, mentorships.c.starter_number.is_not(None)
    )
    return {(row[0], row[1]) for row in connection.execute(union(claimed, worked_on))}


def pulls_for(connection: Connection, program_id: int) -> list[tuple[Issue, Issue]]:
    """The issues with the pull requests for them: by a claim, or by what a newcomer's pull request closes."""
    claimed = select(claims.c.repository_id, claims.c.number, claims.c.pull_number).where(
        claims.c.program_id == program_id, claims.c.pull_number.is_not(None)
    )
    closing = select(mentorships.c.repository_id, mentorships.c.starter_number, mentorships.c.number).where(
        mentorships.c.program_id == program_id,
        mentorships.c.starter_number.is_not(None),
        mentorships.c.kind == "pull",
    )
    rows = connection.execute(union(claimed, closing)).all()
    return [((row[0], row[1]), (row[0], row[2])) for row in rows]


def mentors_of(connection: Connection, program_id: int) -> set[int]:
    """Everybody of whom the roster or they themselves said something: nobody of them is new."""
    return set(
        connection.execute(select(mentors.c.person_id).where(mentors.c.program_id == program_id)).scalars()
    )


def reviews(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """Who gave a review when, each the first one on its pull request."""
    found: Select[Any] = select(contributions.c.person_id, contributions.c.opened_at).where(
        contributions.c.program_id == program_id, contributions.c.kind == REVIEW
    )
    return connection.execute(found.order_by(contributions.c.opened_at)).all()


def reviews_since(connection: Connection, program_id: int) -> datetime | None:
    """Since when all reviews of people of ours are kept; None: that is not known."""
    noted = select(func.min(reports.c.since)).where(reports.c.program_id == program_id)
    first = select(func.min(contributions.c.opened_at)).where(
        contributions.c.program_id == program_id, contributions.c.kind == REVIEW
    )
    return connection.execute(noted).scalar() or connection.execute(first).scalar()
