"""Many at once: people, web servers, workers and clocks, on few threads: `python -m tests.faults.many`.

Commands, claims, closed pull requests, absences and pushes race through several web processes, workers and clocks.
Nothing may deadlock, happen twice or get lost, and on SQLite nobody may hear that the database is locked.
"""

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import text, update

from adapters.ledger import inbox, schema
from sandbox.records import Delivery
from tests.bench.figures import Figure, note
from tests.faults.fuzz import _settle
from tests.fuzz.crowd import Crowd, prepare
from tests.fuzz.fleet import Fleet, database, fleet
from tests.fuzz.mutations import delivery
from tests.fuzz.wire import Tally, Wire

CLIENTS = 4
TAKEN = frozenset({202})


def main() -> int:
    """Both databases, or the one that is there; 0 if nothing was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--acts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--postgres", default=os.environ.get("LAMPLIGHTER_TEST_POSTGRES", ""))
    asked = parser.parse_args()
    problems, figures = [], []
    for server in dict.fromkeys(("", asked.postgres)):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = stack.enter_context(database(server, "lamplighter_many")) if server else ""
            many = {"webs": 2, "workers": 4, "clocks": 2} if server else {}
            ships = stack.enter_context(fleet(folder, database_url=url, **many))
            found, figure = run(ships, asked.acts, asked.seed)
        print(figure.subject, figure.figure, figure.beside, *found[:20], sep="\n  ")
        problems += found
        figures.append(figure)
    note("many", figures)
    return 1 if problems else 0


def run(
    ships: Fleet, acts: int, seed: int, programs: int = 4, installations: int = 5
) -> tuple[list[str], Figure]:
    """Lets so much happen at once; what was wrong, and a line for the table."""
    crowd, told = prepare(ships.world, programs, installations, acts, seed)
    first = [one for one in told if one.event.startswith("installation")]
    tally = _send(ships.urls, first, seed)
    problems = _settle(ships, "the beginning")
    begun = time.monotonic()
    _digests_are_due(ships)
    tally.add(_send(ships.urls, [one for one in told if one not in first], seed))
    sent = time.monotonic() - begun
    problems += _settle(ships, "the end")
    took = time.monotonic() - begun
    problems += [f"answered {one}" for one in tally.wrong] + ships.deaths() + ships.surprises()
    problems += _parked(ships) + crowd.problems(ships.ledger)
    deadlocks = _deadlocks(ships)
    if deadlocks:
        problems.append(f"{deadlocks} deadlocks")
    return problems, _figure(ships, crowd, tally, sent, took, deadlocks, len(problems))


def _send(urls: list[str], told: list[Delivery], seed: int) -> Tally:
    """Each delivery once to thrice, nearly in order, through all web servers at once."""
    draw = Random(seed)
    sent = [(one.event, one.body, one.guid) for one in told for _ in range(draw.choice((1, 2, 3)))]
    order = sorted(range(len(sent)), key=lambda at: at + draw.uniform(0, 40))
    whole = Tally()
    with ThreadPoolExecutor(CLIENTS) as pool:
        jobs = [(urls[n % len(urls)], [sent[at] for at in order[n::CLIENTS]]) for n in range(CLIENTS)]
        for one in pool.map(_client, *zip(*jobs, strict=True)):
            whole.add(one)
    return whole


def _client(url: str, sent: list[tuple[str, bytes, str]]) -> Tally:
    wire = Wire(f"{url}/webhooks")
    for event, body, guid in sent:
        wire.send(delivery(event, body, guid, TAKEN))
    wire.close()
    return wire.tally


def _digests_are_due(ships: Fleet) -> None:
    """The weekly moment comes now, for every clock."""
    with ships.ledger.write() as connection:
        moment = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(schema.programs).values(digest_due_at=moment))


def _parked(ships: Fleet) -> list[str]:
    with ships.ledger.read() as connection:
        rows = inbox.troubles(connection, 1000)
    return [f"parked: {row.job}: {row.note}" for row in rows if row.parked_at]


def _deadlocks(ships: Fleet) -> int:
    """As PostgreSQL counted them; SQLite knows none."""
    if ships.ledger.engine.dialect.name != "postgresql":
        return 0
    time.sleep(1.5)  # its statistics come with a delay of up to a second
    with ships.ledger.read() as connection:
        asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(connection.execute(text(asked)).scalar_one())


def _figure(
    ships: Fleet, crowd: Crowd, tally: Tally, sent: float, took: float, deadlocks: int, problems: int
) -> Figure:
    names = [path.stem.split("-")[0] for path in ships.folder.glob("*-*.log")]
    kinds = ", ".join(f"{names.count(kind)} {kind}" for kind in ("web", "worker", "clock"))
    answers = sum(tally.answers.values())
    return Figure(
        f"{answers} deliveries at once, {kinds} on {ships.ledger.engine.dialect.name}",
        f"{deadlocks} deadlocks, {problems} problems in all",
        "lost, doubled or parked, a dead process, a deadlock: each would be one;"
        f" {crowd.programs} programs over {crowd.programs * crowd.installations} installations;"
        f" sent in {sent:.0f} s, handled in {took:.0f} s, slowest answer {tally.slowest:.1f} s",
    )


if __name__ == "__main__":
    sys.exit(main())
