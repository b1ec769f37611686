"""What the stand-in keeps about Apps: registrations, installations, tokens, deliveries, the access log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.models import User


@dataclass(eq=False)
class App:
    """A registered GitHub App."""

    id: int
    slug: str
    name: str
    client_id: str
    owner: User
    bot: User
    private_key_pem: str
    public_key_pem: str
    webhook_secret: str | None
    webhook_url: str | None
    hook_id: int
    permissions: dict[str, str]
    events: list[str]
    created_at: datetime
    client_secret: str = field(default="", repr=False)
    description: str = ""
    external_url: str = ""
    public: bool = True
    setup_url: str | None = None
    callback_urls: list[str] = field(default_factory=list)

    @property
    def bot_login(self) -> str:
        """The login its comments carry, `slug[bot]`."""
        return self.bot.login


@dataclass(frozen=True)
class Code:
    """What an App that was registered from a manifest is fetched with, once, within an hour."""

    app: App
    made_at: datetime


@dataclass(eq=False)
class Installation:
    """An App on an account; `permissions` are those the account's owner has accepted."""

    id: int
    app: App
    account: User
    selection: str
    repository_ids: set[int]
    permissions: dict[str, str]
    events: list[str]
    created_at: datetime
    suspended_at: datetime | None = None
    suspended_by: User | None = None


@dataclass(eq=False)
class Token:
    """An installation access token."""

    value: str
    installation: Installation
    permissions: dict[str, str]
    repository_ids: set[int] | None
    expires_at: datetime


@dataclass(frozen=True)
class UserToken:
    """What an App got for a code: it may look through the eyes of whoever signed in."""

    value: str = field(repr=False)
    app: App
    user: User
    expires_at: datetime


@dataclass(eq=False)
class Delivery:
    """One attempt to deliver one event to one App; `status` is `pending` until it was tried."""

    id: int
    guid: str
    app: App
    event: str
    action: str | None
    installation_id: int | None
    repository_id: int | None
    body: bytes
    created_at: datetime
    url: str
    redelivery: bool = False
    delivered_at: datetime | None = None
    duration: float = 0.0
    status: str = "pending"
    status_code: int | None = None
    request_headers: dict[str, str] = field(default_factory=dict)
    response_headers: dict[str, str] = field(default_factory=dict)
    response: str = ""


@dataclass(frozen=True)
class Access:
    """One line of the access log."""

    method: str
    path: str
    query: str
    status: int
    installation_id: int | None
    actor: str | None
    repository: str | None
    repository_id: int | None
    ms: float
    at: datetime
    body: Any = None
