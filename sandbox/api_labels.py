"""Endpoints for labels and assignees."""

from __future__ import annotations

from typing import Any

from sandbox import shapes
from sandbox.api_issues import READ, WRITE, label_names
from sandbox.call import Answer, Call, repo_route
from sandbox.errors import Refused, not_found
from sandbox.models import Label, Thread
from sandbox.shapes_thread import issue


def _shape(call: Call, label: Label) -> shapes.Shape:
    return shapes.label(call.world, call.repository, label)


@repo_route("GET", "/labels", READ)
def list_labels(call: Call) -> Answer:
    """The repository's labels."""
    return 200, call.page(list(call.repository.labels.values()), lambda it: _shape(call, it))


@repo_route("POST", "/labels", WRITE)
def create_label(call: Call) -> Answer:
    """A new label."""
    name, color = call.text("name"), call.text("color", None) or "ededed"
    label = call.world.create_label(call.repository, call.actor, name, color, call.text("description", None))
    return 201, _shape(call, label)


@repo_route("GET", "/labels/<path:name>", READ)
def get_label(call: Call, name: str) -> Answer:
    """One label."""
    return 200, _shape(call, call.world.find_label(call.repository, name))


@repo_route("PATCH", "/labels/<path:name>", WRITE)
def update_label(call: Call, name: str) -> Answer:
    """Change a label."""
    new: dict[str, Any] = {
        key: call.text(key, None) for key in ("color", "description") if key in call.fields()
    }
    if call.fields().get("new_name"):
        new["new_name"] = call.text("new_name")
    return 200, _shape(call, call.world.edit_label(call.repository, call.actor, name, **new))


@repo_route("DELETE", "/labels/<path:name>", WRITE)
def delete_label(call: Call, name: str) -> Answer:
    """Delete a label."""
    call.world.delete_label(call.repository, call.actor, name)
    return 204, None


# -- labels of a thread -------------------------------------------------------------------------------


def _labels_of(call: Call, thread: Thread) -> Answer:
    return 200, [_shape(call, label) for label in thread.label_objects]


def _names_sent(call: Call) -> list[str]:
    """`{"labels": […]}` or just the list; each a name or an object with one."""
    sent = call.body if isinstance(call.body, list) else call.fields().get("labels", [])
    return label_names(sent)


@repo_route("GET", "/issues/<int:number>/labels", READ)
def list_issue_labels(call: Call, number: int) -> Answer:
    """A thread's labels."""
    return 200, call.page(call.thread(number).label_objects, lambda it: _shape(call, it))


@repo_route("POST", "/issues/<int:number>/labels", WRITE)
def add_issue_labels(call: Call, number: int) -> Answer:
    """Add labels; unknown ones are created."""
    thread = call.thread(number)
    call.world.add_labels(thread, call.actor, _names_sent(call))
    return _labels_of(call, thread)


@repo_route("PUT", "/issues/<int:number>/labels", WRITE)
def set_issue_labels(call: Call, number: int) -> Answer:
    """Exactly these labels."""
    thread = call.thread(number)
    call.world.set_labels(thread, call.actor, _names_sent(call))
    return _labels_of(call, thread)


@repo_route("DELETE", "/issues/<int:number>/labels", WRITE)
def clear_issue_labels(call: Call, number: int) -> Answer:
    """No labels."""
    call.world.set_labels(call.thread(number), call.actor, [])
    return 204, None


@repo_route("DELETE", "/issues/<int:number>/labels/<path:name>", WRITE)
def remove_issue_label(call: Call, number: int, name: str) -> Answer:
    """Take one label off; what is left is the answer."""
    thread = call.thread(number)
    call.world.remove_label(thread, call.actor, name)
    return _labels_of(call, thread)


# -- assignees ----------------------------------------------------------------------------------------


def _logins(call: Call) -> list[str]:
    """Logins, or since 2026 objects with a `login` and a rationale."""
    sent = call.fields().get("assignees", [])
    if not isinstance(sent, list):
        raise Refused(422, "Invalid request.\n\nFor 'properties/assignees', the value is not an array.")
    return [str(it.get("login")) if isinstance(it, dict) else str(it) for it in sent]


@repo_route("POST", "/issues/<int:number>/assignees", WRITE)
def add_assignees(call: Call, number: int) -> Answer:
    """201 whatever happens: who cannot be assigned is left out without a word."""
    thread = call.thread(number)
    call.world.add_assignees(thread, call.actor, _logins(call))
    return 201, issue(call.world, thread, call.eyes, alone=True)


@repo_route("DELETE", "/issues/<int:number>/assignees", WRITE)
def remove_assignees(call: Call, number: int) -> Answer:
    """Unassign people."""
    thread = call.thread(number)
    call.world.remove_assignees(thread, call.actor, _logins(call))
    return 200, issue(call.world, thread, call.eyes, alone=True)


@repo_route("GET", "/issues/<int:number>/assignees/<login>", READ)
def can_assign_here(call: Call, number: int, login: str) -> Answer:
    """204 if somebody can be assigned to this thread."""
    return _can_assign(call, login, call.thread(number))


@repo_route("GET", "/assignees/<login>", READ)
def can_assign(call: Call, login: str) -> Answer:
    """204 if somebody can be assigned in this repository, whatever the thread."""
    return _can_assign(call, login, None)


def _can_assign(call: Call, login: str, thread: Thread | None) -> Answer:
    user = call.world.logins.get(login.lower())
    if user is None or not call.world.is_assignable(call.repository, user, thread):
        raise not_found()
    return 204, None


@repo_route("GET", "/assignees", READ)
def list_assignees(call: Call) -> Answer:
    """Everybody who can be assigned in this repository."""
    people = [it for it in call.world.users.values() if call.world.is_assignable(call.repository, it)]
    return 200, call.page(people, lambda it: shapes.user(call.world, it))
