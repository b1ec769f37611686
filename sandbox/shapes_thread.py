"""JSON shapes of issues, pull requests, comments and reviews."""

from __future__ import annotations

from sandbox import shapes
from sandbox.models import Comment, PullRequest, Repository, Review, Thread
from sandbox.people import Eyes, People
from sandbox.shapes import Shape
from sandbox.shapes_repository import blob_sha, repository
from sandbox.state import node_id, stamp


def _common(world: People, it: Thread, eyes: Eyes | None) -> Shape:
    """What issues and pull requests share."""
    people = [shapes.user(world, user) for user in it.assigned]
    on_pull = it.pull is not None
    return {
        "number": it.number,
        "title": it.title,
        "user": shapes.user(world, it.user),
        "labels": [shapes.label(world, it.repository, label) for label in it.label_objects],
        "state": it.state,
        "locked": it.locked,
        "active_lock_reason": None,
        "assignee": people[0] if people else None,
        "assignees": people,
        "milestone": None,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "closed_at": stamp(it.closed_at),
        "author_association": world.association(it.repository, it.user, eyes, on_pull),
        "body": it.body,
    }


def issue(world: People, it: Thread, eyes: Eyes | None = None, alone: bool = False) -> Shape:
    """An issue, or a pull request seen as one; asked for `alone` it says who closed it, too."""
    url = f"{world.base_url}/repos/{it.repository.full_name}/issues/{it.number}"
    kind = "pull" if it.pull else "issues"
    via = world.app_of(it.user)
    shape = {
        "url": url,
        "repository_url": f"{world.base_url}/repos/{it.repository.full_name}",
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": f"{world.base_url}/{it.repository.full_name}/{kind}/{it.number}",
        "id": it.id,
        "node_id": node_id("PR" if it.pull else "I", it.id),
        **_common(world, it, eyes),
        "comments": len(it.comments),
        "reactions": shapes.rollup(url, it.reactions),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": shapes.app(world, via) if via else None,
        "state_reason": it.state_reason,
    }
    if it.pull:
        shape["draft"] = it.pull.draft
        shape["pull_request"] = _pull_links(world, it, it.pull)
    if alone:
        shape["closed_by"] = shapes.user(world, it.closed_by) if it.closed_by else None
    return shape


def _pull_links(world: People, it: Thread, pull: PullRequest) -> Shape:
    page = f"{world.base_url}/{it.repository.full_name}/pull/{it.number}"
    return {
        "url": f"{world.base_url}/repos/{it.repository.full_name}/pulls/{it.number}",
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "merged_at": stamp(pull.merged_at),
    }


def _side(world: People, home: Repository, ref: str, sha: str) -> Shape:
    """The head or the base of a pull request."""
    return {
        "label": f"{home.owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": shapes.user(world, home.owner),
        "repo": repository(world, home),
    }


def pull_request(world: People, it: Thread, eyes: Eyes | None = None, alone: bool = True) -> Shape:
    """A pull request; in lists (not `alone`) GitHub leaves out what it would have to compute."""
    pull = it.pull
    assert pull is not None
    home = it.repository
    url = f"{world.base_url}/repos/{home.full_name}/pulls/{it.number}"
    shape = {
        **_pull_links(world, it, pull),
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        **_pull_urls(world, it, pull, url),
        **_common(world, it, eyes),
        "merge_commit_sha": pull.merge_sha,
        "requested_reviewers": [shapes.user(world, user) for user in pull.reviewers],
        "requested_teams": [],
        "draft": pull.draft,
        "head": _side(world, pull.head_repository, pull.head_ref, pull.head_sha),
        "base": _side(world, home, pull.base_ref, pull.base_sha),
        "auto_merge": None,
    }
    return shape | _pull_numbers(world, it, pull) if alone else shape


def _pull_urls(world: People, it: Thread, pull: PullRequest, url: str) -> Shape:
    api = f"{world.base_url}/repos/{it.repository.full_name}"
    links = {
        "self": url,
        "html": f"{world.base_url}/{it.repository.full_name}/pull/{it.number}",
        "issue": f"{api}/issues/{it.number}",
        "comments": f"{api}/issues/{it.number}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{api}/statuses/{pull.head_sha}",
    }
    names = ("issue", "comments", "review_comments", "review_comment", "commits", "statuses")
    urls = {f"{name}_url": links[name] for name in names}
    return urls | {"_links": {name: {"href": link} for name, link in links.items()}}


def _pull_numbers(world: People, it: Thread, pull: PullRequest) -> Shape:
    open_ = it.state == "open"
    return {
        "merged": pull.merged_at is not None,
        "mergeable": True if open_ else None,
        "rebaseable": True if open_ else None,
        "mergeable_state": ("draft" if pull.draft else "clean") if open_ else "unknown",
        "merged_by": shapes.user(world, pull.merged_by) if pull.merged_by else None,
        "comments": len(it.comments),
        "review_comments": len(pull.review_comments),
        "maintainer_can_modify": pull.head_repository is not it.repository,
        "commits": pull.commits,
        "additions": len(pull.files),
        "deletions": 0,
        "changed_files": len(pull.files),
    }


def changed_file(world: People, it: Thread, pull: PullRequest, path: str) -> Shape:
    """One entry of `GET /repos/{owner}/{repo}/pulls/{number}/files`."""
    base = f"{world.base_url}/{it.repository.full_name}"
    known = path in it.repository.files
    removed = known and pull.files[path] is None
    status = "removed" if removed else "modified" if known else "added"
    return {
        "sha": blob_sha(path),
        "filename": path,
        "status": status,
        "additions": 0 if removed else 1,
        "deletions": 1 if removed else 0,
        "changes": 1,
        "blob_url": f"{base}/blob/{pull.head_sha}/{path}",
        "raw_url": f"{base}/raw/{pull.head_sha}/{path}",
        "contents_url": f"{world.base_url}/repos/{it.repository.full_name}/contents/{path}?ref={pull.head_sha}",
        "patch": "@@ -0,0 +1 @@\n+changed",
    }


def comment(world: People, thread: Thread, it: Comment, eyes: Eyes | None = None) -> Shape:
    """A comment on an issue or in a pull request's conversation."""
    home = thread.repository
    url = f"{world.base_url}/repos/{home.full_name}/issues/comments/{it.id}"
    kind = "pull" if thread.pull else "issues"
    via = world.app_of(it.user)
    return {
        "url": url,
        "html_url": f"{world.base_url}/{home.full_name}/{kind}/{thread.number}#issuecomment-{it.id}",
        "issue_url": f"{world.base_url}/repos/{home.full_name}/issues/{thread.number}",
        "id": it.id,
        "node_id": node_id("IC", it.id),
        "user": shapes.user(world, it.user),
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "body": it.body,
        "author_association": world.association(home, it.user, eyes),
        "reactions": shapes.rollup(url, it.reactions),
        "performed_via_github_app": shapes.app(world, via) if via else None,
    }


def review(world: People, thread: Thread, it: Review, eyes: Eyes | None = None) -> Shape:
    """A review; the API writes its state in capitals, webhooks in small letters."""
    page = f"{world.base_url}/{thread.repository.full_name}/pull/{thread.number}"
    html = f"{page}#pullrequestreview-{it.id}"
    pull_url = f"{world.base_url}/repos/{thread.repository.full_name}/pulls/{thread.number}"
    shape = {
        "id": it.id,
        "node_id": node_id("PRR", it.id),
        "user": shapes.user(world, it.user),
        "body": it.body,
        "state": it.state.upper() if eyes else it.state,
        "html_url": html,
        "pull_request_url": pull_url,
        "author_association": world.association(thread.repository, it.user, eyes),
        "_links": {"html": {"href": html}, "pull_request": {"href": pull_url}},
        "submitted_at": stamp(it.submitted_at),
        "commit_id": it.commit_id,
    }
    return shape if eyes else shape | {"updated_at": stamp(it.submitted_at)}


def review_comment(world: People, thread: Thread, it: Comment, eyes: Eyes | None = None) -> Shape:
    """A comment on a line of a pull request."""
    assert thread.pull is not None
    api = f"{world.base_url}/repos/{thread.repository.full_name}/pulls"
    url = f"{api}/comments/{it.id}"
    html = f"{world.base_url}/{thread.repository.full_name}/pull/{thread.number}#discussion_r{it.id}"
    pull_url = f"{api}/{thread.number}"
    lines = {"line": 1, "original_line": 1, "position": 1, "original_position": 1}
    starts = {"start_line": None, "original_start_line": None, "start_side": None}
    return {
        "url": url,
        "pull_request_review_id": it.review_id,
        "id": it.id,
        "node_id": node_id("PRRC", it.id),
        "diff_hunk": "@@ -0,0 +1 @@\n+changed",
        "path": it.path,
        "commit_id": thread.pull.head_sha,
        "original_commit_id": thread.pull.head_sha,
        "user": shapes.user(world, it.user),
        "body": it.body,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "html_url": html,
        "pull_request_url": pull_url,
        "author_association": world.association(thread.repository, it.user, eyes),
        "_links": {"self": {"href": url}, "html": {"href": html}, "pull_request": {"href": pull_url}},
        "reactions": shapes.rollup(url, it.reactions),
        "side": "RIGHT",
        "subject_type": "line",
        **lines,
        **starts,
    }
