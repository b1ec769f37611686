"""The ledger lets go: of what an installation left behind, and of what is old. What is in use stays."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select

from adapters.ledger import Ledger, heard, inbox, places, programs, retention, schema, sweeps
from adapters.ledger.inbox import Asked

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOME, OTHER, NEWCOMER, MENTOR = 42, 43, 583231, 480938


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def add(connection: Connection, table: Table, **values: Any) -> None:
    connection.execute(insert(table).values(values))


def rows_of(connection: Connection, *tables: Table) -> list[int]:
    return [len(connection.execute(select(table)).all()) for table in tables]


def a_thread(connection: Connection, repository_id: int, number: int = 1) -> None:
    """A newcomer with a mentor, and what was done for them."""
    here = {"repository_id": repository_id, "number": number, "program_id": HOME}
    add(connection, schema.mentorships, **here, newcomer_id=NEWCOMER, mentor_id=MENTOR, since=NOW)
    asked = Asked(f"guid-{repository_id}-{number}", "welcome", 5, repository_id, number)
    (row_id,) = inbox.put(connection, [asked], NOW)
    inbox.finish(connection, row_id, NOW, "a note")


def a_program(connection: Connection) -> None:
    """A mentor who said yes, by an invitation."""
    programs.see(connection, HOME, "Space", "1", NOW)
    programs.see_cohort(connection, HOME, "Session 4", NOW)
    programs.person_says(connection, HOME, MENTOR, "yes", "accept", NOW)
    key = f"repo {HOME} · invitation · Session 4 · person {MENTOR}"
    for one in (key, f"repo {HOME} · thread 1 · path · person {NEWCOMER}"):
        write: dict[str, Any] = {"key": one, "verb": "comment", "urgency": 0, "payload": {}, "lane": "a lane"}
        write |= {"installation_id": 5, "repository_id": HOME, "created_at": NOW, "due_at": NOW}
        add(connection, schema.outbox, **write, done_at=NOW)


def left(connection: Connection, *repository_ids: int) -> None:
    """Repositories that an installation had, which is removed."""
    for one in repository_ids:
        places.see_repository(connection, NOW, id=one, full_name=f"observatory/{one}", installation_id=5)
        places.join_program(connection, one, HOME)
    places.see_installation(connection, 5, NOW)
    retention.erase_installation(connection, 5, NOW)
    places.remove_installation(connection, 5, NOW)


def come_back(connection: Connection, repository_id: int) -> None:
    """A new installation has it, and begins to work."""
    places.see_repository(
        connection, NOW, id=repository_id, full_name=f"observatory/{repository_id}", installation_id=6
    )


def erase(connection: Connection, ids: list[int]) -> None:
    """As the job does it."""
    after: int | None = 0
    while after is not None:
        after = retention.unname(connection, ids, after)
    for one in ids:
        while retention.erase_some(connection, one):
            pass
    retention.drop_repositories(connection, ids)


# --- what an installation left behind -------------------------------------------------------------


def test_what_an_installation_left_behind_is_erased(connection: Connection) -> None:
    left(connection, HOME)
    a_thread(connection, HOME)
    ids = retention.to_erase(connection, NOW)
    assert ids == [HOME]
    erase(connection, ids)
    assert rows_of(connection, schema.mentorships, schema.repositories) == [0, 0]
    assert set(connection.execute(select(schema.inbox.c.thread)).scalars()) == {None}


def test_what_a_new_installation_set_up_meanwhile_stays(connection: Connection) -> None:
    left(connection, HOME, OTHER)
    ids = retention.to_erase(connection, NOW)
    assert ids == [HOME, OTHER]
    come_back(connection, HOME)
    a_thread(connection, HOME)
    a_thread(connection, OTHER)
    programs.see(connection, HOME, "Space", "1", NOW)
    erase(connection, ids)
    assert list(connection.execute(select(schema.mentorships.c.repository_id)).scalars()) == [HOME]
    assert list(connection.execute(select(schema.repositories.c.id)).scalars()) == [HOME]
    assert set(connection.execute(select(schema.inbox.c.thread)).scalars()) == {None, 1}
    assert rows_of(connection, schema.programs) == [1]


@pytest.mark.parametrize("released_url", ["postgresql"], indirect=True)
def test_nothing_is_set_up_in_the_midst_of_a_step(ledger: Ledger) -> None:
    """SQLite has one writer at a time."""
    with ledger.write() as connection:
        left(connection, HOME)
        a_thread(connection, HOME)

    def begin() -> None:
        with ledger.write() as connection:
            come_back(connection, HOME)

    steps = (
        lambda connection: retention.unname(connection, [HOME], 0),
        lambda connection: retention.erase_some(connection, HOME),
    )
    with ThreadPoolExecutor(1) as pool:
        for step in steps:
            with ledger.write() as connection:
                places.leave_repositories(connection, 6, [HOME], NOW)
            with ledger.write() as connection:
                step(connection)
                begun = pool.submit(begin)
                with pytest.raises(StillWaiting):
                    begun.result(0.5)
            begun.result(20)


def test_a_repository_that_came_back_and_is_left_again_is_kept_as_long_as_any_other(
    connection: Connection,
) -> None:
    """All between two nights: the first time that it was left is not what counts."""
    come_back(connection, HOME)
    places.leave_repositories(connection, 6, [HOME], NOW)
    retention.leave(connection, NOW)
    back_at = NOW + retention.KEPT - DAY
    come_back(connection, HOME)
    places.leave_repositories(connection, 6, [HOME], back_at)
    retention.leave(connection, back_at)
    assert retention.to_erase(connection, back_at + retention.KEPT - DAY) == []
    assert retention.to_erase(connection, back_at + retention.KEPT) == [HOME]


PROGRAM = (schema.programs, schema.cohorts, schema.mentors)


def test_of_a_home_that_others_still_use_its_own_threads_go_and_the_program_stays(
    connection: Connection,
) -> None:
    left(connection, HOME)
    a_program(connection)
    places.see_repository(connection, NOW, id=OTHER, full_name="lens/lens", installation_id=6)
    places.join_program(connection, OTHER, HOME)
    for one in (HOME, OTHER):
        a_thread(connection, one)
    add(connection, schema.files, installation_id=6, source="observatory/42", repository_id=HOME, read_at=NOW)

    ids = retention.to_erase(connection, NOW)
    assert ids == [HOME]
    erase(connection, ids)
    assert list(connection.execute(select(schema.mentorships.c.repository_id)).scalars()) == [OTHER]
    assert rows_of(connection, *PROGRAM, schema.files, schema.repositories) == [1, 1, 1, 1, 2]
    keys = connection.execute(select(schema.outbox.c.key).order_by(schema.outbox.c.id)).scalars().all()
    assert "invitation" in keys[0] and keys[1].startswith("erased")
    assert retention.to_erase(connection, NOW) == []  # nothing is left to do each night

    places.leave_repositories(connection, 6, [OTHER], NOW)
    ids = retention.to_erase(connection, NOW)
    assert ids == [HOME]
    erase(connection, ids)
    assert rows_of(connection, *PROGRAM, schema.repositories) == [0, 0, 0, 1]


def test_a_home_that_is_used_again_meanwhile_keeps_its_program(connection: Connection) -> None:
    left(connection, HOME, OTHER)
    a_program(connection)
    ids = retention.to_erase(connection, NOW)
    come_back(connection, OTHER)
    erase(connection, ids)
    assert rows_of(connection, *PROGRAM, schema.repositories) == [1, 1, 1, 2]


# --- what is old ----------------------------------------------------------------------------------


def walk(connection: Connection) -> int:
    """Goes through the inbox as a night does; where it ended."""
    at, after = 0, retention.clean_inbox(connection, NOW, 0)
    while after is not None:
        at, after = after, retention.clean_inbox(connection, NOW, after)
    return at


def done(connection: Connection, asked: list[Asked], at: datetime, *, again: bool = False) -> None:
    for row_id in (sweeps.ask_again if again else inbox.put)(connection, asked, at):
        inbox.finish(connection, row_id, at, "a note")


def test_rows_that_are_used_again_do_not_end_the_walk(connection: Connection) -> None:
    long_ago = NOW - 200 * DAY
    rounds = [Asked(f"clock:reconcile:{n}", "reconcile", 5, n) for n in range(600)]
    rounds += [Asked("clock:sweep", "sweep"), Asked("survey:5", "installation", 5)]
    done(connection, rounds, long_ago, again=True)
    done(connection, [Asked(f"old {n}", "welcome", 5, HOME, n) for n in range(300)], long_ago)
    done(connection, [Asked("clock:digest:1", "digest")], long_ago)
    done(connection, rounds, NOW - MINUTE, again=True)
    done(connection, [Asked("young", "welcome", 5, HOME, 1), Asked("clock:digest:2", "digest")], NOW - DAY)

    at = walk(connection)
    kept = {row.delivery: row for row in connection.execute(select(schema.inbox))}
    old = [kept[f"old {n}"] for n in range(300)]
    assert {(one.repository_id, one.thread, one.note) for one in old} == {(None, None, None)}
    assert kept["young"].thread == 1 and kept["clock:reconcile:7"].repository_id == 7
    assert "clock:digest:1" not in kept and "clock:digest:2" in kept
    assert at < kept["young"].id  # where the next night goes on


def clean_commands(connection: Connection, now: datetime) -> int:
    """As a night does it; how many are left."""
    while retention.mark_commands(connection, now):
        pass
    while keys := retention.old_commands(connection, now):
        retention.drop_commands(connection, keys)
    return len(connection.execute(select(schema.heard)).all())


def test_commands_are_remembered_for_a_while_wherever_they_were_given(connection: Connection) -> None:
    a_thread(connection, HOME, 1)
    for number in (1, 2):  # a thread with a mentorship, and one without
        assert heard.hear(connection, HOME, number, 99, "a command")
    assert clean_commands(connection, NOW) == 2
    assert clean_commands(connection, NOW + 89 * DAY) == 2
    assert heard.hear(connection, HOME, 3, 99, "another")
    assert clean_commands(connection, NOW + 91 * DAY) == 1
    assert clean_commands(connection, NOW + 182 * DAY) == 0


def test_many_commands_are_marked_some_at_a_time(connection: Connection) -> None:
    for number in range(retention.AT_ONCE + 1):
        assert heard.hear(connection, HOME, number, 99, "a command")
    assert retention.mark_commands(connection, NOW)
    unmarked = select(schema.heard.c.number).where(schema.heard.c.erase_at.is_(None))
    assert len(connection.execute(unmarked).all()) == 1
    assert retention.mark_commands(connection, NOW)
    assert not retention.mark_commands(connection, NOW)
