"""The bells: each in the queue of its job, rung quickly or not at all."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.context import Context
from adapters.ledger import inbox
from adapters.ledger.inbox import Asked
from adapters.queue import LATER, QUEUES, SOON
from adapters.valkey import PrivateValkey
from jobs.work import JOBS
from sandbox.world import World
from tests.adapters.test_github import context_of

IN_TIME = 2.3  # seconds


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    """A context with a ledger and, for now, no queue."""
    with context_of(World(), tmp_path) as context:
        yield context


def asked(context: Context, *jobs: str) -> list[int]:
    with context.ledger.write() as connection:
        rows = [Asked(f"guid-{number}", job) for number, job in enumerate(jobs)]
        return inbox.put(connection, rows, context.now())


def test_every_job_has_its_queue() -> None:
    assert set(QUEUES) == set(JOBS)
    assert set(QUEUES.values()) == {SOON, LATER}


def test_a_welcome_does_not_wait_behind_a_thousand_configurations(context: Context) -> None:
    with PrivateValkey(context.settings.data_dir):
        rows = asked(context, *["configuration"] * 20, "welcome", "commands")
        assert context.bell.ring_inbox(rows)
        assert context.bell.ring_outbox([5])
        worker = context.bell.worker()
        heard = [worker.dequeue_job_and_maintain_ttl(timeout=1)[0].args for _ in range(4)]
        assert heard == [[rows[20]], [rows[21]], [5], [rows[0]]]


def test_a_crowd_is_rung_for_with_a_few_bells_that_a_single_worker_does_in_order(context: Context) -> None:
    with PrivateValkey(context.settings.data_dir):
        rows = asked(context, *["welcome"] * 10, "configuration")
        context.bell.ring_soon([(row, "configuration" if row == rows[10] else "welcome") for row in rows])
        context.bell.finish()
        worker = context.bell.worker()
        heard = [worker.dequeue_job_and_maintain_ttl(timeout=1)[0].args for _ in range(5)]
        assert context.bell.unheard() == {SOON: 0, LATER: 0}
        assert [len(bell) for bell in heard] == [3, 3, 3, 1, 1]
        assert [row for bell in heard for row in bell] == rows


def test_a_queue_that_is_down_is_not_started_and_costs_no_time(context: Context) -> None:
    rows = asked(context, "welcome")
    begun = time.monotonic()
    assert not context.bell.ring_inbox(rows)
    assert not context.bell.is_up()
    assert time.monotonic() - begun < 0.5
    assert not (context.settings.data_dir / "valkey" / "valkey.log").exists()


def test_a_queue_that_hangs_costs_two_seconds_in_all(tmp_path: Path) -> None:
    with silent_server() as port, context_of(World(), tmp_path, f"redis://127.0.0.1:{port}/0") as context:
        rows = asked(context, *["welcome"] * 5)
        begun = time.monotonic()
        assert not context.bell.ring_inbox(rows)
        assert time.monotonic() - begun < IN_TIME


def test_a_queue_that_came_back_is_rung_over_a_new_connection(context: Context) -> None:
    with PrivateValkey(context.settings.data_dir):
        assert context.bell.is_up()
    with PrivateValkey(context.settings.data_dir):
        assert context.bell.ring_inbox(asked(context, "welcome"))


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    kept.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        for connection in kept:
            connection.close()
