"""What the sandbox's tests talk through: a plain HTTP client and an App's webhook endpoint."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests

from sandbox.world import App, Installation, World

REPO = "observatory/telescope"
PERMISSIONS = {"contents": "read", "issues": "write", "pull_requests": "write", "checks": "write"}
EVENTS = [
    "issues",
    "issue_comment",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "push",
    "label",
    "repository",
    "check_run",
]


@dataclass
class Received:
    """One webhook as it arrived."""

    headers: dict[str, str]
    raw: bytes

    @property
    def payload(self) -> Any:
        return json.loads(self.raw)

    @property
    def name(self) -> str:
        action = self.payload.get("action")
        return self.headers["X-GitHub-Event"] + (f".{action}" if action else "")


@dataclass
class Inbox:
    """An App's webhook endpoint; `status` is what it answers, `delay` how long it takes."""

    url: str = ""
    status: int = 202
    delay: float = 0.0
    received: list[Received] = field(default_factory=list)

    def names(self) -> list[str]:
        return [it.name for it in self.received]

    def last(self, name: str) -> Any:
        return next(it.payload for it in reversed(self.received) if it.name == name)


@dataclass
class Api:
    """A plain HTTP client that follows no redirects."""

    world: World
    app: App
    base: str
    session: requests.Session
    token: str = ""

    def jwt(self, **claims: Any) -> str:
        now = int(time.time())
        standard = {"iat": now - 60, "exp": now + 300, "iss": str(self.app.id)}
        return jwt.encode(standard | claims, self.app.private_key_pem, "RS256")

    def mint(self, installation: Installation, **wanted: Any) -> requests.Response:
        path = f"/app/installations/{installation.id}/access_tokens"
        return self("POST", path, token=self.jwt(), json=wanted)

    def __call__(self, method: str, path: str, token: str | None = None, **more: Any) -> requests.Response:
        headers = dict(more.pop("headers", {}))
        secret = self.token if token is None else token
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        url = path if path.startswith("http") else self.base + path
        return self.session.request(method, url, headers=headers, allow_redirects=False, timeout=15, **more)
