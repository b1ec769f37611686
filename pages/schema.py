"""Schema: the configuration file's JSON Schema at a stable address, for editors."""

import json
from functools import lru_cache

from flask import Blueprint, Response, request

from mentoring.schema import schema
from pages.context import context_of_app

pages = Blueprint("schema", __name__)

HOUR = 3600  # seconds


@pages.get("/schema.json")
def schema_json() -> Response:
    """The schema of `.github/lamplighter.yml`; public, and open to editors that run in a browser."""
    context = context_of_app()
    response = Response(
        _text(f"{context.settings.public_url}/schema.json"), mimetype="application/schema+json"
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.cache_control.public = True
    response.cache_control.max_age = HOUR
    response.add_etag()
    response.make_conditional(request)
    return response


@lru_cache(maxsize=1)
def _text(address: str) -> str:
    return json.dumps(schema(address), indent=1)
