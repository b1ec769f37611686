"""The operator's commands: `flask --app app …`, and everything at once with `python app.py`."""

import logging
import signal
import sys
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from redis.exceptions import RedisError

from adapters import settings as environment
from adapters import texts
from adapters.context import Context, open_context
from adapters.ledger import inbox as inbox_rows
from adapters.ledger import outbox as outbox_rows
from adapters.ledger import places
from adapters.ledger.inbox import Asked
from adapters.ledger.release import current, newest, release
from adapters.processes import run_all
from adapters.settings import Settings
from adapters.valkey import PrivateValkey, ValkeyError
from jobs import clock as clock_job
from jobs import digest as digest_job
from jobs import work

CHECKOUT = Path(__file__).parent.parent


def _context() -> Context:
    context: Context = current_app.extensions["context"]
    return context


@click.command("release")
@with_appcontext
def release_command() -> None:
    """Bring the database's tables up to date. Run it before the processes start."""
    click.echo(f"The ledger is at revision {release(_context().ledger)}.")


EMBEDDED = click.option(
    "--embedded",
    is_flag=True,
    help="Use the queue and the database of this machine, as `python app.py` does.",
)


@click.command("worker")
@EMBEDDED
@with_appcontext
def worker_command(embedded: bool) -> None:
    """Work on the queue until told to stop."""
    log_to_terminal()
    context = _context()
    _must_be_ready(context, embedded)
    try:
        context.bell.worker().work(logging_level="WARNING")
    except (RedisError, ValkeyError) as error:
        raise click.ClickException(f"The queue cannot be reached: {error}") from error


@click.command("clock")
@EMBEDDED
@with_appcontext
def clock_command(embedded: bool) -> None:
    """Ring for whatever comes due, until told to stop."""
    log_to_terminal()
    context = _context()
    _must_be_ready(context, embedded)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    clock_job.run(context, stop)


@click.command("inbox")
@click.option("--retry", type=int, metavar="ID", help="Try a parked row again.")
@with_appcontext
def inbox_command(retry: int | None) -> None:
    """Show what waits, is parked or failed, and why."""
    context = _context()
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
    context = _context()
    if retry is not None:
        with context.ledger.write() as connection:
            found = outbox_rows.unpark(connection, retry, context.now())
        click.echo(f"Write {retry} will be tried again." if found else f"No write {retry} is parked.")
        return
    with context.ledger.read() as connection:
        waiting, rows = outbox_rows.waiting(connection), outbox_rows.troubles(connection)
    click.echo(f"{waiting} waiting")
    for row in rows:
        state = "parked" if row.parked_at else f"waits until {row.due_at:%Y-%m-%d %H:%M:%S} UTC"
        click.echo(f"{row.id}  {state}  {row.verb}  {row.lane}: {row.note}")


@click.command("digest")
@click.argument("repository")
@click.option("--post", is_flag=True, help="Post it now; still once a week.")
@with_appcontext
def digest_command(repository: str, post: bool) -> None:
    """Print what the digest of REPOSITORY's program (owner/repository) would say now."""
    context = _context()
    program_id = _program_of(context, repository)
    drafted = digest_job.draft(context, program_id)
    if drafted is None:
        raise click.ClickException("This program has no digest, or the App is not installed on its home.")
    if drafted.week.is_silent:
        click.echo("There is nothing to say this week.")
        return
    click.echo(f"# {texts.render_line(drafted.issue.title)}\n\n{texts.render(drafted.issue.text)}")
    if post:
        click.echo(f"\n{_post(context, program_id)}")


def _program_of(context: Context, repository: str) -> int:
    with context.ledger.read() as connection:
        place = places.repository_named(connection, repository)
    if place is None or not place.program_id:
        raise click.ClickException(f"{repository} has no program, or the App has not seen it yet.")
    return int(place.program_id)


def _post(context: Context, program_id: int) -> str:
    asked = Asked(f"cli:{uuid.uuid4()}", "digest", fields={"program_id": program_id})
    with context.ledger.write() as connection:
        rows = inbox_rows.put(connection, [asked], context.now())
    for row_id in rows:
        work.handle_row(context, row_id)
    with context.ledger.read() as connection:
        note = inbox_rows.note_of(connection, rows[0])
    return f"Not posted: {note}." if note else "Posted."


def _must_be_ready(context: Context, embedded: bool) -> None:
    """A process of its own needs a queue and a database that the others can reach too."""
    missing = context.settings.missing_services
    if missing and not embedded:
        raise click.ClickException(
            f"This process wants {' and '.join(missing)}; `python app.py` runs everything without."
        )
    if not context.settings.has_credentials:
        raise click.ClickException("The App has no credentials yet; see the README.")
    if current(context.ledger) != newest():
        raise click.ClickException("The database is not up to date; run `flask --app app release` first.")


COMMANDS: Sequence[click.Command] = (
    release_command,
    worker_command,
    clock_command,
    inbox_command,
    outbox_command,
    digest_command,
)


def run_everything() -> None:
    """`python app.py`: web, worker and clock on one machine, with a queue of their own if none is given."""
    log_to_terminal()
    settings = settings_or_exit()
    context = open_context(settings)
    release(context.ledger)
    context.ledger.close()
    keepers = [] if settings.redis_url else [PrivateValkey(settings.data_dir).ensure_running]
    for keep in keepers:
        keep()
    if not settings.has_credentials:
        click.echo(f"No credentials yet: open {settings.public_url} to see what to do.", err=True)
    sys.exit(run_all(_processes(settings), keepers=keepers))


def settings_or_exit() -> Settings:
    """The settings, or the end of the process with every problem on a line of its own."""
    try:
        return environment.load()
    except environment.SettingsError as error:
        sys.exit("\n".join(error.problems))


def _processes(settings: Settings) -> dict[str, Sequence[str]]:
    flask = [sys.executable, "-m", "flask", "--app", str(CHECKOUT / "app.py")]
    web = [*WEB, "--host", "127.0.0.1", "--port", str(settings.port)]
    if not settings.has_credentials:
        return {"web": web}
    return {"web": web, "worker": [*flask, "worker", "--embedded"], "clock": [*flask, "clock", "--embedded"]}


WEB = [
    *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "app:serve"),
    *("--workers", "2", "--respawn-failed-workers", "--workers-kill-timeout", "10"),
    *("--log-level", "warning"),
]


def log_to_terminal() -> None:
    """Lines with time, level and what happened; the libraries' chatter is left out."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for library in ("rq", "alembic", "github", "urllib3"):
        logging.getLogger(library).setLevel(logging.WARNING)
