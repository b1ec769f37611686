"""Mentorships, greetings, and the good first issues that carry a mentor's name."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, select, update

from adapters.ledger import inbox as rows
from adapters.ledger.engine import insert
from adapters.ledger.inbox import Asked
from adapters.ledger.schema import authors, greetings, inbox, mentorships, starters

BACKFILL_PACE = timedelta(minutes=1)


def note_author(connection: Connection, repository_id: int, person_id: int, number: int) -> None:
    """Notes the first pull request of somebody in a repository."""
    values = {"repository_id": repository_id, "person_id": person_id, "first_number": number}
    connection.execute(insert(connection, authors).values(values).on_conflict_do_nothing())


def first_pull(connection: Connection, repository_id: int, person_id: int) -> int | None:
    statement = select(authors.c.first_number).where(
        authors.c.repository_id == repository_id, authors.c.person_id == person_id
    )
    return connection.execute(statement).scalar()


def was_greeted(connection: Connection, program_id: int, person_id: int) -> bool:
    statement = select(greetings.c.number).where(
        greetings.c.program_id == program_id, greetings.c.person_id == person_id
    )
    return connection.execute(statement).first() is not None


def greet(
    connection: Connection, program_id: int, person_id: int, repository_id: int, number: int, now: datetime
) -> bool:
    """Notes the greeting; False if the person was greeted in this program before."""
    statement = (
        insert(connection, greetings)
        .values(
            program_id=program_id,
            person_id=person_id,
            repository_id=repository_id,
            number=number,
            greeted_at=now,
        )
        .on_conflict_do_nothing()
        .returning(greetings.c.number)
    )
    return connection.execute(statement).first() is not None


def begin(connection: Connection, values: dict[str, Any]) -> None:
    """A newcomer, a mentor (or nobody yet), a thread."""
    connection.execute(insert(connection, mentorships).values(values).on_conflict_do_nothing())


def get(connection: Connection, repository_id: int, number: int) -> Row[Any] | None:
    return connection.execute(
        select(mentorships).where(_here(mentorships, repository_id, number))
    ).one_or_none()


def answered(connection: Connection, repository_id: int, number: int, now: datetime) -> None:
    """Notes the first human answer."""
    statement = update(mentorships).where(
        _here(mentorships, repository_id, number), mentorships.c.answered_at.is_(None)
    )
    connection.execute(statement.values(answered_at=now))


def close(connection: Connection, repository_id: int, number: int, now: datetime, *, merged: bool) -> None:
    statement = update(mentorships).where(_here(mentorships, repository_id, number))
    connection.execute(statement.values(closed_at=now, merged=merged))


def reopen(connection: Connection, repository_id: int, number: int) -> None:
    statement = update(mentorships).where(_here(mentorships, repository_id, number))
    connection.execute(statement.values(closed_at=None, merged=False))


def begun_since(connection: Connection, program_id: int, since: datetime) -> Sequence[Row[Any]]:
    statement = select(mentorships).where(
        mentorships.c.program_id == program_id, mentorships.c.since >= since
    )
    return connection.execute(statement.order_by(mentorships.c.since)).all()


def unanswered(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """Open threads on which no human has answered the newcomer yet."""
    statement = select(mentorships).where(
        mentorships.c.program_id == program_id,
        mentorships.c.closed_at.is_(None),
        mentorships.c.answered_at.is_(None),
    )
    return connection.execute(statement.order_by(mentorships.c.since)).all()


def loads(connection: Connection, program_id: int) -> dict[int, tuple[int, datetime | None]]:
    """For each mentor: their open mentorships and when they last welcomed somebody."""
    open_now = func.count().filter(mentorships.c.closed_at.is_(None))
    statement = (
        select(mentorships.c.mentor_id, open_now, func.max(mentorships.c.since))
        .where(mentorships.c.program_id == program_id, mentorships.c.mentor_id.is_not(None))
        .group_by(mentorships.c.mentor_id)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(statement)}


def starter(connection: Connection, repository_id: int, number: int) -> Row[Any] | None:
    return connection.execute(select(starters).where(_here(starters, repository_id, number))).one_or_none()


def known_issues(connection: Connection, repository_id: int) -> dict[int, bool]:
    """The good first issues of a repository that are known, and whether each carries a mentor's name."""
    named = and_(starters.c.mentor_id.is_not(None), starters.c.dropped_at.is_(None))
    statement = select(starters.c.number, named).where(starters.c.repository_id == repository_id)
    return {row[0]: bool(row[1]) for row in connection.execute(statement)}


def put_starter(connection: Connection, values: dict[str, Any]) -> None:
    """Notes the mentor of a good first issue; a later decision about it replaces the earlier."""
    values = {"closed_at": None, "dropped_at": None, "reasons": None} | values
    statement = insert(connection, starters).values(values)
    again = {name: value for name, value in values.items() if name not in {"repository_id", "number"}}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["repository_id", "number"], set_=again)
    )


def change_starter(connection: Connection, repository_id: int, number: int, **values: Any) -> None:
    connection.execute(update(starters).where(_here(starters, repository_id, number)).values(values))


def open_starters(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    statement = select(starters).where(
        starters.c.program_id == program_id, starters.c.closed_at.is_(None), starters.c.dropped_at.is_(None)
    )
    return connection.execute(statement.order_by(starters.c.repository_id, starters.c.number)).all()


def starters_opened_by(
    connection: Connection, program_id: int, mentor_ids: Sequence[int]
) -> Sequence[Row[Any]]:
    """The starter issues that these mentors opened themselves, open or closed."""
    statement = select(starters).where(
        starters.c.program_id == program_id,
        starters.c.mentor_id.in_(mentor_ids),
        starters.c.kind == "starter",
        starters.c.dropped_at.is_(None),
    )
    return connection.execute(statement.order_by(starters.c.since, starters.c.number)).all()


def issue_loads(connection: Connection, program_id: int) -> dict[int, int]:
    """For each mentor: open good first issues with their name that they did not open themselves."""
    statement = (
        select(starters.c.mentor_id, func.count())
        .where(
            starters.c.program_id == program_id,
            starters.c.kind == "labelled",
            starters.c.closed_at.is_(None),
            starters.c.dropped_at.is_(None),
        )
        .group_by(starters.c.mentor_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def ask_backfill(
    connection: Connection, installation_id: int | None, repository_id: int, delivery: str, now: datetime
) -> list[int]:
    """Asks for back-fill of a repository, once at a time; the ids of the rows to ring for.

    A row that waits will see what is new. One that is being worked on may have looked before: then another
    one follows it, and the earlier ends (see `later_backfill_waits`), so that the pace stays the same.
    """
    claims = list(
        connection.execute(select(inbox.c.claimed_until).where(_backfill_waits(repository_id))).scalars()
    )
    if any(until is None or until < now for until in claims):
        return []
    ids = rows.put(connection, [Asked(delivery, "backfill", installation_id, repository_id)], now)
    if not claims:
        return ids
    for row_id in ids:
        rows.postpone(connection, row_id, now + BACKFILL_PACE, "back-fill is under way", by_design=True)
    return []


def later_backfill_waits(connection: Connection, repository_id: int, row_id: int) -> bool:
    """Whether a younger row will go on with the back-fill of the repository."""
    statement = select(inbox.c.id).where(_backfill_waits(repository_id), inbox.c.id > row_id)
    return connection.execute(statement.limit(1)).first() is not None


def _backfill_waits(repository_id: int) -> Any:
    return and_(
        inbox.c.job == "backfill",
        inbox.c.repository_id == repository_id,
        inbox.c.done_at.is_(None),
        inbox.c.parked_at.is_(None),
    )


def is_ours(connection: Connection, repository_id: int, number: int) -> bool:
    """Whether the thread is a mentorship, or a good first issue with a mentor's name."""
    known = exists().where(_here(mentorships, repository_id, number))
    named = exists().where(_here(starters, repository_id, number))
    return bool(connection.execute(select(known | named)).scalar())


def _here(table: Any, repository_id: int, number: int) -> Any:
    return and_(table.c.repository_id == repository_id, table.c.number == number)
