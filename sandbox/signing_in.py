"""Signing in with GitHub: who said yes to which App, the codes and tokens that come of it, what a person reaches."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.auth import ALPHABET
from sandbox.errors import Refused
from sandbox.records import App, Installation, UserToken

if TYPE_CHECKING:
    from sandbox.models import Repository, User
    from sandbox.world import World

CODE_LASTS = timedelta(minutes=10)
TOKEN_LASTS = timedelta(hours=8)
REFRESH_LASTS = timedelta(seconds=15_897_600)  # six months

DENIED = "The user has denied your application access."
ERRORS = {
    "bad_verification_code": "The code passed is incorrect or expired.",
    "incorrect_client_credentials": "The client_id and/or client_secret passed are incorrect.",
    "redirect_uri_mismatch": "The redirect_uri MUST match the registered callback URL for this application.",
    "unsupported_grant_type": "The grant_type provided is not supported.",
}
TROUBLESHOOTING = "https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app"


class NoToken(Exception):
    """Why there is no token; GitHub says so with status 200. The message is its name for it."""


@dataclass(frozen=True)
class Code:
    """What a browser brings back from GitHub, good for one exchange."""

    app: App
    user: User
    redirect_uri: str
    challenge: str
    expires_at: datetime


@dataclass(frozen=True)
class Request:
    """What an App's link asks for: which App, where to come back, and what to bring along."""

    app: App
    redirect_uri: str
    state: str
    challenge: str
    error: str = ""  # why GitHub sends the browser back without asking anybody


def read_request(world: World, query: Mapping[str, str]) -> Request:
    """The request of a link. Refused: there is nothing that GitHub could send the browser back to.

    A `redirect_uri` has to be one of the App's callback URLs; without any the first one is taken. Of a wrong one
    GitHub tells at the first one (docs.github.com, "Troubleshooting authorization request errors").
    """
    app = find_client(world, query.get("client_id", ""))
    if app is None or not app.callback_urls:
        raise Refused(404, "Not Found")
    wanted = query.get("redirect_uri") or app.callback_urls[0]
    error = "" if wanted in app.callback_urls else "redirect_uri_mismatch"
    challenge = query.get("code_challenge", "")
    if challenge and query.get("code_challenge_method") != "S256":
        raise Refused(400, "The code_challenge_method must be S256.")
    return Request(app, app.callback_urls[0] if error else wanted, query.get("state", ""), challenge, error)


def find_client(world: World, client_id: str) -> App | None:
    """The App with a client id."""
    return next((app for app in world.apps.values() if app.client_id == client_id), None)


def new_code(world: World, asked: Request, user: User) -> str:
    """A code for somebody who said yes."""
    with world.lock:
        code = f"{world.random.getrandbits(80):020x}"
        expires_at = world.now() + CODE_LASTS
        world.sign_in_codes[code] = Code(asked.app, user, asked.redirect_uri, asked.challenge, expires_at)
    return code


def exchange(world: World, given: Mapping[str, str]) -> UserToken:
    """A token for a code, once. Raises NoToken; Refused for a client that is unknown."""
    with world.lock:
        app = find_client(world, given.get("client_id", ""))
        if app is None:
            raise Refused(404, "Not Found")
        if given.get("client_secret") != app.client_secret:
            raise NoToken("incorrect_client_credentials")
        code = world.sign_in_codes.pop(given.get("code", ""), None)
        if code is None or code.app is not app or code.expires_at <= world.now():
            raise NoToken("bad_verification_code")
        if given.get("redirect_uri", code.redirect_uri) != code.redirect_uri:
            raise NoToken("redirect_uri_mismatch")
        if code.challenge and challenge_of(given.get("code_verifier", "")) != code.challenge:
            raise NoToken("bad_verification_code")
        token = UserToken(_secret(world, "ghu_", 36), app, code.user, world.now() + TOKEN_LASTS)
        world.user_tokens[token.value] = token
        return token


def answer_of(world: World, token: UserToken) -> dict[str, str | int]:
    """What GitHub answers with a token of an App whose user tokens expire, as they do unless that is switched off."""
    return {
        "access_token": token.value,
        "expires_in": int(TOKEN_LASTS.total_seconds()),
        "refresh_token": _secret(world, "ghr_", 76),
        "refresh_token_expires_in": int(REFRESH_LASTS.total_seconds()),
        "scope": "",  # a GitHub App's tokens have permissions instead
        "token_type": "bearer",
    }


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _secret(world: World, prefix: str, length: int) -> str:
    return prefix + "".join(world.random.choices(ALPHABET, k=length))


def reaches(repository: Repository, user: User) -> bool:
    """Whether somebody has been given access to a repository; that everybody may read it does not count."""
    owner = repository.owner
    given = owner.owners | owner.members | owner.private_members | repository.collaborators.keys()
    return user is owner or user.id in given


def repositories_of(world: World, it: Installation, user: User) -> list[Repository]:
    """The repositories of an installation to which somebody has been given access."""
    found = [world.repositories[number] for number in sorted(it.repository_ids)]
    return [one for one in found if reaches(one, user)]


def installations_of(world: World, app: App, user: User) -> list[Installation]:
    """The App's installations that somebody may see: their own account's, or with a repository they were given."""
    return [
        it
        for it in world.installations.values()
        if it.app is app
        and (it.account is user or user.id in it.account.owners or repositories_of(world, it, user))
    ]
