"""Repositories: renamed, transferred, archived, hidden or shown – read again, and noted as they are now."""

from dataclasses import asdict

from adapters import reads
from adapters.context import Context
from adapters.ledger import inbox, places
from adapters.ledger.inbox import Asked
from jobs.decision import Row, decide


def repository(context: Context, row: Row) -> None:
    """Notes it as it is. With another owner, another owner's file may count."""
    belongs = see_as_it_is(context, row.installation_id, row.repository_id)
    with decide(context, row) as decision:
        if belongs and row.field("action") == "transferred":
            delivery = f"{row.delivery}:{row.repository_id}"
            asked = Asked(delivery, "configuration", row.installation_id, row.repository_id)
            inbox.put_new(decision.connection, [asked], decision.now, rung=False)


def see_as_it_is(context: Context, installation_id: int, repository_id: int) -> bool:
    """Reads a repository; whether the installation may work there.

    A webhook that comes late tells how it was: a name that became private must not be taken for a public one, and
    what was transferred not for its former owner's.
    """
    facts = reads.repository(context.github.installation(installation_id), repository_id)
    with context.ledger.write() as connection:
        now = context.now()
        places.see_installation(connection, installation_id, now)
        if facts is None:  # deleted, or out of sight
            places.leave_repositories(connection, installation_id, [repository_id], now)
            return False
        belongs = places.may_hold(connection, installation_id, facts.full_name)
        known = installation_id if belongs else None
        places.see_repository(connection, now, installation_id=known, **asdict(facts))
        return belongs
