"""Installations: which repositories the App works in, and what begins there."""

from dataclasses import asdict

from adapters import reads
from adapters.context import Context
from adapters.ledger import inbox, places
from adapters.ledger.inbox import Asked
from jobs.decision import Decision, Row, decide
from mentoring.facts import RepositoryFacts


def installation(context: Context, row: Row) -> None:
    """Takes down what an installation may do now; new repositories have their configuration read."""
    action = row.field("action")
    if action in {"deleted", "suspend"}:
        _end(context, row, suspended=action == "suspend")
    elif action == "removed":
        _leave(context, row)
    else:
        _begin(context, row)


def _begin(context: Context, row: Row) -> None:
    """Reads the repositories from GitHub: the list in a payload may be cut short."""
    context.github.forget(row.installation_id)  # its token may know the permissions of before
    github = context.github.installation(row.installation_id)
    found = [
        reads.repository_facts(item)
        for page in github.pages("/installation/repositories")
        for item in page["repositories"]
    ]
    with decide(context, row) as decision:
        account = row.fields.get("installation.account.login")
        places.see_installation(decision.connection, row.installation_id, decision.now, account)
        asked = [_see(decision, facts) for facts in found]
        rows = inbox.put(decision.connection, asked, decision.now)
    context.bell.ring_inbox(rows)


def _see(decision: Decision, facts: RepositoryFacts) -> Asked:
    row = decision.row
    installation_id = row.installation_id
    places.see_repository(decision.connection, decision.now, installation_id=installation_id, **asdict(facts))
    # A delivery of our own for each repository, so that each can fail and be tried again by itself.
    return Asked(f"{row.delivery}:{facts.id}", "configuration", row.installation_id, facts.id)


def _end(context: Context, row: Row, *, suspended: bool) -> None:
    context.github.forget(row.installation_id)
    with decide(context, row) as decision:
        places.see_installation(decision.connection, row.installation_id, decision.now)
        places.end_installation(decision.connection, row.installation_id, decision.now, suspended=suspended)


def _leave(context: Context, row: Row) -> None:
    ids = [repository["id"] for repository in row.field("repositories_removed")]
    with decide(context, row) as decision:
        places.leave_repositories(decision.connection, ids)
