"""The page of mentors with five thousand people on it: how long an answer takes in the web process.

A file of 64 KiB has room for some hundred members with words of their own, so for this run alone files may be larger.
Beside each figure is the same with a hundred mentors, in the same run on the same database. The first answer of a
process, which parses the program's file, is told apart. With LAMPLIGHTER_TEST_POSTGRES on PostgreSQL, too.
"""

import gc
import statistics
import tempfile
import time
from pathlib import Path

from flask.testing import FlaskClient

from adapters.configuration import parse
from adapters.ledger.release import release
from app import create_app
from mentoring import yaml12
from mentoring.listing import PER_PAGE
from tests.bench.figures import Figure
from tests.conftest import database, has_postgres
from tests.pages.public import Somebody, a_program
from tests.test_app import in_an_environment

MANY, FEW = 5000, 100
TIMES = 21
AREAS = [f"area-{n}" for n in range(12)]
ZONES = ("Europe/Rome", "America/New_York", "Asia/Tokyo", "Africa/Lagos", "America/Sao_Paulo", "Asia/Kolkata")
LANGUAGES = ("en", "it", "fr", "pt", "ja", "he", "yo")


def figures() -> list[Figure]:
    """Everything measured here, for the tables."""
    gc.set_threshold(50_000, 20, 100)  # as the web server has it
    yaml12.MOST_BYTES, yaml12.MOST_PARTS = 1 << 30, 1 << 30
    found: list[Figure] = []
    for kind in ("sqlite", "postgresql") if has_postgres() else ("sqlite",):
        many, few = _measured(kind, MANY), _measured(kind, FEW)
        where = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
        found += [
            Figure(f"{name} of {MANY:,} mentors, {where}", many[name], f"of {FEW}: {few[name]}")
            for name in many
        ]
    return found


def _measured(kind: str, number: int) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
        context = in_an_environment(Path(folder) / "data", DATABASE_URL=url)
        try:
            release(context.ledger)
            a_program(context, [_somebody(n) for n in range(number)], areas={area: {} for area in AREAS})
            return _answers(create_app(context).test_client(), number)
        finally:
            context.ledger.close()


def _answers(client: FlaskClient, number: int) -> dict[str, str]:
    last = -(-number // PER_PAGE)
    asked = {
        "the first page": "/mentors",
        "the last page": f"/mentors?page={last}",
        "a page with four facets and a word": "/mentors?area=area-1&area=area-2&language=en&region=Europe"
        "&availability=free&q=ask",
        "a page as JSON": "/mentors.json",
        "one mentor": "/mentors/mentor-7",
    }
    parse.cache_clear()  # of the run before
    first = _timed(client, "/mentors")
    found = {"the very first answer of a process": _ms(first)}
    for name, path in asked.items():
        begun = time.process_time()
        times = sorted(_timed(client, path) for _ in range(TIMES))
        at_work = (time.process_time() - begun) / TIMES
        found[name] = f"{_ms(statistics.median(times))}, {_ms(at_work)} of it at work"
    return found


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _timed(client: FlaskClient, path: str) -> float:
    begun = time.perf_counter()
    response = client.get(path)
    spent = time.perf_counter() - begun
    assert response.status_code == 200
    return spent


def _somebody(n: int) -> Somebody:
    return Somebody(
        f"mentor-{n}",
        1000 + n,
        {
            "areas": sorted({AREAS[n % 12], AREAS[n * 7 % 12]}),
            "languages": sorted({"en", LANGUAGES[n % 7]}),
            "timezone": ZONES[n % 6],
            "capacity": n % 5,
            "about": f"Ask me anything about part {n}; it looked like magic to me, too.",
        },
    )
