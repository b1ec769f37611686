"""The intake: many deliveries by one commit, each exactly once, and no 202 without its row on the disk."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import SQLAlchemyError

from adapters import settings as environment
from adapters.gathering import Gathering
from adapters.intake import Intake
from adapters.ledger import Ledger, inbox
from adapters.ledger.inbox import Asked
from adapters.ledger.schema import inbox as inbox_table
from adapters.queue import Bell
from pages.terminal import WEB
from sandbox.demo.house import free_port
from tests.conftest import away
from tests.test_app import KEY

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MANY = 200


@pytest.fixture
def intake(ledger: Ledger, tmp_path: Path) -> Iterator[Intake]:
    """No queue is reachable: rows wait for the clock."""
    with opened(ledger, tmp_path) as one:
        yield one


@contextmanager
def opened(ledger: Ledger, tmp_path: Path) -> Iterator[Intake]:
    settings = environment.load(
        {"LAMPLIGHTER_DATA_DIR": str(tmp_path / "data"), "REDIS_URL": "unix:///nonexistent"}
    )
    bell = Bell(settings, ledger)
    yield Intake(ledger, bell, lambda: NOW)
    bell.finish()


def asked(name: str, **fields: Any) -> list[Asked]:
    return [Asked(name, "welcome", 5, 42, 13, fields), Asked(name, "commands", 5, 42, 13, fields)]


def rows(ledger: Ledger) -> list[tuple[str, str]]:
    with ledger.read() as connection:
        found = connection.execute(select(inbox_table.c.delivery, inbox_table.c.job))
        return sorted((row.delivery, row.job) for row in found)


def keep_all(intake: Intake, names: list[str]) -> list[str]:
    """Keeps all at the same moment; what became of each."""
    barrier = threading.Barrier(len(names))

    def one(name: str) -> str:
        barrier.wait()
        try:
            intake.keep(asked(name))
        except SQLAlchemyError as error:
            return type(error).__name__
        return "kept"

    with ThreadPoolExecutor(len(names)) as threads:
        return list(threads.map(one, names))


@contextmanager
def commits(engine: Engine) -> Iterator[list[int]]:
    """Counts the commits of a ledger."""
    counted: list[int] = []

    def note(*_: object) -> None:
        counted.append(1)

    event.listen(engine, "commit", note)
    yield counted
    event.remove(engine, "commit", note)


def test_two_hundred_at_once_are_a_row_each_and_share_commits(ledger: Ledger, intake: Intake) -> None:
    names = [f"guid-{number:03}" for number in range(MANY)]
    with commits(ledger.engine) as counted:
        assert keep_all(intake, names) == ["kept"] * MANY
    assert rows(ledger) == sorted((name, job) for name in names for job in ("welcome", "commands"))
    assert len(counted) < MANY / 2


def test_the_same_delivery_many_times_at_once_is_one(ledger: Ledger, intake: Intake) -> None:
    assert keep_all(intake, ["guid"] * 50) == ["kept"] * 50
    assert rows(ledger) == [("guid", "commands"), ("guid", "welcome")]


def test_two_processes_keep_the_same_deliveries(ledger: Ledger, intake: Intake, tmp_path: Path) -> None:
    names = [f"guid-{number:02}" for number in range(50)]
    other_ledger = Ledger(ledger.url)
    with opened(other_ledger, tmp_path) as other, ThreadPoolExecutor(2) as both:
        one = both.submit(keep_all, intake, names)
        two = both.submit(keep_all, other, names[::-1])
        assert one.result() == two.result() == ["kept"] * 50
    other_ledger.close()
    assert len(rows(ledger)) == 100


def test_of_a_commit_that_fails_nobody_hears_that_it_was_kept(ledger: Ledger, intake: Intake) -> None:
    names = [f"guid-{number:02}" for number in range(50)]
    with away(ledger, "inbox"):
        assert set(keep_all(intake, names)) <= {"OperationalError", "ProgrammingError"}
    assert rows(ledger) == []
    assert keep_all(intake, names) == ["kept"] * 50  # it goes on as soon as the database does


def test_a_database_that_fails_in_the_middle_fails_only_those_who_waited(
    ledger: Ledger, intake: Intake
) -> None:
    names = [f"guid-{number:03}" for number in range(60)]
    assert keep_all(intake, names[:40]) == ["kept"] * 40
    with away(ledger, "inbox"):
        assert "kept" not in keep_all(intake, names[40:])
    assert {delivery for delivery, _ in rows(ledger)} == set(names[:40])


def test_what_cannot_be_kept_does_not_keep_the_others_out(ledger: Ledger, intake: Intake) -> None:
    """A row that the database refuses, together with others that wait at the same moment."""
    endless: list[Any] = []
    endless.append(endless)
    wrong, barrier = asked("wrong", body=endless), threading.Barrier(21)
    told: dict[str, str] = {}

    def one(name: str) -> None:
        barrier.wait()
        try:
            intake.keep(wrong if name == "wrong" else asked(name))
            told[name] = "kept"
        except (SQLAlchemyError, ValueError):  # whoever makes JSON of it notices
            told[name] = "refused"

    names = ["wrong", *(f"guid-{number:02}" for number in range(20))]
    with ThreadPoolExecutor(21) as threads:
        list(threads.map(one, names))
    assert told.pop("wrong") == "refused"
    assert set(told.values()) == {"kept"}
    assert len(rows(ledger)) == 40


def test_a_delivery_that_waits_for_a_stuck_database_is_told_in_time(
    ledger: Ledger, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.intake.PATIENCE", 0.2)
    with ledger.write() as connection:
        inbox.put(connection, asked("guid"), NOW)  # and holds its rows
        with pytest.raises(TimeoutError):
            intake.keep(asked("guid"))
    intake._commits.finish()
    assert len(rows(ledger)) == 2  # it came through all the same, and is no second one


def test_rows_that_are_kept_together_are_told_in_the_order_they_were_asked_for(ledger: Ledger) -> None:
    names = [f"guid-{number}" for number in range(12)]  # 10 comes before 2 by name
    with ledger.write() as connection:
        told = inbox.keep(connection, [one for name in names for one in asked(name)], NOW)
    with ledger.read() as connection:
        found = connection.execute(select(inbox_table))
        rows_of = {row.id: (row.delivery, row.job) for row in found}
    assert [rows_of[row_id] for row_id, _ in told] == [
        (name, job) for name in names for job in ("welcome", "commands")
    ]
    first = [row_id for row_id, job in told if job == "welcome"]
    assert all(told[2 * n + 1][0] == row_id + 1 for n, row_id in enumerate(first))  # a delivery's own order


# --- the end of the process -----------------------------------------------------------------------

SECRET = "a secret between GitHub and us"
BODY = json.dumps({"action": "labeled", "repository": {"id": 42}, "issue": {"number": 13}}).encode()


@contextmanager
def web(database_url: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The web server with both its processes, and the address for deliveries."""
    port = free_port()
    environment_of_web = os.environ | {
        "GITHUB_APP_ID": "1001",
        "GITHUB_PRIVATE_KEY": KEY,
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "LAMPLIGHTER_DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_URL": "unix:///nonexistent",
    }
    process = subprocess.Popen(
        [*WEB, "--host", "127.0.0.1", "--port", str(port)],
        cwd=ROOT,
        env=environment_of_web,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def deliver(address: str, told: list[str], stop: threading.Event) -> None:
    """Delivers one after the other, and notes those that were taken, until nobody answers."""
    signature = f"sha256={hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()}"
    headers = {"X-GitHub-Event": "issues", "X-Hub-Signature-256": signature}
    with requests.Session() as session, suppress(requests.RequestException):
        while not stop.is_set():
            guid = str(uuid.uuid4())
            answer = session.post(
                f"{address}/webhooks", BODY, headers=headers | {"X-GitHub-Delivery": guid}, timeout=20
            )
            if answer.status_code == 202:
                told.append(guid)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_who_was_told_202_has_a_row_whatever_ended_the_web_server(
    released_url: str, tmp_path: Path, how: signal.Signals
) -> None:
    told: list[str] = []
    stop = threading.Event()
    with web(released_url, tmp_path) as (process, address), ThreadPoolExecutor(20) as threads:
        wait_until(lambda: answers(address))
        for _ in range(20):
            threads.submit(deliver, address, told, stop)
        wait_until(lambda: len(told) >= 100)
        os.killpg(process.pid, how)
        process.wait(30)
        stop.set()
    ledger = Ledger(released_url)
    kept = {delivery for delivery, _ in rows(ledger)}
    ledger.close()
    assert len(told) >= 100
    assert set(told) <= kept


def answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# --- gathering ------------------------------------------------------------------------------------


def test_what_comes_while_one_turn_is_on_is_the_next_turn_together() -> None:
    turns: list[list[int]] = []
    first_is_on, go_on = threading.Event(), threading.Event()

    def do(together: list[int]) -> None:
        turns.append(together)
        first_is_on.set()
        go_on.wait(10)

    gathering: Gathering[int] = Gathering("test", do)
    gathering.add(1)
    first_is_on.wait(10)
    for number in (2, 3, 4):
        gathering.add(number)
    go_on.set()
    gathering.finish()
    assert turns == [[1], [2, 3, 4]]


def test_in_a_crowd_more_gather_than_come_while_a_turn_is_on() -> None:
    turns: list[list[int]] = []
    gathering: Gathering[int] = Gathering("test", turns.append, apart=1.0)
    gathering.add(1)
    while not turns:  # after a quiet moment it is done at once
        time.sleep(0.001)
    for number in (2, 3, 4):
        gathering.add(number)
        time.sleep(0.05)  # longer than a turn takes
    gathering.finish()
    assert turns == [[1], [2, 3, 4]]


def test_whoever_waits_for_the_end_does_not_wait_for_a_crowd_to_gather() -> None:
    turns: list[list[int]] = []
    gathering: Gathering[int] = Gathering("test", turns.append, apart=1e6)
    for number in (1, 2):  # the second one waits for a turn that is days away
        gathering.add(number)
        gathering.finish()
    assert turns == [[1], [2]]
