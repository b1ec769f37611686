"""Delivers what waits in the outbox: one write at a time for each installation, each visible effect once."""

import logging
import os
import secrets
import time
from datetime import timedelta
from typing import Any

from adapters import writes
from adapters.context import Context
from adapters.github import Doubt, Limited, Missing, Refused, Unavailable
from adapters.ledger import leases, outbox, places

log = logging.getLogger(__name__)

ME = f"{os.getpid()}-{secrets.token_hex(4)}"
AT_MOST = 20.0  # seconds for one installation, before others have their turn
# Seconds until the next try. The first ones outlast GitHub's own delay between write and read.
PAUSES = (2, 5, 10, 20, 60, 300, 900, 3600, 3600, 3600, 3600, 3600, 3600, 3600, 3600)
NOT_THERE_YET = 5  # tries after which a 404 means that it is gone


def deliver(context: Context, installation_id: int) -> bool:
    """Performs the waiting writes of one installation; True if some that are due are left for later."""
    lease = f"outbox {installation_id}"
    with context.ledger.write() as connection:
        if not leases.take(connection, lease, ME, context.now()):
            return False  # whoever holds it goes on until nothing is left
    try:
        return _deliver_in_turn(context, installation_id, lease)
    finally:
        with context.ledger.write() as connection:
            leases.give_back(connection, lease, ME)


def _deliver_in_turn(context: Context, installation_id: int, lease: str) -> bool:
    begun = time.monotonic()
    while time.monotonic() - begun < AT_MOST:
        with context.ledger.write() as connection:
            if _must_stop(context, connection, installation_id, lease):
                return False
            row = outbox.claim_next(connection, installation_id, context.now())
        if row is None:
            return False
        _attempt(context, row)
    return True


def _must_stop(context: Context, connection: Any, installation_id: int, lease: str) -> bool:
    """Whether GitHub's limit holds, or the lease was lost to somebody who believed us dead."""
    wait_until = places.waits_until(connection, installation_id)
    if wait_until and wait_until > context.now():
        return True
    return not leases.take(connection, lease, ME, context.now())


def _attempt(context: Context, row: Any) -> None:
    """One try at one write, and what became of it."""
    write = _prepare(context, row)
    try:
        result = writes.perform(write, in_doubt=row.in_doubt or row.attempts > 1)
    except Limited as limit:
        _not_now(context, row, limit)
    except Doubt as doubt:
        _again(context, row, f"in doubt: {doubt}", tries=len(PAUSES))
    except Missing as missing:
        _again(context, row, f"not there: {missing}", tries=NOT_THERE_YET)
    except (Refused, Unavailable) as refusal:
        _park(context, row, str(refusal))
    else:
        _done(context, row, write, result)


def _prepare(context: Context, row: Any) -> writes.Write:
    def results(key: str) -> dict[str, Any] | None:
        with context.ledger.read() as connection:
            return outbox.result_of(connection, key)

    def knows_label(name: str) -> bool:
        with context.ledger.read() as connection:
            return places.has_label(connection, row.repository_id, name)

    github = context.github.installation(row.installation_id)
    return writes.Write(github, row, results, lambda: context.github.bot, knows_label)


def _done(context: Context, row: Any, write: writes.Write, result: dict[str, Any]) -> None:
    with context.ledger.write() as connection:
        outbox.finish(connection, row.id, result, context.now())
        for name in write.learned_labels:
            places.note_label(connection, row.repository_id, name)


def _not_now(context: Context, row: Any, limit: Limited) -> None:
    """The whole installation waits, in the ledger; no worker sleeps."""
    log.info("installation %s waits until %s: %s", row.installation_id, limit.until, limit)
    with context.ledger.write() as connection:
        outbox.not_begun(connection, row.id, limit.until, str(limit))
        places.wait(connection, row.installation_id, limit.until)


def _again(context: Context, row: Any, reason: str, tries: int) -> None:
    if row.attempts >= tries:
        _give_up(context, row, reason)
        return
    due_at = context.now() + _pause(row.attempts)
    with context.ledger.write() as connection:
        outbox.retry(connection, row.id, due_at, reason, in_doubt=True)


def _give_up(context: Context, row: Any, reason: str) -> None:
    if row.key or not reason.startswith("not there"):
        _park(context, row, reason)
        return
    # Somebody deleted what we would have changed: that is an answer, not a failure.
    with context.ledger.write() as connection:
        outbox.finish(connection, row.id, {}, context.now(), note=reason)


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=PAUSES[min(attempts, len(PAUSES)) - 1])


def _park(context: Context, row: Any, reason: str) -> None:
    log.warning("outbox %s (%s, %s) is parked: %s", row.id, row.verb, row.lane, reason)
    with context.ledger.write() as connection:
        outbox.park(connection, row.id, context.now(), reason)
