"""Which App hears of what: makes webhooks from what happens and keeps the delivery log."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sandbox import shapes, shapes_repository
from sandbox.errors import Refused, not_found
from sandbox.models import Repository, User
from sandbox.people import People
from sandbox.records import App, Delivery, Installation
from sandbox.state import node_id

# Sent to every App, subscribed or not (documented in "Webhook events and payloads").
ALWAYS = {
    "installation",
    "installation_repositories",
    "installation_target",
    "github_app_authorization",
    "ping",
}

# The permission an App needs to subscribe to an event, from the same page.
PERMISSION_FOR = {
    "push": "contents",
    "issues": "issues",
    "issue_comment": "issues",
    "pull_request": "pull_requests",
    "pull_request_review": "pull_requests",
    "pull_request_review_comment": "pull_requests",
    "label": "metadata",
    "repository": "metadata",
    "check_run": "checks",
}

Parts = Callable[[], dict[str, Any]]


class Hooks(People):
    """Emitting, redelivering and waiting for webhooks."""

    def emit(self, event: str, action: str | None, where: Repository, sender: User, parts: Parts) -> None:
        """Tell every subscribed App that is installed on the repository; `parts` is made only if one is."""
        for installation in self._listeners(event, where):
            payload: dict[str, Any] = {"action": action} if action else {}
            payload |= parts() | {"repository": shapes_repository.repository(self, where)}
            if where.owner.type == "Organization":
                payload["organization"] = shapes.organization(self, where.owner)
            payload["sender"] = shapes.user(self, sender)
            payload["installation"] = self.two_ids(installation)
            self.dispatch(installation.app, event, action, payload, installation.id, where.id)

    def two_ids(self, installation: Installation) -> dict[str, Any]:
        """All that ordinary events say of the installation (`simple-installation`)."""
        return {
            "id": installation.id,
            "node_id": node_id("MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u", installation.id),
        }

    def _listeners(self, event: str, where: Repository) -> list[Installation]:
        return [
            it
            for it in self.installations.values()
            if where.id in it.repository_ids and event in it.events and it.suspended_at is None
        ]

    def emit_installation(
        self, event: str, action: str, installation: Installation, sender: User, parts: Parts
    ) -> None:
        """Tell an App about its own installation; these come with the whole installation."""
        payload = {"action": action, "installation": shapes.installation(self, installation)}
        payload |= parts() | {"sender": shapes.user(self, sender)}
        if installation.account.type == "Organization":
            payload["organization"] = shapes.organization(self, installation.account)
        self.dispatch(installation.app, event, action, payload, installation.id, None)

    def dispatch(
        self,
        app: App,
        event: str,
        action: str | None,
        payload: dict[str, Any],
        installation_id: int | None,
        repository_id: int | None,
    ) -> None:
        """Log a delivery and queue it; an App without a webhook URL gets none."""
        if app.webhook_url is None:
            return
        delivery = Delivery(
            id=self.new_id("delivery"),
            guid=str(UUID(int=self.random.getrandbits(128), version=4)),
            app=app,
            event=event,
            action=action,
            installation_id=installation_id,
            repository_id=repository_id,
            body=json.dumps(payload, separators=(",", ":")).encode(),
            created_at=self.now(),
            url=app.webhook_url,
        )
        self.deliveries.append(delivery)
        self.courier.enqueue(delivery)

    def ping(self, app: App | int | None = None) -> None:
        """The `ping` GitHub sends when a webhook is set up: no `installation`, no `action`."""
        it = self.find_app(app)
        config = {"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": it.webhook_url}
        hook = {"type": "App", "id": it.hook_id, "name": "web", "active": True, "app_id": it.id}
        hook |= {"events": it.events, "config": config, "created_at": "2026-01-01T00:00:00Z"}
        hook |= {
            "updated_at": "2026-01-01T00:00:00Z",
            "deliveries_url": f"{self.base_url}/app/hook/deliveries",
        }
        with self.lock:
            payload = {"zen": "Speak like a human.", "hook_id": it.hook_id, "hook": hook}
            self.dispatch(it, "ping", None, payload, None, None)

    def find_delivery(self, delivery_id: int, app: App | None = None) -> Delivery:
        """A delivery that was tried, by its id."""
        for it in reversed(self.deliveries):
            if it.id == delivery_id and it.delivered_at and (app is None or it.app is app):
                return it
        raise not_found()

    def redeliver(self, delivery_id: int) -> Delivery:
        """Try again, as the Redeliver button does: a new id, the same GUID and body."""
        with self.lock:
            old = self.find_delivery(delivery_id)
            if old.app.webhook_url is None:
                raise Refused(422, "The hook has no URL")
            again = Delivery(
                id=self.new_id("delivery"),
                guid=old.guid,
                app=old.app,
                event=old.event,
                action=old.action,
                installation_id=old.installation_id,
                repository_id=old.repository_id,
                body=old.body,
                created_at=self.now(),
                url=old.app.webhook_url,
                redelivery=True,
            )
            self.deliveries.append(again)
        self.courier.enqueue(again)
        return again

    def wait_delivered(self, timeout: float = 10.0) -> bool:
        """Block until every webhook was handed over; False if that took longer than the timeout."""
        return self.courier.wait(timeout)

    def release_deliveries(self) -> None:
        """Send what was held."""
        self.faults.hold_deliveries = False
        self.courier.start()
