"""`flask --app app simulate`: what would have been said in a repository lately, had the App been there."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from jobs.simulate import Simulated, simulate
from mentoring.simulating import tell
from pages.context import context_of_app
from pages.rebuild import must_have_credentials, reading


@click.command("simulate")
@click.argument("repository")
@click.option(
    "--days",
    type=click.IntRange(1, 365),
    metavar="NUMBER",
    default=30,
    show_default=True,
    help="How many days to look back.",
)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A configuration to try, in the place of the repository's own.",
)
@click.option("--nobody-answers", is_flag=True, help="Graduates who are asked stay silent.")
@with_appcontext
def simulate_command(repository: str, days: int, file: Path | None, nobody_answers: bool) -> None:
    """Tell what would have been said in REPOSITORY (owner/repository) lately. Nothing is written."""
    context = context_of_app()
    must_have_credentials(context)
    text = file.read_text("utf-8", errors="replace") if file else None
    found = reading(
        context,
        repository,
        lambda: simulate(context, repository, days, file=text, everybody_says_yes=not nobody_answers),
    )
    for problem in found.problems:
        click.echo(problem)
    if found.assumptions:
        click.echo(f"In the last {days} days Lamplighter would have\n")
        _tell(found)


def _tell(found: Simulated) -> None:
    for line in tell(found.said):
        click.echo(f"  {line.words}")
        click.echo(f"    {', '.join(line.threads)}{f' and {line.more} more' if line.more else ''}")
    if not found.said:
        click.echo("  said nothing")
    click.echo("\nWhat this takes for granted:")
    for assumption in found.assumptions:
        click.echo(f"  {assumption}")
