"""Labels of repositories and threads, and assignees."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sandbox import shapes, shapes_thread
from sandbox.errors import Refused, invalid, not_found, too_long
from sandbox.models import Label, Logged, Repository, Thread, User
from sandbox.repositories import Repositories
from sandbox.state import RepositoryRef

# What a timeline shows of what a webhook tells, and under which name.
IN_TIMELINE = {
    "labeled": "labeled",
    "unlabeled": "unlabeled",
    "assigned": "assigned",
    "unassigned": "unassigned",
    "closed": "closed",
    "reopened": "reopened",
    "ready_for_review": "ready_for_review",
    "converted_to_draft": "convert_to_draft",
    "review_requested": "review_requested",
}
COLOR = re.compile(r"[0-9a-fA-F]{6}")


def checked_label(name: object, color: object, description: object) -> None:
    """GitHub's limits on a label: name 50, description 100, six hexadecimal digits."""
    if not isinstance(name, str) or not name.strip():
        raise invalid("Label", "name", "missing_field")
    if len(name) > 50:
        raise too_long("Label", "name", 50)
    if not isinstance(color, str) or not COLOR.fullmatch(color):
        raise invalid("Label", "color")
    if isinstance(description, str) and len(description) > 100:
        raise too_long("Label", "description", 100)


def checked_names(names: Iterable[str]) -> list[str]:
    """The names, if each could be a label's: refuse before anything is changed."""
    found = list(names)
    for name in found:
        checked_label(name, "ededed", None)
    return found


class Labels(Repositories):
    """Acts on labels and assignees."""

    def tell_thread(self, thread: Thread, action: str, sender: User, **parts: Any) -> None:
        """Emit `issues` or `pull_request`, whichever the thread is."""
        event = "pull_request" if thread.pull else "issues"
        if action in IN_TIMELINE:
            shown = Logged(self.new_id("event"), self.now(), IN_TIMELINE[action], sender, parts)
            thread.log.append(shown)
        self.emit(event, action, thread.repository, sender, lambda: self._seen(thread) | parts)

    def _seen(self, thread: Thread) -> dict[str, Any]:
        if thread.pull:
            return {"number": thread.number, "pull_request": shapes_thread.pull_request(self, thread)}
        return {"issue": shapes_thread.issue(self, thread)}

    def touch(self, thread: Thread) -> None:
        """Note that a thread has changed."""
        thread.updated_at = self.now()

    def create_label(
        self,
        repo: RepositoryRef,
        actor: str | User,
        name: str,
        color: str = "ededed",
        description: str | None = None,
    ) -> Label:
        """A new label; names are unique without regard to case."""
        with self.lock:
            home = self.writable(self.find_repository(repo))
            checked_label(name, color, description)
            if name.lower() in home.labels:
                raise invalid("Label", "name", "already_exists")
            label = Label(self.new_id("label"), name, color.lower(), description)
            home.labels[name.lower()] = label
            self._tell_label(home, "created", actor, label)
            return label

    def _tell_label(
        self, home: Repository, action: str, actor: str | User, label: Label, **parts: Any
    ) -> None:
        who = self.find_user(actor)
        self.emit("label", action, home, who, lambda: {"label": shapes.label(self, home, label)} | parts)

    def find_label(self, home: Repository, name: str) -> Label:
        """A repository's label by name in any case."""
        label = home.labels.get(name.lower())
        if label is None:
            raise not_found()
        return label

    def edit_label(self, repo: RepositoryRef, actor: str | User, name: str, **new: Any) -> Label:
        """Change a label: `new_name`, `color` or `description`."""
        with self.lock:
            home = self.writable(self.find_repository(repo))
            label = self.find_label(home, name)
            after: dict[str, Any] = {
                "name": label.name,
                "color": label.color,
                "description": label.description,
            }
            after |= {key.removeprefix("new_"): value for key, value in new.items()}
            checked_label(**after)
            other = home.labels.get(after["name"].lower())
            if other not in (None, label):
                raise invalid("Label", "name", "already_exists")
            changes = {
                key: {"from": getattr(label, key)} for key in after if getattr(label, key) != after[key]
            }
            del home.labels[label.name.lower()]
            label.name, label.color, label.description = (
                after["name"],
                after["color"].lower(),
                after["description"],
            )
            home.labels[label.name.lower()] = label
            self._tell_label(home, "edited", actor, label, changes=changes)
            return label

    def delete_label(self, repo: RepositoryRef, actor: str | User, name: str) -> None:
        """Delete a label; it disappears from all threads."""
        with self.lock:
            home = self.writable(self.find_repository(repo))
            label = home.labels.pop(self.find_label(home, name).name.lower())
            for thread in home.threads.values():
                if label in thread.label_objects:
                    thread.label_objects.remove(label)
            self._tell_label(home, "deleted", actor, label)

    def _ensure_label(self, home: Repository, actor: str | User, name: str) -> Label:
        """Labelling with an unknown name creates the label, in grey."""
        return home.labels.get(name.lower()) or self.create_label(home, actor, name)

    def add_labels(self, thread: Thread, actor: str | User, names: Iterable[str]) -> None:
        """Put labels on a thread; one webhook for each that was not there."""
        with self.lock:
            home = self.writable(thread.repository)
            for label in [self._ensure_label(home, actor, name) for name in checked_names(names)]:
                if label not in thread.label_objects:
                    thread.label_objects.append(label)
                    self.touch(thread)
                    self.tell_labeled(thread, actor, label)

    def tell_labeled(self, thread: Thread, actor: str | User, label: Label) -> None:
        """Emit `labeled`."""
        shape = shapes.label(self, thread.repository, label)
        self.tell_thread(thread, "labeled", self.find_user(actor), label=shape)

    def remove_label(self, thread: Thread, actor: str | User, name: str) -> None:
        """Take a label off a thread."""
        with self.lock:
            self.writable(thread.repository)
            label = next((it for it in thread.label_objects if it.name.lower() == name.lower()), None)
            if label is None:
                raise Refused(404, "Label does not exist")
            thread.label_objects.remove(label)
            self.touch(thread)
            shape = shapes.label(self, thread.repository, label)
            self.tell_thread(thread, "unlabeled", self.find_user(actor), label=shape)

    def set_labels(self, thread: Thread, actor: str | User, names: list[str]) -> None:
        """Exactly these labels, no others."""
        with self.lock:
            wanted = {name.lower() for name in checked_names(names)}
            for name in [name for name in thread.labels if name.lower() not in wanted]:
                self.remove_label(thread, actor, name)
            self.add_labels(thread, actor, names)

    def label(self, repo: RepositoryRef, number: int, actor: str, name: str) -> None:
        """Somebody puts a label on a thread."""
        self.add_labels(self.find_thread(repo, number), actor, [name])

    def unlabel(self, repo: RepositoryRef, number: int, actor: str, name: str) -> None:
        """Somebody takes a label off a thread."""
        self.remove_label(self.find_thread(repo, number), actor, name)

    def add_assignees(self, thread: Thread, actor: str | User, logins: Iterable[str]) -> None:
        """Assign people; whoever cannot be assigned is dropped without a word, as is the eleventh."""
        with self.lock:
            self.writable(thread.repository)
            for login in logins:
                user = self.logins.get(login.lower())
                if user is None or user in thread.assigned or len(thread.assigned) >= 10:
                    continue
                if self.is_assignable(thread.repository, user, thread):
                    thread.assigned.append(user)
                    self.touch(thread)
                    shape = shapes.user(self, user)
                    self.tell_thread(thread, "assigned", self.find_user(actor), assignee=shape)

    def remove_assignees(self, thread: Thread, actor: str | User, logins: Iterable[str]) -> None:
        """Unassign people; whoever was not assigned stays so."""
        with self.lock:
            self.writable(thread.repository)
            gone = {login.lower() for login in logins}
            for user in [user for user in thread.assigned if user.login.lower() in gone]:
                thread.assigned.remove(user)
                self.touch(thread)
                shape = shapes.user(self, user)
                self.tell_thread(thread, "unassigned", self.find_user(actor), assignee=shape)

    def check_assignees(self, thread: Thread, logins: Iterable[str]) -> None:
        """Where GitHub does not drop silently (PATCH, test-infra#1629): 422 for who cannot be assigned."""
        for login in logins:
            user = self.logins.get(login.lower())
            if user is None or not (
                user in thread.assigned or self.is_assignable(thread.repository, user, thread)
            ):
                raise invalid("Issue", "assignees", value=login)

    def assign(self, repo: RepositoryRef, number: int, actor: str, *logins: str) -> None:
        """Somebody assigns people."""
        self.add_assignees(self.find_thread(repo, number), actor, logins)

    def unassign(self, repo: RepositoryRef, number: int, actor: str, *logins: str) -> None:
        """Somebody unassigns people."""
        self.remove_assignees(self.find_thread(repo, number), actor, logins)
