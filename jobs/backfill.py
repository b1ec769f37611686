"""Back-fill: good first issues without a mentor's name get one, about one a minute, the newest first."""

from collections.abc import Iterator
from datetime import timedelta

from adapters import configuration, reads
from adapters.configuration import Loaded
from adapters.context import Context
from adapters.ledger import mentorships
from jobs.decision import Again, Row, go_on
from jobs.good_first import asks_itself, reconcile
from mentoring.facts import Issue

PACE = timedelta(minutes=1)
JUST_NOW = timedelta(minutes=2)  # an issue that changed since then has a webhook of its own on the way


def backfill(context: Context, row: Row) -> None:
    """One issue; then the row waits for its next turn, until none is left or nobody is free."""
    loaded = configuration.load(context, row.installation_id, row.repository_id)
    nameless = _nameless(context, row, loaded) if loaded else iter(())
    recent = 0
    for issue in nameless:
        if issue.updated_at > context.now() - JUST_NOW:
            recent += 1
            continue
        if loaded and not _name(context, row, loaded, issue):
            return
        raise Again(context.now() + PACE, "back-fill goes on")
    if recent:
        raise Again(context.now() + JUST_NOW, "some issues changed just now")


def _name(context: Context, row: Row, loaded: Loaded, issue: Issue) -> bool:
    with go_on(context, row) as decision:
        return reconcile(decision, loaded, issue, backfill=True)


def _nameless(context: Context, row: Row, loaded: Loaded) -> Iterator[Issue]:
    github = context.github.installation(row.installation_id)
    for label in loaded.program.good_first_issue_labels:
        for issue in reads.newest_with_label(github, row.repository_id, label):
            if not _has_mentor(context, issue) and not asks_itself(context, issue):
                yield issue


def _has_mentor(context: Context, issue: Issue) -> bool:
    with context.ledger.read() as connection:
        known = mentorships.starter(connection, issue.repository_id, issue.number)
    return known is not None and known.mentor_id is not None
