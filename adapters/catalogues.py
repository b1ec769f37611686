"""Catalogues: what we say in other languages, from `templates/translations/*.po`."""

import gettext
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from adapters.translations import faults

TRANSLATIONS = Path(__file__).parent.parent / "templates" / "translations"
ENGLISH = "en"  # the language of the templates themselves


@cache
def languages() -> tuple[str, ...]:
    """The languages that texts can be in, as codes such as `es` or `pt-BR`; English first."""
    found = sorted(_code(file.stem) for file in TRANSLATIONS.glob("*.po"))
    return (ENGLISH, *(code for code in found if code != ENGLISH))


@lru_cache(maxsize=1024)  # people may ask for anything
def spoken(language: str) -> str:
    """The language in which we say it for this code: itself, its main language (`es-MX`: `es`), or English."""
    code = _code(language)
    return next((one for one in (code, code.split("-")[0]) if one in languages()), ENGLISH)


def can_say(language: str) -> bool:
    """Whether there are texts in this language, or in its main one."""
    return spoken(language) != ENGLISH or _code(language).split("-")[0] == ENGLISH


def of_thread(asked: str, program: str) -> str:
    """The language of a thread: the one somebody asked for where there are texts in it, else the program's."""
    return (asked if can_say(asked) else program) or ENGLISH


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The sentences of one of `languages()`; what is missing, fuzzy or wrong there is said in English.

    Read from the translator's own file, so that nothing rests on somebody having compiled it.
    """
    path = TRANSLATIONS / f"{language.replace('-', '_')}.po"
    return gettext.NullTranslations() if language == ENGLISH else compiled(path)


def compiled(path: Path) -> gettext.GNUTranslations:
    """A catalogue as gettext looks things up in it. Raises PoFileError for what is none."""
    with path.open("rb") as file:
        found = read_po(file, abort_invalid=True)
    for message in [one for one in found if one.id and faults(one)]:
        found.delete(message.id, message.context)
    written = BytesIO()
    write_mo(written, found)
    written.seek(0)
    return gettext.GNUTranslations(written)


@cache
def locale(language: str) -> Locale:
    """How days, durations and numbers are written in one of `languages()`."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):  # a language without data of its own: days in English
        return Locale(ENGLISH)


def _code(language: str) -> str:
    """One spelling: the language small, what follows as people write it (`pt-BR`, `zh-Hant`)."""
    first, *rest = language.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)])
