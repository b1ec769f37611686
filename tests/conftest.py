"""Fixtures for all rooms: a ledger on SQLite and on PostgreSQL, and GitHub's published descriptions."""

import os
import secrets
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url, text

from adapters.ledger import Ledger
from adapters.ledger.release import release
from tests.contracts.conftest import published

__all__ = ["database_url", "ledger", "published", "released_url", "shared_ledger", "template"]

# Whether something is right is tested here, not how fast a busy machine is.
# With CI set the examples are the same each time: whether a submission passes is no matter of luck. Elsewhere they are new.
settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("unhurried")

Template = Callable[[str], str]

DATABASES = ["sqlite", "postgresql"]
NO_POSTGRES = (
    "PostgreSQL is not tested: LAMPLIGHTER_TEST_POSTGRES names no server's address, "
    "such as postgresql://postgres@127.0.0.1:5432/postgres."
)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """For each kind of database the address of one with all tables, to be copied: migrations take their time."""
    with ExitStack() as opened:

        @cache
        def of(kind: str) -> str:
            url = opened.enter_context(database(kind, tmp_path_factory.mktemp("template")))
            made = Ledger(url)
            release(made)
            made.close()
            return url

        yield of


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the test's own, on SQLite and then on PostgreSQL."""
    with database(request.param, tmp_path) as url:
        yield url


@pytest.fixture(params=DATABASES)
def released_url(request: pytest.FixtureRequest, tmp_path: Path, template: Template) -> Iterator[str]:
    """The address of a database of the test's own with all tables, on SQLite and then on PostgreSQL."""
    with database(request.param, tmp_path, template) as url:
        yield url


@pytest.fixture
def ledger(released_url: str) -> Iterator[Ledger]:
    """A ledger with its tables, on both databases."""
    opened = Ledger(released_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=DATABASES)
def shared_ledger(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, template: Template
) -> Iterator[Ledger]:
    """A ledger that the tests of a module share: each must take back what it writes."""
    with database(request.param, tmp_path_factory.mktemp("ledger"), template) as url:
        opened = Ledger(url)
        yield opened
        opened.close()


@contextmanager
def database(kind: str, folder: Path, template: Template | None = None) -> Iterator[str]:
    """A new database, which is dropped again: an empty one, or a copy of the template."""
    if kind == "sqlite":
        file = folder / "ledger.db"
        if template:
            shutil.copyfile(str(make_url(template(kind)).database), file)
        yield f"sqlite:///{file}"
        return
    url = make_url(_postgres()).set(drivername="postgresql")
    name = f"lamplighter_test_{secrets.token_hex(6)}"
    like = f' TEMPLATE "{make_url(template(kind)).database}"' if template else ""
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{like}')
        try:
            yield (
                url.set(database=name).render_as_string(hide_password=False).replace("://", "+psycopg://", 1)
            )
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def away(ledger: Ledger, table: str) -> Iterator[None]:
    """A database that fails: for a while the table is not there."""
    with ledger.write() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    try:
        yield
    finally:
        with ledger.write() as connection:
            connection.execute(text(f"ALTER TABLE elsewhere RENAME TO {table}"))


def has_postgres() -> bool:
    """Whether there is a server, or has to be one."""
    required = "postgresql" in os.environ.get("LAMPLIGHTER_TESTS_REQUIRE", "")
    return required or bool(os.environ.get("LAMPLIGHTER_TEST_POSTGRES"))


def _postgres() -> str:
    server = os.environ.get("LAMPLIGHTER_TEST_POSTGRES")
    if not server and has_postgres():
        pytest.fail(NO_POSTGRES)
    return server or pytest.skip(NO_POSTGRES)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tells once that PostgreSQL is missing, and not once for each test."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and NO_POSTGRES in report.longrepr[2]:
        report.longrepr = (__file__, 1, report.longrepr[2])
    return report
