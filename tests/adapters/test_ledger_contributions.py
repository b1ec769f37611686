"""Contributions in the ledger: noted once, brought up to date, of people of ours alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from adapters.ledger import Ledger, contributions, erasing, forgetting, mentorships, programs
from mentoring.facts import Issue

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GREETED, MENTOR, HELPED, STRANGER, HERE, PROGRAM = 7, 8, 9, 10, 42, 1


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    """One transaction, which is taken back: somebody greeted, a mentor, and somebody with a claim."""
    with shared_ledger.engine.connect() as opened:
        mentorships.greet(opened, PROGRAM, GREETED, HERE, 5, NOW)
        programs.roster_says(opened, PROGRAM, MENTOR, "agreed", NOW)
        values = {"program_id": PROGRAM, "repository_id": HERE, "number": 4, "newcomer_id": HELPED}
        mentorships.begin(opened, values | {"kind": "claim", "since": NOW, "merged": False})
        yield opened
        opened.rollback()


def pull(author_id: int = GREETED, number: int = 5, **values: object) -> Issue:
    issue = Issue(HERE, number, author_id, "newcomer", "A lens", "", True, True, NOW - DAY, NOW)
    return replace(issue, **values)  # type: ignore[arg-type]


def merged_at(moment: datetime) -> dict[str, object]:
    return {"is_open": False, "merged_at": moment, "closed_at": moment}


def test_a_pull_request_is_noted_once_and_follows_github(connection: Connection) -> None:
    contributions.keep(connection, PROGRAM, pull(), NOW)
    contributions.keep(connection, PROGRAM, pull(), NOW + DAY)
    (row,) = contributions.all_since(connection, PROGRAM, NOW - DAY)
    assert (row.kind, row.opened_at, row.merged_at, row.changed_at) == ("pull", NOW - DAY, None, NOW)
    assert contributions.merged(connection, PROGRAM, GREETED) == []

    contributions.keep(connection, PROGRAM, pull(is_open=False, closed_at=NOW), NOW + DAY)
    assert contributions.known(connection, HERE, [5])[5].closed_at == NOW
    contributions.keep(connection, PROGRAM, pull(), NOW + DAY)
    assert contributions.known(connection, HERE, [5])[5].closed_at is None

    contributions.keep(connection, PROGRAM, pull(**merged_at(NOW + DAY)), NOW + 2 * DAY)
    contributions.keep(connection, PROGRAM, pull(number=3, **merged_at(NOW)), NOW + 2 * DAY)
    found = contributions.merged(connection, PROGRAM, GREETED)
    assert [(row.number, row.merged_at) for row in found] == [(3, NOW), (5, NOW + DAY)]
    assert contributions.merged(connection, 2, GREETED) == []


def test_of_people_of_ours_alone(connection: Connection) -> None:
    for number, person_id in enumerate((GREETED, MENTOR, HELPED, STRANGER, 0), 20):
        contributions.keep(connection, PROGRAM, pull(person_id, number), NOW)
        contributions.keep_review(connection, PROGRAM, (HERE, 3), person_id, NOW, NOW)
    found = contributions.all_since(connection, PROGRAM, NOW - DAY)
    assert {(row.person_id, row.kind) for row in found} == {
        (person_id, kind) for person_id in (GREETED, MENTOR, HELPED) for kind in ("pull", "review")
    }
    assert contributions.ours(connection, 2, [GREETED, MENTOR, HELPED]) == set()


def test_of_several_reviews_the_first_counts(connection: Connection) -> None:
    for at in (NOW, NOW + DAY):
        contributions.keep_review(connection, PROGRAM, (HERE, 3), MENTOR, at, at)
    (row,) = contributions.of_people(connection, PROGRAM, [MENTOR], NOW)
    assert (row.number, row.opened_at) == (3, NOW)


def test_since_is_whatever_happened_last(connection: Connection) -> None:
    contributions.keep(connection, PROGRAM, pull(**merged_at(NOW)), NOW)
    contributions.keep(connection, PROGRAM, pull(number=6, created_at=NOW - 9 * DAY), NOW)
    since = [row.number for row in contributions.of_people(connection, PROGRAM, [GREETED], NOW)]
    assert since == [5]
    assert contributions.of_people(connection, PROGRAM, [MENTOR], NOW - 99 * DAY) == []
    assert [row.number for row in contributions.all_since(connection, PROGRAM, NOW - 9 * DAY)] == [6, 5]


def test_nothing_is_noted_of_who_is_forgotten(connection: Connection) -> None:
    contributions.keep(connection, PROGRAM, pull(), NOW)
    erasing.erase(connection, GREETED, ["newcomer"])
    assert contributions.all_since(connection, PROGRAM, NOW - DAY) == []
    mentorships.greet(connection, PROGRAM, GREETED, HERE, 5, NOW)
    forgetting.forget(connection, GREETED, ["newcomer"], NOW)
    contributions.keep(connection, PROGRAM, pull(), NOW)
    assert contributions.all_since(connection, PROGRAM, NOW - DAY) == []
