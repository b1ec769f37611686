"""A world with one App, one organization and one repository, served over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from sandbox_client import EVENTS, PERMISSIONS, REPO, Api, Inbox, Received

from sandbox.server import Server, serve
from sandbox.world import App, Installation, Repository, World


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    box = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(box.delay)
            box.received.append(Received(dict(self.headers), raw))
            self.send_response(box.status)
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    box.url = f"http://127.0.0.1:{server.server_port}/webhooks"
    yield box
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with serve(world) as running:
        yield running
        world.faults.hold_deliveries = True
        world.wait_delivered()


@pytest.fixture
def app(world: World, server: Server, inbox: Inbox) -> App:
    return world.register_app(
        webhook_secret="s3cret", webhook_url=inbox.url, permissions=PERMISSIONS, events=EVENTS
    )


@pytest.fixture
def repo(world: World, app: App) -> Repository:
    world.organization("observatory", members=["monalisa"], private_members=["hidden"], owners=["boss"])
    for login in ("octocat", "hubot"):
        world.user(login)
    return world.repository(REPO, files={".github/lamplighter.yml": "program: x\n", "docs/a.md": "A"})


@pytest.fixture
def installation(world: World, repo: Repository) -> Installation:
    return world.install("observatory", [REPO])


@pytest.fixture
def api(world: World, app: App, server: Server, installation: Installation) -> Iterator[Api]:
    with requests.Session() as session:
        it = Api(world, app, server.url, session)
        it.token = it.mint(installation).json()["token"]
        yield it


@pytest.fixture
def here(repo: Repository) -> str:
    """The repository's path by id."""
    return f"/repositories/{repo.id}"
