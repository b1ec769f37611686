"""A release on a living database: `python -m tests.faults.live_release [--old COMMIT]`.

The web processes, workers and clock of an older commit are at work on a database with some 100,000 rows, somebody
else reads it for long, and this version's `flask --app app release` runs. No delivery may fail, none may wait long.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from adapters.ledger import Ledger
from adapters.ledger.release import current, newest
from tests.bench.figures import Figure, note
from tests.faults.fuzz import _settle
from tests.fuzz.fleet import FLASK, ROOT, Fleet, database, prepared
from tests.fuzz.home import Place, at_home, settle_in
from tests.fuzz.mutations import delivery
from tests.fuzz.wire import Tally, Wire

OLD = "2eb9df2"  # the last one at revision 0007, before the tables of the pace and the sweep
ROWS = 100_000
SENDERS = 3
READS = 4.0  # seconds, of somebody who looks at everything
BOUND = 5.0  # seconds for any answer: half of GitHub's patience

NUMBERS = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {rows})"
FILLED = (
    "INSERT INTO mentorships (repository_id, number, kind, program_id, newcomer_id, since, turn, step, merged, closed_at)"
    " {numbers} SELECT 7, n, 'pull', 7, n, {now}, 'mentor', 0, {false}, {now} FROM n",
    "INSERT INTO inbox (delivery, job, fields, received_at, due_at, attempts, done_at)"
    " {numbers} SELECT 'old-' || n, 'welcome', '{{}}', {now}, {now}, 1, {now} FROM n",
    "INSERT INTO outbox (key, verb, installation_id, repository_id, lane, urgency, payload, in_doubt, attempts,"
    " created_at, due_at, done_at)"
    " {numbers} SELECT 'old ' || n, 'comment', 7, 7, 'lane', 0, '{{}}', {false}, 1, {now}, {now}, {now} FROM n",
)


def main() -> int:
    """Both databases, or the one that is there; 0 if nothing failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--old", default=OLD)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--postgres", default=os.environ.get("LAMPLIGHTER_TEST_POSTGRES", ""))
    asked = parser.parse_args()
    problems, figures = [], []
    for server in dict.fromkeys(("", asked.postgres)):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            old = _checkout(folder / "old", asked.old)
            url = stack.enter_context(database(server, "lamplighter_release")) if server else ""
            ships = stack.enter_context(prepared(folder, url, released=False))
            found, figure = run(ships, old, asked.rows)
        print(figure.subject, figure.figure, figure.beside, *found[:20], sep="\n  ")
        problems += found
        figures.append(figure)
    note("release", figures)
    return 1 if problems else 0


def _checkout(folder: Path, commit: str) -> Path:
    """The files of an older commit."""
    folder.mkdir()
    files = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=folder, input=files, check=True)
    return folder


def run(ships: Fleet, old: Path, rows: int) -> tuple[list[str], Figure]:
    """Lets the older version work, and releases the newer one under it."""
    _release(ships, old)
    before = current(ships.ledger)
    _fill(ships.ledger, rows)
    ships.start_web("web-old", old)
    for name, command in (("worker-0", "worker"), ("worker-1", "worker"), ("clock-0", "clock")):
        ships.start(f"{name}-old", [*FLASK, command], old)
    ships.world.find_app().webhook_url = f"{ships.urls[0]}/webhooks"
    places = settle_in(ships.world, 2)
    assert ships.world.wait_delivered(60)
    problems = _settle(ships, "the beginning")
    load = _Load(ships.urls[0], places)
    load.begin()
    time.sleep(2)
    with _reader(ships.ledger):
        begun = time.monotonic()
        _release(ships, ROOT)
        took = time.monotonic() - begun
    time.sleep(2)
    tally = load.end()
    problems += _settle(ships, "the end") + ships.deaths() + ships.surprises()
    problems += [f"answered {one}" for one in tally.wrong]
    if tally.slowest > BOUND:
        problems.append(f"an answer took {tally.slowest:.1f} s")
    if current(ships.ledger) != newest():
        problems.append(f"the database is at {current(ships.ledger)}")
    figure = Figure(
        f"release from {before} to {newest()} under load on {ships.ledger.engine.dialect.name}",
        f"{sum(tally.answers.values())} deliveries, {len(tally.wrong)} failed, the slowest after {tally.slowest:.2f} s",
        f"{3 * rows} rows, a reader of {READS:.0f} s; the release took {took:.1f} s, with the start of Python",
    )
    return problems, figure


def _release(ships: Fleet, where: Path) -> None:
    done = subprocess.run(
        [*FLASK, "release"], cwd=where, env=ships.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]


def _fill(ledger: Ledger, rows: int) -> None:
    is_sqlite = ledger.engine.dialect.name == "sqlite"
    words = {"now": "'2026-01-01 00:00:00'", "false": "0" if is_sqlite else "false"}
    with ledger.write() as connection:
        for statement in FILLED:
            connection.execute(
                text(statement.format(numbers=NUMBERS.format(rows=rows), **words).replace(":", r"\:"))
            )


class _reader:
    """Somebody who reads all of a table in one transaction, as a backup does."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        with self._ledger.read() as connection, suppress(OperationalError):
            connection.exec_driver_sql("BEGIN")
            for table in ("mentorships", "mentors", "installations", "repositories"):
                connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            self._begun.set()
            time.sleep(READS)
            connection.exec_driver_sql("COMMIT")

    def __enter__(self) -> None:
        self._thread.start()
        self._begun.wait(20)

    def __exit__(self, *_: object) -> None:
        self._thread.join()


class _Load:
    """Deliveries that are kept, one after the other, over several connections."""

    def __init__(self, url: str, places: list[Place]) -> None:
        self._places = places
        self._wires = [Wire(f"{url}/webhooks") for _ in range(SENDERS)]
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, args=(n, one)) for n, one in enumerate(self._wires)
        ]

    def _send(self, number: int, wire: Wire) -> None:
        draw = Random(number)
        while not self._stop.wait(0.02):
            payload = at_home(
                {"action": "edited", "issue": {}, "changes": {}}, draw.choice(self._places), draw
            )
            payload |= {"action": "labeled", "label": {"name": "no such label"}}
            wire.send(delivery("issues", json.dumps(payload).encode(), right=frozenset({202})))

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> Tally:
        self._stop.set()
        whole = Tally()
        for thread, wire in zip(self._threads, self._wires, strict=True):
            thread.join()
            wire.close()
            whole.add(wire.tally)
        return whole


if __name__ == "__main__":
    sys.exit(main())
