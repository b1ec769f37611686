"""Endpoints for pull requests and reviews."""

from __future__ import annotations

from sandbox import shapes_repository, shapes_thread
from sandbox.call import Answer, Call, repo_route
from sandbox.errors import Refused, invalid
from sandbox.models import PullRequest, Thread

READ = "pull_requests:read"
WRITE = "pull_requests:write"
EVENTS = {"APPROVE": "approved", "REQUEST_CHANGES": "changes_requested", "COMMENT": "commented"}


def _pull(call: Call, number: int) -> tuple[Thread, PullRequest]:
    thread = call.pull(number)
    assert thread.pull is not None
    return thread, thread.pull


@repo_route("GET", "/pulls", READ)
def list_pulls(call: Call) -> Answer:
    """Pull requests, newest first unless `sort` or `direction` say otherwise; there is no `creator` here."""
    state, order = call.query.get("state", "open"), call.query.get("sort", "created")
    found = [it for it in call.repository.threads.values() if it.pull and state in ("all", it.state)]
    for side in ("head", "base"):
        wanted = call.query.get(side)
        if wanted:
            found = [it for it in found if wanted in _names_of(it, side)]
    ascending = call.query.get("direction", "desc" if order == "created" else "asc") == "asc"
    found.sort(
        key=lambda it: (it.updated_at if order == "updated" else it.created_at, it.number),
        reverse=not ascending,
    )
    return 200, call.page(
        found, lambda it: shapes_thread.pull_request(call.world, it, call.eyes, alone=False)
    )


def _names_of(thread: Thread, side: str) -> tuple[str, ...]:
    pull = thread.pull
    assert pull is not None
    return (pull.base_ref,) if side == "base" else (f"{pull.head_repository.owner.login}:{pull.head_ref}",)


@repo_route("GET", "/pulls/<int:number>", READ)
def get_pull(call: Call, number: int) -> Answer:
    """One pull request."""
    return 200, shapes_thread.pull_request(call.world, call.pull(number), call.eyes)


@repo_route("GET", "/pulls/<int:number>/files", READ)
def list_files(call: Call, number: int) -> Answer:
    """What it changes."""
    thread, pull = _pull(call, number)
    return 200, call.page(
        list(pull.files), lambda path: shapes_thread.changed_file(call.world, thread, pull, path)
    )


@repo_route("GET", "/pulls/<int:number>/commits", READ)
def list_commits(call: Call, number: int) -> Answer:
    """Its commits, oldest first."""
    thread, pull = _pull(call, number)
    found, sha = [], pull.head_sha
    while sha != pull.base_sha and sha in thread.repository.commits:
        found.append(thread.repository.commits[sha])
        sha = found[-1].parents[0]
    return 200, call.page(found[::-1], lambda it: shapes_repository.commit(call.world, thread.repository, it))


@repo_route("GET", "/pulls/<int:number>/merge", READ)
def is_merged(call: Call, number: int) -> Answer:
    """204 if it is merged."""
    if not call.pull(number).merged:
        raise Refused(404, "Not Found")
    return 204, None


@repo_route("GET", "/pulls/<int:number>/reviews", READ)
def list_reviews(call: Call, number: int) -> Answer:
    """Its reviews, oldest first."""
    thread, pull = _pull(call, number)
    return 200, call.page(pull.reviews, lambda it: shapes_thread.review(call.world, thread, it, call.eyes))


@repo_route("POST", "/pulls/<int:number>/reviews", WRITE)
def create_review(call: Call, number: int) -> Answer:
    """A review, submitted at once."""
    thread = call.pull(number)
    event, body = call.text("event", "COMMENT"), call.text("body", None) or ""
    if event not in EVENTS:
        raise invalid("PullRequestReview", "event")
    if event != "APPROVE" and not body:
        raise Refused(422, f"Unprocessable Entity: {event} needs a body")
    review = call.world.review(call.repository, thread.number, call.actor, EVENTS[event], body)
    return 200, shapes_thread.review(call.world, thread, review, call.eyes)


@repo_route("GET", "/pulls/<int:number>/comments", READ)
def list_review_comments(call: Call, number: int) -> Answer:
    """Comments on its lines."""
    thread, pull = _pull(call, number)
    return 200, call.page(
        pull.review_comments, lambda it: shapes_thread.review_comment(call.world, thread, it, call.eyes)
    )


@repo_route("POST", "/pulls/<int:number>/requested_reviewers", WRITE)
def request_reviewers(call: Call, number: int) -> Answer:
    """Ask for reviews; one login that is no collaborator refuses the whole request."""
    thread = call.pull(number)
    call.world.request_review(call.repository, number, call.actor, call.texts("reviewers"))
    return 201, shapes_thread.pull_request(call.world, thread, call.eyes, alone=False)


@repo_route("DELETE", "/pulls/<int:number>/requested_reviewers", WRITE)
def remove_reviewers(call: Call, number: int) -> Answer:
    """Ask no longer."""
    thread, pull = _pull(call, number)
    gone = {login.lower() for login in call.texts("reviewers")}
    pull.reviewers = [it for it in pull.reviewers if it.login.lower() not in gone]
    return 200, shapes_thread.pull_request(call.world, thread, call.eyes, alone=False)


@repo_route("PATCH", "/pulls/<int:number>", WRITE)
def update_pull(call: Call, number: int) -> Answer:
    """Change title, body or state."""
    thread = call.pull(number)
    state = call.fields().get("state")
    if state not in (None, "open", "closed"):
        raise invalid("PullRequest", "state")
    call.world.edit(call.repository, number, call.actor, call.text("title", None), call.text("body", None))
    if state == "closed":
        call.world.close_thread(thread, call.actor)
    elif state == "open":
        call.world.reopen(call.repository, number, call.actor)
    return 200, shapes_thread.pull_request(call.world, thread, call.eyes)
