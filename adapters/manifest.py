"""The manifest flow: the App as GitHub is asked to register it, and what GitHub gives for the code it sends back.

docs.github.com, "Registering a GitHub App from a manifest".
"""

import logging
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests
from ruamel.yaml import YAML

from adapters.github import API_VERSION, TIMEOUT, Doubt, GitHub, Missing, Refused, Trouble
from adapters.settings import Settings, read_key

log = logging.getLogger(__name__)

FILE = Path(__file__).parent.parent / "app.yml"

# GitHub refuses the addresses of a machine it cannot reach. Below `.invalid` there never is a machine (RFC 2606): the
# deliveries fail at once, nobody else gets to see them, and the App's log keeps them for us.
PLACEHOLDER = "https://lamplighter.invalid/webhooks"
NOBODY = (".invalid", ".example", ".test")  # reserved likewise, for whoever registers the App by hand

LEVELS = {"read": 1, "write": 2, "admin": 3}  # of a permission

CODE = re.compile(r"[A-Za-z0-9_-]{1,100}")
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9_])){0,38}")


@dataclass(frozen=True)
class Registration:
    """A new App: what it needs to act, and where people find it."""

    app_id: int
    name: str
    client_id: str
    html_url: str
    pem: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    client_secret: str = field(repr=False)

    @property
    def variables(self) -> dict[str, str]:
        """As the environment has them."""
        return {
            "GITHUB_APP_ID": str(self.app_id),
            "GITHUB_PRIVATE_KEY": self.pem,
            "GITHUB_WEBHOOK_SECRET": self.webhook_secret,
            "GITHUB_CLIENT_ID": self.client_id,
            "GITHUB_CLIENT_SECRET": self.client_secret,
        }


def manifest(settings: Settings) -> dict[str, Any]:
    """`app.yml`, with the addresses of this installation."""
    here = settings.public_url
    hook = f"{here}/webhooks" if settings.can_be_reached else PLACEHOLDER
    return read() | {
        "url": here,
        "hook_attributes": {"url": hook, "active": True},
        "redirect_url": f"{here}/setup/created",
        "callback_urls": [f"{here}/sign-in/callback"],
        "setup_url": f"{here}/installed",
        "setup_on_update": False,
        "request_oauth_on_install": False,
    }


def read() -> dict[str, Any]:
    """`app.yml` as it stands."""
    found: dict[str, Any] = YAML(typ="safe").load(FILE.read_text("utf-8"))
    return found


def reaches(given: str | None, wanted: str) -> bool:
    """Whether a permission that was given is as much as the wanted one, such as `write`; None: it was not given."""
    return LEVELS.get(given or "", 0) >= LEVELS.get(wanted, 0)


def form_url(settings: Settings, state: str, organization: str = "") -> str:
    """Where the manifest is sent, by the browser of whoever shall own the App."""
    owner = f"/organizations/{quote(organization, safe='')}" if organization else ""
    return f"{settings.html_url}{owner}/settings/apps/new?{urlencode({'state': state})}"


def is_placeholder(url: str | None) -> bool:
    """Whether nobody is there by design, so that deliveries are fetched from the log."""
    return (urlsplit(url or "").hostname or "").endswith(NOBODY)


def convert(settings: Settings, code: str) -> Registration:
    """Fetches what the code stands for, once. Raises Missing (spent, or older than an hour), Doubt, Refused."""
    headers = {
        "Accept": "application/vnd.github+json",
        "User-Agent": "lamplighter",
        "X-GitHub-Api-Version": API_VERSION,
    }
    url = f"{settings.api_url}/app-manifests/{quote(code, safe='')}/conversions"
    try:
        answer = requests.post(url, headers=headers, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise Doubt(f"no answer from GitHub: {type(error).__name__}") from error
    _check(answer)
    try:
        return _registration(settings, _with_secret(settings, answer.json()))
    except (KeyError, TypeError, ValueError) as error:
        raise Doubt(f"an answer that is not GitHub's: {type(error).__name__}") from error


def _check(answer: requests.Response) -> None:
    status = answer.status_code
    if status == 201:
        return
    if status == 404:
        raise Missing("404 GitHub does not know the code")
    if status >= 500 or status in {408, 429}:
        raise Doubt(f"{status} from GitHub")
    raise Refused(f"{status} from GitHub")


def _with_secret(settings: Settings, given: dict[str, Any]) -> dict[str, Any]:
    """GitHub makes the webhook's secret; its description allows it to leave that to us."""
    if given.get("webhook_secret"):
        return given
    secret = token_hex(32)
    app = replace(settings, app_id=str(given["id"]), private_key=given["pem"], webhook_secrets=(secret,))
    try:
        GitHub(app, lambda: datetime.now(UTC)).app.patch("/app/hook/config", {"secret": secret})
    except Trouble:
        log.warning(
            "The webhook's secret could not be set; set it on the App's page to GITHUB_WEBHOOK_SECRET."
        )
    return given | {"webhook_secret": secret}


def _registration(settings: Settings, given: dict[str, Any]) -> Registration:
    html_url = str(given["html_url"])
    if not html_url.startswith(f"{settings.html_url}/"):
        raise ValueError("an App elsewhere")
    read_key(given["pem"])
    texts = {name: given[name] for name in ("pem", "webhook_secret", "client_id", "client_secret", "name")}
    if not all(isinstance(text, str) and text and "'" not in text for text in list(texts.values())[:4]):
        raise ValueError("incomplete")
    return Registration(app_id=int(given["id"]), html_url=html_url, **texts)
