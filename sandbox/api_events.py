"""What somebody did in public, as `GET /users/{login}/events/public` lists it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sandbox.call import Answer, Call, route
from sandbox.models import Commit, Repository, Thread, User
from sandbox.shapes import Shape
from sandbox.shapes_thread import comment as shape_comment
from sandbox.shapes_thread import issue as shape_issue
from sandbox.shapes_thread import review as shape_review
from sandbox.state import State, stamp

# "Only events created within the past 30 days will be included in timelines", 300 of them at most.
TIMELINE = timedelta(days=30)
MOST = 300

Happened = tuple[datetime, int, str, Repository, Any]


@route("GET", "/users/<login>/events/public")
def list_public_events(call: Call, login: str) -> Answer:
    """The public events of a user, newest first; what happens in private repositories is in no such list."""
    world, user = call.world, call.world.find_user(login)
    since = world.now() - TIMELINE
    found = sorted((it for it in _events(call, user) if it[0] >= since), key=lambda it: it[:2], reverse=True)
    return 200, call.page(found[:MOST], lambda it: _shape(world, user, it))


def _events(call: Call, user: User) -> Iterator[Happened]:
    for repository in list(call.world.repositories.values()):
        if not repository.private:
            for thread in list(repository.threads.values()):
                yield from _on_thread(call, user, thread)
            for commit in _pushed(repository):
                if commit.user is user:
                    yield commit.at, 0, "PushEvent", repository, _push(repository, commit)


def _on_thread(call: Call, user: User, thread: Thread) -> Iterator[Happened]:
    home, world = thread.repository, call.world
    if thread.user is user:
        payload: Shape = {"action": "opened"} | _thread(call, thread)
        kind = "PullRequestEvent" if thread.pull else "IssuesEvent"
        yield thread.created_at, thread.id, kind, home, payload
    for comment in thread.comments:
        if comment.user is user:
            shown = shape_comment(world, thread, comment, call.eyes)
            payload = {
                "action": "created",
                "issue": shape_issue(world, thread, call.eyes),
                "comment": shown,
            }
            yield comment.created_at, comment.id, "IssueCommentEvent", home, payload
    for review in thread.pull.reviews if thread.pull else ():
        if review.user is user:
            shown = shape_review(world, thread, review)
            payload = {"action": "created", "review": shown} | _thread(call, thread)
            yield review.submitted_at, review.id, "PullRequestReviewEvent", home, payload


def _thread(call: Call, thread: Thread) -> Shape:
    """The issue; of a pull request GitHub's events tell the least."""
    if thread.pull is None:
        return {"issue": shape_issue(call.world, thread, call.eyes)}
    pull, home, api = thread.pull, thread.repository, f"{call.world.base_url}/repos"
    minimal = {
        "id": pull.id,
        "number": thread.number,
        "url": f"{api}/{home.full_name}/pulls/{thread.number}",
        "head": _side(api, pull.head_repository, pull.head_ref, pull.head_sha),
        "base": _side(api, home, pull.base_ref, pull.base_sha),
    }
    return {"number": thread.number, "pull_request": minimal}


def _side(api: str, home: Repository, ref: str, sha: str) -> Shape:
    repo = {"id": home.id, "url": f"{api}/{home.full_name}", "name": home.name}
    return {"ref": ref, "sha": sha, "repo": repo}


def _pushed(repository: Repository) -> Iterator[Commit]:
    """The commits of the default branch, but for the first, the newest first."""
    sha = repository.branches.get(repository.default_branch)
    while sha and repository.commits[sha].parents:
        yield repository.commits[sha]
        sha = repository.commits[sha].parents[0]


def _push(repository: Repository, commit: Commit) -> Shape:
    return {
        "repository_id": repository.id,
        "push_id": int(commit.sha[:8], 16),
        "ref": f"refs/heads/{repository.default_branch}",
        "head": commit.sha,
        "before": commit.parents[0],
    }


def _shape(world: State, user: User, it: Happened) -> Shape:
    at, number, kind, repository, payload = it
    return {
        "id": str(10_000_000_000 + number),
        "type": kind,
        "actor": {
            "id": user.id,
            "login": user.login,
            "display_login": user.login,
            "gravatar_id": "",
            "url": f"{world.base_url}/users/{user.login}",
            "avatar_url": f"{world.base_url}/_sandbox/avatars/{user.id}.svg",
        },
        "repo": {
            "id": repository.id,
            "name": repository.full_name,
            "url": f"{world.base_url}/repos/{repository.full_name}",
        },
        "payload": payload,
        "public": True,
        "created_at": stamp(at),
    }
