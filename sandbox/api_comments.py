"""Endpoints for comments and reactions."""

from __future__ import annotations

from sandbox import shapes
from sandbox.api_issues import READ, WRITE, since
from sandbox.call import Answer, Call, repo_route
from sandbox.errors import Refused
from sandbox.models import Comment, Thread
from sandbox.shapes import Shape
from sandbox.shapes_thread import comment as shape_comment


def _shape(call: Call, comment: Comment) -> Shape:
    return shape_comment(call.world, call.repository.threads[comment.number], comment, call.eyes)


@repo_route("GET", "/issues/<int:number>/comments", READ)
def list_comments(call: Call, number: int) -> Answer:
    """A thread's comments, oldest first."""
    found, moment = call.thread(number).comments, since(call)
    if moment:
        found = [it for it in found if it.updated_at >= moment.replace(microsecond=0)]
    return 200, call.page(found, lambda it: _shape(call, it))


@repo_route("GET", "/issues/comments", READ)
def list_repository_comments(call: Call) -> Answer:
    """All comments of a repository; by id unless `sort` is given, and only then `direction` counts."""
    found, moment = list(call.repository.comments.values()), since(call)
    if moment:
        found = [it for it in found if it.updated_at >= moment.replace(microsecond=0)]
    order = call.query.get("sort")
    if order in ("created", "updated"):
        descending = call.query.get("direction", "desc") == "desc"
        found.sort(
            key=lambda it: (it.updated_at if order == "updated" else it.created_at, it.id), reverse=descending
        )
    return 200, call.page(found, lambda it: _shape(call, it))


@repo_route("POST", "/issues/<int:number>/comments", WRITE)
def create_comment(call: Call, number: int) -> Answer:
    """A comment on an issue or a pull request."""
    body = call.text("body")
    comment = call.world.comment(call.repository, call.thread(number).number, call.actor, body)
    call.out["Location"] = (
        f"{call.world.base_url}/repos/{call.repository.full_name}/issues/comments/{comment.id}"
    )
    return 201, _shape(call, comment)


@repo_route("GET", "/issues/comments/<int:comment_id>", READ)
def get_comment(call: Call, comment_id: int) -> Answer:
    """One comment."""
    return 200, _shape(call, call.comment(comment_id)[1])


@repo_route("PATCH", "/issues/comments/<int:comment_id>", WRITE)
def update_comment(call: Call, comment_id: int) -> Answer:
    """Change a comment."""
    _, comment = call.comment(comment_id)
    call.world.edit_comment(call.repository, comment.id, call.actor, call.text("body"))
    return 200, _shape(call, comment)


@repo_route("DELETE", "/issues/comments/<int:comment_id>", WRITE)
def delete_comment(call: Call, comment_id: int) -> Answer:
    """Delete a comment."""
    _, comment = call.comment(comment_id)
    call.world.delete_comment(call.repository, comment.id, call.actor)
    return 204, None


# -- reactions ----------------------------------------------------------------------------------------


def _react(call: Call, to: Thread | Comment) -> Answer:
    """201 for a new reaction, 200 for one that was there."""
    call.world.writable(call.repository)
    reaction, is_new = call.world.react(to, call.actor, call.text("content"))
    return (201 if is_new else 200), shapes.reaction(call.world, reaction)


def _list(call: Call, of: Thread | Comment) -> Answer:
    content = call.query.get("content")
    found = [it for it in of.reaction_log if content in (None, it.content)]
    return 200, call.page(found, lambda it: shapes.reaction(call.world, it))


def _unreact(call: Call, of: Thread | Comment, reaction_id: int) -> Answer:
    mine = any(it.id == reaction_id and it.user is call.actor for it in of.reaction_log)
    if not mine and any(it.id == reaction_id for it in of.reaction_log):
        raise Refused(403, "Resource not accessible by integration")
    call.world.unreact(of, reaction_id)
    return 204, None


@repo_route("POST", "/issues/<int:number>/reactions", WRITE)
def react_to_issue(call: Call, number: int) -> Answer:
    """React to a thread's opening text."""
    return _react(call, call.thread(number))


@repo_route("GET", "/issues/<int:number>/reactions", READ)
def list_issue_reactions(call: Call, number: int) -> Answer:
    """Reactions to a thread's opening text."""
    return _list(call, call.thread(number))


@repo_route("DELETE", "/issues/<int:number>/reactions/<int:reaction_id>", WRITE)
def delete_issue_reaction(call: Call, number: int, reaction_id: int) -> Answer:
    """Take back a reaction to a thread."""
    return _unreact(call, call.thread(number), reaction_id)


@repo_route("POST", "/issues/comments/<int:comment_id>/reactions", WRITE)
def react_to_comment(call: Call, comment_id: int) -> Answer:
    """React to a comment."""
    return _react(call, call.comment(comment_id)[1])


@repo_route("GET", "/issues/comments/<int:comment_id>/reactions", READ)
def list_comment_reactions(call: Call, comment_id: int) -> Answer:
    """Reactions to a comment."""
    return _list(call, call.comment(comment_id)[1])


@repo_route("DELETE", "/issues/comments/<int:comment_id>/reactions/<int:reaction_id>", WRITE)
def delete_comment_reaction(call: Call, comment_id: int, reaction_id: int) -> Answer:
    """Take back a reaction to a comment."""
    return _unreact(call, call.comment(comment_id)[1], reaction_id)
