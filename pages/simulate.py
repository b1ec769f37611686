"""`flask --app app simulate`: what would have been said in a repository lately, had the App been there."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from jobs.simulate import Simulated, simulate
from pages.commands import context_of_app
from pages.rebuild import must_have_credentials, reading

MOST_SHOWN = 15  # threads of a kind
# In the order in which they are told: what one and what several of a kind are called.
KINDS = {
    "invitation": ("asked 1 graduate", "asked {} graduates"),
    "invitations": ("opened 1 issue to ask in", "opened {} issues to ask in"),
    "invitation_reminder": ("asked 1 graduate once more", "asked {} graduates once more"),
    "welcome": ("greeted 1 newcomer", "greeted {} newcomers"),
    "introduction": ("introduced somebody else once", "introduced somebody else {} times"),
    "reminder": ("reminded 1 mentor", "reminded mentors {} times"),
    "organizers": ("told the organizers once", "told the organizers {} times"),
    "check_in": ("asked 1 silent newcomer how it goes", "asked silent newcomers {} times how it goes"),
    "good_first": ("named a mentor on 1 new good first issue", "named mentors on {} new good first issues"),
    "label": ("labelled 1 issue with a mentor's name", "labelled {} threads with a mentor's name"),
    "starter": ("thanked for 1 starter issue", "thanked for {} starter issues"),
    "claim_hint": ("explained once how to take an issue", "explained {} times how to take an issue"),
    "claim_released": ("freed 1 claimed issue", "freed {} claimed issues"),
    "digest": ("posted 1 digest", "posted {} digests"),
    "refusal": ("could not do 1 command", "could not do {} commands"),
}


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
    for kind in sorted(found.counts(), key=_order):
        threads = list(dict.fromkeys(one.where for one in found.said if one.kind == kind))
        one, several = KINDS.get(kind, (f"said once: {kind}", f"said {{}} times: {kind}"))
        count = found.counts()[kind]
        click.echo(f"  {one if count == 1 else several.format(count)}")
        click.echo(f"    {', '.join(threads[:MOST_SHOWN])}{_more(len(threads) - MOST_SHOWN)}")
    if not found.said:
        click.echo("  said nothing")
    click.echo("\nWhat this takes for granted:")
    for assumption in found.assumptions:
        click.echo(f"  {assumption}")


def _order(kind: str) -> int:
    return list(KINDS).index(kind) if kind in KINDS else len(KINDS)


def _more(count: int) -> str:
    return f" and {count} more" if count > 0 else ""
