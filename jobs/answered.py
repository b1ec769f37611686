"""The first human answer to a newcomer: only a person's words or a review count, and not their own."""

from datetime import datetime

from adapters.context import Context
from adapters.ledger import mentorships
from jobs.decision import Row, decide, wait_for_welcome


def answered(context: Context, row: Row) -> None:
    """Notes that somebody answered, and when."""
    wait_for_welcome(context, row)
    author_id = row.fields.get("comment.user.id") or row.field("review.user.id")
    said_at = row.fields.get("comment.created_at") or row.field("review.submitted_at")
    with decide(context, row) as decision:
        found = mentorships.get(decision.connection, row.repository_id, row.number)
        if found is not None and author_id != found.newcomer_id:
            moment = datetime.fromisoformat(said_at)
            mentorships.answered(decision.connection, row.repository_id, row.number, moment)
