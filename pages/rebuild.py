"""`flask --app app rebuild`: what a lost database knew of a repository, read again from GitHub."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import with_appcontext

from adapters.context import Context
from adapters.github import Limited, Missing, Trouble
from adapters.reading import Memory
from jobs.program import NoProgram
from jobs.rebuild import Outcome, rebuild
from pages.commands import ready_context

FRESH = timedelta(hours=6)  # what an interrupted reading has read is used for so long

Found = TypeVar("Found")


@click.command("rebuild")
@click.argument("repository")
@click.option("--dry-run", is_flag=True, help="Only print what differs; change nothing.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YEAR-MONTH-DAY",
    help="Read from this day on, if the App was installed there before and taken away meanwhile.",
)
@with_appcontext
def rebuild_command(repository: str, dry_run: bool, since: datetime | None) -> None:
    """Put back what the database knew of REPOSITORY (owner/repository), as far as GitHub shows it.

    GitHub is only read. Run it for each repository of a program, its home first.
    """
    context = ready_context()
    must_have_credentials(context)
    begin = since.replace(tzinfo=UTC) if since else None
    memory = _memory(context, repository)
    outcome = reading(
        context, repository, lambda: rebuild(context, repository, dry_run=dry_run, since=begin, memory=memory)
    )
    _tell(outcome, dry_run=dry_run)


def must_have_credentials(context: Context) -> None:
    if not context.settings.has_credentials:
        raise click.ClickException("The App has no credentials yet; see the README.")


def reading(context: Context, repository: str, read: Callable[[], Found]) -> Found:
    """Reads from GitHub; what stands in the way is told in a sentence, and when to go on."""
    try:
        return read()
    except NoProgram as none:
        lines = [f"{repository} has no configuration without a mistake: there is no program.", *none.problems]
        raise click.ClickException("\n".join(map(str, lines))) from none
    except Limited as limit:
        until = limit.until(context.now())
        raise click.ClickException(
            f"GitHub wants a pause. Run the command again at {until:%Y-%m-%d %H:%M:%S} UTC; nothing was changed."
        ) from limit
    except Missing as missing:
        raise click.ClickException(
            f"The App is not installed on {repository}, or there is no such thing."
        ) from missing
    except Trouble as trouble:
        raise click.ClickException(f"GitHub could not be read: {trouble}. Nothing was changed.") from trouble


def _memory(context: Context, repository: str) -> Memory:
    """What an interrupted reading left, unless that was long ago."""
    name = repository.lower().replace("/", "--")
    file = Path(context.settings.data_dir) / f"rebuild-{name}.jsonl"
    memory = Memory(file)
    if file.exists() and datetime.fromtimestamp(file.stat().st_mtime, UTC) < datetime.now(UTC) - FRESH:
        memory.forget()
    return memory


def _tell(outcome: Outcome, *, dry_run: bool) -> None:
    for line in (*outcome.problems, *outcome.lines):
        click.echo(line)
    count = len(outcome.lines)
    if not count:
        click.echo(f"{outcome.threads} threads read; the database knows it all.")
    elif dry_run:
        click.echo(f"{outcome.threads} threads read, {_differences(count)}. Nothing was changed.")
    else:
        click.echo(f"{outcome.threads} threads read, {_differences(count)} put right.")
    if outcome.others:
        click.echo(f"Further repositories of the program: {', '.join(outcome.others)}")


def _differences(count: int) -> str:
    return "1 difference" if count == 1 else f"{count} differences"
