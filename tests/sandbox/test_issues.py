"""Issues, comments, labels and assignees over HTTP, and everything GitHub refuses."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_client import REPO, Api

from sandbox.world import World


def problem(answer: Any) -> tuple[int, str, str]:
    error = answer.json()["errors"][0]
    return answer.status_code, error["field"], error["code"]


def test_an_issue_with_labels_known_and_unknown(api: Api, world: World, here: str) -> None:
    answer = api("POST", f"{here}/issues", json={"title": "t", "body": "b", "labels": ["BUG", "brand new"]})
    assert answer.status_code == 201
    assert answer.json()["user"]["login"] == "lamplighter[bot]"
    assert answer.json()["performed_via_github_app"]["slug"] == "lamplighter"
    assert world.thread(REPO, 1).labels == ["bug", "brand new"]
    assert world.labels(REPO)["brand new"].color == "ededed"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"title": ""}, "title", "missing_field"),
        ({"title": "x" * 257}, "title", "custom"),
        ({"title": "t", "body": "x" * 65_537}, "body", "custom"),
        ({"title": "t", "labels": ["x" * 51]}, "name", "custom"),
        ({"title": "t", "assignees": ["octocat"]}, "assignees", "invalid"),
    ],
)
def test_issues_refused(api: Api, world: World, here: str, body: Any, field: str, code: str) -> None:
    answer = api("POST", f"{here}/issues", json=body)
    assert problem(answer) == (422, field, code)
    assert answer.json()["message"] == "Validation Failed"
    assert world.issues(REPO) == []


def test_requests_that_are_not_even_wrong(api: Api, here: str) -> None:
    missing = api("POST", f"{here}/issues", json={})
    assert (missing.status_code, '"title" wasn\'t supplied' in missing.json()["message"]) == (422, True)
    typed = api("POST", f"{here}/issues", json={"title": ["t"]})
    assert (typed.status_code, "is not a string" in typed.json()["message"]) == (422, True)
    broken = api("POST", f"{here}/issues", data=b"{not json")
    assert (broken.status_code, broken.json()["message"]) == (400, "Problems parsing JSON")


def test_bodies_of_exactly_the_limit_pass(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "t")
    assert api("POST", f"{here}/issues", json={"title": "t", "body": "x" * 65_536}).status_code == 201
    path = f"{here}/issues/1/comments"
    assert api("POST", path, json={"body": "x" * 65_536}).status_code == 201
    too_long = api("POST", path, json={"body": "x" * 65_537})
    assert too_long.status_code == 422
    assert "maximum is 65536 characters" in too_long.json()["errors"][0]["message"]
    assert api("POST", path, json={"body": "  "}).status_code == 422


def test_patch_changes_only_what_is_sent(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "old", "text", labels=["bug"])
    answer = api("PATCH", f"{here}/issues/1", json={"title": "new"})
    assert (answer.json()["title"], answer.json()["body"]) == ("new", "text")
    closed = api("PATCH", f"{here}/issues/1", json={"state": "closed", "state_reason": "not_planned"}).json()
    assert (closed["state"], closed["state_reason"], closed["closed_by"]["type"]) == (
        "closed",
        "not_planned",
        "Bot",
    )
    opened = api("PATCH", f"{here}/issues/1", json={"state": "open", "labels": ["question"]}).json()
    assert (opened["state_reason"], [it["name"] for it in opened["labels"]]) == ("reopened", ["question"])
    assert problem(api("PATCH", f"{here}/issues/1", json={"state": "ajar"})) == (422, "state", "invalid")
    assert problem(api("PATCH", f"{here}/issues/1", json={"assignees": ["nobody"]}))[1] == "assignees"
    assert world.thread(REPO, 1).labels == ["question"]


def test_gone_and_never_there(api: Api, world: World, here: str) -> None:
    world.repository("observatory/dome")
    for title in ("deleted", "transferred"):
        world.open_issue(REPO, "monalisa", title)
    world.delete_issue(REPO, 1)
    moved = world.transfer_issue(REPO, 2, "observatory/dome")
    assert api("GET", f"{here}/issues/1").status_code == 410
    assert api("POST", f"{here}/issues/1/comments", json={"body": "b"}).status_code == 410
    answer = api("GET", f"{here}/issues/2/comments")
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith(f"/issues/{moved.number}/comments")
    assert api("GET", f"{here}/issues/3").status_code == 404


def test_an_archived_repository_is_read_only(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "t")
    world.archive(REPO)
    for method, path, body in (
        ("POST", "/issues", {"title": "t"}),
        ("POST", "/issues/1/comments", {"body": "b"}),
        ("POST", "/issues/1/labels", {"labels": ["bug"]}),
        ("POST", "/issues/1/reactions", {"content": "+1"}),
        ("PATCH", "/issues/1", {"state": "closed"}),
    ):
        answer = api(method, here + path, json=body)
        assert (answer.status_code, answer.json()["message"]) == (
            403,
            "Repository was archived so is read-only.",
        )
    assert api("GET", f"{here}/issues/1").status_code == 200


def test_a_locked_thread_is_for_writers(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "t")
    world.collaborator(REPO, "hubot", "write")
    world.lock_thread(REPO, 1)
    assert api("POST", f"{here}/issues/1/comments", json={"body": "b"}).status_code == 403
    with pytest.raises(Exception, match="locked"):
        world.comment(REPO, 1, "octocat", "b")
    world.comment(REPO, 1, "hubot", "b")
    world.faults.locked_refuses_apps = False
    assert api("POST", f"{here}/issues/1/comments", json={"body": "b"}).status_code == 201


def test_comments_are_edited_listed_and_deleted(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "t")
    world.comment(REPO, 1, "hubot", "first")
    mine = api("POST", f"{here}/issues/1/comments", json={"body": "second"}).json()
    world.advance(60)
    edited = api("PATCH", f"{here}/issues/comments/{mine['id']}", json={"body": "better"}).json()
    assert edited["body"] == "better"
    assert edited["updated_at"] > edited["created_at"]
    assert [it["body"] for it in api("GET", f"{here}/issues/1/comments").json()] == ["first", "better"]
    since = api("GET", f"{here}/issues/comments", params={"since": edited["updated_at"]}).json()
    assert [it["body"] for it in since] == ["better"]
    newest = api("GET", f"{here}/issues/comments", params={"sort": "created", "direction": "desc"}).json()
    assert [it["body"] for it in newest] == ["better", "first"]
    deleted = api("DELETE", f"{here}/issues/comments/{mine['id']}")
    assert (deleted.status_code, deleted.content, "Content-Type" in deleted.headers) == (204, b"", False)
    assert api("GET", f"{here}/issues/comments/{mine['id']}").status_code == 404
    assert [it.body for it in world.thread(REPO, 1).comments] == ["first"]


def test_a_reaction_is_there_once(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "t")
    comment = world.comment(REPO, 1, "octocat", "/mentor me")
    path = f"{here}/issues/comments/{comment.id}/reactions"
    assert api("POST", path, json={"content": "+1"}).status_code == 201
    assert api("POST", path, json={"content": "+1"}).status_code == 200
    assert comment.reactions == {"+1": ["lamplighter[bot]"]}
    assert api("POST", path, json={"content": "meh"}).status_code == 422
    assert api("GET", f"{here}/issues/comments/{comment.id}").json()["reactions"]["+1"] == 1
    reaction = api("GET", path).json()[0]["id"]
    assert api("DELETE", f"{path}/{reaction}").status_code == 204
    assert comment.reactions == {}


# -- labels -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"name": "x" * 51}, "name", "custom"),
        ({"name": "ok", "description": "x" * 101}, "description", "custom"),
        ({"name": "ok", "color": "#aabbcc"}, "color", "invalid"),
        ({"name": "Good First Issue"}, "name", "already_exists"),
    ],
)
def test_labels_refused(api: Api, here: str, body: Any, field: str, code: str) -> None:
    assert problem(api("POST", f"{here}/labels", json=body)) == (422, field, code)


def test_labels_live(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "t")
    name = "mentor: " + "x" * 42
    made = api("POST", f"{here}/labels", json={"name": name, "color": "AABBCC", "description": "x" * 100})
    assert (made.status_code, made.json()["color"]) == (201, "aabbcc")
    assert api("POST", f"{here}/issues/1/labels", json=["BUG", name]).status_code == 200
    renamed = api("PATCH", f"{here}/labels/{name}", json={"new_name": "mentor/x"})
    assert renamed.json()["name"] == "mentor/x"
    assert world.thread(REPO, 1).labels == ["bug", "mentor/x"]
    assert api("GET", f"{here}/labels/mentor%2Fx").status_code == 200
    assert [it["name"] for it in api("DELETE", f"{here}/issues/1/labels/bug").json()] == ["mentor/x"]
    again = api("DELETE", f"{here}/issues/1/labels/bug")
    assert (again.status_code, again.json()["message"]) == (404, "Label does not exist")
    assert api("PUT", f"{here}/issues/1/labels", json={"labels": ["question"]}).status_code == 200
    assert api("DELETE", f"{here}/labels/question").status_code == 204
    assert world.thread(REPO, 1).labels == []


# -- assignees ----------------------------------------------------------------------------------------


def test_who_cannot_be_assigned_is_dropped_silently(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "t")  # having opened it does not make octocat assignable
    world.collaborator(REPO, "hubot", "write")
    everybody = {"assignees": ["octocat", "monalisa", "hubot", "hidden", "nobody", "lamplighter[bot]"]}
    answer = api("POST", f"{here}/issues/1/assignees", json=everybody)
    assert answer.status_code == 201
    assert [it["login"] for it in answer.json()["assignees"]] == ["monalisa", "hubot", "hidden"]


def test_a_comment_makes_assignable_on_that_thread_only(api: Api, world: World, here: str) -> None:
    for _ in range(2):
        world.open_issue(REPO, "octocat", "t")
    assert api("GET", f"{here}/issues/1/assignees/octocat").status_code == 404
    world.comment(REPO, 1, "octocat", "/mentor claim")
    assert api("GET", f"{here}/issues/1/assignees/octocat").status_code == 204
    assert api("GET", f"{here}/issues/2/assignees/octocat").status_code == 404
    assert api("GET", f"{here}/assignees/octocat").status_code == 404
    assert api("GET", f"{here}/assignees/monalisa").status_code == 204
    api("POST", f"{here}/issues/1/assignees", json={"assignees": ["octocat"]})
    assert world.thread(REPO, 1).assignees == ["octocat"]
    api("DELETE", f"{here}/issues/1/assignees", json={"assignees": ["octocat"]})
    assert world.thread(REPO, 1).assignees == []


def test_triage_is_not_enough_to_be_assigned(api: Api, world: World, here: str) -> None:
    world.collaborator(REPO, "hubot", "triage")
    assert api("GET", f"{here}/assignees/hubot").status_code == 404


# -- lists --------------------------------------------------------------------------------------------


def test_lists_mix_issues_and_pull_requests(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "i")
    world.open_pull_request(REPO, "octocat", "p", files=["a.py"])
    world.open_issue(REPO, "hubot", "other")
    world.close(REPO, 2, "boss", merged=True)
    query = {"creator": "OctoCat", "state": "all", "sort": "created", "direction": "asc"}
    found = api("GET", f"{here}/issues", params=query).json()
    assert [(it["number"], "pull_request" in it) for it in found] == [(1, False), (2, True)]
    assert found[1]["pull_request"]["merged_at"]
    assert [it["number"] for it in api("GET", f"{here}/issues").json()] == [3, 1]
    assert problem(api("GET", f"{here}/issues", params={"creator": "nobody"})) == (422, "creator", "invalid")


def test_lists_filter(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "a", labels=["bug", "question"])
    world.open_issue(REPO, "octocat", "b", labels=["bug"])
    world.assign(REPO, 2, "boss", "monalisa")
    world.advance(100)
    world.comment(REPO, 1, "hubot", "bump")

    def numbers(**query: str) -> list[int]:
        return [it["number"] for it in api("GET", f"{here}/issues", params=query).json()]

    assert numbers(labels="BUG") == [2, 1]
    assert numbers(labels="bug,Question") == [1]
    assert numbers(assignee="monalisa") == numbers(assignee="*") == [2]
    assert numbers(assignee="none") == [1]
    assert numbers(sort="updated") == [1, 2]
    assert numbers(since=world.thread(REPO, 1).updated_at.strftime("%Y-%m-%dT%H:%M:%SZ")) == [1]


def test_pages_have_githubs_links(api: Api, world: World, repo: Any) -> None:
    for number in range(25):
        world.open_issue(REPO, "octocat", str(number))
    answer = api("GET", f"/repos/{REPO}/issues", params={"per_page": 10, "page": 2, "state": "all"})
    base = f"{world.base_url}/repositories/{repo.id}/issues?per_page=10&page="
    links = {name: link["url"] for name, link in answer.links.items()}
    assert links == {
        "prev": f"{base}1&state=all",
        "next": f"{base}3&state=all",
        "last": f"{base}3&state=all",
        "first": f"{base}1&state=all",
    }
    assert [it["number"] for it in api("GET", links["next"]).json()] == [5, 4, 3, 2, 1]
    assert "Link" not in api("GET", f"/repos/{REPO}/issues", params={"per_page": 100}).headers
    assert set(api("GET", links["next"]).links) == {"prev", "first"}


def test_a_page_has_at_most_a_hundred(api: Api, world: World, here: str) -> None:
    for number in range(101):
        world.open_issue(REPO, "octocat", str(number))
    assert len(api("GET", f"{here}/issues", params={"per_page": 500}).json()) == 100
    assert len(api("GET", f"{here}/issues").json()) == 30
