"""`flask --app app report`: who stayed, of a cohort or in a period, as text, table or data."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import click
from flask.cli import with_appcontext

from adapters import texts
from adapters.context import Context
from adapters.ledger import places, programs
from jobs import report as report_job
from jobs.decision import Again
from jobs.program import Loaded
from jobs.report_book import MANY_PAGES, fill
from jobs.week import load_home
from mentoring import report as rules
from mentoring.book import Period
from mentoring.report import Report
from mentoring.report_words import NAMES
from mentoring.stayed import Figure
from pages.commands import ready_context
from pages.rebuild import must_have_credentials, reading
from pages.tables import defused

DAY = click.DateTime(["%Y-%m-%d"])
COLUMNS = ("part", "group", "number", "days", "numerator", "denominator", "per cent", "known")
Line = tuple[str, str, int | None, Figure]  # part, group, days, the figure


@click.command("report")
@click.option("--cohort", metavar="NAME", help="A cohort, by its name in the file; without it, everybody.")
@click.option("--program", metavar="OWNER/REPO", help="A repository of the program, if there are several.")
@click.option("--since", type=DAY, metavar="YEAR-MONTH-DAY", help="The first day; not with a cohort.")
@click.option("--until", type=DAY, metavar="YEAR-MONTH-DAY", help="The last day; not with a cohort.")
@click.option(
    "--format", "form", type=click.Choice(["md", "csv", "json"]), default="md", show_default=True, help="How."
)
@with_appcontext
def report_command(
    cohort: str | None, program: str | None, since: datetime | None, until: datetime | None, form: str
) -> None:
    """Print who stayed, each number with what it is of. GitHub is read; nothing is written or posted."""
    context = ready_context()
    must_have_credentials(context)
    if cohort and (since or until):
        raise click.UsageError("A cohort has its own days: give --cohort, or --since and --until.")
    slug = program or _only_program(context)
    found = reading(context, slug, lambda: _report(context, slug, cohort, since, until))
    click.echo(FORMS[form](found), nl=form != "csv")


def _only_program(context: Context) -> str:
    with context.ledger.read() as connection:
        homes = [row for one in programs.all_ids(connection) if (row := places.repository(connection, one))]
    here = sorted(one.full_name for one in homes if one.installation_id)
    if len(here) == 1:
        return str(here[0])
    if not here:
        raise click.ClickException("There is no program yet.")
    raise click.ClickException(
        f"There are {len(here)} programs. Give --program with one of: {', '.join(here)}"
    )


def _report(
    context: Context, slug: str, name: str | None, since: datetime | None, until: datetime | None
) -> Report:
    loaded = _loaded(context, slug)
    try:
        if name is None:
            period = _period(context, loaded, since, until)
            return report_job.of_period(loaded, fill(context, loaded, MANY_PAGES), period)
        cohort = next((one for one in loaded.program.cohorts if one.name.lower() == name.lower()), None)
        if cohort is None:
            names = ", ".join(one.name for one in loaded.program.cohorts)
            raise click.ClickException(f"No cohort is called {name}. There are: {names or 'none'}")
        return report_job.of_cohort(loaded, fill(context, loaded, MANY_PAGES), cohort)
    except Again as again:
        raise click.ClickException(
            f"Not now: {again}. Try again at {again.at:%Y-%m-%d %H:%M} UTC."
        ) from again


def _loaded(context: Context, slug: str) -> Loaded:
    with context.ledger.read() as connection:
        place = places.repository_named(connection, slug)
    loaded = load_home(context, place.program_id) if place is not None and place.program_id else None
    if loaded is None:
        raise click.ClickException(f"{slug} has no program, or the App is not installed on its home.")
    return loaded


def _period(context: Context, loaded: Loaded, since: datetime | None, until: datetime | None) -> Period:
    """Up to today; without a beginning, from the first day of the first cohort, else from a year ago."""
    today = context.now().astimezone(loaded.program.clock).date()
    last = min(until.date(), today) if until else today
    first = since.date() if since else min((one.starts for one in loaded.program.cohorts), default=None)
    first = first or date(last.year - 1, last.month, min(last.day, 28))
    if first > last:
        raise click.ClickException(f"There are no days from {first} to {last}.")
    return Period(first, last)


# --- the forms ------------------------------------------------------------------------------------


def _as_text(found: Report) -> str:
    return texts.render(rules.text(found))


def _as_csv(found: Report) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for part, group, days, one in _lines(found):
        known = "yes" if one.part is not None else "no"
        cells = (part, group, NAMES[one.name], days, one.part, one.whole, one.per_cent, known)
        writer.writerow(["" if cell is None else defused(str(cell)) for cell in cells])
    return out.getvalue()


def _as_json(found: Report) -> str:
    told: dict[str, Any] = {
        "cohort": found.cohort,
        "first": found.period.first.isoformat(),
        "last": found.period.last.isoformat(),
        "goals": list(found.goals),
        "events": [vars(one) | {"day": one.day.isoformat()} for one in found.events],
        "numbers": [_line(*line) for line in _lines(found)],
        "known_since": {gap.kind: gap.since.isoformat() for gap in found.gaps},
        "counted": vars(found.counted),
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _line(part: str, group: str, days: int | None, one: Figure) -> dict[str, Any]:
    """A number that is not known is null; one that has no denominator is a count."""
    named = {"part": part, "group": group, "number": one.name, "days": days}
    return named | {"numerator": one.part, "denominator": one.whole}


def _lines(found: Report) -> Iterator[Line]:
    group = found.cohort or "everybody"
    for one in (found.opened, found.merged):
        yield "headline", group, None, one
    for one in found.graduates:
        yield "graduates", group, None, one
    for row in found.stayed:
        for kind in ("any", "pulls", "reviews", "mentor"):
            yield f"stayed: {kind}", group, row.days, getattr(row, kind)
    for name, newcomers in (("with a mentor", found.with_mentor), ("without", found.without)):
        for one in rules.columns(newcomers):
            days = int(one.name.removeprefix("active_")) if one.name.startswith("active_") else None
            yield "newcomers", name, days, one
    for event in found.events:
        for name, count in (("event_came", event.came), ("event_firsts", event.firsts)):
            yield f"event on {event.day}", event.title, None, Figure(name, count)
    for one in found.exits:
        yield "exit question", "everybody", None, one


FORMS: Mapping[str, Callable[[Report], str]] = {"md": _as_text, "csv": _as_csv, "json": _as_json}
