"""Sessions, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from adapters.ledger import Ledger, erasing, retention, schema, sessions
from adapters.ledger.sessions import LASTS, Session

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOST = 2**53  # GitHub's ids have long left 32 bits


def session(person_id: int, **more: object) -> Session:
    known = {"installations": frozenset({7, MOST}), "asked": 7, "repositories": frozenset({1, 2})}
    return Session(person_id, "octocat", "a token", NOW + LASTS, **known | more)  # type: ignore[arg-type]


def test_a_session_is_found_by_its_key_until_it_ends(ledger: Ledger) -> None:
    with ledger.write() as connection:
        sessions.begin(connection, "the key", session(MOST))
    with ledger.read() as connection:
        assert sessions.find(connection, "the key", NOW + LASTS - timedelta(seconds=1)) == session(MOST)
        assert sessions.find(connection, "the key", NOW + LASTS) is None
        for other in ("The key", "", "the key ", "\x00", "\udcff"):
            assert sessions.find(connection, other, NOW) is None


def test_the_end_of_one_session_is_not_that_of_another(ledger: Ledger) -> None:
    with ledger.write() as connection:
        sessions.begin(connection, "one", session(1))
        sessions.begin(connection, "two", session(1))
        sessions.end(connection, "one")
        sessions.end(connection, "never begun")
        assert sessions.find(connection, "one", NOW) is None
        assert sessions.find(connection, "two", NOW) == session(1)


@pytest.mark.parametrize("erased", [1, 2])
def test_who_is_erased_has_no_session(ledger: Ledger, erased: int) -> None:
    with ledger.write() as connection:
        sessions.begin(connection, "one", session(1))
        erasing.erase(connection, erased, ["octocat"])
        assert (sessions.find(connection, "one", NOW) is None) is (erased == 1)


def test_what_is_over_goes_in_the_night(ledger: Ledger) -> None:
    with ledger.write() as connection:
        sessions.begin(connection, "over", session(1, asked=None))
        assert retention.drop_old(connection, NOW) == 0
        assert retention.drop_old(connection, NOW + LASTS) == 1
        assert connection.execute(select(schema.sessions)).all() == []
