"""What somebody did in public, as the API lists it."""

from __future__ import annotations

from datetime import timedelta

from sandbox_client import REPO, Api

from sandbox.world import World


def kinds(api: Api, login: str, **query: int) -> list[str]:
    answer = api("GET", f"/users/{login}/events/public", token="", params=query)  # open to everybody
    assert answer.status_code == 200
    return [event["type"] for event in answer.json()]


def test_public_events_come_newest_first_and_for_thirty_days(api: Api, world: World, here: str) -> None:
    world.user("vera")
    dark = f"{REPO}-dark"
    world.repository(dark, private=True)
    world.open_issue(dark, "vera", "Nobody sees this")
    assert kinds(api, "vera") == []
    number = world.open_issue(REPO, "vera", "A light").number
    world.advance(60)
    world.comment(REPO, number, "vera", "It is on")
    world.comment(REPO, number, "octocat", "Thank you")
    world.advance(60)
    world.open_pull_request(REPO, "vera", "Another light", files=["a.py"])
    assert kinds(api, "vera") == ["PullRequestEvent", "IssueCommentEvent", "IssuesEvent"]
    assert kinds(api, "vera", per_page=1) == ["PullRequestEvent"]
    (event,) = api("GET", "/users/VERA/events/public", params={"per_page": 1}).json()
    assert event["actor"]["id"] == world.user("vera").id
    assert event["repo"]["name"] == REPO
    world.advance(timedelta(days=31).total_seconds())
    assert kinds(api, "vera") == []
    assert api("GET", "/users/nobody-at-all/events/public", token="").status_code == 404
