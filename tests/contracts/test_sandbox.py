"""What the sandbox says is what GitHub says: every webhook and every answer against the descriptions."""

import json
from collections import defaultdict
from collections.abc import Iterator

import pytest

from sandbox.server import addresses, serve
from sandbox.world import World
from tests.contracts.published import Published
from tests.contracts.recorder import request_problems
from tests.contracts.tour import (
    visit_accounts,
    visit_checks,
    visit_issues,
    visit_labels,
    visit_pulls,
    visit_refusals,
    visit_repository,
    visit_the_app,
    visit_user,
)
from tests.contracts.tourist import Tourist, address_of
from tests.contracts.walk import CAUSED, people, walk


@pytest.fixture(scope="module")
def walked() -> World:
    world = World()
    walk(world)
    return world


def test_the_walk_causes_every_event(walked: World) -> None:
    caused: dict[str, set[str | None]] = defaultdict(set)
    for delivery in walked.deliveries:
        caused[delivery.event].add(delivery.action)
    assert caused == CAUSED


@pytest.mark.parametrize("event", sorted(CAUSED))
def test_webhooks_are_githubs(published: Published, walked: World, event: str) -> None:
    problems = {
        f"{event}.{delivery.action}: {problem}"
        for delivery in walked.deliveries
        if delivery.event == event
        for problem in published.check_webhook(event, delivery.action, json.loads(delivery.body))
    }
    assert not problems, "\n".join(sorted(problems))


@pytest.fixture(scope="module")
def tourist(published: Published) -> Iterator[Tourist]:
    """Somebody who has been everywhere."""
    world = World()
    app = people(world)
    home = world.repository("octo/lamps", files={"README.md": "# Lamps\n", "docs/a.md": "A\n"})
    world.repository("octo/candles")
    world.repository("octo/dark", private=True)
    world.collaborator("octo/lamps", "octocat", "write")
    installation = world.install("octo", ["octo/lamps", "octo/candles"])
    merged = world.open_pull_request("octo/lamps", "lin", "Merged", "…", files=["a.py"])
    world.review("octo/lamps", merged.number, "octocat", "approved")
    world.merge("octo/lamps", merged.number, "octocat")
    pull = world.open_pull_request("octo/lamps", "lin", "Open", "…", files={"b.py": "b\n", "README.md": None})
    world.review_comment("octo/lamps", pull.number, "octocat", "Nice line", "b.py")
    with serve(world) as server:
        world.release_deliveries()
        assert world.wait_delivered()
        tourist = Tourist(server, published)
        visit_the_app(tourist, app, installation.id, "octo/lamps")
        visit_user(tourist, app, installation.id)
        tourist.as_installation(app, installation.id)
        visit_accounts(tourist)
        for place in ("/repos/octo/lamps", f"/repositories/{home.id}"):
            visit_repository(tourist, place)
            visit_labels(tourist, place)
            visit_issues(tourist, place, pull.number)
            visit_pulls(tourist, place, pull.number, merged.number)
            visit_checks(tourist, place)
        visit_refusals(tourist, world, installation)
        yield tourist
        tourist.session.close()


def test_every_answer_is_githubs(tourist: Tourist) -> None:
    assert not tourist.problems, "\n".join(sorted(set(tourist.problems)))


def test_the_tour_leaves_nothing_out(tourist: Tourist) -> None:
    """An endpoint the tour does not know has never been compared with GitHub."""
    left_out = {address_of(rule) for rule in addresses().iter_rules()} - tourist.visited(addresses())
    assert left_out == {"POST /graphql"}


def test_the_tour_met_every_kind_of_answer(tourist: Tourist) -> None:
    met = {status for _, _, status in tourist.answers}
    assert met == {200, 201, 202, 204, 301, 307, 401, 403, 404, 410, 422, 429}


def test_the_access_log_can_be_checked(tourist: Tourist) -> None:
    """Journeys check what the App asked for by this log, so that it has to know query and body."""
    requests = tourist.server.world.requests
    assert any(it.query for it in requests) and any(it.body for it in requests)
    assert request_problems(requests) == []
