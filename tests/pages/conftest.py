"""A house whose pages are asked over HTTP, and people with a browser."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import house, pytest_generate_tests, redis_url, released_url, valkey
from tests.journeys.house import House
from tests.pages.visitor import Visitor

__all__ = ["house", "pytest_generate_tests", "redis_url", "released_url", "valkey"]


@pytest.fixture
def visitor(house: House) -> Callable[[], Visitor]:
    """Makes a browser of its own for each person."""
    return lambda: Visitor(house)
