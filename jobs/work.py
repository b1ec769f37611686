"""What a worker does: take a row of the inbox, run its job, then deliver what it asked for."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from rq.timeouts import JobTimeoutException
from sqlalchemy.exc import InterfaceError, OperationalError

from adapters import delivery, reads, settings
from adapters.context import Context, open_context
from adapters.github import Doubt, Limited, Missing, Refused, Suspended, Trouble, Unavailable
from adapters.ledger import inbox, places
from adapters.ledger.places import REMOVED, SUSPENDED
from jobs import (
    availability,
    backfill,
    claim_hint,
    claimed_pull,
    commands,
    configuration,
    digest,
    follow_up,
    good_first,
    installation,
    invitation_reminder,
    invitations,
    presence,
    rehome,
    starter,
    starter_notes,
    threads,
    turns,
    welcome,
)
from jobs.decision import Again, DoneAlready, Lacking, Row

log = logging.getLogger(__name__)

Job = Callable[[Context, Row], None]

JOBS: dict[str, Job] = {
    "availability": availability.availability,
    "back_tomorrow": availability.back_tomorrow,
    "backfill": backfill.backfill,
    "claim_hint": claim_hint.claim_hint,
    "claimed_pull": claimed_pull.claimed_pull,
    "commands": commands.commands,
    "configuration": configuration.configuration,
    "digest": digest.digest,
    "follow_up": follow_up.follow_up,
    "good_first": good_first.good_first,
    "installation": installation.installation,
    "invitations": invitations.invitations,
    "invitation_reminder": invitation_reminder.invitation_reminder,
    "look": presence.look,
    "presence": presence.presence,
    "rehome": rehome.rehome,
    "starter": starter.starter,
    "starter_notes": starter_notes.starter_notes,
    "threads": threads.threads,
    "turns": turns.turns,
    "welcome": welcome.welcome,
}

PAUSES = (2, 5, 10, 20, 60, 300, 900, 3600)  # seconds until a job that failed in passing is tried again
NOT_THERE_YET = 5  # tries after which a 404 means that it is gone


class _Removed(Exception):
    """The App was removed from the installation that this row is about."""


def handle(row_id: int) -> None:
    """Runs the job of one inbox row. The queue calls it by this name."""
    handle_row(_context(), row_id)


def deliver(installation_id: int) -> None:
    """Performs the waiting writes of an installation. The queue calls it by this name."""
    deliver_and_ring(_context(), installation_id)


@cache
def _context() -> Context:
    """The worker's own context, opened with its first job."""
    return open_context(settings.load())


def handle_row(context: Context, row_id: int) -> None:
    """Runs the job of one row, then delivers: somebody may be waiting for the answer."""
    with context.ledger.write() as connection:
        claimed = inbox.claim(connection, row_id, context.now())
    if claimed is None:
        return
    row = _row(claimed)
    _run(context, row)
    for installation_id in sorted(row.touched):
        deliver_and_ring(context, installation_id)


def deliver_and_ring(context: Context, installation_id: int) -> None:
    if delivery.deliver(context, installation_id):
        context.bell.ring_outbox([installation_id])


def _row(claimed: Any) -> Row:
    return Row(
        id=claimed.id,
        delivery=claimed.delivery,
        job=claimed.job,
        attempts=claimed.attempts,
        received_at=claimed.received_at,
        fields=claimed.fields,
        installation=claimed.installation_id,
        repository=claimed.repository_id,
        thread=claimed.thread,
    )


def _run(context: Context, row: Row) -> None:
    if row.attempts > inbox.MANY_ATTEMPTS:
        _park(context, row, "tried many times; whatever stands in the way did not pass")
        return
    try:
        _check_standing(context, row)
        _see_repository(context, row)
        JOBS[row.job](context, row)
        _finish(context, row)
    except DoneAlready:
        return
    except Again as again:
        _postpone(context, row, again)
    except _Removed:
        _finish(context, row, REMOVED)
    except (Limited, Doubt, Missing, Suspended, Unavailable) as trouble:
        _later(context, row, trouble)
    except (Refused, Lacking) as refusal:
        log.warning("delivery %s, %s: parked: %s", row.delivery, row.job, refusal)
        _park(context, row, f"{type(refusal).__name__}: {refusal}")
    except (OperationalError, InterfaceError, JobTimeoutException):
        raise  # the database is down, or GitHub very slow: the row keeps its claim, the clock comes back to it
    except Exception as error:
        log.exception("delivery %s, %s: a mistake of ours, parked", row.delivery, row.job)
        _park(context, row, f"{type(error).__name__}: {error}")


def _see_repository(context: Context, row: Row) -> None:
    """Every payload carries the repository as it is named now: renames and transfers need no event."""
    given = row.fields.get("repository")
    if not given or row.installation is None:
        return
    facts = reads.repository_facts(given)
    with context.ledger.read() as connection:
        if places.is_as_known(connection, facts, row.installation):
            return
    with context.ledger.write() as connection:
        places.see_installation(connection, row.installation, context.now())
        places.see_repository(connection, context.now(), installation_id=row.installation, **asdict(facts))


def _check_standing(context: Context, row: Row) -> None:
    """Raises Again while GitHub's limit or a suspension holds, and _Removed where the App is no more."""
    if row.installation is None:
        return
    with context.ledger.read() as connection:
        standing = places.standing(connection, row.installation)
    if standing is None or (row.job == "installation" and (standing.suspended_at or standing.removed_at)):
        return  # it may be the very webhook that says that it goes on
    if standing.removed_at:
        raise _Removed
    if standing.wait_until and standing.wait_until > context.now():
        raise Again(standing.wait_until, SUSPENDED if standing.suspended_at else "GitHub's limit")


def _later(context: Context, row: Row, trouble: Trouble) -> None:
    now = context.now()
    if isinstance(trouble, Limited):
        _wait(context, row, trouble.until(now), str(trouble))
    elif isinstance(trouble, Suspended):
        _once_it_goes_on(context, row)
    elif isinstance(trouble, (Missing, Unavailable)) and row.attempts >= NOT_THERE_YET:
        _give_up(context, row, trouble)
    else:
        _retry(context, row, str(trouble))


def _give_up(context: Context, row: Row, trouble: Trouble) -> None:
    """What GitHub no longer has needs nothing; what the clock asked for is still due, and tried again later."""
    if row.delivery.startswith("clock:"):
        _postpone(context, row, Again(context.now() + timedelta(hours=1), str(trouble)))
    else:
        _finish(context, row, f"gone: {trouble}")


def _wait(context: Context, row: Row, until: datetime, why: str) -> None:
    if row.installation is not None:
        with context.ledger.write() as connection:
            places.wait(connection, row.installation, until)
    _postpone(context, row, Again(until, why))


def _once_it_goes_on(context: Context, row: Row) -> None:
    if row.installation is not None:
        context.github.forget(row.installation)
        with context.ledger.write() as connection:
            places.suspend(connection, row.installation, context.now())
    _postpone(context, row, Again(context.now() + places.LOOK_AGAIN, SUSPENDED))


def _retry(context: Context, row: Row, why: str) -> None:
    pause = timedelta(seconds=PAUSES[min(row.attempts, len(PAUSES)) - 1])
    with context.ledger.write() as connection:
        inbox.postpone(connection, row.id, context.now() + pause, why)


def _postpone(context: Context, row: Row, again: Again) -> None:
    with context.ledger.write() as connection:
        inbox.postpone(connection, row.id, again.at, str(again), by_design=True)


def _finish(context: Context, row: Row, note: str | None = None) -> None:
    """Marks the row done; a job that decided has done so in its own transaction."""
    with context.ledger.write() as connection:
        inbox.finish(connection, row.id, context.now(), note)


def _park(context: Context, row: Row, reason: str) -> None:
    with context.ledger.write() as connection:
        inbox.park(connection, row.id, context.now(), reason)
