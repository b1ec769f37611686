"""Issues and pull requests: opening, editing, closing, locking, moving, deleting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox import shapes_repository, shapes_thread
from sandbox.errors import Refused, invalid, too_long
from sandbox.labels import Labels, checked_names
from sandbox.models import Repository, Thread, User
from sandbox.state import RepositoryRef

LONGEST_BODY = 65_536
LONGEST_TITLE = 256
REASONS = ("completed", "not_planned", "duplicate", "reopened")


def checked_texts(title: str | None, body: str | None) -> None:
    """GitHub's limits on a thread's texts."""
    if title is not None and not title.strip():
        raise invalid("Issue", "title", "missing_field")
    if title is not None and len(title) > LONGEST_TITLE:
        raise too_long("Issue", "title", LONGEST_TITLE)
    if body is not None and len(body) > LONGEST_BODY:
        raise too_long("Issue", "body", LONGEST_BODY)


class Threads(Labels):
    """Acts on whole threads."""

    def new_thread(self, home: Repository, user: User, title: str, body: str | None) -> Thread:
        """A thread with the next number; nobody is told yet."""
        checked_texts(title, body)
        self.writable(home)
        now = self.now()
        thread = Thread(self.new_id("thread"), home, home.next_number, user, title, body, now, now)
        home.next_number += 1
        home.open_count += 1
        home.threads[thread.number] = thread
        home.threads_of.setdefault(user.id, []).append(thread)
        return thread

    def open_issue(
        self,
        repo: RepositoryRef,
        author: str | User,
        title: str,
        body: str | None = "",
        labels: Iterable[str] = (),
        assignees: Iterable[str] = (),
    ) -> Thread:
        """Somebody opens an issue: `opened` with all labels on it, and then `labeled` for each."""
        with self.lock:
            home, user = self.writable(self.find_repository(repo)), self.find_user(author)
            names = checked_names(labels)
            thread = self.new_thread(home, user, title, body)
            thread.label_objects = list(dict.fromkeys(self._ensure_label(home, user, name) for name in names))
            self.tell_thread(thread, "opened", user)
            for label in thread.label_objects:
                self.tell_labeled(thread, user, label)
            self.add_assignees(thread, user, assignees)
            return thread

    def edit(
        self,
        repo: RepositoryRef,
        number: int,
        actor: str | User,
        title: str | None = None,
        body: str | None = None,
    ) -> Thread:
        """Change title or body; `edited` says what they were."""
        with self.lock:
            thread = self.find_thread(repo, number)
            self.writable(thread.repository)
            checked_texts(title, body)
            changes: dict[str, Any] = {}
            if title is not None and title != thread.title:
                changes["title"], thread.title = {"from": thread.title}, title
            if body is not None and body != thread.body:
                changes["body"], thread.body = {"from": thread.body or ""}, body
            if changes:
                self.touch(thread)
                self.tell_thread(thread, "edited", self.find_user(actor), changes=changes)
            return thread

    def close_thread(self, thread: Thread, actor: str | User, reason: str | None = None) -> None:
        """Close an issue (`completed` unless said otherwise) or a pull request (which has no reason)."""
        with self.lock:
            self.writable(thread.repository)
            if reason is not None and reason not in REASONS:
                raise invalid("Issue", "state_reason")
            if thread.state == "closed":
                thread.state_reason = reason or thread.state_reason
                return
            thread.state, thread.closed_at, thread.closed_by = "closed", self.now(), self.find_user(actor)
            thread.state_reason = None if thread.pull else (reason or "completed")
            thread.repository.open_count -= 1
            self.touch(thread)
            self.tell_thread(thread, "closed", thread.closed_by)

    def reopen(self, repo: RepositoryRef, number: int, actor: str | User) -> None:
        """Open a closed thread again; a merged pull request stays closed."""
        with self.lock:
            thread = self.find_thread(repo, number)
            self.writable(thread.repository)
            if thread.merged:
                raise invalid("PullRequest", "state")
            if thread.state == "open":
                return
            thread.state, thread.closed_at, thread.closed_by = "open", None, None
            thread.state_reason = None if thread.pull else "reopened"
            thread.repository.open_count += 1
            self.touch(thread)
            self.tell_thread(thread, "reopened", self.find_user(actor))

    def lock_thread(
        self,
        repo: RepositoryRef,
        number: int,
        actor: str | User | None = None,
        locked: bool = True,
    ) -> None:
        """Lock or unlock a thread: only people who can write may comment on a locked one."""
        with self.lock:
            thread = self.find_thread(repo, number)
            home = self.writable(thread.repository)
            thread.locked = locked
            self.touch(thread)
            who = self.find_user(actor) if actor else self.somebody(home.owner, home)
            self.tell_thread(thread, "locked" if locked else "unlocked", who)

    def _forget(self, thread: Thread, replacement: Thread | None) -> None:
        home = thread.repository
        del home.threads[thread.number]
        home.threads_of[thread.user.id].remove(thread)
        home.gone[thread.number] = replacement
        home.open_count -= thread.state == "open"
        for comment in thread.comments:
            home.comments.pop(comment.id, None)

    def delete_issue(self, repo: RepositoryRef, number: int, actor: str | None = None) -> None:
        """Delete an issue; asking for it answers 410 from now on."""
        with self.lock:
            thread = self.find_thread(repo, number)
            home = self.writable(thread.repository)
            if thread.pull:
                raise Refused(403, "Pull requests cannot be deleted")
            self._forget(thread, None)
            self.tell_thread(
                thread, "deleted", self.find_user(actor) if actor else self.somebody(home.owner, home)
            )

    def transfer_issue(
        self, repo: RepositoryRef, number: int, to: RepositoryRef, actor: str | None = None
    ) -> Thread:
        """Move an issue: another number, the comments, and those labels the new home knows."""
        with self.lock:
            old, home = self.find_thread(repo, number), self.writable(self.find_repository(to))
            who = self.find_user(actor) if actor else self.somebody(old.repository.owner, old.repository)
            new = self.new_thread(home, old.user, old.title, old.body)
            new.created_at, new.state, new.state_reason = old.created_at, old.state, old.state_reason
            new.label_objects = [home.labels[n.lower()] for n in old.labels if n.lower() in home.labels]
            self._forget(old, new)
            for comment in old.comments:
                comment.number = new.number
                home.comments[comment.id] = comment
            new.comments = old.comments
            self._tell_transferred(old, new, who)
            return new

    def _tell_transferred(self, old: Thread, new: Thread, who: User) -> None:
        to = {
            "new_issue": shapes_thread.issue(self, new),
            "new_repository": shapes_repository.repository(self, new.repository),
        }
        origin = {
            "old_issue": shapes_thread.issue(self, old),
            "old_repository": shapes_repository.repository(self, old.repository),
        }
        self.tell_thread(old, "transferred", who, changes=to)
        self.tell_thread(new, "opened", who, changes=origin)
