"""Translations: complete catalogues, a new language that needs no code, and nothing wrong in any of them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from adapters.catalogues import TRANSLATIONS, compiled, languages, spoken
from adapters.texts import render
from adapters.translations import faults
from mentoring.actions import Text
from tests.translations import ROOT, remarks, said, updated, written

CATALOGUES = sorted(TRANSLATIONS.glob("*.po"))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_nothing_is_wrong_in_a_catalogue(path: Path) -> None:
    assert remarks(path, said())[1] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_is_kept_as_the_command_writes_it(path: Path) -> None:
    with path.open("rb") as file:
        assert written(read_po(file)) == path.read_text("utf-8")


def test_spanish_is_there_and_complete() -> None:
    assert "es" in languages()
    assert remarks(TRANSLATIONS / "es.po", said()) == ([], [])


FAULTS = [
    ("Hello %(who)s", "Hola %(who)s", 0),
    ("Hello %(who)s", "", 0),
    ("Hello %(who)s", "Hola", 1),
    ("Hello %(who)s", "Hola %(who)s de %(where)s", 1),
    ("Hello %(who)s", "Hola %(who)s al 100%", 1),
    ("100%% of %(who)s", "el 100%% de %(who)s", 0),
    ("Hello", "@octocat, hola", 1),
    ("Hello", "<b>Hola</b>", 1),
    ("Hello", "[Hola](https://example.org)", 1),
    ("Hello", "Hola #1", 1),
    ("Hello", "Ho\u202ela", 1),
    ("Hello", "Hola\n\n# x", 1),
    ("Hello", "Ho|la", 1),
    ("write `/mentor claim`", "escribe `/mentor reclamar`", 1),
    ("write `/mentor claim`", "escribe `/mentor claim`", 0),
    (("One of %(who)s", "%(n)s of %(who)s"), ("Uno de %(who)s", "%(n)s de %(who)s"), 0),
    (("One of %(who)s", "%(n)s of %(who)s"), ("Uno de %(who)s", "Varios de %(who)s"), 0),
    (("One of %(who)s", "%(n)s of %(who)s"), ("Uno", "%(n)s de %(who)s"), 1),
    (("One of %(who)s", "%(n)s of %(who)s"), ("Uno de %(who)s", ""), 0),
]


@pytest.mark.parametrize(("original", "translation", "count"), FAULTS)
def test_a_translation_does_what_the_original_does(
    original: str | tuple[str, ...], translation: str | tuple[str, ...], count: int
) -> None:
    message = Message(original)  # type: ignore[arg-type]  # a tuple is a message with plurals
    message.string = translation  # type: ignore[assignment]
    assert len(faults(message)) == count


PO = """msgid ""
msgstr ""
"Language: it\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Hello %(who)s"
msgstr "Ciao"

#, fuzzy
msgid "unsure"
msgstr "incerto"

msgid "missing"
msgstr ""

msgid "right"
msgstr "giusto"
"""


def test_what_is_wrong_unsure_or_missing_is_said_in_english(tmp_path: Path) -> None:
    (tmp_path / "it.po").write_text(PO, "utf-8")
    says = compiled(tmp_path / "it.po")
    known = ("Hello %(who)s", "unsure", "missing", "right")
    assert [says.gettext(one) for one in known] == ["Hello %(who)s", "unsure", "missing", "giusto"]


SPOKEN = [
    ("es", "es"),
    ("es-MX", "es"),
    ("ES", "es"),
    ("es_AR", "es"),
    ("en-GB", "en"),
    ("tlh", "en"),
    ("", "en"),
]


@pytest.mark.parametrize(("asked", "language"), SPOKEN)
def test_a_language_is_spoken_as_near_as_we_can(asked: str, language: str) -> None:
    assert spoken(asked) == language


def test_a_new_catalogue_loses_nothing_and_lists_all_that_is_missing(tmp_path: Path) -> None:
    now = said()
    path = tmp_path / "it.po"
    path.write_text(written(updated(path, now)), "utf-8")
    to_do, wrong = remarks(path, now)
    assert wrong == [] and len(to_do) == len(now) and to_do[0].startswith("missing: ")
    translated = path.read_text("utf-8").replace(
        'msgid "Who writes this?"\nmsgstr ""', 'msgid "Who writes this?"\nmsgstr "Chi scrive?"'
    )
    path.write_text(translated, "utf-8")
    assert len(remarks(path, now)[0]) == len(now) - 1
    assert written(updated(path, now)) == translated


SPEAKS = """
from adapters.texts import render
from mentoring.actions import Text
values = {"mentor": "octocat", "newcomer": "hubot", "claimed": False}
print(render(Text("comments/check_in", values, "it")))
"""


def test_a_new_language_is_a_file_in_the_folder(tmp_path: Path) -> None:
    """No code and no other step: a translator's file is put there, and the App speaks it when it starts."""
    for room in ("adapters", "mentoring", "templates"):
        shutil.copytree(ROOT / room, tmp_path / room)
    catalogue = tmp_path / "templates" / "translations" / "it.po"
    filled = written(updated(catalogue, said())).replace(
        'you have to do."\nmsgstr ""', 'you have to do."\nmsgstr "%(newcomer)s, come va?"'
    )
    catalogue.write_text(filled, "utf-8")
    asked = subprocess.run(
        [sys.executable, "-c", SPEAKS], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    first, _, second = asked.stdout.strip().splitlines()
    assert first == "@hubot, come va?"
    assert second.startswith("If you are stuck, say where")  # what is missing falls back


def test_a_language_nobody_wrote_a_catalogue_for_is_english() -> None:
    values = {"mentor": "octocat", "newcomer": "hubot", "claimed": False}
    assert render(Text("comments/check_in", values, "fr")) == render(Text("comments/check_in", values))
