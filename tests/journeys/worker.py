"""Workers as processes of their own, by the sandbox's clock, killed in the midst of it: `python -m tests.journeys.worker`.

Modules are imported once; each worker is then a fork, so that a new one is there at once. A worker dies by SIGKILL
at a step that was drawn for it: before or after a commit of the ledger, or before a request to GitHub.
"""

import os
import random
import re
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import requests
from sqlalchemy import Engine, Pool, event

from adapters import settings
from adapters.context import Context, open_context
from jobs import work

ROOT = Path(__file__).parents[2]
ROOMS = (str(ROOT / "jobs"), str(ROOT / "adapters" / "delivery.py"))  # a step is named after what runs there
COMMENTED = re.compile(rb"POST \S+/comments$")
METHODS = (b"GET", b"POST", b"PATCH", b"PUT", b"DELETE")
SAID = "before the commit of delivery._turn"  # GitHub shows a comment, and we have not noted it
DECIDED = "after decision.decide"  # it stands in the ledger, and nothing of it was done


class SandboxClock:
    """The sandbox's time, asked for with each piece of work: meanwhile it stands still."""

    def __init__(self, url: str) -> None:
        self._address = f"{url}/_sandbox/advance"
        self._session = requests.Session()
        self.now = datetime.min.replace(tzinfo=UTC)
        self.is_asking = False

    def look(self) -> None:
        """Asks what time it is."""
        self.is_asking = True
        answer = self._session.post(self._address, json={"seconds": 0}, timeout=10)
        self.is_asking = False
        self.now = datetime.fromisoformat(answer.json()["now"])


class Fate:
    """Counts the steps of a worker, and ends it at the one that was drawn.

    `only`: the place where it may be; of the writes only comments count there, which must not be repeated.
    """

    def __init__(self, steps: int, only: str, diary: Path, is_asking: Callable[[], bool]) -> None:
        self._left = steps
        self._only = only
        self._diary = diary
        self._is_asking = is_asking
        self._request = b""
        event.listen(Engine, "commit", lambda *_: self.step("before the commit of"))
        event.listen(Pool, "checkin", lambda *_: self.step("after"))
        sys.addaudithook(self._hear)

    def _hear(self, name: str, details: tuple[Any, ...]) -> None:
        if name == "http.client.send" and not self._is_asking():
            self.step("before a request of")
            head = bytes(details[1][:200]).split(b" HTTP/")[0]
            self._request = head if head.startswith(METHODS) else self._request  # else the body follows

    def step(self, what: str) -> None:
        """One step; the last one, perhaps."""
        if threading.current_thread() is not threading.main_thread():
            return
        place = f"{what} {_place(sys._getframe())}"
        if self._only and place != self._only:
            return
        if self._only == SAID and not COMMENTED.match(self._request):
            return
        self._left -= 1
        if self._left == 0:
            with self._diary.open("a") as diary:
                diary.write(f"{place}{': a comment' if self._only == SAID else ''}\n")
            os.kill(os.getpid(), signal.SIGKILL)


def _place(frame: FrameType | None) -> str:
    """The function of ours in which it happens, e.g. `follow_up.follow_up`."""
    while frame and not frame.f_code.co_filename.startswith(ROOMS):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}" if frame else "the queue"


def live(diary: Path, steps: int, only: str) -> None:
    """A worker's life; 0 steps: until it is told to stop."""
    known = settings.load()
    time = SandboxClock(known.api_url)
    context = open_context(known, now=lambda: time.now)

    def context_now() -> Context:
        time.look()
        return context

    work._context = context_now
    if steps:
        Fate(steps, only, diary, lambda: time.is_asking)
    context.bell.worker().work(logging_level="WARNING")


def main() -> None:
    """One worker after the other: as many as are to be killed, then one that lives."""
    diary, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    draw = random.Random(seed)
    child = 0

    def stop(*_: object) -> None:
        if child:
            os.kill(child, signal.SIGKILL)
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    for number in range(kills + 1):
        only = ("", "", SAID, DECIDED)[number % 4]
        steps = 0 if number == kills else draw.randint(1, 2 if only else 35)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            live(diary, steps, only)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
