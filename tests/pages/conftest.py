"""A house whose pages are asked over HTTP, and people with a browser; or the pages alone, over a ledger."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from adapters.context import Context
from app import create_app
from tests.journeys.conftest import house, pytest_generate_tests, redis_url, released_url, valkey
from tests.journeys.house import House
from tests.pages.visitor import Visitor
from tests.test_app import in_an_environment

__all__ = ["house", "pytest_generate_tests", "redis_url", "released_url", "valkey"]


@pytest.fixture
def visitor(house: House) -> Callable[[], Visitor]:
    """Makes a browser of its own for each person."""
    return lambda: Visitor(house)


@pytest.fixture
def context(tmp_path: Path, released_url: str) -> Iterator[Context]:
    """A ledger with its tables, and no queue: enough for pages that only show."""
    given = {"DATABASE_URL": released_url, "PUBLIC_URL": "https://lamplighter.example.org"}
    opened = in_an_environment(tmp_path, **given)
    yield opened
    opened.ledger.close()


@pytest.fixture
def client(context: Context) -> FlaskClient:
    """Asks the pages."""
    return create_app(context).test_client()
