"""Bare apps that only check the signature: what acceptance is compared with, on the same server."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from flask import Flask, request

from tests.bench import SECRET


def create_app() -> Flask:
    """Answers 202 to what is signed."""
    app = Flask("bare")

    @app.post("/webhooks")
    def receive() -> tuple[str, int]:
        digest = hmac.new(SECRET.encode(), request.get_data(), hashlib.sha256).hexdigest()
        good = hmac.compare_digest(f"sha256={digest}", request.headers["X-Hub-Signature-256"])
        return ("", 202) if good else ("", 401)

    return app


def create_function() -> Callable[..., Any]:
    """The same without a framework, by ASGI; it takes bodies of any length."""

    async def receive_delivery(scope: Any, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        given, body, is_more = dict(scope["headers"]), b"", True
        while is_more:
            message = await receive()
            body += message["body"]
            is_more = message["more_body"]
        digest = hmac.digest(SECRET.encode(), body, "sha256").hex()
        good = hmac.compare_digest(f"sha256={digest}".encode(), given.get(b"x-hub-signature-256", b""))
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 202 if good else 401, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return receive_delivery
