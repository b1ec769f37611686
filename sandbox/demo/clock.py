"""One clock for the demo and all processes of the App in it, which can be moved: so weeks pass in a minute.

The App knows nothing of it: its processes import `moved/sitecustomize.py` before anything of theirs.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

CHECKOUT = Path(__file__).parent.parent.parent
MOVED = Path(__file__).parent / "moved"
LOOK_EVERY = 0.05  # seconds
AS_GOOD_AS_NONE = 0.0005  # seconds


class Clock:
    """A file that says how many seconds ahead of the machine's clock everybody is."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._moved = follow(file)

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in order to go by this clock."""
        return {"PYTHONPATH": f"{MOVED}:{CHECKOUT}", "SANDBOX_CLOCK": str(self.file)}

    def move(self, moment: datetime) -> None:
        """Moves everybody to this moment, which is still to come."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(moment.timestamp() - time_machine.escape_hatch.time.time()))
        fresh.replace(self.file)  # at once: nobody reads half a number
        keep_up(self._moved, self.file)


def follow(file: Path) -> time_machine.Traveller:
    """Moves this process's clock as the file says, now and from now on."""
    moved = time_machine.travel(datetime.now(UTC), tick=True).start()
    keep_up(moved, file)
    threading.Thread(target=keep_following, args=(moved, file), daemon=True).start()
    return moved


def keep_following(moved: time_machine.Traveller, file: Path) -> None:
    while True:
        time.sleep(LOOK_EVERY)
        keep_up(moved, file)


def keep_up(moved: time_machine.Traveller, file: Path) -> None:
    """Compared with the machine's own clock: to processes milliseconds apart, what is due for one is not for another."""
    wanted = float(file.read_text()) if file.exists() else 0.0
    missing = wanted - (time.time() - time_machine.escape_hatch.time.time())
    if abs(missing) > AS_GOOD_AS_NONE:
        moved.shift(timedelta(seconds=missing))
