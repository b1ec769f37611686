"""`flask --app app digest`: what the digest would say now."""

import uuid

import click
from flask.cli import with_appcontext

from adapters import texts
from adapters.context import Context
from adapters.ledger import inbox as inbox_rows
from adapters.ledger import places
from adapters.ledger.inbox import Asked
from jobs import digest as digest_job
from jobs import work
from pages.commands import ready_context


@click.command("digest")
@click.argument("repository")
@click.option("--post", is_flag=True, help="Post it now; still once a week.")
@with_appcontext
def digest_command(repository: str, post: bool) -> None:
    """Print what the digest of REPOSITORY's program (owner/repository) would say now."""
    context = ready_context()
    program_id = _program_of(context, repository)
    drafted = digest_job.draft(context, program_id)
    if drafted is None:
        raise click.ClickException("This program has no digest, or the App is not installed on its home.")
    if drafted.is_silent:
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
