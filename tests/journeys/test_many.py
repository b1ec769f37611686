"""Many at once: one pull request delivered fifty times, two workers, and still one comment; and a small crowd."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.ledger import inbox
from tests.faults import many
from tests.fuzz.fleet import fleet
from tests.journeys.house import PATIENCE, House, environment_of
from tests.journeys.programs import HOME, configuration, settled_in

ROOT = Path(__file__).parents[2]
ON_BOTH = True
TIMES = 50


@contextmanager
def two_workers(house: House) -> Iterator[None]:
    """Two workers as processes of their own, on the journey's ledger and queue.

    By the machine's clock: as long as they work nobody may move the journey's.
    """
    command = [sys.executable, "-m", "flask", "--app", "app", "worker"]
    environment = dict(os.environ) | environment_of(house)
    workers = [subprocess.Popen(command, cwd=ROOT, env=environment) for _ in range(2)]
    try:
        yield
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(30)


@pytest.mark.parametrize("guids", ["one GUID", "fifty GUIDs"])
def test_fifty_deliveries_one_comment_one_label(house: House, guids: str) -> None:
    members = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot, mentoring: agreed}\n"
    settled_in(house.world, configuration(house.world, members=members, extra="starter_issues: 0"))
    house.settle()
    house.world.faults.hold_deliveries = True
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    held = next(one for one in house.world.deliveries if one.event == "pull_request")
    one_guid = str(uuid.uuid4())
    with two_workers(house):
        for _ in range(TIMES):
            guid = one_guid if guids == "one GUID" else str(uuid.uuid4())
            assert house.post("pull_request", json.loads(held.body), guid) == 202
        wait_until_done(house)
    thread = house.world.thread(HOME, pull.number)
    assert len(house.said(HOME, pull.number)) == 1
    assert len([label for label in thread.labels if label.startswith("mentor: ")]) == 1
    writes = [one for one in house.world.writes(HOME) if f"/issues/{pull.number}/" in one.path]
    assert sorted(one.path.rsplit("/", 1)[1] for one in writes) == ["assignees", "comments", "labels"]


def test_a_crowd_on_few_threads_loses_nothing(tmp_path: Path, released_url: str) -> None:
    """The short version of `make many`; on SQLite with the processes of one machine."""
    is_sqlite = released_url.startswith("sqlite")
    ships_of = {"webs": 1, "workers": 2} if is_sqlite else {"webs": 2, "workers": 2, "clocks": 2}
    with fleet(tmp_path, database_url=released_url, **ships_of) as ships:
        problems, figure = many.run(ships, acts=36, seed=1, programs=1, installations=6)
    assert problems == []
    assert figure.figure == "0 deadlocks, 0 problems in all"


def wait_until_done(house: House, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while True:
        with house.context.ledger.read() as connection:
            counts = inbox.counts(connection)
        if not counts["waiting"] and not house.writes_waiting():
            return
        assert time.monotonic() < deadline, house.troubles()
        time.sleep(0.1)
