"""The frame of every job: a row to work on, and one transaction in which it is decided."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from adapters import outbox
from adapters.context import Context
from adapters.ledger import inbox, places
from mentoring.actions import Action

SHORTLY = timedelta(seconds=5)


class Again(Exception):
    """The row is to be looked at again at `at`, by design and not because of a failure."""

    def __init__(self, at: datetime, why: str) -> None:
        super().__init__(why)
        self.at = at


class Lacking(Exception):
    """The payload lacks a field that GitHub always sends."""


class DoneAlready(Exception):
    """Another worker decided this row first; nothing of this decision is recorded."""


@dataclass(frozen=True)
class Row:
    """A row of the inbox, as a job sees it."""

    id: int
    delivery: str
    job: str
    attempts: int
    received_at: datetime
    fields: dict[str, Any]
    installation: int | None = None
    repository: int | None = None
    thread: int | None = None
    touched: set[int] = field(default_factory=set)  # installations whose outbox got something

    @property
    def installation_id(self) -> int:
        return int(self._given("installation.id", self.installation))

    @property
    def repository_id(self) -> int:
        return int(self._given("repository.id", self.repository))

    @property
    def number(self) -> int:
        return int(self._given("number", self.thread))

    def field(self, name: str) -> Any:
        """A field that GitHub always sends. Raises Lacking without it."""
        return self._given(name, self.fields.get(name))

    def _given(self, name: str, value: Any) -> Any:
        if value is None:
            raise Lacking(f"the payload lacks {name}")
        return value


class Decision:
    """One transaction: what is recorded and asked for in it stands together with the row being done."""

    def __init__(self, context: Context, row: Row, connection: Connection) -> None:
        self.context = context
        self.row = row
        self.connection = connection
        self.now = context.now()
        self.note: str | None = None
        self._said: list[Action] = []

    def act(self, installation_id: int, actions: Iterable[Action]) -> None:
        """Asks the outbox for the actions."""
        asked = list(actions)
        outbox.put(self.connection, installation_id, asked, self.now, self.row.delivery)
        self._said += asked
        self.row.touched.add(installation_id)

    def seal(self) -> None:
        """Last of all: what is said carries what was decided, so that a lost ledger can be built again."""
        outbox.seal(self.connection, self._said)

    def act_in(self, repository_id: int, actions: Iterable[Action]) -> None:
        """Asks for actions in any repository of the program; where the App is not installed nothing happens."""
        installation_id = places.installation_of(self.connection, repository_id)
        if installation_id is not None:
            self.act(installation_id, actions)


def wait_for_welcome(context: Context, row: Row) -> None:
    """What happens on a thread before its welcome is decided is noted after it. Raises Again until then."""
    with context.ledger.read() as connection:
        if inbox.waits_to_begin(connection, row.repository_id, row.number):
            raise Again(context.now() + SHORTLY, "its welcome comes first")


@contextmanager
def decide(context: Context, row: Row) -> Iterator[Decision]:
    """The transaction of a row's decision. Raises DoneAlready if another worker was faster."""
    with context.ledger.write() as connection:
        decision = Decision(context, row, connection)
        # First, so that the row is locked and a second worker waits here and then leaves.
        if not inbox.finish(connection, row.id, decision.now):
            raise DoneAlready
        yield decision
        decision.seal()
        if decision.note:
            inbox.note(connection, row.id, decision.note)


@contextmanager
def go_on(context: Context, row: Row) -> Iterator[Decision]:
    """A transaction of a row that is not done with it: the job ends by raising Again."""
    with context.ledger.write() as connection:
        decision = Decision(context, row, connection)
        yield decision
        decision.seal()
