"""Merged: notes that a pull request of one of ours was merged."""

from adapters import reads
from adapters.context import Context
from adapters.ledger import contributions
from jobs.decision import Row, decide
from jobs.program import load_program


def merged(context: Context, row: Row) -> None:
    """Notes the merge as GitHub shows it now."""
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None:
        return
    pull = reads.issue(context.github.installation(row.installation_id), row.repository_id, row.number)
    with decide(context, row) as decision:
        contributions.keep(decision.connection, loaded.home.id, pull, decision.now)
