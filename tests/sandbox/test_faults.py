"""Each thing that can go wrong does, when it is switched on, and only then."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import requests
from sandbox_client import REPO, Api

from sandbox.world import World


@pytest.fixture(autouse=True)
def thread(world: World, api: Api) -> None:
    world.open_issue(REPO, "octocat", "t")


def comment(api: Api, here: str) -> requests.Response:
    return api("POST", f"{here}/issues/1/comments", json={"body": "hello"})


def test_a_lost_reply_after_the_work(api: Api, world: World, here: str) -> None:
    world.faults.set(lose_replies=1.0, lose_replies_how="502")
    assert comment(api, here).status_code == 502
    assert len(world.thread(REPO, 1).comments) == 1
    assert api("GET", f"{here}/issues/1").status_code == 200  # reads are not touched
    assert len(world.writes(REPO)) == 1


def test_a_cut_connection_after_the_work(api: Api, world: World, here: str) -> None:
    world.faults.set(lose_replies=1.0, lose_replies_how="cut")
    with pytest.raises(requests.ConnectionError):
        comment(api, here)
    assert len(world.thread(REPO, 1).comments) == 1
    world.faults.lose_replies = 0
    assert comment(api, here).status_code == 201


def test_lost_replies_of_both_kinds(api: Api, world: World, here: str) -> None:
    world.faults.lose_replies = 1.0
    kinds = set()
    for _ in range(12):
        try:
            kinds.add(comment(api, here).status_code)
        except requests.ConnectionError:
            kinds.add(0)
    assert kinds == {0, 502}
    assert len(world.thread(REPO, 1).comments) == 12


def test_a_502_before_anything_happens(api: Api, world: World, here: str) -> None:
    world.faults.errors_5xx = 1.0
    assert comment(api, here).status_code == 502
    assert world.thread(REPO, 1).comments == []
    assert world.writes(REPO) == []


def test_young_things_are_sometimes_not_there(api: Api, world: World, here: str) -> None:
    world.faults.flaky_404 = 1.0
    assert api("GET", f"{here}/issues/1").status_code == 404
    assert comment(api, here).status_code == 404
    world.advance(6)
    assert api("GET", f"{here}/issues/1").status_code == 200
    young = world.comment(REPO, 1, "octocat", "c")
    assert api("GET", f"{here}/issues/comments/{young.id}").status_code == 404


def test_probabilities_are_drawn_from_the_seed(api: Api, world: World, here: str) -> None:
    def draw() -> list[int]:
        world.faults.set(seed=3, errors_5xx=0.5)
        return [api("GET", f"{here}/issues/1").status_code for _ in range(12)]

    first = draw()
    assert set(first) == {200, 502}
    assert draw() == first


def test_slow_answers(api: Api, world: World, here: str) -> None:
    world.faults.slow = 0.2
    started = time.monotonic()
    api("GET", f"{here}/issues/1")
    assert time.monotonic() - started >= 0.2


def test_the_primary_limit(api: Api, world: World, here: str) -> None:
    used = int(api("GET", f"{here}/issues/1").headers["X-RateLimit-Used"])
    world.faults.primary_limit = used + 1
    last = api("GET", f"{here}/issues/1")
    assert (last.status_code, last.headers["X-RateLimit-Remaining"]) == (200, "0")
    refused = api("GET", f"{here}/issues/1")
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (403, "0")
    assert "API rate limit exceeded" in refused.json()["message"]
    wait = int(refused.headers["X-RateLimit-Reset"]) - world.now().timestamp()
    assert 3500 < wait <= 3600
    assert world.faults.violations["over_primary_limit"] == 1
    world.faults.primary_status = 429
    assert api("GET", f"{here}/issues/1").status_code == 429
    assert api("GET", "/rate_limit").status_code == 200
    world.advance(3599)
    api.token = api.mint(next(iter(world.installations.values()))).json()["token"]
    world.advance(2)
    assert api("GET", f"{here}/issues/1").status_code == 200


@pytest.mark.parametrize("status", [403, 429])
def test_the_secondary_limit(api: Api, world: World, here: str, status: int) -> None:
    world.faults.set(secondary_limit={"per_minute": 2, "per_hour": 500, "status": status, "retry_after": 30})
    assert [comment(api, here).status_code for _ in range(3)] == [201, 201, status]
    refused = comment(api, here)
    assert "secondary rate limit" in refused.json()["message"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert world.faults.violations["secondary_limit"] == 1
    assert world.faults.violations["while_limited"] == 1
    assert api("GET", f"{here}/issues/1").status_code == 200
    world.advance(61)
    assert comment(api, here).status_code == 201
    assert len(world.thread(REPO, 1).comments) == 3


def test_haste_is_counted_even_without_a_limit(api: Api, world: World, here: str) -> None:
    for _ in range(82):
        comment(api, here)
    assert world.faults.violations["content_per_minute"] >= 1
    assert world.faults.violations["writes_within_a_second"] >= 80
    world.faults.reset()
    assert not world.faults.violations


@pytest.mark.parametrize("status", [403, 429])
def test_points_a_minute(api: Api, world: World, here: str, status: int) -> None:
    """A request that reads costs one, a write five; the minute begins with the first."""
    world.faults.set(secondary_limit={"points": 12, "status": status, "retry_after": 30})
    world.advance(61)
    api.token = api.mint(next(iter(world.installations.values()))).json()["token"]
    assert comment(api, here).status_code == 201
    assert comment(api, here).status_code == 201
    assert [api("GET", f"{here}/issues/1").status_code for _ in range(3)] == [200, 200, status]
    refused = api("GET", f"{here}/issues/1")
    assert "secondary rate limit" in refused.json()["message"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert world.faults.violations["while_limited"] == 1
    world.advance(61)
    assert api("GET", f"{here}/issues/1").status_code == 200


def test_requests_at_once(api: Api, world: World, here: str) -> None:
    world.faults.set(secondary_limit={"at_once": 2}, slow=1.0)
    key = next(iter(world.installations))
    assert [world.faults.begin(key, "GET", world.now()) for _ in range(2)] == [None, None]
    assert api("GET", f"{here}/issues/1").status_code == 403
    world.advance(61)
    for _ in range(2):
        world.faults.end(key)
    assert api("GET", f"{here}/issues/1").status_code == 200


def test_what_github_documents_is_counted_even_without_a_limit(world: World) -> None:
    now = world.now()
    for _ in range(181):
        world.faults.begin(7, "POST", now)
        world.faults.end(7)
    assert world.faults.violations["points_per_minute"] == 1
    for _ in range(101):
        world.faults.begin(8, "GET", now)
    assert world.faults.violations["requests_at_once"] == 1
    for _ in range(16):
        world.faults.note_write(9, now)
    assert world.faults.violations["long_bursts"] == 1
    for minute in range(501):
        world.faults.note_content(9, now + timedelta(seconds=5 * minute))
    assert world.faults.violations["content_per_hour"] == 1
    assert not world.faults.violations["content_per_minute"]


def test_the_app_itself_has_a_limit_of_its_own(api: Api, world: World, here: str) -> None:
    installation = next(iter(world.installations.values()))
    world.faults.count_request(installation.id, world.now(), by=5000)
    assert api("GET", f"{here}/issues/1").status_code == 403
    minted = api.mint(installation)
    assert minted.status_code == 201
    assert int(minted.headers["X-RateLimit-Remaining"]) > 4990


def test_an_unknown_switch_is_an_error(world: World) -> None:
    with pytest.raises(ValueError, match="no such fault: lose_mind"):
        world.faults.set(lose_mind=1.0)
