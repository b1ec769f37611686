"""The story of the demo under GitHub's bad weather: the same state in the end, every visible effect once."""

import re
from typing import Any

import pytest

from sandbox.demo.scenes import REPO, SCENES
from tests.journeys.house import House

BAD_WEATHER: dict[str, dict[str, Any]] = {
    "404s on what is seconds old": {"flaky_404": 0.3},
    "lost replies": {"lose_replies": 0.3},
    "502s": {"errors_5xx": 0.2},
    "all of it": {"flaky_404": 0.2, "lose_replies": 0.2, "errors_5xx": 0.1},
    "webhooks twice and out of order": {"duplicate_deliveries": 0.5, "shuffle_deliveries": True},
}


def play(house: House) -> dict[str, Any]:
    """The whole story; what a reader sees in the end, by title and without numbers, which may differ."""
    for scene in SCENES:
        scene.act(house.world)
        house.settle(patience=100)
        assert scene.seen(house.world), scene.title
    return {thread.title: _seen(thread) for thread in house.world.issues(REPO)}


def _seen(thread: Any) -> dict[str, Any]:
    return {
        "labels": sorted(thread.labels),
        "state": thread.state,
        "assignees": sorted(thread.assignees),
        "body": _timeless(thread.body or ""),
        "comments": sorted(
            (c.author, _timeless(c.body), sorted(c.reactions.items())) for c in thread.comments
        ),
    }


def _timeless(text: str) -> str:
    """Without ports and ids; a person's next answer may come on another day."""
    return re.sub(r"\d+", "N", text)


@pytest.fixture(scope="module")
def calm() -> dict[str, Any]:
    """What the story looks like in good weather, filled by the first test."""
    return {}


@pytest.mark.parametrize("weather", ["calm", *BAD_WEATHER])
def test_the_story_ends_the_same(house: House, calm: dict[str, Any], weather: str) -> None:
    house.world.faults.set(**BAD_WEATHER.get(weather, {}), seed=7)
    seen = play(house)
    calm.setdefault("seen", seen)
    assert seen == calm["seen"]


def test_a_story_told_twice_repeats_nothing(house: House) -> None:
    before = play(house)
    for delivery in list(house.world.deliveries):
        house.world.redeliver(delivery.id)
    house.settle()
    assert {thread.title: _seen(thread) for thread in house.world.issues(REPO)} == before
