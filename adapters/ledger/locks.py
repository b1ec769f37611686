"""Locks of several rows at once: everybody takes them in the order of their ids, so that no two wait for each other.

For rows of the inbox, of the outbox and of `repositories`; SQLite has one writer at a time and needs none of it.
"""

from typing import Any

from sqlalchemy import Select, Table, select


def in_order(table: Table, *which: Any) -> Select[int]:
    """The ids of rows, each locked in its turn. A transaction asks once for all that it is going to change."""
    return select(table.c.id).where(*which).order_by(table.c.id).with_for_update()


def free(table: Table, *which: Any) -> Select[int]:
    """The ids of those that nobody has in hand, locked: for what is as good without the others, or looks again."""
    return select(table.c.id).where(*which).order_by(table.c.id).with_for_update(skip_locked=True)
