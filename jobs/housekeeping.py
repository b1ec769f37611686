"""Housekeeping: every night what nobody needs any more goes, and what an installation left behind at once."""

from datetime import timedelta

from adapters.context import Context
from adapters.ledger import retention
from jobs.decision import Row
from jobs.report import schedule_all

EVERY = timedelta(days=1)
# A walk's place, and the ledger's function that takes some steps of it.
WALKS = {"old deliveries": retention.clean_inbox, "old writes": retention.clean_outbox}


def housekeeping(context: Context, _row: Row) -> None:
    """Many small transactions, so that nobody waits for the database; killed half-way, the next night goes on."""
    with context.ledger.write() as connection:
        retention.leave(connection, context.now())
    for name in WALKS:
        _walk(context, name)
    _drop_commands(context)
    _drop_old(context)
    erase_left(context)
    schedule_all(context)


def erase(context: Context, _row: Row) -> None:
    """What was known through an installation that was removed."""
    erase_left(context)


def erase_left(context: Context) -> None:
    """Erases the repositories whose time has come, and the people who were known through them alone."""
    with context.ledger.read() as connection:
        ids = retention.to_erase(connection, context.now())
    if ids:
        _erase(context, ids)
    _drop_logins(context)


def _erase(context: Context, ids: list[int]) -> None:
    """In small steps. Killed half-way the repositories are still there, and everything begins anew.

    A step leaves out those to which the App came back before it: what is known there is of use again.
    """
    after: int | None = 0
    while after is not None:
        with context.ledger.write() as connection:
            after = retention.unname(connection, ids, after)
    for repository_id in ids:
        more = True
        while more:
            with context.ledger.write() as connection:
                more = retention.erase_some(connection, repository_id)
    person: int | None = 0
    while person is not None:
        with context.ledger.write() as connection:
            person = retention.drop_unmentioned(connection, person)
    with context.ledger.write() as connection:
        retention.drop_repositories(connection, ids)


def _drop_logins(context: Context) -> None:
    with context.ledger.read() as connection:
        words = retention.words_of_files(connection)
    dropped = retention.AT_ONCE
    while dropped == retention.AT_ONCE:
        with context.ledger.write() as connection:
            dropped = retention.drop_unused_logins(connection, words)


def _walk(context: Context, name: str) -> None:
    """Goes on where the walk of the night before ended, so that a night costs what a day brought."""
    with context.ledger.read() as connection:
        after: int | None = retention.position(connection, name)
    while after is not None:
        with context.ledger.write() as connection:
            after = WALKS[name](connection, context.now(), after)
            if after is not None:
                retention.note_position(connection, name, after, context.now())


def _drop_commands(context: Context) -> None:
    more = True
    while more:
        with context.ledger.write() as connection:
            more = retention.mark_commands(connection, context.now())
    while True:
        with context.ledger.read() as connection:  # a long look, which holds nothing
            keys = retention.old_commands(connection, context.now())
        if not keys:
            return
        with context.ledger.write() as connection:
            retention.drop_commands(connection, keys)


def _drop_old(context: Context) -> None:
    more = True
    while more:
        with context.ledger.write() as connection:
            more = retention.drop_old(connection, context.now()) > 0
