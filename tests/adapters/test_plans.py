"""What the digest, the clock and the choice of a mentor read does not grow with history.

Each reading is done on a ledger with little history and again with ten times as much, and what the database did
for it is counted: SQLite's instructions, and the rows that PostgreSQL touched. Times would say less, and less surely.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event, insert, text

from adapters.ledger import (
    Ledger,
    availability,
    claims,
    front_door,
    gauges,
    inbox,
    invitations,
    mentorships,
    outbox,
    programs,
    sweeps,
    weeks,
)
from adapters.ledger import schema as tables
from adapters.queue import CAN_WAIT, QUEUES
from jobs import clock

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, LONG_AGO = timedelta(days=1), datetime(2025, 1, 1, tzinfo=UTC)
PROGRAM, HERE, MENTORS = 1, 42, 50
LITTLE, MUCH = 500, 5000
SOME = 300  # rows or instructions: less is no growth, where history has grown by thousands

Reading = Callable[[Connection], Any]

READINGS: dict[str, Reading] = {
    "the clock: whatever is due": lambda it: list(clock.moments(it, NOW)),
    "the clock: mentorships": lambda it: mentorships.due(it, NOW),
    "the clock: invitations": lambda it: invitations.to_remind(it, NOW),
    "the clock: ends of absences": lambda it: availability.ends_due(it, NOW),
    "the clock: rows to ring for": lambda it: inbox.to_ring(it, NOW),
    "the clock: writes to ring for": lambda it: outbox.installations_to_ring(it, NOW),
    "the clock: repositories to read again": lambda it: sweeps.take_due_repositories(it, NOW, 20),
    "the worker: the next write": lambda it: outbox.claim_next(it, 5, NOW),
    "the front door: is it ours": lambda it: front_door.OURS.ask(it, repository_id=HERE, number=3),
    "the front door: may be a claimant": lambda it: claims.may_be_claimant(it, HERE, 100_003),
    "the digest: who came": lambda it: weeks.begun(it, PROGRAM, NOW - 7 * DAY),
    "the digest: who waits": lambda it: weeks.waiting(it, PROGRAM),
    "the digest: what was handed over": lambda it: weeks.handed_over(it, PROGRAM, NOW - 7 * DAY),
    "the digest: what was released": lambda it: weeks.released(it, PROGRAM, NOW - 7 * DAY),
    "the digest: what was merged": lambda it: weeks.merged(it, PROGRAM, NOW - 7 * DAY),
    "the digest: the last weeks": lambda it: weeks.lately(it, PROGRAM, NOW - 56 * DAY),
    "the digest: what is taken": lambda it: weeks.taken(it, PROGRAM),
    "the digest: starter issues": lambda it: mentorships.open_starters(it, PROGRAM),
    "the digest: the one before": lambda it: programs.last_digest(it, PROGRAM),
    "matching: loads": lambda it: mentorships.loads(it, PROGRAM, range(1, MENTORS + 1)),
    "matching: loads of issues": lambda it: mentorships.issue_loads(it, PROGRAM),
    "matching: what changed": lambda it: mentorships.changed_for(it, PROGRAM, NOW - DAY),
    "matching: whose words changed": lambda it: programs.changed_for(it, PROGRAM, NOW - DAY),
    "matching: words": lambda it: programs.statements(it, PROGRAM, [3]),
    "claims: which are free": lambda it: claims.free(it, PROGRAM),
    "claims: who holds one": lambda it: claims.holder(it, HERE, 3),
    "claims: whose pull request": lambda it: claims.of_pull(it, HERE, 3),
    "claims: a pull request about it": lambda it: claims.pull_about(it, HERE, 3),
    "claims: who is helped": lambda it: claims.helped_on(it, HERE, 3),
    "claims: somebody's": lambda it: claims.open_of(it, PROGRAM, 100_003),
    "availability: whom a mentor helps": lambda it: mentorships.open_of(it, PROGRAM, 3),
    "the gauges: rows of the inbox": lambda it: gauges.rows_by_job(it),
    "the gauges: writes": lambda it: gauges.rows_by_verb(it),
    "the gauges: who waits longest": lambda it: gauges.waits_since(it),
    "re-homing: all that is open": lambda it: mentorships.open_in(it, PROGRAM),
    "a new file: all that is open is looked at": lambda it: mentorships.rouse(it, PROGRAM, NOW),
}

URGENT = [job for job in QUEUES if job not in CAN_WAIT]
IN_TURN: dict[str, Reading] = {
    "the worker: whose turn it is": lambda it: inbox._oldest_of_each(it, NOW, URGENT),
    "the worker: whose turn it is, of what can wait": lambda it: inbox._oldest_of_each(it, NOW, CAN_WAIT),
}


def test_no_reading_grows_with_history(ledger: Ledger) -> None:
    with ledger.write() as connection:
        _present(connection)
        _past(connection, range(LITTLE))
    with_little = _measured(ledger, READINGS)
    with ledger.write() as connection:
        _past(connection, range(LITTLE, MUCH))
    assert _grown(with_little, _measured(ledger, READINGS)) == {}


def test_whose_turn_it_is_costs_no_more_in_a_longer_backlog(ledger: Ledger) -> None:
    with ledger.write() as connection:
        _backlog(connection, range(LITTLE))
    with_little = _measured(ledger, IN_TURN)
    with ledger.write() as connection:
        _backlog(connection, range(LITTLE, MUCH))
    assert _grown(with_little, _measured(ledger, IN_TURN)) == {}


def test_what_reads_history_is_noticed(ledger: Ledger) -> None:
    """The measure itself: a reading of everything that ever was."""

    def everything(connection: Connection) -> None:
        connection.execute(text("SELECT count(answer_by) FROM mentorships WHERE program_id = 1"))

    with ledger.write() as connection:
        _past(connection, range(LITTLE))
    few = _work(ledger, everything)
    with ledger.write() as connection:
        _past(connection, range(LITTLE, MUCH))
    assert _work(ledger, everything) > 4 * few


# --- what the database does -----------------------------------------------------------------------


def _grown(few: dict[str, float], many: dict[str, float]) -> dict[str, tuple[float, float]]:
    return {name: (few[name], many[name]) for name in few if many[name] > few[name] + SOME}


def _measured(ledger: Ledger, readings: dict[str, Reading]) -> dict[str, float]:
    if ledger.engine.dialect.name == "postgresql":  # which does so by itself, now and then; SQLite does not
        with ledger.read() as connection:
            connection.execute(text("ANALYZE"))
    return {name: _work(ledger, reading) for name, reading in readings.items()}


def _work(ledger: Ledger, reading: Reading) -> float:
    """How much the database does for it; whatever it writes is taken back."""
    count = _rows_touched if ledger.engine.dialect.name == "postgresql" else _instructions
    with ledger.engine.connect() as connection:
        work = count(connection, reading)
        connection.rollback()
    return work


def _instructions(connection: Connection, reading: Reading) -> float:
    each, steps = 10, 0

    def step() -> int:
        nonlocal steps
        steps += each
        return 0

    reading(connection)  # so that reading the schema is not counted
    raw: Any = connection.connection.driver_connection
    raw.set_progress_handler(step, each)
    try:
        reading(connection)
    finally:
        raw.set_progress_handler(None, 0)
    return steps


def _rows_touched(connection: Connection, reading: Reading) -> float:
    with _heard(connection) as statements:
        reading(connection)
    connection.rollback()
    touched = 0.0
    for statement, values in statements:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar()
        touched += _touched(plan[0]["Plan"])  # type: ignore[index]
    return touched


@contextmanager
def _heard(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    statements: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        statements.append((statement, values))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", hear)


def _touched(node: dict[str, Any]) -> float:
    removed = sum(count for name, count in node.items() if name.startswith("Rows Removed"))
    here: float = (node["Actual Rows"] + removed) * node["Actual Loops"]
    return here + sum(_touched(one) for one in node.get("Plans", ()))


# --- the ledger -----------------------------------------------------------------------------------


def _present(connection: Connection) -> None:
    """What is open, and what happened this week: as much before and after."""
    connection.execute(
        insert(tables.programs).values(id=PROGRAM, name="Observatory", since=LONG_AGO, version="v1")
    )
    people = range(1, MENTORS + 1)
    _add(connection, tables.mentors, [{"program_id": PROGRAM, "person_id": one} for one in people])
    ours = range(-20, 0)
    connection.execute(insert(tables.installations).values(id=5, since=LONG_AGO))
    _add(connection, tables.mentorships, [_mentorship(n, NOW - DAY) | {"due_at": NOW} for n in ours])
    _add(connection, tables.starters, [_starter(n, NOW - DAY) for n in ours])
    _add(connection, tables.claims, [_claim(n, NOW - DAY) for n in range(-20, -10)])
    _add(connection, tables.inbox, [_row(n) for n in ours])
    _add(connection, tables.outbox, [_write(n) for n in ours])


def _past(connection: Connection, numbers: range) -> None:
    """What is over, long ago."""
    over = {"closed_at": LONG_AGO, "changed_at": LONG_AGO}
    handed = {"handed_over_at": LONG_AGO, "tried": []}
    _add(connection, tables.mentorships, [_mentorship(n, LONG_AGO) | over | handed for n in numbers])
    _add(connection, tables.starters, [_starter(n, LONG_AGO) | {"closed_at": LONG_AGO} for n in numbers])
    released = {"released_at": LONG_AGO, "released_why": "linked"}
    _add(connection, tables.claims, [_claim(n, LONG_AGO) | released | {"pull_number": n} for n in numbers])
    _add(connection, tables.inbox, [_row(n) | {"done_at": LONG_AGO, "fields": {}} for n in numbers])
    _add(connection, tables.outbox, [_write(n) | {"done_at": LONG_AGO} for n in numbers])
    wins = [
        {
            "program_id": PROGRAM,
            "person_id": n,
            "repository_id": HERE,
            "number": n,
            "text": "x",
            "said_at": LONG_AGO,
        }
        for n in numbers
    ]
    _add(connection, tables.wins, wins)
    answered = [
        {
            "program_id": PROGRAM,
            "cohort": f"{n // 100}",
            "person_id": n,
            "issue_key": f"{n // 10}",
            "comment_key": f"{n}",
            "state": "accepted",
            "asked_at": LONG_AGO,
        }
        for n in numbers
    ]
    _add(connection, tables.invitations, answered)


def _backlog(connection: Connection, numbers: range) -> None:
    """What waits or was put off: of several jobs and places, and of none."""
    jobs, places = ("welcome", "configuration", "turns"), (5, 6, 7, None)
    rows = [_row(n) | {"job": jobs[n % 3], "installation_id": places[n % 4]} for n in numbers]
    for n, row in zip(numbers, rows, strict=True):
        due_at = NOW + DAY if n % 5 == 0 else NOW - DAY + timedelta(seconds=n)
        row |= {"due_at": due_at, "rung_at": NOW - timedelta(minutes=1)}
    _add(connection, tables.inbox, rows)


def _add(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(table), rows)


def _mentorship(n: int, since: datetime) -> dict[str, Any]:
    return {
        "repository_id": HERE,
        "number": n,
        "program_id": PROGRAM,
        "newcomer_id": 100_000 + n,
        "mentor_id": n % MENTORS + 1,
        "second_id": (n + 1) % MENTORS + 1 if n % 5 == 0 else None,
        "starter_number": n,
        "since": since,
        "turn_since": since,
    }


def _starter(n: int, since: datetime) -> dict[str, Any]:
    mine = {"repository_id": HERE, "number": n, "program_id": PROGRAM, "mentor_id": n % MENTORS + 1}
    return mine | {"kind": "labelled", "since": since}


def _claim(n: int, at: datetime) -> dict[str, Any]:
    mine = {"repository_id": HERE, "number": n, "program_id": PROGRAM, "person_id": 100_000 + n}
    return mine | {"claimed_at": at}


def _row(n: int) -> dict[str, Any]:
    moments = {"received_at": LONG_AGO, "due_at": LONG_AGO}
    return {
        "delivery": f"guid {n}",
        "job": "turns",
        "fields": {},
        "repository_id": HERE,
        "thread": n,
    } | moments


def _write(n: int) -> dict[str, Any]:
    where = {"installation_id": 5, "repository_id": HERE, "lane": f"thread {n}"}
    moments = {"created_at": LONG_AGO, "due_at": LONG_AGO}
    return {"key": f"k {n}", "verb": "comment", "urgency": 0, "payload": {}} | where | moments
