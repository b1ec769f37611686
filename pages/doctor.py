"""What is wrong, and how to mend it: `flask --app app doctor`."""

import click
from flask.cli import with_appcontext

from jobs.doctor import NOTE, OK, WRONG, examine
from pages.context import context_of_app

COLOURS = {OK: "green", NOTE: "yellow", WRONG: "red"}


@click.command("doctor")
@with_appcontext
def doctor_command() -> None:
    """Check everything that must be right, here and at GitHub; ends with 1 if something is wrong."""
    wrong = 0
    for finding in examine(context_of_app()):
        wrong += finding.level == WRONG
        click.echo(f"{click.style(f'{finding.level:5}', fg=COLOURS[finding.level])}  {finding.what}")
        if finding.mend:
            click.echo(f"       → {finding.mend}")
    click.echo("Nothing is wrong." if not wrong else f"Wrong: {wrong}. Begin with the first.")
    raise SystemExit(1 if wrong else 0)
