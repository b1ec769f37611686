"""Endpoints around an App's registration: the manifest's conversion, and where its webhooks go."""

from __future__ import annotations

from typing import Any

from sandbox import shapes
from sandbox.call import Answer, Call, route
from sandbox.errors import Refused


@route("POST", "/app-manifests/<code>/conversions")
def convert_manifest(call: Call, code: str) -> Answer:
    """What a new App needs to act; asked for without credentials, since there are none yet."""
    app = call.world.convert(code)
    secrets = {"client_secret": app.client_secret, "webhook_secret": app.webhook_secret}
    return 201, shapes.app(call.world, app) | secrets | {"pem": app.private_key_pem}


@route("GET", "/app/hook/config", auth="app")
def hook_config(call: Call) -> Answer:
    """Where the App's webhooks go; the secret is never shown."""
    return 200, _config(call)


@route("PATCH", "/app/hook/config", auth="app")
def change_hook_config(call: Call) -> Answer:
    """Sends the webhooks elsewhere, or signs them otherwise."""
    given = call.fields()
    for name in ("url", "secret"):
        if name in given and not isinstance(given[name], str):
            raise Refused(422, f"Invalid request.\n\nFor 'properties/{name}', it is not a string.")
    call.app.webhook_url = given.get("url", call.app.webhook_url)
    call.app.webhook_secret = given.get("secret", call.app.webhook_secret)
    return 200, _config(call)


def _config(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {"content_type": "json", "insecure_ssl": "0"}
    if call.app.webhook_secret:
        found["secret"] = "*" * 8
    return found | ({"url": call.app.webhook_url} if call.app.webhook_url else {})
