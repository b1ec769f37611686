"""Repositories: their addresses, files, and who has which role."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest
from sandbox_client import REPO, Api

from sandbox import shapes_repository
from sandbox.errors import Refused
from sandbox.world import Installation, Repository, World


@pytest.mark.parametrize("tail", ["", "/issues", "/issues/1", "/labels", "/contents/docs/a.md", "/pulls"])
def test_every_address_works_by_name_and_by_id(api: Api, world: World, here: str, tail: str) -> None:
    world.open_issue(REPO, "octocat", "t")
    by_name, by_id = api("GET", f"/repos/{REPO}{tail}"), api("GET", here + tail)
    assert by_name.status_code == 200
    assert by_name.json() == by_id.json()


def test_a_renamed_repository_redirects(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "t")
    world.rename(REPO, "observatory/lens")
    get = api("GET", f"/repos/{REPO}/issues?state=all&page=1")
    assert get.status_code == 301
    assert get.headers["Location"] == f"{world.base_url}{here}/issues?state=all&page=1"
    post = api("POST", f"/repos/{REPO}/issues/1/comments", json={"body": "lost"})
    assert (post.status_code, post.json()["message"]) == (307, "Moved Permanently")
    assert world.thread(REPO, 1).comments == []
    assert api("POST", f"{here}/issues/1/comments", json={"body": "found"}).status_code == 201
    assert api("GET", "/repos/observatory/lens").status_code == 200


def test_a_reused_name_no_longer_redirects(api: Api, world: World) -> None:
    world.rename(REPO, "observatory/lens")
    again = world.repository(REPO)
    assert api("GET", f"/repos/{REPO}").json()["id"] == again.id


def test_a_transfer_leaves_the_old_installation(api: Api, world: World, here: str) -> None:
    world.rename(REPO, "octocat/telescope")
    assert api("GET", here).status_code == 200
    assert api("POST", f"{here}/issues", json={"title": "t"}).status_code == 403


def test_a_deleted_repository_is_not_there(api: Api, world: World, here: str) -> None:
    world.delete_repository(REPO)
    assert api("GET", here).status_code == 404
    assert api("GET", f"/repos/{REPO}/issues").status_code == 404
    assert api("GET", "/installation/repositories").json()["total_count"] == 0


def test_files(api: Api, world: World, repo: Repository, here: str) -> None:
    answer = api("GET", f"{here}/contents/docs/a.md")
    assert b64decode(answer.json()["content"]) == b"A"
    # `printf A | git hash-object --stdin`
    assert answer.json()["sha"] == "8c7e5a667f1b771847fe88c01c3de34413a1b220"
    before = repo.branches["main"]
    world.push(REPO, "monalisa", {"docs/a.md": "B", "docs/b/c.md": "C"})
    assert b64decode(api("GET", f"{here}/contents/docs/a.md").json()["content"]) == b"B"
    old = api("GET", f"{here}/contents/docs/a.md", params={"ref": before}).json()
    assert b64decode(old["content"]) == b"A"
    listing = api("GET", f"{here}/contents/docs").json()
    assert [(it["name"], it["type"]) for it in listing] == [("a.md", "file"), ("b", "dir")]
    assert api("GET", f"{here}/contents/nope.md").status_code == 404
    assert api("GET", f"{here}/contents/docs/a.md", params={"ref": "nope"}).status_code == 404
    world.push(REPO, "monalisa", {"docs/a.md": None})
    assert api("GET", f"{here}/contents/docs/a.md").status_code == 404


def test_a_branch_of_its_own(api: Api, world: World, here: str) -> None:
    commit = world.push(REPO, "monalisa", {"x": "y"}, branch="topic/x")
    assert api("GET", f"{here}/branches/topic/x").json()["commit"]["sha"] == commit.sha
    assert api("GET", f"{here}/contents/x").status_code == 404
    assert api("GET", f"{here}/contents/x", params={"ref": "topic/x"}).status_code == 200
    assert api("GET", f"{here}/commits/topic/x").json()["files"][0]["filename"] == "x"


def test_an_unchanged_file_costs_nothing(api: Api, world: World, here: str) -> None:
    first = api("GET", f"{here}/contents/docs/a.md")
    used = int(first.headers["X-RateLimit-Used"])
    unchanged = {"If-None-Match": first.headers["ETag"]}
    again = api("GET", f"{here}/contents/docs/a.md", headers=unchanged)
    assert (again.status_code, again.content) == (304, b"")
    assert int(again.headers["X-RateLimit-Used"]) == used
    world.push(REPO, "monalisa", {"docs/a.md": "B"})
    assert api("GET", f"{here}/contents/docs/a.md", headers=unchanged).status_code == 200


@pytest.mark.parametrize(
    ("login", "permission", "role"),
    [
        ("boss", "admin", "admin"),
        ("monalisa", "read", "read"),
        ("hubot", "write", "maintain"),
        ("octocat", "read", "triage"),
        ("stranger", "read", "read"),
    ],
)
def test_roles(api: Api, world: World, here: str, login: str, permission: str, role: str) -> None:
    world.user("stranger")
    world.collaborator(REPO, "hubot", "maintain")
    world.collaborator(REPO, "octocat", "triage")
    answer = api("GET", f"{here}/collaborators/{login}/permission").json()
    assert (answer["permission"], answer["role_name"]) == (permission, role)


def test_nobody_has_no_role(api: Api, world: World, here: str) -> None:
    missing = api("GET", f"{here}/collaborators/ghost/permission")
    assert (missing.status_code, missing.json()["message"]) == (404, "ghost is not a user")
    world.privatize(REPO)
    assert api("GET", f"{here}/collaborators/octocat/permission").json()["role_name"] == "none"


def test_a_renamed_user_keeps_the_id(api: Api, world: World) -> None:
    user_id = world.user("octocat").id
    world.rename_user("octocat", "octopus")
    assert api("GET", "/users/octocat").status_code == 404
    assert api("GET", f"/user/{user_id}").json()["login"] == "octopus"
    assert world.user("octocat").id != user_id


def test_every_answer_says_where_the_caller_stands(api: Api, here: str) -> None:
    one, two = api("GET", here), api("GET", f"{here}/nope")
    for answer in (one, two):
        assert answer.headers["X-RateLimit-Limit"] == "5000"
        assert answer.headers["X-GitHub-Request-Id"]
    assert api("GET", "/rate_limit").json()["resources"]["core"]["used"] >= 1
    assert two.json()["message"] == "Not Found"
    assert api("GET", here, headers={"X-GitHub-Api-Version": "1999-01-01"}).status_code == 400


def test_the_same_name_twice_is_refused(world: World, repo: Repository) -> None:
    with pytest.raises(Refused, match="422"):
        world.repository(REPO.upper())


def test_five_thousand_pull_requests_are_no_trouble(api: Api, world: World, here: str) -> None:
    world.faults.hold_deliveries = True
    api.app.webhook_url = None
    for number in range(5000):
        world.open_pull_request(REPO, "hubot" if number % 10 else "octocat", f"p{number}")
    query = {"creator": "octocat", "state": "all", "sort": "created", "direction": "asc", "per_page": 100}
    found = api("GET", f"{here}/issues", params=query)
    assert (len(found.json()), found.json()[0]["number"]) == (100, 1)
    assert found.links["last"]["url"].split("page=")[-1] == "5"
    assert world.requests[-1].ms < 500


def pushes(world: World) -> list[Any]:
    return [json.loads(it.body) for it in world.deliveries if it.event == "push"]


def test_a_push_tells_all_its_commits_and_a_forced_one_that_it_is(
    world: World, repo: Repository, installation: Installation
) -> None:
    first = world.push(REPO, "monalisa", {"a": "1"}, branch="topic")
    world.push(REPO, "monalisa", {"b": "1"}, branch="topic", then=[{"c": "1"}])
    world.push(REPO, "monalisa", {"d": "1"}, branch="topic", onto=first.sha)
    one, two, three = pushes(world)
    assert (one["created"], one["before"], one["after"]) == (True, "0" * 40, first.sha)
    assert [it["added"] for it in two["commits"]] == [["b"], ["c"]]
    assert (two["before"], two["after"], two["forced"]) == (first.sha, two["commits"][-1]["id"], False)
    assert (three["before"], three["forced"]) == (two["after"], True)
    assert sorted(repo.commits[repo.branches["topic"]].files) == [
        ".github/lamplighter.yml",
        "a",
        "d",
        "docs/a.md",
    ]


def test_the_deletion_of_a_branch_is_told_as_a_push_of_nothing(
    world: World, installation: Installation
) -> None:
    last = world.push(REPO, "monalisa", {"a": "1"}, branch="topic")
    world.delete_branch(REPO, "monalisa", "topic")
    told = pushes(world)[-1]
    assert (told["deleted"], told["before"], told["after"]) == (True, last.sha, "0" * 40)
    assert (told["commits"], told["head_commit"]) == ([], None)


def test_a_tree_shows_all_folders_where_that_is_asked_for(
    api: Api, world: World, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = world.push(REPO, "monalisa", {"docs/b/c.md": "C"})
    whole = api("GET", f"{here}/git/trees/{commit.sha}?recursive=1").json()
    assert [(it["path"], it["type"]) for it in whole["tree"]] == [
        (".github", "tree"),
        (".github/lamplighter.yml", "blob"),
        ("docs", "tree"),
        ("docs/a.md", "blob"),
        ("docs/b", "tree"),
        ("docs/b/c.md", "blob"),
    ]
    assert whole["truncated"] is False
    top = api("GET", f"{here}/git/trees/main").json()
    assert [it["path"] for it in top["tree"]] == [".github", "docs"]
    assert api("GET", f"{here}/git/trees/nope").status_code == 404
    monkeypatch.setattr(shapes_repository, "LARGEST_TREE", 2)
    cut = api("GET", f"{here}/git/trees/main?recursive=1").json()
    assert (len(cut["tree"]), cut["truncated"]) == (2, True)
