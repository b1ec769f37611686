"""GitHub's limits in the middle of a story: nothing lost, nothing twice, and nobody else waits for it."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.ledger import gauges, inbox, pace, places
from app import create_app
from jobs import clock
from sandbox.dispatch import Dispatcher
from sandbox.errors import Refused
from sandbox.faults import SecondaryLimit
from tests.journeys.house import PATIENCE, House
from tests.journeys.programs import FILE, HOME, configuration, settled_in

ON_BOTH = True

AGREED = "      - {login: octocat, mentoring: agreed, capacity: 9}\n"
OTHER = "other-people/telescope"
LONGEST_SLEEP = 5.0  # seconds; a worker that slept through a limit would take a minute at least


@pytest.fixture
def two(house: House) -> House:
    """Two installations with a program each, settled in."""
    text = configuration(house.world, members=AGREED, extra="starter_issues: 0")
    settled_in(house.world, text)
    house.world.organization("other-people", members=["monalisa"])
    house.world.repository(OTHER, files={"README.md": "#", FILE: text})
    house.world.install("other-people", [OTHER])
    house.settle()
    return house


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Whoever sleeps long while a limit holds is found out."""
    seconds: list[float] = []
    real = time.sleep

    def sleep(duration: float) -> None:
        seconds.append(duration)
        real(duration)

    monkeypatch.setattr(time, "sleep", sleep)
    yield seconds
    assert max(seconds, default=0.0) < LONGEST_SLEEP


def without_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub does not always name one."""
    real = Dispatcher._check_secondary

    def check(self: Dispatcher, call: object) -> None:
        try:
            real(self, call)  # type: ignore[arg-type]
        except Refused as refusal:
            refusal.headers.clear()
            raise

    monkeypatch.setattr(Dispatcher, "_check_secondary", check)


@pytest.mark.parametrize("named", [True, False], ids=["retry-after", "no time named"])
@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_in_the_middle_of_a_welcome(
    two: House, monkeypatch: pytest.MonkeyPatch, status: int, named: bool
) -> None:
    if not named:
        without_a_time(monkeypatch)
    two.world.faults.secondary_limit = SecondaryLimit(per_minute=2, status=status, retry_after=50)
    pulls = open_three(two, HOME)
    other = two.world.open_pull_request(OTHER, "regular", "Polish", files=["lens.py"]).number
    wait_out(two)
    assert two.world.faults.violations["secondary_limit"] >= 1
    assert two.world.faults.violations["while_limited"] == 0
    told_once(two, HOME, pulls)
    told_once(two, OTHER, [other])


@pytest.mark.parametrize("status", [403, 429])
def test_the_primary_limit_in_the_middle_of_a_story(two: House, status: int) -> None:
    used, _ = two.world.faults.window(min(two.world.installations), two.world.now())
    two.world.faults.set(primary_limit=used + 7, primary_status=status)
    pulls = open_three(two, HOME)
    wait_out(two)
    assert 1 <= two.world.faults.violations["over_primary_limit"] <= 4  # the App's own token counts apart
    told_once(two, HOME, pulls)


def test_another_installation_goes_on_while_one_waits(two: House) -> None:
    limited = min(two.world.installations)
    two.world.faults.secondary_limit = SecondaryLimit(per_minute=6)
    for _ in range(6):
        two.world.faults.note_content(limited, two.world.now())
    begun = two.world.now()
    pull = two.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"]).number
    other = two.world.open_pull_request(OTHER, "regular", "Polish", files=["lens.py"]).number
    until(two, lambda: bool(two.said(OTHER, other)))
    assert two.said(HOME, pull) == []
    assert (two.world.now() - begun).total_seconds() < 50
    wait_out(two)
    told_once(two, HOME, [pull])


def test_our_own_pace_stops_neither_reads_nor_another_installation(two: House) -> None:
    """Whatever is to be said is decided at once; beyond a burst it is said at a pace, and no worker waits for it."""
    pulls = open_three(two, HOME)
    for login in ("grace", "ada"):
        two.world.user(login)
        pulls.append(two.world.open_pull_request(HOME, login, "Polish", files=["lens.py"]).number)
    other = two.world.open_pull_request(OTHER, "regular", "Polish", files=["lens.py"]).number
    before = len(two.world.writes(HOME))
    work(two)
    told_once(two, OTHER, [other], waiting=None)
    written = len(two.world.writes(HOME)) - before
    assert written < 15, "all was written at once"
    with two.context.ledger.read() as connection:
        assert not inbox.counts(connection)["waiting"]
        (place,) = pace.waits(connection, two.context.now())
    assert place.wait_until is None
    assert timedelta(0) < place.write_after - two.context.now() <= pace.WINDOWS[0].length
    assert f"installation {place.id}" in _outbox_command(two)
    wait_out(two)
    told_once(two, HOME, pulls)
    assert two.world.faults.violations["long_bursts"] == 0


def _outbox_command(house: House) -> str:
    runner = create_app(house.context).test_cli_runner()
    return runner.invoke(args=["outbox"]).output


def test_while_github_fails_it_is_left_alone(two: House) -> None:
    pulls = open_three(two, HOME)
    two.world.faults.errors_5xx = 1.0
    asked = len(two.world.requests)
    for _ in range(60):
        work(two)
        two.advance(timedelta(seconds=30))
    assert 6 < len(two.world.requests) - asked < 40  # in half an hour, for three newcomers
    with two.context.ledger.read() as connection:
        assert max(place.failures or 0 for place in standings(two)) >= pace.MANY_FAILURES
        assert inbox.counts(connection)["parked"] == 0
    two.world.faults.errors_5xx = 0.0
    wait_out(two)
    told_once(two, HOME, pulls)
    assert not any(place.failures for place in standings(two))


def test_the_app_s_own_limit_stops_only_who_needs_a_token(two: House) -> None:
    app, begun = -min(two.world.apps), two.world.now()
    two.context.github.forget(installation_of(two, OTHER))
    two.world.faults.count_request(app, begun, by=5000)
    pull = two.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"]).number
    other = two.world.open_pull_request(OTHER, "regular", "Polish", files=["lens.py"]).number
    work(two)
    told_once(two, HOME, [pull], waiting=None)
    assert two.said(OTHER, other) == []
    (waits,) = (place for place in standings(two) if place.wait_until)
    assert waits.id == installation_of(two, OTHER)
    assert waits.wait_until > begun + timedelta(minutes=50)
    refused = two.world.faults.violations["over_primary_limit"]
    wait_out(two)
    told_once(two, OTHER, [other])
    assert two.world.faults.violations["over_primary_limit"] == refused == 1


def test_while_little_is_left_of_the_limit_what_can_wait_does(two: House) -> None:
    number = installation_of(two, HOME)
    two.advance(timedelta(minutes=1))  # what is left is noted now and then, not with each answer
    two.world.faults.count_request(number, two.world.now(), by=4600)
    pull = two.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"]).number
    work(two)
    told_once(two, HOME, [pull], waiting=None)
    with two.context.ledger.read() as connection:
        until = pace.low_until(connection, number, two.context.now())
        seen = {(one.installation_id, one.resource) for one in gauges.remaining(connection)}
    assert until and until > two.context.now() + timedelta(minutes=30)
    assert {(0, "core"), (number, "core")} <= seen
    asked = len(two.world.requests)
    two.world.push(HOME, "monalisa", {FILE: f"# new\n{configuration(two.world, members=AGREED)}"})
    work(two)
    # Somebody waits for the check: the file is read, and it is told. Nothing else is.
    paths = [request.path.rpartition("/")[2] for request in two.world.requests[asked:]]
    assert paths == ["lamplighter.yml", "check-runs"]
    asked = len(two.world.requests)
    two.advance(until - two.context.now())
    two.settle()
    assert len(two.world.requests) > asked


def standings(house: House) -> list[Any]:
    with house.context.ledger.read() as connection:
        found = [places.standing(connection, number) for number in house.world.installations]
    return [place for place in found if place]


def installation_of(house: House, repo: str) -> int:
    repository = house.world.find_repository(repo)
    return next(one.id for one in house.world.installations.values() if repository.id in one.repository_ids)


def work(house: House) -> None:
    """Works until nothing is left to do now. The clock stands still: who waited for it would wait for ever."""
    while True:
        house.world.wait_delivered(10)
        if not clock.tick(house.context) + house._work():
            return


def wait_out(house: House) -> None:
    """Works and moves the clock from limit to limit, until nothing waits for one."""
    for _ in range(90):
        house.settle()
        with house.context.ledger.read() as connection:
            if not house.writes_waiting() and not inbox.counts(connection)["waiting"]:
                return
        house.advance(timedelta(minutes=1))
    raise AssertionError(house.troubles())


def open_three(house: House, repo: str) -> list[int]:
    authors = ("newcomer", "newcomer-two", "regular")
    return [house.world.open_pull_request(repo, who, "Polish", files=["lens.py"]).number for who in authors]


def told_once(house: House, repo: str, pulls: list[int], waiting: int | None = 0) -> None:
    assert [len(house.said(repo, number)) for number in pulls] == [1] * len(pulls)
    labels = [house.world.thread(repo, number).labels for number in pulls]
    assert labels == [["mentor: octocat"]] * len(pulls)
    assert waiting is None or house.writes_waiting() == waiting


def until(house: House, seen: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Works without moving the clock until it is seen."""
    deadline = time.monotonic() + patience
    while not seen():
        house.world.wait_delivered(10)
        clock.tick(house.context)
        house._work()
        assert time.monotonic() < deadline, house.troubles()
