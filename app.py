"""The front door: verify → Event → handlers → inbox and queue → 202. Pages and commands register here."""

import hashlib
import hmac
import json
import logging
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from adapters.context import Context, open_context
from adapters.ledger import claims, inbox, mentorships
from adapters.ledger.inbox import Asked
from handlers import Event, Route, routes_for
from pages import health, setup, terminal

log = logging.getLogger("lamplighter")

MOST_BYTES = 25 * 1024 * 1024  # GitHub sends no larger payload
LONGEST_NAME = 100  # characters of a header that names an event or a delivery
NESTED = "The body is nested too deeply."

webhooks = Blueprint("webhooks", __name__)


def create_app(context: Context | None = None) -> Flask:
    """The web process. If the environment cannot be used, it ends with all that is wrong."""
    app = Flask(__name__, template_folder="templates/pages")
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.extensions["context"] = context or open_context(terminal.settings_or_exit())
    for blueprint in (webhooks, health.pages, setup.pages):
        app.register_blueprint(blueprint)
    for command in terminal.COMMANDS:
        app.cli.add_command(command)
    return app


def serve() -> Flask:
    """The web process as the server starts it: with its log in the terminal."""
    terminal.log_to_terminal()
    return create_app()


@webhooks.post("/webhooks")
def receive() -> Response:
    """Takes a delivery. 202 means: it will be handled, whatever dies next."""
    context: Context = current_app.extensions["context"]
    if not context.settings.has_credentials:
        return _answer(503, "Lamplighter is not set up yet; see its start page.")
    body = request.get_data(cache=False)
    if not verify(context.settings.webhook_secrets, body, request.headers.get("X-Hub-Signature-256", "")):
        return _answer(401, "The signature does not match.")
    event = _event(body)
    if isinstance(event, str):
        return _answer(400, event)
    try:
        return _accept(context, event)
    except RecursionError:
        return _answer(400, NESTED)
    except SQLAlchemyError as error:
        if isinstance(error.__cause__, RecursionError):  # it was noticed as the row was written
            return _answer(400, NESTED)
        # GitHub's log then shows a failure, from which the delivery can be recovered.
        log.exception("delivery %s: the database is down", event.delivery)
        return _answer(503, "The database cannot be reached.")


def verify(secrets: tuple[str, ...], body: bytes, signature: str) -> bool:
    """Whether one of the secrets signed the body (docs.github.com, "Validating webhook deliveries").

    Compared as bytes: text that is not ASCII would raise a TypeError instead of being wrong.
    """
    given = signature.encode("utf-8", "surrogateescape")
    digests = (hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in secrets)
    return any(hmac.compare_digest(f"sha256={digest}".encode(), given) for digest in digests)


def _event(body: bytes) -> Event | str:
    """The event, or a sentence on what is wrong with the request."""
    name, delivery = request.headers.get("X-GitHub-Event", ""), request.headers.get("X-GitHub-Delivery", "")
    if not 0 < len(name) <= LONGEST_NAME or not 0 < len(delivery) <= LONGEST_NAME:
        return "The headers X-GitHub-Event and X-GitHub-Delivery are missing."
    try:
        payload = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return "The body is not JSON; set the webhook's content type to application/json."
    return Event(name, delivery, payload) if isinstance(payload, dict) else "The body is not a JSON object."


def _refuse(constant: str) -> None:
    """NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(constant)


def _accept(context: Context, event: Event) -> Response:
    routes = _wanted(context, event)
    if not routes:
        return _answer(202, "Nothing to do.")
    with context.ledger.write() as connection:
        rows = inbox.put(connection, [_asked(event, route) for route in routes], context.now())
    context.bell.ring_inbox(rows)
    log.info("delivery %s: %s asks for %s", event.delivery, event.name, [route.job for route in routes])
    return _answer(202, "It will be handled.")


def _wanted(context: Context, event: Event) -> list[Route]:
    """The routes to take; at most one look-up tells whether the thread is one of ours, or of a claimant's."""
    routes = routes_for(event)
    if any(route.of_ours for route in routes) and not _is_ours(context, event):
        routes = [route for route in routes if not route.of_ours]
    if any(route.of_claimants for route in routes) and not _is_claimants(context, event):
        routes = [route for route in routes if not route.of_claimants]
    return routes


def _is_ours(context: Context, event: Event) -> bool:
    repository_id, thread = _id(event.find("repository.id")), event.thread
    if repository_id is None or thread is None:
        return True  # a payload without what GitHub always sends is kept and parked
    with context.ledger.read() as connection:
        return mentorships.is_ours(connection, repository_id, thread) or inbox.waits_for(
            connection, repository_id, thread
        )


def _is_claimants(context: Context, event: Event) -> bool:
    repository_id, author_id = _id(event.find("repository.id")), _id(event.find("pull_request.user.id"))
    if repository_id is None or author_id is None:
        return True
    with context.ledger.read() as connection:
        return claims.may_be_claimant(connection, repository_id, author_id)


def _asked(event: Event, route: Route) -> Asked:
    return Asked(
        event.delivery,
        route.job,
        _id(event.find("installation.id")),
        _id(event.find("repository.id")),
        _id(event.thread),
        route.fields(event) | _repository(event),
    )


def _repository(event: Event) -> dict[str, Any]:
    """The repository as it is named now."""
    given = event.find("repository")
    names = ("id", "full_name", "private", "default_branch", "archived")
    if not isinstance(given, dict) or not isinstance(given.get("full_name"), str) or not _id(given.get("id")):
        return {}
    return {"repository": {name: given.get(name) for name in names}}


def _id(value: Any) -> int | None:
    """A number that fits into the ledger."""
    return value if type(value) is int and 0 < value < 2**63 else None


def _answer(status: int, sentence: str) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")


if __name__ == "__main__":
    terminal.run_everything()
