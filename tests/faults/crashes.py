"""Kills the real processes again and again while events stream in: `python -m tests.faults.crashes`, `make crashes`.

A calm round of all scenes says how each ends. Then SIGKILL: at seeded random moments, and at each named step of
the way of a webhook and of a scheduled job. After the last one everything must be as in the calm round, each
effect once, within two minutes.
"""

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import kill
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from adapters.ledger import Ledger, schema
from sandbox.records import Delivery
from sandbox.registration import register
from sandbox.server import serve
from sandbox.world import World
from tests.bench.figures import FOLDER, Figure, note
from tests.faults import machines as running
from tests.faults.fate import STEPS, Orders
from tests.faults.machines import Machines
from tests.faults.scenes import KINDS, Scene
from tests.journeys.house import SECRET

KEPT = "It will be handled."
RECOVERY = 120.0  # seconds after the last kill, at most
SWEPT = 900.0  # seconds more for what GitHub could not hand over: the App looks every five minutes
TRIES = 4  # of an order that nobody carried out
ORDERS = 3  # steps at which somebody is to die next
REDELIVER = 1.0  # seconds between two looks at GitHub's log
DATABASES = {"sqlite": running.embedded, "postgresql": running.procfile}


@dataclass
class Plan:
    """How much is killed: so many at random moments, so many seconds apart, and each step so often."""

    kills: int = 200
    seed: int = 1
    apart: tuple[float, float] = (1.0, 5.0)
    steps: tuple[tuple[str, str], ...] = STEPS
    step_times: int = 2
    kinds: tuple[str, ...] = tuple(KINDS)
    hurry: float = 1.0
    recovery: float = RECOVERY
    victims: tuple[str, ...] = ()  # in this order; default: whatever runs there, drawn
    at_once: int = 10  # scenes under way
    patience: float = 90.0  # seconds until somebody comes to a step
    button: bool = True  # whether lost deliveries are redelivered by hand, or left to the App's own sweep


@dataclass
class Report:
    """What came of it."""

    killed: Counter[str] = field(default_factory=Counter)
    at_steps: Counter[tuple[str, str]] = field(default_factory=Counter)
    never_met: list[tuple[str, str]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    kept: int = 0
    handled: int = 0
    scenes: int = 0
    effects: int = 0
    recovery: float = 0.0
    slowest: float = 0.0
    seconds: float = 0.0
    troubles: list[str] = field(default_factory=list)
    timeline: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.killed.total() + self.at_steps.total()


class Run:
    """The world, the processes and the stream of scenes."""

    def __init__(self, world: World, machines: Machines, plan: Plan, tell: Callable[[str], None]) -> None:
        self.world, self.machines, self.plan, self._tell = world, machines, plan, tell
        self.random = random.Random(plan.seed)
        self.ledger = Ledger(machines.database_url)
        self.orders = Orders(machines.folder / "orders")
        self.report = Report()
        self.scenes: list[Scene] = []
        self._begun = time.monotonic()
        self._looked_at = 0.0
        self._in_a_hurry = True
        self._app = world.find_app()

    # -- the stream ------------------------------------------------------------------------------------

    def calm(self) -> dict[str, Any]:
        """Each kind of scene once, while nobody dies: how it ends."""
        self._begin(*self.plan.kinds)
        self._until(self._is_done, 180.0, "the calm round does not end")
        self.tell("the calm round is over")
        return {scene.kind: scene.ending() for scene in self.scenes}

    def storm(self) -> None:
        """Events stream, and somebody dies every moment."""
        steps = [step for step in self.plan.steps for _ in range(self.plan.step_times)]
        self.random.shuffle(steps)
        kinds = self._kinds()
        victims, orders = self._victims(), dict[tuple[str, str], float]()
        left, next_kill, victim = self.plan.kills, 0.0, next(victims)
        while left or steps or orders:
            self._turn(kinds)
            now = time.monotonic()
            steps = self._look_at(orders, now) + steps  # again, when somebody may come there
            if steps and len(orders) < ORDERS and steps[-1] not in orders:
                orders[steps[-1]] = now + self.plan.patience
                self.orders.give(*steps.pop())
            if left and now >= next_kill and self._may_kill(now - next_kill) and self._kill(victim):
                left, victim = left - 1, next(victims)
                next_kill = now + self.random.uniform(*self.plan.apart)

    def _may_kill(self, late: float) -> bool:
        """Half of them die whatever happens, the others once all are up: else there were few steps to die at."""
        return self._in_a_hurry or late > self.plan.apart[1] or self.machines.is_ready()

    def _look_at(self, orders: dict[tuple[str, str], float], now: float) -> list[tuple[str, str]]:
        """Takes back the orders to whose step nobody came for long; those that are to be tried again."""
        again = []
        for order, until in list(orders.items()):
            if self.orders.is_open(*order) and now < until:
                continue
            del orders[order]
            if not self.orders.withdraw(*order):
                self._died_at(*order)
            else:
                self.report.never_met.append(order)
                again += [order] if self.report.never_met.count(order) < TRIES else []
        return again

    def _kinds(self) -> Iterator[str]:
        """The kinds in a drawn order, over and over."""
        while True:
            yield from self.random.sample(self.plan.kinds, len(self.plan.kinds))

    def _victims(self) -> Iterator[str]:
        """Who dies next, in a drawn order in which each has its turn."""
        roles = self.machines.roles()
        while True:
            yield from self.plan.victims or self.random.sample(roles, len(roles))

    def _turn(self, kinds: Iterator[str] | None = None) -> None:
        """A moment in which people do things, and GitHub's log is looked at."""
        if kinds and sum(not scene.is_over for scene in self.scenes) < self.plan.at_once:
            self._begin(next(kinds))
        for scene in self.scenes:
            self._app.webhook_url = f"{self.random.choice(self.machines.urls)}/webhooks"
            scene.go_on()
        if time.monotonic() - self._looked_at > REDELIVER:
            self._looked_at = time.monotonic()
            self._redeliver()
        time.sleep(0.05)

    def _begin(self, *kinds: str) -> None:
        for kind in kinds:
            self.scenes.append(Scene(self.world, kind, len(self.scenes) + 1, self._make_digest_due))

    def _redeliver(self) -> None:
        """Presses the button for each delivery that got no 2xx, as long as somebody is there to take it."""
        if self.plan.button and self.machines.is_ready():
            for one in self._failed():
                self.report.refused[one.status] += 1
                self.world.redeliver(one.id)

    def _failed(self) -> list[Delivery]:
        """The last try of each delivery that failed whenever it was tried."""
        with self.world.lock:
            last = {one.guid: one for one in self.world.deliveries}
            good = {one.guid for one in self.world.deliveries if one.status == "OK"}
        return [one for guid, one in last.items() if guid not in good and one.status != "pending"]

    def _make_digest_due(self, program_id: int) -> bool:
        programs = schema.programs
        try:
            with self.ledger.write() as connection:
                changed = connection.execute(
                    update(programs)
                    .where(programs.c.id == program_id, programs.c.digest_due_at.is_not(None))
                    .values(digest_due_at=datetime.now(UTC))
                )
        except SQLAlchemyError:
            return False
        return changed.rowcount == 1

    # -- death -----------------------------------------------------------------------------------------

    def _kill(self, role: str) -> bool:
        """False while there is none: it is just being started again."""
        pids = self.machines.pids(role)
        if not pids:
            return False
        self._in_a_hurry = self.random.random() < 0.5
        with suppress(ProcessLookupError):
            kill(self.random.choice(pids), signal.SIGKILL)
        self.report.killed[role] += 1
        self.tell(f"killed: {role}")
        return True

    def _died_at(self, role: str, step: str) -> None:
        self.report.at_steps[role, step] += 1
        self.tell(f"killed: {role}, {step}")

    # -- the end ---------------------------------------------------------------------------------------

    def recover(self) -> None:
        """After the last kill: until everything is done."""
        begun = time.monotonic()
        self.tell("the last kill; everything is left alone from here on")
        is_done = self._is_done if self.plan.button else self._is_quiet
        self._until(is_done, self.plan.recovery, "it did not recover in time")
        self.report.recovery = time.monotonic() - begun
        if not self.plan.button:
            self._until(self._is_done, SWEPT, "what GitHub could not hand over was not recovered in time")
            self.tell("what GitHub could not hand over was recovered")

    def _is_done(self) -> bool:
        return self._is_over() and not self._failed() and self._is_quiet()

    def _until(self, condition: Callable[[], bool], patience: float, trouble: str) -> None:
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                self.report.troubles.append(trouble)
                self.report.troubles += self._waiting_for()
                return
            self._turn()

    def _is_over(self) -> bool:
        return all(scene.is_over for scene in self.scenes) and self.world.wait_delivered(0.1)

    def _is_quiet(self) -> bool:
        """Whether no row waits, and everybody is up."""
        if not self.machines.is_ready():
            return False
        try:
            with self.ledger.read() as connection:
                return not any(
                    connection.execute(select(func.count()).where(*which)).scalar() for _, which in _waiting()
                )
        except SQLAlchemyError:
            return False

    def _waiting_for(self) -> list[str]:
        found = [f"{scene.owner} is not over" for scene in self.scenes if not scene.is_over]
        found += [f"delivery {one.guid}, {one.event}: {one.status}" for one in self._failed()]
        with self.ledger.read() as connection:
            for table, which in _waiting():
                rows = connection.execute(select(table).where(*which).limit(20)).mappings()
                found += [str({name: row[name] for name in _TOLD if name in row}) for row in rows]
        return found

    def verify(self, calm: dict[str, Any]) -> None:
        """Fills the report with everything that is not as it should be."""
        found, report = self.report.troubles, self.report
        report.scenes = len(self.scenes)
        for scene in self.scenes:
            ending = scene.ending()
            if ending != calm[scene.kind]:
                found += [
                    f"{scene.owner} ended otherwise: {one}" for one in _differences(calm[scene.kind], ending)
                ]
            report.effects += scene.markers().total()
            found += [f"{times} times: {what}" for what, times in scene.markers().items() if times > 1]
        never = {step for step in report.never_met if not report.at_steps[step]}
        found += [f"nobody came to: {role}, {step}" for role, step in sorted(never)]
        self._verify_deliveries()
        with self.ledger.read() as connection:
            for table in (schema.inbox, schema.outbox):
                rows = connection.execute(select(table).where(table.c.parked_at.is_not(None))).mappings()
                found += [f"parked: { ({name: row[name] for name in _TOLD if name in row}) }" for row in rows]
            report.slowest = _slowest(connection)
        report.seconds = time.monotonic() - self._begun

    def _verify_deliveries(self) -> None:
        """Each that was answered 2xx with the promise to handle it has rows, and they are done."""
        with self.world.lock:
            good = {one.guid: one for one in self.world.deliveries if one.status == "OK"}
        kept = {guid: one for guid, one in good.items() if KEPT in one.response}
        with self.ledger.read() as connection:
            rows = connection.execute(select(schema.inbox.c.delivery, schema.inbox.c.done_at)).all()
        known = {row.delivery for row in rows}
        undone = {row.delivery for row in rows if row.done_at is None}
        self.report.accepted, self.report.kept = len(good), len(kept)
        self.report.handled = len(kept.keys() & (known - undone))
        lost = [one for guid, one in kept.items() if guid in undone or guid not in known]
        self.report.troubles += [
            f"accepted and not handled: {one.event} {one.action} {one.guid}" for one in lost
        ]

    def tell(self, words: str) -> None:
        line = f"{time.monotonic() - self._begun:7.1f} s  {words}"
        self.report.timeline.append(line)
        self._tell(line)


_TOLD = ("id", "delivery", "job", "verb", "lane", "attempts", "due_at", "claimed_until", "note")


def _waiting() -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Rows that should be done by now, in the inbox and in the outbox."""
    now = datetime.now(UTC)
    for table in (schema.inbox, schema.outbox):
        undone = (table.c.done_at.is_(None), table.c.parked_at.is_(None))
        yield table, (*undone, or_(table.c.due_at <= now, table.c.attempts > 0))


def _slowest(connection: Any) -> float:
    """The longest that a delivery's row took from its acceptance, in seconds."""
    inbox = schema.inbox
    rows = connection.execute(
        select(inbox.c.received_at, inbox.c.done_at).where(
            inbox.c.done_at.is_not(None), inbox.c.note.is_(None), inbox.c.job != "welcome"
        )
    )
    return max(((row.done_at - row.received_at).total_seconds() for row in rows), default=0.0)


def _differences(wanted: Any, found: Any, where: str = "") -> list[str]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [
            line
            for key in sorted({*wanted, *found})
            for line in _differences(wanted.get(key), found.get(key), f"{where}/{key}")
        ]
    return [] if wanted == found else [f"{where}: {found!r}, not {wanted!r}"]


def crash(
    database: str, plan: Plan, folder: Path, tell: Callable[[str], None] = lambda _line: None
) -> Report:
    """One run on SQLite with `python app.py`, or on PostgreSQL with the processes of the Procfile."""
    with (
        open_world() as (world, url),
        DATABASES[database](world.find_app(), url, folder, plan.hurry) as machines,
    ):
        run = Run(world, machines, plan, tell)
        try:
            calm = run.calm()
            if not run.report.troubles:
                run.storm()
                run.recover()
                run.verify(calm)
        finally:
            run.ledger.close()
        return run.report


@contextmanager
def open_world() -> Iterator[tuple[World, str]]:
    world = World()
    with serve(world) as server:
        register(world, SECRET)
        yield world, server.url


def summary(database: str, report: Report) -> str:
    """The table at the end."""
    lines = [f"{'killed':<14} {'when':<44} times"]
    lines += [
        f"{role:<14} {'at a random moment':<44} {times}" for role, times in sorted(report.killed.items())
    ]
    lines += [f"{role:<14} {step:<44} {report.at_steps[role, step]}" for role, step in STEPS]
    lines += [""] + [f"{figure.subject:<60} {figure.figure}" for figure in figures(database, report)]
    lines += [f"not accepted at first: {why} ({times})" for why, times in report.refused.items()]
    return "\n".join(lines)


def figures(database: str, report: Report) -> list[Figure]:
    """What the README's table says of it."""
    how = {"sqlite": "`python app.py`, SQLite", "postgresql": "Procfile, PostgreSQL"}[database]
    doubles = sum("times:" in one for one in report.troubles)
    return [
        Figure(
            f"{how}: kills (SIGKILL)", f"{report.kills}", f"{report.at_steps.total()} of them at named steps"
        ),
        Figure(f"{how}: accepted deliveries handled", f"{report.handled} of {report.kept}"),
        Figure(f"{how}: effects seen twice", f"{doubles} of {report.effects}"),
        Figure(f"{how}: recovered after the last kill", f"{report.recovery:.0f} s", "at most 120 s"),
        Figure(
            f"{how}: longest from acceptance to done, while being killed",
            f"{report.slowest:.0f} s",
            "a row whose workers are killed again and again; welcomes apart, some of which wait by design",
        ),
    ]


def _of_other_runs(noted: list[Figure]) -> list[Figure]:
    """What was noted on the other database."""
    with suppress(OSError, ValueError):
        known = [Figure(**one) for one in json.loads((FOLDER / "crashes.json").read_text())["figures"]]
        return [one for one in known if one.subject not in {figure.subject for figure in noted}]
    return []


def main() -> int:
    """One run, or one on each database; 0 if nothing was lost or done twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.crashes", description=__doc__)
    parser.add_argument(
        "--kills", type=int, default=200, help="at random moments, besides those at each step"
    )
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--database", choices=DATABASES, help="default: both, as far as they are there")
    parser.add_argument("--keep", action="store_true", help="keep the logs")
    parser.add_argument("--steps", type=int, default=2, help="how often somebody dies at each step")
    parser.add_argument("--sweep", action="store_true", help="leave lost deliveries to the App's own sweep")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = [asked.database] if asked.database else list(DATABASES)
    if not asked.database and running.postgres_binaries() is None:
        print("PostgreSQL is not installed: only SQLite is tried.")
        wanted.remove("postgresql")
    noted, failed = [], 0
    for database in wanted:
        print(f"\n{database}, seed {asked.seed}")
        folder = Path(tempfile.mkdtemp(prefix="crash"))
        try:
            plan = Plan(asked.kills, asked.seed, step_times=asked.steps, button=not asked.sweep)
            report = crash(database, plan, folder, print)
        finally:
            if asked.keep:
                print(f"The logs are in {folder}.")
            else:
                shutil.rmtree(folder, ignore_errors=True)
        print(f"\n{summary(database, report)}")
        for trouble in report.troubles:
            print(f"NOT AS IT SHOULD BE: {trouble}")
        noted += figures(database, report)
        failed += bool(report.troubles)
    note("crashes", [*_of_other_runs(noted), *noted])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
