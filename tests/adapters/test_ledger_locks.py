"""Locks on PostgreSQL: nobody waits in a circle, and the clock waits for nobody. SQLite has one writer at a time."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, insert, select, text

from adapters import delivery
from adapters import settings as environment
from adapters.context import Context, open_context
from adapters.github import Doubt, Suspended
from adapters.ledger import (
    Ledger,
    inbox,
    outbox,
    pace,
    people,
    places,
    programs,
    rebuilding,
    retention,
    sweeps,
    unsaying,
)
from adapters.ledger import schema as tables
from adapters.ledger.inbox import Asked
from adapters.ledger.pace import Remaining
from jobs import installation, reconcile, sweep, work
from jobs.decision import Row
from sandbox.world import World

pytestmark = pytest.mark.parametrize("released_url", ["postgresql"], indirect=True)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER, MUCH_LATER = NOW + timedelta(minutes=5), NOW + timedelta(days=100)
PROGRAM, OCTOCAT, WITHIN = 42, 7, 20
SOMEBODY_WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def _asked(*names: str) -> list[Asked]:
    return [Asked(name, "turns", 5, PROGRAM, 1, {"comment.user.id": OCTOCAT}) for name in names]


def _at_once(*works: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result(WITHIN)


@contextmanager
def _hasty(ledger: Ledger) -> Iterator[Connection]:
    """A transaction that is to wait for nobody: where it has to, it fails soon and says so."""
    with ledger.write() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '2s'"))
        yield connection


def _until_somebody_waits(ledger: Ledger) -> None:
    """Each look in a transaction of its own: within one PostgreSQL shows what it showed first."""
    somebody, deadline = False, time.monotonic() + WITHIN
    while not somebody:
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.01)
        with ledger.read() as connection:
            somebody = bool(connection.execute(SOMEBODY_WAITS).scalar())


def test_the_same_deliveries_in_another_order(ledger: Ledger) -> None:
    def keep(step: int, number: int) -> None:
        with ledger.write() as connection:
            inbox.keep(connection, _asked(*[f"{number}-{n}" for n in range(100)][::step]), NOW)

    for number in range(20):
        _at_once(lambda n=number: keep(1, n), lambda n=number: keep(-1, n))


def test_people_who_are_known_are_in_nobodys_way(ledger: Ledger) -> None:
    with ledger.write() as connection:
        people.see(connection, OCTOCAT, "octocat")

    def see() -> None:
        with _hasty(ledger) as connection:
            people.see(connection, OCTOCAT, "octocat")

    with ledger.write() as connection:
        people.see(connection, OCTOCAT, "octocat")
        _at_once(see)


def test_the_clock_passes_over_what_is_in_hand(ledger: Ledger) -> None:
    with ledger.write() as connection:
        mine, other = inbox.put(connection, _asked("mine", "other"), NOW)

    def ring() -> list[int]:
        with _hasty(ledger) as connection:
            return list(inbox.to_ring(connection, LATER))

    with ThreadPoolExecutor(1) as pool, ledger.write() as connection:
        inbox.finish(connection, mine, NOW)
        assert pool.submit(ring).result(WITHIN) == [other]


def test_the_clock_passes_over_a_repository_that_is_in_hand(ledger: Ledger) -> None:
    mine, other = 1, 2
    with ledger.write() as connection:
        for number in (mine, other):
            places.see_repository(connection, NOW, id=number, full_name=f"owner/{number}", installation_id=5)
            sweeps.hurry(connection, number, NOW)

    def take() -> list[int]:
        with _hasty(ledger) as connection:
            return [row.id for row in sweeps.take_due_repositories(connection, LATER, 20)]

    with ThreadPoolExecutor(1) as pool, ledger.write() as connection:
        sweeps.reconciled(connection, mine, NOW)
        assert pool.submit(take).result(WITHIN) == [other]
    assert take() == [mine]


def test_who_draws_another_row_in_a_crowd_holds_none_meanwhile(ledger: Ledger) -> None:
    with ledger.write() as connection:
        crowd = [Asked(f"guid-{installation}", "welcome", installation) for installation in (5, 6)]
        first, other = inbox.put(connection, crowd, NOW)
    assert first % 2, "the bell of the first one draws the other"

    def hear() -> object:
        with ledger.write() as connection:
            return inbox.claim_fairly(connection, first, LATER, ["welcome"])

    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            assert inbox.claim(connection, other, LATER)
            heard = pool.submit(hear)
            _until_somebody_waits(ledger)
            assert inbox.claim(connection, first, LATER)
        assert heard.result(WITHIN) is None


def test_who_is_forgotten_waits_for_no_decision_that_waits_for_them(ledger: Ledger) -> None:
    with ledger.write() as connection:
        programs.see(connection, PROGRAM, "Program", "1", NOW)
        row, other = inbox.put(connection, _asked("decided", "waiting"), NOW)
    holds = threading.Event()

    def decide() -> None:
        with ledger.write() as connection:
            inbox.finish(connection, row, NOW)
            holds.set()
            programs.lock(connection, PROGRAM)

    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            programs.lock(connection, PROGRAM)
            decided = pool.submit(decide)
            assert holds.wait(WITHIN)
            unsaying.erase_from_inbox(connection, OCTOCAT, ["octocat"], NOW)
        decided.result(WITHIN)
    with ledger.write() as connection:
        unsaying.erase_from_inbox(connection, OCTOCAT, ["octocat"], NOW, patient=True)
    with ledger.read() as connection:
        assert inbox.counts(connection)["waiting"] == 0
        assert inbox.counts(connection)["done"] == 2, other


# --- an installation, and what is left of its limits ----------------------------------------------


def _context(ledger: Ledger, folder: Path) -> Context:
    """A process that GitHub just told what is left for installation 5."""
    app = World().register_app()
    settings = environment.load(
        {
            "GITHUB_APP_ID": str(app.id),
            "GITHUB_PRIVATE_KEY": app.private_key_pem,
            "GITHUB_WEBHOOK_SECRET": "a secret of the tests",
            "LAMPLIGHTER_DATA_DIR": str(folder),
        }
    )
    context = replace(open_context(settings, now=lambda: NOW), ledger=ledger)
    told = {"limit": "5000", "remaining": "4999", "reset": str(int(LATER.timestamp()))}
    context.github.meter.read(5, {f"x-ratelimit-{name}": value for name, value in told.items()})
    return context


def _note_beside(ledger: Ledger, other: Callable[[], object]) -> None:
    """Notes a failure of GitHub's in an installation and then what is left there, while another is about to."""
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            pace.failed(connection, 5, NOW, 0.5)
            done = pool.submit(other)
            _until_somebody_waits(ledger)
            pace.note_remaining(connection, [Remaining(5, pace.CORE, 5000, 4998, LATER)], NOW)
        done.result(WITHIN)


def test_a_job_that_notes_that_github_answers_again_notes_what_is_left_last(
    ledger: Ledger, tmp_path: Path
) -> None:
    context = _context(ledger, tmp_path)
    row = Row(1, "guid", "turns", 1, NOW, {}, installation=5, repository=None, thread=None)
    with ledger.write() as connection:
        places.see_installation(connection, 5, NOW)
        pace.failed(connection, 5, NOW, 0.5)
    _note_beside(ledger, lambda: work._heed(context, row, was_failing=True))


def test_a_write_for_which_there_is_no_room_notes_what_is_left_last(ledger: Ledger, tmp_path: Path) -> None:
    context = _context(ledger, tmp_path)
    with ledger.write() as connection:
        places.see_installation(connection, 5, NOW)
        for _ in range(pace.WINDOWS[0].most):
            pace.wrote(connection, 5, NOW)
    _note_beside(ledger, lambda: delivery.deliver(context, 5))


# --- an installation, and then what is to be written there ----------------------------------------


def _ask_for(ledger: Ledger, key: str) -> int:
    """A write of installation 5; its id."""
    values = {"key": key, "verb": "comment", "lane": key, "urgency": 0, "payload": {}, "attempts": 0}
    values |= {"installation_id": 5, "repository_id": PROGRAM, "created_at": NOW, "due_at": NOW}
    with ledger.write() as connection:
        outbox.put(connection, values)
        row = outbox.state_of(connection, key)
    assert row
    return int(row.id)


def _begun(ledger: Ledger) -> Any:
    """A write of installation 5 that was asked for; GitHub failed there before."""
    _ask_for(ledger, "x")
    with ledger.write() as connection:
        places.see_installation(connection, 5, NOW)
        pace.failed(connection, 5, NOW, 0.5)
        return outbox.claim_next(connection, 5, NOW)


def _fill_the_windows(ledger: Ledger) -> None:
    with ledger.write() as connection:
        for _ in range(pace.WINDOWS[0].most):
            pace.wrote(connection, 5, NOW)


OUTCOMES: dict[str, Callable[[Context, Any], delivery.Outcome]] = {
    "done": lambda context, row: delivery._done(context, row, {}),
    "in doubt": lambda context, row: delivery._in_doubt(context, row, Doubt("a 502")),
    "suspended": lambda context, row: delivery._once_it_goes_on(context, row, Suspended("suspended")),
    "no room for the next": lambda context, row: delivery._park(context, row, "refused"),
}


@pytest.mark.parametrize("became", OUTCOMES)
def test_what_became_of_a_write_and_a_suspension_wait_in_no_circle(
    ledger: Ledger, tmp_path: Path, became: str
) -> None:
    context, row = _context(ledger, tmp_path), _begun(ledger)
    outcome = OUTCOMES[became](context, row)
    _fill_the_windows(ledger)

    def note() -> Any:
        return delivery._turn(context, 5, delivery._Lease(context, 5), outcome, in_time=True)

    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            pace.failed(connection, 5, NOW, 0.5)  # what a suspension touches first
            noted = pool.submit(note)
            _until_somebody_waits(ledger)
            places.suspend(connection, 5, NOW)
        assert noted.result(WITHIN) is None


def test_a_write_that_met_a_suspension_waits_as_long_as_all_others(ledger: Ledger, tmp_path: Path) -> None:
    context, row = _context(ledger, tmp_path), _begun(ledger)
    with ledger.write() as connection:
        delivery._once_it_goes_on(context, row, Suspended("suspended"))(connection)
        write = outbox.state_of(connection, "x")
    assert write and (write.due_at, write.attempts) == (NOW + places.LOOK_AGAIN, 0)


def test_the_end_of_an_installation_and_a_write_there_wait_in_no_circle(
    ledger: Ledger, tmp_path: Path
) -> None:
    context, write = _context(ledger, tmp_path), _begun(ledger)
    with ledger.write() as connection:
        (row_id,) = inbox.put(connection, [Asked("deleted", "installation", 5)], NOW)
    row = Row(row_id, "deleted", "installation", 1, NOW, {"action": "deleted"}, installation=5)
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            places.lock(connection, 5)
            ended = pool.submit(installation.installation, context, row)
            _until_somebody_waits(ledger)
            outbox.finish(connection, write.id, {}, NOW)
        ended.result(WITHIN)
    with ledger.read() as connection:
        standing = places.standing(connection, 5)
    assert standing and standing.removed_at == NOW


def test_an_installation_that_goes_on_passes_over_a_job_that_is_in_hand(ledger: Ledger) -> None:
    """The job may be about to count a failure of GitHub's in this very installation."""
    with ledger.write() as connection:
        places.see_installation(connection, 5, NOW)
        places.suspend(connection, 5, NOW)
        rows = inbox.put(connection, _asked("mine", "other"), NOW)
        for row in rows:
            inbox.postpone(connection, row, LATER, places.SUSPENDED)
    (mine, other), soon = rows, NOW + timedelta(minutes=1)

    def go_on() -> None:
        with _hasty(ledger) as connection:
            places.resume(connection, 5, soon)

    with ThreadPoolExecutor(1) as pool, ledger.write() as connection:
        inbox.postpone(connection, mine, LATER, "a 502")
        pool.submit(go_on).result(WITHIN)
        pace.failed(connection, 5, NOW, 0.5)
    with ledger.write() as connection:
        assert inbox.to_ring(connection, soon) == [other]


# --- repositories that are left -------------------------------------------------------------------


def _installed(ledger: Ledger, *numbers: int) -> None:
    with ledger.write() as connection:
        places.see_installation(connection, 5, NOW)
        for number in numbers:
            places.see_repository(connection, NOW, id=number, full_name=f"a/{number}", installation_id=5)


def _leave(ledger: Ledger, *numbers: int) -> None:
    with ledger.write() as connection:
        places.leave_repositories(connection, 5, numbers, NOW)


def test_repositories_are_left_in_the_order_of_their_ids(ledger: Ledger) -> None:
    """Where they are transferred meanwhile, they are seen one after the other in another transaction."""
    _installed(ledger, 2, 1)
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            places.see_repository(connection, NOW, id=1, full_name="b/1", installation_id=6)
            left = pool.submit(_leave, ledger, 2, 1)
            _until_somebody_waits(ledger)
            places.see_repository(connection, NOW, id=2, full_name="b/2", installation_id=6)
        left.result(WITHIN)
    with ledger.read() as connection:
        assert [places.installation_of(connection, number) for number in (1, 2)] == [6, 6]


def test_who_leaves_a_repository_and_who_writes_there_wait_in_no_circle(ledger: Ledger) -> None:
    """A delivery notes what became of one write, and claims another that may be an older one."""
    _installed(ledger, PROGRAM)
    older, newer = _ask_for(ledger, "older"), _ask_for(ledger, "newer")
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            places.lock(connection, 5)
            outbox.finish(connection, newer, {}, NOW)
            left = pool.submit(_leave, ledger, PROGRAM)
            _until_somebody_waits(ledger)
            claimed = outbox.claim_next(connection, 5, NOW)
            assert claimed
            assert claimed.id == older
        left.result(WITHIN)
    with ledger.read() as connection:
        assert outbox.waiting(connection) == 0


def test_who_leaves_a_repository_passes_over_a_job_that_is_in_hand(ledger: Ledger) -> None:
    """What it decides may be about to touch what we hold."""
    _installed(ledger, PROGRAM)
    with ledger.write() as connection:
        mine, other = inbox.put(connection, _asked("mine", "other"), NOW)

    def leave() -> None:
        with _hasty(ledger) as connection:
            places.leave_repositories(connection, 5, [PROGRAM], NOW)

    with ThreadPoolExecutor(1) as pool, ledger.write() as connection:
        inbox.finish(connection, mine, NOW)
        pool.submit(leave).result(WITHIN)
    with ledger.read() as connection:
        assert inbox.note_of(connection, mine) is None
        assert inbox.note_of(connection, other) == places.REMOVED


# --- several rows at once -------------------------------------------------------------------------


def _backwards(ledger: Ledger, **values: Any) -> None:
    """Writes 11 and 12 of a repository of installation 5; a look through the table meets the second one first."""
    _installed(ledger, PROGRAM)
    with ledger.write() as connection:
        for number in (12, 11):
            given = {
                "id": number,
                "key": f"repo 42 · thread {number} · refusal · person 7 · 1",
                "verb": "comment",
            }
            given |= {"lane": f"repo 42 · thread {number}", "urgency": 0, "payload": {"body": "@octocat"}}
            given |= {"installation_id": 5, "repository_id": PROGRAM, "attempts": 0}
            given |= {"created_at": NOW, "due_at": NOW}
            connection.execute(insert(tables.outbox).values(given | values))


def _touch(connection: Connection, number: int) -> None:
    connection.execute(text("UPDATE outbox SET delivery = 'touched' WHERE id = :id"), {"id": number})


PARKED: dict[str, Any] = {"parked_at": NOW, "note": "Repository was archived so is read-only."}
DONE: dict[str, Any] = {"done_at": NOW}
NO_KEY: dict[str, Any] = {"key": None, "lane": "repo 42 · thread 11"}


def _nothing(_connection: Connection) -> None:
    pass


def _nobodys(connection: Connection) -> None:
    connection.execute(text("UPDATE repositories SET installation_id = NULL"))


def _archived(connection: Connection) -> None:
    connection.execute(text("UPDATE repositories SET archived = true"))


def _see(connection: Connection, **values: Any) -> None:
    places.see_repository(connection, LATER, id=PROGRAM, full_name="a/42", **values)


def _adopt(connection: Connection) -> None:
    effect = {"key": "x", "verb": "comment", "lane": "repo 42 · thread 11", "urgency": 0, "payload": {}}
    effect |= {"installation_id": 5, "repository_id": PROGRAM, "attempts": 1, "result": {}}
    effect |= {"created_at": LATER, "due_at": NOW, "done_at": NOW}
    found: Any = SimpleNamespace(_mapping=effect, **effect)
    rebuilding.lock(connection, [found])
    rebuilding.adopt(connection, found)


def _end(connection: Connection) -> None:
    places.lock_all(connection, 5)
    outbox.end_all(connection, 5, NOW, places.REMOVED)


def _forget(connection: Connection) -> None:
    unsaying.lock(connection, OCTOCAT, ["octocat"], [])
    unsaying.erase_from_outbox(connection, ["octocat"], NOW)
    unsaying.said_to(connection, OCTOCAT)


Change = Callable[[Connection], object]

# What the writes are like, what happens before, and what changes them.
SEVERAL: dict[str, tuple[dict[str, Any], Change, Change]] = {
    "suspended": ({}, _nothing, lambda it: places.suspend(it, 5, NOW)),
    "going on": ({}, lambda it: places.suspend(it, 5, NOW), lambda it: places.resume(it, 5, NOW)),
    "allowed": (PARKED, _nothing, lambda it: outbox.unpark_all(it, 5, NOW)),
    "ended": ({}, _nothing, _end),
    "transferred": ({}, _nothing, lambda it: _see(it, installation_id=6)),
    "no longer archived": (PARKED, _archived, lambda it: _see(it, archived=False)),
    "left": ({}, _nothing, lambda it: places.leave_repositories(it, 5, [PROGRAM], NOW)),
    "forgotten": ({}, _nothing, _forget),
    "old": (DONE, _nothing, lambda it: retention.clean_outbox(it, MUCH_LATER, 0)),
    "nobody's": (DONE, _nobodys, lambda it: retention.unname(it, [PROGRAM], 0)),
    "found written": (NO_KEY, _nothing, _adopt),
}


@pytest.mark.parametrize("what", SEVERAL)
def test_several_writes_are_changed_in_the_order_of_their_ids(ledger: Ledger, what: str) -> None:
    values, before, change = SEVERAL[what]
    _backwards(ledger, **values)
    with ledger.write() as connection:
        before(connection)

    def do() -> None:
        with ledger.write() as connection:
            change(connection)

    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            _touch(connection, 11)
            done = pool.submit(do)
            _until_somebody_waits(ledger)
            _touch(connection, 12)
        done.result(WITHIN)


def test_a_transfer_and_a_turn_wait_in_no_circle(ledger: Ledger) -> None:
    """The turn notes what became of one write, and claims another: what is transferred meanwhile is passed over."""
    _installed(ledger, PROGRAM)
    older, newer = _ask_for(ledger, "first"), _ask_for(ledger, "second")

    def transfer() -> None:
        with ledger.write() as connection:
            _see(connection, installation_id=6)

    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            places.lock(connection, 5)
            outbox.finish(connection, newer, {}, NOW)
            moved = pool.submit(transfer)
            _until_somebody_waits(ledger)
            passed_over = outbox.claim_next(connection, 5, NOW)
        moved.result(WITHIN)
    assert passed_over is None
    with ledger.write() as connection:
        claimed = outbox.claim_next(connection, 6, NOW)
        assert claimed
        assert claimed.id == older


def test_a_turn_where_the_app_was_removed_waits_for_no_other_write(ledger: Ledger) -> None:
    _installed(ledger, PROGRAM)
    older, newer = _ask_for(ledger, "older"), _ask_for(ledger, "newer")

    def end() -> None:
        with _hasty(ledger) as connection:
            outbox.finish(connection, newer, {}, NOW)
            outbox.end_all(connection, 5, NOW, places.REMOVED)

    with ThreadPoolExecutor(1) as pool, ledger.write() as connection:
        _touch(connection, older)
        pool.submit(end).result(WITHIN)
        _touch(connection, newer)
    end()
    with ledger.read() as connection:
        assert outbox.waiting(connection) == 0


def _rewrite(connection: Connection, number: int, body: str) -> None:
    values = {
        "key": None,
        "replaces": f"rewrite {number}",
        "verb": "rewrite",
        "lane": str(number),
        "urgency": 0,
    }
    values |= {"payload": {"body": body}, "attempts": 0, "installation_id": 5, "repository_id": PROGRAM}
    outbox.put(connection, values | {"created_at": NOW, "due_at": NOW})


def test_a_decision_that_writes_anew_waits_for_no_suspension(ledger: Ledger) -> None:
    """It meets what waits in an order of its own; what somebody has in hand gets new words in a row behind it."""
    _installed(ledger, PROGRAM)
    with ledger.write() as connection:
        _rewrite(connection, 1, "older")
        _rewrite(connection, 2, "newer")

    def suspend() -> None:
        with ledger.write() as connection:
            places.suspend(connection, 5, NOW)

    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            _rewrite(connection, 2, "newest")
            suspended = pool.submit(suspend)
            _until_somebody_waits(ledger)
            _rewrite(connection, 1, "newest")
        suspended.result(WITHIN)
    with ledger.read() as connection:
        rows = connection.execute(select(tables.outbox).order_by(tables.outbox.c.id)).all()
    assert [(row.lane, row.payload["body"]) for row in rows] == [
        ("1", "older"),
        ("2", "newest"),
        ("1", "newest"),
    ]


# --- a place, and then what is to be written there ------------------------------------------------


class _Lists:
    """A GitHub that says which repositories an installation has: none."""

    def forget(self, _installation_id: int) -> None:
        pass

    def installation(self, _installation_id: int) -> "_Lists":
        return self

    def pages(self, _path: str) -> list[dict[str, Any]]:
        return [{"repositories": []}]


@pytest.mark.parametrize("action", ["unsuspend", "deleted"])
def test_what_an_installation_may_do_and_a_transfer_wait_in_no_circle(
    ledger: Ledger, tmp_path: Path, action: str
) -> None:
    context = replace(_context(ledger, tmp_path), github=cast(Any, _Lists()))
    _installed(ledger, 2, 1, PROGRAM)
    _ask_for(ledger, "x")
    with ledger.write() as connection:
        places.suspend(connection, 5, NOW)
        (row_id,) = inbox.put(connection, [Asked("guid", "installation", 5)], NOW)
    row = Row(row_id, "guid", "installation", 1, NOW, {"action": action}, installation=5)
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            places.join_program(connection, 1, None)
            places.join_program(connection, PROGRAM, None)
            done = pool.submit(installation.installation, context, row)
            _until_somebody_waits(ledger)
            places.join_program(connection, 2, None)
            _see(connection, installation_id=6)
        done.result(WITHIN)
    with ledger.read() as connection:
        write = outbox.state_of(connection, "x")
        assert places.installation_of(connection, PROGRAM) == 6
    assert write
    assert (write.installation_id, write.done_at) == (6, None)


def test_the_reading_of_a_repository_and_its_transfer_wait_in_no_circle(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading may write anew what waits there, and notes in the repository's row how far it came."""
    context, moment = _context(ledger, tmp_path), NOW - timedelta(hours=1)
    _installed(ledger, PROGRAM)
    with ledger.write() as connection:
        _rewrite(connection, 1, "older")
        (row_id,) = inbox.put(connection, [Asked("guid", "reconcile", 5, PROGRAM)], NOW)
    row = Row(row_id, "guid", "reconcile", 1, NOW, {}, installation=5, repository=PROGRAM)
    page = [(SimpleNamespace(updated_at=moment), "NONE")]
    monkeypatch.setattr(reconcile.reads, "changed_since", lambda *_: [page])
    monkeypatch.setattr(reconcile, "_damaged", lambda *_: set())
    monkeypatch.setattr(
        reconcile, "bring_together", lambda decision, *_: _rewrite(decision.connection, 1, "newer")
    )
    loaded: Any = SimpleNamespace(home=SimpleNamespace(id=PROGRAM))
    before: Any = SimpleNamespace(reconciled_until=moment, since=moment)

    def read() -> None:
        reconcile._read_changes(context, row, loaded, before, NOW)

    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            places.join_program(connection, PROGRAM, None)
            done = pool.submit(read)
            _until_somebody_waits(ledger)
            _see(connection, installation_id=6)
        done.result(WITHIN)
    with ledger.read() as connection:
        assert places.installation_of(connection, PROGRAM) == 6


def test_a_transfer_passes_over_a_job_that_is_in_hand(ledger: Ledger) -> None:
    """What it decides may be about to touch the repository, as a reading does."""
    _installed(ledger, PROGRAM)
    with ledger.write() as connection:
        mine, _ = inbox.put(connection, _asked("mine", "other"), NOW)

    def transfer() -> None:
        with _hasty(ledger) as connection:
            _see(connection, installation_id=6)

    with ThreadPoolExecutor(1) as pool, ledger.write() as connection:
        inbox.finish(connection, mine, NOW)
        pool.submit(transfer).result(WITHIN)
        sweeps.reconciled(connection, PROGRAM, NOW)
    with ledger.read() as connection:
        rows = connection.execute(select(tables.inbox).order_by(tables.inbox.c.id)).all()
    assert [row.installation_id for row in rows] == [5, 6]


# --- several repositories -------------------------------------------------------------------------


def _beside_who_sees_them(ledger: Ledger, other: Change) -> None:
    """Repositories 1 and 2 are seen by their ids, as an installation's are, while another transaction has both in view."""
    with ThreadPoolExecutor(1) as pool:

        def do() -> None:
            with ledger.write() as connection:
                other(connection)

        with ledger.write() as connection:
            places.see_repository(connection, NOW, id=1, full_name="b/1")
            done = pool.submit(do)
            _until_somebody_waits(ledger)
            places.see_repository(connection, NOW, id=2, full_name="b/2")
        done.result(WITHIN)


def test_repositories_are_hurried_in_the_order_of_their_ids(ledger: Ledger) -> None:
    _installed(ledger, 1, 2)
    lines = [
        {"guid": str(number), "repository_id": number, "event": "push", "action": None, "status": "failed"}
        for number in (2, 1)
    ]

    def note(connection: Connection) -> None:
        given = [one | {"status_code": 502, "id": 1, "redelivery": False} for one in lines]
        given = [one | {"delivered_at": NOW.isoformat()} for one in given]
        sweep._note_lines(cast(Any, SimpleNamespace(connection=connection, now=NOW)), given)

    _beside_who_sees_them(ledger, note)


def test_repositories_that_nobody_has_are_marked_in_the_order_of_their_ids(ledger: Ledger) -> None:
    _installed(ledger, 2, 1)
    with ledger.write() as connection:
        _nobodys(connection)
    _beside_who_sees_them(ledger, lambda connection: retention.leave(connection, NOW))
    with ledger.read() as connection:
        marked = [places.repository(connection, number) for number in (1, 2)]
    assert all(one and one.erase_at for one in marked)


# --- rows of the inbox ----------------------------------------------------------------------------


def test_who_is_forgotten_waits_for_no_decision_of_which_a_note_names_them(ledger: Ledger) -> None:
    with ledger.write() as connection:
        (row,) = inbox.put(connection, [Asked("guid", "turns", 5, PROGRAM, 1)], NOW)
        inbox.postpone(connection, row, NOW, "not there: /users/octocat")

    def forget() -> None:
        with _hasty(ledger) as connection:
            unsaying.erase_from_inbox(connection, OCTOCAT, ["octocat"], NOW)

    with ThreadPoolExecutor(1) as pool, ledger.write() as connection:
        inbox.postpone(connection, row, NOW, "not there: /users/octocat")
        pool.submit(forget).result(WITHIN)
    with ledger.write() as connection:
        unsaying.erase_from_inbox(connection, OCTOCAT, ["octocat"], NOW, patient=True)
        note = inbox.note_of(connection, row)
    assert note
    assert "octocat" not in note


def test_what_is_allowed_passes_over_a_job_that_is_in_hand(ledger: Ledger) -> None:
    """Whoever is being forgotten holds it, and may be about to touch the writes that are allowed with it."""
    with ledger.write() as connection:
        mine, other = inbox.put(connection, _asked("mine", "other"), NOW)
        for row in (mine, other):
            inbox.park(connection, row, NOW, "Refused: no")

    def allow() -> list[int]:
        with _hasty(ledger) as connection:
            return inbox.unpark_refused(connection, 5, NOW)

    with ThreadPoolExecutor(1) as pool, ledger.write() as connection:
        inbox.note(connection, mine, "Refused: no")
        assert pool.submit(allow).result(WITHIN) == [other]


@pytest.mark.parametrize("what", ["old", "nobody's"])
def test_what_goes_leaves_the_inbox_in_the_order_of_the_ids(ledger: Ledger, what: str) -> None:
    """A night's walk and the end of an installation may meet the same moments and deliveries."""
    _installed(ledger, PROGRAM)
    with ledger.write() as connection:
        _nobodys(connection)
        for number, delivery in ((2, f"clock:digest:{PROGRAM}:x"), (1, "guid")):
            given = {"id": number, "delivery": delivery, "job": "digest", "fields": {}, "attempts": 1}
            given |= {"received_at": NOW, "due_at": NOW, "done_at": NOW, "repository_id": PROGRAM}
            connection.execute(insert(tables.inbox).values(given))

    def drop() -> None:
        with ledger.write() as connection:
            if what == "old":
                retention.clean_inbox(connection, MUCH_LATER, 0)
            else:
                retention.unname(connection, [PROGRAM], 0)

    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as connection:
            inbox.note(connection, 1, "touched")
            done = pool.submit(drop)
            _until_somebody_waits(ledger)
            inbox.note(connection, 2, "touched")
        done.result(WITHIN)
    with ledger.read() as connection:
        rows = connection.execute(select(tables.inbox)).all()
    assert [(row.id, row.repository_id, row.note) for row in rows] == [(1, None, None)]
