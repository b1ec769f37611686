"""`flask --app app certificates`: how many are in force, the keys; takes one back, or makes a new key."""

import click
from flask.cli import with_appcontext

from adapters.ledger import certificates as ledger
from jobs import certificate_shown as shown
from pages.commands import database_troubles
from pages.context import context_of_app


@click.command("certificates")
@click.option("--revoke", "certificate_id", metavar="ID", help="Take back the certificate of this id.")
@click.option("--new-key", is_flag=True, help="Sign with a new key from now on; the old ones stay known.")
@with_appcontext
def certificates_command(certificate_id: str | None, new_key: bool) -> None:
    """Tell how many certificates are in force and their keys; take one back, or make a new key."""
    context = context_of_app()
    with database_troubles():
        if certificate_id is not None:
            _revoke(certificate_id)
        with context.ledger.write() as connection:
            if new_key:
                ledger.make_key(connection, anew=True)
            in_force, taken_back = ledger.count(connection)
        click.echo(f"{in_force} in force, {taken_back} taken back.")
        for number, key in enumerate(shown.keys(context)):
            click.echo(f"Key {key['kid']}{', which signs' if number == 0 else ''}")


def _revoke(certificate_id: str) -> None:
    context = context_of_app()
    with context.ledger.write() as connection:
        found = ledger.is_id(certificate_id) and ledger.revoke(
            connection, context.now(), "organizers", ledger.by_id(certificate_id)
        )
    if not found:
        raise click.ClickException("No certificate of this id is in force.")
