"""Who is asking: an App by its JWT, an installation by its token, somebody who signed in by theirs, or nobody."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from sandbox.errors import Refused
from sandbox.records import App, Installation, Token, UserToken
from sandbox.state import State

LEVELS = {"read": 1, "write": 2, "admin": 3}
SUSPENDED = "This installation has been suspended"


@dataclass(frozen=True)
class Caller:
    """Whose request it is."""

    app: App | None = None
    token: Token | None = None
    user_token: UserToken | None = None

    @property
    def installation_id(self) -> int | None:
        """The installation behind the token."""
        return self.token.installation.id if self.token else None

    @property
    def limit_key(self) -> int | None:
        """What the rate limit counts for: an installation, a person, an App (negative) or nobody."""
        if self.user_token:
            return self.user_token.user.id
        return self.installation_id or (-self.app.id if self.app else None)

    @property
    def login(self) -> str | None:
        """The login its writes carry."""
        if self.user_token:
            return self.user_token.user.login
        app = self.token.installation.app if self.token else self.app
        return app.bot.login if app else None

    def may(self, permission: str, level: str) -> bool:
        """Whether the token has a permission at least at this level."""
        granted = self.token.permissions.get(permission) if self.token else None
        return granted is not None and LEVELS[granted] >= LEVELS[level]


def identify(world: State, header: str | None) -> Caller:
    """Read an Authorization header; 401 for what GitHub would not know."""
    if not header:
        return Caller()
    scheme, _, secret = header.partition(" ")
    secret = secret.strip()
    if scheme.lower() not in ("bearer", "token"):
        raise Refused(401, "Bad credentials")
    if secret.startswith("ghu_"):
        return Caller(user_token=_by_user_token(world, secret))
    if secret.startswith("ghs_") or secret.count(".") != 2:
        return _by_token(world, secret)
    return Caller(app=_by_jwt(world, secret))


def _by_token(world: State, secret: str) -> Caller:
    token = world.tokens.get(secret)
    if token is None or token.expires_at <= world.now():
        raise Refused(401, "Bad credentials")
    if token.installation.suspended_at is not None:
        raise Refused(403, SUSPENDED)
    return Caller(token=token)


def _by_user_token(world: State, secret: str) -> UserToken:
    token = world.user_tokens.get(secret)
    if token is None or token.expires_at <= world.now() or token.user.id not in world.users:
        raise Refused(401, "Bad credentials")
    return token


def _by_jwt(world: State, secret: str) -> App:
    """The App a JWT belongs to.

    Its times are compared with the machine's clock, not the world's: whoever made it used that, and
    `world.advance` cannot reach them.
    """
    try:
        claims = jwt.decode(secret, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise Refused(401, "A JSON web token could not be decoded") from None
    app = _issuer(world, claims.get("iss"))
    if app is None:
        raise Refused(404, "Integration not found")
    checks: Any = {f"verify_{claim}": False for claim in ("exp", "iat", "nbf", "aud", "iss", "sub", "jti")}
    try:
        jwt.decode(secret, app.public_key_pem, algorithms=["RS256"], options=checks)
    except jwt.InvalidTokenError:
        raise Refused(401, "A JSON web token could not be decoded") from None
    _check_times(claims)
    return app


def _issuer(world: State, issuer: Any) -> App | None:
    return next((app for app in world.apps.values() if str(issuer) in (str(app.id), app.client_id)), None)


def _check_times(claims: dict[str, Any]) -> None:
    now = time.time()
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or expires <= now:
        raise Refused(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time "
            "at which the assertion expires",
        )
    if expires > now + 600:
        raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")
    # GitHub rounds to seconds; its documentation suggests an `iat` 60 s in the past against clock drift.
    if not isinstance(issued, int | float) or issued > now + 1:
        raise Refused(
            401,
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        )


def mint(world: State, installation: Installation, wanted: dict[str, Any], long: bool) -> Token:
    """A new installation token: an hour, the permissions and repositories asked for or all."""
    if installation.suspended_at is not None:
        raise Refused(403, SUSPENDED)
    permissions = {**(wanted.get("permissions") or installation.permissions)}
    for name, level in permissions.items():
        granted = installation.permissions.get(name)
        if granted is None or LEVELS.get(level, 9) > LEVELS[granted]:
            raise Refused(422, "The permissions requested are not granted to this installation.")
    token = Token(
        value=_secret(world, installation.app.id, long),
        installation=installation,
        permissions={"metadata": "read"} | permissions,
        repository_ids=_chosen(world, installation, wanted),
        expires_at=world.now().replace(microsecond=0) + timedelta(hours=1),
    )
    world.tokens[token.value] = token
    return token


def _chosen(world: State, installation: Installation, wanted: dict[str, Any]) -> set[int] | None:
    ids = set(wanted.get("repository_ids") or ())
    names = {str(name).lower() for name in wanted.get("repositories") or ()}
    ids |= {i for i in installation.repository_ids if world.repositories[i].name.lower() in names}
    if not ids <= installation.repository_ids or len(ids) < len(names):
        raise Refused(
            422,
            "There is at least one repository that does not exist or is not accessible to the parent installation.",
        )
    return ids or None


ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _secret(world: State, app_id: int, long: bool) -> str:
    """`ghs_` and 36 characters, or since 2026-04 `ghs_APPID_JWT` with about 520."""

    def some(count: int) -> str:
        return "".join(world.random.choices(ALPHABET, k=count))

    return f"ghs_{app_id}_{some(36)}.{some(120)}.{some(342)}" if long else f"ghs_{some(36)}"
