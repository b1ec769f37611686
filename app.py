"""The front door: verify → Event → handlers → inbox and queue → 202. Pages and commands register here."""

import asyncio
import gc
import hmac
import json
import logging
import string
import sys
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from flask import Flask, Response, abort
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge, RequestTimeout
from werkzeug.wsgi import get_input_stream

from adapters import logs
from adapters.context import Context, open_context
from adapters.intake import PATIENCE, Intake
from adapters.ledger import claims, front_door
from adapters.ledger.inbox import Asked
from handlers import Event, Route, fields, payload, routes_for
from pages import (
    certificates,
    exit_question,
    headers,
    health,
    installed,
    language,
    me,
    mentors,
    metrics,
    program,
    schema,
    session,
    setup,
    sign_in,
    start,
    start_here,
    sub_path,
    terminal,
    wording,
)

log = logging.getLogger("lamplighter")

MOST_BYTES = 25 * 1024 * 1024  # GitHub sends no larger payload
LARGE = 1024 * 1024  # bytes of a body that takes so long to read that others should not wait for it
LOOKING = 3.0  # seconds until a look-up that has no answer means that the database is down
LOOKERS = 32  # threads in which others wait for a database over the network
LONGEST_NAME = 100  # characters of a header that names an event or a delivery
PATH = "/webhooks"

BLUEPRINTS = (
    start.pages,
    health.pages,
    metrics.pages,
    setup.pages,
    sign_in.pages,
    me.pages,
    mentors.pages,
    start_here.pages,
    installed.pages,
    schema.pages,
    program.pages,
    certificates.pages,
    exit_question.pages,
)


QUERY = string.punctuation  # what a query may have beside letters and digits; it is quoted already

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
    wording.register(app)
    language.register(app)
    headers.register(app, context.settings)
    session.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in terminal.COMMANDS:
        app.cli.add_command(command)
    # For what else is asked there, such as a GET, and for what Flask takes for the same address, such as //webhooks.
    app.add_url_rule(PATH, "webhooks", view_func=webhooks, methods=["POST"])
    if taken := sub_path.taken(app, context.settings):
        sys.exit(taken)
    app.config["SESSION_COOKIE_PATH"] = context.settings.sub_path or "/"
    app.extensions["door"] = door = FrontDoor(context, sub_path.placed(app.wsgi_app, context.settings))
    app.wsgi_app = door.wsgi  # type: ignore[method-assign]
    return app


def webhooks() -> Response:
    """GitHub's deliveries. Answered by the front door, before any page is asked."""
    abort(404)


def serve(context: Context | None = None) -> Callable[..., Any]:
    """The web process as the server starts it: by ASGI, with its log in the terminal."""
    logs.to_terminal()
    app = create_app(context)
    setup.offer(app.extensions["context"])
    door: FrontDoor = app.extensions["door"]
    # The objects of a delivery go as they came. To look through all that the process has loaded for garbage,
    # every few deliveries, took as long as to answer some of them.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    return door.asgi


class Sent(NamedTuple):
    """What somebody sent to the door: three of its headers, and the body."""

    event: str
    delivery: str
    signature: str
    body: bytes


class FrontDoor:
    """Takes deliveries; whatever else comes is for the pages.

    It stands before Flask, whose contexts and signals cost more than all that accepting a delivery takes
    (docs/adr/0008). In production it is asked by `asgi`: one thread of a process takes all deliveries, and none
    waits for a commit (docs/adr/0015). `wsgi` is the same door for Flask's own server and its test client.
    """

    def __init__(self, context: Context, pages: Callable[..., Iterable[bytes]]) -> None:
        self._context = context
        self._pages = pages
        self._pages_in_threads = WSGIMiddleware(pages)  # type: ignore[arg-type]
        self._lookers = ThreadPoolExecutor(LOOKERS, thread_name_prefix="look")
        self._intake = Intake(context.ledger, context.bell, context.now)
        self._headers = headers.of_every_answer(context.settings)
        # A proxy takes the sub-path off, or passes it on. Mostly there is none, and one path to compare with.
        self._paths = tuple({PATH, f"{context.settings.sub_path}{PATH}"})
        self._told = cache(self._tell)  # there are a dozen answers, and two of them are nearly all

    async def asgi(self, scope: Any, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """ASGI 3 (asgi.readthedocs.io)."""
        if scope["type"] != "http" or scope["path"] not in self._paths or scope["method"] != "POST":
            # The bridge to WSGI takes what is not ASCII for a mistake of ours.
            query = quote(scope.get("query_string", b""), safe=QUERY).encode()
            await self._pages_in_threads({**scope, "query_string": query}, receive, send)
            return
        begun = time.perf_counter()
        given = dict(scope["headers"])
        answer = await self._answer_soon(given, receive)
        self._count(given.get(b"x-github-event", b"").decode("latin-1"), answer, time.perf_counter() - begun)
        start, text = self._told(answer)
        await send(start)
        await send(text)

    def wsgi(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """PEP 3333."""
        if environ.get("PATH_INFO") not in self._paths or environ.get("REQUEST_METHOD") != "POST":
            return self._pages(environ, start_response)
        begun = time.perf_counter()
        answer = self._answer(environ)
        self._count(environ.get("HTTP_X_GITHUB_EVENT", ""), answer, time.perf_counter() - begun)
        text = f"{answer.sentence}\n".encode()
        plain = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
        status = HTTPStatus(answer.status)
        start_response(f"{status.value} {status.phrase}", [*plain, *self._headers])
        return [text]

    def _tell(self, answer: Answer) -> tuple[dict[str, Any], dict[str, Any]]:
        """The messages of an answer in ASGI."""
        text = f"{answer.sentence}\n".encode()
        plain = (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text))))
        told = [(name.lower().encode(), value.encode()) for name, value in (*plain, *self._headers)]
        start = {"type": "http.response.start", "status": answer.status, "headers": told}
        return start, {"type": "http.response.body", "body": text}

    async def _answer_soon(self, given: dict[bytes, bytes], receive: Callable[..., Any]) -> Answer:
        """The loop goes on with others wherever this waits."""
        names = (b"x-github-event", b"x-github-delivery", b"x-hub-signature-256")
        event, delivery, signature = (given.get(name, b"").decode("latin-1") for name in names)
        try:
            sent = Sent(event, delivery, signature, await _in_time(_received(given, receive)))
            found = look(self._context, sent) if self._is_quick(sent) else await self._look_in_a_thread(sent)
            if isinstance(found, Answer):
                return found
            async with asyncio.timeout(PATIENCE - LOOKING):
                await asyncio.wrap_future(self._intake.soon(found))
        except Exception as error:
            return _failed(error, event, delivery)
        return KEPT

    def _is_quick(self, sent: Sent) -> bool:
        """Whether to look at it takes no longer than to pass it to a thread."""
        return self._context.ledger.is_a_file and len(sent.body) < LARGE

    async def _look_in_a_thread(self, sent: Sent) -> Answer | list[Asked]:
        """Others do not wait for it: with a database over the network, or a very large body."""
        looking = asyncio.get_running_loop().run_in_executor(self._lookers, look, self._context, sent)
        async with asyncio.timeout(LOOKING):
            return await looking

    def take(self, event: str, delivery: str, payload: object) -> bool:
        """A delivery that was fetched from GitHub, which needs no signature; whether it need not come again."""
        begun = time.perf_counter()
        try:
            found = _look(self._context, Sent(event, delivery, "", json.dumps(payload).encode()))
            answer = found if isinstance(found, Answer) else KEPT
            if not isinstance(found, Answer):
                self._intake.keep(found)
        except Exception as error:
            answer = _failed(error, event, delivery)
        self._count(event, answer, time.perf_counter() - begun)
        return answer.status < 500

    def _answer(self, environ: Environ) -> Answer:
        names = ("HTTP_X_GITHUB_EVENT", "HTTP_X_GITHUB_DELIVERY", "HTTP_X_HUB_SIGNATURE_256")
        event, delivery, signature = (environ.get(name, "") for name in names)
        try:
            # The body of one that is larger than GitHub's is not read: it raises RequestEntityTooLarge.
            body = get_input_stream(environ, max_content_length=MOST_BYTES).read()
            found = look(self._context, Sent(event, delivery, signature, body))
            if isinstance(found, Answer):
                return found
            self._intake.keep(found)
        except Exception as error:
            return _failed(error, event, delivery)
        return KEPT

    def _count(self, event: str, answer: Answer, seconds: float) -> None:
        outcome = "failed" if answer.status >= 500 else "refused" if answer.status >= 400 else "kept"
        self._context.metrics.delivery(event, "dropped" if answer is UNWANTED else outcome, seconds)


async def _received(given: dict[bytes, bytes], receive: Callable[..., Any]) -> bytes:
    """The body. Raises RequestEntityTooLarge, if its length is told before any of it is read."""
    length = given.get(b"content-length", b"")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise RequestEntityTooLarge
    parts, size, is_more = [], 0, True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        is_more = message.get("more_body", False)
        if size > MOST_BYTES:
            raise RequestEntityTooLarge
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _in_time(body: Coroutine[Any, Any, bytes]) -> bytes:
    """Raises RequestTimeout: whoever sends a body by drops must not stay for ever."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await body
    except TimeoutError:
        raise RequestTimeout from None


def _failed(error: Exception, event: str, delivery: str) -> Answer:
    """What the sender is told when something was raised; what is ours goes into the log, from which it is told."""
    if isinstance(error, RecursionError) or isinstance(error.__cause__, RecursionError):
        return NESTED  # also where it was noticed only as the row was written
    if isinstance(error, HTTPException):
        status = error.code or 400
        return Answer(status, headers.SENTENCES.get(status, headers.SENTENCES[400]))
    about = {"delivery": delivery, "github_event": event}
    if isinstance(error, (SQLAlchemyError, TimeoutError)):
        # GitHub's log then shows a failure, from which the delivery can be recovered.
        log.error("the database is down", exc_info=error, extra=about)
        return DOWN
    log.error("a delivery could not be taken", exc_info=error, extra=about)
    return Answer(500, headers.SENTENCES[500])


def look(context: Context, sent: Sent) -> Answer | list[Asked]:
    """What is to be kept of a delivery, or the answer if that is nothing. Raises what `_failed` tells apart."""
    if not context.settings.has_credentials:
        return Answer(503, "Lamplighter is not set up yet; see its start page.")
    if not verify(context.settings.webhook_secrets, sent.body, sent.signature):
        return Answer(401, "The signature does not match.")
    return _look(context, sent)


def _look(context: Context, sent: Sent) -> Answer | list[Asked]:
    event = _event(sent)
    if isinstance(event, str):
        return Answer(400, event)
    return [_asked(event, route) for route in _wanted(context, event)] or UNWANTED


def verify(secrets: tuple[str, ...], body: bytes, signature: str) -> bool:
    """Whether one of the secrets signed the body (docs.github.com, "Validating webhook deliveries").

    Compared as bytes: text that is not ASCII would raise a TypeError instead of being wrong.
    """
    given = signature.encode("utf-8", "surrogateescape")
    digests = (hmac.digest(secret.encode(), body, "sha256").hex() for secret in secrets)
    return any(hmac.compare_digest(f"sha256={digest}".encode(), given) for digest in digests)


def _event(sent: Sent) -> Event | str:
    """The event, or a sentence on what is wrong with the request."""
    if not 0 < len(sent.event) <= LONGEST_NAME or not 0 < len(sent.delivery) <= LONGEST_NAME:
        return "The headers X-GitHub-Event and X-GitHub-Delivery are missing."
    try:
        found = payload.read(sent.body)
    except (ValueError, RecursionError):
        return "The body is not JSON; set the webhook's content type to application/json."
    if not isinstance(found, dict):
        return "The body is not a JSON object."
    return Event(sent.event, sent.delivery, found)


def _wanted(context: Context, event: Event) -> list[Route]:
    """The routes to take; a look-up tells whether the thread is one of ours, a claimant's, or of people of ours."""
    routes = routes_for(event)
    if any(route.of_ours for route in routes) and not _is_ours(context, event):
        routes = [route for route in routes if not route.of_ours]
    if any(route.of_claimants for route in routes) and not _is_claimants(context, event):
        routes = [route for route in routes if not route.of_claimants]
    return [route for route in routes if not route.of_people or _is_of_people(context, event, route)]


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


def _is_of_people(context: Context, event: Event, route: Route) -> bool:
    repository_id, person_id = _id(event.find("repository.id")), _id(event.find(route.of_people))
    if repository_id is None or person_id is None:
        return True
    return context.ledger.ask(front_door.OF_PEOPLE, repository_id=repository_id, person_id=person_id)


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
