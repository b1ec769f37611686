"""The mentors of a program, with what the choice among them depends on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from adapters.ledger import mentorships, programs
from jobs import standing
from jobs.program import Loaded
from jobs.standing import statement
from mentoring.matching import Candidate
from mentoring.mentors import said_yes
from mentoring.roster import Member

__all__ = ["candidates", "candidates_for_issues", "declared", "mentor", "statement"]


def candidates(connection: Connection, loaded: Loaded, now: datetime) -> list[Candidate]:
    """Everybody who said yes, whether free or not."""
    known = loaded.standing or standing.read(connection, loaded.roster, now)
    return standing.candidates(connection, known, now)


def candidates_for_issues(connection: Connection, loaded: Loaded, now: datetime) -> Sequence[Candidate]:
    """The same, with the open good first issues that carry their name."""
    issues = mentorships.issue_loads(connection, loaded.home.id)
    return [
        replace(one, open_issues=issues[one.id]) if one.id in issues else one
        for one in candidates(connection, loaded, now)
    ]


def mentor(connection: Connection, loaded: Loaded, person_id: int) -> Member | None:
    """What a person declared, if they are a mentor of the program."""
    entry = loaded.entries.get(person_id)
    said = programs.statements(connection, loaded.home.id, [person_id]).get(person_id)
    return entry[1] if entry and said_yes(entry[1], statement(said)) else None


def declared(loaded: Loaded, person_id: int) -> Member | None:
    """What a person declared in their newest cohort."""
    entry = loaded.entries.get(person_id)
    return entry[1] if entry else None
