"""The set-up page's row, on both databases: one link, one browser, done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from adapters.ledger import Ledger, setting_up

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def claims(ledger: Ledger, token: str, browser: str, now: datetime = NOW) -> bool:
    with ledger.write() as connection:
        return setting_up.claim(connection, token, browser, now)


def opens(ledger: Ledger, token: str, now: datetime = NOW) -> bool:
    with ledger.write() as connection:
        return setting_up.open_unless_open(connection, token, now)


def test_of_many_browsers_one_gets_the_link(ledger: Ledger) -> None:
    assert opens(ledger, "token")
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda number: claims(ledger, "token", f"browser {number}"), range(8)))
    assert sorted(got) == [*[False] * 7, True]


def test_of_several_processes_one_tells_a_link(ledger: Ledger) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda number: opens(ledger, f"token {number}"), range(4))) == 1
    assert opens(ledger, "the next day", NOW + timedelta(days=1))


def test_once_it_is_done_no_link_works_and_none_is_told(ledger: Ledger) -> None:
    opens(ledger, "token")
    assert claims(ledger, "token", "browser")
    with ledger.write() as connection:
        assert setting_up.of_browser(connection, "browser", NOW)
        setting_up.done(connection, NOW)
        assert setting_up.of_browser(connection, "browser", NOW) is None
    assert not claims(ledger, "token", "browser")
    assert not opens(ledger, "another", NOW + timedelta(days=9))


def test_a_new_link_keeps_where_credentials_go_unless_told_otherwise(ledger: Ledger) -> None:
    kept = []
    for keeps in (True, None, False, None):
        with ledger.write() as connection:
            setting_up.open_anew(connection, "token", NOW, keeps=keeps)
            row = setting_up.state(connection)
            kept.append(row and row.keeps)
    assert kept == [True, True, False, False]
