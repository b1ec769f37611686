"""Webhooks: what is sent, to whom, signed how, and what the delivery log says of it."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from sandbox_client import REPO, Api, Inbox

from sandbox.delivery import headers_for
from sandbox.world import Installation, World


def test_the_signature_is_over_the_raw_body(world: World, installation: Installation, inbox: Inbox) -> None:
    world.open_issue(REPO, "octocat", "é ✓")
    assert world.wait_delivered()
    it = inbox.received[-1]
    expected = hmac.new(b"s3cret", it.raw, hashlib.sha256).hexdigest()
    assert it.headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert it.headers["X-Hub-Signature"] == "sha1=" + hmac.new(b"s3cret", it.raw, hashlib.sha1).hexdigest()
    assert it.headers["X-GitHub-Event"] == "issues"
    assert it.headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
    assert it.headers["X-GitHub-Hook-Installation-Target-ID"] == "1001"
    assert it.headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert it.headers["Content-Type"] == "application/json"


def test_the_documented_signature(world: World, installation: Installation) -> None:
    """The example of "Validating webhook deliveries"."""
    world.ping()
    delivery = world.deliveries[-1]
    delivery.app.webhook_secret, delivery.body = "It's a Secret to Everybody", b"Hello, World!"
    digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert headers_for(delivery)["X-Hub-Signature-256"] == f"sha256={digest}"


def test_events_come_in_order_with_installation_and_sender(
    world: World, installation: Installation, inbox: Inbox
) -> None:
    world.open_issue(REPO, "octocat", "t", labels=["bug", "fresh"])
    world.comment(REPO, 1, "hubot", "c")
    world.wait_delivered()
    assert inbox.names() == [
        "installation.created",
        "label.created",
        "issues.opened",
        "issues.labeled",
        "issues.labeled",
        "issue_comment.created",
    ]
    payload = inbox.last("issue_comment.created")
    assert payload["sender"]["login"] == "hubot"
    assert set(payload["installation"]) == {"id", "node_id"}
    assert payload["installation"]["id"] == installation.id
    assert payload["organization"]["login"] == "observatory"
    opened = inbox.last("issues.opened")["issue"]
    assert [it["name"] for it in opened["labels"]] == ["bug", "fresh"]


def test_the_apps_own_acts_come_back(api: Api, world: World, here: str, inbox: Inbox) -> None:
    world.open_pull_request(REPO, "octocat", "p")
    api("POST", f"{here}/issues/1/comments", json={"body": "hello"})
    world.wait_delivered()
    payload = inbox.last("issue_comment.created")
    assert (payload["sender"]["type"], payload["sender"]["login"]) == ("Bot", "lamplighter[bot]")
    assert payload["comment"]["performed_via_github_app"]["id"] == 1001
    assert "pull_request" in payload["issue"]


def test_only_what_was_subscribed_to_and_what_always_comes(
    world: World, installation: Installation, inbox: Inbox
) -> None:
    installation.events.remove("issues")
    world.open_issue(REPO, "octocat", "t")
    world.comment(REPO, 1, "octocat", "c")
    world.repository("observatory/dome")
    world.add_repositories(installation.id, ["observatory/dome"])
    world.remove_repositories(installation.id, ["observatory/dome"])
    world.open_issue("observatory/dome", "octocat", "not installed here")
    world.suspend(installation.id)
    world.comment(REPO, 1, "octocat", "while suspended")
    world.unsuspend(installation.id)
    world.uninstall(installation.id)
    world.comment(REPO, 1, "octocat", "afterwards")
    world.wait_delivered()
    assert inbox.names() == [
        "installation.created",
        "issue_comment.created",
        "installation_repositories.added",
        "installation_repositories.removed",
        "installation.suspend",
        "installation.unsuspend",
        "installation.deleted",
    ]
    added = inbox.last("installation_repositories.added")
    assert [it["full_name"] for it in added["repositories_added"]] == ["observatory/dome"]
    assert "repositories" in inbox.last("installation.created")
    assert "repositories" not in inbox.last("installation.suspend")


def test_ping_has_neither_action_nor_installation(
    world: World, installation: Installation, inbox: Inbox
) -> None:
    world.ping()
    world.wait_delivered()
    assert {"zen", "hook_id", "hook"} == set(inbox.received[-1].payload)


def test_the_life_of_a_pull_request(world: World, installation: Installation, inbox: Inbox) -> None:
    world.open_pull_request(REPO, "octocat", "p", "old", files=["a.py"], draft=True)
    world.edit(REPO, 1, "octocat", title="q", body="new")
    world.ready(REPO, 1, "octocat")
    world.ready(REPO, 1, "octocat", ready=False)
    world.synchronize(REPO, 1, "octocat", ["b.py"])
    world.label(REPO, 1, "monalisa", "bug")
    world.unlabel(REPO, 1, "monalisa", "bug")
    world.assign(REPO, 1, "boss", "monalisa")
    world.unassign(REPO, 1, "boss", "monalisa")
    world.request_review(REPO, 1, "octocat", ["monalisa"])
    world.review_comment(REPO, 1, "monalisa", "hm", "a.py")
    world.close(REPO, 1, "boss")
    world.reopen(REPO, 1, "boss")
    world.wait_delivered()
    expected = "opened edited ready_for_review converted_to_draft synchronize labeled unlabeled assigned"
    expected += " unassigned review_requested closed reopened"
    names = [name.split(".")[1] for name in inbox.names() if name.startswith("pull_request.")]
    assert names == expected.split()
    changes = inbox.last("pull_request.edited")["changes"]
    assert changes == {"title": {"from": "p"}, "body": {"from": "old"}}
    synchronized = inbox.last("pull_request.synchronize")
    assert synchronized["after"] == synchronized["pull_request"]["head"]["sha"] != synchronized["before"]
    assert inbox.last("pull_request.assigned")["assignee"]["login"] == "monalisa"
    assert inbox.last("pull_request_review_comment.created")["comment"]["path"] == "a.py"


def test_what_happens_to_repositories(world: World, installation: Installation, inbox: Inbox) -> None:
    world.rename(REPO, "observatory/lens")
    world.archive("observatory/lens")
    world.unarchive("observatory/lens")
    world.privatize("observatory/lens")
    world.publicize("observatory/lens")
    world.rename_user("observatory", "planetarium")
    world.delete_repository("planetarium/lens")
    world.wait_delivered()
    assert [name.split(".")[1] for name in inbox.names()[1:]] == [
        "renamed",
        "archived",
        "unarchived",
        "privatized",
        "publicized",
        "renamed",
    ]
    assert inbox.last("repository.renamed")["changes"] == {"repository": {"name": {"from": "telescope"}}}
    assert inbox.last("installation_target.renamed")["changes"]["login"]["from"] == "observatory"


def test_a_transferred_issue_leaves_and_arrives(
    world: World, installation: Installation, inbox: Inbox
) -> None:
    world.repository("observatory/dome")
    world.open_issue(REPO, "octocat", "t")
    world.transfer_issue(REPO, 1, "observatory/dome")
    world.open_issue(REPO, "octocat", "u")
    world.delete_issue(REPO, 2)
    world.wait_delivered()
    moved = inbox.last("issues.transferred")
    assert moved["changes"]["new_repository"]["full_name"] == "observatory/dome"
    assert inbox.last("issues.deleted")["issue"]["number"] == 2


def test_edits_of_comments_say_what_was_there(world: World, installation: Installation, inbox: Inbox) -> None:
    world.open_issue(REPO, "octocat", "t")
    comment = world.comment(REPO, 1, "octocat", "one")
    world.edit_comment(REPO, comment.id, "boss", "two")
    world.delete_comment(REPO, comment.id, "boss")
    world.wait_delivered()
    edited = inbox.last("issue_comment.edited")
    assert edited["changes"] == {"body": {"from": "one"}}
    assert (edited["sender"]["login"], edited["comment"]["user"]["login"]) == ("boss", "octocat")
    assert inbox.last("issue_comment.deleted")["comment"]["body"] == "two"


def test_an_installation_on_everything_gets_new_repositories(world: World, api: Api, inbox: Inbox) -> None:
    everywhere = world.install("octocat")
    assert everywhere.selection == "all"
    new = world.repository("octocat/new")
    world.wait_delivered()
    assert new.id in everywhere.repository_ids
    assert inbox.last("installation_repositories.added")["repository_selection"] == "all"
    world.remove_repositories(everywhere.id, ["octocat/new"])
    assert everywhere.selection == "selected"


# -- the delivery log ---------------------------------------------------------------------------------


def deliveries(api: Api, **query: str) -> list[dict[str, object]]:
    return api("GET", "/app/hook/deliveries", token=api.jwt(), params=query).json()


def test_a_failed_delivery_is_recorded_and_never_repeated(api: Api, world: World, inbox: Inbox) -> None:
    world.wait_delivered()
    inbox.status = 500
    world.open_issue(REPO, "octocat", "t")
    world.wait_delivered()
    assert inbox.names().count("issues.opened") == 1
    newest = deliveries(api)[0]
    assert (newest["status_code"], newest["status"], newest["event"]) == (
        500,
        "Invalid HTTP Response: 500",
        "issues",
    )
    assert [it["event"] for it in deliveries(api, status="failure")] == ["issues"]
    assert [it["event"] for it in deliveries(api, status="success")] == ["installation"]


def test_a_delivery_nobody_answered_is_in_neither_selection(api: Api, world: World) -> None:
    world.wait_delivered()
    api.app.webhook_url = "http://127.0.0.1:1/nobody"
    world.open_issue(REPO, "octocat", "t")
    world.wait_delivered()
    assert deliveries(api)[0]["status"] == "failed to connect to host"
    assert deliveries(api, status="failure") == []


def test_slow_answers_are_timeouts(
    api: Api, world: World, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.wait_delivered()
    monkeypatch.setattr("sandbox.delivery.ANSWER_WITHIN", 0.1)
    inbox.delay = 0.4
    world.open_issue(REPO, "octocat", "t")
    assert world.wait_delivered()
    assert deliveries(api)[0]["status"] == "timed out"


def test_redelivery_keeps_the_guid(api: Api, world: World, inbox: Inbox) -> None:
    inbox.status = 503
    world.open_issue(REPO, "octocat", "t")
    world.wait_delivered()
    inbox.status = 202
    failed = deliveries(api)[0]
    answer = api("POST", f"/app/hook/deliveries/{failed['id']}/attempts", token=api.jwt())
    assert answer.status_code == 202
    world.wait_delivered()
    again = deliveries(api)[0]
    assert (again["guid"], again["redelivery"], again["status"]) == (failed["guid"], True, "OK")
    assert again["id"] != failed["id"]
    assert inbox.received[-1].raw == inbox.received[-2].raw
    assert inbox.received[-1].headers["X-GitHub-Delivery"] == failed["guid"]


def test_one_delivery_in_full(api: Api, world: World) -> None:
    world.open_issue(REPO, "octocat", "t")
    world.wait_delivered()
    path = f"/app/hook/deliveries/{deliveries(api)[0]['id']}"
    it = api("GET", path, token=api.jwt()).json()
    assert it["request"]["payload"]["issue"]["title"] == "t"
    assert it["request"]["headers"]["X-GitHub-Event"] == "issues"
    assert it["response"]["payload"] == "thanks"
    assert api("GET", path).status_code == 401
    world.advance(4 * 86_400)
    assert api("GET", path, token=api.jwt()).status_code == 404
    assert deliveries(api) == []


def test_the_log_is_paged_by_cursor(api: Api, world: World) -> None:
    for number in range(7):
        world.open_issue(REPO, "octocat", str(number))
    world.wait_delivered()
    seen, url = [], "/app/hook/deliveries?per_page=3"
    while url:
        answer = api("GET", url, token=api.jwt())
        seen += [it["id"] for it in answer.json()]
        url = answer.links.get("next", {}).get("url", "")
    assert seen == [it.id for it in reversed(world.deliveries)]


# -- disorder -----------------------------------------------------------------------------------------


def test_held_deliveries_wait(world: World, installation: Installation, inbox: Inbox) -> None:
    world.wait_delivered()
    world.faults.hold_deliveries = True
    world.open_issue(REPO, "octocat", "t")
    assert world.wait_delivered(0.3)
    assert inbox.names() == ["installation.created"]
    assert [it.status for it in world.deliveries] == ["OK", "pending"]
    world.release_deliveries()
    world.wait_delivered()
    assert inbox.names()[-1] == "issues.opened"


def test_duplicates_share_their_guid(world: World, installation: Installation, inbox: Inbox) -> None:
    world.wait_delivered()
    world.faults.duplicate_deliveries = 1.0
    world.open_issue(REPO, "octocat", "t")
    world.wait_delivered()
    assert inbox.names()[1:] == ["issues.opened", "issues.opened"]
    assert len({it.headers["X-GitHub-Delivery"] for it in inbox.received[1:]}) == 1


def test_shuffled_deliveries_all_arrive(world: World, installation: Installation, inbox: Inbox) -> None:
    world.wait_delivered()
    world.faults.set(hold_deliveries=True, shuffle_deliveries=True)
    for number in range(20):
        world.open_issue(REPO, "octocat", str(number))
    world.release_deliveries()
    world.wait_delivered()
    titles = [int(json.loads(it.raw)["issue"]["title"]) for it in inbox.received[1:]]
    assert sorted(titles) == list(range(20))
    assert titles != sorted(titles)


def test_lost_deliveries_are_recorded_as_failed(
    world: World, installation: Installation, inbox: Inbox
) -> None:
    world.wait_delivered()
    world.faults.lose_deliveries = 1.0
    world.open_issue(REPO, "octocat", "t")
    world.wait_delivered()
    assert len(inbox.received) == 1
    assert world.deliveries[-1].status == "failed to connect to host"
