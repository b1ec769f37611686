"""A bare app that only checks the signature: what acceptance is compared with, on the same server."""

import hashlib
import hmac

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
