"""Contributed: notes the pull requests and reviews of people of ours, for their paths and for who stayed."""

from datetime import datetime

from adapters import reads
from adapters.context import Context
from adapters.ledger import contributions, programs
from jobs.decision import Row, decide
from jobs.program import load_program

REVIEWED = "submitted"


def contributed(context: Context, row: Row) -> None:
    """Notes what GitHub shows now: events come late and out of order."""
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None:
        return
    if row.field("action") == REVIEWED:
        person_id, given = row.field("review.user.id"), row.field("review.submitted_at")
        thread, at = (row.repository_id, row.number), datetime.fromisoformat(given)
        with decide(context, row) as decision:
            programs.lock(decision.connection, loaded.home.id)
            now = context.now()
            contributions.keep_review(decision.connection, loaded.home.id, thread, person_id, at, now)
        return
    pull = reads.issue(context.github.installation(row.installation_id), row.repository_id, row.number)
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        contributions.keep(decision.connection, loaded.home.id, pull, context.now())
