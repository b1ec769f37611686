"""Availability: who is away, how much room people have, and the moments that wait for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, literal, null, or_, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import Moment, mentors, programs, repositories
from mentoring.availability import SAID, SILENT


def get(connection: Connection, program_id: int, person_id: int) -> Row[Any] | None:
    return connection.execute(select(mentors).where(_one(program_id, person_id))).one_or_none()


def away(
    connection: Connection,
    program_id: int,
    person_id: int,
    since: datetime,
    until: datetime,
    note_at: datetime | None,
    where: tuple[int | None, int | None],
) -> bool:
    """Notes that somebody said they are away; False if they have said something about it since.

    `where`: repository and thread in which it was said, if it was.
    """
    place = {"away_repository_id": where[0], "away_number": where[1]}
    values = {"away_since": since, "away_until": until, "away_how": SAID, "note_at": note_at} | place
    return _say(connection, program_id, person_id, since, values)


def back(connection: Connection, program_id: int, person_id: int, said_at: datetime) -> bool:
    """Notes that somebody said they are back; False if they have said something about it since.

    What remains is an absence that ends as it begins: it tells when the last word was.
    """
    return _say(connection, program_id, person_id, said_at, _ended(said_at) | {"away_since": said_at})


def _say(
    connection: Connection, program_id: int, person_id: int, said_at: datetime, values: dict[str, Any]
) -> bool:
    """A supposed absence is nobody's word: whatever they say comes after it."""
    statement = insert(connection, mentors).values(program_id=program_id, person_id=person_id, **values)
    newest = statement.on_conflict_do_update(
        index_elements=["program_id", "person_id"],
        set_=values | {"changed_at": func.now()},
        where=or_(
            mentors.c.away_since.is_(None), mentors.c.away_since <= said_at, mentors.c.away_how == SILENT
        ),
    )
    return connection.execute(newest.returning(mentors.c.person_id)).scalar() is not None


def _ended(at: datetime) -> dict[str, Any]:
    nothing = dict.fromkeys(("away_how", "note_at", "away_repository_id", "away_number"))
    return nothing | {"away_until": at}


def end(connection: Connection, program_id: int, person_id: int, now: datetime) -> bool:
    """Ends an absence whose moment has come; False if it has ended, or was prolonged, meanwhile."""
    over = and_(mentors.c.away_how.is_not(None), mentors.c.away_until <= now)
    values = {name: value for name, value in _ended(now).items() if name != "away_until"}
    statement = update(mentors).where(_one(program_id, person_id), over).values(values)
    return connection.execute(statement).rowcount == 1


def silent(connection: Connection, program_id: int, person_id: int, last: datetime, now: datetime) -> bool:
    """Notes that somebody is taken to be away, until a sign of life; False if they are away, or were seen since."""
    still = and_(
        or_(mentors.c.away_how.is_(None), mentors.c.away_until <= now),
        or_(mentors.c.seen_at.is_(None), mentors.c.seen_at <= last),
    )
    values = {"away_since": now, "away_until": null(), "away_how": SILENT, "note_at": null()}
    statement = update(mentors).where(_one(program_id, person_id), still).values(values)
    return connection.execute(statement).rowcount == 1


def nobody_silent(connection: Connection, program_id: int, now: datetime) -> None:
    """Ends every absence that was only supposed: the program does not look at signs of life any more."""
    supposed = and_(mentors.c.program_id == program_id, mentors.c.away_how == SILENT)
    connection.execute(update(mentors).where(supposed).values(_ended(now)))


def seen(connection: Connection, person_id: int, at: datetime) -> list[int]:
    """Notes a sign of life, in every program; those in which it ends an absence that was only supposed."""
    newer = or_(mentors.c.seen_at.is_(None), mentors.c.seen_at < at)
    alive = and_(mentors.c.person_id == person_id, newer)
    # Decisions of several programs may see the same person at once: each takes the rows in the same order.
    in_order = select(mentors.c.program_id).where(alive).order_by(mentors.c.program_id)
    connection.execute(in_order.with_for_update())
    supposed = and_(alive, mentors.c.away_how == SILENT)
    ended = connection.execute(
        update(mentors).where(supposed).values(_ended(at)).returning(mentors.c.program_id)
    )
    programs_of = sorted(ended.scalars())
    connection.execute(update(mentors).where(alive).values(seen_at=at))
    return programs_of


def known_silent_since(connection: Connection, program_id: int, person_id: int, last: datetime) -> None:
    """Notes the latest moment at which somebody can have been active whom nobody has ever seen."""
    never = and_(_one(program_id, person_id), mentors.c.seen_at.is_(None))
    connection.execute(update(mentors).where(never).values(seen_at=last))


def person_has_room(
    connection: Connection, program_id: int, person_id: int, capacity: int, said_at: datetime
) -> bool:
    """Notes how many mentorships somebody said they take; False if they have said something else since."""
    values = {"capacity": capacity, "capacity_at": said_at}
    statement = insert(connection, mentors).values(program_id=program_id, person_id=person_id, **values)
    newest = statement.on_conflict_do_update(
        index_elements=["program_id", "person_id"],
        set_=values | {"changed_at": func.now()},
        where=or_(mentors.c.capacity_at.is_(None), mentors.c.capacity_at <= said_at),
    )
    return connection.execute(newest.returning(mentors.c.person_id)).scalar() is not None


def roster_has_room(
    connection: Connection, program_id: int, person_id: int, capacity: int, now: datetime
) -> None:
    """Notes the capacity of the roster, and since when it says so.

    If it was never noted, and the person has spoken, nobody knows that it is newer than their word.
    """
    values: dict[str, Any] = {"roster_capacity": capacity, "roster_capacity_at": now}
    statement = insert(connection, mentors).values(program_id=program_id, person_id=person_id, **values)
    undated = and_(mentors.c.roster_capacity.is_(None), mentors.c.capacity.is_not(None))
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["program_id", "person_id"],
            set_={
                "roster_capacity": capacity,
                "roster_capacity_at": case((undated, null()), else_=literal(now, Moment())),
                "changed_at": func.now(),
            },
            where=mentors.c.roster_capacity.is_distinct_from(capacity),
        )
    )


def notes_due(connection: Connection, now: datetime) -> list[tuple[Row[Any], int | None]]:
    """Absences that end tomorrow, and the installation where it was said; None: the App is there no more."""
    due = connection.execute(select(mentors).where(mentors.c.note_at <= now)).all()
    ids = {row.away_repository_id for row in due}
    found = connection.execute(
        select(repositories.c.id, repositories.c.installation_id).where(repositories.c.id.in_(ids))
    )
    installed = {row.id: row.installation_id for row in found}
    return [(row, installed.get(row.away_repository_id)) for row in due]


def noted(connection: Connection, program_id: int, person_id: int, note_at: datetime) -> None:
    """Takes the moment of the note off the clock, unless it has moved meanwhile."""
    due = and_(_one(program_id, person_id), mentors.c.note_at == note_at)
    connection.execute(update(mentors).where(due).values(note_at=None))


def ends_due(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Absences that are over and were not ended yet."""
    over = and_(mentors.c.away_until <= now, mentors.c.away_how.is_not(None))
    return connection.execute(select(mentors).where(over)).all()


def schedule_look(connection: Connection, program_id: int, at: datetime | None) -> None:
    """Sets when the next look at the mentors' signs of life is due; None: never."""
    connection.execute(update(programs).where(programs.c.id == program_id).values(presence_at=at))


def looks_due(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    return connection.execute(select(programs).where(programs.c.presence_at <= now)).all()


def _one(program_id: int, person_id: int) -> Any:
    return and_(mentors.c.program_id == program_id, mentors.c.person_id == person_id)
