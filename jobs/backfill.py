"""Back-fill: good first issues without a mentor's name get one, about one a minute, the newest first."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

from adapters import reads
from adapters.context import Context
from adapters.ledger import backfills, mentorships, programs
from jobs.candidates import candidates_for_issues
from jobs.decision import Again, Row, go_on
from jobs.good_first import asks_itself, reconcile
from jobs.program import Loaded, load_program
from mentoring.facts import Issue

PACE = backfills.PACE
JUST_NOW = timedelta(minutes=2)  # an issue that changed since then has a webhook of its own on the way
AT_ONCE = 30  # issues looked at in one transaction


def backfill(context: Context, row: Row) -> None:
    """One issue; then the row waits for its next turn, until nobody is free for any that is left."""
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None or _goes_on_elsewhere(context, row):
        return
    border, recent = context.now() - JUST_NOW, 0
    nameless = _nameless(context, row, loaded)
    while some := list(islice(nameless, AT_ONCE)):
        settled = [issue for issue in some if issue.updated_at <= border]
        recent += len(some) - len(settled)
        if settled and _name_one(context, row, loaded, settled):
            raise Again(context.now() + PACE, "back-fill goes on")
    if recent:
        raise Again(context.now() + JUST_NOW, "some issues changed just now")


def _goes_on_elsewhere(context: Context, row: Row) -> bool:
    with context.ledger.read() as connection:
        return backfills.later_waits(connection, row.repository_id, row.id)


def _name_one(context: Context, row: Row, loaded: Loaded, issues: Sequence[Issue]) -> bool:
    """Names a mentor on the first of the issues for which somebody is free."""
    with go_on(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        mentors = candidates_for_issues(decision.connection, loaded, decision.now)
        return any(reconcile(decision, loaded, issue, mentors, backfill=True) for issue in issues)


def _nameless(context: Context, row: Row, loaded: Loaded) -> Iterator[Issue]:
    github = context.github.installation(row.installation_id)
    with context.ledger.read() as connection:
        known = mentorships.known_issues(connection, row.repository_id)
    for label in loaded.program.good_first_issue_labels:
        for issue in reads.newest_with_label(github, row.repository_id, label):
            if issue.number in known:
                if not known[issue.number]:
                    yield issue
            elif not asks_itself(context, loaded, issue):
                yield issue
