"""The mentors of a program, with what the choice among them depends on."""

from typing import Any

from sqlalchemy import Connection

from adapters.configuration import Loaded
from adapters.ledger import mentorships, programs
from mentoring.matching import Candidate
from mentoring.mentors import Statement, said_yes
from mentoring.roster import Cohort, Member


def candidates(connection: Connection, loaded: Loaded) -> list[Candidate]:
    """Everybody who said yes, whether free or not."""
    said = programs.statements(connection, loaded.home.id)
    loads = mentorships.loads(connection, loaded.home.id)
    issues = mentorships.issue_loads(connection, loaded.home.id)
    return [
        _candidate(
            person_id,
            loaded.names.get(person_id, member.login),
            cohort,
            member,
            loads.get(person_id, (0, None)),
            issues.get(person_id, 0),
        )
        for person_id, (cohort, member) in _newest_entries(loaded).items()
        if said_yes(member, statement(said.get(person_id)))
    ]


def statement(row: Any) -> Statement | None:
    """What the ledger has of somebody's word and the roster's."""
    return Statement(row.roster, row.roster_at, row.said, row.said_at) if row else None


def _newest_entries(loaded: Loaded) -> dict[int, tuple[Cohort, Member]]:
    entries: dict[int, tuple[Cohort, Member]] = {}
    for cohort, member in sorted(loaded.program.members(), key=lambda entry: entry[0].ends):
        person_id = loaded.id_of(member.login)
        if person_id is not None:
            entries[person_id] = (cohort, member)
    return entries


def _candidate(
    person_id: int, login: str, cohort: Cohort, member: Member, load: tuple[int, Any], issues: int
) -> Candidate:
    return Candidate(
        id=person_id,
        login=login,
        cohort=cohort.name,
        team=member.team,
        areas=member.areas,
        languages=member.languages,
        capacity=member.capacity,
        open_mentorships=load[0],
        open_issues=issues,
        last_newcomer_at=load[1],
        about=member.about,
        contact=member.contact,
    )
