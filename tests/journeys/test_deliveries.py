"""GitHub has no address of ours: what happens is fetched from the App's log, and handled once all the same."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.github import Limited, Trouble
from adapters.ledger import sweeps
from adapters.manifest import PLACEHOLDER
from app import create_app
from jobs import deliveries, sweep
from jobs.deliveries import Fetcher
from tests.conftest import away
from tests.journeys.house import House
from tests.journeys.programs import HOME, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot, mentoring: agreed}\n"
LOG = "/app/hook/deliveries"


@pytest.fixture
def laptop(house: House) -> Iterator[House]:
    """A house that GitHub cannot reach, in the middle of its work."""
    (app,) = house.world.apps.values()
    app.webhook_url = PLACEHOLDER
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    yield house


def fetcher(house: House) -> Fetcher:
    """As the clock has one; another one is another process, or the same after a restart."""
    return Fetcher(house.context, create_app(house.context).extensions["door"].take)


def fetch(house: House, by: Fetcher) -> int:
    house.world.wait_delivered()
    house.advance(deliveries.EVERY + timedelta(seconds=1))
    found = by.look()
    house.settle()
    return found


def payloads_fetched(house: House) -> int:
    return sum(
        one.path.startswith(f"{LOG}/") and one.method == "GET" and one.status == 200
        for one in house.world.requests
    )


def greeted(house: House, title: str = "Polish", by: str = "newcomer") -> int:
    return int(house.world.open_pull_request(HOME, by, title, files=["lens.py"]).number)


def test_a_newcomer_is_welcomed_though_nothing_can_be_sent_to_us(laptop: House) -> None:
    ours = fetcher(laptop)
    fetch(laptop, ours)  # the installation, and with it the configuration
    number = greeted(laptop)
    fetch(laptop, ours)
    assert len(laptop.said(HOME, number)) == 1
    answers = {(one.status, one.status_code) for one in laptop.world.deliveries}
    assert answers == {("failed to connect to host", 0)}


def test_what_was_fetched_is_not_fetched_again(laptop: House) -> None:
    ours = fetcher(laptop)
    fetch(laptop, ours)
    before = payloads_fetched(laptop)
    assert [fetch(laptop, ours) for _ in range(3)] == [0, 0, 0]
    assert payloads_fetched(laptop) == before
    looks = [one.status for one in laptop.world.requests if one.path == LOG]
    assert looks[-1] == 304  # and that cost nothing of the limit
    laptop.world.open_issue(HOME, "regular", "A map")
    assert fetch(laptop, ours) == 1
    assert payloads_fetched(laptop) == before + 1


def test_what_no_handler_wants_is_not_fetched(laptop: House) -> None:
    ours = fetcher(laptop)
    fetch(laptop, ours)
    issue = laptop.world.open_issue(HOME, "regular", "A map")
    fetch(laptop, ours)
    before = payloads_fetched(laptop)
    laptop.world.lock_thread(HOME, issue.number, "monalisa")
    laptop.world.ping()
    assert fetch(laptop, ours) == 0 and payloads_fetched(laptop) == before


def test_a_restart_says_nothing_twice(laptop: House) -> None:
    fetch(laptop, fetcher(laptop))
    number = greeted(laptop)
    for _ in range(3):
        fetch(laptop, fetcher(laptop))
    assert len(laptop.said(HOME, number)) == 1


def test_a_laptop_that_was_closed_for_a_day_catches_up(laptop: House) -> None:
    fetch(laptop, fetcher(laptop))
    number = greeted(laptop)
    laptop.world.wait_delivered()
    laptop.advance(timedelta(days=1))
    laptop.settle()
    assert fetch(laptop, fetcher(laptop)) > 0
    assert len(laptop.said(HOME, number)) == 1


def test_a_log_of_several_pages_is_read_back_to_what_is_known(
    laptop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "PER_PAGE", 10)
    monkeypatch.setattr("adapters.github.PER_PAGE", 10)
    ours = fetcher(laptop)
    fetch(laptop, ours)
    issue = laptop.world.open_issue(HOME, "newcomer", "A map", labels=["good first issue"])
    for number in range(34):
        laptop.world.comment(HOME, issue.number, "regular", f"{number} lenses")
    assert fetch(laptop, ours) >= 35
    fetch(laptop, ours)  # what we did on it ourselves
    assert fetch(laptop, ours) == 0


def test_what_could_not_be_kept_is_fetched_again(laptop: House) -> None:
    ours = fetcher(laptop)
    fetch(laptop, ours)
    number = greeted(laptop)
    laptop.world.wait_delivered()
    laptop.advance(timedelta(seconds=10))
    with away(laptop.context.ledger, "inbox"), pytest.raises(Trouble) as trouble:
        ours.look()
    ours.rest(trouble.value)
    assert ours.look() == 0  # it rests
    laptop.advance(deliveries.PAUSE)
    assert fetch(laptop, ours) >= 1
    assert len(laptop.said(HOME, number)) == 1


def test_of_two_clocks_one_looks(laptop: House) -> None:
    laptop.world.wait_delivered()
    first, second = fetcher(laptop), fetcher(laptop)
    assert first.look() > 0 and second.look() == 0


def test_a_limit_is_waited_for(laptop: House) -> None:
    ours = fetcher(laptop)
    fetch(laptop, ours)
    laptop.world.open_issue(HOME, "regular", "A map")
    laptop.world.wait_delivered()
    laptop.advance(timedelta(seconds=10))
    laptop.world.faults.set(primary_limit=1)
    with pytest.raises(Limited) as limit:
        ours.look()
    ours.rest(limit.value)
    asked = len(laptop.world.requests)
    laptop.advance(timedelta(minutes=1))
    assert ours.look() == 0 and len(laptop.world.requests) == asked
    laptop.world.faults.set(primary_limit=None)
    laptop.advance(timedelta(hours=1))
    assert fetch(laptop, ours) == 1


def test_the_sweep_leaves_the_log_alone(laptop: House) -> None:
    """Otherwise all of it would be lost, and GitHub be asked to send it to nobody again and again."""
    fetch(laptop, fetcher(laptop))
    greeted(laptop)
    laptop.world.wait_delivered()
    laptop.sweep("sweep")
    assert not any(one.path.endswith("/attempts") for one in laptop.world.requests)
    with laptop.context.ledger.read() as connection:
        assert set(sweeps.counts(connection).values()) == {0}


def test_once_github_has_an_address_it_sends_and_nothing_is_fetched(laptop: House) -> None:
    ours = fetcher(laptop)
    fetch(laptop, ours)
    (app,) = laptop.world.apps.values()
    app.webhook_url = laptop.webhook_url
    laptop.advance(deliveries.LOOK_AT_HOOK)
    number = greeted(laptop)
    assert fetch(laptop, ours) == 0
    assert len(laptop.said(HOME, number)) == 1  # by the webhook
    with laptop.context.ledger.read() as connection:
        assert sweeps.reading(connection, sweeps.FETCHED) is None
    laptop.world.faults.lose_deliveries = 1.0
    laptop.world.open_issue(HOME, "regular", "A map")
    laptop.world.wait_delivered()
    laptop.world.faults.lose_deliveries = 0.0
    laptop.advance(sweep.EVERY)
    laptop.sweep("sweep")
    assert any(one.path.endswith("/attempts") for one in laptop.world.requests)


def test_an_app_with_an_address_never_reads_its_log_for_this(house: House) -> None:
    ours = fetcher(house)
    assert [ours.look() for _ in range(5)] == [0] * 5
    assert [one.path for one in house.world.requests] == ["/app/hook/config"]


def test_the_start_page_says_so(laptop: House) -> None:
    client = create_app(laptop.context).test_client()
    assert "sends its webhooks to" in client.get("/").text
    fetch(laptop, fetcher(laptop))
    assert "from the App&#39;s log" in client.get("/").text or "from the App's log" in client.get("/").text


@pytest.mark.parametrize("payload", [None, [], "text", {"action": 5}])
def test_what_the_log_cannot_show_is_passed_over(laptop: House, payload: Any) -> None:
    """GitHub cuts off what is too large; such a line must not stand in the way of all others."""
    assert create_app(laptop.context).extensions["door"].take("issues", "a-guid", payload)
