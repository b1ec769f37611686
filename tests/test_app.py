"""The front door: what is taken, what is refused, and what is kept before GitHub hears 202."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from a2wsgi import ASGIMiddleware
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from adapters import settings as environment
from adapters.context import Context, open_context
from adapters.ledger import Ledger, claims, inbox, mentorships
from adapters.ledger.release import release
from adapters.ledger.schema import inbox as inbox_table
from app import MOST_BYTES, create_app, verify
from tests.conftest import away

SECRET, NEXT_SECRET = "a secret of the test", "the secret that comes next"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)


def in_an_environment(data_dir: Path, **variables: str) -> Context:
    """No queue is reachable: the door must do without."""
    given = {
        "GITHUB_APP_ID": "1001",
        "GITHUB_PRIVATE_KEY": KEY,
        "GITHUB_WEBHOOK_SECRET": f"{SECRET}, {NEXT_SECRET}",
        "LAMPLIGHTER_DATA_DIR": str(data_dir),
        "REDIS_URL": "unix:///nonexistent",
    }
    return open_context(environment.load(given | variables), now=lambda: NOW)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    opened = in_an_environment(tmp_path)
    release(opened.ledger)
    yield opened
    opened.ledger.close()


@pytest.fixture(params=["wsgi", "asgi"])
def client(request: pytest.FixtureRequest, context: Context) -> FlaskClient:
    """Asks at the door in both ways: as Flask's test client does, and as the server of production does."""
    app = create_app(context)
    if request.param == "asgi":
        app.wsgi_app = ASGIMiddleware(app.extensions["door"].asgi)  # type: ignore[method-assign, arg-type]
    return app.test_client()


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(
    client: FlaskClient, payload: Any, event: str = "pull_request", secret: str = SECRET, **headers: Any
) -> TestResponse:
    """Posts a signed delivery; a header that is None is left out. bytes are sent as they are."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    given = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "X-Hub-Signature-256": signed(body, secret),
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {name: value for name, value in given.items() if value is not None}
    return client.post("/webhooks", data=body, headers=kept)


def rows(context: Context) -> list[Any]:
    with context.ledger.read() as connection:
        return list(connection.execute(select(inbox_table).order_by(inbox_table.c.id)))


OPENED = {
    "action": "opened",
    "installation": {"id": 5},
    "repository": {
        "id": 42,
        "full_name": "observatory/dome",
        "private": False,
        "default_branch": "main",
        "archived": False,
        "description": "We watch the sky.",
    },
    "sender": {"id": 7, "login": "octocat", "type": "User"},
    "pull_request": {
        "number": 13,
        "user": {"id": 7, "login": "octocat", "type": "User"},
        "author_association": "NONE",
        "created_at": "2026-11-22T12:00:00Z",
        "title": "Close the shutter",
        "body": "It rains.",
    },
}


def comment(number: int) -> dict[str, Any]:
    said = {"id": 99, "user": OPENED["sender"], "body": "Thank you!", "created_at": "2026-11-22T12:00:00Z"}
    return OPENED | {"action": "created", "issue": {"number": number}, "comment": said, "pull_request": None}


# --- the signature --------------------------------------------------------------------------------


def test_the_signature_is_githubs() -> None:
    # The example of docs.github.com, "Validating webhook deliveries".
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert verify(("It's a Secret to Everybody",), b"Hello, World!", signature)
    assert not verify(("It's a Secret to Everybody",), b"Hello, World?", signature)
    assert not verify(("It's a secret to everybody",), b"Hello, World!", signature)
    assert not verify((), b"Hello, World!", signature)


BODY = json.dumps(OPENED).encode()
SIGNATURES: list[tuple[str, str | None]] = [
    ("missing", None),
    ("empty", ""),
    ("of another secret", signed(BODY, "another secret")),
    ("of all secrets as one", signed(BODY, f"{SECRET}, {NEXT_SECRET}")),
    ("of another body", signed(b"{}")),
    ("without its algorithm", signed(BODY).removeprefix("sha256=")),
    ("of another algorithm", signed(BODY).replace("sha256", "sha1")),
    ("in capitals", signed(BODY).upper()),
    ("not ASCII", "sha256=é"),
    ("not even that", "sha256=" + "\u00ff" * 64),
    ("shorter", signed(BODY)[:-1]),
]


@pytest.mark.parametrize("signature", [row[1] for row in SIGNATURES], ids=[row[0] for row in SIGNATURES])
def test_a_wrong_signature_is_refused_and_nothing_is_kept(
    context: Context, client: FlaskClient, signature: str | None
) -> None:
    assert post(client, OPENED, X_Hub_Signature_256=signature).status_code == 401
    assert rows(context) == []


@pytest.mark.parametrize("secret", [SECRET, NEXT_SECRET])
def test_while_rotating_both_secrets_are_good(context: Context, client: FlaskClient, secret: str) -> None:
    assert post(client, OPENED, secret=secret).status_code == 202
    assert len(rows(context)) == 1


# --- what cannot be read --------------------------------------------------------------------------

UNREADABLE: list[tuple[str, Any, dict[str, Any]]] = [
    ("not JSON", b"payload=%7B%7D", {}),
    ("nothing", b"", {}),
    ("not text", b"\xff\xfe\x00", {}),
    ("a list", [OPENED], {}),
    ("a text", "opened", {}),
    ("null", None, {}),
    ("nested too deeply", b"[" * 100_000, {}),
    ("nested too deeply, within an object", b'{"a":' * 100_000, {}),
    ("a number too long to be one", b'{"ref": 1' + b"0" * 5000 + b"}", {}),
    ("a fraction beyond all bounds", b'{"ref": 1e5000}', {}),
    ("NaN", b'{"a": NaN}', {}),
    ("Infinity", b'{"a": [-Infinity]}', {}),
    ("Latin-1", '{"ref": "é"}'.encode("latin-1"), {}),
    ("a line break within a text", b'{"a": "\n"}', {}),
    ("more than one value", b"{} {}", {}),
    ("no event", OPENED, {"X_GitHub_Event": None}),
    ("an empty event", OPENED, {"X_GitHub_Event": ""}),
    ("an endless event", OPENED, {"X_GitHub_Event": "e" * 101}),
    ("no delivery", OPENED, {"X_GitHub_Delivery": None}),
    ("an endless delivery", OPENED, {"X_GitHub_Delivery": "d" * 101}),
]


@pytest.mark.parametrize(
    ("payload", "headers"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE]
)
def test_what_cannot_be_read_is_a_bad_request(
    context: Context, client: FlaskClient, payload: Any, headers: dict[str, Any]
) -> None:
    answer = post(client, payload, **headers)
    assert answer.status_code == 400
    assert answer.text.endswith(".\n") and len(answer.text.splitlines()) == 1
    assert rows(context) == []


def test_more_than_github_sends_is_too_large(context: Context, client: FlaskClient) -> None:
    assert post(client, b" " * (MOST_BYTES + 1)).status_code == 413
    assert post(client, b" " * MOST_BYTES).status_code == 400
    assert rows(context) == []


# What a signed payload could hold that does not fit into the ledger: kept to be parked, never a 500.
ODD: list[tuple[str, dict[str, Any]]] = [
    ("a huge number of a thread", {"pull_request": OPENED["pull_request"] | {"number": 10**30}}),
    ("a huge id of a repository", {"repository": OPENED["repository"] | {"id": 10**30}}),
    ("a huge id of an installation", {"installation": {"id": 10**30}}),
    ("a negative number", {"pull_request": OPENED["pull_request"] | {"number": -1}}),
    ("no repository", {"repository": None}),
    ("a repository that is a list", {"repository": [42]}),
    ("half a surrogate", {"pull_request": OPENED["pull_request"] | {"created_at": "\ud800"}}),
    ("a null character", {"pull_request": OPENED["pull_request"] | {"created_at": "\x00"}}),
]


@pytest.mark.parametrize("changes", [row[1] for row in ODD], ids=[row[0] for row in ODD])
@pytest.mark.parametrize("action", ["opened", "closed"])
def test_odd_values_are_kept_to_be_looked_at(
    context: Context, client: FlaskClient, action: str, changes: dict[str, Any]
) -> None:
    if action == "closed":  # that is only kept on threads of ours
        with context.ledger.write() as connection:
            asked = inbox.Asked("earlier", "welcome", repository_id=42, thread=13)
            inbox.put(connection, [asked], NOW)
    answer = post(client, OPENED | changes | {"action": action})
    assert answer.status_code == 202


@pytest.mark.parametrize("depth", [10, 300, *range(820, 1000, 10), 5000])
def test_however_deeply_it_is_nested_it_is_no_fault_of_ours(client: FlaskClient, depth: int) -> None:
    nested = json.dumps(OPENED).replace('"2026-11-22T12:00:00Z"', "[" * depth + "]" * depth)
    assert post(client, nested.encode()).status_code in {202, 400}


READABLE: list[tuple[str, bytes]] = [
    ("half a surrogate", b'{"a": "\\ud800", '),
    ("half a surrogate as a name", b'{"\\ud800": 1, '),
    ("a byte order mark", b"\xef\xbb\xbf{"),
    ("a whole number beyond 64 bits", b'{"a": 18446744073709551616, '),
    ("a name twice", b'{"action": "eclipsed", '),
]


@pytest.mark.parametrize("begins", [row[1] for row in READABLE], ids=[row[0] for row in READABLE])
def test_what_only_some_parsers_read_is_taken(context: Context, client: FlaskClient, begins: bytes) -> None:
    assert post(client, begins + json.dumps(OPENED).encode()[1:]).status_code == 202
    assert [row.job for row in rows(context)] == ["welcome"]


def test_another_encoding_than_utf_8_is_read_too(context: Context, client: FlaskClient) -> None:
    assert post(client, json.dumps(OPENED).encode("utf-16")).status_code == 202
    assert [row.job for row in rows(context)] == ["welcome"]


# --- what nobody wants ----------------------------------------------------------------------------

UNWANTED: list[tuple[str, str, dict[str, Any]]] = [
    ("an unknown event", "meteor_shower", OPENED),
    ("an unknown action", "pull_request", OPENED | {"action": "eclipsed"}),
    ("no action", "pull_request", {name: value for name, value in OPENED.items() if name != "action"}),
    ("a ping", "ping", {"zen": "Keep it simple."}),
    ("a comment on a thread that is not ours", "issue_comment", comment(12)),
]


@pytest.mark.parametrize(
    ("event", "payload"), [row[1:] for row in UNWANTED], ids=[row[0] for row in UNWANTED]
)
def test_what_nobody_wants_is_taken_and_dropped(
    context: Context, client: FlaskClient, event: str, payload: dict[str, Any]
) -> None:
    assert post(client, payload, event).status_code == 202
    assert rows(context) == []


def test_a_comment_on_a_thread_of_ours_is_kept(context: Context, client: FlaskClient) -> None:
    with context.ledger.write() as connection:
        values = {"program_id": 42, "repository_id": 42, "number": 12, "newcomer_id": 8}
        mentorships.begin(connection, values | {"since": NOW, "merged": False})
    assert post(client, comment(12), "issue_comment").status_code == 202
    assert [row.job for row in rows(context)] == ["turns"]


def test_a_comment_on_a_thread_that_is_about_to_be_ours_is_kept(
    context: Context, client: FlaskClient
) -> None:
    post(client, OPENED)
    post(client, comment(13), "issue_comment", X_GitHub_Delivery="another")
    post(client, comment(14), "issue_comment", X_GitHub_Delivery="a third")
    assert [(row.job, row.thread) for row in rows(context)] == [("welcome", 13), ("turns", 13)]


def test_a_pull_request_of_somebody_with_a_claim_is_kept(context: Context, client: FlaskClient) -> None:
    with context.ledger.write() as connection:
        claim = {"program_id": 42, "repository_id": 42, "number": 12, "person_id": 7}
        claims.take(connection, claim | {"claimed_at": NOW})
    post(client, OPENED | {"pull_request": OPENED["pull_request"] | {"author_association": "CONTRIBUTOR"}})
    assert [row.job for row in rows(context)] == ["claimed_pull"]


# --- what is kept ---------------------------------------------------------------------------------


def test_only_what_the_job_needs_is_kept(context: Context, client: FlaskClient) -> None:
    assert post(client, OPENED).status_code == 202
    (row,) = rows(context)
    assert (row.delivery, row.job) == ("72d3162e-cc78-11e3-81ab-4c9367dc0958", "welcome")
    assert (row.installation_id, row.repository_id, row.thread) == (5, 42, 13)
    assert (row.received_at, row.due_at, row.attempts, row.done_at) == (NOW, NOW, 0, None)
    assert row.fields == {
        "pull_request.user.id": 7,
        "pull_request.user.login": "octocat",
        "pull_request.created_at": "2026-11-22T12:00:00Z",
        "repository": {
            "id": 42,
            "full_name": "observatory/dome",
            "private": False,
            "default_branch": "main",
            "archived": False,
        },
    }


def test_with_the_queue_down_the_row_waits_for_the_clock(context: Context, client: FlaskClient) -> None:
    assert not context.bell.is_up()
    assert post(client, OPENED).status_code == 202
    with context.ledger.write() as connection:
        assert inbox.to_ring(connection, NOW + 2 * inbox.CLAIM) == [rows(context)[0].id]


def test_a_payload_that_lacks_what_github_sends_is_kept_to_be_parked(
    context: Context, client: FlaskClient
) -> None:
    assert post(client, {"action": "opened"}).status_code == 202
    assert [(row.job, row.thread, row.fields) for row in rows(context)] == [
        ("welcome", None, {}),
        ("commands", None, {}),
        ("claimed_pull", None, {"action": "opened"}),
    ]


def test_the_same_delivery_twice_is_one_row(context: Context, client: FlaskClient) -> None:
    assert [post(client, OPENED).status_code for _ in range(2)] == [202, 202]
    assert len(rows(context)) == 1


def test_a_parked_delivery_that_comes_again_waits_again(context: Context, client: FlaskClient) -> None:
    post(client, OPENED)
    with context.ledger.write() as connection:
        inbox.park(connection, rows(context)[0].id, NOW, "a mistake of ours")
    assert post(client, OPENED).status_code == 202
    (row,) = rows(context)
    assert (row.parked_at, row.note, row.attempts) == (None, None, 0)


def test_a_delivery_that_is_done_stays_done(context: Context, client: FlaskClient) -> None:
    post(client, OPENED)
    with context.ledger.write() as connection:
        inbox.finish(connection, rows(context)[0].id, NOW)
    assert post(client, OPENED).status_code == 202
    (row,) = rows(context)
    assert row.done_at == NOW
    assert row.fields == {}


def test_a_row_a_worker_holds_is_not_taken_from_it(context: Context, client: FlaskClient) -> None:
    post(client, OPENED)
    with context.ledger.write() as connection:
        inbox.claim(connection, rows(context)[0].id, NOW)
    post(client, OPENED)
    with context.ledger.write() as connection:
        assert inbox.claim(connection, rows(context)[0].id, NOW + timedelta(seconds=1)) is None


# --- when something is down -----------------------------------------------------------------------


def test_without_its_tables_the_door_says_503(tmp_path: Path) -> None:
    context = in_an_environment(tmp_path)
    assert post(create_app(context).test_client(), OPENED).status_code == 503
    context.ledger.close()


@pytest.mark.parametrize(("payload", "event"), [(OPENED, "pull_request"), (comment(12), "issue_comment")])
def test_with_the_database_down_the_door_says_503(
    tmp_path: Path, payload: dict[str, Any], event: str
) -> None:
    # Port 1 of this machine: nobody listens.
    context = in_an_environment(tmp_path, DATABASE_URL="postgresql://postgres@127.0.0.1:1/nothing")
    client = create_app(context).test_client()
    assert post(client, payload, event).status_code == 503
    assert post(client, OPENED | {"action": "eclipsed"}).status_code == 202
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    context.ledger.close()


UNREACHABLE = {"DATABASE_URL": "postgresql://postgres@127.0.0.1:1/nothing"}
TROUBLES = [
    ("no tables", {}, "run `flask --app app release` first"),
    ("no server", UNREACHABLE, "The database cannot be used: connection failed"),
]


@pytest.mark.parametrize("words", [("inbox",), ("outbox",), ("explain", "a/b#1"), ("rebuild", "a/b")])
@pytest.mark.parametrize(("environ", "said"), [row[1:] for row in TROUBLES], ids=[row[0] for row in TROUBLES])
def test_an_operator_hears_in_a_sentence_what_is_wrong_with_the_database(
    tmp_path: Path, environ: dict[str, str], said: str, words: tuple[str, ...]
) -> None:
    context = in_an_environment(tmp_path, **environ)
    done = create_app(context).test_cli_runner().invoke(args=words)
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert said in done.output
    context.ledger.close()


def test_a_release_on_a_file_that_is_none_says_so(tmp_path: Path) -> None:
    (tmp_path / "lamplighter.db").mkdir()
    context = in_an_environment(tmp_path)
    done = create_app(context).test_cli_runner().invoke(args=["release"])
    assert done.output == "Error: The database cannot be used: unable to open database file\n"
    context.ledger.close()


def test_without_credentials_webhooks_are_refused(context: Context) -> None:
    settings = environment.load({"LAMPLIGHTER_DATA_DIR": str(context.settings.data_dir)})
    client = create_app(replace(context, settings=settings)).test_client()
    assert post(client, OPENED).status_code == 503
    assert post(client, OPENED, X_Hub_Signature_256=None).status_code == 503
    assert rows(context) == []
    assert "not set up yet" in client.get("/").text


def test_on_both_databases_a_delivery_is_kept(tmp_path: Path, ledger: Ledger) -> None:
    context = replace(in_an_environment(tmp_path), ledger=ledger)
    client = create_app(context).test_client()
    for name, changes in ODD:
        answer = post(client, OPENED | changes, X_GitHub_Delivery=name)
        assert answer.status_code == 202, name
    assert len({row.delivery for row in rows(context)}) == len(ODD)


def test_only_posts_are_taken(client: FlaskClient) -> None:
    assert client.get("/webhooks").status_code == 405
    assert client.put("/webhooks").status_code == 405


def test_two_hundred_deliveries_at_once_are_a_row_each(context: Context) -> None:
    app = create_app(context)

    def deliver(number: int) -> int:
        return post(app.test_client(), OPENED, X_GitHub_Delivery=f"guid-{number}").status_code

    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(deliver, range(200))) == {202}
    assert sorted(row.delivery for row in rows(context)) == sorted(f"guid-{number}" for number in range(200))


def test_the_database_back_again_everything_is_taken_again(context: Context, client: FlaskClient) -> None:
    with away(context.ledger, "inbox"):
        assert post(client, OPENED).status_code == 503
    assert rows(context) == []
    assert post(client, OPENED).status_code == 202


@pytest.mark.parametrize(
    "delivery", [(comment(12), "issue_comment"), (OPENED, "pull_request")], ids=["asks", "keeps"]
)
def test_a_connection_that_died_is_opened_anew(
    tmp_path: Path, ledger: Ledger, delivery: tuple[dict[str, Any], str]
) -> None:
    """The one that answers questions and keeps rows, and stays open."""
    context = replace(in_an_environment(tmp_path), ledger=ledger)
    client = create_app(context).test_client()
    assert post(client, *delivery).status_code == 202
    if ledger.engine.dialect.name == "postgresql":
        with ledger.write() as connection:  # as a restart of the server does
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
    assert post(client, *delivery).status_code == 202


# --- asked by ASGI --------------------------------------------------------------------------------


def ask_by_asgi(
    context: Context, *messages: dict[str, Any], scope: dict[str, Any] | None = None, **headers: str
) -> list[dict[str, Any]]:
    """What the door says to a request, a delivery if nothing else is said, whose body comes in these messages."""
    waiting, said = list(messages), []

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(3600)  # nothing more comes
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    given = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    delivery = {"type": "http", "method": "POST", "path": "/webhooks", "headers": given}
    asyncio.run(create_app(context).extensions["door"].asgi(scope or delivery, receive, send))
    return said


def part(body: bytes, more_body: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more_body}


def headers_of(body: bytes, **more: str) -> dict[str, str]:
    given = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": "guid"}
    return given | {"X-Hub-Signature-256": signed(body)} | more


def test_a_body_may_come_in_parts(context: Context) -> None:
    body = json.dumps(OPENED).encode()
    said = ask_by_asgi(context, part(body[:100], True), part(b"", True), part(body[100:]), **headers_of(body))
    assert said[0]["status"] == 202
    assert rows(context)


def test_whoever_hangs_up_amid_the_body_is_no_fault_of_ours(context: Context) -> None:
    body = json.dumps(OPENED).encode()
    said = ask_by_asgi(context, part(body[:100], True), {"type": "http.disconnect"}, **headers_of(body))
    assert said[0]["status"] == 400
    assert rows(context) == []


def test_a_body_of_unknown_length_is_too_large_when_it_is(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.MOST_BYTES", 1000)
    said = ask_by_asgi(context, *[part(b" " * 300, True)] * 4, **headers_of(b" " * 1200))
    assert said[0]["status"] == 413
    told = ask_by_asgi(context, **headers_of(b"", **{"Content-Length": "1001"}))  # nothing of it is read
    assert told[0]["status"] == 413


@pytest.mark.parametrize("query", ["\u00e9".encode(), b"\xff", b"a=%ff&b=1", b"\x00"])
def test_a_page_is_there_whatever_its_query(context: Context, query: bytes) -> None:
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/healthz"}
    scope |= {"query_string": query, "headers": [], "server": ("127.0.0.1", 80)}
    assert ask_by_asgi(context, part(b""), scope=scope)[0]["status"] == 200


@pytest.mark.parametrize(("method", "path"), [("POST", "//webhooks"), ("post", "/webhooks")])
def test_what_only_looks_like_the_door_is_not_there(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open("/", method=method, environ_overrides={"PATH_INFO": path, "REQUEST_METHOD": method})
    assert answer.status_code in {308, 404, 405}


def test_whoever_sends_by_drops_is_sent_away(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.PATIENCE", 0.1)
    body = json.dumps(OPENED).encode()
    said = ask_by_asgi(context, part(body[:100], True), **headers_of(body))
    assert said[0]["status"] == 408
    assert rows(context) == []


def test_a_large_body_is_taken_as_others_are(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.LARGE", 10)
    body = json.dumps(OPENED).encode()
    assert ask_by_asgi(context, part(body), **headers_of(body))[0]["status"] == 202
    assert rows(context)


def test_whoever_waits_too_long_for_the_disk_is_told_so(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.PATIENCE", 3.2)
    monkeypatch.setattr("adapters.ledger.engine.PATIENCE", 2)
    body = json.dumps(OPENED).encode()
    with context.ledger.write():  # nobody else can write
        said = ask_by_asgi(context, part(body), **headers_of(body))
    assert said[0]["status"] == 503
    assert said[1]["body"] == b"The database cannot be reached.\n"


def test_a_database_that_does_not_answer_is_down(tmp_path: Path, ledger: Ledger) -> None:
    """Over the network; a file always answers whoever only reads."""
    if ledger.is_a_file:
        pytest.skip("seen on PostgreSQL")
    context = replace(in_an_environment(tmp_path), ledger=ledger)
    body = json.dumps(comment(12)).encode()
    told = headers_of(body) | {"X-GitHub-Event": "issue_comment"}
    with ledger.write() as connection:
        connection.execute(text("LOCK TABLE mentorships IN ACCESS EXCLUSIVE MODE"))
        said = ask_by_asgi(context, part(body), **told)
    assert said[0]["status"] == 503
