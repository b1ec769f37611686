"""Who is listed: their own last word, and nothing of whoever declined, left or was forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select

from adapters.ledger import Ledger, erasing, forgetting, listing, retention
from adapters.ledger.schema import listings, mentors, people

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE, THERE = 42, 43  # programs
OCTOCAT, HUBOT = 583231, 480938


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def mentor(connection: Connection, person_id: int, program_id: int = HERE, said: str = "yes") -> None:
    values = {"program_id": program_id, "person_id": person_id, "said": said, "roster": "ask"}
    connection.execute(insert(mentors).values(values))


def words(connection: Connection) -> set[int]:
    """Of whom a word is kept, whichever."""
    return set(connection.execute(select(listings.c.person_id)).scalars())


def test_nobody_is_listed_who_did_not_say_so(connection: Connection) -> None:
    mentor(connection, OCTOCAT)
    assert not listing.is_listed(connection, OCTOCAT)
    assert listing.person_says(connection, OCTOCAT, True, NOW)
    assert listing.is_listed(connection, OCTOCAT) and listing.listed(connection) == {OCTOCAT}
    assert listing.person_says(connection, OCTOCAT, False, NOW + timedelta(seconds=1), "/mentor unlist")
    assert not listing.is_listed(connection, OCTOCAT) and listing.listed(connection) == set()


def test_the_last_word_is_the_one_that_was_said_last(connection: Connection) -> None:
    listing.person_says(connection, OCTOCAT, False, NOW, "/mentor unlist")
    assert not listing.person_says(connection, OCTOCAT, True, NOW - timedelta(minutes=1), "/mentor list")
    assert not listing.is_listed(connection, OCTOCAT)


def test_who_left_the_roster_is_asked_anew_unless_another_program_has_them(connection: Connection) -> None:
    for person_id in (OCTOCAT, HUBOT):
        mentor(connection, person_id)
        listing.person_says(connection, person_id, True, NOW)
    listing.left_roster(connection, HERE, [OCTOCAT, HUBOT])
    assert listing.listed(connection) == {OCTOCAT, HUBOT}
    mentor(connection, HUBOT, THERE)
    listing.left_roster(connection, HERE, [])
    assert words(connection) == {HUBOT}


def test_who_declines_is_asked_anew_unless_they_mentor_elsewhere(connection: Connection) -> None:
    for person_id in (OCTOCAT, HUBOT):
        mentor(connection, person_id, said="no")
        listing.person_says(connection, person_id, True, NOW)
    mentor(connection, HUBOT, THERE)
    for person_id in (OCTOCAT, HUBOT):
        listing.declined(connection, HERE, person_id)
    assert words(connection) == {HUBOT}


def test_nothing_is_kept_of_whoever_was_forgotten(connection: Connection) -> None:
    listing.person_says(connection, OCTOCAT, True, NOW)
    listing.person_says(connection, HUBOT, True, NOW)
    forgetting.forget(connection, OCTOCAT, ["octocat"], NOW)
    erasing.erase(connection, OCTOCAT, ["octocat"])
    assert not listing.person_says(connection, OCTOCAT, True, NOW + timedelta(days=1))
    assert words(connection) == {HUBOT}


def test_the_word_goes_with_the_last_program(connection: Connection) -> None:
    for person_id, login in ((OCTOCAT, "octocat"), (HUBOT, "hubot")):
        connection.execute(insert(people).values(id=person_id, login=login))
        mentor(connection, person_id)
        listing.person_says(connection, person_id, True, NOW)
    connection.execute(
        delete(mentors).where(mentors.c.person_id == OCTOCAT)
    )  # as an erased program leaves it
    retention.drop_unmentioned(connection, 0)
    assert words(connection) == {HUBOT}
