"""What waits or went wrong: `flask --app app inbox` and `… outbox`."""

from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from adapters.ledger import inbox as inbox_rows
from adapters.ledger import outbox as outbox_rows
from adapters.ledger import pace
from pages.commands import ready_context


@click.command("inbox")
@click.option("--retry", type=int, metavar="ID", help="Try a parked row again.")
@with_appcontext
def inbox_command(retry: int | None) -> None:
    """Show what waits, is parked or failed, and why."""
    context = ready_context()
    if retry is not None:
        with context.ledger.write() as connection:
            found = inbox_rows.unpark(connection, retry, context.now())
        click.echo(f"Row {retry} will be tried again." if found else f"No row {retry} is parked.")
        return
    with context.ledger.read() as connection:
        counts, rows = inbox_rows.counts(connection), inbox_rows.troubles(connection)
    click.echo(", ".join(f"{count} {state}" for state, count in counts.items()))
    for row in rows:
        state = "parked" if row.parked_at else f"waits until {row.due_at:%Y-%m-%d %H:%M:%S} UTC"
        where = f"repository {row.repository_id} thread {row.thread}"
        click.echo(f"{row.id}  {state}  {row.job}  {where}  delivery {row.delivery}: {row.note}")


@click.command("outbox")
@click.option("--retry", type=int, metavar="ID", help="Try a parked write again.")
@with_appcontext
def outbox_command(retry: int | None) -> None:
    """Show which writes wait or are parked, and why."""
    context = ready_context()
    if retry is not None:
        with context.ledger.write() as connection:
            found = outbox_rows.unpark(connection, retry, context.now())
        click.echo(f"Write {retry} will be tried again." if found else f"No write {retry} is parked.")
        return
    with context.ledger.read() as connection:
        waiting, rows = outbox_rows.waiting(connection), outbox_rows.troubles(connection)
        held = pace.waits(connection, context.now())
    click.echo(f"{waiting} waiting")
    for place in held:
        click.echo(f"installation {place.id} ({place.account}): {place.writes} {_held(place, context.now())}")
    for row in rows:
        state = "parked" if row.parked_at else f"waits until {row.due_at:%Y-%m-%d %H:%M:%S} UTC"
        click.echo(f"{row.id}  {state}  {row.verb}  {row.lane}: {row.note}")


def _held(place: Any, now: datetime) -> str:
    """Why the writes of an installation wait, and until when."""
    reasons = (
        (place.wait_until, "wait for GitHub" if not place.suspended_at else "wait: it is suspended"),
        (place.write_after, "wait for our own pace of writing"),
        (place.later_after, "wait, but for urgent ones: little room is left"),
    )
    until, reason = next((until, reason) for until, reason in reasons if until and until > now)
    return f"{reason}, until {until:%Y-%m-%d %H:%M:%S} UTC"
