"""A house for each journey; whatever the App asked of GitHub is checked against GitHub's description."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from adapters.valkey import PrivateValkey
from tests.contracts import recorder
from tests.contracts.published import Published
from tests.journeys.house import House, open_house


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One queue for all journeys."""
    with PrivateValkey(tmp_path_factory.mktemp("queue")) as server:
        yield server.url


@pytest.fixture
def redis_url(valkey: str) -> str:
    """The queue, empty."""
    with Redis.from_url(valkey) as connection:
        connection.flushall()
    return valkey


@pytest.fixture
def house(tmp_path: Path, redis_url: str, released_url: str) -> Iterator[House]:
    with open_house(tmp_path, redis_url, released_url) as house:
        yield house
        assert house.parked() == []
        assert house.repeated() == []
        assert recorder.request_problems(house.world.requests) == []


@pytest.fixture(scope="session")
def published() -> Published:
    """GitHub's published descriptions; skips without them, unless they are required."""
    found = recorder.load()
    if found is None:
        pytest.skip(recorder.MISSING)
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """No check is left out silently."""
    if recorder.load() is None:
        terminalreporter.write_line(f"The requests of the journeys were not checked. {recorder.MISSING}")
