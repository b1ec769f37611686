"""Claims in the ledger: one open claim of an issue, also when two are at it, and what counts as free."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from adapters.ledger import Ledger, claims, inbox, mentorships
from adapters.ledger.inbox import Asked

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADA, BEN, MENTOR, HERE, PROGRAM = 7, 8, 1, 42, 42


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    """One transaction, which is taken back."""
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def values(person_id: int, number: int = 12, **more: Any) -> dict[str, Any]:
    whose = {"repository_id": HERE, "number": number, "person_id": person_id, "program_id": PROGRAM}
    return whose | {"claimed_at": NOW} | more


def put_starter(connection: Connection, number: int, **more: Any) -> None:
    row = {"program_id": PROGRAM, "repository_id": HERE, "number": number, "mentor_id": MENTOR}
    mentorships.put_starter(connection, row | {"kind": "labelled", "since": NOW} | more)


def held(connection: Connection, number: int = 12) -> Any:
    found = claims.holder(connection, HERE, number)
    assert found is not None
    return found


def test_an_issue_is_claimed_by_one_until_it_is_given_back(connection: Connection) -> None:
    assert claims.take(connection, values(ADA, assigned=True))
    assert not claims.take(connection, values(BEN))
    assert held(connection).person_id == ADA
    claims.release(connection, held(connection), "said", NOW)
    assert claims.holder(connection, HERE, 12) is None
    assert claims.take(connection, values(BEN))
    assert not claims.take(connection, values(ADA))
    claims.release(connection, held(connection), "silent", NOW)
    assert claims.take(connection, values(ADA))
    assert (held(connection).released_why, held(connection).assigned) == (None, False)


def test_two_at_once(ledger: Ledger) -> None:
    def take(person_id: int) -> bool:
        with ledger.write() as connection:
            return claims.take(connection, values(person_id))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(100, 116))) == 1


def test_somebodys_open_claims_the_oldest_first(connection: Connection) -> None:
    claims.take(connection, values(ADA, 14, claimed_at=NOW + timedelta(hours=1)))
    claims.take(connection, values(ADA, 15))
    claims.take(connection, values(ADA, 16, program_id=99))
    claims.take(connection, values(BEN, 17))
    claims.take(connection, values(ADA, 18))
    claims.release(connection, held(connection, 18), "said", NOW)
    assert [row.number for row in claims.open_of(connection, PROGRAM, ADA)] == [15, 14]


def test_a_linked_claim_holds_the_issue_and_is_found_by_its_pull_request(connection: Connection) -> None:
    claims.take(connection, values(ADA))
    claims.release(connection, held(connection), claims.LINKED, NOW)
    claims.change(connection, held(connection), pull_number=30)
    assert held(connection).pull_number == 30
    found = claims.of_pull(connection, HERE, 30)
    assert found is not None and found.number == 12
    assert claims.of_pull(connection, HERE, 31) is None
    assert not claims.ended_with_the_issue(connection, HERE, 12)
    claims.release(connection, found, "closed", NOW)
    assert claims.holder(connection, HERE, 12) is None
    assert claims.ended_with_the_issue(connection, HERE, 12)


def test_what_is_free_has_a_mentor_and_nobody_at_work(connection: Connection) -> None:
    for number in range(12, 20):
        put_starter(connection, number)
    put_starter(connection, 13, mentor_id=None)
    put_starter(connection, 14, closed_at=NOW)
    put_starter(connection, 15, dropped_at=NOW)
    claims.take(connection, values(ADA, 16))
    claims.take(connection, values(BEN, 17))
    claims.release(connection, held(connection, 17), claims.LINKED, NOW)
    claims.take(connection, values(BEN, 18))
    claims.release(connection, held(connection, 18), "said", NOW)
    assert [row.number for row in claims.free(connection, PROGRAM)] == [12, 18, 19]
    assert claims.free(connection, 99) == []


def test_who_may_be_a_claimant(connection: Connection) -> None:
    assert not claims.may_be_claimant(connection, HERE, ADA)
    claims.take(connection, values(ADA))
    assert claims.may_be_claimant(connection, HERE, ADA)
    assert not claims.may_be_claimant(connection, HERE, BEN)
    assert not claims.may_be_claimant(connection, 43, ADA)
    (row_id,) = inbox.put(connection, [Asked("guid", "commands", 5, HERE, 12, {})], NOW)
    assert claims.may_be_claimant(connection, HERE, BEN)
    assert claims.commands_wait(connection, HERE, row_id + 1)
    assert not claims.commands_wait(connection, HERE, row_id)
    inbox.finish(connection, row_id, NOW)
    assert not claims.may_be_claimant(connection, HERE, BEN)


def test_the_front_doors_look_up_uses_indexes(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # its plans for an empty table say nothing
        pytest.skip("seen on SQLite")
    statements = {
        "ix_claims_person_id": "SELECT 1 FROM claims WHERE person_id = 7 AND repository_id = 42",
        "ix_inbox_thread": "SELECT 1 FROM inbox WHERE repository_id = 42 AND job = 'commands'"
        " AND done_at IS NULL AND parked_at IS NULL",
    }
    for index, statement in statements.items():
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all()
        assert any(index in str(line) for line in plan), plan
