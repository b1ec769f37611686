"""GitHub's limits in the middle of a story: nothing lost, nothing twice, and nobody else waits for it."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from adapters.ledger import inbox
from sandbox.dispatch import Dispatcher
from sandbox.errors import Refused
from sandbox.faults import SecondaryLimit
from tests.journeys.house import House
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


def told_once(house: House, repo: str, pulls: list[int]) -> None:
    assert [len(house.said(repo, number)) for number in pulls] == [1] * len(pulls)
    labels = [house.world.thread(repo, number).labels for number in pulls]
    assert labels == [["mentor: octocat"]] * len(pulls)
    assert house.writes_waiting() == 0


def until(house: House, seen: Callable[[], bool], patience: float = 30.0) -> None:
    """Works without moving the clock until it is seen."""
    from jobs import clock

    deadline = time.monotonic() + patience
    while not seen():
        house.world.wait_delivered(10)
        clock.tick(house.context)
        house._work()
        assert time.monotonic() < deadline, house.troubles()
