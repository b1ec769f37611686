"""Contributions: the pull requests and reviews of people of ours – greeted, mentored, or in the roster."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from adapters.ledger import forgetting
from adapters.ledger.engine import insert
from adapters.ledger.schema import contributions, greetings, mentors, mentorships
from mentoring.facts import Issue

PULL, REVIEW = "pull", "review"
KEYS = ("repository_id", "number", "person_id", "kind")


def keep(connection: Connection, program_id: int, pull: Issue, now: datetime) -> None:
    """Notes a pull request as GitHub shows it now, if its author is one of ours; as often as anybody likes."""
    if is_ours(connection, program_id, pull.author_id):
        ended = {"merged_at": pull.merged_at, "closed_at": None if pull.is_open else pull.closed_at}
        row = {"repository_id": pull.repository_id, "number": pull.number, "person_id": pull.author_id}
        _put(
            connection,
            row | ended | {"kind": PULL, "program_id": program_id, "opened_at": pull.created_at},
            now,
        )


def keep_review(
    connection: Connection,
    program_id: int,
    thread: tuple[int, int],
    person_id: int,
    at: datetime,
    now: datetime,
) -> None:
    """Notes the first review that one of ours gave on a thread: its repository's id, and its number."""
    if is_ours(connection, program_id, person_id):
        row = dict(zip(KEYS, (*thread, person_id, REVIEW), strict=True))
        values = row | {"program_id": program_id, "opened_at": at, "changed_at": now}
        connection.execute(insert(connection, contributions).values(values).on_conflict_do_nothing())


def _put(connection: Connection, values: dict[str, Any], now: datetime) -> None:
    statement = insert(connection, contributions).values(values | {"changed_at": now})
    new = {name: value for name, value in values.items() if name not in KEYS}
    differs = or_(*(contributions.c[name].is_distinct_from(value) for name, value in new.items()))
    again = statement.on_conflict_do_update(
        index_elements=list(KEYS), set_=new | {"changed_at": now}, where=differs
    )
    connection.execute(again)


def is_ours(connection: Connection, program_id: int, person_id: int) -> bool:
    """Whether somebody was greeted or mentored in the program, is a mentor or a member; nobody who is forgotten."""
    return person_id in ours(connection, program_id, [person_id])


def ours(connection: Connection, program_id: int, person_ids: Collection[int]) -> set[int]:
    """Those of the people who are ours."""
    found: set[int] = set()
    for table, column in ((greetings, "person_id"), (mentors, "person_id"), (mentorships, "newcomer_id")):
        person = table.c[column]
        statement = select(person).where(table.c.program_id == program_id, person.in_(list(person_ids)))
        found |= set(connection.execute(statement).scalars())
    return found - forgetting.among(connection, found)


def merged(connection: Connection, program_id: int, person_id: int) -> Sequence[Row[Any]]:
    """Somebody's merged pull requests in a program, as far as they are known here; the oldest first."""
    mine = (contributions.c.program_id == program_id, contributions.c.person_id == person_id)
    statement = select(contributions).where(*mine, contributions.c.merged_at.is_not(None))
    return connection.execute(statement.order_by(contributions.c.merged_at, *_HERE)).all()


def numbers(connection: Connection, program_id: int, person_id: int) -> tuple[int, int, int]:
    """How many pull requests somebody opened and had merged, and how many they reviewed, as far as it is known."""
    mine = (contributions.c.program_id == program_id, contributions.c.person_id == person_id)
    pulls, reviews = contributions.c.kind == PULL, contributions.c.kind == REVIEW
    statement = select(
        func.count().filter(pulls),
        func.count().filter(contributions.c.merged_at.is_not(None)),
        func.count().filter(reviews),
    ).select_from(contributions)
    opened, ended_well, given = connection.execute(statement.where(*mine)).one()
    return opened, ended_well, given


def of_people(
    connection: Connection, program_id: int, person_ids: Collection[int], since: datetime
) -> Sequence[Row[Any]]:
    """What these people did since then, the oldest first: given, opened, merged or closed."""
    theirs = contributions.c.person_id.in_(list(person_ids))
    return _rows(connection, and_(contributions.c.program_id == program_id, theirs, _since(since)))


def all_since(connection: Connection, program_id: int, since: datetime) -> Sequence[Row[Any]]:
    """What everybody of ours did since then, the oldest first."""
    return _rows(connection, and_(contributions.c.program_id == program_id, _since(since)))


def known(connection: Connection, repository_id: int, numbers: Collection[int]) -> dict[int, Row[Any]]:
    """The pull requests that are kept among these, by number."""
    here = (contributions.c.repository_id == repository_id, contributions.c.number.in_(list(numbers)))
    found = connection.execute(select(contributions).where(*here, contributions.c.kind == PULL))
    return {row.number: row for row in found}


_HERE = (contributions.c.repository_id, contributions.c.number)


def _since(moment: datetime) -> Any:
    return or_(*(contributions.c[name] >= moment for name in ("opened_at", "merged_at", "closed_at")))


def _rows(connection: Connection, where: Any) -> Sequence[Row[Any]]:
    return connection.execute(
        select(contributions).where(where).order_by(contributions.c.opened_at, *_HERE)
    ).all()
