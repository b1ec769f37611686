"""`python -m tests.reference`: writes docs/reference.md, the README's table of variables and the list of decisions.

Each sentence stands in the code beside what it is about: below a configuration key, in the table of commands, in
the docstring of a command or page, in adapters/settings.py, as a comment in app.yml.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import click
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from ruamel.yaml import YAML
from werkzeug.routing import Rule

from adapters.context import open_context
from adapters.settings import VARIABLES, Settings, load
from app import create_app
from mentoring.commands import LINES
from mentoring.configuration import EXTENDS
from mentoring.roster import Program
from pages.terminal import COMMANDS

ROOT = Path(__file__).parent.parent
PAGE, README, DECISIONS = (ROOT / name for name in ("docs/reference.md", "README.md", "docs/adr/README.md"))
BAR = "\\|"  # one that does not end a cell
BEGIN, END = "<!-- reference:environment -->", "<!-- /reference:environment -->"
NOTHING = "–"

HEAD = """\
<!-- Written by `python -m tests.reference`. To change a sentence here, change it in the code. -->

# Reference

Everything there is, in one place, made from the code itself: what it says is what runs.

- [Configuration](#configuration): every key of `.github/lamplighter.yml`
- [Commands on GitHub](#commands-on-github): every `/mentor …`
- [Commands of the operator](#commands-of-the-operator): every `flask --app app …`
- [Environment](#environment): every variable
- [Pages](#pages): every address that answers
- [Permissions and events](#permissions-and-events): what the App asks GitHub for
"""

DECISIONS_HEAD = """\
<!-- Written by `python -m tests.reference`. -->

# Decisions

Why it is as it is: a page for each choice between several good ways. To add one, copy [the template](0000-template.md).
"""


def main() -> int:
    """Writes the files."""
    argparse.ArgumentParser(prog="python -m tests.reference", description=__doc__).parse_args()
    for file, text in written().items():
        file.write_text(text, "utf-8")
    return 0


def written() -> dict[Path, str]:
    """What the files should say now."""
    return {PAGE: page(), README: _in_the_readme(README.read_text("utf-8")), DECISIONS: decisions()}


def page() -> str:
    """The whole page."""
    parts = (configuration(), commands(), operators_commands(), environment(), pages(), permissions())
    return "\n".join([HEAD, *("\n".join(part) for part in parts)])


def _in_the_readme(text: str) -> str:
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n\n{_environment_table()}\n{END}{after}"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Raises ValueError where the last cell, which tells what it is, is empty."""
    rows = list(rows)
    if untold := [row[0] for row in rows if not row[-1].strip(" .")]:
        raise ValueError(f"the code does not say what these are for: {', '.join(untold)}")
    lines = [_row(headings), "|---" * len(headings) + "|", *map(_row, rows)]
    return "\n".join(lines) + "\n"


def _said(text: str | None, whose: str | None) -> str:
    if not text:
        raise ValueError(f"the code does not say what {whose} is for")
    return text


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', BAR) for cell in cells)} |"


# --- the configuration ----------------------------------------------------------------------------


def configuration() -> Iterator[str]:
    """A table for each section of the file."""
    yield "## Configuration\n"
    yield "The file `.github/lamplighter.yml`. [Configuration](configuration.md) shows it as a whole and says how it is written.\n"
    for place, model in _sections(Program, ""):
        yield f"### `{place}`\n" if place else "### The program\n"
        yield f"{' '.join((model.__doc__ or '').split())}\n"
        yield _table(("key", "what is written there", "default", "meaning"), _keys(model))


def _sections(model: type[BaseModel], place: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Where in the file a section stands, such as `cohorts[].members[]`, and its model; the outermost first."""
    yield place, model
    for key, field in _fields(model):
        for found, brackets in _models_in(field.annotation):
            yield from _sections(found, f"{place}.{key}{brackets}".lstrip("."))


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    return ((field.alias or name, field) for name, field in model.model_fields.items())


def _models_in(kind: Any, brackets: str = "") -> Iterator[tuple[type[BaseModel], str]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind, brackets
    origin = get_origin(kind)
    inside = (
        "[]"
        if origin is tuple
        else ".<name>"
        if origin not in (None, Union, UnionType, Annotated)
        else brackets
    )
    for part in get_args(kind):
        yield from _models_in(part, inside)


def _keys(model: type[BaseModel]) -> Iterator[Sequence[str]]:
    for key, field in _fields(model):
        yield f"`{key}`", _kind(field.annotation), _default(field), field.description or ""
    if model is Program:
        meaning = "Another repository whose file this one builds on; see [Files that build on each other](configuration.md#files-that-build-on-each-other)."
        yield f"`{EXTENDS}`", "owner/repository", NOTHING, meaning


def _kind(kind: Any) -> str:
    """What a value is, in words."""
    names = {
        str: "text",
        int: "a whole number",
        bool: "`true` or `false`",
        date: "a day",
        timedelta: "a duration",
    }
    if kind in names:
        return names[kind]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "keys, see below"
    parts = [part for part in get_args(kind) if part not in (type(None), Ellipsis)]
    origin = get_origin(kind)
    if origin is Literal:
        *some, last = (f"`{part}`" for part in parts)
        return f"{', '.join(some)} or {last}" if some else last
    if origin is Annotated:
        return _kind(parts[0])
    if origin is tuple:
        return "a list, see below" if _kind(parts[0]).startswith("keys") else "a list"
    if origin in (Union, UnionType):
        return " or ".join(map(_kind, parts))
    return "names with keys, see below"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None:
        return "`off`" if _may_be_off(field) else NOTHING
    if isinstance(value, BaseModel):
        return "see below"
    return f"`{_written(value)}`"


def _may_be_off(field: FieldInfo) -> bool:
    """Whether `off` stands for nothing."""
    try:
        return (
            TypeAdapter(Annotated[field.annotation, "as declared", *field.metadata]).validate_python("off")
            is None
        )
    except ValidationError:
        return False


def _written(value: Any) -> str:
    """A default as it is written in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        return f"{value.days}d" if value else "0m"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, str) and (not value or ":" in value):
        return f'"{value}"'
    return str(value)


# --- commands -------------------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """Every line of the table that `/mentor help` shows."""
    yield "## Commands on GitHub\n"
    yield "Written in a comment, on a line of its own. [Commands](commands.md) says what is read, and tells more of each.\n"
    rows = (
        (" · ".join(f"`/mentor {usage}`" for usage in line.usages), line.who, line.effect) for line in LINES
    )
    yield _table(("you write", "who may", "what happens"), rows)


def operators_commands() -> Iterator[str]:
    """Every command that is registered for `flask --app app`, with its arguments and options."""
    yield "## Commands of the operator\n"
    yield "Run in the checkout, with the same [environment](#environment) as the processes. [Operating](operating.md) tells more of each.\n"
    for command in sorted(COMMANDS, key=lambda command: command.name or ""):
        yield f"### `flask --app app {command.name}`\n"
        context = click.Context(command, info_name=f"flask --app app {command.name}")
        yield f"{_paragraphs(_said(command.help, command.name))}\n"
        yield f"```sh\n.venv/bin/{' '.join([context.command_path, *_pieces(command, context)])}\n```\n"
        given = (option for option in command.params if isinstance(option, click.Option))
        records = (option.get_help_record(context) for option in given)
        options = [(f"`{names}`", text) for names, text in filter(None, records)]
        if options:
            yield _table(("option", "what it does"), options)


def _pieces(command: click.Command, context: click.Context) -> Iterator[str]:
    """What has to be written behind a command."""
    for given in command.params:
        if isinstance(given, click.Option) and given.required:
            yield f"{given.opts[0]} {given.make_metavar(context)}"
        yield from given.get_usage_pieces(context)


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))


# --- the environment ------------------------------------------------------------------------------


def environment() -> Iterator[str]:
    """Every variable."""
    yield "## Environment\n"
    yield "Read from the environment and from `.env`, where the environment wins. Everything that is wrong is reported at once.\n"
    yield _environment_table()


def _environment_table() -> str:
    rows = ((f"`{one.name}`", one.default or NOTHING, one.meaning) for one in VARIABLES)
    return _table(("variable", "default", "meaning"), rows)


# --- pages ----------------------------------------------------------------------------------------


def pages() -> Iterator[str]:
    """Every address that the web process answers."""
    yield "## Pages\n"
    yield "Below `PUBLIC_URL`. What stands in `<…>` is filled in.\n"
    rows = ((f"`{_methods(rule)}`", f"`{_plain(rule)}`", sentence) for rule, sentence in _rules())
    yield _table(("method", "address", "what is there"), rows)


def _rules() -> list[tuple[Rule, str]]:
    """The addresses, with the first sentence of each view. Raises ValueError where one has none."""
    with tempfile.TemporaryDirectory() as folder:
        context = open_context(_nowhere(folder))
        app = create_app(context)
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
        found = [(rule, _first_sentence(app.view_functions[rule.endpoint])) for rule in rules]
        context.close()
    return sorted(found, key=lambda one: (one[0].rule, _methods(one[0])))


def _nowhere(folder: str) -> Settings:
    return load({"LAMPLIGHTER_DATA_DIR": folder})


def _first_sentence(view: Any) -> str:
    paragraph = _said(view.__doc__, f"{view.__module__}.{view.__name__}").strip().partition("\n\n")[0]
    return " ".join(paragraph.split())


def _plain(rule: Rule) -> str:
    """The address, without what kind of thing stands in `<…>`."""
    return re.sub(r"<\w+(?:\([^)]*\))?:(\w+)>", r"<\1>", rule.rule)


def _methods(rule: Rule) -> str:
    return " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


# --- what the App asks GitHub for -----------------------------------------------------------------


def permissions() -> Iterator[str]:
    """The manifest's permissions and events, with the comments behind them."""
    text = (ROOT / "app.yml").read_text("utf-8")
    manifest = YAML(typ="safe").load(text)
    why = dict(re.findall(r"^  (\w+): \w+ +# (.+)$", text, re.MULTILINE))
    why_event = dict(re.findall(r"^  - (\w+) +# (.+)$", text, re.MULTILINE))
    yield "## Permissions and events\n"
    yield "As the manifest, [`app.yml`](../app.yml), asks for them.\n"
    asked = manifest["default_permissions"].items()
    rows: Iterable[Sequence[str]] = ((f"`{name}`", access, why.get(name, "")) for name, access in asked)
    yield _table(("permission", "access", "why"), rows)
    rows = ((f"`{name}`", why_event.get(name, "")) for name in manifest["default_events"])
    yield _table(("event", "why"), rows)


# --- decisions ------------------------------------------------------------------------------------


def decisions() -> str:
    """The list of docs/adr, by number."""
    files = sorted(file for file in DECISIONS.parent.glob("0*.md") if not file.name.startswith("0000"))
    titles = (re.sub(r"^# \d+[ ·.:–-]*", "", file.read_text("utf-8").partition("\n")[0]) for file in files)
    lines = [f"- [{file.name[:4]}]({file.name}) {title}" for file, title in zip(files, titles, strict=True)]
    return "\n".join([DECISIONS_HEAD, *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
