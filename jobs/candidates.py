"""The mentors of a program, with what the choice among them depends on."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters.ledger import forgetting, mentorships, programs
from jobs.program import Loaded
from mentoring.availability import Capacity, capacity_of, is_away
from mentoring.matching import Candidate
from mentoring.mentors import Statement, said_yes
from mentoring.roster import Cohort, Member


def candidates(connection: Connection, loaded: Loaded, now: datetime) -> list[Candidate]:
    """Everybody who said yes, whether free or not."""
    said = programs.statements(connection, loaded.home.id)
    loads = mentorships.loads(connection, loaded.home.id)
    issues = mentorships.issue_loads(connection, loaded.home.id)
    entries = _newest_entries(loaded)
    gone = forgetting.among(connection, entries)  # after the file was read
    return [
        _candidate(
            person_id,
            loaded.names.get(person_id, member.login),
            cohort,
            member,
            loads.get(person_id, (0, None)),
            issues.get(person_id, 0),
            said.get(person_id),
            now,
        )
        for person_id, (cohort, member) in entries.items()
        if person_id not in gone and said_yes(member, statement(said.get(person_id)))
    ]


def statement(row: Any) -> Statement | None:
    """What the ledger has of somebody's word and the roster's."""
    return Statement(row.roster, row.roster_at, row.said, row.said_at) if row else None


def mentor(connection: Connection, loaded: Loaded, person_id: int) -> Member | None:
    """What a person declared, if they are a mentor of the program."""
    entry = _newest_entries(loaded).get(person_id)
    said = programs.statements(connection, loaded.home.id).get(person_id)
    return entry[1] if entry and said_yes(entry[1], statement(said)) else None


def declared(loaded: Loaded, person_id: int) -> Member | None:
    """What a person declared in their newest cohort."""
    entry = _newest_entries(loaded).get(person_id)
    return entry[1] if entry else None


def _away(row: Any, now: datetime) -> bool:
    return row is not None and is_away(row.away_since, row.away_until, now)


def _capacity(member: Member, row: Any) -> int:
    """The newer word of the roster's and the person's."""
    word = (
        Capacity(row.roster_capacity, row.roster_capacity_at, row.capacity, row.capacity_at) if row else None
    )
    return capacity_of(member, word)


def _newest_entries(loaded: Loaded) -> dict[int, tuple[Cohort, Member]]:
    entries: dict[int, tuple[Cohort, Member]] = {}
    for cohort, member in sorted(loaded.program.members(), key=lambda entry: entry[0].ends):
        person_id = loaded.id_of(member.login)
        if person_id is not None:
            entries[person_id] = (cohort, member)
    return entries


def _candidate(
    person_id: int,
    login: str,
    cohort: Cohort,
    member: Member,
    load: tuple[int, Any],
    issues: int,
    said: Any,
    now: datetime,
) -> Candidate:
    return Candidate(
        id=person_id,
        login=login,
        cohort=cohort.name,
        team=member.team,
        areas=member.areas,
        languages=member.languages,
        capacity=_capacity(member, said),
        open_mentorships=load[0],
        open_issues=issues,
        last_newcomer_at=load[1],
        about=member.about,
        contact=member.contact,
        away=_away(said, now),
        timezone=member.timezone,
    )
