"""Certificates: what somebody did in a program, what was certified of it, and the keys by which that is signed."""

import re
import secrets as random
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from adapters import signing
from adapters.ledger import engine
from adapters.ledger.schema import (
    certificates,
    contributions,
    installations,
    mentorships,
    repositories,
    secrets,
)
from mentoring.certificate import Certificate

KEY = "certificate key "  # and a number: the newest signs, the others stay for what they signed
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
MOST = 50  # threads that are linked
# Repositories of which we would hear if they became private.
_PUBLIC = (
    ~repositories.c.private,
    installations.c.removed_at.is_(None),
    installations.c.suspended_at.is_(None),
)
_ANSWERED = or_(mentorships.c.answered_at.is_not(None), mentorships.c.merged)


# --- what was done --------------------------------------------------------------------------------


def helped(connection: Connection, program_id: int, person_id: int) -> tuple[int, int, datetime | None]:
    """The newcomers whom somebody helped up to an answer, as mentor or second; of them up to the merge; since when."""
    up_to_the_merge = func.count(mentorships.c.newcomer_id.distinct()).filter(mentorships.c.merged)
    people = func.count(mentorships.c.newcomer_id.distinct())
    since = func.min(mentorships.c.since, type_=mentorships.c.since.type)
    mine = (mentorships.c.program_id == program_id, _helper(person_id), _ANSWERED)
    found, merged, first = connection.execute(select(people, up_to_the_merge, since).where(*mine)).one()
    return found, merged, first


def helped_on(connection: Connection, program_id: int, person_id: int, until: datetime) -> Sequence[Row[Any]]:
    """The threads of that in public repositories up to a moment: `full_name` and `number`, the newest first."""
    statement = _in_public(mentorships, mentorships.c.repository_id, mentorships.c.number).where(
        mentorships.c.program_id == program_id, _helper(person_id), _ANSWERED, mentorships.c.since <= until
    )
    newest = statement.order_by(mentorships.c.since.desc(), mentorships.c.number.desc()).limit(MOST)
    return connection.execute(newest).all()


def merged(connection: Connection, program_id: int, person_id: int) -> tuple[int, datetime | None]:
    """Somebody's own merged pull requests, and since when they worked on them."""
    since = func.min(contributions.c.opened_at, type_=contributions.c.opened_at.type)
    found, first = connection.execute(
        select(func.count(), since).where(*_merged(program_id, person_id))
    ).one()
    return found, first


def merged_on(connection: Connection, program_id: int, person_id: int, until: datetime) -> Sequence[Row[Any]]:
    """Those of them in public repositories up to a moment, as `helped_on` has them."""
    statement = _in_public(contributions, contributions.c.repository_id, contributions.c.number).where(
        *_merged(program_id, person_id), contributions.c.merged_at <= until
    )
    newest = statement.order_by(contributions.c.merged_at.desc(), contributions.c.number.desc()).limit(MOST)
    return connection.execute(newest).all()


def _merged(program_id: int, person_id: int) -> tuple[Any, ...]:
    mine = (contributions.c.program_id == program_id, contributions.c.person_id == person_id)
    return (*mine, contributions.c.kind == "pull", contributions.c.merged_at.is_not(None))


def _helper(person_id: int) -> Any:
    return or_(mentorships.c.mentor_id == person_id, mentorships.c.second_id == person_id)


def _in_public(table: Any, repository_id: Any, number: Any) -> Any:
    return (
        select(repositories.c.full_name, number)
        .select_from(table)
        .join(repositories, repositories.c.id == repository_id)
        .join(installations, installations.c.id == repositories.c.installation_id)
        .where(*_PUBLIC)
    )


# --- certificates ---------------------------------------------------------------------------------


def give(connection: Connection, program_id: int, person_id: int, one: Certificate) -> str:
    """Keeps what is certified from now on; its id, which nobody guesses. There is one of a kind: asked again, it is renewed."""
    values = asdict(one)
    mine = (certificates.c.program_id == program_id, certificates.c.person_id == person_id)
    there = (*mine, certificates.c.kind == one.kind, certificates.c.revoked_at.is_(None))
    renewed = update(certificates).where(*there).values(values).returning(certificates.c.id)
    if found := connection.execute(renewed).scalar():
        return str(found)
    values |= {"id": random.token_urlsafe(18), "program_id": program_id, "person_id": person_id}
    connection.execute(insert(certificates).values(values))
    return str(values["id"])


def is_id(text: str) -> bool:
    """Whether it may be one: a database does not take everything that an address may hold."""
    return _ID.fullmatch(text) is not None


def get(connection: Connection, certificate_id: str) -> Row[Any] | None:
    if not is_id(certificate_id):
        return None
    return connection.execute(select(certificates).where(certificates.c.id == certificate_id)).one_or_none()


def of_person(connection: Connection, person_id: int) -> Sequence[Row[Any]]:
    """Those in force, the newest first."""
    mine = (certificates.c.person_id == person_id, certificates.c.revoked_at.is_(None))
    newest = (certificates.c.issued_at.desc(), certificates.c.id)
    return connection.execute(select(certificates).where(*mine).order_by(*newest)).all()


def revoke(connection: Connection, now: datetime, how: str, *which: Any) -> int:
    """Takes back; how many there were. `how`: person or organizers. `which`: as `by_id` and `of` say."""
    there = (certificates.c.revoked_at.is_(None), *which)
    return connection.execute(
        update(certificates).where(*there).values(revoked_at=now, revoked_how=how)
    ).rowcount


def count(connection: Connection) -> tuple[int, int]:
    """How many are in force, and how many were taken back."""
    taken_back = func.count(certificates.c.revoked_at)
    all_of_them, gone = connection.execute(select(func.count(), taken_back).select_from(certificates)).one()
    return all_of_them - gone, gone


def by_id(certificate_id: str) -> Any:
    return certificates.c.id == certificate_id


def of(person_id: int, program_id: int | None = None) -> Any:
    """Those of a person, in one program or in all."""
    mine = certificates.c.person_id == person_id
    return mine if program_id is None else mine & (certificates.c.program_id == program_id)


def is_barred(connection: Connection, program_id: int, person_id: int) -> bool:
    """Whether the organizers took one back, so that it cannot be had again by asking."""
    theirs = select(certificates.c.id).where(of(person_id, program_id))
    return connection.execute(theirs.where(certificates.c.revoked_how == "organizers")).first() is not None


def allow(connection: Connection, program_id: int, person_id: int) -> int:
    """Lets somebody ask again, after one that was taken back by mistake."""
    theirs = (of(person_id, program_id), certificates.c.revoked_how == "organizers")
    return connection.execute(update(certificates).where(*theirs).values(revoked_how="person")).rowcount


# --- keys -----------------------------------------------------------------------------------------


def seeds(connection: Connection) -> list[str]:
    """The private keys, the newest first; empty before the first certificate."""
    ours = select(secrets.c.name, secrets.c.value).where(secrets.c.name.startswith(KEY))
    rows = connection.execute(ours).all()
    return [row.value for row in sorted(rows, key=lambda row: -int(row.name.removeprefix(KEY)))]


def make_key(connection: Connection, *, anew: bool = False) -> None:
    """Makes the first key, or `anew` one more, by which everything is signed from then on; of two at once one stays."""
    known = len(seeds(connection))
    if known and not anew:
        return
    values = {"name": f"{KEY}{known + 1}", "value": signing.new_seed()}
    connection.execute(engine.insert(connection, secrets).values(values).on_conflict_do_nothing())
