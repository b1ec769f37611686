"""A house for each journey; whatever the App asked of GitHub is checked against GitHub's description.

Every journey runs on SQLite where that is all there is. Where there is PostgreSQL too, each runs on one of the two,
always the same one; a file with `ON_BOTH = True` runs on both, since what it tells may differ there.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from adapters.valkey import PrivateValkey
from tests.conftest import DATABASES, Template, database, has_postgres
from tests.contracts import recorder
from tests.contracts.published import Published
from tests.journeys.house import House, open_house


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Chooses the database of each journey."""
    chosen_by_hand = any(
        "released_url" in str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize")
    )
    if "released_url" in metafunc.fixturenames and not chosen_by_hand:
        both = getattr(metafunc.module, "ON_BOTH", False)
        metafunc.parametrize("released_url", DATABASES if both else [_database_of(metafunc)], indirect=True)


def _database_of(metafunc: pytest.Metafunc) -> str:
    number = zlib.crc32(metafunc.definition.nodeid.encode())
    return DATABASES[number % 2] if has_postgres() else DATABASES[0]


@pytest.fixture
def released_url(request: pytest.FixtureRequest, tmp_path: Path, template: Template) -> Iterator[str]:
    """The address of a database of the journey's own, with all tables."""
    with database(request.param, tmp_path, template) as url:
        yield url


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
