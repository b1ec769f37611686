"""Delivers what waits in the outbox: one write at a time for each installation, each visible effect once."""

import logging
import os
import re
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from rq.timeouts import JobTimeoutException
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from adapters import writes
from adapters.context import Context
from adapters.github import Doubt, Limited, Missing, Refused, Suspended, Unavailable
from adapters.ledger import leases, outbox, pace, places
from adapters.ledger.places import REMOVED
from adapters.logs import about
from adapters.reads import NO_COMMIT

log = logging.getLogger(__name__)

MACHINE = secrets.token_hex(4)  # two machines may have processes of the same number
AT_MOST = 20.0  # seconds for one installation, before others have their turn
# Seconds until the next try. The first ones outlast GitHub's own delay between write and read.
PAUSES = (2, 5, 10, 20, 60, 300, 900, 3600, 3600, 3600, 3600, 3600, 3600, 3600, 3600)
CONVERSATION = ("comment", "rewrite", "retract", "react")
LOCKED = re.compile(r"\blocked\b", re.IGNORECASE)  # as in "Unable to create comment because issue is locked."
NOT_THERE_YET = 5  # tries after which a 404 means that it is gone


Outcome = Callable[[Connection], None]  # what became of a write, noted in a transaction


class _Lost(Exception):
    """The lease went to somebody who believed us dead: from here on the write is theirs."""


def holder() -> str:
    """This process's name. Asked for each time: a fork of a process that has the lease must not pass for it."""
    return f"{os.getpid()}-{MACHINE}"


class _Lease:
    """The right to write in one installation, renewed before each request."""

    def __init__(self, context: Context, installation_id: int) -> None:
        self._context = context
        self._name = f"outbox {installation_id}"
        self._taken_at = context.now()

    def take(self, connection: Connection) -> bool:
        """Takes or renews it; False if somebody else has it."""
        self._taken_at = self._context.now()
        return leases.take(connection, self._name, holder(), self._taken_at)

    def hold(self) -> None:
        """Renews it unless that was just done. Raises _Lost if it is no longer ours."""
        if self._context.now() - self._taken_at < leases.FRESH:
            return
        with self._context.ledger.write() as connection:
            if not self.take(connection):
                raise _Lost

    def give_back(self, connection: Connection) -> None:
        leases.give_back(connection, self._name, holder())


def deliver(context: Context, installation_id: int) -> bool:
    """Performs the waiting writes of one installation; True if some that are due are left for later.

    Where there is no room for a write now, it leaves: the ledger says when the clock rings again.
    """
    if _must_leave(context, installation_id):
        return False
    lease = _Lease(context, installation_id)
    try:
        return _deliver_in_turn(context, installation_id, lease)
    except _Lost:
        log.warning("installation %s: somebody else writes there now", installation_id)
        return False
    except BaseException:
        with context.ledger.write() as connection:
            lease.give_back(connection)
        raise


def _must_leave(context: Context, installation_id: int) -> bool:
    """Whether a limit of GitHub's, a suspension or our own pace stops every write there."""
    with context.ledger.read() as connection:
        standing = places.standing(connection, installation_id)
    if standing is None or standing.removed_at:
        return False
    now = context.now()
    return any(until and until > now for until in (standing.wait_until, standing.write_after))


def _deliver_in_turn(context: Context, installation_id: int, lease: _Lease) -> bool:
    begun = time.monotonic()
    outcome: Outcome | None = None
    while True:
        in_time = time.monotonic() - begun < AT_MOST
        row = _turn(context, installation_id, lease, outcome, in_time=in_time)
        if row is None:
            return not in_time
        with about(delivery=row.delivery, write=row.id, verb=row.verb, lane=row.lane):
            outcome = _attempt(context, row, lease)


def _turn(
    context: Context, installation_id: int, lease: _Lease, outcome: Outcome | None, *, in_time: bool
) -> Any:
    """In one transaction: notes the last outcome, and claims the next write or gives the lease back.

    One transaction, because each of them waits for the disk. None: there is nothing to write (now).
    """
    with context.ledger.write() as connection:
        is_ours = lease.take(connection)  # first, as who begins does: two would wait for each other
        # Then this, before its outbox, as who suspends or ends it does: what has no room is noted there at the end.
        places.lock(connection, installation_id)
        if outcome:
            outcome(connection)
        row = _next(context, connection, installation_id) if is_ours and in_time else None
        if row is None and is_ours:
            pace.clean(connection, context.now())
            lease.give_back(connection)
        # Last, when nothing else is going to be locked.
        pace.note_remaining(connection, context.github.meter.to_note(), context.now())
    if not is_ours and outcome:
        raise _Lost  # whoever holds it goes on until nothing is left
    return row


def _next(context: Context, connection: Connection, installation_id: int) -> Any:
    """The next write, if there is one and there is room for it."""
    now = context.now()
    if _must_stop(context, connection, installation_id):
        return None
    room = pace.room(connection, installation_id, now)
    row = None
    if room.urgent_at <= now:
        row = outbox.claim_next(connection, installation_id, now, later=room.later_at <= now)
    if row is None:
        pace.hold(connection, installation_id, room, now)
        return None
    pace.wrote(connection, installation_id, now)
    return row


def _must_stop(context: Context, connection: Connection, installation_id: int) -> bool:
    """Whether GitHub's limit or a suspension holds, or the App was removed: then nothing waits any longer."""
    standing = places.standing(connection, installation_id)
    if standing and standing.removed_at:
        outbox.end_all(connection, installation_id, context.now(), REMOVED)
        return True
    return bool(standing and standing.wait_until and standing.wait_until > context.now())


def _attempt(context: Context, row: Any, lease: _Lease) -> Outcome:
    """One try at one write, and what became of it."""
    write = _prepare(context, row, lease)
    try:
        result = writes.perform(write, in_doubt=row.in_doubt or row.attempts > 1)
    except Limited as limit:
        return _not_now(context, row, limit)
    except Suspended as suspension:
        return _once_it_goes_on(context, row, suspension)
    except Doubt as doubt:
        return _in_doubt(context, row, doubt)
    except (Missing, Unavailable) as missing:
        gone = isinstance(missing, Unavailable)
        return _again(context, row, f"not there: {missing}", tries=NOT_THERE_YET, gone=gone)
    except Refused as refusal:
        return _refused(context, row, str(refusal))
    except (_Lost, OperationalError, InterfaceError, JobTimeoutException):
        raise  # another holds the lease, the database is down or time is up: the clock comes back to it
    except Exception as error:
        # Ours, or an answer nobody foresaw. It must not stand in the way of what waits behind it.
        log.exception("%s: a mistake of ours", row.verb)
        return _again(context, row, f"{type(error).__name__}: {error}", tries=NOT_THERE_YET)
    return _done(context, row, result)


def _prepare(context: Context, row: Any, lease: _Lease) -> writes.Write:
    def results(key: str) -> dict[str, Any] | None:
        with context.ledger.read() as connection:
            return outbox.result_of(connection, key)

    counted = iter([True])  # the first request was counted with the claim

    def count() -> None:
        if not next(counted, False):
            with context.ledger.write() as connection:
                pace.wrote(connection, row.installation_id, context.now())

    github = context.github.installation(row.installation_id).guarded(lease.hold, count)
    return writes.Write(github, row, results, lambda: context.github.bot)


def _tell(context: Context, row: Any, outcome: str, why: str = "") -> None:
    log.info("%s: %s%s", row.verb, outcome, f": {why}" if why else "")
    context.metrics.write(row.verb, outcome)


def _done(context: Context, row: Any, result: dict[str, Any], note: str | None = None) -> Outcome:
    now = context.now()
    _tell(context, row, "done", note or "")

    def outcome(connection: Connection) -> None:
        pace.answered(connection, row.installation_id)
        outbox.finish(connection, row.id, result, now, note)

    return outcome


def _not_now(context: Context, row: Any, limit: Limited) -> Outcome:
    """The whole installation waits, in the ledger; no worker sleeps."""
    now = context.now()
    _tell(context, row, "limited", str(limit))

    def outcome(connection: Connection) -> None:
        until = pace.limited(
            connection, row.installation_id, now, limit.until(now), secondary=limit.secondary
        )
        outbox.not_begun(connection, row.id, until, str(limit))
        log.info("installation %s waits until %s: %s", row.installation_id, until, limit)

    return outcome


def _once_it_goes_on(context: Context, row: Any, suspension: Suspended) -> Outcome:
    """A suspended installation waits as one at its limit does; that it goes on, a webhook tells."""
    context.github.forget(row.installation_id)
    now = context.now()
    _tell(context, row, "limited", str(suspension))

    def outcome(connection: Connection) -> None:
        places.suspend(connection, row.installation_id, now)
        outbox.not_begun(connection, row.id, now + places.LOOK_AGAIN, str(suspension))

    return outcome


def _in_doubt(context: Context, row: Any, doubt: Doubt) -> Outcome:
    """Tries again after a pause; where GitHub fails again and again, so does the whole installation."""
    again, now = _again(context, row, f"in doubt: {doubt}", tries=len(PAUSES)), context.now()

    def outcome(connection: Connection) -> None:
        pace.failed(connection, row.installation_id, now, chance())
        again(connection)

    return outcome


def _again(context: Context, row: Any, reason: str, tries: int, *, gone: bool = False) -> Outcome:
    """Tries again after a pause, or gives up. `gone`: the installation, not only what it writes to."""
    if row.attempts >= tries:
        return _give_up(context, row, reason, gone=gone)
    due_at = context.now() + _pause(row.attempts)
    _tell(context, row, "failed", reason)
    return lambda connection: outbox.retry(connection, row.id, due_at, reason, in_doubt=True)


def chance() -> float:
    """Between 0 and 1, so that what failed together does not come back together."""
    return secrets.randbelow(1000) / 1000


def _give_up(context: Context, row: Any, reason: str, *, gone: bool) -> Outcome:
    if not gone and (row.key or not reason.startswith("not there")):
        return _park(context, row, reason)
    # Somebody deleted what we would have changed: that is an answer, not a failure.
    return _done(context, row, {}, reason)


def _refused(context: Context, row: Any, reason: str) -> Outcome:
    """GitHub refuses for good. That people locked a conversation, or took a commit back, is an answer."""
    is_gone = row.verb == "check" and NO_COMMIT in reason
    if is_gone or (row.verb in CONVERSATION and LOCKED.search(reason)):
        return _done(context, row, {}, reason)
    return _park(context, row, reason)


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=PAUSES[min(attempts, len(PAUSES)) - 1] * (1 + chance() / 4))


def _park(context: Context, row: Any, reason: str) -> Outcome:
    _tell(context, row, "parked", reason)
    now = context.now()
    return lambda connection: outbox.park(connection, row.id, now, reason)
