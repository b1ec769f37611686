"""Registering an App from a manifest, as docs.github.com describes it in "Registering a GitHub App from a manifest"."""

from __future__ import annotations

import json
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sandbox.errors import not_found
from sandbox.installations import Installations
from sandbox.models import User
from sandbox.records import App, Code

GOOD_FOR = timedelta(hours=1)  # the whole flow, and so a code
MOST_CALLBACKS = 10
LONGEST_NAME = 34

KINDS: dict[str, type] = {
    "name": str,
    "url": str,
    "hook_attributes": dict,
    "redirect_url": str,
    "callback_urls": list,
    "setup_url": str,
    "description": str,
    "public": bool,
    "default_events": list,
    "default_permissions": dict,
    "request_oauth_on_install": bool,
    "setup_on_update": bool,
}


class BadManifest(ValueError):
    """GitHub's page names each problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read(text: str) -> dict[str, Any]:
    """The manifest. Raises BadManifest."""
    try:
        found = json.loads(text)
    except ValueError:
        raise BadManifest(["The manifest is not JSON."]) from None
    if not isinstance(found, dict):
        raise BadManifest(["The manifest is not an object."])
    if problems := [*_shape(found), *_addresses(found)]:
        raise BadManifest(problems)
    return found


def _shape(found: dict[str, Any]) -> list[str]:
    problems = [f'"{key}" is not a permitted key.' for key in found if key not in KINDS]
    for key, kind in KINDS.items():
        if key in found and not isinstance(found[key], kind):
            problems.append(f'For "{key}", {json.dumps(found[key])} is not of the right kind.')
    if "url" not in found:
        problems.append('"url" wasn\'t supplied.')
    if "hook_attributes" in found and not found["hook_attributes"].get("url"):
        problems.append('"hook_attributes.url" wasn\'t supplied.')
    if len(found.get("callback_urls", ())) > MOST_CALLBACKS:
        problems.append(f"There are more than {MOST_CALLBACKS} callback URLs.")
    return problems


def _addresses(found: dict[str, Any]) -> list[str]:
    given = {key: found.get(key) for key in ("url", "redirect_url", "setup_url")}
    problems = [f"{key} must be a valid URL" for key, url in given.items() if url and not _is_url(url)]
    hook = str((found.get("hook_attributes") or {}).get("url") or "")
    if hook and not _is_url(hook):
        problems.append("Hook url must be a valid URL")
    elif hook and not is_public(urlsplit(hook).hostname or ""):
        host = urlsplit(hook).hostname
        problems.append(
            f"Hook url is not supported because it isn't reachable over the public Internet ({host})"
        )
    return problems


def _is_url(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_public(host: str) -> bool:
    """Whether GitHub would send webhooks there. It looks at the name; whether that leads anywhere shows later."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost") and "." in host


class Manifests(Installations):
    """Apps that are registered from a manifest, and the codes with which they are fetched."""

    def register_from_manifest(
        self, manifest: dict[str, Any], name: str, owner: str | User
    ) -> tuple[App, str]:
        """Registers an App and gives the code that GitHub sends back. Raises BadManifest if the name will not do."""
        name = name.strip()
        slug = "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
        with self.lock:
            if not slug or len(name) > LONGEST_NAME:
                raise BadManifest([f"Name needs letters, and is too long after {LONGEST_NAME} characters"])
            taken = any(app.slug == slug for app in self.apps.values()) or slug in self.logins
            if taken:
                raise BadManifest(["Name is already in use"])
            hook = manifest.get("hook_attributes") or {}
            app = self._register(manifest, slug, self.find_user(owner), hook)
            app.name, app.description = name, manifest.get("description", "")
            app.external_url, app.public = manifest["url"], bool(manifest.get("public"))
            app.setup_url = manifest.get("setup_url")
            app.callback_urls = list(manifest.get("callback_urls", ()))
            code = f"{self.random.getrandbits(160):040x}"
            self.codes[code] = Code(app, self.now())
        return app, code

    def _register(self, manifest: dict[str, Any], slug: str, owner: User, hook: dict[str, Any]) -> App:
        try:
            app = self.register_app(
                app_id=self.new_id("app"),
                slug=slug,
                webhook_secret=f"{self.random.getrandbits(160):040x}",
                webhook_url=hook["url"] if hook.get("active", True) and hook.get("url") else None,
                permissions=manifest.get("default_permissions", {}),
                events=manifest.get("default_events", ()),
                owner=owner.login,
            )
            app.client_secret = f"{self.random.getrandbits(160):040x}"
        except ValueError as error:
            raise BadManifest([str(error)]) from None
        if app.webhook_url:
            self.ping(app)
        return app

    def convert(self, code: str) -> App:
        """The App that waits under a code, which is spent by that; 404 once it is, and after an hour."""
        with self.lock:
            found = self.codes.pop(code, None)
            if found is None or found.made_at + GOOD_FOR < self.now():
                raise not_found()
            return found.app
