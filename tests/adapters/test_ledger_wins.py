"""Wins in the ledger: told and found ones, each counted once, of both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from adapters.ledger import Ledger, erasing, wins
from adapters.ledger import schema as tables
from adapters.ledger.wins import Won

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HERE, THERE = 42, 43  # programs, and their homes
OCTOCAT, HUBOT, MONA = 583231, 480938, 1


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def welcomed(connection: Connection, person_id: int) -> None:
    values = {
        "program_id": HERE,
        "person_id": person_id,
        "repository_id": HERE,
        "number": 1,
        "greeted_at": NOW,
    }
    connection.execute(insert(tables.greetings).values(values))


def did(
    connection: Connection, person_id: int, number: int, at: datetime, kind: str = "pull", **more: Any
) -> None:
    values = {
        "repository_id": HERE,
        "number": number,
        "person_id": person_id,
        "kind": kind,
        "program_id": HERE,
    }
    values |= {"opened_at": at - DAY, "merged_at": at} if kind == "pull" else {"opened_at": at}
    connection.execute(insert(tables.contributions).values(values | {"changed_at": at} | more))


def told(connection: Connection, person_id: int, number: int, **more: Any) -> None:
    values = {"program_id": HERE, "person_id": person_id, "repository_id": HERE, "number": number}
    wins.tell(connection, values | {"text": "Mine", "said_at": NOW} | more)


def enough(connection: Connection, now: datetime) -> bool:
    return wins.say_enough(connection, HERE, OCTOCAT, now - DAY, now)


def test_the_first_merge_and_the_first_review_of_a_newcomer_are_wins(connection: Connection) -> None:
    welcomed(connection, OCTOCAT)
    did(connection, OCTOCAT, 3, NOW - 2 * DAY, merged_at=None)
    did(connection, OCTOCAT, 4, NOW - DAY)
    did(connection, OCTOCAT, 5, NOW)
    did(connection, OCTOCAT, 9, NOW - 3 * DAY, "review")
    did(connection, OCTOCAT, 8, NOW, "review")
    found = wins.since(connection, HERE, NOW - 30 * DAY)
    assert found == [
        Won("code", OCTOCAT, HERE, 4, NOW - DAY),
        Won("review", OCTOCAT, HERE, 9, NOW - 3 * DAY),
    ]
    assert wins.of_person(connection, HERE, OCTOCAT) == found
    # The first is not the first of a week.
    assert wins.since(connection, HERE, NOW - timedelta(hours=1)) == []


def test_what_is_heard_late_is_told_once_and_never_what_is_old(connection: Connection) -> None:
    welcomed(connection, OCTOCAT)
    did(connection, OCTOCAT, 4, NOW - 3 * DAY, changed_at=NOW - DAY / 2)
    weeks = [(NOW - 9 * DAY, NOW - 2 * DAY), (NOW - 2 * DAY, NOW), (NOW, NOW + 5 * DAY)]
    told_in = [len(wins.since(connection, HERE, *week, week[0] - 7 * DAY)) for week in weeks]
    assert told_in == [0, 1, 0]
    assert wins.since(connection, HERE, *weeks[1], NOW - 2.5 * DAY) == []


def test_what_is_told_after_the_end_is_for_the_next_time(connection: Connection) -> None:
    told(connection, OCTOCAT, 1, said_at=NOW - DAY)
    told(connection, OCTOCAT, 2, said_at=NOW + DAY)
    assert [one.number for one in wins.since(connection, HERE, NOW - 2 * DAY, NOW)] == [1]


def test_of_whoever_was_here_before_nobody_knows_the_first(connection: Connection) -> None:
    did(connection, HUBOT, 4, NOW)
    assert wins.since(connection, HERE, NOW - DAY) == []


def test_another_programs_are_not_counted_here(connection: Connection) -> None:
    welcomed(connection, OCTOCAT)
    did(connection, OCTOCAT, 4, NOW, program_id=THERE, repository_id=THERE)
    told(connection, OCTOCAT, 4, program_id=THERE)
    assert wins.since(connection, HERE, NOW - DAY) == wins.of_person(connection, HERE, OCTOCAT) == []


def test_what_was_told_of_and_is_found_as_well_counts_once(connection: Connection) -> None:
    welcomed(connection, OCTOCAT)
    did(connection, OCTOCAT, 4, NOW)
    told(connection, OCTOCAT, 4, kind="code", told_by=HUBOT)
    told(connection, OCTOCAT, 4, kind="blog", said_at=NOW + DAY)
    found = wins.since(connection, HERE, NOW - DAY)
    assert [(one.kind, one.text, one.told_by) for one in found] == [
        ("blog", "Mine", None),
        ("code", "Mine", HUBOT),
    ]


def test_what_was_kept_before_there_were_kinds_is_of_no_kind(connection: Connection) -> None:
    told(connection, OCTOCAT, 4)
    (one,) = wins.since(connection, HERE, NOW - DAY)
    assert (one.kind, one.told_by) == ("other", None)


def test_who_tells_of_others_counts_for_their_own_ten(connection: Connection) -> None:
    told(connection, OCTOCAT, 1)
    told(connection, HUBOT, 2, told_by=OCTOCAT)
    told(connection, OCTOCAT, 3, told_by=MONA)
    assert wins.count_since(connection, HERE, OCTOCAT, NOW - DAY) == 2
    assert wins.count_since(connection, HERE, OCTOCAT, NOW) == 0


def test_that_it_is_enough_is_said_once_a_day(connection: Connection) -> None:
    told(connection, OCTOCAT, 1)
    told(connection, OCTOCAT, 2)
    assert [enough(connection, NOW), enough(connection, NOW + DAY / 2)] == [True, False]
    told(connection, OCTOCAT, 3, said_at=NOW + 1.2 * DAY)
    assert [enough(connection, NOW + days * DAY) for days in (1.5, 1.6)] == [True, False]


def test_who_is_forgotten_is_neither_whose_win_it_is_nor_who_told(connection: Connection) -> None:
    told(connection, OCTOCAT, 1)
    told(connection, HUBOT, 2, told_by=OCTOCAT)
    erasing.erase(connection, OCTOCAT, ["octocat"])
    (left,) = wins.all_of_them(connection)
    assert (left.person_id, left.told_by) == (HUBOT, 0)
    # It stays what somebody else told of them: it is not among their own ten.
    assert wins.count_since(connection, HERE, HUBOT, NOW - DAY) == 0


def test_who_is_known_in_a_program(connection: Connection) -> None:
    assert not wins.is_known(connection, HERE, OCTOCAT)
    welcomed(connection, OCTOCAT)
    assert wins.is_known(connection, HERE, OCTOCAT) and not wins.is_known(connection, THERE, OCTOCAT)
    connection.execute(update(tables.greetings).values(person_id=MONA))
    told(connection, HUBOT, 2)
    assert wins.is_known(connection, HERE, HUBOT) and not wins.is_known(connection, HERE, OCTOCAT)
