"""Every answer has its headers, and no error tells more than a sentence."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from adapters.context import Context
from adapters.ledger.release import release
from app import MOST_BYTES, create_app
from pages import headers
from tests.test_app import in_an_environment

EXPECTED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HSTS = "Strict-Transport-Security"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    context = in_an_environment(tmp_path, PUBLIC_URL="https://lamplighter.example.org")
    release(context.ledger)
    app = create_app(context)

    @app.get("/breaks")
    def breaks() -> str:
        raise RuntimeError("the password is swordfish")

    yield app
    context.ledger.close()


ANSWERS = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("OPTIONS", "/webhooks", 200),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 503),
    ("POST", "/webhooks", 401),
    ("GET", "/webhooks", 405),
    ("GET", "/nowhere", 404),
    ("GET", "/static/../app.py", 404),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/breaks", 500),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_the_headers(app: Flask, method: str, path: str, status: int) -> None:
    answer = app.test_client().open(path, method=method)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert answer.headers[HSTS] == "max-age=63072000"
    assert all(len(answer.headers.getlist(name)) == 1 for name in EXPECTED)


def test_too_long_a_delivery_is_refused_with_the_headers_and_without_reading_it(app: Flask) -> None:
    answer = app.test_client().post("/webhooks", environ_overrides={"CONTENT_LENGTH": str(MOST_BYTES + 1)})
    assert (answer.status_code, answer.text) == (413, "This is more than GitHub ever sends.\n")
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED


@pytest.mark.parametrize(
    ("method", "path", "status"), [row for row in ANSWERS if row[2] in headers.SENTENCES]
)
def test_errors_tell_one_sentence_and_nothing_else(app: Flask, method: str, path: str, status: int) -> None:
    answer = app.test_client().open(path, method=method)
    assert answer.text == f"{headers.SENTENCES[status]}\n"
    assert answer.mimetype == "text/plain"
    if status == 405:
        assert "POST" in answer.headers["Allow"]


def test_an_error_nobody_foresaw_tells_nothing_either() -> None:
    class Teapot(HTTPException):
        code = 418
        description = "the password is swordfish"

    assert headers.explain(Teapot()).get_data(as_text=True) == "This does not work.\n"


def test_without_https_browsers_are_not_told_to_insist_on_it(tmp_path: Path) -> None:
    context = in_an_environment(tmp_path)
    assert HSTS not in create_app(context).test_client().get("/healthz").headers
    context.ledger.close()


def test_the_style_of_the_pages_is_found_and_nothing_stands_inside_them(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/").text
    (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page)
    with client.get(style) as found:
        assert (found.status_code, found.mimetype) == (200, "text/css")
    for file in Path("templates/pages").iterdir():
        assert not re.search(
            r"<style|<script|style=|\bon\w+=|https?://|javascript:", file.read_text("utf-8")
        ), file


def test_a_page_of_the_environment_shows_text_and_no_markup(tmp_path: Path) -> None:
    context: Context = in_an_environment(tmp_path)
    nasty = replace(context.settings, public_url="https://a.example/<script>alert(1)</script>")
    page = create_app(replace(context, settings=nasty)).test_client().get("/").text
    assert "<script" not in page and "&lt;script&gt;" in page
    context.ledger.close()
