"""Somebody who can write to Redis cannot make a worker run anything but our two functions, nor end it."""

import json
import os
import pickle
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer, PickleSerializer
from rq.worker import SimpleWorker

from adapters.context import Context
from adapters.ledger import inbox
from adapters.ledger.inbox import Asked
from adapters.valkey import PrivateValkey
from jobs import work
from sandbox.world import World
from tests.adapters.test_github import context_of
from tests.security.traces import in_queue

QUEUE = "lamplighter-soon"


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    with PrivateValkey(tmp_path / "queue") as server, context_of(World(), tmp_path, server.url) as context:
        work.use(context)
        yield context


class Bomb:
    """A pickle that runs a command as it is read."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


def fields(data: bytes, **more: Any) -> dict[str, Any]:
    given = {"created_at": "2026-11-22T12:00:00.000000Z", "origin": QUEUE, "status": "queued", "timeout": 60}
    return given | {"data": data} | more


def called(name: Any, *args: Any, instance: Any = None, **kwargs: Any) -> bytes:
    return json.dumps([name, instance, args, kwargs]).encode()


def attacks(touch: str, file: str) -> dict[str, dict[str, Any]]:
    """Jobs that would run `touch`, or make the file, if anybody called what they name."""
    ours = called("jobs.work.handle", 999_999)
    return {
        "a pickle": fields(pickle.dumps(Bomb(touch))),
        "a pickle, compressed": fields(
            zlib.compress(pickle.dumps(("jobs.work.handle", None, (Bomb(touch),), {})))
        ),
        "a pickle as the result": fields(
            ours, result=pickle.dumps(Bomb(touch)), meta=pickle.dumps(Bomb(touch))
        ),
        "another function": fields(called("os.system", touch)),
        "a function by its attributes": fields(called("jobs.work.os.system", touch)),
        "a method of what it brings": fields(called("format", instance="{0}")),
        "a module that does something when it is imported": fields(called("antigravity.x", 1)),
        "a callback": fields(ours, success_callback_name="os.mkdir", failure_callback_name="os.mkdir"),
        "a callback when it fails": fields(called("jobs.work.handle", "x"), failure_callback_name="os.mkdir"),
        "webhooks": fields(
            ours, webhooks=json.dumps([{"url": "http://127.0.0.1:1/", "job_status": "finished"}])
        ),
        "one number that is none": fields(called("jobs.work.handle", 1, "2")),
        "no numbers": fields(called("jobs.work.handle")),
        "too many numbers": fields(called("jobs.work.handle", *range(11))),
        "arguments by name": fields(called("jobs.work.handle", row_id=1)),
        "a text as its argument": fields(called("jobs.work.deliver", "1 OR 1=1")),
        "a truth as its argument": fields(called("jobs.work.deliver", True)),
        "no function": fields(called(None, 1)),
        "nothing": fields(b""),
        "no JSON": fields(b"\xff\xfe\x00"),
        "JSON of another shape": fields(b"[1]"),
        "nested deeply": fields(b"[" * 100_000),
        "no date": fields(ours, created_at="yesterday"),
        "numbers that are none": fields(ours, timeout="soon", result_ttl="x"),
        "a state that is none": fields(ours, status="\x00"),
        "no data": {"created_at": "2026-11-22T12:00:00.000000Z"},
        "dependencies": fields(
            ours, dependency_ids=b"not json", retry_intervals=b"nor this", repeats_left="x"
        ),
        "a file": fields(called("builtins.open", file, "w")),
    }


def test_whatever_is_put_into_the_queue_only_our_functions_run(context: Context, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    queue = context.bell._open().connection
    for name, job in attacks(f"touch {proof}", str(proof)).items():
        job_id = re.sub(r"\W", "-", name)
        queue.hset(f"rq:job:{job_id}", mapping=job)
        queue.rpush(f"rq:queue:{QUEUE}", job_id)
    queue.rpush(f"rq:queue:{QUEUE}", b"\xff\xfe", "no-such-job", "no name at all", "")
    with context.ledger.write() as connection:
        rows = inbox.put(connection, [Asked("guid", "no such job")], context.now())
    assert context.bell.ring_inbox(rows)  # behind all of them a bell of ours

    assert context.bell.worker().work(burst=True, logging_level="CRITICAL")

    assert not proof.exists()
    assert queue.llen(f"rq:queue:{QUEUE}") == 0
    with context.ledger.read() as connection:
        (row,) = inbox.troubles(connection)
    assert row.id == rows[0] and row.parked_at  # it was heard


def test_a_worker_without_our_check_would_have_run_them(context: Context, tmp_path: Path) -> None:
    """The attacks are real: RQ as it comes runs the command."""
    proof = tmp_path / "proof"
    connection = Redis.from_url(context.settings.redis_url or "")
    for serializer, data in (
        (JSONSerializer, called("os.system", f"touch {proof}")),
        (PickleSerializer, pickle.dumps(Bomb(f"touch {proof}"))),
    ):
        connection.hset("rq:job:attack", mapping=fields(data))
        connection.rpush(f"rq:queue:{QUEUE}", "attack")
        queue = Queue(QUEUE, connection=connection, serializer=serializer)
        SimpleWorker([queue], connection=connection, serializer=serializer).work(
            burst=True, logging_level="CRITICAL"
        )
        assert proof.exists()
        proof.unlink()


def test_what_a_job_raises_is_kept_without_secrets(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    token = "ghs_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"  # pragma: allowlist secret

    def broken(_row_id: int) -> None:
        raise RuntimeError(f"Bad credentials: {token}, {context.settings.webhook_secrets[0]}")

    monkeypatch.setattr(work, "handle", broken)
    with context.ledger.write() as connection:
        rows = inbox.put(connection, [Asked("guid", "welcome")], context.now())
    context.bell.ring_inbox(rows)
    context.bell.worker().work(burst=True, logging_level="CRITICAL")
    kept = "".join(in_queue(context.bell._open().connection))
    assert "Bad credentials: [hidden]" in kept
    assert token not in kept and context.settings.webhook_secrets[0] not in kept
