"""Installations: which repositories the App works in, and what begins there."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.github import Missing
from adapters.ledger import inbox, outbox, places, retention
from adapters.ledger.inbox import Asked
from adapters.ledger.places import REMOVED
from jobs.decision import Decision, Row, decide
from mentoring.facts import RepositoryFacts

# After these everything is looked at anew, and what was refused is tried again.
ALLOWS = frozenset({"created", "unsuspend", "new_permissions_accepted"})


def installation(context: Context, row: Row) -> None:
    """Takes down what an installation may do now; new repositories have their configuration read."""
    action = row.field("action")
    if action == "suspend":
        _suspend(context, row)
    elif action == "deleted" or (action == "missing" and _is_gone(context, row)):
        _end(context, row)
    elif action == "removed":
        _leave(context, row)
    elif action != "missing":
        _begin(context, row)


def _is_gone(context: Context, row: Row) -> bool:
    """Whether GitHub says so of this very installation: one that a list lacks may be there all the same."""
    try:
        context.github.app.get(f"/app/installations/{row.installation_id}")
    except Missing:
        return True
    return False


def _begin(context: Context, row: Row) -> None:
    """Reads the repositories from GitHub: the list in a payload may be cut short, and others may be gone."""
    context.github.forget(row.installation_id)  # its token may know the permissions of before
    github = context.github.installation(row.installation_id)
    found = [
        reads.repository_facts(item)
        for page in github.pages("/installation/repositories")
        for item in page["repositories"]
    ]
    account = row.fields.get("installation.account.login") or row.fields.get("account.login")
    with decide(context, row) as decision:
        connection, now = decision.connection, decision.now
        places.see_installation(connection, row.installation_id, now, account)
        places.lock_all(connection, row.installation_id, [facts.id for facts in found])
        places.resume(connection, row.installation_id, now)
        new = _new(decision, found)
        _see(decision, found)
        rows = inbox.put(connection, [_configure(row, facts.id, now) for facts in new], now)
        if row.field("action") in ALLOWS:
            rows += _try_again(decision)
    context.bell.ring_inbox(rows)


def _try_again(decision: Decision) -> list[int]:
    """What GitHub refused may be allowed now, with new permissions or after a suspension."""
    installation_id = decision.row.installation_id
    outbox.unpark_all(decision.connection, installation_id, decision.now)
    decision.row.touched.add(installation_id)
    return inbox.unpark_refused(decision.connection, installation_id, decision.now)


def _new(decision: Decision, found: Sequence[RepositoryFacts]) -> Sequence[RepositoryFacts]:
    """Those that begin here: all of an installation that begins or goes on, else those that it lacked."""
    row = decision.row
    if row.field("action") in ALLOWS:
        return found
    known = {place.id for place in places.repositories_of(decision.connection, row.installation_id)}
    # What GitHub names is new whatever we believe: we may have missed that it was taken away.
    named = {one["id"] for one in row.fields.get("repositories_added", ())}
    return [facts for facts in found if facts.id not in known - named]


def _see(decision: Decision, found: Sequence[RepositoryFacts]) -> None:
    """Notes each repository as it is named now. What the installation no longer has was taken from it."""
    connection, row = decision.connection, decision.row
    known = {place.id: place for place in places.repositories_of(connection, row.installation_id)}
    for facts in sorted(found, key=lambda facts: facts.id):  # or two could wait for each other
        if facts.id not in known or not is_as_known(known[facts.id], facts):
            places.see_repository(
                connection, decision.now, installation_id=row.installation_id, **asdict(facts)
            )
    gone = known.keys() - {facts.id for facts in found}
    places.leave_repositories(connection, row.installation_id, gone, decision.now)


def is_as_known(place: Any, facts: RepositoryFacts) -> bool:
    """Whether the ledger has it as it is, and knows when it is read again."""
    same = all(getattr(place, name) == value for name, value in asdict(facts).items())
    return same and place.reconcile_at is not None


def _configure(row: Row, repository_id: int, now: datetime) -> Asked:
    """A delivery of our own for each repository, so that each can fail and be tried again by itself."""
    # The survey's rows are used again and again; what they ask for is not.
    delivery = row.delivery if not row.delivery.startswith("survey:") else f"{row.delivery}:{now.isoformat()}"
    return Asked(f"{delivery}:{repository_id}", "configuration", row.installation_id, repository_id)


def _suspend(context: Context, row: Row) -> None:
    context.github.forget(row.installation_id)
    with decide(context, row) as decision:
        places.see_installation(decision.connection, row.installation_id, decision.now)
        places.suspend(decision.connection, row.installation_id, decision.now)


def _end(context: Context, row: Row) -> None:
    context.github.forget(row.installation_id)
    with decide(context, row) as decision:
        connection, now = decision.connection, decision.now
        places.see_installation(connection, row.installation_id, now)
        places.lock_all(connection, row.installation_id)
        outbox.end_all(connection, row.installation_id, now, REMOVED)
        retention.end_jobs(connection, row.installation_id, now, REMOVED)
        retention.erase_installation(connection, row.installation_id, now)
        places.remove_installation(connection, row.installation_id, now)
        rows = inbox.put(connection, [Asked(f"erase:{row.installation_id}", "erase")], now)
    context.bell.ring_inbox(rows)


def _leave(context: Context, row: Row) -> None:
    ids = [repository["id"] for repository in row.field("repositories_removed")]
    with decide(context, row) as decision:
        places.leave_repositories(decision.connection, row.installation_id, ids, decision.now)
