"""The story of the demo under GitHub's bad weather: the same state in the end, every visible effect once."""

import re
from datetime import timedelta
from typing import Any

import pytest

from sandbox.demo.scenes import REPO, SCENES, digest_seen
from tests.journeys.house import House, open_house

BAD_WEATHER: dict[str, dict[str, Any]] = {
    "404s on what is seconds old": {"flaky_404": 0.3},
    "lost replies": {"lose_replies": 0.3},
    "502s": {"errors_5xx": 0.2},
    "all of it": {"flaky_404": 0.2, "lose_replies": 0.2, "errors_5xx": 0.1},
    "webhooks twice and out of order": {"duplicate_deliveries": 0.5, "shuffle_deliveries": True},
}
# What goes by the clock is `test_follow_up`'s: waiting for GitHub here turns the clock on, past any promise of seconds.
STORY = [scene for scene in SCENES if not scene.by_the_clock]


def play(house: House) -> dict[str, Any]:
    """The whole story and the week's digest; what a reader sees in the end, by title."""
    for scene in STORY:
        scene.act(house.world)
        house.settle()
        assert scene.seen(house.world), scene.title
    house.advance(timedelta(days=7))
    house.settle()
    assert digest_seen(house.world)
    return look(house)


def look(house: House) -> dict[str, Any]:
    return {_timeless(thread.title): _seen(thread) for thread in house.world.issues(REPO)}


def _seen(thread: Any) -> dict[str, Any]:
    return {
        "labels": sorted(thread.labels),
        "state": thread.state,
        "assignees": sorted(thread.assignees),
        # A report counts what was there when it was made, which bad weather moves.
        "body": "" if "report" in thread.labels else _timeless(thread.body or ""),
        "comments": sorted(
            (c.author, _timeless(c.body), sorted(c.reactions.items())) for c in thread.comments
        ),
    }


def _timeless(text: str) -> str:
    """Without ports, ids and days: waiting for GitHub may move a promise to the next day."""
    without_days = re.sub(r"\w+day, \d+ \w+|\d{4}-\d\d-\d\d", "DAY", text)
    return re.sub(r"\d{4,}(?:\.\d+)?", "N", without_days)


@pytest.fixture(scope="module")
def calm(valkey: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the story looks like in good weather."""
    with open_house(tmp_path_factory.mktemp("calm"), valkey) as house:
        return play(house)


@pytest.mark.parametrize("weather", BAD_WEATHER)
def test_the_story_ends_the_same(calm: dict[str, Any], house: House, weather: str) -> None:
    house.world.faults.set(**BAD_WEATHER[weather], seed=7)
    assert play(house) == calm


def test_a_story_told_twice_repeats_nothing(house: House) -> None:
    before = play(house)
    for delivery in list(house.world.deliveries):
        house.world.redeliver(delivery.id)
    house.settle()
    assert look(house) == before
