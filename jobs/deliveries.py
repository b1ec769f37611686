"""Deliveries fetched from the App's log, where GitHub has no address of ours to send them to. docs/adr/0020.

They go through the same front door, under the same delivery id: one that comes twice is still handled once. What the
log says of GitHub's own attempts is left aside, and so nothing here is ever "lost": the sweep rests meanwhile.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from adapters.context import Context
from adapters.github import OF_THE_APP, Limited, Missing, Refused, Trouble
from adapters.ledger import sweeps
from adapters.manifest import is_placeholder
from jobs.sweep import LOG, MARGIN, PER_PAGE, is_wanted, kept

EVERY = timedelta(seconds=5)  # a look at a log in which nothing is new costs nothing of GitHub's limit (304)
LOOK_AT_HOOK = timedelta(minutes=10)  # whether GitHub sends them to us by now
PAUSE = timedelta(seconds=30)  # after trouble

Take = Callable[[str, str, Any], bool]  # event, delivery id, payload: False if it could not be kept

log = logging.getLogger(__name__)


def run(context: Context, take: Take, stop: threading.Event) -> None:
    """Looks every few seconds until it is told to stop. A failure is logged and passes."""
    fetcher = Fetcher(context, take)
    while not stop.wait(1.0):
        try:
            fetcher.look()
        except Trouble as trouble:
            fetcher.rest(trouble)
        except Exception:
            log.exception("deliveries could not be fetched")
            fetcher.rest(Trouble())


class Fetcher:
    """Remembers what it has handed in; after a restart the last minutes are handed in again, which does no harm."""

    def __init__(self, context: Context, take: Take) -> None:
        self._context = context
        self._take = take
        self._look_at_hook = self._rests_until = context.now()
        self._fetches = False
        self._etag: str | None = None
        self._taken: dict[int, datetime] = {}

    def look(self) -> int:
        """Hands in what is new, if it is this process's turn; how many. Raises Trouble, SQLAlchemyError."""
        now = self._context.now()
        if now < self._rests_until or not (self._is_asked_to(now) and self._is_our_turn(now)):
            return 0
        if self._context.github.meter.is_low(OF_THE_APP):
            raise Limited("little is left of the App's limit", PAUSE * 10, secondary=False)
        found = self._context.github.app.get_changed(f"{LOG}?per_page={PER_PAGE}", self._etag)
        return 0 if found is None else self._hand_in(*found)

    def rest(self, trouble: Trouble) -> None:
        """Waits a while after trouble, or as long as GitHub asks for."""
        now = self._context.now()
        self._rests_until = trouble.until(now) if isinstance(trouble, Limited) else now + PAUSE
        self._etag = None
        log.warning("deliveries are not fetched until %s: %s", f"{self._rests_until:%H:%M:%S}", trouble)

    def _is_asked_to(self, now: datetime) -> bool:
        """Whether the App's webhook leads to nobody, by design. Told once when it changes."""
        if now < self._look_at_hook:
            return self._fetches
        fetches = _leads_to_nobody(self._context)
        self._look_at_hook = now + LOOK_AT_HOOK
        if fetches != self._fetches:
            log.info(TOLD[fetches])
        if not fetches:
            with self._context.ledger.write() as connection:
                sweeps.end(connection, sweeps.FETCHED)
        self._fetches = fetches
        return fetches

    def _is_our_turn(self, now: datetime) -> bool:
        with self._context.ledger.write() as connection:
            return sweeps.take_due(connection, sweeps.FETCHED, now + EVERY, now)

    def _hand_in(self, etag: str | None, first: list[dict[str, Any]]) -> int:
        with self._context.ledger.read() as connection:
            state = sweeps.reading(connection, sweeps.FETCHED)
        read_until = state.read_until if state else None
        border = (read_until or self._context.now() - kept(self._context)) - MARGIN
        lines = sorted(_back_to(border, first, self._context), key=lambda line: int(line["id"]))
        new = [line for line in lines if line["id"] not in self._taken and _is_for_us(line)]
        for line in new:
            self._fetch(line)
            self._taken[line["id"]] = _moment(line)
        self._taken = {known: at for known, at in self._taken.items() if at >= border}
        if lines:
            with self._context.ledger.write() as connection:
                sweeps.keep_reading(connection, sweeps.FETCHED, read_until=_moment(lines[-1]))
        self._etag = etag
        return len(new)

    def _fetch(self, line: dict[str, Any]) -> None:
        try:
            whole = self._context.github.app.get(f"{LOG}/{line['id']}")
        except (Missing, Refused):
            return  # GitHub has it no longer
        payload = (whole.get("request") or {}).get("payload")
        if not self._take(line["event"], line["guid"], payload):
            raise Trouble("a delivery could not be kept")


TOLD = {
    True: "GitHub has no address of ours: deliveries are fetched from the App's log every few seconds.",
    False: "GitHub sends deliveries to the App's webhook; they are not fetched any more.",
}


def _leads_to_nobody(context: Context) -> bool:
    try:
        return is_placeholder(context.github.app.get("/app/hook/config").get("url"))
    except (Missing, Refused):
        return False  # an App without a webhook, or a server that is too old to tell


def _back_to(border: datetime, first: list[dict[str, Any]], context: Context) -> Iterator[dict[str, Any]]:
    """The lines of the log since then, the newest first; further pages only if the first does not reach back so far."""
    recent = [line for line in first if _moment(line) >= border]
    yield from recent
    if len(first) < PER_PAGE or len(recent) < len(first):
        return
    seen = {line["id"] for line in first}
    for page in context.github.app.pages(LOG):
        recent = [line for line in page if _moment(line) >= border]
        yield from (line for line in recent if line["id"] not in seen)
        if len(recent) < len(page):
            return


def _is_for_us(line: dict[str, Any]) -> bool:
    """Not what did arrive somewhere, and nothing that no handler wants."""
    return line["status"] != "OK" and is_wanted(line["event"], line["action"])


def _moment(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["delivered_at"])
