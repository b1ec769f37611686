"""The demo's story, which ends with a digest."""

from collections.abc import Mapping

from sandbox.demo.scenes import SCENES
from sandbox.demo.weeks import WEEKS, digests
from tests.journeys.golden import issue
from tests.journeys.house import House

# Where promises are seconds, waiting for the App would turn the clock past them.
STORY = [scene for scene in (*SCENES, *WEEKS) if not scene.by_the_clock]


def play(house: House) -> Mapping[str, str]:
    """Plays it; the digest at the end, by the name of its file."""
    world = house.world
    for scene in STORY:
        if scene.moment:
            house.advance(scene.moment(world) - world.now())
            house.settle()
        scene.act(world)
        house.settle()
        assert scene.seen(world), scene.title
    return {"digest.md": issue(digests(world)[-1])}
