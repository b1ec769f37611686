"""Records: what the ledger has of a thread, as it is kept beside our words on GitHub, and put back from there."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, cast, delete, select, update

from adapters.ledger import invitations, mentorships
from adapters.ledger.schema import claims, outbox
from adapters.ledger.schema import mentorships as mentorships_table
from mentoring.records import (
    MOST_CLAIMS,
    ClaimRecord,
    MentorshipRecord,
    Record,
    StarterRecord,
    hide,
    without,
)

Here = tuple[int, int]  # a repository's id, and the number there


def of_mentorship(connection: Connection, here: Here) -> Record | None:
    """The open mentorship of a thread."""
    row = mentorships.get(connection, *here)
    if row is None or row.closed_at is not None:
        return None
    greeting: Mapping[str, Any] = row.greeting or {}
    return Record(
        mentorship=MentorshipRecord(
            kind=row.kind,
            newcomer=row.newcomer_id,
            mentor=row.mentor_id or None,
            second=row.second_id or None,
            starter=row.starter_number,
            since=row.since,
            answer_by=row.answer_by,
            answered=row.answered_at,
            turn=row.turn,
            turn_since=row.turn_since,
            newcomer_at=row.newcomer_at,
            helped_at=row.helped_at,
            step=row.step,
            reminded=row.reminded_at,
            handed_over=row.handed_over_at,
            areas=tuple(greeting.get("areas") or ()),
            language=greeting.get("language"),
            deciding=greeting.get("deciding"),
            area=greeting.get("area"),
            draft=bool(greeting.get("draft")),
            late=bool(greeting.get("answered")),
            first=greeting.get("mentor_id", row.mentor_id) == row.mentor_id,
        )
    )


def of_starter(connection: Connection, here: Here) -> Record | None:
    """A good first issue, with everybody who took it."""
    row = mentorships.starter(connection, *here)
    if row is None:
        return None
    starter = StarterRecord(
        mentor=row.mentor_id or None, kind=row.kind, since=row.since, dropped=row.dropped_at
    )
    return Record(starter=starter, claims=tuple(_claims(connection, here)))


def _claims(connection: Connection, here: Here) -> list[ClaimRecord]:
    mine = (claims.c.repository_id == here[0], claims.c.number == here[1])
    newest = select(claims).where(*mine).order_by(claims.c.claimed_at.desc(), claims.c.person_id)
    return [
        ClaimRecord(
            person=row.person_id,
            at=row.claimed_at,
            released=row.released_at,
            why=row.released_why,
            pull=row.pull_number,
            assigned=row.assigned,
        )
        for row in connection.execute(newest.limit(MOST_CLAIMS))
    ]


def of_issue(connection: Connection, key: str) -> Record | None:
    """Who was asked in an issue of ours: its text names them, too."""
    asked = [row.person_id for row in invitations.together(connection, key)]
    return Record(asked=tuple(asked)) if asked else None


def attach(connection: Connection, record: Record | None, **which: Any) -> None:
    """Puts the record below the marker of what waits to be written; `which`: its key, or what it replaces."""
    mine = and_(*(outbox.c[name] == value for name, value in which.items()))
    waits = (outbox.c.done_at.is_(None), outbox.c.parked_at.is_(None), outbox.c.attempts == 0)
    rows = select(outbox.c.id, outbox.c.payload).where(mine, *waits).order_by(outbox.c.id)
    # Ours, or put by us just now: what somebody else has in hand stays as it was put.
    for row in connection.execute(rows.with_for_update(skip_locked=True)).all():
        body = without(row.payload["body"])
        payload = row.payload | {"body": f"{body}\n{hide(record)}" if record else body}
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(payload=payload))


def take_out(connection: Connection, person_id: int) -> None:
    """Takes the record out of whatever waits to be written and may name a person."""
    text = cast(outbox.c.payload, Text)
    named = (text.contains("lamplighter-record"), text.contains(str(person_id)))
    for row in connection.execute(
        select(outbox.c.id, outbox.c.payload).where(outbox.c.done_at.is_(None), *named)
    ).all():
        payload = row.payload | {"body": without(row.payload["body"])}
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(payload=payload))


# --- while a ledger is built again ----------------------------------------------------------------


def remove(connection: Connection, here: Here) -> None:
    """Makes room for the mentorship that came after the one of a thread."""
    mine = (mentorships_table.c.repository_id == here[0], mentorships_table.c.number == here[1])
    connection.execute(delete(mentorships_table).where(*mine))


def about_starters(connection: Connection, repository_id: int) -> Sequence[Row[Any]]:
    """The mentorships on pull requests that are about a good first issue, the oldest first."""
    statement = select(mentorships_table).where(
        mentorships_table.c.repository_id == repository_id, mentorships_table.c.starter_number.is_not(None)
    )
    return connection.execute(statement.order_by(mentorships_table.c.since)).all()


def claim_of(connection: Connection, here: Here, person_id: int) -> Row[Any] | None:
    """Somebody's claim of an issue, even one that is over."""
    mine = (claims.c.repository_id == here[0], claims.c.number == here[1], claims.c.person_id == person_id)
    return connection.execute(select(claims).where(*mine)).one_or_none()
