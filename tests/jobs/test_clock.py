"""The clock's bells: what can wait keeps nobody waiting."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.context import Context
from adapters.ledger import inbox
from adapters.ledger.inbox import Asked
from adapters.queue import LATER, SOON
from adapters.valkey import PrivateValkey
from jobs import clock
from sandbox.world import World
from tests.adapters.test_github import context_of


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    """A context with a ledger and a queue."""
    with context_of(World(), tmp_path) as context, PrivateValkey(context.settings.data_dir):
        clock.tick(context)  # rounds that are due at the first start
        yield context


def fail(context: Context, job: str, number: int) -> None:
    """That many rows that failed in passing, and are due again now."""
    ago = context.now() - timedelta(seconds=2)
    with context.ledger.write() as connection:
        for row_id in inbox.put(connection, [Asked(f"guid-{job}-{n}", job, 5) for n in range(number)], ago):
            inbox.postpone(connection, row_id, context.now(), "in doubt: 502")


@pytest.mark.parametrize(("crowd", "queue"), [("configuration", LATER), ("welcome", SOON)])
def test_a_crowd_is_rung_for_as_it_is_heard(context: Context, crowd: str, queue: str) -> None:
    fail(context, crowd, clock.MOST_BELLS + 50)
    before = context.bell.unheard()
    for _ in range(3):
        clock.tick(context)
    assert context.bell.unheard() == before | {queue: clock.MOST_BELLS}


def test_what_can_wait_is_no_reason_not_to_ring_for_what_somebody_waits_for(context: Context) -> None:
    fail(context, "configuration", clock.MOST_BELLS + 50)
    clock.tick(context)
    fail(context, "welcome", 1)
    clock.tick(context)
    assert context.bell.unheard() == {SOON: 1, LATER: clock.MOST_BELLS}
