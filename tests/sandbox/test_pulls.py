"""Pull requests, reviews, `author_association`, merging and check runs."""

from __future__ import annotations

import pytest
from sandbox_client import REPO, Api, Inbox

from sandbox.world import Installation, Repository, World


def association(api: Api, number: int) -> str:
    return api("GET", f"/repos/{REPO}/pulls/{number}").json()["author_association"]


def test_a_newcomer_is_none_in_the_webhook_and_first_timer_a_moment_later(
    api: Api, world: World, inbox: Inbox
) -> None:
    world.user("brandnew", brand_new=True)
    world.open_pull_request(REPO, "octocat", "p", files=["a.py"])
    world.open_pull_request(REPO, "brandnew", "p", files=["b.py"])
    world.wait_delivered()
    opened = [it.payload for it in inbox.received if it.name == "pull_request.opened"]
    assert [it["pull_request"]["author_association"] for it in opened] == ["NONE", "NONE"]
    assert association(api, 1) == "FIRST_TIME_CONTRIBUTOR"
    assert association(api, 2) == "FIRST_TIMER"
    listed = api("GET", f"/repos/{REPO}/issues/1").json()
    assert listed["author_association"] == "FIRST_TIME_CONTRIBUTOR"


def test_issues_and_comments_of_strangers_say_none(api: Api, world: World, here: str) -> None:
    world.open_issue(REPO, "octocat", "i")
    world.comment(REPO, 1, "octocat", "c")
    assert api("GET", f"{here}/issues/1").json()["author_association"] == "NONE"
    assert api("GET", f"{here}/issues/1/comments").json()[0]["author_association"] == "NONE"


def test_a_merge_makes_a_contributor_and_a_mere_closing_does_not(
    api: Api, world: World, inbox: Inbox
) -> None:
    for title in ("rejected", "merged"):
        world.open_pull_request(REPO, "octocat", title, files=["a.py"])
    world.close(REPO, 1, "boss")
    assert association(api, 1) == "FIRST_TIME_CONTRIBUTOR"
    world.close(REPO, 2, "boss", merged=True)
    assert association(api, 1) == "CONTRIBUTOR"
    world.wait_delivered()
    closed = inbox.last("pull_request.closed")["pull_request"]
    assert (closed["merged"], closed["author_association"]) == (True, "CONTRIBUTOR")


def test_owner_member_and_collaborator(api: Api, world: World) -> None:
    world.collaborator(REPO, "hubot", "read")
    found = []
    for login in ("monalisa", "hubot", "boss"):
        number = world.open_pull_request(REPO, login, "p").number
        found.append(association(api, number))
    assert found == ["MEMBER", "COLLABORATOR", "MEMBER"]
    own = world.repository("octocat/mine")
    world.open_issue(own, "octocat", "i")
    assert api("GET", "/repos/octocat/mine/issues/1").json()["author_association"] == "OWNER"


def test_private_members_look_like_strangers_unless_the_token_sees_them(
    api: Api, world: World, installation: Installation, inbox: Inbox
) -> None:
    world.collaborator(REPO, "hidden", "maintain")
    world.open_pull_request(REPO, "hidden", "p")
    world.wait_delivered()
    assert inbox.last("pull_request.opened")["pull_request"]["author_association"] == "NONE"
    assert association(api, 1) == "FIRST_TIME_CONTRIBUTOR"
    installation.permissions["members"] = "read"
    api.token = api.mint(installation).json()["token"]
    assert association(api, 1) == "MEMBER"


def test_what_a_pull_request_says(api: Api, world: World, here: str) -> None:
    world.open_pull_request(REPO, "octocat", "p", "text", files=["docs/a.md", "new.py"], draft=True)
    it = api("GET", f"{here}/pulls/1").json()
    assert (it["draft"], it["merged"], it["changed_files"], it["commits"]) == (True, False, 2, 1)
    assert it["head"]["label"] == "octocat:patch-1"
    assert it["head"]["repo"]["fork"]
    assert it["base"]["ref"] == "main"
    files = {f["filename"]: f["status"] for f in api("GET", f"{here}/pulls/1/files").json()}
    assert files == {"docs/a.md": "modified", "new.py": "added"}
    world.ready(REPO, 1, "octocat")
    world.synchronize(REPO, 1, "octocat", ["third.py"])
    after = api("GET", f"{here}/pulls/1").json()
    assert (after["draft"], after["changed_files"], after["commits"]) == (False, 3, 2)
    assert after["head"]["sha"] != it["head"]["sha"]
    assert len(api("GET", f"{here}/pulls/1/commits").json()) == 2
    assert api("GET", f"{here}/pulls/2").status_code == 404


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("Fixes #1", True),
        ("closes: #1", True),
        ("It RESOLVED observatory/telescope#1 at last", True),
        ("fix https://example.org/observatory/telescope/issues/1", True),
        ("see #1", False),
        ("fixes observatory/dome#1", False),
        ("prefixes #1", False),
        ("Fixes #12", False),
    ],
)
def test_closing_words(world: World, api: Api, text: str, closed: bool) -> None:
    world.open_issue(REPO, "monalisa", "bug")
    world.open_pull_request(REPO, "octocat", "p", text, files=["a.py"])
    world.close(REPO, 2, "boss", merged=True)
    assert (world.thread(REPO, 1).state == "closed") is closed


def test_a_merge_reaches_the_default_branch(api: Api, world: World, repo: Repository, inbox: Inbox) -> None:
    world.open_pull_request(REPO, "octocat", "p", files={"docs/a.md": "better", "gone.md": None})
    world.merge(REPO, 1, "boss")
    assert repo.files["docs/a.md"] == "better"
    world.wait_delivered()
    push = inbox.last("push")
    assert push["commits"][0]["modified"] == ["docs/a.md"]
    assert push["pusher"]["name"] == "boss"
    assert api("PATCH", f"/repos/{REPO}/issues/1", json={"state": "open"}).status_code == 422


def test_reviews(api: Api, world: World, here: str, inbox: Inbox) -> None:
    world.open_pull_request(REPO, "octocat", "p")
    world.review(REPO, 1, "monalisa", "approved", "nice")
    world.wait_delivered()
    assert inbox.last("pull_request_review.submitted")["review"]["state"] == "approved"
    assert api("GET", f"{here}/pulls/1/reviews").json()[0]["state"] == "APPROVED"
    mine = api("POST", f"{here}/pulls/1/reviews", json={"event": "COMMENT", "body": "hm"})
    assert (mine.status_code, mine.json()["state"]) == (200, "COMMENTED")
    assert api("POST", f"{here}/pulls/1/reviews", json={"event": "REQUEST_CHANGES"}).status_code == 422
    with pytest.raises(Exception, match="422"):
        world.review(REPO, 1, "octocat", "approved")


def test_reviews_are_asked_of_collaborators_only(api: Api, world: World, here: str) -> None:
    world.open_pull_request(REPO, "octocat", "p")
    path = f"{here}/pulls/1/requested_reviewers"
    mixed = api("POST", path, json={"reviewers": ["monalisa", "hubot"]})
    assert mixed.status_code == 422
    assert "may only be requested from collaborators" in mixed.json()["message"]
    assert api("GET", f"{here}/pulls/1").json()["requested_reviewers"] == []
    assert api("POST", path, json={"reviewers": ["octocat"]}).status_code == 422
    good = api("POST", path, json={"reviewers": ["monalisa"]})
    assert (good.status_code, good.json()["requested_reviewers"][0]["login"]) == (201, "monalisa")
    assert api("DELETE", path, json={"reviewers": ["monalisa"]}).json()["requested_reviewers"] == []


def test_check_runs(api: Api, world: World, here: str, repo: Repository) -> None:
    sha = repo.branches["main"]
    assert api("POST", f"{here}/check-runs", json={"name": "c"}).status_code == 422
    assert api("POST", f"{here}/check-runs", json={"name": "c", "head_sha": "0" * 40}).status_code == 422
    note = {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "m"}
    output = {"title": "t", "summary": "s", "annotations": [note] * 50}
    body = {"name": "c", "head_sha": sha, "conclusion": "failure", "output": output}
    made = api("POST", f"{here}/check-runs", json=body)
    assert (made.status_code, made.json()["status"]) == (201, "completed")
    path = f"{here}/check-runs/{made.json()['id']}"
    api("PATCH", path, json={"output": {"title": "t", "summary": "more", "annotations": [note]}})
    assert api("GET", path).json()["output"]["annotations_count"] == 51
    output["annotations"] = [note] * 51
    assert api("POST", f"{here}/check-runs", json=body).status_code == 422
    assert [run.name for run in world.check_runs(REPO)] == ["c"]
    listed = api("GET", f"{here}/commits/main/check-runs", params={"check_name": "c"}).json()
    assert (listed["total_count"], listed["check_runs"][0]["conclusion"]) == (1, "failure")
    assert (
        api("GET", f"{here}/commits/main/check-runs", params={"check_name": "d"}).json()["total_count"] == 0
    )
