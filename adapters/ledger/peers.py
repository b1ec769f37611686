"""Peers: which newcomers may be introduced to each other, who was, and who does not want to be."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from adapters.ledger import forgetting
from adapters.ledger.engine import insert
from adapters.ledger.schema import installations, mentors, mentorships, outbox, peers, programs, repositories


def schedule(connection: Connection, program_id: int, due_at: datetime | None) -> None:
    """When newcomers are introduced next; None: never."""
    connection.execute(update(programs).where(programs.c.id == program_id).values(peers_due_at=due_at))


def due(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    """The programs in which newcomers are to be introduced now."""
    return connection.execute(select(programs).where(programs.c.peers_due_at <= now)).all()


def waiting(
    connection: Connection,
    program_id: int,
    came: tuple[datetime, datetime],
    among: Collection[int] | None = None,
) -> list[Row[Any]]:
    """The greeted newcomers with an open first pull request, who were not introduced yet and have not said no.

    `came`: from when until when. Each once, the oldest first, as their mentorship with the repository's
    `installation_id`, `private` and `spoken`, the language there. `among`: only these people.
    """
    theirs = (peers.c.program_id == mentorships.c.program_id, peers.c.person_id == mentorships.c.newcomer_id)
    is_over = or_(peers.c.introduced_at.is_not(None), peers.c.off_at.is_not(None))
    statement = (
        select(
            mentorships,
            repositories.c.installation_id,
            repositories.c.private,
            repositories.c.language.label("spoken"),
        )
        .join(repositories, repositories.c.id == mentorships.c.repository_id)
        .join(installations, installations.c.id == repositories.c.installation_id)
        .where(
            mentorships.c.program_id == program_id,
            mentorships.c.since.between(*came),
            mentorships.c.kind == "pull",
            mentorships.c.closed_at.is_(None),
            ~repositories.c.archived,
            installations.c.removed_at.is_(None),
            installations.c.suspended_at.is_(None),
            ~select(peers.c.person_id).where(*theirs, is_over).exists(),
        )
        .order_by(mentorships.c.since, mentorships.c.repository_id, mentorships.c.number)
    )
    if among is not None:
        statement = statement.where(mentorships.c.newcomer_id.in_(list(among)))
    return _each_once(connection, program_id, connection.execute(statement).all())


def _each_once(connection: Connection, program_id: int, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    # Who was met with silence was not told how to stay out of it.
    found = {row.newcomer_id: row for row in reversed(rows) if "newcomer" in (row.greeting or {})}
    no = or_(mentors.c.said == "no", mentors.c.roster == "declined")
    declined = select(mentors.c.person_id).where(mentors.c.program_id == program_id, no)
    left = set(connection.execute(declined).scalars()) | forgetting.among(connection, found)
    return [row for row in reversed(found.values()) if row.newcomer_id not in left]


def introduced(connection: Connection, program_id: int, person_ids: Collection[int], now: datetime) -> None:
    """Notes that these people were introduced to each other."""
    for person_id in sorted(person_ids):
        values = {"program_id": program_id, "person_id": person_id, "introduced_at": now}
        _put(connection, values)


def person_says(connection: Connection, program_id: int, person_id: int, off_at: datetime | None) -> None:
    """Notes that somebody is to be left out since then; None: no longer."""
    _put(connection, {"program_id": program_id, "person_id": person_id, "off_at": off_at})


def _put(connection: Connection, values: dict[str, Any]) -> None:
    keys = ["program_id", "person_id"]
    new = {name: value for name, value in values.items() if name not in keys}
    statement = insert(connection, peers).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new))


def count_introduced(connection: Connection, program_id: int, since: datetime, until: datetime) -> int:
    """How many newcomers were introduced to others from then until then, the end not included."""
    then = (peers.c.introduced_at >= since, peers.c.introduced_at < until)
    statement = select(func.count()).select_from(peers).where(peers.c.program_id == program_id, *then)
    return int(connection.execute(statement).scalar_one())


def naming(connection: Connection, program_id: int, person_id: int) -> Sequence[Row[Any]]:
    """The introductions in a program's repositories that name somebody."""
    here = select(repositories.c.id).where(repositories.c.program_id == program_id)
    mine = (outbox.c.key.contains(" · peers · "), outbox.c.key.contains(f" · person {person_id}"))
    rows = connection.execute(select(outbox).where(*mine, outbox.c.repository_id.in_(here))).all()
    return [row for row in rows if f"person {person_id}" in row.key.split(" · ")]
