"""A worker that is killed between any two steps, again and again: the month ends the same."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import func, or_, select

from adapters.ledger import inbox, schema
from jobs import clock
from sandbox.server import serve
from tests.journeys.house import MARKER, PATIENCE, House, environment_of, open_house
from tests.journeys.month import Player, open_world, untrue_labels
from tests.journeys.programs import HOME
from tests.journeys.story import Mentor, Newcomer, Says, Story
from tests.journeys.worker import DECIDED, SAID

ROOT = Path(__file__).parents[2]
ON_BOTH = True
BEGINS = datetime(2037, 11, 2, 8, tzinfo=UTC)  # ahead of every machine's clock, as in `busy_month`
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KILLS, SEED = 26, 7  # the month may be over before
OVER = inbox.CLAIM + timedelta(seconds=1)  # then the claim of a dead worker has passed, and its lease, too

FILE = """\
program: Djangonaut Space
organizers: [monalisa]
starter_issues: 0
digest: off
cohorts:
  - name: Session 4
    starts: 2037-08-01
    ends: 2037-10-01
    invite: false
    members:
      - {login: octocat, mentoring: agreed, capacity: 1}
      - {login: hubot, mentoring: agreed}
      - {login: grace, mentoring: agreed}
"""
STORY = Story(
    BEGINS,
    23 * DAY,
    FILE,
    (Mentor("octocat", answers=5 * HOUR), Mentor("hubot"), Mentor("grace")),
    (
        Newcomer("newcomer-one", "Mon 2 Nov 12:00", "Sort the moons"),
        Newcomer("newcomer-two", "Tue 3 Nov 12:00", "Index the stars"),
        Newcomer("newcomer-three", "Tue 3 Nov 15:00", "Dim the display", goes_on=9 * HOUR),
    ),
    (
        Says("Mon 2 Nov 10:00", "monalisa", opens="The moon is missing", labels=("good first issue",)),
        Says("Mon 2 Nov 14:00", "newcomer-four", "The moon", "/mentor claim"),
        Says("Fri 6 Nov 18:00", "newcomer-two", "Index", "/mentor next"),
        Says("Mon 9 Nov 18:00", "hubot", "The moon", "/mentor away 5 days"),
    ),
)


class Workers:
    """Settles the house by a worker of its own process, whatever becomes of it."""

    def __init__(self, house: House, diary: Path) -> None:
        self.house = house
        self.diary = diary
        self.killed = 0

    def settle(self, patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not self._is_quiet():
            self._leave_alone(0.3)
            assert time.monotonic() < deadline, self.house.troubles()

    def _is_quiet(self) -> bool:
        """Whether everything that is due is done. The clock lives on, and rings for what was left behind."""
        assert self.house.world.wait_delivered(10)
        rung = clock.tick(self.house.context)
        return not rung and not self._waiting() and self.house.world.wait_delivered(10)

    def _leave_alone(self, seconds: float) -> None:
        """Until the work is done, but not for long; over the dead, time passes."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._waiting():
            deaths = len(self.diary.read_text().splitlines())
            if deaths > self.killed:
                self.killed = deaths
                self.house.advance(OVER)
                return
            time.sleep(0.02)

    def _waiting(self) -> int:
        now = self.house.context.now()
        with self.house.context.ledger.read() as connection:
            return sum(
                connection.execute(
                    select(func.count()).where(
                        table.c.done_at.is_(None),
                        table.c.parked_at.is_(None),
                        or_(table.c.attempts > 0, table.c.due_at <= now),
                    )
                ).scalar_one()
                for table in (schema.inbox, schema.outbox)
            )


@dataclass
class Ended:
    """How a month ended."""

    threads: dict[str, Any]
    ledger: dict[str, Any]
    effects: Counter[str]
    diary: list[str]
    timeline: list[str]


def play(folder: Path, redis_url: str, database_url: str, kills: int) -> Ended:
    """The month, with so many workers killed on the way."""
    with Redis.from_url(redis_url) as connection:
        connection.flushall()
    world, diary, timeline = open_world(STORY), folder / "diary", []
    diary.touch()
    with serve(world), open_house(folder / "data", redis_url, database_url, world=world) as house:
        player = Player(house, STORY, tell=timeline.append)
        with _nursery(house, diary, kills) if kills else nullcontext(house.settle) as player.settle:
            player.play()
        assert house.parked() == []
        assert house.repeated() == []
        assert untrue_labels(house) == []
        return Ended(
            _threads(house), _ledger(house), _effects(house), diary.read_text().splitlines(), timeline
        )


@contextmanager
def _nursery(house: House, diary: Path, kills: int) -> Iterator[Callable[[], None]]:
    """Workers who die one after the other; how to settle by them."""
    command = [sys.executable, "-m", "tests.journeys.worker", str(diary), str(kills), str(SEED)]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ) | environment_of(house))
    try:
        yield Workers(house, diary).settle
    finally:
        process.terminate()
        process.wait(30)


def _threads(house: House) -> dict[str, Any]:
    """What people see, but for addresses of this machine and the ids of comments."""

    def text(body: str) -> str:
        return re.sub(r"\d{9,}", "…", body.replace(house.world.base_url, ""))

    return {
        thread.title: {
            "state": (thread.state, thread.merged),
            "labels": sorted(thread.labels),
            "assignees": sorted(thread.assignees),
            "comments": [(one.author, text(one.body), one.reactions) for one in thread.comments],
        }
        for thread in house.world.issues(HOME)
    }


def _ledger(house: House) -> dict[str, Any]:
    """The rows that matter, without moments: each death moves the clock by a minute."""
    kept = {
        schema.mentorships: "number kind newcomer_id mentor_id second_id tried turn step merged starter_number",
        schema.claims: "number person_id released_why assigned",
        schema.starters: "number mentor_id kind",
        schema.notes: "number kind count",
        schema.reminders: "person_id",
        schema.mentors: "person_id away_how",
        schema.greetings: "person_id number",
    }
    ends = ("closed_at", "answered_at", "dropped_at", "away_until")
    found: dict[str, Any] = {}
    with house.context.ledger.read() as connection:
        for table, names in kept.items():
            rows = connection.execute(select(table)).mappings().all()
            there = [name for name in ends if name in table.c]
            found[table.name] = sorted(
                str([row[name] for name in names.split()] + [row[name] is not None for name in there])
                for row in rows
            )
    return found


def _effects(house: House) -> Counter[str]:
    """How often each comment was written, those that were taken back later included."""
    bodies = (str((one.body or {}).get("body")) for one in house.world.writes(HOME) if one.method == "POST")
    return Counter(marker for body in bodies for marker in MARKER.findall(body))


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, valkey: str) -> Ended:
    """The month in which nobody is killed."""
    return play(tmp_path_factory.mktemp("calm"), valkey, "", kills=0)


def test_the_month_ends_the_same(calm: Ended, tmp_path: Path, valkey: str, released_url: str) -> None:
    killed = play(tmp_path, valkey, released_url, KILLS)
    print(*calm.timeline, *killed.diary, sep="\n")
    assert len(killed.diary) >= 18
    assert killed.threads == calm.threads
    assert killed.ledger == calm.ledger
    assert killed.effects == calm.effects
    assert set(killed.effects.values()) == {1}
    for step in ("before the commit of", "after", "before a request of"):
        assert any(place.startswith(step) for place in killed.diary)
    # Between GitHub's write and our note of it, and between the ledger's decision and the delivery.
    assert {f"{SAID}: a comment", DECIDED} <= set(killed.diary)
