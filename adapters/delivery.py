"""Delivers what waits in the outbox: one write at a time for each installation, each visible effect once."""

import logging
import os
import re
import secrets
import time
from datetime import timedelta
from typing import Any

from rq.timeouts import JobTimeoutException
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from adapters import writes
from adapters.context import Context
from adapters.github import Doubt, Limited, Missing, Refused, Suspended, Unavailable
from adapters.ledger import leases, outbox, places
from adapters.ledger.places import REMOVED

log = logging.getLogger(__name__)

ME = f"{os.getpid()}-{secrets.token_hex(4)}"
AT_MOST = 20.0  # seconds for one installation, before others have their turn
# Seconds until the next try. The first ones outlast GitHub's own delay between write and read.
PAUSES = (2, 5, 10, 20, 60, 300, 900, 3600, 3600, 3600, 3600, 3600, 3600, 3600, 3600)
CONVERSATION = ("comment", "rewrite", "retract", "react")
LOCKED = re.compile(r"\blocked\b", re.IGNORECASE)  # as in "Unable to create comment because issue is locked."
NOT_THERE_YET = 5  # tries after which a 404 means that it is gone


class _Lost(Exception):
    """The lease went to somebody who believed us dead: from here on the write is theirs."""


class _Lease:
    """The right to write in one installation, renewed before each request."""

    def __init__(self, context: Context, installation_id: int) -> None:
        self._context = context
        self._name = f"outbox {installation_id}"
        self._taken_at = context.now()

    def take(self, connection: Connection) -> bool:
        """Takes or renews it; False if somebody else has it."""
        self._taken_at = self._context.now()
        return leases.take(connection, self._name, ME, self._taken_at)

    def hold(self) -> None:
        """Renews it unless that was just done. Raises _Lost if it is no longer ours."""
        if self._context.now() - self._taken_at < leases.FRESH:
            return
        with self._context.ledger.write() as connection:
            if not self.take(connection):
                raise _Lost

    def give_back(self) -> None:
        with self._context.ledger.write() as connection:
            leases.give_back(connection, self._name, ME)


def deliver(context: Context, installation_id: int) -> bool:
    """Performs the waiting writes of one installation; True if some that are due are left for later."""
    lease = _Lease(context, installation_id)
    with context.ledger.write() as connection:
        if not lease.take(connection):
            return False  # whoever holds it goes on until nothing is left
    try:
        return _deliver_in_turn(context, installation_id, lease)
    except _Lost:
        log.warning("installation %s: somebody else writes there now", installation_id)
        return False
    finally:
        lease.give_back()


def _deliver_in_turn(context: Context, installation_id: int, lease: _Lease) -> bool:
    begun = time.monotonic()
    while time.monotonic() - begun < AT_MOST:
        with context.ledger.write() as connection:
            if not lease.take(connection):
                raise _Lost
            if _must_stop(context, connection, installation_id):
                return False
            row = outbox.claim_next(connection, installation_id, context.now())
        if row is None:
            return False
        _attempt(context, row, lease)
    return True


def _must_stop(context: Context, connection: Connection, installation_id: int) -> bool:
    """Whether GitHub's limit or a suspension holds, or the App was removed: then nothing waits any longer."""
    standing = places.standing(connection, installation_id)
    if standing and standing.removed_at:
        outbox.end_all(connection, installation_id, context.now(), REMOVED)
        return True
    return bool(standing and standing.wait_until and standing.wait_until > context.now())


def _attempt(context: Context, row: Any, lease: _Lease) -> None:
    """One try at one write, and what became of it."""
    write = _prepare(context, row, lease)
    try:
        result = writes.perform(write, in_doubt=row.in_doubt or row.attempts > 1)
    except Limited as limit:
        _not_now(context, row, limit)
    except Suspended as suspension:
        _once_it_goes_on(context, row, suspension)
    except Doubt as doubt:
        _again(context, row, f"in doubt: {doubt}", tries=len(PAUSES))
    except (Missing, Unavailable) as missing:
        _again(
            context, row, f"not there: {missing}", tries=NOT_THERE_YET, gone=isinstance(missing, Unavailable)
        )
    except Refused as refusal:
        _refused(context, row, str(refusal))
    except (_Lost, OperationalError, InterfaceError, JobTimeoutException):
        raise  # another holds the lease, the database is down or time is up: the clock comes back to it
    except Exception as error:
        # Ours, or an answer nobody foresaw. It must not stand in the way of what waits behind it.
        log.exception("outbox %s (%s, %s) failed", row.id, row.verb, row.lane)
        _again(context, row, f"{type(error).__name__}: {error}", tries=NOT_THERE_YET)
    else:
        _done(context, row, result)


def _prepare(context: Context, row: Any, lease: _Lease) -> writes.Write:
    def results(key: str) -> dict[str, Any] | None:
        with context.ledger.read() as connection:
            return outbox.result_of(connection, key)

    github = context.github.installation(row.installation_id).guarded(lease.hold)
    return writes.Write(github, row, results, lambda: context.github.bot)


def _done(context: Context, row: Any, result: dict[str, Any]) -> None:
    with context.ledger.write() as connection:
        outbox.finish(connection, row.id, result, context.now())


def _not_now(context: Context, row: Any, limit: Limited) -> None:
    """The whole installation waits, in the ledger; no worker sleeps."""
    until = limit.until(context.now())
    log.info("installation %s waits until %s: %s", row.installation_id, until, limit)
    with context.ledger.write() as connection:
        outbox.not_begun(connection, row.id, until, str(limit))
        places.wait(connection, row.installation_id, until)


def _once_it_goes_on(context: Context, row: Any, suspension: Suspended) -> None:
    """A suspended installation waits as one at its limit does; that it goes on, a webhook tells."""
    context.github.forget(row.installation_id)
    with context.ledger.write() as connection:
        outbox.not_begun(connection, row.id, context.now(), str(suspension))
        places.suspend(connection, row.installation_id, context.now())


def _again(context: Context, row: Any, reason: str, tries: int, *, gone: bool = False) -> None:
    """Tries again after a pause, or gives up. `gone`: the installation, not only what it writes to."""
    if row.attempts >= tries:
        _give_up(context, row, reason, gone=gone)
        return
    due_at = context.now() + _pause(row.attempts)
    with context.ledger.write() as connection:
        outbox.retry(connection, row.id, due_at, reason, in_doubt=True)


def _give_up(context: Context, row: Any, reason: str, *, gone: bool) -> None:
    if not gone and (row.key or not reason.startswith("not there")):
        _park(context, row, reason)
        return
    # Somebody deleted what we would have changed: that is an answer, not a failure.
    with context.ledger.write() as connection:
        outbox.finish(connection, row.id, {}, context.now(), note=reason)


def _refused(context: Context, row: Any, reason: str) -> None:
    """GitHub refuses for good. That people locked a conversation is an answer, not a failure."""
    if not (row.verb in CONVERSATION and LOCKED.search(reason)):
        _park(context, row, reason)
        return
    with context.ledger.write() as connection:
        outbox.finish(connection, row.id, {}, context.now(), note=reason)


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=PAUSES[min(attempts, len(PAUSES)) - 1])


def _park(context: Context, row: Any, reason: str) -> None:
    log.warning("outbox %s (%s, %s) is parked: %s", row.id, row.verb, row.lane, reason)
    with context.ledger.write() as connection:
        outbox.park(connection, row.id, context.now(), reason)
