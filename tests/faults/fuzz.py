"""Broken webhooks, a hundred thousand of them, at the real processes: `python -m tests.faults.fuzz`.

What is sent are GitHub's published examples, moved into a world of small programs and broken in every way that we
know and that hypothesis comes up with. Each has to be answered as it should, each row has to end done or parked
with its reason, no process may die, no error may be logged that stands with no row, and GitHub may see nothing odd.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import and_, func, or_, select

from adapters.ledger import inbox, schema
from sandbox.world import World
from tests.bench.figures import Figure, note
from tests.contracts import fetch, recorder
from tests.contracts.published import Published
from tests.fuzz.fleet import Fleet, database, fleet
from tests.fuzz.home import settle_in
from tests.fuzz.mutations import CANARY, too_large
from tests.fuzz.plans import Source, odd_values, plan
from tests.fuzz.wire import Tally, Wire
from tests.journeys.house import BOT, MARKER

CLIENTS = 2
PROGRAMS = 40
STUCK = 240.0  # seconds without any progress; what failed is tried again after a minute or two
MANY = 10  # attempts: nothing that GitHub answers is tried so often
SOON = timedelta(minutes=20)  # what waits longer waits for a limit or a moment, not because it failed


def main() -> int:
    """One run; 0 if nothing was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--payloads", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--postgres", default=os.environ.get("LAMPLIGHTER_TEST_POSTGRES", ""))
    parser.add_argument("--keep", type=Path, help="a folder for logs and data that stays")
    asked = parser.parse_args()
    if not fetch.is_fetched():
        sys.exit(recorder.MISSING)
    print(f"seed {asked.seed}, {asked.payloads} payloads, {'PostgreSQL' if asked.postgres else 'SQLite'}")
    with (
        _folder(asked.keep) as folder,
        _database(asked.postgres) as url,
        fleet(folder, database_url=url, webs=1, workers=2) as ships,
    ):
        problems = run(ships, asked.payloads, asked.seed)
    print(*problems[:40], sep="\n")
    print(f"{len(problems)} failures" if problems else "Nothing failed.")
    return 1 if problems else 0


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # what a disk takes is measured elsewhere
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@contextmanager
def _database(server: str) -> Iterator[str]:
    if not server:
        yield ""
        return
    with database(server, "lamplighter_fuzz") as url:
        yield url


def run(ships: Fleet, payloads: int, seed: int) -> list[str]:
    """Sends so many payloads and waits for their end; what was wrong."""
    examples = list(Published(fetch.HERE).examples())
    places = settle_in(ships.world, PROGRAMS)
    assert ships.world.wait_delivered(120)
    _settle(ships, "the beginning")
    before = len(ships.world.requests)
    source = Source(examples, places, odd_values(1000, seed))
    begun = time.monotonic()
    tally = send(ships.urls[0], source, payloads, seed)
    sent = time.monotonic() - begun
    print(f"sent in {sent:.0f} s: {dict(tally.answers)}, the slowest answer after {tally.slowest:.1f} s")
    problems = [f"answered {one}" for one in tally.wrong] + _settle(ships, "the end")
    took = time.monotonic() - begun
    problems += _rows(ships) + ships.surprises() + ships.deaths() + unexpected(ships.world, before)
    _note(ships, tally, sent, took, len(problems))
    return problems


def send(url: str, source: Source, payloads: int, seed: int) -> Tally:
    """Sends the payloads from several processes at once."""
    each = payloads // CLIENTS
    with get_context("spawn").Pool(CLIENTS) as pool:
        tallies = pool.starmap(_client, [(url, source, each, seed + n) for n in range(CLIENTS)])
    whole = Tally()
    for one in tallies:
        whole.add(one)
    return whole


def _client(url: str, source: Source, payloads: int, seed: int) -> Tally:
    draw, wire = Random(seed), Wire(url)
    wire.send(too_large("push"))
    sent = 1
    while sent < payloads:
        for one in plan(source, draw):
            wire.send(one)
            sent += 1
    wire.close()
    return wire.tally


def _settle(ships: Fleet, what: str) -> list[str]:
    """Waits until everything is done that does not wait by design; what was still under way then."""
    ended, since = -1, time.monotonic()
    while waiting := _waiting(ships):
        if (now_ended := _ended(ships)) > ended:
            ended, since = now_ended, time.monotonic()
        elif time.monotonic() > since + STUCK:
            return [f"after {what}, {sum(waiting.values())} rows still wait: {waiting.most_common(8)}"]
        time.sleep(1)
    return []


def _ended(ships: Fleet) -> int:
    """How many rows of the inbox and the outbox are done or parked."""
    with ships.ledger.read() as connection:
        over = [
            select(func.count()).where(or_(table.c.done_at.is_not(None), table.c.parked_at.is_not(None)))
            for table in (schema.inbox, schema.outbox)
        ]
        return sum(connection.execute(one).scalar_one() for one in over)


def _waiting(ships: Fleet) -> Counter[str]:
    """Rows of the inbox and the outbox that are due, or failed and are tried again soon; by their reason."""
    found: Counter[str] = Counter()
    now = datetime.now(UTC)
    with ships.ledger.read() as connection:
        for table in (schema.inbox, schema.outbox):
            tried = and_(table.c.attempts > 0, table.c.due_at <= now + SOON)
            due = or_(table.c.due_at <= now, tried)  # what goes on later by design counts no attempt
            waits = (table.c.done_at.is_(None), table.c.parked_at.is_(None), due)
            counted = select(table.c.note, func.count()).where(*waits).group_by(table.c.note)
            for why, count in connection.execute(counted):
                found[f"{table.name}: {why}"] += count
    return found


def _rows(ships: Fleet) -> list[str]:
    """Rows that ended without a reason, were tried often, or wait for ever."""
    rows, writes = schema.inbox, schema.outbox
    late = datetime.now(UTC) + timedelta(days=1)
    with ships.ledger.read() as connection:
        mute = connection.execute(select(rows).where(rows.c.parked_at.is_not(None), rows.c.note.is_(None)))
        found = [f"parked without a reason: {one.delivery} {one.job}" for one in mute]
        ours = connection.execute(
            select(rows).where(rows.c.parked_at.is_not(None), ~_is_foreseen(rows.c.note))
        )
        found += [f"a mistake of ours: {one.delivery} {one.job}: {one.note}" for one in ours]
        for table in (rows, writes):
            often = select(table).where(table.c.attempts >= MANY)
            found += [f"{table.name} {one.id}: {one.attempts} attempts" for one in connection.execute(often)]
            open_ = (table.c.done_at.is_(None), table.c.parked_at.is_(None), table.c.due_at > late)
            found += [
                f"{table.name} {one.id} waits: {one.note}"
                for one in connection.execute(select(table).where(*open_))
            ]
        parked = connection.execute(
            select(writes.c.verb, writes.c.note).where(writes.c.parked_at.is_not(None))
        )
        found += [f"a write is parked: {one.verb}: {one.note}" for one in parked]
    return found


def _is_foreseen(reason: Any) -> Any:
    """Whether a row was parked since GitHub never sends such a thing, or since GitHub refused."""
    return or_(reason.startswith("Lacking: "), reason.startswith("Refused: "))


# --- what GitHub saw ------------------------------------------------------------------------------

CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def unexpected(world: World, since: int = 0) -> list[str]:
    """What stands on GitHub that should not: an effect twice, a text of ours with somebody's words let loose."""
    found: list[str] = []
    effects: Counter[str] = Counter()
    for repository in world.repositories.values():
        for thread in repository.threads.values():
            ours = [comment.body for comment in thread.comments if comment.author == BOT]
            for text in [*ours, *([thread.body or ""] if thread.author == BOT else [])]:
                markers = MARKER.findall(text)
                effects.update(markers)
                if len(markers) != 1:
                    found.append(f"{len(markers)} markers: {text[:300]}")
                if f"@{CANARY}" in CODE.sub("", text) or f"{CANARY}/repo#1" in CODE.sub("", text):
                    found.append(f"somebody is mentioned: {text[:300]}")
            mine = {
                login for login in thread.assignees if "mentor-" not in login and "newcomer-" not in login
            }
            found += [f"{login} is assigned to {thread.title}" for login in sorted(mine)]
            found += [f"label {label!r}" for label in thread.labels if not _is_known(label)]
    found += [f"said {times} times: {effect}" for effect, times in effects.items() if times > 1]
    return found + recorder.request_problems(world.requests[since:])


def _is_known(label: str) -> bool:
    return (
        label in {"good first issue", "code"}
        or re.fullmatch(r"mentor: (mentor|graduate)-\d+(-[ab])?", label) is not None
    )


# --- what came out --------------------------------------------------------------------------------


def _note(ships: Fleet, tally: Tally, sent: float, took: float, failures: int) -> None:
    with ships.ledger.read() as connection:
        counts = inbox.counts(connection)
        rows = schema.inbox
        parked = connection.execute(select(rows.c.note).where(rows.c.parked_at.is_not(None))).scalars().all()
    reasons = Counter(_kind(str(reason)) for reason in parked)
    total = sum(tally.answers.values())
    answers = ", ".join(f"{status or 'hung up'}: {count}" for status, count in sorted(tally.answers.items()))
    print(f"{counts} · writes {len(ships.world.writes())} · parked by reason:")
    print(*(f"  {count:6} {reason}" for reason, count in reasons.most_common(40)), sep="\n")
    beside = f"{ships.ledger.engine.dialect.name}, 1 web server, 2 workers, 1 clock"
    note(
        "fuzz",
        [
            Figure("broken webhooks sent", f"{total}", beside),
            Figure("answers", answers, f"the slowest after {tally.slowest:.1f} s"),
            Figure(
                "sent per second; handled to the end per second", f"{total / sent:.0f}; {total / took:.0f}"
            ),
            Figure("rows done; parked with a reason", f"{counts['done']}; {counts['parked']}"),
            Figure("5xx, dead processes, unparked failures, odd effects on GitHub", f"{failures}"),
        ],
    )


def _kind(reason: str) -> str:
    """A reason without what is different each time."""
    return re.sub(r"'.*'|\d+", "…", reason)[:110]


if __name__ == "__main__":
    sys.exit(main())
