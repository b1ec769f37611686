"""Plays jobs on a scratch ledger: as a worker does them, but nothing is delivered, and GitHub's troubles come through."""

from adapters.context import Context
from adapters.github import Missing, Refused, Unavailable
from adapters.ledger import inbox
from adapters.ledger.inbox import Asked
from jobs import work
from jobs.decision import Again, DoneAlready, Lacking


def play(context: Context, asked: Asked) -> str | None:
    """Does one job; why nothing came of it, or why it waits."""
    with context.ledger.write() as connection:
        (row_id,) = inbox.put(connection, [asked], context.now())
    return play_row(context, row_id)


def play_row(context: Context, row_id: int) -> str | None:
    """The same of a row that is there. Raises Limited and the other troubles that pass."""
    with context.ledger.write() as connection:
        claimed = inbox.claim(connection, row_id, context.now())
    if claimed is None:
        return None
    row = work.as_row(claimed)
    note = None
    try:
        work.JOBS[row.job](context, row)
    except DoneAlready:
        return None
    except Again as again:
        with context.ledger.write() as connection:
            inbox.postpone(connection, row_id, again.at, str(again), by_design=True)
        return str(again)
    except (Missing, Unavailable, Refused, Lacking) as trouble:
        note = f"{type(trouble).__name__}: {trouble}"
    with context.ledger.write() as connection:
        inbox.finish(connection, row_id, context.now(), note)
        return inbox.note_of(connection, row_id)
