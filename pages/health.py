"""Health: whether the process is alive, and whether it can do its work."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from adapters.context import Context
from adapters.ledger import release
from pages.context import context_of_app

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> Response:
    """Whether the web process is alive."""
    return jsonify(status="alive")


@pages.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Whether it is ready: the database is reachable and has its tables, the queue answers. 503 if not."""
    context = context_of_app()
    found = {"database": _database(context), "queue": "ready" if context.bell.is_up() else "unreachable"}
    return jsonify(found), 200 if set(found.values()) == {"ready"} else 503


def _database(context: Context) -> str:
    try:
        is_current = release.is_ready(context.ledger)
    except SQLAlchemyError:
        return "unreachable"
    return "ready" if is_current else "not migrated: run `flask --app app release`"
