"""Waiting: how the ledger has a mentorship's clock, and when it is to be looked at again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters.ledger import mentorships, programs
from jobs.decision import Decision
from jobs.program import Loaded
from mentoring import follow_up as rules
from mentoring.availability import is_away
from mentoring.follow_up import Waiting
from mentoring.turns import Turn


def turn_of(row: Any) -> Turn:
    """Whose turn it is in a mentorship of the ledger."""
    return Turn(row.turn, row.turn_since or row.since, row.newcomer_at, row.helped_at)


def acting(row: Any) -> int | None:
    """Who is to answer: the second mentor while there is one."""
    found: int | None = row.second_id or row.mentor_id
    return found


def waiting_of(connection: Connection, row: Any, now: datetime) -> Waiting:
    """A mentorship as its clock sees it."""
    person_id = acting(row)
    away_since = away_of(connection, row.program_id, now, person_id).get(person_id) if person_id else None
    return Waiting(turn_of(row), row.kind, row.step, person_id is not None, away_since)


def away_of(
    connection: Connection, program_id: int, now: datetime, *people: int | None
) -> dict[int, datetime]:
    """Who of these people, in a program, is away, and since when."""
    some = [one for one in people if one is not None]
    return {
        person_id: said.away_since
        for person_id, said in programs.statements(connection, program_id, some).items()
        if is_away(said.away_since, said.away_until, now)
    }


def replan(decision: Decision, loaded: Loaded, repository_id: int, number: int) -> None:
    """Sets when an open mentorship is looked at next, after something about it changed."""
    row = mentorships.get(decision.connection, repository_id, number)
    if row is None or row.closed_at is not None:
        return
    waiting = waiting_of(decision.connection, row, decision.now)
    moment = rules.next_moment(loaded.program, waiting, decision.now)
    # A moment that is over has had its row in the inbox: what is due now gets one of its own.
    due_at = moment and max(moment, decision.now)
    mentorships.change(decision.connection, repository_id, number, due_at=due_at)


def replan_mentor(decision: Decision, loaded: Loaded, person_id: int) -> None:
    """The same for everybody whom a mentor helps, e.g. when they went away or came back."""
    for row in mentorships.open_of(decision.connection, loaded.home.id, person_id):
        replan(decision, loaded, row.repository_id, row.number)
