"""The ledger's account of a week: who came, who waits, what was handed over, freed and won."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from adapters.ledger import Ledger, mentorships, weeks
from adapters.ledger.schema import claims, contributions, greetings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OURS, THEIRS = 1, 2  # programs
HERE = 42


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    """One transaction, which is taken back."""
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def mentorship(connection: Connection, number: int, **facts: Any) -> None:
    given = {"repository_id": HERE, "number": number, "program_id": OURS, "newcomer_id": number, "since": NOW}
    mentorships.begin(connection, given | facts)


def claim(connection: Connection, number: int, **facts: Any) -> None:
    given = {"repository_id": HERE, "number": number, "person_id": 7, "program_id": OURS, "claimed_at": NOW}
    connection.execute(insert(claims).values(given | facts))


def numbers(rows: Any) -> list[int]:
    return [row.number for row in rows]


def test_who_came(connection: Connection) -> None:
    mentorship(connection, 1, since=NOW - DAY)
    mentorship(connection, 2, since=NOW - 3 * DAY)
    mentorship(connection, 3, since=NOW - 2 * DAY, closed_at=NOW)
    mentorship(connection, 4, program_id=THEIRS)
    assert numbers(weeks.begun(connection, OURS, NOW - 2 * DAY)) == [3, 1]


def test_a_second_thread_tells_when_the_first_one_began(connection: Connection) -> None:
    mentorship(connection, 1, newcomer_id=7, since=NOW - 9 * DAY, closed_at=NOW)
    mentorship(connection, 2, newcomer_id=7, since=NOW - DAY)
    mentorship(connection, 3, newcomer_id=8, since=NOW - DAY)
    mentorship(connection, 4, newcomer_id=8, since=NOW - 20 * DAY, program_id=THEIRS)
    for rows in (weeks.begun(connection, OURS, NOW - 2 * DAY), weeks.lately(connection, OURS, NOW - 2 * DAY)):
        assert [(row.number, row.came_at) for row in rows] == [(2, NOW - 9 * DAY), (3, NOW - DAY)]


def test_who_waits_the_longest_first(connection: Connection) -> None:
    mentorship(connection, 1, since=NOW - 9 * DAY, turn="mentor", turn_since=NOW - DAY)
    mentorship(connection, 2, since=NOW - 2 * DAY)  # the turn is the mentor's from the beginning
    mentorship(connection, 3, since=NOW - 4 * DAY, turn="maintainers", turn_since=NOW - 3 * DAY)
    mentorship(connection, 4, since=NOW - 5 * DAY, turn="mentor", answered_at=NOW - 4 * DAY)
    mentorship(connection, 5, since=NOW - 9 * DAY, turn="newcomer")
    mentorship(connection, 6, since=NOW - 9 * DAY, closed_at=NOW)
    mentorship(connection, 7, since=NOW - 9 * DAY, program_id=THEIRS)
    rows = weeks.waiting(connection, OURS)
    assert numbers(rows) == [4, 3, 2, 1]
    assert [row.waits_since for row in rows] == [NOW - n * DAY for n in (5, 3, 2, 1)]


def test_what_was_handed_over(connection: Connection) -> None:
    mentorship(connection, 1, handed_over_at=NOW - DAY)
    mentorship(connection, 2, handed_over_at=NOW - 2 * DAY, closed_at=NOW)
    mentorship(connection, 3, handed_over_at=NOW - 3 * DAY)
    mentorship(connection, 4)
    mentorship(connection, 5, handed_over_at=NOW, program_id=THEIRS)
    assert numbers(weeks.handed_over(connection, OURS, NOW - 2 * DAY)) == [2, 1]


def test_claims_that_left_the_issue_free(connection: Connection) -> None:
    claim(connection, 1, released_at=NOW, released_why="silent")
    claim(connection, 2, released_at=NOW - DAY, released_why="said")
    claim(connection, 3, released_at=NOW, released_why="closed")
    claim(connection, 4, released_at=NOW, released_why="linked")
    claim(connection, 5, released_at=NOW - 2 * DAY, released_why="said")
    claim(connection, 6)
    claim(connection, 7, released_at=NOW, released_why="said", program_id=THEIRS)
    assert numbers(weeks.released(connection, OURS, NOW - DAY)) == [2, 1]


def welcomed(connection: Connection, person_id: int, program_id: int = OURS) -> None:
    values = {"program_id": program_id, "person_id": person_id, "greeted_at": NOW - 90 * DAY}
    connection.execute(insert(greetings).values(values | {"repository_id": HERE, "number": person_id}))


def had_merged(connection: Connection, number: int, person_id: int, **facts: Any) -> None:
    given = {"repository_id": HERE, "number": number, "person_id": person_id, "program_id": OURS}
    given |= {"kind": "pull", "opened_at": NOW - 90 * DAY, "merged_at": NOW, "changed_at": NOW}
    connection.execute(insert(contributions).values(given | facts))


def test_what_newcomers_had_merged_the_newest_first(connection: Connection) -> None:
    for person_id in (7, 8):
        welcomed(connection, person_id)
    had_merged(connection, 1, 7, merged_at=NOW - DAY)
    had_merged(connection, 2, 8)
    had_merged(connection, 3, 7, merged_at=None)
    had_merged(connection, 4, 9)  # who was here before
    had_merged(connection, 5, 7, merged_at=NOW - 8 * DAY)
    had_merged(connection, 6, 8, program_id=THEIRS)
    had_merged(connection, 7, 8, kind="review", merged_at=None)
    found = weeks.merged(connection, OURS, NOW - 7 * DAY)
    assert [(row.number, row.newcomer_id, row.heard_at) for row in found] == [(2, 8, NOW), (1, 7, NOW)]


def test_not_the_first_alone_and_after_the_third_nobody_is_new(connection: Connection) -> None:
    welcomed(connection, 7)
    had_merged(connection, 1, 7, merged_at=NOW - 30 * DAY)
    for number in (3, 2, 4, 5):
        had_merged(connection, number, 7)
    assert numbers(weeks.merged(connection, OURS, NOW - 7 * DAY)) == [2, 3]


def test_who_came_lately(connection: Connection) -> None:
    mentorship(connection, 1, since=NOW - 9 * DAY, closed_at=NOW, merged=True)
    mentorship(connection, 3, since=NOW - DAY)
    mentorship(connection, 4, program_id=THEIRS)
    assert [row.newcomer_id for row in weeks.lately(connection, OURS, NOW - 7 * DAY)] == [3]
