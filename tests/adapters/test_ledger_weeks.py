"""The ledger's account of a week: who came, who waits, what was handed over, freed and won."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from adapters.ledger import Ledger, mentorships, weeks
from adapters.ledger.schema import claims

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


def test_what_newcomers_had_merged_the_newest_first(connection: Connection) -> None:
    ended = {"closed_at": NOW, "since": NOW - 90 * DAY}
    mentorship(connection, 1, merged=True, **ended | {"closed_at": NOW - DAY})
    mentorship(connection, 2, merged=True, **ended)
    mentorship(connection, 3, merged=False, **ended)
    mentorship(connection, 4, merged=True, kind="asked", **ended)
    mentorship(connection, 5, merged=True, **ended | {"closed_at": NOW - 8 * DAY})
    mentorship(connection, 6, merged=True, program_id=THEIRS, **ended)
    assert numbers(weeks.merged(connection, OURS, NOW - 7 * DAY)) == [2, 1]


def test_who_came_lately_or_had_something_merged(connection: Connection) -> None:
    mentorship(connection, 1, since=NOW - 9 * DAY, closed_at=NOW, merged=True)
    mentorship(connection, 2, since=NOW - 9 * DAY, closed_at=NOW)
    mentorship(connection, 3, since=NOW - DAY)
    mentorship(connection, 4, program_id=THEIRS)
    assert [row.newcomer_id for row in weeks.lately(connection, OURS, NOW - 7 * DAY)] == [1, 3]


def test_what_is_taken(connection: Connection) -> None:
    claim(connection, 1)
    claim(connection, 2, released_at=NOW, released_why="said")
    claim(connection, 3, program_id=THEIRS)
    claim(connection, 4, repository_id=43)
    mentorship(connection, 101, starter_number=5)
    mentorship(connection, 102, starter_number=6, closed_at=NOW)
    mentorship(connection, 103, starter_number=7, program_id=THEIRS)
    mentorship(connection, 104)
    mentorship(connection, 105, starter_number=1)
    mentorship(connection, 8, kind="asked")
    mentorship(connection, 9, kind="asked", closed_at=NOW)
    assert weeks.taken(connection, OURS) == {(HERE, 1), (43, 4), (HERE, 5), (HERE, 8)}
