"""Installations: which repositories the App works in, and what begins there."""

from collections.abc import Sequence
from dataclasses import asdict

from adapters import reads
from adapters.context import Context
from adapters.ledger import inbox, outbox, places
from adapters.ledger.inbox import Asked
from adapters.ledger.places import REMOVED
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
    account = row.fields.get("installation.account.login")
    with decide(context, row) as decision:
        places.resume(decision.connection, row.installation_id, decision.now)
        places.see_installation(decision.connection, row.installation_id, decision.now, account)
        rows = inbox.put(
            decision.connection, [_see(decision, facts) for facts in _new(decision, found)], decision.now
        )
        rows += _try_again(decision)
    context.bell.ring_inbox(rows)


def _try_again(decision: Decision) -> list[int]:
    """What GitHub refused may be allowed now, with new permissions or after a suspension."""
    installation_id = decision.row.installation_id
    outbox.unpark_all(decision.connection, installation_id, decision.now)
    decision.row.touched.add(installation_id)
    return inbox.unpark_refused(decision.connection, installation_id, decision.now)


def _new(decision: Decision, found: Sequence[RepositoryFacts]) -> Sequence[RepositoryFacts]:
    """Of repositories that were added, those that this installation lacked; otherwise all."""
    row = decision.row
    if row.field("action") != "added":
        return found
    known = {place.id for place in places.repositories_of(decision.connection, row.installation_id)}
    # What GitHub names is new whatever we believe: we may have missed that it was taken away.
    named = {one["id"] for one in row.fields.get("repositories_added", ())}
    return [facts for facts in found if facts.id not in known - named]


def _see(decision: Decision, facts: RepositoryFacts) -> Asked:
    row = decision.row
    installation_id = row.installation_id
    places.see_repository(decision.connection, decision.now, installation_id=installation_id, **asdict(facts))
    # A delivery of our own for each repository, so that each can fail and be tried again by itself.
    return Asked(f"{row.delivery}:{facts.id}", "configuration", row.installation_id, facts.id)


def _end(context: Context, row: Row, *, suspended: bool) -> None:
    context.github.forget(row.installation_id)
    with decide(context, row) as decision:
        connection, now = decision.connection, decision.now
        places.see_installation(connection, row.installation_id, now)
        if suspended:
            places.suspend(connection, row.installation_id, now)
        else:
            places.remove_installation(connection, row.installation_id, now)
            outbox.end_all(connection, row.installation_id, now, REMOVED)


def _leave(context: Context, row: Row) -> None:
    ids = [repository["id"] for repository in row.field("repositories_removed")]
    with decide(context, row) as decision:
        places.leave_repositories(decision.connection, ids)
