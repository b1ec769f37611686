"""What the ledger has for a program's page: stages, starter issues, helpers, and nothing of another program."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from adapters.ledger import Ledger, mentorships, places, programs
from adapters.ledger import program_page as ledger
from adapters.ledger.schema import claims, files, starters

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OURS, THEIRS = 1, 2  # programs
HERE, THERE = 42, 43
OPEN = ("mentor", "maintainers", "newcomer")


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    """One transaction, which is taken back."""
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def mentorship(connection: Connection, number: int, **facts: Any) -> None:
    given = {"repository_id": HERE, "number": number, "program_id": OURS, "newcomer_id": number, "since": NOW}
    mentorships.begin(connection, given | facts)


def starter(connection: Connection, number: int, **facts: Any) -> None:
    given = {"repository_id": HERE, "number": number, "program_id": OURS, "mentor_id": 7, "kind": "starter"}
    connection.execute(insert(starters).values(given | {"since": NOW} | facts))


def claim(connection: Connection, number: int, **facts: Any) -> None:
    given = {"repository_id": HERE, "number": number, "person_id": 9, "program_id": OURS, "claimed_at": NOW}
    connection.execute(insert(claims).values(given | facts))


def numbers(rows: Any) -> list[int]:
    return [row.number for row in rows]


def a_few_threads(connection: Connection) -> None:
    mentorship(connection, 1, turn="mentor", turn_since=NOW - DAY)
    mentorship(connection, 2, turn="maintainers", turn_since=NOW - 3 * DAY)
    mentorship(connection, 3, turn="newcomer", turn_since=NOW - 9 * DAY)
    mentorship(connection, 4, closed_at=NOW - DAY, merged=True)
    mentorship(connection, 5, closed_at=NOW - HOUR, merged=True)
    mentorship(connection, 6, closed_at=NOW)
    mentorship(connection, 7, repository_id=THERE)
    mentorship(connection, 8, program_id=THEIRS)


# --- newcomers ------------------------------------------------------------------------------------


def test_threads_are_counted_by_repository_and_stage(connection: Connection) -> None:
    a_few_threads(connection)
    found = {(row.repository_id, row.stage): row.many for row in ledger.stages(connection, OURS)}
    assert found == {
        (HERE, "mentor"): 1,
        (HERE, "maintainers"): 1,
        (HERE, "newcomer"): 1,
        (HERE, "merged"): 2,
        (HERE, "closed"): 1,
        (THERE, "mentor"): 1,
    }


def test_who_waits_longest_comes_first_and_what_is_over_last(connection: Connection) -> None:
    a_few_threads(connection)
    rows = ledger.threads(connection, OURS, [HERE], (*OPEN, "merged", "closed"))
    assert numbers(rows) == [2, 1, 3, 6, 5, 4]
    assert [row.stage for row in rows][:3] == ["maintainers", "mentor", "newcomer"]
    assert rows[0].waits_since == NOW - 3 * DAY


def test_a_thread_waits_from_its_beginning_where_nothing_happened_since(connection: Connection) -> None:
    mentorship(connection, 1, since=NOW - 2 * DAY)
    (row,) = ledger.threads(connection, OURS, [HERE], OPEN)
    assert row.waits_since == NOW - 2 * DAY


def test_only_the_stages_that_are_asked_for(connection: Connection) -> None:
    a_few_threads(connection)
    assert numbers(ledger.threads(connection, OURS, [HERE], ["merged"])) == [5, 4]


def test_a_page_of_threads(connection: Connection) -> None:
    a_few_threads(connection)
    assert numbers(ledger.threads(connection, OURS, [HERE], OPEN, limit=1, offset=1)) == [1]


def test_threads_of_repositories_that_may_not_be_named_are_not_read(connection: Connection) -> None:
    a_few_threads(connection)
    assert numbers(ledger.threads(connection, OURS, [THERE], OPEN)) == [7]
    assert ledger.threads(connection, OURS, [], OPEN) == []


def test_what_began_since(connection: Connection) -> None:
    mentorship(connection, 1, since=NOW - 3 * DAY)
    mentorship(connection, 2, since=NOW - DAY)
    mentorship(connection, 3, since=NOW - 2 * DAY)
    mentorship(connection, 4, program_id=THEIRS)
    assert numbers(ledger.came(connection, OURS, NOW - 2 * DAY)) == [3, 2]
    assert ledger.here_before(connection, OURS, NOW - 2 * DAY) == {1}


def test_claims_that_were_not_given_back(connection: Connection) -> None:
    claim(connection, 1)
    claim(connection, 2, released_at=NOW, released_why="linked", pull_number=20)
    claim(connection, 3, released_at=NOW, released_why="said")
    claim(connection, 4, released_at=NOW, released_why="silent")
    claim(connection, 5, released_at=NOW, released_why="closed")
    claim(connection, 6, program_id=THEIRS)
    claim(connection, 7, claimed_at=NOW - DAY)
    assert numbers(ledger.claimed(connection, OURS, NOW - HOUR)) == [1, 2, 5]


# --- mentors and graduates ------------------------------------------------------------------------


def test_answers_of_some_mentors_or_of_all(connection: Connection) -> None:
    mentorship(connection, 1, mentor_id=7, answered_at=NOW + HOUR)
    mentorship(connection, 2, mentor_id=8)
    mentorship(connection, 3)
    mentorship(connection, 4, mentor_id=7, since=NOW - 2 * DAY)
    mentorship(connection, 5, mentor_id=7, program_id=THEIRS)
    assert sorted(row.mentor_id for row in ledger.answers(connection, OURS, NOW - DAY)) == [7, 8]
    (row,) = ledger.answers(connection, OURS, NOW - DAY, [7])
    assert row.answered_at - row.since == HOUR
    assert ledger.answers(connection, OURS, NOW - DAY, []) == []


def test_a_helper_is_whoever_was_named_where_a_person_answered(connection: Connection) -> None:
    mentorship(connection, 1, mentor_id=7, second_id=8, newcomer_id=50, answered_at=NOW)
    mentorship(connection, 2, mentor_id=7, newcomer_id=50, answered_at=NOW)
    mentorship(connection, 3, mentor_id=10, newcomer_id=51)
    mentorship(connection, 4, mentor_id=11, newcomer_id=52, answered_at=NOW, program_id=THEIRS)
    rows = ledger.helped(connection, OURS)
    assert sorted((row.mentor_id, row.newcomer_id) for row in rows) == [(7, 50), (8, 50)]


def test_who_opened_starter_issues(connection: Connection) -> None:
    starter(connection, 1)
    starter(connection, 2, closed_at=NOW)
    starter(connection, 3, dropped_at=NOW)
    starter(connection, 4, kind="labelled")
    starter(connection, 5, mentor_id=8)
    starter(connection, 6, mentor_id=None)
    starter(connection, 7, program_id=THEIRS)
    assert ledger.opened(connection, OURS) == {7: 2, 8: 1}


# --- starter issues -------------------------------------------------------------------------------


def some_starters(connection: Connection) -> None:
    starter(connection, 1)
    starter(connection, 2, since=NOW + HOUR)
    starter(connection, 3)
    claim(connection, 3, person_id=30)
    starter(connection, 4)
    mentorship(connection, 40, starter_number=4, newcomer_id=44)
    starter(connection, 5, closed_at=NOW)
    starter(connection, 6, dropped_at=NOW)
    starter(connection, 7, repository_id=THERE)
    starter(connection, 8, program_id=THEIRS)


def test_starter_issues_are_free_taken_or_done(connection: Connection) -> None:
    some_starters(connection)
    found = {(row.repository_id, row.state): row.many for row in ledger.starter_states(connection, OURS)}
    assert found == {(HERE, "free"): 2, (HERE, "taken"): 2, (HERE, "done"): 1, (THERE, "free"): 1}


def test_free_starter_issues_come_first_and_the_newest_of_them(connection: Connection) -> None:
    some_starters(connection)
    rows = ledger.starter_issues(connection, OURS, [HERE], ("free", "taken", "done"))
    assert numbers(rows) == [2, 1, 3, 4, 5]
    assert [row.state for row in rows] == ["free", "free", "taken", "taken", "done"]
    taken = ledger.starter_issues(connection, OURS, [HERE, THERE], ["taken"], limit=1, offset=1)
    assert numbers(taken) == [4]


def test_who_took_an_issue(connection: Connection) -> None:
    some_starters(connection)
    assert ledger.takers(connection, OURS) == {(HERE, 3): 30, (HERE, 4): 44}


# --- which programs -------------------------------------------------------------------------------


def a_file(connection: Connection, installation_id: int, text: str) -> None:
    values = {"installation_id": installation_id, "source": "42", "read_at": NOW, "text": "newer and wrong"}
    connection.execute(insert(files).values(values | {"good": [["observatory/dome", 42, text]]}))


def test_installations_with_a_file_that_names_a_login(connection: Connection) -> None:
    a_file(connection, 5, "organizers: [MonaLisa]")
    a_file(connection, 6, "organizers: [octocat]")
    assert ledger.installations_naming(connection, ["monalisa"]) == {5}
    assert ledger.installations_naming(connection, ["m_nalisa"]) == set()  # no pattern
    assert ledger.installations_naming(connection, ["monalisa", "octocat"]) == {5, 6}
    assert ledger.installations_naming(connection, []) == set()


def test_programs_of_an_installation_by_name(connection: Connection) -> None:
    for repository_id, installation_id, program_id in ((42, 5, 42), (43, 5, 42), (44, 6, 44), (45, 5, None)):
        name = f"observatory/{repository_id}"
        places.see_repository(
            connection, NOW, id=repository_id, full_name=name, installation_id=installation_id
        )
        places.join_program(connection, repository_id, program_id)
    programs.see(connection, 42, "Space", "v1", NOW)
    programs.see(connection, 44, "Deep sea", "v1", NOW)
    assert ledger.programs_in(connection, [5]) == {42}
    assert ledger.programs_in(connection, [5, 6, 7]) == {42, 44}
    assert [row.name for row in ledger.known(connection, {42, 44})] == ["Deep sea", "Space"]
