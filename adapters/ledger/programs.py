"""Programs and their cohorts, mentors and digests: what is due when, and what people said."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import cohorts, digests, mentors, programs


def see(connection: Connection, program_id: int, name: str, version: str, now: datetime) -> bool:
    """Notes the program under its home repository's id; False if this version of it is known already."""
    values = {"name": name, "version": version}
    statement = insert(connection, programs).values(id=program_id, since=now, **values)
    changed = statement.on_conflict_do_update(
        index_elements=["id"], set_=values, where=programs.c.version.is_distinct_from(version)
    )
    return connection.execute(changed.returning(programs.c.id)).scalar() is not None


def get(connection: Connection, program_id: int) -> Row[Any] | None:
    return connection.execute(select(programs).where(programs.c.id == program_id)).one_or_none()


def all_ids(connection: Connection) -> list[int]:
    """The homes of all programs."""
    return list(connection.execute(select(programs.c.id).order_by(programs.c.id)).scalars())


def lock(connection: Connection, program_id: int) -> Row[Any] | None:
    """Locks the program's row, so that two decisions about one program never cross.

    SQLite's write transactions exclude each other anyway.
    """
    statement = select(programs).where(programs.c.id == program_id).with_for_update()
    return connection.execute(statement).one_or_none()


def lock_all(connection: Connection, program_ids: Iterable[int]) -> None:
    """Locks several programs, the lowest id first: whoever needs more than one takes them in this order."""
    for program_id in sorted(set(program_ids)):
        lock(connection, program_id)


def schedule_digest(connection: Connection, program_id: int, due_at: datetime | None) -> None:
    connection.execute(update(programs).where(programs.c.id == program_id).values(digest_due_at=due_at))


def digests_due(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    return connection.execute(select(programs).where(programs.c.digest_due_at <= now)).all()


def digest(connection: Connection, program_id: int, week: str) -> Row[Any] | None:
    statement = select(digests).where(digests.c.program_id == program_id, digests.c.week == week)
    return connection.execute(statement).one_or_none()


def last_digest(connection: Connection, program_id: int) -> Row[Any] | None:
    """The newest digest that was posted."""
    statement = select(digests).where(digests.c.program_id == program_id, digests.c.issue_key.is_not(None))
    return connection.execute(statement.order_by(digests.c.week.desc()).limit(1)).one_or_none()


def last_decided(connection: Connection, program_id: int) -> Row[Any] | None:
    """The newest week that was decided, whether or not there was anything to say."""
    statement = select(digests).where(digests.c.program_id == program_id)
    return connection.execute(statement.order_by(digests.c.decided_at.desc()).limit(1)).one_or_none()


def keep_digest(
    connection: Connection,
    program_id: int,
    week: str,
    issue_key: str | None,
    now: datetime,
    read_until: datetime | None = None,
) -> None:
    """Notes the week's digest; without a key, that there was nothing to say. `read_until`: where its facts end."""
    values = {"issue_key": issue_key, "decided_at": now, "read_until": read_until}
    statement = insert(connection, digests).values(program_id=program_id, week=week, **values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["program_id", "week"], set_=values, where=digests.c.issue_key.is_(None)
        )
    )


def see_cohort(connection: Connection, program_id: int, name: str, now: datetime) -> datetime:
    """Notes the cohort; the moment when the App first saw it."""
    statement = insert(connection, cohorts).values(program_id=program_id, name=name, since=now)
    connection.execute(statement.on_conflict_do_nothing())
    mine = (cohorts.c.program_id == program_id, cohorts.c.name == name)
    since: datetime = connection.execute(select(cohorts.c.since).where(*mine)).scalar_one()
    return since


def schedule_cohort(connection: Connection, program_id: int, name: str, due_at: datetime | None) -> None:
    mine = (cohorts.c.program_id == program_id, cohorts.c.name == name)
    connection.execute(update(cohorts).where(*mine).values(due_at=due_at))


def cohort(connection: Connection, program_id: int, name: str) -> Row[Any] | None:
    mine = (cohorts.c.program_id == program_id, cohorts.c.name == name)
    return connection.execute(select(cohorts).where(*mine)).one_or_none()


def reopen_cohort(connection: Connection, program_id: int, name: str) -> None:
    """Lets the clock ask once more: for members who were added, or whose login was mended, after the others
    had been asked. Nothing happens while a round is still to come, or where nobody is to be asked.

    The moment of the round before is when this one is due, so that each round has a name of its own.
    """
    mine = (cohorts.c.program_id == program_id, cohorts.c.name == name)
    done = (cohorts.c.invited_at.is_not(None), cohorts.c.due_at.is_not(None))
    again = {"due_at": cohorts.c.invited_at, "invited_at": None}
    connection.execute(update(cohorts).where(*mine, *done).values(again))


def not_due(connection: Connection, program_id: int, name: str, now: datetime) -> None:
    """Takes a moment that has come, and for which there is nothing to do, off the clock."""
    mine = (cohorts.c.program_id == program_id, cohorts.c.name == name)
    connection.execute(update(cohorts).where(*mine, cohorts.c.due_at <= now).values(due_at=None))


def cohorts_due(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Cohorts whose graduates are to be asked now and were not yet, with the program's version."""
    due = (cohorts.c.due_at <= now, cohorts.c.invited_at.is_(None))
    statement = select(cohorts, programs.c.version).outerjoin(programs, programs.c.id == cohorts.c.program_id)
    statement = statement.where(*due)
    return connection.execute(statement).all()


def invited(connection: Connection, program_id: int, name: str, now: datetime) -> None:
    mine = (cohorts.c.program_id == program_id, cohorts.c.name == name)
    connection.execute(update(cohorts).where(*mine).values(invited_at=now))


def roster_says(
    connection: Connection, program_id: int, person_id: int, mentoring: str, now: datetime
) -> None:
    """Notes what the roster says of somebody, and since when it says so."""
    values = {"roster": mentoring, "roster_at": now}
    statement = insert(connection, mentors).values(program_id=program_id, person_id=person_id, **values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["program_id", "person_id"],
            set_=values | {"changed_at": func.now()},
            where=mentors.c.roster.is_distinct_from(mentoring),
        )
    )


def person_says(
    connection: Connection, program_id: int, person_id: int, said: str, how: str, said_at: datetime
) -> bool:
    """Notes what somebody said themselves: yes, later or no. False if they have said something since.

    Webhooks come out of order: the last word is the one that was said last, not the one we heard last.
    """
    values = {"said": said, "said_at": said_at, "said_how": how}
    statement = insert(connection, mentors).values(program_id=program_id, person_id=person_id, **values)
    newest = statement.on_conflict_do_update(
        index_elements=["program_id", "person_id"],
        set_=values | {"changed_at": func.now()},
        where=or_(mentors.c.said_at.is_(None), mentors.c.said_at <= said_at),
    )
    return connection.execute(newest.returning(mentors.c.person_id)).scalar() is not None


def statements(
    connection: Connection, program_id: int, people: Collection[int] | None = None
) -> dict[int, Row[Any]]:
    """What the roster and the people themselves said, by person; `people`: only these."""
    wanted = select(mentors).where(mentors.c.program_id == program_id)
    if people is not None:
        wanted = wanted.where(mentors.c.person_id.in_(list(people)))
    return {row.person_id: row for row in connection.execute(wanted)}


def changed_for(connection: Connection, program_id: int, since: datetime) -> set[int]:
    """The people of whom something else is known since then, by `mentorships.clock`."""
    return set(connection.execute(_CHANGED, {"program_id": program_id, "since": since}).scalars())


_CHANGED = select(mentors.c.person_id).where(
    mentors.c.program_id == bindparam("program_id"), mentors.c.changed_at >= bindparam("since")
)
