"""Claims: who works on which starter issue, since when, and how it ended. An issue has one at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, or_, select, update

from adapters.ledger import weeks
from adapters.ledger.engine import Question, insert
from adapters.ledger.schema import claims, inbox, mentorships, starters

LINKED = "linked"  # a pull request goes on with it: the issue stays theirs


def take(connection: Connection, values: dict[str, Any]) -> bool:
    """Notes a claim; False if another one of the issue is open. Somebody may claim again what they gave back."""
    values = {"released_at": None, "released_why": None, "pull_number": None, "assigned": False} | values
    first = insert(connection, claims).values(values).on_conflict_do_nothing().returning(claims.c.number)
    if connection.execute(first).first() is not None:
        return True
    here = _here(values["repository_id"], values["number"])
    taken = exists().where(here, claims.c.released_at.is_(None))
    again = update(claims).where(here, claims.c.person_id == values["person_id"], ~taken).values(values)
    return connection.execute(again).rowcount == 1


def holder(connection: Connection, repository_id: int, number: int) -> Row[Any] | None:
    """The claim by which somebody works on the issue, with a pull request or still without."""
    statement = select(claims).where(_here(repository_id, number), _holds())
    return connection.execute(statement.order_by(claims.c.claimed_at).limit(1)).one_or_none()


def open_of(connection: Connection, program_id: int, person_id: int) -> Sequence[Row[Any]]:
    """Somebody's open claims in a program, the oldest first."""
    statement = select(claims).where(
        claims.c.person_id == person_id, claims.c.program_id == program_id, claims.c.released_at.is_(None)
    )
    return connection.execute(statement.order_by(claims.c.claimed_at, claims.c.number)).all()


def of_pull(connection: Connection, repository_id: int, pull_number: int) -> Row[Any] | None:
    """The claim of which a pull request came, even one that ended with it."""
    statement = select(claims).where(
        claims.c.repository_id == repository_id, claims.c.pull_number == pull_number
    )
    return connection.execute(statement.order_by(claims.c.claimed_at.desc()).limit(1)).one_or_none()


def pull_about(connection: Connection, repository_id: int, number: int) -> Row[Any] | None:
    """The open mentorship on a pull request that is about the issue, claimed or not."""
    statement = select(mentorships).where(
        mentorships.c.repository_id == repository_id,
        mentorships.c.starter_number == number,
        mentorships.c.closed_at.is_(None),
    )
    return connection.execute(statement.order_by(mentorships.c.since).limit(1)).one_or_none()


def helped_on(connection: Connection, repository_id: int, number: int) -> list[int]:
    """Whom a mentor helps with the issue: in a pull request about it, or there, e.g. by `/mentor me`."""
    statement = select(mentorships.c.newcomer_id).where(
        mentorships.c.repository_id == repository_id,
        or_(mentorships.c.starter_number == number, mentorships.c.number == number),
        mentorships.c.closed_at.is_(None),
    )
    return list(connection.execute(statement.order_by(mentorships.c.since)).scalars())


def change(connection: Connection, claim: Any, **values: Any) -> None:
    """Changes a claim, given as a row of the ledger's."""
    whose = (_here(claim.repository_id, claim.number), claims.c.person_id == claim.person_id)
    connection.execute(update(claims).where(*whose).values(values))


def release(connection: Connection, claim: Any, why: str, now: datetime) -> None:
    """Ends a claim: said, silent, closed, or linked."""
    change(connection, claim, released_at=now, released_why=why)


def ended_with_the_issue(connection: Connection, repository_id: int, number: int) -> Row[Any] | None:
    """The claim that there was when the issue was closed, or its pull request."""
    statement = select(claims).where(_here(repository_id, number), claims.c.released_why == "closed")
    return connection.execute(statement.order_by(claims.c.released_at.desc()).limit(1)).one_or_none()


def resume(connection: Connection, claim: Any) -> None:
    """Goes on with a claim that had ended."""
    change(connection, claim, released_at=None, released_why=None)


def may_be_claimant(connection: Connection, repository_id: int, person_id: int) -> bool:
    """Whether somebody has an open claim in a repository, or may get one by a command that waits to be run."""
    return MAY_BE_CLAIMANT.ask(connection, repository_id=repository_id, person_id=person_id)


def commands_wait(connection: Connection, repository_id: int, before: int) -> bool:
    """Whether commands of a repository wait to be run that were said before this row of the inbox came."""
    earlier = and_(_commands_wait(repository_id), inbox.c.id < before)
    return bool(connection.execute(select(exists().where(earlier))).scalar())


def free(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """The open starter issues of a program with a mentor's name, on which nobody works as far as we know."""
    linked = exists().where(
        claims.c.repository_id == starters.c.repository_id,
        claims.c.number == starters.c.number,
        claims.c.released_why == LINKED,
    )
    statement = select(starters).where(
        starters.c.program_id == program_id,
        starters.c.mentor_id.is_not(None),
        starters.c.closed_at.is_(None),
        starters.c.dropped_at.is_(None),
        ~linked,
    )
    rows = connection.execute(statement.order_by(starters.c.repository_id, starters.c.number)).all()
    taken = weeks.taken(connection, program_id)
    return [row for row in rows if (row.repository_id, row.number) not in taken]


def _here(repository_id: int, number: int) -> Any:
    return and_(claims.c.repository_id == repository_id, claims.c.number == number)


def _holds() -> Any:
    return or_(claims.c.released_at.is_(None), claims.c.released_why == LINKED)


def _commands_wait(repository_id: Any) -> Any:
    return and_(
        inbox.c.repository_id == repository_id,
        inbox.c.job == "commands",
        inbox.c.done_at.is_(None),
        inbox.c.parked_at.is_(None),
    )


MAY_BE_CLAIMANT = Question(
    or_(
        exists().where(
            claims.c.person_id == bindparam("person_id"),
            claims.c.repository_id == bindparam("repository_id"),
            claims.c.released_at.is_(None),
        ),
        exists().where(_commands_wait(bindparam("repository_id"))),
    )
)
