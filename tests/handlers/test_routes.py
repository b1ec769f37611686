"""Handlers: a payload goes in, the jobs it asks for come out."""

from typing import Any

import pytest

from handlers import ROUTES, Event, Route, routes_for
from handlers.commands import may_hold_command
from handlers.payload import parts
from handlers.push import FILE
from handlers.routes import ALWAYS_SENT, Absent
from tests.contracts.published import Published

PERSON = {"id": 7, "login": "octocat", "type": "User"}
BOT = {"id": 8, "login": "hubot[bot]", "type": "Bot"}
REPOSITORY = {"id": 42, "full_name": "observatory/dome", "default_branch": "main"}
ISSUE = {"number": 12, "user": PERSON, "labels": [], "body": "It crashes."}
PULL = {
    "number": 13,
    "user": PERSON,
    "author_association": "NONE",
    "created_at": "2026-11-22T12:00:00Z",
    "body": "",
    "merged": False,
}
COMMENT = {"id": 99, "user": PERSON, "body": "Thank you!", "created_at": "2026-11-22T12:00:00Z"}
REVIEW = {"user": PERSON, "submitted_at": "2026-11-22T12:00:00Z"}


def event(name: str, action: str | None = None, sender: dict[str, Any] = PERSON, **payload: Any) -> Event:
    given = {"action": action} if action else {}
    return Event(name, "a-guid", given | {"sender": sender, "repository": REPOSITORY, **payload})


def issues(action: str, sender: dict[str, Any] = PERSON, **issue: Any) -> Event:
    changes = issue.pop("changes", {})
    return event("issues", action, sender, issue=ISSUE | issue, changes=changes)


def pull_request(action: str, sender: dict[str, Any] = PERSON, **pull: Any) -> Event:
    return event("pull_request", action, sender, pull_request=PULL | pull)


def comment(action: str = "created", sender: dict[str, Any] = PERSON, **comment: Any) -> Event:
    return event("issue_comment", action, sender, issue=ISSUE, comment=COMMENT | {"user": sender} | comment)


def push(ref: str = "refs/heads/main", **payload: Any) -> Event:
    return event("push", ref=ref, **({"commits": [], "forced": False, "deleted": False} | payload))


def commit(**paths: Any) -> dict[str, Any]:
    return {"added": [], "removed": [], "modified": []} | paths


LABELLED = [{"name": "good first issue"}]
COMMAND = "Gladly!\r\n/mentor accept"
ASKED: list[tuple[str, Event, list[str]]] = [
    # Issues.
    ("an issue gets a label", issues("labeled", labels=LABELLED), ["good_first"]),
    ("a bot gives an issue a label", issues("labeled", BOT), ["good_first"]),
    ("a pull request's label as an issue's", issues("labeled", pull_request={"url": "x"}), []),
    ("an issue is reopened", issues("reopened"), ["good_first", "threads"]),
    ("an issue is opened with labels", issues("opened", labels=LABELLED), ["good_first"]),
    ("an issue is opened with labels by a bot", issues("opened", BOT, labels=LABELLED), ["good_first"]),
    ("an issue is opened without", issues("opened"), []),
    ("an issue is opened without words", issues("opened", body=None), []),
    ("an issue is opened with a command", issues("opened", body=COMMAND), ["commands"]),
    ("a bot opens one with a command", issues("opened", BOT, body=COMMAND), []),
    (
        "an issue is opened with both",
        issues("opened", labels=LABELLED, body=COMMAND),
        ["good_first", "commands"],
    ),
    ("an issue loses a label", issues("unlabeled"), ["good_first"]),
    ("an issue's text is edited", issues("edited", changes={"body": {"from": "a"}}), ["starter"]),
    ("an issue's title is edited", issues("edited", changes={"title": {"from": "a"}}), ["starter"]),
    ("a bot edits an issue's text", issues("edited", BOT, changes={"body": {"from": "a"}}), []),
    ("an issue is closed", issues("closed"), ["threads"]),
    ("an issue is transferred", issues("transferred"), ["threads"]),
    ("an issue is deleted", issues("deleted"), ["threads"]),
    ("an issue is pinned", issues("pinned"), []),
    ("an issue is assigned", issues("assigned"), []),
    # Pull requests.
    ("a newcomer opens a pull request", pull_request("opened"), ["welcome", "claimed_pull", "contributed"]),
    (
        "somebody new to GitHub",
        pull_request("opened", author_association="FIRST_TIMER"),
        ["welcome", "claimed_pull", "contributed"],
    ),
    (
        "somebody new here",
        pull_request("opened", author_association="FIRST_TIME_CONTRIBUTOR"),
        ["welcome", "claimed_pull", "contributed"],
    ),
    (
        "a contributor opens one",
        pull_request("opened", author_association="CONTRIBUTOR"),
        ["claimed_pull", "contributed"],
    ),
    (
        "a member opens one",
        pull_request("opened", author_association="MEMBER"),
        ["claimed_pull", "contributed"],
    ),
    ("a bot opens one", pull_request("opened", BOT, user=BOT), []),
    ("a bot opens one with a command", pull_request("opened", BOT, user=BOT, body=COMMAND), []),
    (
        "a newcomer opens a draft",
        pull_request("opened", draft=True),
        ["welcome", "claimed_pull", "contributed"],
    ),
    (
        "a newcomer opens one with a command",
        pull_request("opened", body=COMMAND),
        ["welcome", "commands", "claimed_pull", "contributed"],
    ),
    (
        "a pull request without words",
        pull_request("opened", body=None),
        ["welcome", "claimed_pull", "contributed"],
    ),
    ("a pull request is closed", pull_request("closed"), ["threads", "claimed_pull", "contributed"]),
    (
        "a pull request is merged",
        pull_request("closed", merged=True),
        ["threads", "claimed_pull", "merged", "lineage", "praise"],
    ),
    (
        "a bot's pull request is merged",
        pull_request("closed", user=BOT, merged=True),
        ["threads", "claimed_pull"],
    ),
    (
        "the pull request of an account that is gone is merged",
        pull_request("closed", user=None, merged=True),
        ["threads", "claimed_pull"],
    ),
    ("a pull request is reopened", pull_request("reopened"), ["threads", "claimed_pull", "contributed"]),
    ("a pull request gets commits", pull_request("synchronize"), ["turns"]),
    ("a review is asked for", pull_request("review_requested"), ["turns"]),
    ("a pull request gets a label", pull_request("labeled"), []),
    # Comments and reviews.
    ("a person comments", comment(), ["turns"]),
    ("a person comments with a command", comment(body=COMMAND), ["commands", "turns"]),
    ("a person asks for the issue", comment(body="May I take this?"), ["turns", "claim_hint"]),
    ("a bot asks for the issue", comment(sender=BOT, body="May I take this?"), []),
    ("a bot comments", comment(sender=BOT), []),
    ("a bot comments with a command", comment(sender=BOT, body=COMMAND), []),
    ("a comment is edited", comment("edited", body=COMMAND), []),
    ("a comment is deleted", comment("deleted"), []),
    (
        "a review",
        event("pull_request_review", "submitted", pull_request=PULL | {"user": {"id": 8}}, review=REVIEW),
        ["turns", "contributed"],
    ),
    (
        "a review of one's own",
        event("pull_request_review", "submitted", pull_request=PULL, review=REVIEW),
        ["turns"],
    ),
    ("a bot's review", event("pull_request_review", "submitted", BOT, pull_request=PULL, review=REVIEW), []),
    (
        "a review is dismissed",
        event("pull_request_review", "dismissed", pull_request=PULL, review=REVIEW),
        [],
    ),
    # Pushes.
    ("a push adds the file", push(commits=[commit(added=[FILE])]), ["configuration", "check"]),
    (
        "a push changes the file",
        push(commits=[commit(), commit(modified=["a", FILE])]),
        ["configuration", "check"],
    ),
    ("a push removes the file", push(commits=[commit(removed=[FILE])]), ["configuration", "check"]),
    ("a push of other files", push(commits=[commit(modified=[f"docs/{FILE}"])]), []),
    ("a push of nothing", push(), []),
    ("a forced push", push(forced=True), ["configuration", "check"]),
    ("a push elsewhere", push("refs/heads/next", commits=[commit(added=[FILE])]), ["check"]),
    ("other files elsewhere", push("refs/heads/next", commits=[commit(modified=["a"])]), []),
    (
        "what is elsewhere already",
        push("refs/heads/next", commits=[commit(added=[FILE], distinct=False)]),
        [],
    ),
    ("a branch that is set back", push("refs/heads/next", forced=True), ["check"]),
    ("a branch with other commits", push("refs/heads/next", forced=True, commits=[commit(added=["a"])]), []),
    ("a new branch at a known commit", push("refs/heads/next", created=True), []),
    ("more commits than are listed", push("refs/heads/next", commits=[commit()] * 2048), ["check"]),
    ("a branch is deleted", push("refs/heads/next", deleted=True), []),
    ("a tag", push("refs/tags/main", commits=[commit(added=[FILE])]), []),
    ("the branch is deleted", push(deleted=True, forced=True), []),
    # Installations.
    ("the App is installed", event("installation", "created"), ["installation"]),
    ("the App is removed", event("installation", "deleted"), ["installation"]),
    ("the App is suspended", event("installation", "suspend"), ["installation"]),
    ("the App is no longer suspended", event("installation", "unsuspend"), ["installation"]),
    ("new permissions", event("installation", "new_permissions_accepted"), ["installation"]),
    ("repositories are added", event("installation_repositories", "added"), ["installation"]),
    ("repositories are removed", event("installation_repositories", "removed"), ["installation"]),
    ("the account is renamed", event("installation_target", "renamed"), ["installation"]),
    ("a repository is made private", event("repository", "privatized"), ["repository"]),
    ("a repository has another owner", event("repository", "transferred"), ["repository"]),
    ("a repository's description changes", event("repository", "edited"), []),
    ("a repository is made", event("repository", "created"), []),
    # What nobody wants.
    ("an unknown event", event("meteor_shower", "created"), []),
    ("a ping", Event("ping", "a-guid", {"zen": "Keep it simple."}), []),
    ("an unknown action", issues("eclipsed"), []),
    ("no action where there is one", event("issues", issue=ISSUE), []),
    ("an action that is no text", Event("issues", "a-guid", {"action": ["labeled"]}), []),
]


@pytest.mark.parametrize(("given", "jobs"), [row[1:] for row in ASKED], ids=[row[0] for row in ASKED])
def test_an_event_asks_for_its_jobs(given: Event, jobs: list[str]) -> None:
    assert [route.job for route in routes_for(given)] == jobs


# Whatever GitHub always sends and is not there: kept, so that it is parked where people see it.
LACKING: list[tuple[str, Event, list[str]]] = [
    ("an issue's labels", event("issues", "opened", issue={"number": 12, "user": PERSON}), ["good_first"]),
    ("everything of an issue", Event("issues", "a-guid", {"action": "labeled"}), ["good_first"]),
    ("who closed it", Event("issues", "a-guid", {"action": "closed"}), ["threads"]),
    (
        "everything of a pull request",
        Event("pull_request", "a-guid", {"action": "opened"}),
        ["welcome", "commands", "claimed_pull"],
    ),
    (
        "the association",
        event("pull_request", "opened", pull_request={"user": PERSON}),
        ["welcome", "claimed_pull", "contributed"],
    ),
    (
        "an association that is a text",
        pull_request("opened", author_association=["NONE"]),
        ["welcome", "claimed_pull", "contributed"],
    ),
    (
        "everything of a comment",
        Event("issue_comment", "a-guid", {"action": "created"}),
        ["commands", "turns", "claim_hint"],
    ),
    (
        "a comment's text",
        event("issue_comment", "created", comment={"user": PERSON}),
        ["turns"],
    ),
    (
        "everything of a review",
        Event("pull_request_review", "a-guid", {"action": "submitted"}),
        ["turns", "contributed"],
    ),
    ("everything of a push", Event("push", "a-guid", {}), ["configuration", "check"]),
    ("the commits of a push", event("push", ref="refs/heads/main"), ["configuration", "check"]),
    ("commits that are a list", push(commits=None), ["configuration", "check"]),
    ("paths that are a list", push(commits=[commit(added=3)]), ["configuration", "check"]),
    (
        "everything of an installation",
        Event("installation", "a-guid", {"action": "created"}),
        ["installation"],
    ),
]


@pytest.mark.parametrize(("given", "jobs"), [row[1:] for row in LACKING], ids=[row[0] for row in LACKING])
def test_what_lacks_something_is_kept(given: Event, jobs: list[str]) -> None:
    assert [route.job for route in routes_for(given)] == jobs


@pytest.mark.parametrize("junk", [None, 3, "a", [], {}, True], ids=repr)
@pytest.mark.parametrize("name", sorted({route.event for route in ROUTES}))
def test_no_payload_makes_a_handler_fall(name: str, junk: Any) -> None:
    actions = {action for route in ROUTES if route.event == name for action in route.actions} or {""}
    keys = ("issue", "pull_request", "comment", "review", "sender", "repository", "installation", "commits")
    for action in actions:
        given = Event(
            name, "a-guid", {"action": action, "changes": junk, "ref": junk} | dict.fromkeys(keys, junk)
        )
        for route in routes_for(given):
            route.fields(given)
        assert given.thread is None


def test_a_wish_to_take_a_pull_request_is_none() -> None:
    on_pull = event(
        "issue_comment",
        "created",
        issue=ISSUE | {"pull_request": {"url": "x"}},
        comment=COMMENT | {"body": "May I take this?"},
    )
    assert "claim_hint" not in {route.job for route in routes_for(on_pull)}


def test_what_only_matters_if_the_author_has_a_claim() -> None:
    opened = {route.job: route.of_claimants for route in routes_for(pull_request("opened"))}
    assert opened == {"welcome": False, "claimed_pull": True, "contributed": False}
    assert not any(route.of_ours and route.of_claimants for route in ROUTES)  # one look-up is enough


def test_what_only_matters_of_people_of_ours() -> None:
    merged = {route.job: route.of_people for route in routes_for(pull_request("closed", merged=True))}
    by = "pull_request.user.id"
    assert merged == {"threads": "", "claimed_pull": "", "merged": by, "lineage": by, "praise": by}
    whose = {route.of_people for route in ROUTES if route.of_people}
    assert whose == {"pull_request.user.id", "review.user.id"}


OF_OURS = [
    ("an issue loses a label", issues("unlabeled"), True),
    ("an issue is closed", issues("closed"), True),
    ("a starter issue is edited", issues("edited", changes={"body": {}}), True),
    ("a pull request is closed", pull_request("closed", user=BOT), True),
    ("a person comments", comment(), True),
    ("an issue gets a label", issues("labeled"), False),
    ("a newcomer opens a pull request", pull_request("opened"), False),
    ("the App is installed", event("installation", "created"), False),
]


@pytest.mark.parametrize(("given", "only"), [row[1:] for row in OF_OURS], ids=[row[0] for row in OF_OURS])
def test_what_only_matters_on_threads_of_ours(given: Event, only: bool) -> None:
    assert {route.of_ours for route in routes_for(given)} == {only}


def fields(given: Event, job: str) -> dict[str, Any]:
    (route,) = (route for route in routes_for(given) if route.job == job)
    return route.fields(given)


def test_a_comments_command_is_kept_with_its_author() -> None:
    assert fields(comment(body=COMMAND), "commands") == {
        "comment.user.id": 7,
        "comment.user.login": "octocat",
        "comment.id": 99,
        "comment.created_at": "2026-11-22T12:00:00Z",
        "comment.body": COMMAND,
    }


def test_of_a_comment_without_a_command_the_text_is_not_kept() -> None:
    assert "comment.body" not in fields(comment(), "turns")


def test_of_a_pull_request_only_what_a_welcome_needs_is_kept() -> None:
    assert fields(pull_request("opened"), "welcome") == {
        "pull_request.user.id": 7,
        "pull_request.user.login": "octocat",
        "pull_request.created_at": "2026-11-22T12:00:00Z",
    }


def test_fields_that_are_missing_are_left_out() -> None:
    assert fields(Event("pull_request", "a-guid", {"action": "opened"}), "welcome") == {}


THREADS = [
    ({"issue": {"number": 12}}, 12),
    ({"pull_request": {"number": 13}}, 13),
    ({"pull_request": {"number": 13}, "issue": {"number": 12}}, 13),
    ({}, None),
    ({"issue": {"number": "12"}}, None),
    ({"issue": {"number": True}}, None),
    ({"issue": {"number": -1}}, None),
    ({"issue": {"number": 10**30}}, None),
    ({"issue": 12}, None),
]


@pytest.mark.parametrize(("payload", "number"), THREADS)
def test_the_thread_an_event_is_about(payload: dict[str, Any], number: int | None) -> None:
    assert Event("issues", "a-guid", payload).thread == number


def test_a_field_is_found_by_its_path() -> None:
    given = issues("opened")
    assert given.get("issue.user.login") == given.find("issue.user.login") == "octocat"
    assert issues("opened", user=3).find("issue.user.login") is None
    with pytest.raises(Absent, match="comment.user.login"):
        given.get("comment.user.login")


def test_a_field_that_is_not_read_cannot_be_asked_for() -> None:
    with pytest.raises(LookupError, match="issue.title"):
        issues("opened").find("issue.title")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.job} on {route.event}")
def test_whatever_a_job_keeps_is_read(route: Route) -> None:
    assert all(parts(path) for path in route.keep)


LINES = [
    ("/mentor accept", True),
    ("Thanks!\r\n  /Mentor accept", True),
    ("- a\n    /mentor accept", True),
    ("@lamplighter accept", True),
    ("@octocat see above", True),  # only the worker knows the App's name
    ("@octocat", False),
    ("@octocat: see above", False),
    ("Please say /mentor accept", False),
    ("/mentors", False),
    ("", False),
    (None, False),
    (3, False),
]


@pytest.mark.parametrize(("text", "may"), LINES)
def test_a_quick_look_for_commands(text: object, may: bool) -> None:
    assert may_hold_command(text) is may


# A push in the examples is never one to the default branch that we want; of the other there is none.
WITHOUT_EXAMPLE = {"push", "installation_target"}


def test_githubs_own_examples_are_routed(published: Published) -> None:
    events = [Event(name, "a-guid", payload) for name, payload in published.examples()]
    routed = [(given, routes_for(given)) for given in events]
    assert len(events) > 300
    assert {given.name for given, routes in routed if routes} == {
        route.event for route in ROUTES
    } - WITHOUT_EXAMPLE
    for given, routes in routed:
        for route in routes:
            if given.name not in ALWAYS_SENT:
                # A reopened issue comes without a label: it has just the labels it had.
                lacks = set(route.keep) - route.fields(given).keys() - {"label.name"}
                has_thread = given.thread or given.name == "repository"
                assert has_thread and not lacks, (given.name, given.action, route.job, lacks)
