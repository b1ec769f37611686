"""The timeline of a thread: what was said and done there, in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sandbox import shapes
from sandbox.api_issues import READ
from sandbox.call import Answer, Call, repo_route
from sandbox.models import Comment, Commit, Logged, Review, Thread
from sandbox.shapes import Shape
from sandbox.shapes_repository import commit as shape_commit
from sandbox.shapes_thread import comment as shape_comment
from sandbox.shapes_thread import review as shape_review
from sandbox.state import node_id, stamp

Moment = tuple[datetime, int, Shape]


@repo_route("GET", "/issues/<int:number>/timeline", READ)
def list_timeline(call: Call, number: int) -> Answer:
    """Everything on a thread, oldest first; of a pull request its commits too, by their own dates."""
    thread = call.thread(number)
    found = sorted(_moments(call, thread), key=lambda it: it[:2])
    return 200, call.page(found, lambda it: it[2])


def _moments(call: Call, thread: Thread) -> Iterator[Moment]:
    for comment in thread.comments:
        yield comment.created_at, comment.id, _commented(call, thread, comment)
    for logged in thread.log:
        yield logged.at, logged.id, _logged(call, thread, logged)
    if thread.pull is None:
        return
    for review in thread.pull.reviews:
        yield review.submitted_at, review.id, _reviewed(call, thread, review)
    if thread.pull.merged_at and thread.pull.merged_by:
        merged = Logged(thread.pull.id, thread.pull.merged_at, "merged", thread.pull.merged_by, {})
        yield merged.at, merged.id, _logged(call, thread, merged)
    sha = thread.pull.head_sha
    while sha != thread.pull.base_sha and sha in thread.repository.commits:
        commit = thread.repository.commits[sha]
        yield commit.at, 0, _committed(call, thread, commit)
        sha = commit.parents[0]


def _commented(call: Call, thread: Thread, it: Comment) -> Shape:
    shown = shape_comment(call.world, thread, it, call.eyes)
    return {"event": "commented", "actor": shapes.user(call.world, it.user)} | shown


def _reviewed(call: Call, thread: Thread, it: Review) -> Shape:
    shown = shape_review(call.world, thread, it, call.eyes)
    return {"event": "reviewed"} | shown | {"state": it.state}


def _committed(call: Call, thread: Thread, it: Commit) -> Shape:
    """A commit as git has it: whoever pushed it, and when, is not told."""
    shown = shape_commit(call.world, thread.repository, it)
    inner = {name: value for name, value in shown["commit"].items() if name != "comment_count"}
    outer = {name: shown[name] for name in ("sha", "node_id", "html_url", "parents")}
    return {"event": "committed"} | inner | outer


def _logged(call: Call, thread: Thread, it: Logged) -> Shape:
    via = call.world.app_of(it.user)
    url = f"{call.world.base_url}/repos/{thread.repository.full_name}/issues/events/{it.id}"
    shown: Shape = {
        "id": it.id,
        "node_id": node_id("E", it.id),
        "url": url,
        "actor": shapes.user(call.world, it.user),
        "event": it.event,
        "commit_id": None,
        "commit_url": None,
        "created_at": stamp(it.at),
        "performed_via_github_app": shapes.app(call.world, via) if via else None,
    }
    return shown | _more(call, it)


def _more(call: Call, it: Logged) -> Shape:
    if "label" in it.parts:
        return {"label": {name: it.parts["label"][name] for name in ("name", "color")}}
    if "assignee" in it.parts:
        return {"assignee": it.parts["assignee"]}
    if it.event == "review_requested":
        reviewer = {
            name: it.parts[name] for name in ("requested_reviewer", "requested_team") if name in it.parts
        }
        return {"review_requester": shapes.user(call.world, it.user)} | reviewer
    return {"state_reason": None} if it.event == "closed" else {}
