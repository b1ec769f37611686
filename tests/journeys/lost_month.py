"""Plays the busy month and loses the database in it, again and again: `python -m tests.journeys.lost_month`.

The same script without a loss gives the same month, so that the two timelines can be compared.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from adapters.valkey import PrivateValkey
from jobs.rebuild import rebuild
from sandbox.server import serve
from tests.bench.figures import Figure, note
from tests.journeys.busy_month import DAY, MONTH
from tests.journeys.house import House, open_house
from tests.journeys.losses import decided, lose
from tests.journeys.month import Player, open_world, untrue_labels
from tests.journeys.programs import HOME
from tests.journeys.story import Story

LOST_ON = (2, 4, 7, 9, 11, 13, 16, 18, 20, 23, 26, 28)  # days of the month
_CLOCK = re.compile(r"\d\d:\d\d  ")


class Loser(Player):
    """A player who loses the database on some days, has it rebuilt, and goes on as if nothing had happened."""

    def __init__(
        self, house: House, story: Story, lost_on: Sequence[int] = (), tell: Callable[[str], None] = print
    ) -> None:
        super().__init__(house, story, tell)
        self.lost_at = [story.begins + day * DAY for day in lost_on]
        self.wrong: list[
            str
        ] = []  # what a dry run found where there should be nothing, or what was not put back
        self.threads = self.put_right = 0
        self.seconds: list[float] = []

    def _go_on(self, ends: datetime) -> None:
        super()._go_on(ends)
        while self.lost_at and self.now >= self.lost_at[0]:
            self._lose(self.lost_at.pop(0))

    def _lose(self, at: datetime) -> None:
        writes = len(self.world.writes())
        self._must_be_whole(f"{at:%a %d} before")
        before = decided(self.house)
        lose(self.house)
        begun = time.perf_counter()
        outcome = rebuild(self.house.context, HOME, dry_run=False)
        self.seconds.append(time.perf_counter() - begun)
        self.threads += outcome.threads
        self.put_right += len(outcome.lines)
        after = decided(self.house)
        self.wrong += [
            f"{at:%a %d}: {name} is not what it was" for name in before if before[name] != after[name]
        ]
        self._must_be_whole(f"{at:%a %d} after")
        if len(self.world.writes()) != writes:
            self.wrong.append(f"{at:%a %d}: GitHub was written to")
        self._settle()

    def _must_be_whole(self, when: str) -> None:
        found = rebuild(self.house.context, HOME, dry_run=True)
        self.wrong += [f"{when}: {line}" for line in (*found.lines, *found.problems)]


def play(folder: Path, queue: str, lost_on: Sequence[int]) -> tuple[Loser, list[str], list[str]]:
    """The month, its timeline without the times of day, and whatever is not as it should be."""
    world, timeline = open_world(MONTH), list[str]()
    with serve(world), open_house(folder, queue, world=world) as house:
        player = Loser(house, MONTH, lost_on, tell=lambda line: timeline.append(_CLOCK.sub("", line)))
        player.play()
        wrong = [*player.wrong, *house.parked(), *house.repeated(), *untrue_labels(house)]
    return player, timeline, wrong


def main() -> int:
    argparse.ArgumentParser(prog="python -m tests.journeys.lost_month", description=__doc__).parse_args()
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        queue = opened.enter_context(PrivateValkey(folder / "queue")).url
        _, usual, troubles = play(folder / "usual", queue, ())
        player, lost, wrong = play(folder / "lost", queue, LOST_ON)
    for line in sorted(set(usual) ^ set(lost)):
        print(f"{'only without a loss' if line in usual else 'only with losses'}: {line}")
    for trouble in (*troubles, *wrong):
        print(f"Not as it should be: {trouble}")
    took = max(player.seconds)
    figures = [
        Figure(
            "the database lost and rebuilt in a busy month",
            f"{len(LOST_ON)} times",
            f"{player.threads} threads read",
        ),
        Figure("what was put back", f"{player.put_right} facts", f"{len(wrong)} wrong, {took:.1f} s at most"),
    ]
    note("rebuild", figures)
    print(
        f"{len(LOST_ON)} losses, {player.put_right} facts put back, {len(wrong)} wrong; {took:.1f} s at most."
    )
    return 1 if wrong or troubles else 0


if __name__ == "__main__":
    sys.exit(main())
