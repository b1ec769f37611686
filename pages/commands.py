"""What the operator's commands have in common."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError

from adapters.context import Context
from adapters.ledger.release import is_ready
from pages.context import context_of_app


def ready_context() -> Context:
    """The same for a command that needs the database. What is wrong with that is told in a sentence."""
    context = context_of_app()
    with database_troubles():
        ready = is_ready(context.ledger)
    if not ready:
        raise click.ClickException("The database is not up to date; run `flask --app app release` first.")
    return context


@contextmanager
def database_troubles() -> Iterator[None]:
    """Makes a sentence for the operator of a database that is not there, or broken."""
    try:
        yield
    except DBAPIError as error:
        why = str(error.orig).partition("\n")[0]
        raise click.ClickException(f"The database cannot be used: {why}") from error
