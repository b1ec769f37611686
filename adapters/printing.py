"""How values are printed in texts: people, days and sentences in the language of the text; the rest is defused."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date, format_skeleton, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal

from adapters.catalogues import ENGLISH, catalogue, locale, spoken
from adapters.defusing import CONTROL, Ours, defuse, inert
from mentoring.durations import count_duration, say_duration
from mentoring.languages import Named
from mentoring.wording import Phrase, phrase

_ADDRESS = re.compile(r"https://[^\s<>\"`\\@#]{3,200}")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:\[bot\])?")

# The language of the text that is being rendered: filters and sentences look here.
LANGUAGE: ContextVar[str] = ContextVar("language", default=ENGLISH)


def translated(sentence: str, language: str) -> str:
    """A sentence that was written in Python, in a language; plain words stay as they are."""
    if not isinstance(sentence, Phrase):
        return sentence
    says = catalogue(spoken(language))
    if sentence.other is None or sentence.number is None:
        words = says.gettext(sentence.one)
    else:
        words = says.ngettext(sentence.one, sentence.other, sentence.number)
    values = {name: _said(value, language) for name, value in sentence.values.items()}
    if sentence.number is not None and values["count"] == sentence.number:
        values["count"] = _grouped(sentence.number, language)
    return words % values


def _grouped(number: int, language: str) -> str:
    """A number as people read it there: 12,345 or 12.345."""
    known = spoken(language)
    return f"{number:,}" if known == ENGLISH else format_decimal(number, locale=locale(known))


def _said(value: object, language: str) -> object:
    if isinstance(value, Named):
        return locale(spoken(language)).languages.get(value.code.lower()) or value
    return translated(value, language) if isinstance(value, Phrase) else value


def finalize(value: Any) -> Any:
    if isinstance(value, Phrase):
        value = translated(value, LANGUAGE.get())
    return defuse(value) if isinstance(value, str) and not isinstance(value, Ours) else value


def _sentence(words: str, values: Mapping[str, Any]) -> Ours:
    """A sentence of a template: its words are ours, each value in it is printed as any other, so defused."""
    return Ours(words % {name: finalize(value) for name, value in values.items()})


def _gettext(message: str, /, **values: Any) -> Ours:
    return _sentence(catalogue(LANGUAGE.get()).gettext(message), values)


def _ngettext(one: str, other: str, num: int, /, **values: Any) -> Ours:
    return _sentence(catalogue(LANGUAGE.get()).ngettext(one, other, num), {"num": num} | values)


def _pgettext(context: str, message: str, /, **values: Any) -> Ours:
    return _sentence(catalogue(LANGUAGE.get()).pgettext(context, message), values)


def _npgettext(context: str, one: str, other: str, num: int, /, **values: Any) -> Ours:
    words = catalogue(LANGUAGE.get()).npgettext(context, one, other, num)
    return _sentence(words, {"num": num} | values)


def _mention(login: str) -> Ours:
    """`@login`: this person is told."""
    return Ours(f"@{_login(login)}")


def _name(login: str) -> Ours:
    """The login without a mention: nobody is told who need not act."""
    return Ours(f"**{_login(login)}**")


def _names(logins: Sequence[str]) -> Ours:
    """Several logins as a list in a sentence: `a, b and c`."""
    language = LANGUAGE.get()
    spelled = "en_GB" if language == ENGLISH else locale(language)
    return Ours(format_list([_name(login) for login in logins], locale=spelled))


def _login(login: str) -> Ours:
    """The login alone, for places where Markdown is not read, such as `<summary>`."""
    # An enterprise's managed users have an underscore in their login; a name in doubt is not printed at all.
    return Ours(login if _LOGIN.fullmatch(login) else "ghost")


def _day(moment: datetime) -> Ours:
    language = LANGUAGE.get()
    if language == ENGLISH:  # as Britain writes it, not Babel's `November 2`
        weekday, day = f"{moment:%A}", f"{moment.day} {moment:%B}"
    else:
        weekday = format_date(moment, "EEEE", locale=locale(language))
        day = format_skeleton("MMMMd", moment, locale=locale(language))
    return Ours(translated(phrase("%(weekday)s, %(day)s", weekday=weekday, day=day), language))


def _duration(value: timedelta) -> Ours:
    return Ours(said_duration(value, LANGUAGE.get()))


def said_duration(value: timedelta, language: str) -> str:
    """A duration in one of `languages()`, such as `5 hours`."""
    if language == ENGLISH:
        return say_duration(value)
    count, unit = count_duration(value)
    exact = timedelta(**{f"{unit}s": count})
    return format_timedelta(exact, granularity=unit, threshold=float("inf"), locale=locale(language))


def _short_day(day: date) -> Ours:
    language = LANGUAGE.get()
    if language == ENGLISH:
        return Ours(f"{day.day} {day:%b}")
    return Ours(format_skeleton("MMMd", day, locale=locale(language)))


def _ours(text: object) -> Ours:
    """For addresses and numbers that we composed ourselves, and for sentences written in Python."""
    return Ours(translated(text, LANGUAGE.get()) if isinstance(text, str) else text)


def _place(text: str) -> Ours:
    """Where somebody is to be found: an address stays one, unless GitHub would leave a reference at its end."""
    if _ADDRESS.fullmatch(text) and "github" not in text.lower():
        return Ours(f"<{text}>")
    return Ours(defuse(text))


def _plain(text: str) -> Ours:
    """For titles, where Markdown means nothing but a mention would still be sent."""
    return Ours(inert(CONTROL.sub(" ", text)))


# How the placeholders of a program's own words are printed.
AS_IN_OURS: Mapping[str, Callable[[Any], Any]] = {
    "mention": _mention,
    "mentions": lambda logins: ", ".join(_mention(one) for one in logins),
    "name": _name,
    "names": _names,
    "login": _login,
    "day": _day,
    "duration": _duration,
    "address": _ours,
    "place": _place,
    "fixes": lambda number: Ours(f"`Fixes #{number}`"),
    "number": finalize,
    "words": finalize,
}

# What `{% trans %}` calls. Jinja's own would print the values of users as they are, or defuse our words with them.
SENTENCES: Mapping[str, Callable[..., Ours]] = {
    "gettext": _gettext,
    "ngettext": _ngettext,
    "pgettext": _pgettext,
    "npgettext": _npgettext,
}

FILTERS: dict[str, Callable[..., Any]] = {
    "mention": _mention,
    "name": _name,
    "names": _names,
    "login": _login,
    "day": _day,
    "short_day": _short_day,
    "ours": _ours,
    "plain": _plain,
    "place": _place,
    "duration": _duration,
}
