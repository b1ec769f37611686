"""Lets a real web, worker or clock process die at a named step, without a change to the product.

An order is a file `<role>/<step>` in the folder LAMPLIGHTER_ORDERS; the first process of that role that comes to
the step takes the order – moves it to `done/` – and kills itself with SIGKILL. Steps are told by what goes out:
the statements of a transaction, the commands to the queue, the requests to GitHub.
"""

import http.client
import os
import re
import signal
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

WEB, WORKER, CLOCK = "web", "worker", "clock"

# What a transaction is called after, the first that fits one of its statements. With the first write of a turn the
# lease is taken, with the last note it ends; the notes between begin the next write.
TRANSACTIONS = (
    ("the decision", re.compile(r"INSERT INTO outbox\b")),
    ("the inbox row", re.compile(r"INSERT INTO inbox\b")),
    ("the lease's end", re.compile(r"DELETE FROM leases\b")),
    ("the note of the write", re.compile(r"UPDATE outbox\b.*\bdone_at=")),
    ("the begun write", re.compile(r"UPDATE outbox\b.*\battempts=")),
    ("the claim", re.compile(r"UPDATE inbox\b.*\bclaimed_until=.*\battempts=")),
)
REQUESTS = (
    ("a comment", re.compile(r"POST \S+/issues/\d+/comments$")),
    ("an issue", re.compile(r"POST \S+/issues$")),
    ("a label", re.compile(r"POST \S+/issues/\d+/labels$")),
    ("an assignee", re.compile(r"POST \S+/assignees$")),
    ("a reaction", re.compile(r"POST \S+/reactions$")),
    ("a change", re.compile(r"PATCH ")),
    ("a read", re.compile(r"GET ")),
)
BEFORE, AFTER = "before the commit of", "after the commit of"
ASKING, ANSWERED = "before the request for", "after GitHub's answer to"

# The way of a webhook and of a scheduled job, step by step.
STEPS: tuple[tuple[str, str], ...] = (
    (WEB, f"{BEFORE} the inbox row"),
    (WEB, f"{AFTER} the inbox row"),
    (WEB, "before the enqueue"),
    (WEB, "after the enqueue"),
    (CLOCK, f"{BEFORE} the inbox row"),
    (CLOCK, f"{AFTER} the inbox row"),
    (CLOCK, "before the enqueue"),
    (CLOCK, "after the enqueue"),
    (WORKER, f"{BEFORE} the claim"),
    (WORKER, f"{AFTER} the claim"),
    (WORKER, f"{ASKING} a read"),
    (WORKER, f"{ANSWERED} a read"),
    (WORKER, f"{BEFORE} the decision"),
    (WORKER, f"{AFTER} the decision"),
    (WORKER, f"{BEFORE} the begun write"),
    (WORKER, f"{AFTER} the begun write"),
    (WORKER, f"{ASKING} a comment"),
    (WORKER, f"{ANSWERED} a comment"),
    (WORKER, f"{ASKING} an issue"),
    (WORKER, f"{ANSWERED} an issue"),
    (WORKER, f"{ANSWERED} a label"),
    (WORKER, f"{ANSWERED} an assignee"),
    (WORKER, f"{ANSWERED} a reaction"),
    (WORKER, f"{ANSWERED} a change"),
    (WORKER, f"{BEFORE} the note of the write"),
    (WORKER, f"{AFTER} the note of the write"),
    (WORKER, f"{BEFORE} the lease's end"),
    (WORKER, f"{AFTER} the lease's end"),
)


class Orders:
    """The folder of orders, as the harness sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in (WEB, WORKER, CLOCK, "done"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def give(self, role: str, step: str) -> None:
        (self.folder / role / step).touch()

    def is_open(self, role: str, step: str) -> bool:
        return (self.folder / role / step).exists()

    def withdraw(self, role: str, step: str) -> bool:
        """Takes an order back; False if it was carried out."""
        try:
            (self.folder / role / step).unlink()
        except FileNotFoundError:
            return False
        return True


def install() -> None:
    """Makes the steps of this process fatal, if it is one of ours."""
    factor = float(os.environ.get("LAMPLIGHTER_HURRY", "1"))
    if "app.py" in sys.orig_argv and factor != 1:
        from adapters import processes

        processes.LONGEST_DELAY = 1.0
    role = _role(sys.orig_argv)
    if role is None:
        return
    _hurry(factor)
    fate = _Fate(role, Path(os.environ["LAMPLIGHTER_ORDERS"]))
    fate.watch_the_ledger()
    fate.watch_the_queue()
    fate.watch_github()


def _role(words: list[str]) -> str | None:
    if "granian" in words:
        return WEB  # its workers are forks, and only they come to any step
    if "flask" in words:
        return next((role for role in (WORKER, CLOCK) if role in words), None)
    return None


def _hurry(factor: float) -> None:
    """Shortens the times after which somebody is believed dead, for the short version of the tests.

    A claim may pass while its worker lives, which costs work and no more; a lease must outlast a slow machine.
    """
    if factor == 1:
        return
    from adapters.ledger import inbox, leases, outbox

    inbox.CLAIM = max(timedelta(seconds=3), inbox.CLAIM * factor)
    leases.LENGTH = max(timedelta(seconds=6), leases.LENGTH * factor)
    leases.FRESH = max(timedelta(seconds=1), leases.FRESH * factor)
    outbox.RING_AGAIN = max(timedelta(seconds=1), outbox.RING_AGAIN * factor)


class _Fate:
    """Looks at each step whether there is an order for it."""

    def __init__(self, role: str, folder: Path) -> None:
        self._orders = folder / role
        self._done = folder / "done"
        self._role = role

    def step(self, name: str) -> None:
        try:
            (self._orders / name).rename(self._done / f"{self._role} {os.getpid()} {name}")
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    def watch_the_ledger(self) -> None:
        from sqlalchemy import Engine, event
        from sqlalchemy.engine.default import DefaultDialect

        from adapters.ledger import Ledger

        commit, add = DefaultDialect.do_commit, Ledger.add

        def hear(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith(("INSERT", "UPDATE", "DELETE")):
                connection.info.setdefault("statements", []).append(statement.replace("\n", " "))

        def do_commit(dialect: Any, connection: Any) -> None:
            name = _named(TRANSACTIONS, connection.info.pop("statements", ()))
            if name:
                self.step(f"{BEFORE} {name}")
            commit(dialect, connection)
            if name:
                self.step(f"{AFTER} {name}")

        def add_rows(ledger: Ledger, *rows: Any) -> list[Any]:
            """One statement, and its commit, past SQLAlchemy: the rows of the inbox."""
            self.step(f"{BEFORE} the inbox row")
            found = add(ledger, *rows)
            self.step(f"{AFTER} the inbox row")
            return found

        Ledger.add = add_rows  # type: ignore[method-assign]
        event.listen(Engine, "begin", lambda connection: connection.info.pop("statements", None))
        event.listen(Engine, "before_cursor_execute", hear)
        DefaultDialect.do_commit = do_commit

    def watch_the_queue(self) -> None:
        from redis.connection import AbstractConnection

        send = AbstractConnection.send_packed_command

        def send_packed_command(connection: Any, command: Any, *rest: Any, **named: Any) -> None:
            parts = command if isinstance(command, list | tuple) else [command]
            is_bell = any(b"PUSH" in part and b"rq:queue:" in part for part in map(bytes, _encoded(parts)))
            if is_bell:
                self.step("before the enqueue")
            send(connection, command, *rest, **named)
            if is_bell:
                self.step("after the enqueue")

        AbstractConnection.send_packed_command = send_packed_command

    def watch_github(self) -> None:
        kind = http.client.HTTPConnection
        put, send, answer = kind.putrequest, kind.endheaders, kind.getresponse

        def putrequest(connection: Any, method: str, url: str, *rest: Any, **named: Any) -> None:
            connection.asked_for = _named(REQUESTS, [f"{method} {url.partition('?')[0]}"])
            put(connection, method, url, *rest, **named)

        def endheaders(connection: Any, *rest: Any, **named: Any) -> None:
            self.step(f"{ASKING} {connection.asked_for}")
            send(connection, *rest, **named)

        def getresponse(connection: Any) -> http.client.HTTPResponse:
            response = answer(connection)
            self.step(f"{ANSWERED} {connection.asked_for}")
            return response

        kind.putrequest, kind.endheaders = putrequest, endheaders
        kind.getresponse = getresponse


def _encoded(parts: Iterable[Any]) -> Iterable[bytes]:
    return (part if isinstance(part, bytes | memoryview) else str(part).encode() for part in parts)


def _named(names: Iterable[tuple[str, re.Pattern[str]]], said: Iterable[str]) -> str:
    said = list(said)
    return next((name for name, words in names if any(words.match(one) for one in said)), "")
