"""Registering an App and what owners do with it: install, choose repositories, suspend, remove."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox import shapes
from sandbox.hooks import ALWAYS, PERMISSION_FOR, Hooks
from sandbox.models import Repository, User
from sandbox.records import App, Installation
from sandbox.shapes_repository import minimal


def new_key() -> tuple[str, str]:
    """An RSA key pair in PEM: private (PKCS#1, as GitHub hands it out) and public."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@cache
def key_of(app_id: int) -> tuple[str, str]:
    """An App's key pair, the same in every world of a process: finding one takes up to half a second."""
    return new_key()


class Installations(Hooks):
    """Apps and their installations."""

    def register_app(
        self,
        app_id: int = 1001,
        slug: str = "lamplighter",
        webhook_secret: str | None = None,
        webhook_url: str | None = None,
        permissions: dict[str, str] | None = None,
        events: Iterable[str] = (),
        owner: str = "app-owner",
        callback_urls: Iterable[str] = (),
        setup_url: str | None = None,
    ) -> App:
        """Register an App; like GitHub, refuses an event whose permission is not asked for."""
        granted = {"metadata": "read"} | (permissions or {})
        for event in events:
            needed = PERMISSION_FOR.get(event)
            if event in ALWAYS or needed is None:
                raise ValueError(f"no such event to subscribe to: {event}")
            if needed not in granted:
                raise ValueError(f"the event {event} needs the permission {needed}: read")
        private, public = key_of(app_id)
        with self.lock:
            bot = self._enrol(User(self.new_id("user"), f"{slug}[bot]", type="Bot", app_id=app_id))
            self.apps[app_id] = App(
                id=app_id,
                slug=slug,
                name=slug.replace("-", " ").title(),
                client_id=f"Iv23li{app_id:014d}",
                owner=self.user(owner),
                bot=bot,
                private_key_pem=private,
                public_key_pem=public,
                webhook_secret=webhook_secret,
                webhook_url=webhook_url,
                hook_id=self.new_id("hook"),
                permissions=granted,
                events=list(events),
                created_at=self.now(),
                client_secret=hashlib.sha256(slug.encode()).hexdigest()[:40],
                callback_urls=list(callback_urls),
                setup_url=setup_url,
            )
        return self.apps[app_id]

    def install(
        self,
        owner: str,
        repositories: Iterable[str] | None = None,
        app: App | int | None = None,
        actor: str | None = None,
    ) -> Installation:
        """Install an App on an account: on these repositories, or with none named on all, future ones too."""
        with self.lock:
            it, account = self.find_app(app), self.find_user(owner)
            owned = [r for r in self.repositories.values() if r.owner is account]
            chosen = owned if repositories is None else [self.find_repository(name) for name in repositories]
            installation = Installation(
                id=self.new_id("installation"),
                app=it,
                account=account,
                selection="all" if repositories is None else "selected",
                repository_ids={r.id for r in chosen},
                permissions=dict(it.permissions),
                events=list(it.events),
                created_at=self.now(),
            )
            self.installations[installation.id] = installation
            who = self.find_user(actor) if actor else self.somebody(account)
            parts = {"repositories": [minimal(r) for r in chosen], "requester": None}
            self.emit_installation("installation", "created", installation, who, lambda: parts)
        return installation

    def somebody(self, account: User, repository: Repository | None = None) -> User:
        """A person who may act for an account: itself, an owner, a member or an administrator."""
        if account.type == "User":
            return account
        admins = (
            {i for i, role in repository.collaborators.items() if role == "admin"} if repository else set()
        )
        for group in (account.owners, admins, account.members, account.private_members):
            if group:
                return self.users[min(group)]
        return account

    def add_repositories(self, installation_id: int, repositories: Iterable[str]) -> None:
        """Give an installation more repositories."""
        with self.lock:
            installation = self.find_installation(installation_id)
            added = [self.find_repository(name) for name in repositories]
            installation.repository_ids.update(r.id for r in added)
            self._repositories_changed(installation, "added", added)

    def remove_repositories(self, installation_id: int, repositories: Iterable[str]) -> None:
        """Take repositories away from an installation."""
        with self.lock:
            installation = self.find_installation(installation_id)
            removed = [self.find_repository(name) for name in repositories]
            installation.selection = "selected"
            installation.repository_ids.difference_update(r.id for r in removed)
            self._repositories_changed(installation, "removed", removed)

    def _repositories_changed(self, it: Installation, action: str, which: list[Repository]) -> None:
        lists: dict[str, object] = {"repositories_added": [], "repositories_removed": []} | {
            f"repositories_{action}": [minimal(r) for r in which]
        }
        parts = {"repository_selection": it.selection, "requester": None, **lists}
        who = self.somebody(it.account)
        self.emit_installation("installation_repositories", action, it, who, lambda: parts)

    def suspend(self, installation_id: int) -> None:
        """Suspend an installation: its tokens stop working and no events come."""
        with self.lock:
            it = self.find_installation(installation_id)
            it.suspended_at, it.suspended_by = self.now(), self.somebody(it.account)
            self.emit_installation("installation", "suspend", it, it.suspended_by, dict)

    def unsuspend(self, installation_id: int) -> None:
        """Let a suspended installation go on."""
        with self.lock:
            it = self.find_installation(installation_id)
            it.suspended_at = it.suspended_by = None
            self.emit_installation("installation", "unsuspend", it, self.somebody(it.account), dict)

    def uninstall(self, installation_id: int) -> None:
        """Remove an App from an account: `installation.deleted`, and its tokens die."""
        with self.lock:
            it = self.installations.pop(installation_id)
            self.tokens = {k: t for k, t in self.tokens.items() if t.installation is not it}
            listed = [minimal(self.repositories[i]) for i in sorted(it.repository_ids)]
            parts = {"repositories": listed}
            self.emit_installation("installation", "deleted", it, self.somebody(it.account), lambda: parts)

    def accept_permissions(self, installation_id: int) -> None:
        """The owner accepts what the App asks for by now; before, an installation keeps what it had."""
        with self.lock:
            it = self.find_installation(installation_id)
            it.permissions, it.events = dict(it.app.permissions), list(it.app.events)
            parts = {"repositories": [minimal(self.repositories[i]) for i in sorted(it.repository_ids)]}
            who = self.somebody(it.account)
            self.emit_installation("installation", "new_permissions_accepted", it, who, lambda: parts)

    def rename_user(self, old: str, new: str) -> User:
        """Change a login; Apps installed on the account get `installation_target.renamed`."""
        with self.lock:
            user = super().rename_user(old, new)
            for it in self.installations.values():
                if it.account is user:
                    parts = {
                        "account": shapes.profile(self, user),
                        "changes": {"login": {"from": old}},
                        "target_type": user.type,
                    }
                    payload = {"action": "renamed", **parts, "installation": self.two_ids(it)}
                    self.dispatch(it.app, "installation_target", "renamed", payload, it.id, None)
            return user
