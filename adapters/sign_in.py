"""Signing in with GitHub: where a browser is sent, and who it is that comes back (docs/adr/0019)."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from github import Github
from github.ApplicationOAuth import ApplicationOAuth

from adapters.context import Context
from adapters.github import TIMEOUT, Installation, Missing, meaning
from adapters.settings import Settings

CALLBACK = "/sign-in/callback"
MOST_PAGES = 10  # of a list, a hundred entries each; whoever has more sees the first thousand


@dataclass(frozen=True)
class Begun:
    """A sign-in under way: the address at GitHub, and what only the browser that began it knows."""

    url: str
    state: str
    verifier: str


@dataclass(frozen=True)
class Known:
    """Who came back, and what GitHub says they may see. `repositories`: of `asked`, the installation asked about."""

    id: int
    login: str
    installations: tuple[int, ...]
    asked: int | None = None
    repositories: tuple[int, ...] = ()


def is_set_up(settings: Settings) -> bool:
    """Whether people can sign in: the App has its credentials, and those for signing in."""
    return bool(settings.has_credentials and settings.client_id and settings.client_secret)


def begin(settings: Settings) -> Begun:
    """A new sign-in. The challenge (PKCE, RFC 7636) makes the code useless to anybody but this browser."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = urlsafe_b64encode(digest).decode().rstrip("=")
    url = _oauth(settings).get_login_url(f"{settings.public_url}{CALLBACK}", state)
    pkce = urlencode({"code_challenge": challenge, "code_challenge_method": "S256"})
    return Begun(f"{url}&{pkce}", state, verifier)


def finish(context: Context, code: str, verifier: str, installation_id: int | None = None) -> Known:
    """Asks GitHub who brought the code. The token it gives for it is used here, and kept nowhere.

    Raises Refused if GitHub does not take the code, another Trouble if it cannot be asked.
    """
    with meaning():
        token = _oauth(context.settings).get_access_token(code, verifier).token
    github = context.github.person(token)
    person = github.get("/user")
    installations = tuple(item["id"] for item in _items(github, "/user/installations", "installations"))
    repositories: tuple[int, ...] = ()
    if installation_id in installations:
        repositories = _repositories(github, installation_id)
    return Known(person["id"], person["login"], installations, installation_id, repositories)


def _repositories(github: Installation, installation_id: int | None) -> tuple[int, ...]:
    path = f"/user/installations/{installation_id}/repositories"
    try:
        return tuple(item["id"] for item in _items(github, path, "repositories"))
    except Missing:  # taken away a moment ago
        return ()


def _items(github: Installation, path: str, name: str) -> Iterator[Mapping[str, Any]]:
    for page in islice(github.pages(path), MOST_PAGES):
        yield from page[name]


def _oauth(settings: Settings) -> ApplicationOAuth:
    """PyGithub's view of it. Without authorization of the App's: the client's secret speaks for it here."""
    assert settings.client_id and settings.client_secret, "nobody can sign in"
    github = Github(base_url=settings.api_url, user_agent="lamplighter", timeout=TIMEOUT, retry=None)
    return github.get_oauth_application(settings.client_id, settings.client_secret)
