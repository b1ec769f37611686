"""The intake: keeps deliveries in the inbox before GitHub hears 202, all that wait at the same moment by one commit.

A 202 may only be said when the rows are on the disk, and a commit costs the same – a lock, a write, a sync – for one
row as for a hundred. If every request made its own, they would queue for the database's lock. So they hand over what
they ask for and wait; one thread of the process commits for all of them, and while it waits for the disk the next
ones gather: the more come at once, the less each of them costs. Killed half-way nobody was told 202; a commit that
fails fails for all who waited for it. The queue is told afterwards, when GitHub has its answer already.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import OperationalError

from adapters.gathering import Gathering
from adapters.ledger import Ledger, inbox
from adapters.ledger.inbox import Asked
from adapters.queue import Bell

log = logging.getLogger(__name__)

PATIENCE = 9.0  # seconds: GitHub waits 10 for the answer to a webhook
APART = 0.02  # seconds from one commit to the next in a crowd


@dataclass(frozen=True)
class _Waiting:
    """What a delivery asks for, and whether it is kept."""

    asked: Sequence[Asked]
    kept: Future[None] = field(default_factory=Future)


class Intake:
    """One for each web process; several processes may have theirs on the same database."""

    def __init__(self, ledger: Ledger, bell: Bell, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._bell = bell
        self._now = now
        self._commits = Gathering("commits", self._keep, APART)

    def keep(self, asked: Sequence[Asked]) -> None:
        """Returns when the rows are durable. Raises what kept them from it: SQLAlchemyError, TimeoutError.

        After a TimeoutError they may be kept all the same: a delivery that comes again is still one row.
        """
        self.soon(asked).result(PATIENCE)

    def soon(self, asked: Sequence[Asked]) -> Future[None]:
        """The same for who waits otherwise: done when the rows are durable, or with what kept them from it."""
        waiting = _Waiting(asked)
        waiting.kept.set_running_or_notify_cancel()  # whoever no longer waits must not undo it for the others
        self._commits.add(waiting)
        return waiting.kept

    def _keep(self, together: list[_Waiting]) -> None:
        try:
            self._commit(together)
        except Exception as error:  # also of what makes JSON of the fields, and not of the database
            self._one_by_one(together, error)

    def _commit(self, together: list[_Waiting]) -> None:
        rows = inbox.keep_now(self._ledger, [one for each in together for one in each.asked], self._now())
        for each in together:
            each.kept.set_result(None)
        self._bell.ring_soon(rows)
        _tell(together)

    def _one_by_one(self, together: list[_Waiting], error: Exception) -> None:
        """One that cannot be kept must not be the others' failure; without a database all have failed."""
        if len(together) == 1:
            _fail(together, error)
            return
        for number, each in enumerate(together):
            try:
                self._commit([each])
            except OperationalError as down:
                _fail(together[number:], down)
                return
            except Exception as its_own:
                _fail([each], its_own)


def _tell(together: Sequence[_Waiting]) -> None:
    """One line for all of a commit: in a crowd, lines of their own would cost as much as the commit."""
    kept = [(one.delivery, one.job) for each in together for one in each.asked]
    names = sorted({delivery for delivery, _ in kept})
    about = {"delivery": names[0]} if len(names) == 1 else {"deliveries": " ".join(names)}
    log.info("kept: %s", ", ".join(job for _, job in kept), extra=about)


def _fail(together: Sequence[_Waiting], error: Exception) -> None:
    for each in together:
        each.kept.set_exception(error)
