"""Under a sub-path: behind a proxy that takes it off and behind one that passes it on, everything is found."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from a2wsgi import ASGIMiddleware
from flask import Flask, redirect, session, url_for
from flask.typing import ResponseReturnValue

from adapters.context import Context
from adapters.ledger import Ledger
from adapters.ledger.release import release
from adapters.settings import SettingsError
from app import create_app
from pages.sub_path import within
from pages.terminal import WEB
from sandbox.demo.house import OURS, free_port
from tests.conftest import Template, database
from tests.test_app import KEY, NEXT_SECRET, OPENED, SECRET, in_an_environment, rows, signed

ROOT = Path(__file__).parent.parent
PUBLIC_URL = "https://example.org/lamplighter"
PREFIX = "/lamplighter"
PATIENCE = 60.0  # seconds for a server to start
# What a stranger may send. None of it is believed.
LIES = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "81",
    "Forwarded": "host=evil.example;proto=http",
    "X-Script-Name": "/evil",
}


# --- one path, two manners ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "is_then"),
    [
        ("/lamplighter", "/"),
        ("/lamplighter/", "/"),
        ("/lamplighter/mentors", "/mentors"),
        ("/lamplighter/lamplighter", "/lamplighter"),
        ("/lamplighters", "/lamplighters"),
        ("/mentors", "/mentors"),
        ("", "/"),
        ("/", "/"),
        ("//lamplighter/mentors", "//lamplighter/mentors"),
        ("/LAMPLIGHTER/mentors", "/LAMPLIGHTER/mentors"),
    ],
)
def test_a_path_is_the_same_with_the_sub_path_and_without(path: str, is_then: str) -> None:
    assert within(PREFIX, path) == is_then


@pytest.mark.parametrize("path", ["/lamplighter", "/mentors", "/"])
def test_without_a_sub_path_every_path_is_its_own(path: str) -> None:
    assert within("", path) == path


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/lamp lighter",
        "https://example.org/lamp%6cighter",
        "https://example.org/a//b",
        "https://example.org/../a",
        "https://example.org/a/.",
        "https://example.org/lämp",
        "https://example.org/a;b",
        "https://example.org/<script>",
        "https://example.org/a?b",
        "https://example.org/a#b",
        "https://octocat@example.org/a",
    ],
)
def test_a_path_that_would_have_to_be_quoted_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="a host and at most a plain path"):
        in_an_environment(tmp_path, PUBLIC_URL=url)


@pytest.mark.parametrize("path", ["/a/b", "/a.b", "/~octocat/lamp-lighter_2", "/..a"])
def test_a_plain_path_is_taken(tmp_path: Path, path: str) -> None:
    assert in_an_environment(tmp_path, PUBLIC_URL=f"https://example.org{path}/").settings.sub_path == path


@pytest.mark.parametrize("name", ["webhooks", "static", "healthz"])
def test_a_sub_path_that_is_also_a_page_is_refused(tmp_path: Path, name: str) -> None:
    context = in_an_environment(tmp_path, PUBLIC_URL=f"https://example.org/{name}/a")
    with pytest.raises(SystemExit, match=f"Lamplighter has a page of that name|/{name}"):
        create_app(context)


# --- what Flask makes of it -----------------------------------------------------------------------


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    opened = in_an_environment(tmp_path, PUBLIC_URL=PUBLIC_URL)
    release(opened.ledger)
    yield opened
    opened.close()


@pytest.fixture(params=["wsgi", "asgi"])
def app(request: pytest.FixtureRequest, context: Context) -> Flask:
    """The App with a few pages more: what a page may do with addresses."""
    app = create_app(context)
    app.secret_key = SECRET

    @app.get("/there/")
    def there() -> str:
        session["seen"] = True
        return url_for("there", _external=True)

    @app.get("/go")
    def go() -> ResponseReturnValue:
        return redirect(url_for("there"))

    if request.param == "asgi":
        app.wsgi_app = ASGIMiddleware(app.extensions["door"].asgi)  # type: ignore[method-assign, arg-type]
    return app


@pytest.mark.parametrize("prefix", ["", PREFIX])
def test_redirects_links_and_cookies_have_the_sub_path_and_nothing_that_a_header_says(
    app: Flask, prefix: str
) -> None:
    client = app.test_client()
    assert client.get(f"{prefix}/go", headers=LIES).location == f"{PREFIX}/there/"
    # Flask itself redirects there, with the host.
    by_flask = client.get(f"{prefix}/there", headers={**LIES, "Host": "evil.example"})
    assert by_flask.location == f"{PUBLIC_URL}/there/"
    page = client.get(f"{prefix}/there/", headers={**LIES, "Host": "evil.example"})
    assert page.text == f"{PUBLIC_URL}/there/"
    assert f"; Path={PREFIX}" in page.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/webhooks", f"{PREFIX}/webhooks"])
def test_the_front_door_is_in_both_places(app: Flask, context: Context, path: str) -> None:
    body = json.dumps(OPENED).encode()
    headers = {
        "X-GitHub-Event": "pull_request",
        "X-GitHub-Delivery": "1",
        "X-Hub-Signature-256": signed(body),
    }
    assert app.test_client().post(path, data=body, headers=headers).status_code == 202
    assert [row.job for row in rows(context)] == ["welcome"]


@pytest.mark.parametrize(
    "path", ["/lamplighters/webhooks", f"{PREFIX}{PREFIX}/webhooks", f"{PREFIX}webhooks"]
)
def test_the_front_door_is_nowhere_else(app: Flask, path: str) -> None:
    assert app.test_client().post(path).status_code == 404


# --- over real HTTP -------------------------------------------------------------------------------


class Proxy(BaseHTTPRequestHandler):
    """A reverse proxy as they come from the box: its own Host towards us, and the sub-path taken off or passed on."""

    protocol_version = "HTTP/1.1"
    port: ClassVar[int]
    strips: ClassVar[bool]

    def _pass_on(self) -> None:
        if self.path != PREFIX and not self.path.startswith(f"{PREFIX}/"):
            self.send_error(404, "another application")
            return
        path = (self.path.removeprefix(PREFIX) or "/") if self.strips else self.path
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        upstream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        upstream.request(self.command, path, body, headers)
        answer = upstream.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"transfer-encoding", "content-length", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        upstream.close()

    do_GET = do_POST = do_HEAD = _pass_on

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def proxy(port: int, *, strips: bool) -> Iterator[str]:
    """Its address with the sub-path; what is not below it belongs to somebody else there."""
    handler = type("Handler", (Proxy,), {"port": port, "strips": strips})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def web(url: str, folder: Path) -> Iterator[int]:
    """The web process as the Procfile starts it; its port."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    (folder / "key.pem").write_text(KEY)
    (folder / "key.pem").chmod(0o600)
    variables = {
        "GITHUB_APP_ID": "1001",
        "GITHUB_PRIVATE_KEY_PATH": str(folder / "key.pem"),
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "GITHUB_CLIENT_ID": "Iv1.0000000000000000",
        "GITHUB_CLIENT_SECRET": NEXT_SECRET,
        "PUBLIC_URL": PUBLIC_URL,
        "DATABASE_URL": url,
        "REDIS_URL": "unix:///nonexistent",
        "LAMPLIGHTER_DATA_DIR": str(folder),
    }
    port = free_port()
    command = [*WEB, "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "web.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=kept | variables, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    retry = requests.adapters.Retry(total=None, connect=600, read=600, backoff_factor=0.1, backoff_max=0.1)
    with requests.Session() as asking:
        asking.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
        assert asking.get(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE).ok
    assert process.poll() is None


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[tuple[int, str]]:
    """The port of a web process that lives under a sub-path, and the address of its database."""
    folder = tmp_path_factory.mktemp("web")
    with database("sqlite", folder, template) as url, web(url, folder) as port:
        yield port, url


@pytest.fixture(params=[True, False], ids=["taken off", "passed on"])
def outside(request: pytest.FixtureRequest, served: tuple[int, str]) -> Iterator[str]:
    with proxy(served[0], strips=request.param) as url:
        yield url


ADDRESS = re.compile(r"""\b(?:href|src|action|formaction)=["']([^"'#]*)""")


def test_every_page_that_is_linked_and_all_that_it_needs_is_found(outside: str) -> None:
    """Walks from the start page on. A link past the sub-path ends at somebody else's application, with a 404."""
    host, waiting, seen = urlsplit(outside).netloc, [f"{outside}/"], {}
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        answer = requests.get(url, headers=LIES, timeout=PATIENCE, allow_redirects=False)
        seen[url] = answer.status_code
        found = ADDRESS.findall(answer.text) if "html" in answer.headers["Content-Type"] else []
        found += [answer.headers["Location"]] if answer.is_redirect else []
        # Whoever reads them is outside: our own address there is that of the proxy here.
        for address in found:
            assert "evil" not in address
            there = urljoin(url, address.replace("&amp;", "&").replace(PUBLIC_URL, outside))
            if urlsplit(there).netloc == host:
                waiting.append(there)
    assert f"{outside}/static/style.css" in seen
    assert {url: status for url, status in seen.items() if status >= 400} == {}


def test_the_root_of_the_sub_path_needs_no_slash(outside: str) -> None:
    assert requests.get(outside, timeout=PATIENCE, allow_redirects=False).status_code == 200


def test_a_delivery_arrives(outside: str, served: tuple[int, str]) -> None:
    body = json.dumps(OPENED).encode()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "pull_request",
        "X-GitHub-Delivery": outside,
        "X-Hub-Signature-256": signed(body),
    }
    answer = requests.post(f"{outside}/webhooks", body, headers=headers | LIES, timeout=PATIENCE)
    assert (answer.status_code, answer.text) == (202, "It will be handled.\n")
    ledger = Ledger(served[1])
    with ledger.read() as connection:
        kept = connection.exec_driver_sql("SELECT delivery FROM inbox").scalars().all()
    ledger.close()
    assert outside in kept


def test_health_is_told_in_both_places(outside: str, served: tuple[int, str]) -> None:
    """A platform looks past the proxy."""
    for base in (outside, f"http://127.0.0.1:{served[0]}"):
        assert requests.get(f"{base}/healthz", timeout=PATIENCE).json() == {"status": "alive"}
