"""The short version of `make crashes`: real processes, about ten deaths, and everything ends as in the calm round."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.crashes import Plan, crash
from tests.faults.fate import AFTER, ANSWERED, BEFORE, CLOCK, WEB, WORKER
from tests.faults.machines import POSTGRES, SERVER, SUPERVISOR, VALKEY, postgres_binaries

# Those between which something could get lost or be done twice.
STEPS = (
    (WEB, f"{BEFORE} the inbox row"),
    (WEB, f"{AFTER} the inbox row"),
    (CLOCK, f"{AFTER} the inbox row"),
    (WORKER, f"{BEFORE} the decision"),
    (WORKER, f"{AFTER} the decision"),
    (WORKER, f"{ANSWERED} a comment"),
    (WORKER, f"{AFTER} the begun write"),
)
# A dead worker is believed dead sooner here, so that the test is short; `make crashes` waits as long as it takes.
PLAN = Plan(
    kills=3,
    seed=7,
    apart=(0.5, 1.0),
    steps=STEPS,
    step_times=1,
    kinds=("first_pulls", "claim", "cohort", "reminder"),
    hurry=0.05,
    at_once=5,
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL may enter, with a path short enough for a socket in it."""
    made = Path(tempfile.mkdtemp(prefix="crash"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_whatever_dies_all_is_done_once(database: str, folder: Path) -> None:
    if database == "postgresql" and postgres_binaries() is None:
        if "postgresql" in os.environ.get("LAMPLIGHTER_TESTS_REQUIRE", ""):
            pytest.fail("PostgreSQL's binaries (as root, with setpriv) are not installed")
        pytest.skip("PostgreSQL's binaries (as root, with setpriv) are not installed, so it is not killed.")
    victims = (SUPERVISOR if database == "sqlite" else POSTGRES, VALKEY, SERVER)
    report = crash(database, replace(PLAN, victims=victims), folder, print)
    assert report.troubles == []
    assert set(report.at_steps) == set(STEPS)
    assert report.kills == len(STEPS) + PLAN.kills
    assert report.handled == report.kept > 0
    assert report.effects > 0
