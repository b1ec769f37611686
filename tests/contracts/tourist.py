"""Asks the sandbox over HTTP, and checks question and answer against GitHub's descriptions."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests
from werkzeug.routing import Map, Rule

from sandbox import signing_in
from sandbox.server import Server
from sandbox.world import App
from tests.contracts.published import Published


@dataclass
class Tourist:
    """Asks, checks what GitHub documents about question and answer, and keeps every problem."""

    server: Server
    published: Published
    authorization: str = ""
    problems: list[str] = field(default_factory=list)
    answers: list[tuple[str, str, int]] = field(default_factory=list)
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, query: dict[str, Any] | None = None, body: object = None) -> Any:
        """The decoded answer."""
        answer = self.session.request(
            method,
            self.server.url + path,
            params=query,
            json=body,
            headers={"Authorization": self.authorization, "X-GitHub-Api-Version": "2022-11-28"},
            timeout=10,
            allow_redirects=False,
        )
        content = json.loads(answer.content) if answer.content else None
        found = self.published.check_request(method, path, query, body)
        found += self.published.check_response(method, path, answer.status_code, content)
        if answer.status_code >= 500:
            found.append("nobody asked for a failure")
        self.problems += [f"{method} {path} → {answer.status_code}: {problem}" for problem in found]
        self.answers.append((method, path, answer.status_code))
        return content

    def get(self, *paths: str) -> None:
        for path in paths:
            self.ask("GET", path)

    def as_app(self, app: App) -> None:
        now = int(time.time())
        claims = {"iat": now - 60, "exp": now + 300, "iss": str(app.id)}
        self.authorization = f"Bearer {jwt.encode(claims, app.private_key_pem, 'RS256')}"

    def as_installation(self, app: App, installation_id: int) -> None:
        self.as_app(app)
        token = self.ask(
            "POST", f"/app/installations/{installation_id}/access_tokens", body={"permissions": {}}
        )
        self.authorization = f"Bearer {token['token']}"

    def as_user(self, app: App, login: str) -> None:
        """Somebody who signed in to the App."""
        world = self.server.world
        asked = signing_in.Request(app, "https://lamps.example.org/sign-in/callback", "", "")
        code = signing_in.new_code(world, asked, world.find_user(login))
        given = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
        self.authorization = f"Bearer {signing_in.exchange(world, given).value}"

    def visited(self, addresses: Map) -> set[str]:
        """The addresses that answered a question with what was asked for."""
        there = addresses.bind("127.0.0.1")
        good = {(method, path) for method, path, status in self.answers if status < 300}
        return {address_of(there.match(path, method, return_rule=True)[0]) for method, path in good}


def address_of(rule: Rule) -> str:
    """An address with its methods."""
    return f"{'|'.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule}"
