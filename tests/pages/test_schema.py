"""The schema at its address: public, kept for an hour, open to editors of any origin."""

from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from flask.testing import FlaskClient

from app import create_app
from tests.test_app import in_an_environment


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    context = in_an_environment(tmp_path, PUBLIC_URL="https://example.org/lamplighter")
    yield create_app(context).test_client()
    context.ledger.close()


def test_editors_may_fetch_it_from_anywhere_and_keep_it(client: FlaskClient) -> None:
    answer = client.get("/lamplighter/schema.json")
    assert answer.status_code == 200
    assert answer.json is not None
    jsonschema.Draft202012Validator.check_schema(answer.json)
    assert answer.json["$id"] == "https://example.org/lamplighter/schema.json"
    assert answer.mimetype == "application/schema+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers and "Vary" not in answer.headers
    again = client.get("/lamplighter/schema.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_it_is_only_read(client: FlaskClient) -> None:
    assert client.post("/lamplighter/schema.json").status_code == 405
