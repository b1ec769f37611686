"""The ledger's memory of the sweeps, on both databases."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from adapters.ledger import Ledger, inbox, places, sweeps
from adapters.ledger.inbox import Asked
from adapters.ledger.schema import lost, outbox
from adapters.ledger.sweeps import Failed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def failed(guid: str, number: int = 1, at: datetime = NOW) -> Failed:
    return Failed(guid, number, at, at)


def test_of_many_clocks_one_takes_a_moment(ledger: Ledger) -> None:
    barrier, took = threading.Barrier(4), []

    def tick() -> None:
        barrier.wait()
        with ledger.write() as connection:
            took.append(sweeps.take_due(connection, "sweep", NOW + MINUTE, NOW))

    for moment in range(3):
        with ledger.write() as connection:
            sweeps.put_off(connection, "sweep", NOW - moment * MINUTE)
        took.clear()
        clocks = [threading.Thread(target=tick) for _ in range(4)]
        for clock in clocks:
            clock.start()
        for clock in clocks:
            clock.join()
        assert sorted(took) == [False, False, False, True]


def test_of_many_clocks_one_takes_a_repository(ledger: Ledger) -> None:
    with ledger.write() as connection:
        for number in range(1, 41):
            places.see_repository(connection, NOW, id=number, full_name=f"a/{number}", installation_id=5)
    later, taken = NOW + 2 * DAY, []
    barrier = threading.Barrier(4)

    def tick() -> None:
        barrier.wait()
        with ledger.write() as connection:
            taken.extend(row.id for row in sweeps.take_due_repositories(connection, later, 30))

    clocks = [threading.Thread(target=tick) for _ in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert len(taken) == len(set(taken))
    assert 30 <= len(taken) <= 40


def test_few_repositories_are_under_way_at_once(ledger: Ledger) -> None:
    with ledger.write() as connection:
        for number in range(1, 11):
            places.see_repository(connection, NOW, id=number, full_name=f"a/{number}", installation_id=5)
        assert sweeps.take_due_repositories(connection, NOW, 4) == ()
        later = NOW + 2 * DAY
        some = sweeps.take_due_repositories(connection, later, 4)
        assert len(some) == 4
        waiting = [Asked(f"clock:reconcile:{row.id}", "reconcile", 5, row.id) for row in some]
        ids = sweeps.ask_again(connection, waiting, later)
        assert sweeps.take_due_repositories(connection, later, 4) == []
        inbox.finish(connection, ids[0], later)
        assert len(sweeps.take_due_repositories(connection, later, 4)) == 1


def test_a_round_has_one_row_that_is_used_again(ledger: Ledger) -> None:
    asked = [Asked("clock:sweep", "sweep")]
    with ledger.write() as connection:
        (row_id,) = sweeps.ask_again(connection, asked, NOW)
        assert sweeps.ask_again(connection, asked, NOW) == []  # it waits: one at a time
        assert inbox.claim(connection, row_id, NOW)
        assert sweeps.ask_again(connection, asked, NOW) == []  # it is being worked on
        inbox.finish(connection, row_id, NOW)
        assert sweeps.ask_again(connection, asked, NOW + HOUR) == [row_id]
        inbox.park(connection, row_id, NOW, "a mistake of ours")
        assert sweeps.ask_again(connection, asked, NOW + 2 * HOUR) == [row_id]
        claimed = inbox.claim(connection, row_id, NOW + 2 * HOUR)
        assert claimed is not None and claimed.attempts == 1 and claimed.note is None


def due(ledger: Ledger, now: datetime) -> list[str]:
    with ledger.read() as connection:
        return [row.guid for row in sweeps.lost_due(connection, now, 100)]


def test_a_delivery_is_lost_until_one_attempt_ends_well(ledger: Ledger) -> None:
    """The log is read from its end: a later attempt that went well is seen before the first, which failed."""
    with ledger.write() as connection:
        sweeps.not_handed_over(connection, [failed("a"), failed("b"), failed("c")])
        sweeps.handed_over(connection, {"a", "d"}, [failed("a", 5), failed("d", 6)], NOW)
        sweeps.not_handed_over(connection, [failed("a"), failed("d"), failed("b", 9)])
    assert due(ledger, NOW) == ["b", "c"]
    with ledger.read() as connection:
        newest = connection.execute(select(lost.c.delivery_id).where(lost.c.guid == "b")).scalar()
    assert newest == 9


def test_what_the_inbox_has_is_not_lost(ledger: Ledger) -> None:
    """GitHub waits ten seconds for an answer; the row may have been written all the same."""
    with ledger.write() as connection:
        inbox.put(connection, [Asked("a", "welcome")], NOW)
        sweeps.not_handed_over(connection, [failed("a"), failed("b")])
    assert due(ledger, NOW) == ["b"]


def attempts_of(ledger: Ledger, *, door_open: bool, until: timedelta) -> int:
    """How often a delivery that always fails is asked for, each time as soon as it is due."""
    with ledger.write() as connection:
        sweeps.not_handed_over(connection, [failed("poison")])
        now, attempts = NOW, 0
        while now < NOW + until:
            (row,) = sweeps.lost_due(connection, now, 1)
            attempts += 1
            sweeps.asked_for(connection, row, now, door_open=door_open)
            due_at = connection.execute(select(lost.c.due_at)).scalar()
            if due_at is None:
                break
            now = due_at
    return attempts


def test_what_always_fails_is_given_up_while_other_things_arrive(ledger: Ledger) -> None:
    assert attempts_of(ledger, door_open=True, until=30 * DAY) == sweeps.MOST_ATTEMPTS
    with ledger.read() as connection:
        assert sweeps.counts(connection) == {"waiting": 0, "recovered": 0, "given up": 1}


def test_while_nothing_arrives_nothing_is_given_up(ledger: Ledger) -> None:
    """A wrong secret for three days: asked about once an hour, and at once when the next delivery arrives."""
    assert 60 < attempts_of(ledger, door_open=False, until=3 * DAY) < 90
    now = NOW + 3 * DAY
    with ledger.write() as connection:
        sweeps.rouse_lost(connection, now)
    assert due(ledger, now) == ["poison"]
    with ledger.write() as connection:
        sweeps.forget_lost(connection, now)
    assert due(ledger, now) == []


def test_a_repository_is_hurried_once_an_hour(ledger: Ledger) -> None:
    def next_at() -> datetime:
        with ledger.read() as connection:
            row = places.repository(connection, 42)
        assert row is not None
        moment: datetime = row.reconcile_at
        return moment

    with ledger.write() as connection:
        places.see_repository(connection, NOW, id=42, full_name="a/b", installation_id=5)
        sweeps.reconciled(connection, 42, NOW)
        sweeps.hurry(connection, 42, NOW + MINUTE)
        sweeps.hurry(connection, 43, NOW + MINUTE)  # unknown: nothing to read
    assert next_at() == NOW + HOUR
    with ledger.write() as connection:
        sweeps.hurry(connection, 42, NOW + 2 * HOUR)
    assert next_at() == NOW + HOUR  # it is due already


def test_a_push_that_is_lost_during_a_reconciliation_brings_the_next_one(ledger: Ledger) -> None:
    with ledger.write() as connection:
        places.see_repository(connection, NOW, id=42, full_name="a/b", installation_id=5)
        before = places.repository(connection, 42)
        assert before is not None
        sweeps.hurry(connection, 42, NOW)
        sweeps.end_reconciliation(connection, before, NOW + DAY, NOW, "v1")
        after = places.repository(connection, 42)
    assert after is not None
    assert (after.reconcile_at, after.reconciled_until, after.configured) == (NOW, NOW, "v1")


def test_what_is_put_back_once_is_known(ledger: Ledger) -> None:
    with ledger.write() as connection:
        assert sweeps.repair(connection, 42, 7, "label", NOW)
        assert not sweeps.repair(connection, 42, 7, "label", NOW)
        assert sweeps.repair(connection, 42, 7, "welcome", NOW)
        assert sweeps.repaired(connection, 42, [7, 8]) == {(7, "label"), (7, "welcome")}


def test_waiting_work_follows_a_transfer_and_ends_with_a_removal(ledger: Ledger) -> None:
    write = {"verb": "label", "urgency": 0, "payload": {"names": ["x"]}, "attempts": 0, "in_doubt": False}
    write |= {"installation_id": 5, "repository_id": 42, "lane": "l", "created_at": NOW, "due_at": NOW}
    with ledger.write() as connection:
        places.see_repository(connection, NOW, id=42, full_name="a/b", installation_id=5)
        connection.execute(outbox.insert().values(write))
        inbox.put(connection, [Asked("d", "turns", 5, 42, 7, {"said": "hello"})], NOW)
        places.see_repository(connection, NOW, id=42, full_name="c/b", installation_id=6)
        # That it left the old installation is heard after it came to the new one.
        places.leave_repositories(connection, 5, [42], NOW)
        assert places.installation_of(connection, 42) == 6
        assert connection.execute(select(outbox.c.installation_id, outbox.c.done_at)).one() == (6, None)
        places.leave_repositories(connection, 6, [42], NOW)
        row = connection.execute(select(outbox)).one()
        assert (row.payload, row.note, row.done_at) == ({}, places.REMOVED, NOW)
        assert inbox.counts(connection) == {"waiting": 0, "parked": 0, "done": 1}
