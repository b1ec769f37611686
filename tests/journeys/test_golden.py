"""Whole stories end word for word as the files say; `python -m tests.journeys.golden` writes these anew."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.contracts import recorder
from tests.journeys.golden import cohort, demo, kept, standing, thread
from tests.journeys.house import House

STORIES: dict[str, Callable[[House], Mapping[str, str]]] = {
    "the demo": demo.play,
    "a cohort": cohort.play,
    "a thread in English": lambda house: thread.play(house, "en"),
    "a thread in Spanish": lambda house: thread.play(house, "es"),
}


@pytest.mark.parametrize("story", STORIES)
def test_it_ends_as_it_is_written(story: str, tmp_path: Path, redis_url: str, released_url: str) -> None:
    with standing(redis_url, tmp_path, released_url) as house:
        files = STORIES[story](house)
        assert house.parked() == []
        assert house.repeated() == []
    assert recorder.request_problems(house.world.requests) == []
    for name, text in files.items():
        assert text == kept(name)
