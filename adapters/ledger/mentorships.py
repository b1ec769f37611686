"""Mentorships, greetings, and the good first issues that carry a mentor's name."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from adapters.ledger.engine import insert
from adapters.ledger.given import as_given, given
from adapters.ledger.schema import (
    Id,
    Moment,
    authors,
    greetings,
    mentors,
    mentorships,
    repositories,
    starters,
)


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


def begin_anew(connection: Connection, values: dict[str, Any]) -> bool:
    """Begins a mentorship on a thread that has none, or whose last one is over; False if one is open."""
    fresh: dict[str, Any] = {"answered_at": None, "closed_at": None, "second_id": None, "beside_id": None}
    fresh |= {"step": 0, "merged": False}
    moments = dict.fromkeys(("helped_at", "reminded_at", "handed_over_at", "due_at"))
    values = fresh | moments | {"greeting": None} | values
    statement = insert(connection, mentorships).values(values)
    again = {name: value for name, value in values.items() if name not in {"repository_id", "number"}}
    again["changed_at"] = func.now()
    renewed = statement.on_conflict_do_update(
        index_elements=["repository_id", "number"], set_=again, where=mentorships.c.closed_at.is_not(None)
    )
    before = get(connection, values["repository_id"], values["number"])
    if connection.execute(renewed.returning(mentorships.c.number)).first() is None:
        return False
    if before is not None:  # what it says of its mentors is gone with it
        theirs = (mentors.c.program_id == before.program_id, mentors.c.person_id.in_(_helpers(before)))
        connection.execute(update(mentors).where(*theirs).values(changed_at=func.now()))
    return True


def _helpers(row: Any) -> set[int]:
    """Whoever is, or was, named there."""
    return {one for one in (row.mentor_id, row.second_id, *(row.tried or ())) if one is not None}


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


def change(connection: Connection, repository_id: int, number: int, **values: Any) -> None:
    connection.execute(update(mentorships).where(_here(mentorships, repository_id, number)).values(values))


def close(connection: Connection, repository_id: int, number: int, now: datetime, *, merged: bool) -> None:
    change(connection, repository_id, number, closed_at=now, merged=merged, due_at=None)


def due(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Open mentorships that are to be looked at, each with the installation of its repository."""
    statement = (
        select(mentorships, repositories.c.installation_id)
        .join(repositories, repositories.c.id == mentorships.c.repository_id)
        .where(
            mentorships.c.due_at <= now,
            mentorships.c.closed_at.is_(None),
            repositories.c.installation_id.is_not(None),
        )
        .order_by(mentorships.c.due_at)
    )
    return connection.execute(statement).all()


def rouse(connection: Connection, program_id: int, now: datetime) -> None:
    """Lets the clock look at every open mentorship: the program's file may promise something else now."""
    mine = (mentorships.c.program_id == program_id, mentorships.c.closed_at.is_(None))
    connection.execute(update(mentorships).where(*mine).values(due_at=now))


def open_of(connection: Connection, program_id: int, person_id: int) -> Sequence[Row[Any]]:
    """Open mentorships in which the person is the mentor or covers."""
    statement = select(mentorships).where(
        mentorships.c.program_id == program_id,
        mentorships.c.closed_at.is_(None),
        or_(mentorships.c.mentor_id == person_id, mentorships.c.second_id == person_id),
    )
    return connection.execute(statement.order_by(mentorships.c.turn_since)).all()


def open_in(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """All open mentorships of a program, the oldest first."""
    mine = (mentorships.c.program_id == program_id, mentorships.c.closed_at.is_(None))
    rows = connection.execute(select(mentorships).where(*mine)).all()
    return sorted(rows, key=lambda row: row.since)  # ordered by SQLite it reads all that ever began


def reopen(connection: Connection, repository_id: int, number: int, now: datetime) -> None:
    """Goes on; whoever is to act has the full time again.

    A newcomer's turn keeps its beginning: what they say with the click that reopens comes before it is noted.
    """
    closed = (_here(mentorships, repository_id, number), mentorships.c.closed_at.is_not(None))
    theirs, this_moment = mentorships.c.turn == "newcomer", literal(now, Moment())
    anew = {
        "turn_since": case((theirs, mentorships.c.turn_since), else_=this_moment),
        "newcomer_at": case((theirs, this_moment), else_=mentorships.c.newcomer_at),
        "step": 0,
        "due_at": now,
    }
    connection.execute(update(mentorships).where(*closed).values(closed_at=None, merged=False, **anew))


def loads(
    connection: Connection, program_id: int, people: Collection[int]
) -> dict[int, tuple[int, datetime | None]]:
    """For each of these people: their open mentorships, those they cover included, and when their last one began.

    A few look-ups in an index for each of them, however long the history is.
    """
    if not people:
        return {}
    wanted = {"program_id": program_id, "ids": as_given(connection, people)}
    rows = connection.execute(_loads(connection.dialect.name), wanted)
    return {row[0]: (row[1], max((one for one in row[2:] if one), default=None)) for row in rows}


@cache  # to build it anew takes longer than the answer
def _loads(dialect: str) -> Select[Any]:
    ids, program_id = given(dialect), bindparam("program_id", type_=Id)
    begun, came = (
        select(func.max(since))
        .where(mentorships.c.program_id == program_id, helper == ids.c.id)
        .scalar_subquery()
        for helper, since in (
            (mentorships.c.mentor_id, mentorships.c.since),
            (mentorships.c.second_id, mentorships.c.handed_over_at),
        )
    )
    mentors_of, seconds_of = (
        select(func.count())
        .select_from(mentorships)
        .where(mentorships.c.program_id == program_id, helper == ids.c.id, mentorships.c.closed_at.is_(None))
        .scalar_subquery()
        for helper in (mentorships.c.mentor_id, mentorships.c.second_id)
    )
    return select(ids.c.id, mentors_of + seconds_of, begun, came)


def clock(connection: Connection) -> datetime:
    """The database's, by which `changed_at` is: one clock for all processes."""
    return connection.execute(select(type_coerce(func.now(), Moment()))).scalar_one()


def changed_for(connection: Connection, program_id: int, since: datetime) -> set[int]:
    """The mentors, those of before included, of the mentorships that changed since then, by `clock`."""
    rows = connection.execute(_CHANGED, {"program_id": program_id, "since": since})
    return {one for row in rows for one in _helpers(row)}


_CHANGED = select(mentorships.c.mentor_id, mentorships.c.second_id, mentorships.c.tried).where(
    mentorships.c.program_id == bindparam("program_id"), mentorships.c.changed_at >= bindparam("since")
)


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


def _here(table: Any, repository_id: int, number: int) -> Any:
    return and_(table.c.repository_id == repository_id, table.c.number == number)
