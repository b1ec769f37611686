"""A scratch ledger: where something is tried out, on GitHub as it can be read, and nothing comes of it."""

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event, insert, select

from adapters.context import Context
from adapters.github import GitHub
from adapters.ledger import Ledger
from adapters.ledger.schema import forgotten, logins, metadata, people, secrets
from adapters.queue import Bell

AT_ONCE = 500  # rows


class Silent(Bell):
    """A bell that nobody hears."""

    def __init__(self) -> None:
        pass

    def ring_inbox(self, row_ids: Iterable[int]) -> bool:
        return True

    def ring_outbox(self, installation_ids: Iterable[int]) -> bool:
        return True


@contextmanager
def scratch(
    context: Context, github: GitHub, now: Callable[[], datetime], known: Collection[str] = ()
) -> Iterator[Context]:
    """A context with an empty ledger of its own, which is gone afterwards.

    Who asked to be forgotten is forgotten there, too. `known`: logins whose people are known there as here.
    """
    with tempfile.TemporaryDirectory(prefix="lamplighter-") as folder:
        ledger = Ledger(f"sqlite:///{Path(folder) / 'ledger.db'}")
        event.listen(ledger.engine, "connect", _hasty)
        try:
            metadata.create_all(ledger.engine)
            copy(context.ledger, ledger, {table: select(table) for table in (secrets, forgotten)})
            copy(context.ledger, ledger, _people(known))
            yield Context(context.settings, ledger, github, Silent(), now)
        finally:
            ledger.close()


def _hasty(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")  # nobody needs it after a crash


def _people(known: Collection[str]) -> dict[Table, Any]:
    named = logins.c.login.in_({login.lower() for login in known})
    theirs = people.c.id.in_(select(logins.c.person_id).where(named))
    return {people: select(people).where(theirs), logins: select(logins).where(named)}


def copy(source: Ledger, target: Ledger, chosen: dict[Table, Any]) -> None:
    """Copies rows into empty tables: for each table, those that its statement selects."""
    with source.read() as reading, target.write() as writing:
        for table, statement in chosen.items():
            _copy(reading, writing, table, statement)


def _copy(reading: Connection, writing: Connection, table: Table, statement: Any) -> None:
    for some in reading.execute(statement).partitions(AT_ONCE):
        writing.execute(insert(table), [dict(row._mapping) for row in some])
