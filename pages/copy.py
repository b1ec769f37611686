"""`flask --app app copy`: the whole ledger from one database to another."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import make_url

from adapters import settings as environment
from adapters.ledger import copying
from adapters.processes import AlreadyRunning, only_one
from pages.commands import database_troubles
from pages.context import context_of_app

THEN = "Now set DATABASE_URL to the target and start. The source is as it was: keep it until you are content."


@click.command("copy")
@click.option("--from", "source", required=True, metavar="URL", help="The database that is in use so far.")
@click.option(
    "--to",
    "target",
    metavar="URL",
    help="The new one, empty and released.  [default: DATABASE_URL, so that no password need be typed here]",
)
@with_appcontext
def copy_command(source: str, target: str | None) -> None:
    """Copy everything from one database to another, SQLite to PostgreSQL or back.

    Stop all processes first. Each row is compared before anything is kept; if it fails, the target stays empty.
    """
    context = context_of_app()
    source_url = _read("--from", source)
    target_url = _read("--to", target) if target else context.settings.database_url
    _nobody_runs(context.settings.data_dir, source_url, target_url)
    try:
        with database_troubles():
            copied = copying.copy(source_url, target_url, context.now())
    except copying.Refused as refused:
        raise click.ClickException(f"{refused} Nothing was copied.") from refused
    for table in copied:
        click.echo(f"{table.table:<16}{table.rows:>9}  the same on both sides")
    click.echo(f"{sum(table.rows for table in copied)} rows copied and compared.\n{THEN}")


def _read(option: str, url: str) -> str:
    """The address as the processes would read it."""
    try:
        return environment.load({"DATABASE_URL": url}).database_url
    except environment.SettingsError as error:
        raise click.ClickException(error.problems[0].replace("DATABASE_URL", option)) from error


def _nobody_runs(data_dir: Path, *urls: str) -> None:
    """`python app.py` marks its folder, and does not start while we have the mark."""
    files = [Path(make_url(url).database or "") for url in urls if url.startswith("sqlite")]
    for folder in {data_dir, *(file.resolve().parent for file in files)}:
        try:
            if (folder / "running").exists():
                only_one(folder)
        except AlreadyRunning as other:
            raise click.ClickException(str(other)) from other
