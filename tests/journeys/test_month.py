"""The month that `make month` plays, up to its middle: everything in it works together, and nothing is said too often.

Nor does it matter that the database is lost in it: `python -m tests.journeys.lost_month` loses it more often.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.server import serve
from tests.contracts import recorder
from tests.journeys.busy_month import DAY, MONTH
from tests.journeys.house import open_house
from tests.journeys.lost_month import Loser
from tests.journeys.month import open_world, sums, untrue_labels

FORTNIGHT = replace(MONTH, lasts=14 * DAY)
LOST_ON = (9,)
HAPPENS = (
    "noah opens a first pull request, “Index the stars” → welcomed, mentor hubot",
    "nathan: Can I work on this? → the command is suggested",
    "nathan: /mentor claim → assigned to nathan",
    "nathan: /mentor release → free again",
    "hubot is reminded",
    "linus joins margaret",
    "linus: /mentor decline",
    "handed over to margaret",
)


@pytest.mark.parametrize("released_url", ["sqlite"], indirect=True)
def test_a_busy_fortnight(tmp_path: Path, redis_url: str, released_url: str) -> None:
    world, timeline = open_world(FORTNIGHT), list[str]()
    with serve(world), open_house(tmp_path, redis_url, released_url, world=world) as house:
        player = Loser(house, FORTNIGHT, LOST_ON, tell=timeline.append)
        player.play()
        found = sums(house)
        assert player.wrong == []
        assert player.put_right > 50
        assert house.parked() == []
        assert house.repeated() == []
        assert untrue_labels(house) == []
    assert recorder.request_problems(world.requests) == []
    for sentence in HAPPENS:
        assert any(line.endswith(sentence) for line in timeline), sentence
    assert (found.begun, found.said["welcome"], found.answered) == (12, 10, 10)
    assert found.in_time >= 6
    assert found.most_on_a_thread <= 4
    # Only who has to act: the organizers' first word is not due yet.
    assert {"monalisa", "captain-ada", "regular"}.isdisjoint(found.mentions)
