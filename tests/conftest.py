"""Fixtures for all rooms: a ledger on SQLite and on PostgreSQL, and GitHub's published descriptions."""

import os
import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from adapters.ledger import Ledger
from adapters.ledger.release import release
from tests.contracts.conftest import published

__all__ = ["database_url", "ledger", "published", "shared_ledger"]

DATABASES = ["sqlite", "postgresql"]
NO_POSTGRES = (
    "PostgreSQL is not tested: LAMPLIGHTER_TEST_POSTGRES names no server's address, "
    "such as postgresql://postgres@127.0.0.1:5432/postgres."
)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the test's own, on SQLite and then on PostgreSQL."""
    with _empty_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """A ledger with its tables, on both databases."""
    yield from _released(database_url)


@pytest.fixture(scope="module", params=DATABASES)
def shared_ledger(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    """A ledger that the tests of a module share: each must take back what it writes."""
    with _empty_database(request.param, tmp_path_factory.mktemp("ledger")) as url:
        yield from _released(url)


def _released(url: str) -> Iterator[Ledger]:
    opened = Ledger(url)
    release(opened)
    yield opened
    opened.close()


@contextmanager
def _empty_database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'ledger.db'}"
        return
    url = make_url(_postgres()).set(drivername="postgresql")
    name = f"lamplighter_test_{secrets.token_hex(6)}"
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield (
                url.set(database=name).render_as_string(hide_password=False).replace("://", "+psycopg://", 1)
            )
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _postgres() -> str:
    server = os.environ.get("LAMPLIGHTER_TEST_POSTGRES")
    if not server and "postgresql" in os.environ.get("LAMPLIGHTER_TESTS_REQUIRE", ""):
        pytest.fail(NO_POSTGRES)
    return server or pytest.skip(NO_POSTGRES)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tells once that PostgreSQL is missing, and not once for each test."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and NO_POSTGRES in report.longrepr[2]:
        report.longrepr = (__file__, 1, report.longrepr[2])
    return report
