"""No secret gets into a log, an error or a note, whatever raises it."""

import io
import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from adapters import redaction
from adapters.ledger import Ledger, inbox
from adapters.ledger.inbox import Asked
from adapters.ledger.schema import inbox as table
from adapters.redaction import HIDDEN, guard_logs, know, redact
from adapters.settings import load
from tests.adapters.test_settings import KEY

LETTERS = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
JWT = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3OTUzODAwMDAsImlzcyI6IjEwMDEifQ.c2lnbmF0dXJl_-c2ln"
SHAPES = [
    f"ghs_{LETTERS}",
    f"ghs_1001_{JWT}",
    f"ghp_{LETTERS}",
    f"gho_{LETTERS}",
    f"ghu_{LETTERS}",
    f"ghr_{LETTERS}{LETTERS}",
    f"github_pat_11ABCDEFG0{LETTERS}_{LETTERS}{LETTERS[:20]}",
    JWT,
    JWT.rpartition(".")[0],
    f"v1.{'0123456789abcdef0123' * 2}",
    KEY,
    KEY.strip(),
    KEY.replace("\n", "\\n"),
    repr(KEY),
    KEY[:200],  # cut off
    KEY.replace("PRIVATE", "RSA PRIVATE"),
]
PLACES = [
    "{}",
    "Bad credentials: {}.",
    "'{}'",
    '{{"token": "{}"}}',
    "token={}&a=b",
    "({})",
    "https://x:{}@github.com/a",
    "\n{}\n",
]


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_known", set())
    monkeypatch.setattr(redaction, "_ours", None)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SHAPES, ids=[secret[:14].strip("'") for secret in SHAPES])
def test_tokens_and_keys_are_hidden_by_their_shape(secret: str, place: str) -> None:
    hidden = redact(place.format(secret))
    assert HIDDEN in hidden
    longest = max(re.split(r"[^A-Za-z0-9]+", secret.replace("PRIVATE", "").replace("BEGIN", "")), key=len)
    assert longest not in hidden


ADDRESSES = [
    (
        "postgresql+psycopg://lamp:s3cr3t@db.example/lamp",
        "postgresql+psycopg://lamp:[hidden]@db.example/lamp",
    ),
    ("redis://:hunter2@queue:6379/0 is down", "redis://:[hidden]@queue:6379/0 is down"),
    ("postgres://u:p@ss@w0rd@h/d", "postgres://u:[hidden]@h/d"),
    ("https://example.org/a:b", "https://example.org/a:b"),
    ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
    ("Authorization: Bearer abcdefgh", "Authorization: Bearer [hidden]"),
    ("{'Authorization': 'token abcdefgh'}", "{'Authorization': 'token [hidden]'}"),
    (
        "delivery 72d3162e-cc78-11e3-81ab-4c9367dc0958: issues",
        "delivery 72d3162e-cc78-11e3-81ab-4c9367dc0958: issues",
    ),
    ("repo 42 · thread 12 · welcome", "repo 42 · thread 12 · welcome"),
]


@pytest.mark.parametrize(("text", "hidden"), ADDRESSES)
def test_passwords_are_hidden_where_they_stand_and_the_rest_is_readable(text: str, hidden: str) -> None:
    assert redact(text) == hidden


SETTINGS = {
    "GITHUB_APP_ID": "1001",
    "GITHUB_PRIVATE_KEY": KEY,
    "GITHUB_WEBHOOK_SECRET": "the old one of our secrets,the new/one of them + more",
    "GITHUB_CLIENT_SECRET": "0123456789abcdef0123456789abcdef01234567",
    "DATABASE_URL": "postgresql://lamp:correct%20horse@db/lamp",
    "REDIS_URL": "redis://:battery-staple@queue",
    "METRICS_TOKEN": "a token for the numbers",
}
OURS = [
    "the old one of our secrets",
    "the new/one of them + more",
    "the%20new%2Fone%20of%20them%20%2B%20more",
    "0123456789abcdef0123456789abcdef01234567",
    "correct horse",
    "correct%20horse",
    "battery-staple",
    "a token for the numbers",
    KEY.splitlines()[3],
]


@pytest.mark.parametrize("secret", OURS, ids=range(len(OURS)))  # the key is another one in each process
def test_our_own_secrets_are_hidden_whatever_they_look_like(secret: str) -> None:
    assert secret in redact(f"because of {secret}!")
    know(load(SETTINGS))
    assert redact(f"because of {secret}!") == f"because of {HIDDEN}!"


def test_a_password_that_is_just_a_word_hides_no_other_words() -> None:
    know(load(SETTINGS | {"DATABASE_URL": "postgresql://lamplighter:lamplighter@db/lamplighter"}))
    assert redact("lamplighter at postgresql://lamplighter:lamplighter@db/lamplighter") == (
        f"lamplighter at postgresql://lamplighter:{HIDDEN}@db/lamplighter"
    )


@given(st.text(max_size=300))
def test_redacting_always_ends_and_a_second_time_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "part", ["a://", "a:", "eyJ", "-----BEGIN PRIVATE KEY-----", "ghs_", "Authorization: ", "://:@"]
)
def test_a_long_line_takes_no_long_time(part: str) -> None:
    redact(part * (100_000 // len(part)))


# --- logs -----------------------------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a library's logger writes, with a handler and a format of its own."""
    before = logging.getLogRecordFactory(), sys.excepthook, threading.excepthook
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logging.getLogger("a.library").addHandler(handler)
    guard_logs()
    yield written
    logging.getLogger("a.library").removeHandler(handler)
    logging.setLogRecordFactory(before[0])
    sys.excepthook, threading.excepthook = before[1:]


def test_lines_arguments_and_exceptions_are_redacted_for_every_logger(log: io.StringIO) -> None:
    logger, token = logging.getLogger("a.library"), f"ghs_{LETTERS}"
    logger.error("token %s of %(x)s" if False else "token %s", token)
    logger.error({"token": token})
    try:
        try:
            raise ValueError(f"Bearer {token}")
        except ValueError as error:
            raise RuntimeError(f"again {token}") from error
    except RuntimeError:
        logger.exception("it failed", stack_info=True)
    said = log.getvalue()
    assert LETTERS not in said
    assert said.count(HIDDEN) == 4 and "RuntimeError: again [hidden]" in said and "direct cause" in said


@pytest.mark.parametrize("where", ["raise it", "threading.Thread(target=fail).start()"])
def test_what_ends_a_process_or_a_thread_is_redacted(where: str) -> None:
    raising = "fail()" if where == "raise it" else where
    code = (
        "import threading; from adapters.redaction import guard_logs; guard_logs()\n"
        f"def fail(): raise ValueError('ghs_{LETTERS}')\n{raising}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ValueError: [hidden]" in done.stderr and LETTERS not in done.stderr


def test_notes_in_the_ledger_are_redacted(shared_ledger: Ledger) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    with shared_ledger.engine.connect() as connection:
        (row_id,) = inbox.put(connection, [Asked("guid", "welcome", fields={})], now)
        inbox.park(connection, row_id, now, f"Refused: Bad credentials ghs_{LETTERS}")
        assert connection.execute(select(table.c.note)).scalar() == "Refused: Bad credentials [hidden]"
        assert inbox.unpark_refused(connection, 1, now) == [row_id]  # it is still found by how it begins
        connection.rollback()


def test_settings_that_are_wrong_are_told_without_their_secrets(tmp_path: Path) -> None:
    wrong = {
        "GITHUB_APP_ID": "name",
        "GITHUB_PRIVATE_KEY": "xyzzyplugh" + KEY[40:],
        "GITHUB_WEBHOOK_SECRET": "xyzzyplugh",
        "DATABASE_URL": "postgresql://u:xyzzy/plugh@h:p/d",
        "REDIS_URL": "redis://:xyzzy/plugh@h:p",
        "PUBLIC_URL": "http://u:xyzzyplugh@h",
        "GITHUB_API_URL": "http://u:xyzzyplugh@h",
    }
    done = subprocess.run(
        [sys.executable, str(Path("app.py").resolve())],
        env=wrong | {"LAMPLIGHTER_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1 and len(said.splitlines()) == 7, said
    assert "xyzzy" not in said and "plugh" not in said and KEY.splitlines()[3] not in said
    assert "Traceback" not in said


def test_the_settings_of_a_process_are_printed_without_secrets() -> None:
    printed = json.dumps(repr(load(SETTINGS)))
    assert not any(secret in printed for secret in OURS)
