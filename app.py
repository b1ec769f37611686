"""The front door: verify → Event → handlers → inbox and queue → 202. Pages and commands register here."""

import hmac
import json
import logging
import math
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_input_stream

from adapters import logs
from adapters.context import Context, open_context
from adapters.intake import Intake
from adapters.ledger import claims, front_door
from adapters.ledger.inbox import Asked
from handlers import Event, Route, fields, routes_for
from pages import headers, health, metrics, setup, terminal

log = logging.getLogger("lamplighter")

MOST_BYTES = 25 * 1024 * 1024  # GitHub sends no larger payload
LONGEST_NAME = 100  # characters of a header that names an event or a delivery
PATH = "/webhooks"


Environ = dict[str, Any]  # WSGI's, PEP 3333


class Answer(NamedTuple):
    """A status, and one sentence for whoever reads GitHub's log of deliveries."""

    status: int
    sentence: str


KEPT = Answer(202, "It will be handled.")
UNWANTED = Answer(202, "Nothing to do.")
NESTED = Answer(400, "The body is nested too deeply.")
DOWN = Answer(503, "The database cannot be reached.")


def create_app(context: Context | None = None) -> Flask:
    """The web process. If the environment cannot be used, it ends with all that is wrong."""
    app = Flask(__name__, template_folder="templates/pages", static_folder="pages/static")
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    context = context or open_context(terminal.settings_or_exit())
    app.extensions["context"] = context
    headers.register(app, context.settings)
    for blueprint in (health.pages, metrics.pages, setup.pages):
        app.register_blueprint(blueprint)
    for command in terminal.COMMANDS:
        app.cli.add_command(command)
    app.add_url_rule(PATH, "webhooks", methods=["POST"])  # for what else is asked there, such as a GET
    app.wsgi_app = FrontDoor(context, app.wsgi_app)
    return app


def serve() -> Flask:
    """The web process as the server starts it: with its log in the terminal."""
    logs.to_terminal()
    return create_app()


class FrontDoor:
    """Takes deliveries; whatever else comes is for the pages.

    It stands before Flask, whose contexts and signals cost more than all that accepting a delivery takes
    (docs/adr/0008).
    """

    def __init__(self, context: Context, pages: Callable[..., Iterable[bytes]]) -> None:
        self._context = context
        self._pages = pages
        self._intake = Intake(context.ledger, context.bell, context.now)
        self._headers = headers.of_every_answer(context.settings)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ.get("REQUEST_METHOD") != "POST":
            return self._pages(environ, start_response)
        begun = time.perf_counter()
        answer = self._answer(environ)
        self._count(environ.get("HTTP_X_GITHUB_EVENT", ""), answer, time.perf_counter() - begun)
        text = f"{answer.sentence}\n".encode()
        given = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
        status = HTTPStatus(answer.status)
        start_response(f"{status.value} {status.phrase}", [*given, *self._headers])
        return [text]

    def _count(self, event: str, answer: Answer, seconds: float) -> None:
        outcome = "failed" if answer.status >= 500 else "refused" if answer.status >= 400 else "kept"
        self._context.metrics.delivery(event, "dropped" if answer is UNWANTED else outcome, seconds)

    def _answer(self, environ: Environ) -> Answer:
        try:
            return receive(self._context, self._intake, environ)
        except HTTPException as refused:
            status = refused.code or 400
        except Exception:
            log.exception("a delivery could not be taken")
            status = 500
        return Answer(status, headers.SENTENCES.get(status, headers.SENTENCES[400]))


def receive(context: Context, intake: Intake, environ: Environ) -> Answer:
    """Takes a delivery. 202 means: it will be handled, whatever dies next."""
    if not context.settings.has_credentials:
        return Answer(503, "Lamplighter is not set up yet; see its start page.")
    body = _body(environ)
    if not verify(context.settings.webhook_secrets, body, environ.get("HTTP_X_HUB_SIGNATURE_256", "")):
        return Answer(401, "The signature does not match.")
    event = _event(environ, body)
    if isinstance(event, str):
        return Answer(400, event)
    try:
        return _accept(context, intake, event)
    except RecursionError:
        return NESTED
    except (SQLAlchemyError, TimeoutError) as error:
        if isinstance(error.__cause__, RecursionError):  # it was noticed as the row was written
            return NESTED
        # GitHub's log then shows a failure, from which the delivery can be recovered.
        log.exception("the database is down", extra={"delivery": event.delivery, "github_event": event.name})
        return DOWN


def _body(environ: Environ) -> bytes:
    """What was sent. Of one that is larger than GitHub's nothing is read: raises RequestEntityTooLarge."""
    length = environ.get("CONTENT_LENGTH", "")
    if length.isdecimal() and int(length) <= MOST_BYTES:
        read: bytes = environ["wsgi.input"].read(int(length))  # past the layers that a length unknown needs
        return read
    return get_input_stream(environ, max_content_length=MOST_BYTES).read()


def verify(secrets: tuple[str, ...], body: bytes, signature: str) -> bool:
    """Whether one of the secrets signed the body (docs.github.com, "Validating webhook deliveries").

    Compared as bytes: text that is not ASCII would raise a TypeError instead of being wrong.
    """
    given = signature.encode("utf-8", "surrogateescape")
    digests = (hmac.digest(secret.encode(), body, "sha256").hex() for secret in secrets)
    return any(hmac.compare_digest(f"sha256={digest}".encode(), given) for digest in digests)


def _event(environ: Environ, body: bytes) -> Event | str:
    """The event, or a sentence on what is wrong with the request."""
    name, delivery = environ.get("HTTP_X_GITHUB_EVENT", ""), environ.get("HTTP_X_GITHUB_DELIVERY", "")
    if not 0 < len(name) <= LONGEST_NAME or not 0 < len(delivery) <= LONGEST_NAME:
        return "The headers X-GitHub-Event and X-GitHub-Delivery are missing."
    try:
        payload = _payload(body)
    except (ValueError, RecursionError):
        return "The body is not JSON; set the webhook's content type to application/json."
    return Event(name, delivery, payload) if isinstance(payload, dict) else "The body is not a JSON object."


def _payload(body: bytes) -> Any:
    """What the body says. What the fast parser refuses – half a surrogate, say – the standard one may know."""
    try:
        return orjson.loads(body)
    except ValueError:
        return json.loads(body, parse_constant=_refuse, parse_float=_finite)


def _refuse(constant: str) -> None:
    """NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(constant)


def _finite(digits: str) -> float:
    """A number with a fraction or an exponent; one beyond all bounds could not be written down again."""
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number


def _accept(context: Context, intake: Intake, event: Event) -> Answer:
    routes = _wanted(context, event)
    if not routes:
        return UNWANTED
    intake.keep([_asked(event, route) for route in routes])
    return KEPT


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
    return context.ledger.ask(front_door.OURS, repository_id=repository_id, number=thread)


def _is_claimants(context: Context, event: Event) -> bool:
    repository_id, author_id = _id(event.find("repository.id")), _id(event.find("pull_request.user.id"))
    if repository_id is None or author_id is None:
        return True
    return context.ledger.ask(claims.MAY_BE_CLAIMANT, repository_id=repository_id, person_id=author_id)


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
    given = fields.repository(event.find("repository"))
    return {"repository": given} if given else {}


def _id(value: Any) -> int | None:
    """A number that fits into the ledger."""
    return value if fields.is_id(value) else None


if __name__ == "__main__":
    terminal.run_everything()
