"""The one reminder of an invitation, when the graduate asked for it or after a while of silence."""

from adapters import configuration
from adapters.context import Context
from adapters.ledger import invitations as ledger
from adapters.ledger import places
from jobs.decision import Row, decide
from mentoring import invitations as rules


def reminder(context: Context, row: Row) -> None:
    """Asks once more; an answer that came meanwhile makes it unnecessary."""
    program_id, cohort, person_id = (row.field(name) for name in ("program_id", "cohort", "person_id"))
    with context.ledger.read() as connection:
        home = places.repository(connection, program_id)
    loaded = (
        configuration.load(context, home.installation_id, program_id)
        if home and home.installation_id
        else None
    )
    if loaded is None:
        return
    with decide(context, row) as decision:
        found = ledger.of_person(decision.connection, program_id, person_id)
        waiting = [one for one in found if one.cohort == cohort and one.state in ledger.OPEN]
        login = loaded.login_of(person_id)
        for one in waiting if login else []:
            ledger.reminded(decision.connection, program_id, cohort, person_id)
            comment = rules.remind(loaded.program, program_id, one.issue_key, one.comment_key, str(login))
            decision.act(loaded.home.installation_id, [comment])
