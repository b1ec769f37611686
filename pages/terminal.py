"""The operator's commands: `flask --app app …`, and everything at once with `python app.py`."""

import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from redis.exceptions import RedisError

from adapters import logs
from adapters import settings as environment
from adapters.context import Context, open_context
from adapters.ledger.release import release
from adapters.processes import AlreadyRunning, only_one, run_all
from adapters.settings import Settings
from adapters.valkey import PrivateValkey, ValkeyError
from jobs import clock as clock_job
from jobs import deliveries
from pages import setup
from pages.certificates_command import certificates_command
from pages.check_config import check_config_command
from pages.commands import database_troubles, ready_context
from pages.context import context_of_app
from pages.copy import copy_command
from pages.digest import digest_command
from pages.doctor import doctor_command
from pages.explain import explain_command
from pages.rebuild import rebuild_command
from pages.report import report_command
from pages.simulate import simulate_command
from pages.waiting import inbox_command, outbox_command

CHECKOUT = Path(__file__).parent.parent


@click.command("release")
@with_appcontext
def release_command() -> None:
    """Bring the database's tables up to date. Run it before the processes start."""
    _warn(context_of_app().settings)
    with database_troubles():
        click.echo(f"The ledger is at revision {release(context_of_app().ledger)}.")


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
    logs.to_terminal()
    context = _context(embedded)
    try:
        context.bell.worker().work(logging_level="WARNING")
    except (RedisError, ValkeyError) as error:
        raise click.ClickException(f"The queue cannot be reached: {error}") from error


@click.command("clock")
@EMBEDDED
@with_appcontext
def clock_command(embedded: bool) -> None:
    """Ring for whatever comes due, until told to stop."""
    logs.to_terminal()
    context = _context(embedded)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    take = current_app.extensions["door"].take
    threading.Thread(
        target=deliveries.run, args=(context, take, stop), name="deliveries", daemon=True
    ).start()
    clock_job.run(context, stop)


def _context(embedded: bool) -> Context:
    """A process of its own needs a queue and a database that the others can reach too."""
    settings = context_of_app().settings
    missing = settings.missing_services
    if missing and not embedded:
        raise click.ClickException(
            f"This process wants {' and '.join(missing)}; `python app.py` runs everything without."
        )
    if not settings.has_credentials:
        raise click.ClickException("The App has no credentials yet; see the README.")
    return ready_context()


COMMANDS: Sequence[click.Command] = (
    release_command,
    worker_command,
    clock_command,
    inbox_command,
    outbox_command,
    digest_command,
    report_command,
    rebuild_command,
    copy_command,
    explain_command,
    simulate_command,
    check_config_command,
    setup.setup_command,
    doctor_command,
    certificates_command,
)


def run_everything() -> None:
    """`python app.py`: web, worker and clock on one machine, with a queue of their own if none is given."""
    logs.to_terminal()
    settings = settings_or_exit()
    _warn(settings)
    try:
        only_one(settings.data_dir)
    except AlreadyRunning as other:
        sys.exit(str(other))
    context = open_context(settings)
    context.metrics.clear()
    try:
        with database_troubles():
            release(context.ledger)
    except click.ClickException as trouble:
        sys.exit(trouble.message)
    link = None if settings.has_credentials else setup.open_link(context, keeps=True)
    context.close()
    keepers = [] if settings.redis_url else [PrivateValkey(settings.data_dir).ensure_running]
    for keep in keepers:
        keep()
    if link:
        setup.tell(link)
    sys.exit(run_all(_processes(settings), keepers=keepers, later=_with_credentials if link else dict))


def settings_or_exit() -> Settings:
    """The settings, or the end of the process with every problem on a line of its own."""
    try:
        return environment.load()
    except environment.SettingsError as error:
        sys.exit("\n".join(error.problems))


def _warn(settings: Settings) -> None:
    """Once for each start, and not by every process."""
    for warning in settings.warnings:
        click.echo(warning, err=True)


def _processes(settings: Settings) -> dict[str, Sequence[str]]:
    flask = [sys.executable, "-m", "flask", "--app", str(CHECKOUT / "app.py")]
    web = [*WEB, "--host", "127.0.0.1", "--port", str(settings.port)]
    if not settings.has_credentials:
        return {"web": web}
    return {"web": web, "worker": [*flask, "worker", "--embedded"], "clock": [*flask, "clock", "--embedded"]}


def _with_credentials() -> dict[str, Sequence[str]]:
    """What else runs once the set-up page has kept the credentials."""
    try:
        settings = environment.load()
    except environment.SettingsError:
        return {}  # somebody is editing `.env`
    if not settings.has_credentials:
        return {}
    click.echo("The App has its credentials; everything starts.", err=True)
    return {name: argv for name, argv in _processes(settings).items() if name != "web"}


WEB = [
    *(sys.executable, "-m", "granian", "--interface", "asginl", "--factory", "app:serve"),
    *("--workers", "2", "--respawn-failed-workers", "--workers-kill-timeout", "10"),
    *("--log-level", "warning"),
]
