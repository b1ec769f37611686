"""The one reminder of an invitation, when the graduate asked for it or after a while of silence."""

from typing import Any

from adapters.context import Context
from adapters.ledger import invitations as ledger
from adapters.ledger import people, places
from jobs import lineage
from jobs.decision import Decision, Row, decide
from jobs.program import Loaded, load_program
from mentoring import invitations as rules
from mentoring.lineage import HELPED_HERE


def invitation_reminder(context: Context, row: Row) -> None:
    """Asks once more; an answer that came meanwhile makes it unnecessary."""
    program_id, cohort, person_id = (row.field(name) for name in ("program_id", "cohort", "person_id"))
    with context.ledger.read() as connection:
        home = places.repository(connection, program_id)
    loaded = (
        load_program(context, home.installation_id, program_id) if home and home.installation_id else None
    )
    login = _login(context, loaded, cohort, person_id) if loaded else None
    with decide(context, row) as decision:
        found = ledger.of_person(decision.connection, program_id, person_id)
        for one in (one for one in found if one.cohort == cohort and _is_due(one, decision)):
            # The moment is over, also where there is nobody to be told any more.
            ledger.reminded(decision.connection, program_id, cohort, person_id)
            if loaded and login:
                _remind(decision, loaded, one, login)


def _login(context: Context, loaded: Loaded, cohort: str, person_id: int) -> str | None:
    """As the roster knows them; who was helped here is not in it yet."""
    if cohort != HELPED_HERE:
        return loaded.login_of(person_id)
    with context.ledger.read() as connection:
        return people.names(connection, [person_id]).get(person_id)


def _is_due(one: Any, decision: Decision) -> bool:
    """An answer that came meanwhile may have moved the moment, which then has a row of its own."""
    return one.state in ledger.OPEN and one.remind_at is not None and one.remind_at <= decision.now


def _remind(decision: Decision, loaded: Loaded, one: Any, login: str) -> None:
    asked_for = one.remind_at if one.state == "later" else None
    if one.cohort == HELPED_HERE:
        lineage.remind(decision, loaded, one, login, asked_for)
        return
    home = loaded.home
    comment = rules.remind(loaded.program, home.id, one.issue_key, one.comment_key, login, asked_for)
    decision.act(home.installation_id, [comment])
