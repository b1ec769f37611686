"""Lamplighter as its owner registers it with GitHub: what it may do, and which events it hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.models import App
    from sandbox.world import World

APP_ID = 1001
PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "issues": "write",
    "pull_requests": "write",
    "checks": "write",
}
EVENTS = ["issues", "issue_comment", "pull_request", "pull_request_review", "push", "repository"]
NOWHERE = "http://127.0.0.1:1/webhooks"  # until the web process has its address


def move(app: App, url: str) -> None:
    """The addresses on the App's page, once it is known where the App lives."""
    app.webhook_url, app.setup_url = f"{url}/webhooks", f"{url}/installed"
    app.callback_urls = [f"{url}/sign-in/callback"]


def register(
    world: World,
    webhook_secret: str,
    webhook_url: str | None = NOWHERE,
    *,
    app_id: int = APP_ID,
    slug: str = "lamplighter",
) -> App:
    """Registers it. `webhook_url`: None sends no webhooks; it may be set later, as on the App's page."""
    app = world.register_app(
        app_id=app_id,
        slug=slug,
        webhook_secret=webhook_secret,
        webhook_url=webhook_url,
        permissions=PERMISSIONS,
        events=EVENTS,
    )
    if webhook_url:
        move(app, webhook_url.removesuffix("/webhooks"))
        app.webhook_url = webhook_url
    return app
