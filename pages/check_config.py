"""`flask --app app check-config`: a configuration file, checked without GitHub."""

import sys

import click

from mentoring.configuration import EXTENDS, Parsed, Problem, extends_of, parse_alone, parse_layers
from mentoring.doubts import doubts
from mentoring.yaml12 import MOST_BYTES

FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
OFFLINE = "Not looked for, since that takes GitHub: whether its logins, labels and paths exist."


@click.command("check-config")
@click.argument("file", type=FILE)
@click.option(
    "--extends",
    "base",
    type=FILE,
    help="The file of the repository that FILE builds on with `_extends`, if you have it here.",
)
def check_config_command(file: str, base: str | None) -> None:
    """Check the configuration FILE (`-` reads what comes in) without GitHub, credentials or a database.

    Each line says `file:line:column: message`. Ends with 0 if the file can be used, even where a warning says
    that something looks wrong; with 1 if it cannot; with 2 if there is no such file.
    """
    name, text = _name(file), _read(file)
    parsed = parse_layers([(name, text), (_name(base), _read(base))]) if base else parse_alone(text, name)
    for problem in parsed.problems:
        click.echo(_line(problem))
    for doubt in doubts(parsed):
        click.echo(_line(doubt, "warning: "))
    click.echo(_end(name, text, parsed, is_whole=base is not None), err=True)
    sys.exit(1 if parsed.problems else 0)


def _name(file: str) -> str:
    return file if file != "-" else "<stdin>"


def _read(file: str) -> str:
    """As it is read from GitHub: what is no UTF-8 gets a mistake with its place; of a huge file the size is one."""
    with click.open_file(file, "rb") as opened:
        data: bytes = opened.read(MOST_BYTES + 4)
    return data.decode("utf-8", errors="replace")


def _line(problem: Problem, kind: str = "") -> str:
    return f"{problem.source}:{problem.line}:{problem.column}: {kind}{problem.message}"


def _end(name: str, text: str, parsed: Parsed, *, is_whole: bool) -> str:
    count = len(parsed.problems)
    found = f"{count} problem{'s' if count > 1 else ''}." if count else "it can be used."
    extended = extends_of(text)
    unread = "" if is_whole or not extended else f"\nNot read: `{EXTENDS}: {extended}`, on which it builds."
    return f"{name}: {found}\n{OFFLINE}{unread}"
