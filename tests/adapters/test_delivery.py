"""Delivery: who holds the lease writes, labels explain themselves, what is in doubt is looked for."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters import delivery
from adapters.context import Context
from adapters.ledger import leases, outbox, places
from sandbox.world import World
from tests.adapters.test_github import REPO, context_of, installed, world

__all__ = ["world"]


FORK = """
import os, sys
from adapters.delivery import holder
parent = holder()
child = os.fork()
if child == 0:
    os._exit(holder() == parent)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.fixture
def context(world: World, tmp_path: Path) -> Iterator[Context]:
    with context_of(world, tmp_path) as context:
        yield context


@pytest.fixture
def installation(context: Context, world: World) -> int:
    number = installed(world)
    with context.ledger.write() as connection:
        places.see_installation(connection, number, context.now())
    return number


def put(context: Context, world: World, installation: int, verb: str, **payload: Any) -> None:
    repository = world.find_repository(REPO)
    key = payload.pop("key", None)
    values = {
        "key": key,
        "replaces": None,
        "verb": verb,
        "installation_id": installation,
        "repository_id": repository.id,
        "lane": "thread 1",
        "urgency": 0,
        "payload": payload,
        "attempts": 0,
        "in_doubt": False,
        "created_at": context.now(),
        "due_at": context.now(),
    }
    with context.ledger.write() as connection:
        outbox.put(connection, values)


def put_comment(context: Context, world: World, installation: int) -> int:
    number = world.open_issue(REPO, "somebody", "Lens").number
    marker = "<!-- lamplighter:welcome x -->"
    put(context, world, installation, "comment", key="x", number=number, marker=marker, body=f"Hi {marker}")
    return number


def test_a_fork_does_not_pass_for_its_parent() -> None:
    assert subprocess.run([sys.executable, "-c", FORK], check=False).returncode == 0


LABELS = {"names": ["mentor: octocat"], "descriptions": {"mentor: octocat": "Ask octocat."}}


def test_a_label_that_is_new_explains_itself(context: Context, world: World, installation: int) -> None:
    number = world.open_issue(REPO, "somebody", "Lens").number
    put(context, world, installation, "label", number=number, **LABELS)
    delivery.deliver(context, installation)
    label = world.labels(REPO)["mentor: octocat"]
    assert (label.description, label.color) == ("Ask octocat.", "f6c945")
    world.delete_label(REPO, "somebody", "mentor: octocat")
    put(context, world, installation, "label", number=number, **LABELS)
    delivery.deliver(context, installation)
    assert world.labels(REPO)["mentor: octocat"].description == "Ask octocat."
    put(context, world, installation, "label", number=number, **LABELS)
    before = len(world.writes())
    delivery.deliver(context, installation)
    assert len(world.writes()) == before + 1  # it is there, and nothing more is asked


def test_a_label_that_people_described_stays_as_it_is(
    context: Context, world: World, installation: int
) -> None:
    world.create_label(REPO, "somebody", "Mentor: Octocat", "aabbcc", "Our own words.")
    number = world.open_issue(REPO, "somebody", "Lens").number
    put(context, world, installation, "label", number=number, **LABELS)
    delivery.deliver(context, installation)
    label = world.labels(REPO)["Mentor: Octocat"]
    assert (label.description, label.color) == ("Our own words.", "aabbcc")


def test_the_lease_is_renewed_before_each_request(
    context: Context, world: World, installation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer takes 30 s, the attempt a minute and a half; nobody else may begin meanwhile."""
    number = put_comment(context, world, installation)
    world.open_issue(REPO, "somebody", "Another")
    taken: list[bool] = []

    def after(*_: object) -> None:
        world.advance(30)
        with context.ledger.write() as connection:
            taken.append(leases.take(connection, f"outbox {installation}", "somebody else", context.now()))

    slowly(monkeypatch, after)
    with context.ledger.write() as connection:
        row = outbox.claim_next(connection, installation, context.now())
        assert row
        outbox.retry(connection, row.id, context.now(), "in doubt", in_doubt=True)
    delivery.deliver(context, installation)
    assert len(taken) >= 3
    assert not any(taken)
    assert len(world.thread(REPO, number).comments) == 1


def test_who_lost_the_lease_writes_nothing(
    context: Context, world: World, installation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = put_comment(context, world, installation)

    def after(*_: object) -> None:
        world.advance(60)
        with context.ledger.write() as connection:
            leases.take(connection, f"outbox {installation}", "somebody else", context.now())

    slowly(monkeypatch, after)
    assert not delivery.deliver(context, installation)
    assert world.thread(REPO, number).comments == []
    with context.ledger.write() as connection:
        row = outbox.state_of(connection, "x")
        assert row and (row.done_at, row.parked_at, row.attempts) == (None, None, 1)
        assert not leases.take(connection, f"outbox {installation}", "a third", context.now())


def slowly(monkeypatch: pytest.MonkeyPatch, after: Any) -> None:
    """Lets something happen after each request, tokens included."""
    from github.Requester import Requester

    real = Requester.requestJson

    def request(self: Requester, *args: Any, **more: Any) -> Any:
        answer = real(self, *args, **more)
        after()
        return answer

    monkeypatch.setattr(Requester, "requestJson", request)


def test_a_check_run_beyond_the_first_page_is_found(
    context: Context, world: World, installation: int
) -> None:
    repository = world.find_repository(REPO)
    commit = next(iter(repository.commits))
    app = world.apps[1001]
    for number in range(130):
        fields = {"name": "lamplighter", "head_sha": commit, "external_id": f"other {number}"}
        world.create_check_run(REPO, app, fields | ({"external_id": "mine"} if number == 0 else {}))
    payload = {"commit": commit, "title": "T", "summary": "S", "remarks": []}
    repository_id = repository.id
    put(context, world, installation, "check", key="mine", **payload)
    with context.ledger.write() as connection:
        row = outbox.claim_next(connection, installation, context.now())
        assert row and row.repository_id == repository_id
        new = {**row.payload, "key": "mine"}
        connection.execute(outbox.outbox.update().values(payload=new))
        outbox.retry(connection, row.id, context.now(), "in doubt", in_doubt=True)
    delivery.deliver(context, installation)
    assert len(world.check_runs(REPO)) == 130


def test_a_removed_installation_ends_its_writes_with_a_note(
    context: Context, world: World, installation: int
) -> None:
    put_comment(context, world, installation)
    world.uninstall(installation)
    for _ in range(delivery.NOT_THERE_YET):
        delivery.deliver(context, installation)
        world.advance(timedelta(minutes=10).total_seconds())
    with context.ledger.read() as connection:
        row = outbox.state_of(connection, "x")
    assert row and row.done_at and not row.parked_at
    assert "not installed" in row.note
