"""What a worker does: take a row of the inbox, run its job, then deliver what it asked for."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from rq.timeouts import JobTimeoutException
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

from adapters import delivery, reads, settings
from adapters.context import Context, open_context
from adapters.github import Doubt, Limited, Missing, Refused, Suspended, Trouble, Unavailable
from adapters.ledger import inbox, pace, places
from adapters.ledger.places import REMOVED, SUSPENDED
from adapters.logs import about
from adapters.queue import LATER, QUEUES
from jobs import (
    availability,
    backfill,
    check,
    check_simulation,
    circle,
    claim_hint,
    claimed_pull,
    commands,
    configuration,
    contributed,
    digest,
    event_due,
    follow_up,
    good_first,
    housekeeping,
    installation,
    invitation_reminder,
    invitations,
    lineage,
    merged,
    peers,
    praise,
    presence,
    reconcile,
    rehome,
    report,
    repository,
    start_here,
    starter,
    starter_notes,
    survey,
    sweep,
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
    "check": check.check,
    "check_simulation": check_simulation.check_simulation,
    "claim_hint": claim_hint.claim_hint,
    "circle": circle.circle,
    "claimed_pull": claimed_pull.claimed_pull,
    "commands": commands.commands,
    "configuration": configuration.configuration,
    "contributed": contributed.contributed,
    "digest": digest.digest,
    "erase": housekeeping.erase,
    "event_due": event_due.event_due,
    "follow_up": follow_up.follow_up,
    "good_first": good_first.good_first,
    "housekeeping": housekeeping.housekeeping,
    "installation": installation.installation,
    "invitations": invitations.invitations,
    "invitation_reminder": invitation_reminder.invitation_reminder,
    "lineage": lineage.lineage,
    "look": presence.look,
    "merged": merged.merged,
    "peers": peers.peers,
    "praise": praise.praise,
    "presence": presence.presence,
    "reconcile": reconcile.reconcile,
    "rehome": rehome.rehome,
    "report": report.report,
    "repository": repository.repository,
    "start_here": start_here.start_here,
    "starter": starter.starter,
    "starter_notes": starter_notes.starter_notes,
    "survey": survey.survey,
    "sweep": sweep.sweep,
    "threads": threads.threads,
    "turns": turns.turns,
    "welcome": welcome.welcome,
}

PAUSES = (2, 5, 10, 20, 60, 300, 900, 3600)  # seconds until a job that failed in passing is tried again
LONGEST_REASON = 300  # characters: an error may quote what somebody wrote
NOT_THERE_YET = 5  # tries after which a 404 means that it is gone


class _Removed(Exception):
    """The App was removed from the installation that this row is about."""


def handle(*row_ids: int) -> None:
    """Runs the jobs of inbox rows, one after the other. The queue calls it by this name."""
    for row_id in row_ids:
        handle_row(_context(), row_id)


def deliver(*installation_ids: int) -> None:
    """Performs the waiting writes of installations. The queue calls it by this name."""
    for installation_id in installation_ids:
        deliver_and_ring(_context(), installation_id)


_given: list[Context] = []


def use(context: Context) -> None:
    """Lets the jobs of this process work with this context from now on, instead of with one of their own."""
    _given[:] = [context]


def _context() -> Context:
    """The context of this process, opened with its first job if none was given."""
    if not _given:
        use(open_context(settings.load()))
    return _given[0]


def handle_row(context: Context, row_id: int) -> None:
    """Runs the job of one row, then delivers: somebody may be waiting for the answer."""
    with context.ledger.write() as connection:
        job = inbox.jobs_of(connection, [row_id]).get(row_id)
        alike = [other for other in JOBS if QUEUES.get(other) == QUEUES.get(job or "")]
        claimed = inbox.claim_fairly(connection, row_id, context.now(), alike)
    if claimed is None:
        return
    row = as_row(claimed)
    begun = time.monotonic()
    with about(delivery=row.delivery, job=row.job, repository=row.repository, thread=row.thread):
        outcome = _run(context, row)
        log.info("%s: %s", row.job, outcome)
    context.metrics.job(row.job, outcome, time.monotonic() - begun)
    for installation_id in sorted(row.touched):
        deliver_and_ring(context, installation_id)


def deliver_and_ring(context: Context, installation_id: int) -> None:
    if delivery.deliver(context, installation_id):
        context.bell.ring_outbox([installation_id])


def as_row(claimed: Any) -> Row:
    """A claimed row of the inbox, as jobs are given it."""
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


def _run(context: Context, row: Row) -> str:
    """Runs the job; what became of the row, in a word."""
    if row.attempts > inbox.MANY_ATTEMPTS:
        return _park(context, row, "tried many times; whatever stands in the way did not pass")
    try:
        was_failing = _check_standing(context, row)
        _see_repository(context, row)
        JOBS[row.job](context, row)
        _finish(context, row)
        _heed(context, row, was_failing=was_failing)
    except DoneAlready:
        return "done"  # by another worker
    except Again as again:
        return _postpone(context, row, again)
    except _Removed:
        _finish(context, row, REMOVED)
    except (Limited, Doubt, Missing, Suspended, Unavailable) as trouble:
        return _later(context, row, trouble)
    except (Refused, Lacking) as refusal:
        log.warning("%s: parked: %s", row.job, refusal)
        return _park(context, row, f"{type(refusal).__name__}: {refusal}")
    except (OperationalError, InterfaceError, JobTimeoutException):
        raise  # the database is down, or GitHub very slow: the row keeps its claim, the clock comes back to it
    except Exception as error:
        if type(error) is DatabaseError:  # a damaged SQLite file; mistakes of ours have a subclass
            raise
        log.exception("%s: a mistake of ours, parked", row.job)
        return _park(context, row, f"{type(error).__name__}: {error}")
    return "done"


def _see_repository(context: Context, row: Row) -> None:
    """Every payload carries the repository: renames and transfers need no event, only another look."""
    given = row.fields.get("repository")
    if not given or row.installation is None:
        return
    with context.ledger.read() as connection:
        if places.is_as_known(connection, reads.repository_facts(given), row.installation):
            return
    repository.see_as_it_is(context, row.installation, given["id"])


def _heed(context: Context, row: Row, *, was_failing: bool) -> None:
    """Notes now and then what is left of GitHub's limits, and that it answers again."""
    found = context.github.meter.to_note()
    if not found and not was_failing:
        return
    with context.ledger.write() as connection:
        if row.installation is not None and was_failing:
            pace.answered(connection, row.installation)
        pace.note_remaining(connection, found, context.now())


def _check_standing(context: Context, row: Row) -> bool:
    """Raises Again while GitHub's limit or a suspension holds, and _Removed where the App is no more.

    What can wait also waits while little is left of the limit. True: GitHub failed there lately.
    """
    if row.installation is None:
        return False
    with context.ledger.read() as connection:
        standing = places.standing(connection, row.installation)
    if standing is None or (row.job == "installation" and (standing.suspended_at or standing.removed_at)):
        return False  # it may be the very webhook that says that it goes on
    if standing.removed_at:
        raise _Removed
    if standing.wait_until and standing.wait_until > context.now():
        raise Again(standing.wait_until, SUSPENDED if standing.suspended_at else "GitHub wants a pause")
    if QUEUES.get(row.job) == LATER and row.job != "installation":
        with context.ledger.read() as connection:
            until = pace.low_until(connection, row.installation, context.now())
        if until:
            raise Again(until, "little is left of GitHub's limit, and this can wait")
    return bool(standing.failures)


def _later(context: Context, row: Row, trouble: Trouble) -> str:
    if isinstance(trouble, Limited):
        return _wait(context, row, trouble)
    if isinstance(trouble, Suspended):
        return _once_it_goes_on(context, row)
    if isinstance(trouble, (Missing, Unavailable)) and row.attempts >= NOT_THERE_YET:
        return _give_up(context, row, trouble)
    return _retry(context, row, trouble)


def _give_up(context: Context, row: Row, trouble: Trouble) -> str:
    """What GitHub no longer has needs nothing; what the clock asked for is still due, and tried again later."""
    if row.delivery.startswith("clock:"):
        return _postpone(context, row, Again(context.now() + timedelta(hours=1), str(trouble)))
    _finish(context, row, f"gone: {trouble}")
    return "done"


def _wait(context: Context, row: Row, limit: Limited) -> str:
    now = context.now()
    until = limit.until(now)
    if row.installation is not None:
        with context.ledger.write() as connection:
            until = pace.limited(connection, row.installation, now, until, secondary=limit.secondary)
    return _postpone(context, row, Again(until, str(limit)))


def _once_it_goes_on(context: Context, row: Row) -> str:
    if row.installation is not None:
        context.github.forget(row.installation)
        with context.ledger.write() as connection:
            places.suspend(connection, row.installation, context.now())
    return _postpone(context, row, Again(context.now() + places.LOOK_AGAIN, SUSPENDED))


def _retry(context: Context, row: Row, trouble: Trouble) -> str:
    """Tries again after a pause; where GitHub fails again and again, the whole installation waits."""
    now = context.now()
    longer = timedelta(seconds=PAUSES[min(row.attempts, len(PAUSES)) - 1] * (1 + delivery.chance() / 4))
    with context.ledger.write() as connection:
        inbox.postpone(connection, row.id, now + longer, str(trouble))
        if isinstance(trouble, Doubt) and row.installation is not None:
            pace.failed(connection, row.installation, now, delivery.chance())
    return "failed"


def _postpone(context: Context, row: Row, again: Again) -> str:
    with context.ledger.write() as connection:
        inbox.postpone(connection, row.id, again.at, str(again), by_design=True)
    return "postponed"


def _finish(context: Context, row: Row, note: str | None = None) -> None:
    """Marks the row done; a job that decided has done so in its own transaction."""
    with context.ledger.write() as connection:
        inbox.finish(connection, row.id, context.now(), note)


def _park(context: Context, row: Row, reason: str) -> str:
    with context.ledger.write() as connection:
        inbox.park(connection, row.id, context.now(), reason[:LONGEST_REASON])
    return "parked"
