"""Endpoints for issues; to them a pull request is an issue, too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.call import Answer, Call, repo_route
from sandbox.errors import Refused, invalid
from sandbox.labels import checked_names
from sandbox.models import Thread
from sandbox.shapes import Shape
from sandbox.shapes_thread import issue
from sandbox.threads import checked_texts

READ = "issues:read|pull_requests:read"
WRITE = "issues:write|pull_requests:write"


def _shape(call: Call, thread: Thread) -> Shape:
    return issue(call.world, thread, call.eyes)


def since(call: Call) -> datetime | None:
    """The `since` of a list."""
    text = call.query.get("since")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+").replace("Z", "+00:00"))
    except ValueError:
        raise Refused(422, "Invalid request.\n\n'since' is not a valid date-time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@repo_route("GET", "/issues", READ)
def list_issues(call: Call) -> Answer:
    """Issues and pull requests mixed; pull requests have the key `pull_request`."""
    query = call.query
    found = _by_creator(call)
    state = query.get("state", "open")
    if state not in ("open", "closed", "all"):
        raise invalid("Issue", "state")
    if state != "all":
        found = [it for it in found if it.state == state]
    labels = {name.strip().lower() for name in query.get("labels", "").split(",") if name.strip()}
    if labels:
        found = [it for it in found if labels <= {name.lower() for name in it.labels}]
    found = _by_assignee(call, found)
    moment = since(call)
    if moment:
        found = [it for it in found if it.updated_at >= moment.replace(microsecond=0)]
    return 200, call.page(_sorted(call, found), lambda it: _shape(call, it))


def _by_creator(call: Call) -> list[Thread]:
    creator = call.query.get("creator")
    if not creator:
        return list(call.repository.threads.values())
    user = call.world.logins.get(creator.lower())
    if user is None:
        raise invalid("Issue", "creator", value=creator)
    return list(call.repository.threads_of.get(user.id, ()))


def _by_assignee(call: Call, found: list[Thread]) -> list[Thread]:
    assignee = call.query.get("assignee")
    if not assignee or assignee == "*":
        return [it for it in found if it.assigned] if assignee else found
    if assignee == "none":
        return [it for it in found if not it.assigned]
    user = call.world.logins.get(assignee.lower())
    if user is None:
        raise invalid("Issue", "assignee", value=assignee)
    return [it for it in found if user in it.assigned]


def _sorted(call: Call, found: list[Thread]) -> list[Thread]:
    """Newest first unless asked otherwise."""
    keys = {
        "updated": lambda it: (it.updated_at, it.number),
        "comments": lambda it: (len(it.comments), it.number),
    }
    order = call.query.get("sort", "created")
    ascending = call.query.get("direction") == "asc"
    return sorted(found, key=keys.get(order, lambda it: (it.created_at, it.number)), reverse=not ascending)


@repo_route("GET", "/issues/<int:number>", READ)
def get_issue(call: Call, number: int) -> Answer:
    """One thread."""
    return 200, issue(call.world, call.thread(number), call.eyes, alone=True)


def label_names(items: object) -> list[str]:
    """Labels as names or as objects with a `name`, both of which GitHub takes."""
    if not isinstance(items, list):
        raise Refused(422, "Invalid request.\n\nFor 'properties/labels', the value is not an array.")
    names: list[Any] = [it.get("name") if isinstance(it, dict) else it for it in items]
    if not all(isinstance(name, str) for name in names):
        raise Refused(422, "Invalid request.\n\nFor 'properties/labels/items', the value is not a string.")
    return names


@repo_route("POST", "/issues", "issues:write")
def create_issue(call: Call) -> Answer:
    """A new issue; here an assignee who cannot be assigned is an error."""
    title, body = call.text("title"), call.text("body", None)
    labels, logins = label_names(call.fields().get("labels") or []), call.texts("assignees")
    if call.fields().get("assignee"):
        logins = [*logins, call.text("assignee")]
    checked_texts(title, body)
    for login in logins:
        user = call.world.logins.get(login.lower())
        if user is None or not call.world.is_assignable(call.repository, user):
            raise invalid("Issue", "assignees", value=login)
    thread = call.world.open_issue(call.repository, call.actor, title, body, labels, logins)
    call.out["Location"] = f"{call.world.base_url}/repos/{call.repository.full_name}/issues/{thread.number}"
    return 201, issue(call.world, thread, call.eyes, alone=True)


@repo_route("PATCH", "/issues/<int:number>", WRITE)
def update_issue(call: Call, number: int) -> Answer:
    """Change a thread; what is not sent stays."""
    thread, fields = call.thread(number), call.fields()
    call.world.writable(call.repository)
    title, body = call.text("title", None), call.text("body", None)
    if "title" in fields and title is None:
        raise invalid("Issue", "title", "missing_field")
    if "body" in fields and body is None:
        body = ""
    checked_texts(title, body)
    if fields.get("state") not in (None, "open", "closed"):
        raise invalid("Issue", "state")
    names = None if fields.get("labels") is None else checked_names(label_names(fields["labels"]))
    logins = _wanted_assignees(call, thread)
    call.world.edit(call.repository, number, call.actor, title, body)
    _set_state(call, thread)
    if names is not None:
        call.world.set_labels(thread, call.actor, names)
    if logins is not None:
        call.world.remove_assignees(thread, call.actor, [a for a in thread.assignees if a not in logins])
        call.world.add_assignees(thread, call.actor, logins)
    return 200, issue(call.world, thread, call.eyes, alone=True)


def _wanted_assignees(call: Call, thread: Thread) -> list[str] | None:
    if call.fields().get("assignees") is None:
        return None
    logins = call.texts("assignees")
    call.world.check_assignees(thread, logins)
    return logins


def _set_state(call: Call, thread: Thread) -> None:
    state, reason = call.fields().get("state"), call.text("state_reason", None)
    if state == "closed":
        call.world.close_thread(thread, call.actor, reason)
    elif state == "open":
        call.world.reopen(call.repository, thread.number, call.actor)


@repo_route("PUT", "/issues/<int:number>/lock", WRITE)
def lock_issue(call: Call, number: int) -> Answer:
    """Lock a thread."""
    call.world.lock_thread(call.repository, call.thread(number).number, call.actor)
    return 204, None


@repo_route("DELETE", "/issues/<int:number>/lock", WRITE)
def unlock_issue(call: Call, number: int) -> Answer:
    """Unlock a thread."""
    call.world.lock_thread(call.repository, call.thread(number).number, call.actor, locked=False)
    return 204, None
