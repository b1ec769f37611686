"""The controls over HTTP, the access log, the clock, and the command line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sandbox_client import REPO, Api

from sandbox.__main__ import arguments, explain
from sandbox.server import serve
from sandbox.story import CODE, HOME, tell
from sandbox.world import World


def test_acts_over_http_are_the_same_acts(api: Api, world: World) -> None:
    made = api("POST", "/_sandbox/open_issue", json={"repo": REPO, "author": "octocat", "title": "t"})
    assert made.json()["number"] == 1
    api("POST", "/_sandbox/comment", json={"repo": REPO, "number": 1, "author": "hubot", "body": "c"})
    assert [it.author for it in world.thread(REPO, 1).comments] == ["hubot"]
    state = api("GET", "/_sandbox/state").json()
    assert state["repositories"][REPO]["threads"][0]["comments"] == 1


def test_acts_refused_over_http(api: Api) -> None:
    assert api("POST", "/_sandbox/levitate", json={}).status_code == 404
    assert api("POST", "/_sandbox/open_issue", json={"repo": REPO}).status_code == 422
    missing = api(
        "POST", "/_sandbox/comment", json={"repo": REPO, "number": 9, "author": "hubot", "body": "c"}
    )
    assert missing.status_code == 404


def test_every_act_offered_exists(api: Api) -> None:
    offered = api("POST", "/_sandbox/levitate").json()["acts"]
    assert {"user", "install", "open_pull_request", "merge", "lock_thread", "redeliver"} <= set(offered)


def test_faults_and_clock_over_http(api: Api, world: World, here: str) -> None:
    assert api("POST", "/_sandbox/faults", json={"errors_5xx": 1.0}).status_code == 200
    assert api("GET", here).status_code == 502
    assert api("POST", "/_sandbox/faults", json={"errors_5xx": 0, "nonsense": 1}).status_code == 422
    before = world.now()
    api("POST", "/_sandbox/advance", json={"seconds": 3600})
    assert world.now() - before >= timedelta(hours=1)


def test_the_worlds_clock_stamps_everything() -> None:
    then = datetime(2026, 9, 1, 12, tzinfo=UTC)
    world = World(now=lambda: then)
    world.user("octocat")
    world.repository("octocat/hello")
    with serve(world) as server:
        world.open_issue("octocat/hello", "octocat", "t")
        world.advance(90)
        world.comment("octocat/hello", 1, "octocat", "c")
        issue = requests.get(f"{server.url}/repos/octocat/hello/issues/1", timeout=5).json()
    assert (issue["created_at"], issue["updated_at"]) == ("2026-09-01T12:00:00Z", "2026-09-01T12:01:30Z")


def test_the_access_log(api: Api, world: World, here: str) -> None:
    world.requests.clear()
    api("GET", f"{here}/issues")
    api("POST", f"{here}/issues", json={"title": "t"})
    api("POST", f"{here}/issues", json={"title": ""})
    api.mint(next(iter(world.installations.values())))
    lines = [(it.method, it.status, it.actor) for it in world.requests]
    assert lines == [
        ("GET", 200, "lamplighter[bot]"),
        ("POST", 201, "lamplighter[bot]"),
        ("POST", 422, "lamplighter[bot]"),
        ("POST", 201, "lamplighter[bot]"),
    ]
    assert [it.body for it in world.writes()] == [{"title": "t"}]
    world.repository("octocat/other")
    assert (len(world.writes(REPO)), world.writes("octocat/other")) == (1, [])
    assert api("GET", "/_sandbox/requests").json()[0]["path"] == f"{here}/issues"


def test_many_at_once(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "t")

    def talk(who: int) -> list[int]:
        path, headers = f"{world.base_url}{here}/issues/1/comments", {"Authorization": f"token {api.token}"}
        with requests.Session() as session:
            bodies = [{"body": f"{who}.{turn}"} for turn in range(10)]
            return [session.post(path, json=it, headers=headers, timeout=30).json()["id"] for it in bodies]

    with ThreadPoolExecutor(8) as pool:
        ids = [number for talked in pool.map(talk, range(8)) for number in talked]
    assert len(set(ids)) == 80
    assert sorted(it.id for it in world.thread(REPO, 1).comments) == sorted(ids)
    assert len(world.writes(REPO)) == 80
    assert world.wait_delivered(30)
    assert sum(it.event == "issue_comment" for it in world.deliveries) == 80


def test_unknown_addresses_and_methods_are_404(api: Api, here: str) -> None:
    for method, path in (("GET", f"{here}/nonsense"), ("PUT", "/app"), ("GET", "/search/issues?q=x")):
        assert api(method, path).status_code == 404
    assert api("POST", "/graphql", json={"query": "{}"}).status_code == 501


def test_a_stopped_server_hangs_up() -> None:
    with requests.Session() as session:
        with serve(World()) as server:
            assert session.get(f"{server.url}/meta", timeout=5).status_code == 200
        with pytest.raises(requests.ConnectionError):
            session.get(f"{server.url}/meta", timeout=5)


def test_people_have_faces(api: Api, world: World) -> None:
    face = api("GET", api("GET", "/users/octocat").json()["avatar_url"])
    assert (face.status_code, face.headers["Content-Type"].split(";")[0]) == (200, "image/svg+xml")


def test_the_story() -> None:
    world = World()
    world.register_app(permissions={"contents": "read"})
    installation = tell(world)
    assert installation
    assert {world.repositories[i].full_name for i in installation.repository_ids} == {HOME, CODE}
    assert world.thread(CODE, 2).author == "first-timer"


def test_the_story_of_a_world_without_an_app() -> None:
    """Whoever rehearses the set-up installs it on what is there."""
    world = World()
    assert tell(world) is None and {HOME, CODE} <= {one.full_name for one in world.repositories.values()}


def test_the_command_line_explains_itself(api: Api) -> None:
    options = arguments(["--port", "0", "--webhook-url", "http://127.0.0.1:8000/webhooks"])
    assert (options.port, options.slug, options.seed_story) == (0, "lamplighter", False)
    text = explain("http://127.0.0.1:8080", api.app, Path("key.pem"))
    assert "GITHUB_API_URL=http://127.0.0.1:8080" in text
    assert "GITHUB_PRIVATE_KEY_PATH=key.pem" in text
