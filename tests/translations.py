"""Brings the catalogues in `templates/translations` up to date with what is said: `make translations`.

`--check` changes nothing, and lists what is missing, unsure, out of date or wrong; only what is wrong fails.
A new language begins with its code: `python -m tests.translations it`.
"""

import argparse
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from adapters.catalogues import TRANSLATIONS
from adapters.translations import faults, forms

ROOT = Path(__file__).parent.parent
TEMPLATES = ("comments", "drafts", "issues", "pages")
PYTHON = ("mentoring", "adapters", "jobs", "pages")
PHRASES = {"phrase": None, "phrases": (1, 2)}
IN_TEMPLATES = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = """# What Lamplighter says in {language}. How to translate: docs/translating.md"""
# Dates and names of tools would change with every run.
_NOISE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Project-Id-Version|Report-Msgid-Bugs-To):.*\n',
    re.MULTILINE,
)


def said() -> Catalog:
    """Everything that is said, from templates and Python, each with when it is said."""
    catalog = Catalog(charset="utf-8")
    for file, words, context, about in [*_of_templates(), *_of_python()]:
        catalog.add(words, locations=[(file, 1)], auto_comments=about, context=context)
    return catalog


def _of_templates() -> Iterator[tuple[str, str | tuple[str, ...], str | None, list[str]]]:
    options = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
    for folder in TEMPLATES:
        for path in sorted((ROOT / "templates" / folder).rglob("*.*")):
            about = path.read_text("utf-8").splitlines()[0].strip("{# }")
            with path.open("rb") as file:
                for _, words, _, context in extract("jinja2", file, IN_TEMPLATES, options=options):
                    yield str(path.relative_to(ROOT)), words, context, [about]


def _of_python() -> Iterator[tuple[str, str | tuple[str, ...], str | None, list[str]]]:
    for folder in PYTHON:
        for path in sorted((ROOT / folder).rglob("*.py")):
            with path.open("rb") as file:
                for _, words, comments, context in extract("python", file, PHRASES, ["Translators:"]):
                    yield str(path.relative_to(ROOT)), words, context, list(comments)


def updated(path: Path, now: Catalog) -> Catalog:
    """The catalogue of a file with what is said now; what was translated already is kept."""
    locale = Locale.parse(path.stem)
    if path.is_file():
        with path.open("rb") as file:
            catalog = read_po(file, locale=locale, abort_invalid=True)
    else:
        catalog = Catalog(locale)
    catalog.update(now)
    catalog.fuzzy = False
    catalog.header_comment = HEADER.format(language=locale.english_name)
    return catalog


def written(catalog: Catalog) -> str:
    """The catalogue as it is kept: one line each, so that changes are easy to read and to merge."""
    for message in catalog:
        message.locations.sort()  # as they are read back: the order is by the first
    out = BytesIO()
    write_po(out, catalog, width=0, sort_by_file=True, include_lineno=False)
    return _NOISE.sub("", out.getvalue().decode())


def remarks(path: Path, now: Catalog) -> tuple[list[str], list[str]]:
    """What is to do in a catalogue, and what is wrong with it; a line each."""
    with path.open("rb") as file:
        kept = read_po(file, abort_invalid=True)
    to_do, wrong = [], []
    for message in now:
        mine = kept.get(message.id, message.context) if message.id else None
        if message.id and (mine is None or not all(forms(mine.string))):
            to_do.append(f"missing: {_short(message)}")
        elif mine is not None and mine.fuzzy:
            to_do.append(f"unsure: {_short(message)}")
    to_do += [f"out of date: {_short(one)}" for one in kept if one.id and not now.get(one.id, one.context)]
    for message in kept:
        wrong += [f"wrong: {_short(message)}: {fault}" for fault in (faults(message) if message.id else [])]
    return to_do, wrong


def _short(message: Message) -> str:
    words = forms(message.id)[0]
    return words if len(words) <= 90 else words[:89] + "…"


def check() -> int:
    """Prints what is to do in each catalogue; how many things are wrong."""
    now, all_wrong = said(), 0
    for path in sorted(TRANSLATIONS.glob("*.po")):
        to_do, wrong = remarks(path, now)
        all_wrong += len(wrong)
        total = sum(1 for one in now if one.id)
        missing = sum(not line.startswith("out of date") for line in to_do)
        print(f"{path.stem}: {total - missing} of {total} texts")
        for line in [*to_do, *wrong]:
            print(f"  {line}")
    return all_wrong


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.translations", description=__doc__)
    parser.add_argument("language", nargs="?", help="begin a catalogue for it, such as it or pt_BR")
    parser.add_argument("--check", action="store_true", help="change nothing, list what is to do")
    given = parser.parse_args()
    if given.check:
        raise SystemExit(1 if check() else 0)
    now = said()
    new = [TRANSLATIONS / f"{Locale.parse(given.language, sep='_')}.po"] if given.language else []
    for path in {*TRANSLATIONS.glob("*.po"), *new}:
        path.write_text(written(updated(path, now)), "utf-8")
    check()


if __name__ == "__main__":
    main()
