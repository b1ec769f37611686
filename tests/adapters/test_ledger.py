"""The ledger: the same on SQLite and on PostgreSQL, also when several write at once."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Dialect, inspect, literal, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from adapters.ledger import (
    Ledger,
    front_door,
    inbox,
    invitations,
    leases,
    mentorships,
    notes,
    outbox,
    pace,
    people,
    places,
    programs,
    reminders,
)
from adapters.ledger import release as releases
from adapters.ledger.engine import Question
from adapters.ledger.inbox import Asked
from adapters.ledger.schema import inbox as inbox_table
from adapters.ledger.schema import metadata
from adapters.ledger.schema import outbox as outbox_table

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WELCOME = Asked("guid-1", "welcome", 5, 42, 13, {"pull_request.user.id": 7})


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    """One transaction, for tests that need no second; it is taken back."""
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


# --- the tables -----------------------------------------------------------------------------------


# SQLite's reflection knows no index on an expression; `test_what_is_looked_up_often_has_an_index` sees it used.
no_reflection = pytest.mark.filterwarnings("ignore:.*expression-based index")


@no_reflection
def test_the_migrations_make_the_tables_of_the_schema(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@no_reflection
def test_the_migrations_make_its_indexes_and_conditions(ledger: Ledger) -> None:
    functional = {
        "ix_inbox_in_turn",
        "ix_people_login",
        "ix_repositories_name",
    }  # which SQLite does not tell of
    found = inspect(ledger.engine)
    for table in metadata.sorted_tables:
        indexes = {index["name"] for index in found.get_indexes(table.name)} - {None}
        assert {index.name for index in table.indexes} - functional <= indexes, table.name
        assert set(found.get_pk_constraint(table.name)["constrained_columns"]) == {
            column.name for column in table.primary_key
        }
        optional = {column["name"] for column in found.get_columns(table.name) if column["nullable"]}
        assert optional == {column.name for column in table.columns if column.nullable}, table.name


LOOKED_UP = {
    "ix_repositories_name": "SELECT id FROM repositories WHERE lower(full_name) = 'a/b'",
    "ix_outbox_replaces": (
        "UPDATE outbox SET payload = '{}' WHERE replaces = 'x' AND done_at IS NULL AND parked_at IS NULL"
    ),
    "ix_invitations_issue": "SELECT state FROM invitations WHERE issue_key = 'x'",
}


@pytest.mark.parametrize("index", LOOKED_UP)
def test_what_is_looked_up_often_has_an_index(connection: Connection, index: str) -> None:
    if connection.dialect.name == "postgresql":  # its plans for an empty table say nothing
        plan = connection.execute(text("SELECT indexname FROM pg_indexes")).all()
    else:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {LOOKED_UP[index]}")).all()
    assert index in str(plan)


def test_a_database_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "lamplighter.db"
    ledger = Ledger(f"sqlite:///{file}")
    with ledger.write():
        modes = {one.name: one.stat().st_mode & 0o777 for one in file.parent.iterdir()}
    ledger.close()
    assert modes == {"lamplighter.db": 0o600, "lamplighter.db-wal": 0o600, "lamplighter.db-shm": 0o600}


class Interrupted(Question):
    """A question that is still being answered when the ledger is closed."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(literal(True))
        self.ledger = ledger

    def ask_driver(self, connection: Any, dialect: Dialect, values: dict[str, int]) -> bool:
        self.asked_on = connection
        self.ledger.close()
        return super().ask_driver(connection, dialect, values)


def test_a_connection_that_comes_back_to_a_closed_ledger_is_closed_too(ledger: Ledger) -> None:
    opened = Ledger(ledger.url)
    question = Interrupted(opened)
    assert opened.ask(question)
    with pytest.raises(Exception, match="closed"):
        question.asked_on.execute("SELECT 1")


def test_a_release_may_come_twice(ledger: Ledger) -> None:
    assert releases.release(ledger) == releases.current(ledger) == releases.newest()


def test_before_the_release_there_is_no_revision(database_url: str) -> None:
    opened = Ledger(database_url)
    assert releases.current(opened) is None
    opened.close()


RELEASE = """
import sys
from adapters.ledger import Ledger
from adapters.ledger.release import release
print(release(Ledger(sys.argv[1])))
"""


def test_two_releases_at_once_run_one_after_the_other(database_url: str) -> None:
    command = [sys.executable, "-c", RELEASE, database_url]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate(timeout=60)[0].strip() for process in running]
    assert said == [releases.newest()] * 3


def test_a_release_makes_the_folder_of_a_sqlite_file(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'not' / 'there' / 'ledger.db'}")
    assert releases.release(ledger) == releases.newest()
    ledger.close()


# --- moments --------------------------------------------------------------------------------------

ROME_IN_SUMMER = timezone(2 * HOUR)
MOMENTS = [NOW, NOW.astimezone(ROME_IN_SUMMER), NOW.replace(microsecond=123456), NOW.replace(year=1971)]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_comes_back_as_it_was_in_utc(connection: Connection, moment: datetime) -> None:
    programs.see(connection, 1, "Observatory", "v1", NOW)
    programs.schedule_digest(connection, 1, moment)
    row = programs.get(connection, 1)
    assert row is not None
    assert row.digest_due_at == moment
    assert row.digest_due_at.tzinfo is UTC


def test_moments_are_compared_whatever_their_zone(connection: Connection) -> None:
    programs.see(connection, 1, "Observatory", "v1", NOW)
    programs.schedule_digest(connection, 1, NOW)
    assert programs.digests_due(connection, (NOW - SECOND).astimezone(ROME_IN_SUMMER)) == []
    assert len(programs.digests_due(connection, NOW.astimezone(ROME_IN_SUMMER))) == 1


def test_a_moment_without_a_zone_is_refused(connection: Connection) -> None:
    with pytest.raises(StatementError, match="aware datetimes only"):
        programs.see(connection, 1, "Observatory", "v1", NOW.replace(tzinfo=None))


# --- the inbox ------------------------------------------------------------------------------------


def row_of(connection: Connection, row_id: int) -> Any:
    return connection.execute(select(inbox_table).where(inbox_table.c.id == row_id)).one()


def test_what_is_asked_is_kept(connection: Connection) -> None:
    first, second = inbox.put(connection, [WELCOME, Asked("guid-1", "commands")], NOW)
    row = row_of(connection, first)
    assert (row.delivery, row.job, row.installation_id, row.repository_id, row.thread) == (
        "guid-1",
        "welcome",
        5,
        42,
        13,
    )
    assert row.fields == {"pull_request.user.id": 7}
    assert (row.received_at, row.due_at, row.rung_at) == (NOW, NOW, NOW)
    assert row_of(connection, second).fields == {}
    assert inbox.counts(connection) == {"waiting": 2, "parked": 0, "done": 0}


Step = Callable[[Connection, int], object]


def park(connection: Connection, row_id: int) -> None:
    inbox.park(connection, row_id, NOW, "a mistake of ours")


def finish(connection: Connection, row_id: int) -> None:
    inbox.finish(connection, row_id, NOW)


def claim(connection: Connection, row_id: int) -> None:
    inbox.claim(connection, row_id, NOW)


def leave(connection: Connection, row_id: int) -> None:
    pass


# After this, the same delivery comes again: is it to be rung for, and to be claimed, by a second worker?
AGAIN: list[tuple[str, Step, bool, bool]] = [
    ("it waits", leave, True, True),
    ("it is parked", park, True, True),
    ("a worker holds it", claim, True, False),
    ("it is done", finish, False, False),
]


@pytest.mark.parametrize(
    ("before", "rung", "free"), [row[1:] for row in AGAIN], ids=[row[0] for row in AGAIN]
)
def test_a_delivery_that_comes_again(connection: Connection, before: Step, rung: bool, free: bool) -> None:
    (row_id,) = inbox.put(connection, [WELCOME], NOW)
    before(connection, row_id)
    later = NOW + SECOND
    assert inbox.put(connection, [WELCOME], later) == ([row_id] if rung else [])
    assert (inbox.claim(connection, row_id, later) is not None) is free


def test_a_parked_delivery_that_comes_again_forgets_its_failure(connection: Connection) -> None:
    (row_id,) = inbox.put(connection, [WELCOME], NOW)
    claim(connection, row_id)
    park(connection, row_id)
    inbox.put(connection, [WELCOME], NOW + HOUR)
    row = row_of(connection, row_id)
    assert (row.parked_at, row.note, row.attempts, row.due_at) == (None, None, 0, NOW + HOUR)


def test_a_moment_of_the_clock_is_put_once(connection: Connection) -> None:
    assert len(inbox.put_new(connection, [WELCOME], NOW)) == 1
    assert inbox.put_new(connection, [WELCOME], NOW) == []


def test_a_claim_holds_for_a_while(connection: Connection) -> None:
    (row_id,) = inbox.put(connection, [WELCOME], NOW)
    claimed = inbox.claim(connection, row_id, NOW)
    assert claimed is not None
    assert (claimed.id, claimed.attempts, claimed.fields) == (row_id, 1, {"pull_request.user.id": 7})
    assert inbox.claim(connection, row_id, NOW + inbox.CLAIM - SECOND) is None
    again = inbox.claim(connection, row_id, NOW + inbox.CLAIM + SECOND)
    assert again is not None and again.attempts == 2


CLAIMED: list[tuple[str, Step, timedelta, bool]] = [
    ("due now", leave, timedelta(0), True),
    ("not due yet", leave, -SECOND, False),
    ("parked", park, HOUR, False),
    ("done", finish, HOUR, False),
]


@pytest.mark.parametrize(
    ("before", "after", "claimed"), [row[1:] for row in CLAIMED], ids=[row[0] for row in CLAIMED]
)
def test_what_can_be_claimed(connection: Connection, before: Step, after: timedelta, claimed: bool) -> None:
    (row_id,) = inbox.put(connection, [WELCOME], NOW)
    before(connection, row_id)
    assert (inbox.claim(connection, row_id, NOW + after) is not None) is claimed


def test_what_is_done_is_wiped_and_done_once(connection: Connection) -> None:
    (row_id,) = inbox.put(connection, [WELCOME], NOW)
    assert inbox.finish(connection, row_id, NOW, "greeted before")
    assert not inbox.finish(connection, row_id, NOW + HOUR)
    park(connection, row_id)
    row = row_of(connection, row_id)
    assert (row.done_at, row.fields, row.parked_at, row.note) == (NOW, {}, None, "greeted before")


def test_a_postponed_row_waits_and_counts_its_failures_only(connection: Connection) -> None:
    (row_id,) = inbox.put(connection, [WELCOME], NOW)
    claim(connection, row_id)
    inbox.postpone(connection, row_id, NOW + HOUR, "GitHub is down")
    assert inbox.claim(connection, row_id, NOW + MINUTE) is None
    failed = inbox.claim(connection, row_id, NOW + HOUR)
    assert failed is not None and failed.attempts == 2
    inbox.postpone(connection, row_id, NOW + HOUR, "humans first", by_design=True)
    waited = inbox.claim(connection, row_id, NOW + HOUR)
    assert waited is not None and waited.attempts == 1


def test_a_parked_row_can_be_tried_again_by_hand(connection: Connection) -> None:
    (row_id,) = inbox.put(connection, [WELCOME], NOW)
    assert not inbox.unpark(connection, row_id, NOW)
    park(connection, row_id)
    assert [row.id for row in inbox.troubles(connection)] == [row_id]
    assert inbox.counts(connection) == {"waiting": 0, "parked": 1, "done": 0}
    assert inbox.unpark(connection, row_id, NOW)
    assert inbox.to_ring(connection, NOW) == [row_id]
    assert inbox.troubles(connection) == []


RUNG: list[tuple[str, Step, timedelta, bool]] = [
    ("told of just now", leave, SECOND, False),
    ("told of, and nothing came of it", leave, inbox.CLAIM + SECOND, True),
    ("a worker holds it", claim, inbox.CLAIM - SECOND, False),
    ("a worker held it and died", claim, inbox.CLAIM + SECOND, True),
    ("postponed", lambda c, i: inbox.postpone(c, i, NOW + HOUR, "later"), MINUTE, False),
    ("postponed until now", lambda c, i: inbox.postpone(c, i, NOW + MINUTE, "later"), MINUTE, True),
    ("parked", park, HOUR, False),
    ("done", finish, HOUR, False),
]


@pytest.mark.parametrize(("before", "after", "rung"), [row[1:] for row in RUNG], ids=[row[0] for row in RUNG])
def test_what_the_clock_rings_for(connection: Connection, before: Step, after: timedelta, rung: bool) -> None:
    (row_id,) = inbox.put(connection, [WELCOME], NOW)
    before(connection, row_id)
    assert inbox.to_ring(connection, NOW + after) == ([row_id] if rung else [])
    assert inbox.to_ring(connection, NOW + after) == []


def test_a_thread_is_about_to_be_ours_while_its_row_waits(connection: Connection) -> None:
    (row_id,) = inbox.put(connection, [WELCOME], NOW)
    assert is_ours(connection, 42, 13)
    assert not is_ours(connection, 42, 14)
    assert not is_ours(connection, 43, 13)
    finish(connection, row_id)
    assert not is_ours(connection, 42, 13)


def test_two_workers_claim_at_once_and_one_gets_it(ledger: Ledger) -> None:
    with ledger.write() as connection:
        ids = [inbox.put(connection, [Asked(f"guid-{n}", "welcome")], NOW)[0] for n in range(10)]
    barrier = threading.Barrier(2)

    def work(_: int) -> list[int]:
        barrier.wait()
        got = []
        for row_id in ids:
            with ledger.write() as connection:
                if inbox.claim(connection, row_id, NOW):
                    got.append(row_id)
        return got

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, range(2))
    assert sorted(first + second) == ids


def test_two_workers_decide_at_once_and_the_second_sees_that_it_is_done(ledger: Ledger) -> None:
    with ledger.write() as connection:
        (row_id,) = inbox.put(connection, [WELCOME], NOW)
    begun = threading.Event()

    def second() -> bool:
        begun.wait()
        with ledger.write() as connection:
            return inbox.finish(connection, row_id, NOW)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(second)
        with ledger.write() as connection:
            assert inbox.finish(connection, row_id, NOW)
            begun.set()
            time.sleep(0.2)
            assert not other.done()
        assert other.result(10) is False


def test_a_decision_that_fails_leaves_nothing_behind(ledger: Ledger) -> None:
    with ledger.write() as connection:
        (row_id,) = inbox.put(connection, [WELCOME], NOW)
    with pytest.raises(RuntimeError), ledger.write() as connection:
        inbox.finish(connection, row_id, NOW)
        outbox.put(connection, write("welcome"))
        raise RuntimeError("killed half-way")
    with ledger.read() as connection:
        assert inbox.counts(connection)["waiting"] == 1
        assert outbox.waiting(connection) == 0


# --- the outbox -----------------------------------------------------------------------------------


def write(key: str | None = None, lane: str = "thread 1", urgency: int = 0, **values: Any) -> dict[str, Any]:
    return {
        "key": key,
        "replaces": None,
        "verb": "comment",
        "installation_id": 5,
        "repository_id": 42,
        "lane": lane,
        "urgency": urgency,
        "payload": {"body": key},
        "attempts": 0,
        "in_doubt": False,
        "created_at": NOW,
        "due_at": NOW,
    } | values


def delivered(connection: Connection, now: datetime = NOW) -> list[str]:
    """The keys of the writes in the order in which they are performed."""
    keys = []
    while row := outbox.claim_next(connection, 5, now):
        keys.append(row.key)
        outbox.finish(connection, row.id, {}, now)
    return keys


def test_an_effect_is_asked_for_once_for_ever(connection: Connection) -> None:
    assert outbox.put(connection, write("welcome"))
    assert not outbox.put(connection, write("welcome"))
    assert delivered(connection) == ["welcome"]
    assert not outbox.put(connection, write("welcome"))
    assert outbox.claim_next(connection, 5, NOW) is None


def test_effects_without_a_key_are_many(connection: Connection) -> None:
    assert outbox.put(connection, write(None))
    assert outbox.put(connection, write(None))
    assert outbox.waiting(connection) == 2


def test_writes_of_a_lane_keep_their_order_whatever_their_urgency(connection: Connection) -> None:
    for key, urgency in [("open", 1), ("label", 0), ("close", 0)]:
        outbox.put(connection, write(key, urgency=urgency))
    assert delivered(connection) == ["open", "label", "close"]


def test_among_lanes_the_urgent_come_first(connection: Connection) -> None:
    outbox.put(connection, write("invitation", "thread 1", urgency=1))
    outbox.put(connection, write("digest", "thread 2", urgency=1))
    outbox.put(connection, write("welcome", "thread 3", urgency=0))
    outbox.put(connection, write("reply", "thread 4", urgency=0))
    assert delivered(connection) == ["welcome", "reply", "invitation", "digest"]


def test_another_installation_has_its_own_writes(connection: Connection) -> None:
    outbox.put(connection, write("theirs", installation_id=6))
    assert outbox.claim_next(connection, 5, NOW) is None
    assert outbox.claim_next(connection, 6, NOW) is not None


def first(connection: Connection) -> Any:
    row = outbox.claim_next(connection, 5, NOW)
    assert row is not None
    return row


def test_a_write_that_must_wait_holds_up_its_lane_only(connection: Connection) -> None:
    outbox.put(connection, write("first"))
    outbox.put(connection, write("second"))
    outbox.put(connection, write("elsewhere", "thread 2"))
    outbox.retry(connection, first(connection).id, NOW + MINUTE, "the reply was lost", in_doubt=True)
    assert delivered(connection) == ["elsewhere"]
    row = outbox.claim_next(connection, 5, NOW + MINUTE)
    assert row is not None
    assert (row.key, row.attempts, row.in_doubt) == ("first", 2, True)


def test_a_write_that_was_refused_lets_its_lane_go_on(connection: Connection) -> None:
    outbox.put(connection, write("first"))
    outbox.put(connection, write("second"))
    outbox.park(connection, first(connection).id, NOW, "the thread is locked")
    assert delivered(connection) == ["second"]
    assert [row.key for row in outbox.troubles(connection)] == ["first"]


def test_a_refused_write_is_tried_again_by_hand_with_doubt(connection: Connection) -> None:
    outbox.put(connection, write("first"))
    row_id = first(connection).id
    assert not outbox.unpark(connection, row_id, NOW)
    outbox.park(connection, row_id, NOW, "the thread is locked")
    assert outbox.unpark(connection, row_id, NOW)
    assert first(connection).in_doubt


def test_an_attempt_that_github_never_began_does_not_count(connection: Connection) -> None:
    outbox.put(connection, write("first"))
    outbox.not_begun(connection, first(connection).id, NOW + MINUTE, "a limit")
    row = outbox.claim_next(connection, 5, NOW + MINUTE)
    assert row is not None and row.attempts == 1


def test_what_is_written_is_wiped_and_what_it_made_is_kept(connection: Connection) -> None:
    outbox.put(connection, write("welcome"))
    outbox.finish(connection, first(connection).id, {"comment_id": 99}, NOW)
    row = outbox.state_of(connection, "welcome")
    assert row is not None
    assert (row.payload, row.done_at) == ({}, NOW)
    assert outbox.result_of(connection, "welcome") == {"comment_id": 99}
    assert outbox.result_of(connection, "unheard of") is None


def test_what_github_shows_already_is_not_written(connection: Connection) -> None:
    outbox.adopt(connection, write("welcome"), {"comment_id": 99}, NOW)
    assert not outbox.put(connection, write("welcome"))
    assert outbox.claim_next(connection, 5, NOW) is None
    assert outbox.result_of(connection, "welcome") == {"comment_id": 99}


def table(number: int) -> dict[str, Any]:
    return write(None, verb="rewrite_issue", replaces="the table", payload={"body": number})


def bodies(connection: Connection) -> list[Any]:
    return [
        row.payload.get("body")
        for row in connection.execute(select(outbox_table).order_by(outbox_table.c.id))
    ]


def test_of_many_new_words_only_the_newest_wait(connection: Connection) -> None:
    for number in range(5):
        assert outbox.put(connection, table(number))
    assert bodies(connection) == [4]


def test_words_that_are_being_written_are_not_changed(connection: Connection) -> None:
    outbox.put(connection, table(1))
    first(connection)
    outbox.put(connection, table(2))
    outbox.put(connection, table(3))
    assert bodies(connection) == [1, 3]


def test_words_that_were_written_are_followed_by_new_ones(connection: Connection) -> None:
    outbox.put(connection, table(1))
    assert delivered(connection) == [None]
    outbox.put(connection, table(2))
    assert bodies(connection) == [None, 2]


def test_installations_are_rung_for_while_writes_are_due(connection: Connection) -> None:
    places.see_installation(connection, 5, NOW)
    assert outbox.installations_to_ring(connection, NOW) == []
    outbox.put(connection, write("welcome", due_at=NOW + MINUTE))
    assert outbox.installations_to_ring(connection, NOW) == []
    assert outbox.installations_to_ring(connection, NOW + MINUTE) == [5]
    assert outbox.installations_to_ring(connection, NOW + MINUTE + SECOND) == []
    assert outbox.installations_to_ring(connection, NOW + MINUTE + outbox.RING_AGAIN + SECOND) == [5]


def test_installations_at_their_limit_are_not_rung_for(connection: Connection) -> None:
    places.see_installation(connection, 5, NOW)
    outbox.put(connection, write("welcome"))
    pace.limited(connection, 5, NOW, NOW + HOUR, secondary=False)
    assert outbox.installations_to_ring(connection, NOW + MINUTE) == []
    assert outbox.installations_to_ring(connection, NOW + HOUR) == [5]


# --- leases ---------------------------------------------------------------------------------------


def test_a_lease_is_for_one_and_can_be_renewed(connection: Connection) -> None:
    assert leases.take(connection, "outbox 5", "one", NOW)
    assert leases.take(connection, "outbox 5", "one", NOW + 30 * SECOND)
    renewed_until = NOW + 30 * SECOND + leases.LENGTH
    assert not leases.take(connection, "outbox 5", "two", renewed_until - SECOND)
    assert leases.take(connection, "outbox 6", "two", NOW)
    assert leases.take(connection, "outbox 5", "two", renewed_until + SECOND)
    assert not leases.take(connection, "outbox 5", "one", renewed_until + 2 * SECOND)


def test_of_a_removed_installation_nothing_waits_any_longer(connection: Connection) -> None:
    outbox.put(connection, write("welcome"))
    outbox.put(connection, write("of another", installation_id=6))
    outbox.end_all(connection, 5, NOW, places.REMOVED)
    row = outbox.state_of(connection, "welcome")
    assert row and (row.done_at, row.parked_at, row.payload, row.note) == (NOW, None, {}, places.REMOVED)
    assert outbox.waiting(connection) == 1


def test_what_another_finished_meanwhile_stays_finished(connection: Connection) -> None:
    outbox.put(connection, write("welcome"))
    row = first(connection)
    outbox.finish(connection, row.id, {"comment_id": 9}, NOW)
    outbox.park(connection, row.id, NOW, "refused")
    outbox.retry(connection, row.id, NOW, "in doubt", in_doubt=True)
    row = outbox.state_of(connection, "welcome")
    assert row and (row.parked_at, row.in_doubt, row.note) == (None, False, None)


def test_a_suspended_installation_waits_and_goes_on(connection: Connection) -> None:
    places.see_installation(connection, 5, NOW)
    outbox.put(connection, write("welcome"))
    (waits, later) = inbox.put(connection, [WELCOME, Asked("guid-2", "digest")], NOW)
    inbox.postpone(connection, waits, NOW + HOUR, places.SUSPENDED, by_design=True)
    inbox.postpone(connection, later, NOW + HOUR, "goes on tomorrow", by_design=True)
    places.suspend(connection, 5, NOW)
    assert outbox.installations_to_ring(connection, NOW + MINUTE) == []
    places.resume(connection, 5, NOW + MINUTE)
    assert outbox.installations_to_ring(connection, NOW + MINUTE) == [5]
    assert inbox.to_ring(connection, NOW + MINUTE) == [waits]


def test_a_limit_is_not_over_because_an_installation_was_never_suspended(connection: Connection) -> None:
    places.see_installation(connection, 5, NOW)
    pace.limited(connection, 5, NOW, NOW + HOUR, secondary=False)
    places.resume(connection, 5, NOW)
    standing = places.standing(connection, 5)
    assert standing and standing.wait_until == NOW + HOUR


def test_a_removed_installation_stays_removed_whatever_comes_late(connection: Connection) -> None:
    places.see_installation(connection, 5, NOW)
    places.remove_installation(connection, 5, NOW)
    places.see_installation(connection, 5, NOW + MINUTE, "somebody")
    standing = places.standing(connection, 5)
    assert standing and standing.removed_at == NOW


def test_a_lease_is_given_back_by_its_holder_only(connection: Connection) -> None:
    leases.take(connection, "outbox 5", "one", NOW)
    leases.give_back(connection, "outbox 5", "two")
    assert not leases.take(connection, "outbox 5", "two", NOW)
    leases.give_back(connection, "outbox 5", "one")
    assert leases.take(connection, "outbox 5", "two", NOW)


def test_many_want_a_lease_at_once_and_one_gets_it(ledger: Ledger) -> None:
    barrier = threading.Barrier(8)

    def take(holder: int) -> bool:
        barrier.wait()
        with ledger.write() as connection:
            return leases.take(connection, "outbox 5", str(holder), NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 1


# --- places, people, programs ---------------------------------------------------------------------


def test_a_repository_keeps_its_id_through_renames(connection: Connection) -> None:
    for name in ("observatory/dome", "octocat/Tower"):
        places.see_repository(connection, NOW, id=42, full_name=name, installation_id=5)
    places.see_repository(connection, NOW + HOUR, id=43, full_name="observatory/dome", private=True)
    assert places.repository_named(connection, "OBSERVATORY/dome").id == 43  # type: ignore[union-attr]
    assert places.repository_named(connection, "octocat/tower").id == 42  # type: ignore[union-attr]
    assert [row.id for row in places.repositories_of(connection, 5)] == [42]


def test_the_home_comes_first_among_a_programs_repositories(connection: Connection) -> None:
    for number in (41, 42, 43, 44):
        installed = None if number == 43 else 5
        places.see_repository(
            connection, NOW, id=number, full_name=f"observatory/{number}", installation_id=installed
        )
        places.join_program(connection, number, 44 if number < 44 else None)
    assert [row.id for row in places.repositories_of_program(connection, 44)] == [44, 41, 42]
    places.remove_installation(connection, 5, NOW)
    assert places.repositories_of_program(connection, 44) == []


def test_a_login_stays_with_whom_it_was_first(connection: Connection) -> None:
    people.resolve(connection, "OctoCat", 7, NOW)
    people.resolve(connection, "octocat", 8, NOW)
    assert people.resolved(connection, ["Octocat", "hubot"]) == {"octocat": None}, "no rights for the other"
    assert people.taken(connection, ["octocat"]) == ["octocat"]
    people.resolve(connection, "octocat", 7, NOW)
    assert people.resolved(connection, ["octocat"]) == {"octocat": 7}


def test_a_login_that_was_nobodys_can_become_somebodys(connection: Connection) -> None:
    people.resolve(connection, "octocat", None, NOW)
    assert people.resolved(connection, ["octocat"]) == {"octocat": None}
    people.resolve(connection, "octocat", 7, NOW)
    assert people.resolved(connection, ["octocat"]) == {"octocat": 7}


def test_the_name_of_a_person_is_the_last_one_seen(connection: Connection) -> None:
    people.see(connection, 7, "octocat")
    people.see(connection, 7, "hubot")
    assert people.names(connection, [7, 8, None]) == {7: "hubot"}


def test_a_program_is_new_when_its_version_is(connection: Connection) -> None:
    seen = [programs.see(connection, 1, "Observatory", version, NOW) for version in ("a", "a", "b", "a")]
    assert seen == [True, False, True, True]


def test_a_roster_says_something_since_it_first_said_it(connection: Connection) -> None:
    for mentoring, after in [("agreed", 0), ("agreed", 1), ("declined", 2), ("declined", 3)]:
        programs.roster_says(connection, 1, 7, mentoring, NOW + after * HOUR)
    programs.person_says(connection, 1, 7, "yes", "/mentor accept", NOW)
    row = programs.statements(connection, 1)[7]
    assert (row.roster, row.roster_at) == ("declined", NOW + 2 * HOUR)
    assert (row.said, row.said_at, row.said_how) == ("yes", NOW, "/mentor accept")


def test_two_decisions_about_one_program_wait_for_each_other(ledger: Ledger) -> None:
    with ledger.write() as connection:
        programs.see(connection, 1, "Observatory", "v1", NOW)
    begun = threading.Event()

    def second() -> bool:
        begun.wait()
        with ledger.write() as connection:
            programs.lock(connection, 1)
            return mentorships.was_greeted(connection, 1, 7)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(second)
        with ledger.write() as connection:
            programs.lock(connection, 1)
            begun.set()
            time.sleep(0.2)
            assert not other.done()
            mentorships.greet(connection, 1, 7, 42, 13, NOW)
        assert other.result(10) is True


# --- mentorships and invitations ------------------------------------------------------------------


def test_a_newcomer_is_greeted_once_in_a_program(connection: Connection) -> None:
    assert mentorships.greet(connection, 1, 7, 42, 13, NOW)
    assert not mentorships.greet(connection, 1, 7, 43, 2, NOW)
    assert mentorships.greet(connection, 2, 7, 43, 2, NOW)


def test_the_first_pull_request_stays_the_first(connection: Connection) -> None:
    mentorships.note_author(connection, 42, 7, 13)
    mentorships.note_author(connection, 42, 7, 14)
    assert mentorships.first_pull(connection, 42, 7) == 13
    assert mentorships.first_pull(connection, 43, 7) is None


def begin(connection: Connection, number: int, mentor: int | None, since: datetime = NOW) -> None:
    values = {"program_id": 1, "repository_id": 42, "number": number, "newcomer_id": number}
    mentorships.begin(connection, values | {"mentor_id": mentor, "since": since, "merged": False})


def test_loads_are_open_mentorships_and_the_last_newcomer(connection: Connection) -> None:
    begin(connection, 1, 7)
    begin(connection, 2, 7, NOW + HOUR)
    begin(connection, 3, 7, NOW - HOUR)
    begin(connection, 4, None)
    begin(connection, 5, 8)
    mentorships.close(connection, 42, 2, NOW, merged=True)
    mentorships.close(connection, 42, 5, NOW, merged=False)
    assert mentorships.loads(connection, 1, [7, 8]) == {7: (2, NOW + HOUR), 8: (0, NOW)}
    mentorships.reopen(connection, 42, 5, NOW + HOUR)
    assert mentorships.loads(connection, 1, [7, 8])[8] == (1, NOW)


@pytest.mark.parametrize(
    ("turn", "since", "heard"), [("newcomer", NOW, NOW + 2 * HOUR), ("mentor", NOW + 2 * HOUR, NOW)]
)
def test_whoever_is_to_act_has_the_full_time_again_on_a_reopened_thread(
    connection: Connection, turn: str, since: datetime, heard: datetime
) -> None:
    begin(connection, 1, 7)
    mentorships.change(connection, 42, 1, turn=turn, turn_since=NOW, newcomer_at=NOW, step=2)
    mentorships.close(connection, 42, 1, NOW + HOUR, merged=False)
    mentorships.reopen(connection, 42, 1, NOW + 2 * HOUR)
    row = mentorships.get(connection, 42, 1)
    assert row is not None
    assert (row.turn_since, row.newcomer_at, row.step, row.due_at) == (since, heard, 0, NOW + 2 * HOUR)


def test_the_first_answer_is_the_one_that_counts(connection: Connection) -> None:
    begin(connection, 1, 7)
    mentorships.answered(connection, 42, 1, NOW)
    mentorships.answered(connection, 42, 1, NOW + HOUR)
    assert mentorships.get(connection, 42, 1).answered_at == NOW  # type: ignore[union-attr]


def test_whoever_covers_has_the_newcomer_too(connection: Connection) -> None:
    begin(connection, 1, 7)
    mentorships.change(connection, 42, 1, second_id=8, handed_over_at=NOW + HOUR)
    assert mentorships.loads(connection, 1, [7, 8]) == {7: (1, NOW), 8: (1, NOW + HOUR)}
    assert [row.number for row in mentorships.open_of(connection, 1, 8)] == [1]


def test_a_thread_has_one_open_mentorship(connection: Connection) -> None:
    values = {"program_id": 1, "repository_id": 42, "number": 1, "newcomer_id": 5, "since": NOW}
    assert mentorships.begin_anew(connection, values | {"mentor_id": 7})
    assert not mentorships.begin_anew(connection, values | {"mentor_id": 8})
    mentorships.close(connection, 42, 1, NOW, merged=False)
    assert mentorships.begin_anew(connection, values | {"mentor_id": 8})
    row = mentorships.get(connection, 42, 1)
    assert row is not None
    assert (row.mentor_id, row.closed_at) == (8, None)


def test_due_are_open_mentorships_where_the_app_is_installed(connection: Connection) -> None:
    places.see_installation(connection, 9, NOW)
    places.see_repository(connection, NOW, id=42, full_name="a/b", installation_id=9)
    for number in (1, 2, 3):
        begin(connection, number, 7)
    mentorships.change(connection, 42, 1, due_at=NOW)
    mentorships.change(connection, 42, 2, due_at=NOW + HOUR)
    mentorships.change(connection, 42, 3, due_at=NOW)
    mentorships.close(connection, 42, 3, NOW, merged=False)
    assert [(row.number, row.installation_id) for row in mentorships.due(connection, NOW)] == [(1, 9)]
    mentorships.rouse(connection, 1, NOW)
    assert [row.number for row in mentorships.due(connection, NOW)] == [1, 2]
    places.leave_repositories(connection, 9, [42], NOW)
    assert mentorships.due(connection, NOW) == []


def test_each_note_of_a_kind_has_its_number(connection: Connection) -> None:
    assert [notes.next_count(connection, 42, 1, "reminder") for _ in range(3)] == [1, 2, 3]
    assert notes.next_count(connection, 42, 1, "check_in") == 1


def test_reminders_are_counted_for_each_person_and_program(connection: Connection) -> None:
    for program_id, person_id, moment in ((1, 7, NOW), (1, 7, NOW - HOUR), (1, 8, NOW), (2, 7, NOW)):
        reminders.put(connection, program_id, person_id, moment)
    assert reminders.count_since(connection, 1, 7, NOW) == 1
    assert reminders.count_since(connection, 1, 7, NOW - HOUR) == 2


def name(connection: Connection, number: int, kind: str) -> None:
    values = {"program_id": 1, "repository_id": 42, "number": number, "mentor_id": 7}
    mentorships.put_starter(connection, values | {"kind": kind, "since": NOW})


def test_only_open_issues_they_did_not_open_are_a_load(connection: Connection) -> None:
    for number, kind in enumerate(["labelled", "labelled", "labelled", "starter"], start=1):
        name(connection, number, kind)
    mentorships.change_starter(connection, 42, 1, closed_at=NOW)
    mentorships.change_starter(connection, 42, 2, dropped_at=NOW)
    assert mentorships.issue_loads(connection, 1) == {7: 1}
    assert [row.number for row in mentorships.open_starters(connection, 1)] == [3, 4]
    assert [row.number for row in mentorships.starters_opened_by(connection, 1, [7])] == [4]


def test_a_later_decision_about_an_issue_replaces_the_earlier(connection: Connection) -> None:
    name(connection, 1, "labelled")
    mentorships.change_starter(connection, 42, 1, dropped_at=NOW)
    name(connection, 1, "starter")
    row = mentorships.starter(connection, 42, 1)
    assert row is not None
    assert (row.kind, row.dropped_at) == ("starter", None)


def is_ours(connection: Connection, repository_id: int, number: int) -> bool:
    return front_door.OURS.ask(connection, repository_id=repository_id, number=number)


def test_threads_of_ours(connection: Connection) -> None:
    begin(connection, 1, None)
    name(connection, 2, "labelled")
    ours = [is_ours(connection, 42, number) for number in (1, 2, 3)]
    assert ours == [True, True, False]
    assert not is_ours(connection, 43, 1)


def ask(connection: Connection, person: int, cohort: str = "Autumn", **more: Any) -> None:
    values = {"program_id": 1, "cohort": cohort, "person_id": person, "issue_key": "i", "comment_key": "c"}
    values |= {"state": "open", "asked_at": NOW, "remind_at": NOW + HOUR}
    invitations.put(connection, values | more)


REMINDED = [("open", True), ("later", True), ("accepted", False), ("declined", False)]


@pytest.mark.parametrize(("state", "reminded"), REMINDED)
def test_who_is_reminded(connection: Connection, state: str, reminded: bool) -> None:
    ask(connection, 7, state=state)
    assert invitations.to_remind(connection, NOW + HOUR - SECOND) == []
    assert bool(invitations.to_remind(connection, NOW + HOUR)) is reminded
    invitations.reminded(connection, 1, "Autumn", 7)
    assert invitations.to_remind(connection, NOW + HOUR) == []


def test_an_answer_is_noted_with_its_moment(connection: Connection) -> None:
    ask(connection, 7)
    ask(connection, 8)
    invitations.answer(connection, 1, 7, "later", NOW, NOW + 2 * HOUR)
    states = {row.person_id: (row.state, row.answered_at) for row in invitations.together(connection, "i")}
    assert states == {7: ("later", NOW), 8: ("open", None)}
    assert [row.person_id for row in invitations.to_remind(connection, NOW + HOUR)] == [8]


# --- several at once ------------------------------------------------------------------------------


def test_eight_threads_write_at_once_and_nothing_is_locked_or_lost(ledger: Ledger) -> None:
    barrier = threading.Barrier(8)

    def work(thread: int) -> None:
        barrier.wait()
        for number in range(15):
            with ledger.write() as connection:
                # Reads first, then writes: the order in which a deferred transaction would fail.
                inbox.counts(connection)
                (row_id,) = inbox.put(connection, [Asked(f"{thread}-{number}", "welcome")], NOW)
                inbox.finish(connection, row_id, NOW)
            with ledger.read() as connection:
                inbox.counts(connection)

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work, thread) for thread in range(8)]:
            done.result(60)
    with ledger.read() as connection:
        assert inbox.counts(connection) == {"waiting": 0, "parked": 0, "done": 120}


def test_eight_ask_for_one_effect_at_once_and_it_is_one(ledger: Ledger) -> None:
    barrier = threading.Barrier(8)

    def put(_: int) -> bool:
        barrier.wait()
        with ledger.write() as connection:
            return outbox.put(connection, write("welcome"))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(put, range(8))) == 1


def test_a_key_twice_is_impossible_whoever_writes_it(ledger: Ledger) -> None:
    with pytest.raises(IntegrityError), ledger.write() as connection:
        for _ in range(2):
            connection.execute(outbox_table.insert().values(write("welcome")))


def test_a_reader_sees_the_newest_state_and_holds_nothing_up(ledger: Ledger) -> None:
    with ledger.read() as reader:
        assert inbox.counts(reader)["waiting"] == 0
        with ledger.write() as connection:
            inbox.put(connection, [WELCOME], NOW)
        assert inbox.counts(reader)["waiting"] == 1
