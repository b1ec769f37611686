"""Puts a world on HTTP, on loopback only: GitHub's API, the controls, and the pages people read."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask, jsonify
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from sandbox import (  # noqa: F401 - importing them registers their routes
    api_app,
    api_checks,
    api_comments,
    api_contents,
    api_events,
    api_hook,
    api_issues,
    api_labels,
    api_pulls,
    api_timeline,
    api_user,
)
from sandbox.call import ROUTES, Answer, Call, Route
from sandbox.control import control
from sandbox.dispatch import Dispatcher
from sandbox.errors import not_found
from sandbox.login import login
from sandbox.new_file import new_file
from sandbox.reader import reader
from sandbox.registering import registering
from sandbox.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REPOSITORY_FORMS = ("/repos/<owner>/<repo>", "/repositories/<int:repo_id>")
API_PLACES = {
    "repos",
    "repositories",
    "app",
    "app-manifests",
    "users",
    "user",
    "orgs",
    "installation",
    "search",
    "graphql",
}


@cache
def addresses() -> Map:
    """All of the API's addresses; compiled once, however many worlds there are in a process."""
    rules = [
        Rule(form + route.path, endpoint=route, methods=[route.method])
        for route in ROUTES
        for form in (REPOSITORY_FORMS if route.in_repository else ("",))
    ]
    return Map(rules, strict_slashes=False, merge_slashes=False)


def create_app(world: World) -> WSGIApplication:
    """A WSGI application that answers like GitHub about this world; what is not the API goes to Flask."""
    dispatcher, pages = Dispatcher(world), _pages(world)
    addresses()  # now: compiling them in several threads at once can fail (Python 3.11)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = _answer(dispatcher, Request(environ)) or pages
        return answer(environ, start_response)

    return application


def _pages(world: World) -> Flask:
    """Controls and pages for people."""
    flask = Flask("sandbox", static_folder=None)
    flask.register_blueprint(control(world), url_prefix="/_sandbox")
    flask.register_blueprint(registering(world))
    flask.register_blueprint(login(world))
    flask.register_blueprint(new_file(world))
    flask.register_blueprint(reader(world))
    flask.register_error_handler(HTTPException, _plain_error)
    return flask


def _answer(dispatcher: Dispatcher, request: Request) -> Response | None:
    """The API's answer, or None for what is not below one of its places."""
    try:
        route, args = addresses().bind_to_environ(request.environ).match()
    except HTTPException:
        if request.path.split("/")[1] not in API_PLACES:
            return None
        route, args = NOWHERE, {}
    return dispatcher.handle(route, request, dict(args))


def _nowhere(call: Call) -> Answer:
    """GitHub answers 404 also for a method an address does not know."""
    raise not_found()


NOWHERE = Route("GET", "", _nowhere)


def _plain_error(error: HTTPException) -> Response:
    status = 404 if error.code == 405 else error.code or 500
    response = jsonify({"message": "Not Found" if status == 404 else error.name, "status": str(status)})
    response.status_code = status
    return response


class _Handler(WSGIRequestHandler):
    """Keeps connections open, says nothing on the console, and can be told to hang up."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    open_connections: set[socket.socket]

    def setup(self) -> None:
        super().setup()
        self.open_connections.add(self.connection)

    def finish(self) -> None:
        self.open_connections.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: the access log is in the world."""


class Server:
    """A running server; `url` is what GITHUB_API_URL should be."""

    def __init__(self, world: World, port: int = 0) -> None:
        connections: set[socket.socket] = set()
        handler = type("Handler", (_Handler,), {"open_connections": connections})
        self.world = world
        self._connections = connections
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", port, create_app(world), threaded=True, request_handler=handler
        )
        self.port: int = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        world.base_url = self.url
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="sandbox", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and hang up."""
        self._server.shutdown()
        self._thread.join()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(world: World, port: int = 0) -> Server:
    """Serve a world on 127.0.0.1 in the background; port 0 takes a free one."""
    return Server(world, port)
