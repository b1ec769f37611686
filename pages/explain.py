"""`flask --app app explain`: what is known of a thread, and what would be done now and why."""

import click
from flask.cli import with_appcontext

from jobs.explain import explain
from pages.commands import ready_context
from pages.rebuild import must_have_credentials, reading


@click.command("explain")
@click.argument("thread", metavar="OWNER/REPOSITORY#NUMBER")
@with_appcontext
def explain_command(thread: str) -> None:
    """Tell what is known of a thread, and what would be done now and why. Nothing is written."""
    context = ready_context()
    must_have_credentials(context)
    repository, _, number = thread.partition("#")
    if "/" not in repository or not number.isdecimal():
        raise click.ClickException("Write it as owner/repository#12.")
    for line in reading(context, thread, lambda: list(explain(context, repository, int(number)))):
        click.echo(line)
