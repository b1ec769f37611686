"""Lineage in the ledger: generations, and chains that end where nobody may be named."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from adapters.ledger import Ledger, erasing, lineage, mentorships, people, programs

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOME = 42
FIRST, SECOND, THIRD = 1, 2, 3


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def grew(
    connection: Connection, person_id: int, helper_id: int | None, generation: int, said: str = "yes"
) -> None:
    values = {"program_id": HOME, "person_id": person_id, "helper_id": helper_id, "generation": generation}
    assert lineage.put(connection, values | {"merged": 3, "areas": ["orm"], "since": NOW})
    people.see(connection, person_id, f"person-{person_id}")
    programs.person_says(connection, HOME, person_id, said, "/mentor accept", NOW)


def three(connection: Connection) -> None:
    """One of the roster helped the second, who helped the third."""
    programs.roster_says(connection, HOME, FIRST, "agreed", NOW)
    grew(connection, SECOND, FIRST, 1)
    grew(connection, THIRD, SECOND, 2)


def test_a_chain_begins_with_the_oldest_helper(connection: Connection) -> None:
    three(connection)
    assert lineage.chain(connection, HOME, THIRD) == [FIRST, SECOND]
    assert lineage.chain(connection, HOME, SECOND) == [FIRST]
    assert lineage.chain(connection, HOME, FIRST) == []
    assert lineage.chain(connection, HOME + 1, THIRD) == []


def test_generations_are_those_of_mentors(connection: Connection) -> None:
    three(connection)
    programs.person_says(connection, HOME, 4, "yes", "/mentor accept", NOW)  # a graduate
    grew(connection, 5, SECOND, 2, said="later")
    assert [lineage.generation(connection, HOME, one) for one in range(1, 7)] == [0, 1, 2, 0, None, None]
    assert lineage.generations(connection, HOME) == Counter({0: 2, 1: 1, 2: 1})
    assert lineage.helped_by(connection, HOME, SECOND) == 1  # the other one said later


def test_somebody_is_asked_once(connection: Connection) -> None:
    three(connection)
    again = {"program_id": HOME, "person_id": THIRD, "helper_id": FIRST, "generation": 1}
    assert not lineage.put(connection, again | {"merged": 6, "since": NOW})
    assert lineage.chain(connection, HOME, THIRD) == [FIRST, SECOND]


def test_a_chain_ends_with_whoever_said_no(connection: Connection) -> None:
    three(connection)
    programs.person_says(connection, HOME, SECOND, "no", "/mentor decline", NOW)
    assert lineage.chain(connection, HOME, THIRD) == []
    assert lineage.generation(connection, HOME, THIRD) == 2
    assert [row.person_id for row in lineage.grown(connection, HOME)] == [THIRD]


def test_a_chain_ends_with_whoever_is_forgotten_and_the_generation_stays(connection: Connection) -> None:
    three(connection)
    erasing.erase(connection, SECOND, ["person-2"])
    assert lineage.chain(connection, HOME, THIRD) == []
    assert lineage.generation(connection, HOME, THIRD) == 2
    assert lineage.get(connection, HOME, SECOND) is None


def test_a_circle_has_an_end(connection: Connection) -> None:
    grew(connection, SECOND, THIRD, 1)
    grew(connection, THIRD, SECOND, 2)
    assert lineage.chain(connection, HOME, THIRD) == [SECOND]
    assert lineage.chain(connection, HOME, SECOND) == [THIRD]


def test_the_first_newcomer_is_the_first_on_all_their_threads(connection: Connection) -> None:
    def begin(number: int, newcomer_id: int) -> None:
        values = {"program_id": HOME, "repository_id": HOME, "number": number, "newcomer_id": newcomer_id}
        mentorships.begin(connection, values | {"mentor_id": SECOND, "since": NOW, "merged": False})

    assert not lineage.helped_others(connection, HOME, SECOND, 7)
    begin(1, 7)
    assert not lineage.helped_others(connection, HOME, SECOND, 7)  # a claim first, then the pull request
    assert lineage.helped_others(connection, HOME, SECOND, 8)
