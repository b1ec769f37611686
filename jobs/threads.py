"""Threads of ours that came to an end, or began again."""

from adapters import reads
from adapters.context import Context
from adapters.ledger import mentorships
from jobs import claims
from jobs.decision import Row, decide, wait_for_welcome

GONE = frozenset({"transferred", "deleted"})


def threads(context: Context, row: Row) -> None:
    """Notes the state of a thread as GitHub shows it now: events come late and out of order."""
    wait_for_welcome(context, row)
    if row.field("action") in GONE:
        _gone(context, row)
        return
    github = context.github.installation(row.installation_id)
    thread = reads.issue(github, row.repository_id, row.number)
    with decide(context, row) as decision:
        connection, here = decision.connection, (row.repository_id, row.number)
        if thread.is_open:
            mentorships.reopen(connection, *here, decision.now)
            mentorships.change_starter(connection, *here, closed_at=None)
        else:
            merged = thread.merged_at is not None
            mentorships.close(connection, *here, decision.now, merged=merged)
            mentorships.change_starter(connection, *here, closed_at=decision.now)
            claims.end(decision, *here)


def _gone(context: Context, row: Row) -> None:
    with decide(context, row) as decision:
        here = (row.repository_id, row.number)
        mentorships.close(decision.connection, *here, decision.now, merged=False)
        mentorships.change_starter(decision.connection, *here, dropped_at=decision.now)
        claims.end(decision, *here)
