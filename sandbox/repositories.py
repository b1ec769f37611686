"""Repositories and their files: creating, renaming, archiving, deleting, committing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.errors import Refused
from sandbox.manifests import Manifests
from sandbox.models import Commit, Label, Repository, User
from sandbox.shapes import DEFAULT_LABELS
from sandbox.state import RepositoryRef

Changes = Mapping[str, str | None]


class Repositories(Manifests):
    """Acts on whole repositories."""

    def repository(
        self,
        full_name: str,
        private: bool = False,
        files: Changes | None = None,
        default_branch: str = "main",
        description: str | None = None,
    ) -> Repository:
        """A new repository with GitHub's default labels and one commit; its owner gets an account if new."""
        owner_login, name = full_name.split("/")
        with self.lock:
            if full_name.lower() in self.names:
                raise Refused(422, "Repository creation failed.")
            owner = self.logins.get(owner_login.lower()) or self.user(owner_login)
            it = Repository(
                self.new_id("repository"), owner, name, self.now(), private, default_branch, description
            )
            self._keep(it)
            for label, (color, text) in DEFAULT_LABELS.items():
                it.labels[label] = Label(self.new_id("label"), label, color, text)
            self.commit(
                it, owner, dict(files or {"README.md": f"# {name}\n"}), default_branch, "Initial commit"
            )
            self._join_installations(it)
        return it

    def _keep(self, it: Repository) -> None:
        self.repositories[it.id] = it
        self.names[it.full_name.lower()] = it.id
        self.former_names.pop(it.full_name.lower(), None)

    def _join_installations(self, it: Repository) -> None:
        """An installation on all repositories gets new ones without asking."""
        for installation in self.installations.values():
            if installation.selection == "all" and installation.account is it.owner:
                installation.repository_ids.add(it.id)
                self._repositories_changed(installation, "added", [it])

    def fork(self, source: Repository, user: User) -> Repository:
        """Somebody's fork, made when they first need it."""
        if user.id not in source.forks:
            name = source.name
            while f"{user.login}/{name}".lower() in self.names:
                name += "-1"
            fork = Repository(self.new_id("repository"), user, name, self.now(), source.private, fork=True)
            fork.default_branch, fork.pushed_at = source.default_branch, self.now()
            fork.branches, fork.commits = dict(source.branches), source.commits
            self._keep(fork)
            source.forks[user.id] = fork
        return source.forks[user.id]

    def commit(self, it: Repository, user: User, changes: Changes, branch: str, message: str) -> Commit:
        """A commit on a branch, which begins at the default branch if it is new; nobody is told yet."""
        parent = it.branches.get(branch) or it.branches.get(it.default_branch)
        before = it.commits[parent].files if parent else {}
        after = {path: text for path, text in {**before, **changes}.items() if text is not None}
        commit = Commit(self.new_sha(), message, user, self.now(), [parent] if parent else [], after)
        commit.added = [path for path in changes if path in after and path not in before]
        commit.modified = [path for path in changes if path in after and path in before]
        commit.removed = [path for path in changes if path in before and path not in after]
        it.commits[commit.sha] = commit
        it.branches[branch] = commit.sha
        it.pushed_at = commit.at
        if branch == it.default_branch and user.type == "User":
            it.contributors.add(user.id)
            user.brand_new = False
        return commit

    def writable(self, repository: Repository) -> Repository:
        """The repository itself, or 403 if it is archived."""
        if repository.archived:
            raise Refused(403, "Repository was archived so is read-only.")
        return repository

    def rename(self, repo: RepositoryRef, new_full_name: str, actor: str | None = None) -> Repository:
        """Rename (or, with another owner, transfer) a repository; the old name redirects until it is reused."""
        owner_login, name = new_full_name.split("/")
        with self.lock:
            it, old_name, old_owner = self.find_repository(repo), "", None
            old_name, old_owner = it.name, it.owner
            self.names.pop(it.full_name.lower(), None)
            self.former_names[it.full_name.lower()] = it.id
            it.name, it.owner = name, self.find_user(owner_login)
            self._keep(it)
            if it.owner is old_owner:
                changes: dict[str, Any] = {"repository": {"name": {"from": old_name}}}
                self._tell(it, "renamed", actor, {"changes": changes})
            else:
                self._leave_old_owner(it, old_owner)
        return it

    def _leave_old_owner(self, it: Repository, old_owner: User) -> None:
        for installation in self.installations.values():
            if installation.account is old_owner and it.id in installation.repository_ids:
                installation.repository_ids.discard(it.id)
                parts = [it]
                self._repositories_changed(installation, "removed", parts)
        self._join_installations(it)

    def _tell(
        self, it: Repository, action: str, actor: str | None, parts: dict[str, Any] | None = None
    ) -> None:
        who = self.find_user(actor) if actor else self.somebody(it.owner, it)
        self.emit("repository", action, it, who, lambda: parts or {})

    def archive(self, repo: RepositoryRef, actor: str | None = None) -> None:
        """Make it read-only."""
        with self.lock:
            it = self.find_repository(repo)
            it.archived = True
            self._tell(it, "archived", actor)

    def unarchive(self, repo: RepositoryRef, actor: str | None = None) -> None:
        """Make it writable again."""
        with self.lock:
            it = self.find_repository(repo)
            it.archived = False
            self._tell(it, "unarchived", actor)

    def privatize(self, repo: RepositoryRef, actor: str | None = None) -> None:
        """Hide it."""
        with self.lock:
            it = self.find_repository(repo)
            it.private = True
            self._tell(it, "privatized", actor)

    def publicize(self, repo: RepositoryRef, actor: str | None = None) -> None:
        """Show it to everybody."""
        with self.lock:
            it = self.find_repository(repo)
            it.private = False
            self._tell(it, "publicized", actor)

    def delete_repository(self, repo: RepositoryRef) -> None:
        """Delete it. Apps are not told: "GitHub Apps and repository webhooks will not receive this event"."""
        with self.lock:
            it = self.find_repository(repo)
            del self.repositories[it.id]
            self.names.pop(it.full_name.lower(), None)
            for installation in self.installations.values():
                installation.repository_ids.discard(it.id)
