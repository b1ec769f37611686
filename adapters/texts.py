"""Fills the templates of `templates/`; whatever a user wrote is defused before it is quoted."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel.dates import format_date, format_skeleton, format_timedelta
from babel.lists import format_list
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from adapters.catalogues import ENGLISH, catalogue, locale, spoken
from adapters.own_texts import filled, inert
from mentoring.actions import Text
from mentoring.durations import count_duration, say_duration
from mentoring.wording import Phrase, phrase

TEMPLATES = Path(__file__).parent.parent / "templates"
LONGEST = 60_000  # characters; GitHub refuses more than 65,536

_INVISIBLE = "\u200b"  # zero-width space: GitHub sees no mention, reference or address across it
_TRIGGERS = re.compile(r"(@|#|GH-(?=\d)|:(?=//)|www(?=\.))", re.IGNORECASE)
# GitHub links a commit by seven or more of its hash's characters.
_HASH = re.compile(r"(?<![0-9a-z])[0-9a-f]{7,}(?![0-9a-z])", re.IGNORECASE)
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&$])")
_LINE_START = re.compile(r"^(?=[-+=#:])|^(\d+)(?=[.)])")  # would begin a list, a heading, a rule
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_ADDRESS = re.compile(r"https://[^\s<>\"`\\@#]{3,200}")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:\[bot\])?")


# The language of the text that is being rendered: filters and sentences look here.
_LANGUAGE: ContextVar[str] = ContextVar("language", default=ENGLISH)


class Ours(str):
    """Text of our own making, which is printed as it is. Anything else is defused."""

    __slots__ = ()


def render(text: Text) -> str:
    """The finished text in its language, or in English where we do not speak it; at most LONGEST characters."""
    template = _ENVIRONMENT.get_template(f"{text.template}.md")
    before = _LANGUAGE.set(spoken(text.language))
    try:
        own = filled(text, _AS_IN_OURS)
        lines = (template.render(dict(text.values)) if own is None else own).strip().splitlines()
    finally:
        _LANGUAGE.reset(before)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines))[:LONGEST]


def render_line(text: Text) -> str:
    """A title: one line of plain text, which GitHub does not read as Markdown but does read for mentions."""
    return " ".join(render(text).split())[:250]


def marker(kind: str, key: str) -> str:
    """The hidden line by which we find our own words again; it counts only if our bot wrote it."""
    # Two hyphens would end an HTML comment for some readers of Markdown.
    parts = [quote(part, safe=" ").replace("--", "-%2D") for part in key.split(" · ")]
    return f"<!-- lamplighter:{kind} {' · '.join(parts)} -->"


def defuse(text: str) -> str:
    """What a user wrote, so that it can be quoted: it mentions, references, closes and formats nothing.

    A backslash or an entity does not stop GitHub from seeing a mention; a zero-width space does.
    """
    escaped = _MARKDOWN.sub(r"\\\1", _CONTROL.sub(" ", text).strip())
    begun = _LINE_START.sub(lambda m: f"{m[1] or ''}\\", escaped)
    return _inert(begun)


def without_controls(text: str) -> str:
    """What a user wrote as one line, without what would turn the writing around or act on whoever shows it."""
    return _CONTROL.sub(" ", text).strip()


def _inert(text: str) -> str:
    """The text with something invisible wherever GitHub would see a mention, a reference or an address."""
    parted = _HASH.sub(lambda m: _INVISIBLE.join(re.findall(".{1,6}", m[0])), text)
    return _TRIGGERS.sub(lambda m: m[0] + _INVISIBLE, parted)


def translated(sentence: str, language: str) -> str:
    """A sentence that was written in Python, in a language; plain words stay as they are."""
    if not isinstance(sentence, Phrase):
        return sentence
    says = catalogue(spoken(language))
    if sentence.other is None or sentence.number is None:
        words = says.gettext(sentence.one)
    else:
        words = says.ngettext(sentence.one, sentence.other, sentence.number)
    return words % {name: _said(value, language) for name, value in sentence.values.items()}


def _said(value: object, language: str) -> object:
    return translated(value, language) if isinstance(value, Phrase) else value


def _finalize(value: Any) -> Any:
    if isinstance(value, Phrase):
        value = translated(value, _LANGUAGE.get())
    return defuse(value) if isinstance(value, str) and not isinstance(value, Ours) else value


def _sentence(words: str, values: Mapping[str, Any]) -> Ours:
    """A sentence of a template: its words are ours, each value in it is printed as any other, so defused."""
    return Ours(words % {name: _finalize(value) for name, value in values.items()})


def _gettext(message: str, /, **values: Any) -> Ours:
    return _sentence(catalogue(_LANGUAGE.get()).gettext(message), values)


def _ngettext(one: str, other: str, num: int, /, **values: Any) -> Ours:
    return _sentence(catalogue(_LANGUAGE.get()).ngettext(one, other, num), {"num": num} | values)


def _pgettext(context: str, message: str, /, **values: Any) -> Ours:
    return _sentence(catalogue(_LANGUAGE.get()).pgettext(context, message), values)


def _npgettext(context: str, one: str, other: str, num: int, /, **values: Any) -> Ours:
    words = catalogue(_LANGUAGE.get()).npgettext(context, one, other, num)
    return _sentence(words, {"num": num} | values)


def _mention(login: str) -> Ours:
    """`@login`: this person is told."""
    return Ours(f"@{_login(login)}")


def _name(login: str) -> Ours:
    """The login without a mention: nobody is told who need not act."""
    return Ours(f"**{_login(login)}**")


def _names(logins: Sequence[str]) -> Ours:
    """Several logins as a list in a sentence: `a, b and c`."""
    language = _LANGUAGE.get()
    spelled = "en_GB" if language == ENGLISH else locale(language)
    return Ours(format_list([_name(login) for login in logins], locale=spelled))


def _login(login: str) -> Ours:
    """The login alone, for places where Markdown is not read, such as `<summary>`."""
    # An enterprise's managed users have an underscore in their login; a name in doubt is not printed at all.
    return Ours(login if _LOGIN.fullmatch(login) else "ghost")


def _day(moment: datetime) -> Ours:
    language = _LANGUAGE.get()
    if language == ENGLISH:  # as Britain writes it, not Babel's `November 2`
        weekday, day = f"{moment:%A}", f"{moment.day} {moment:%B}"
    else:
        weekday = format_date(moment, "EEEE", locale=locale(language))
        day = format_skeleton("MMMMd", moment, locale=locale(language))
    return Ours(translated(phrase("%(weekday)s, %(day)s", weekday=weekday, day=day), language))


def _duration(value: timedelta) -> Ours:
    language = _LANGUAGE.get()
    if language == ENGLISH:
        return Ours(say_duration(value))
    count, unit = count_duration(value)
    exact = timedelta(**{f"{unit}s": count})
    return Ours(format_timedelta(exact, granularity=unit, threshold=float("inf"), locale=locale(language)))


def _short_day(day: date) -> Ours:
    language = _LANGUAGE.get()
    if language == ENGLISH:
        return Ours(f"{day.day} {day:%b}")
    return Ours(format_skeleton("MMMd", day, locale=locale(language)))


def _ours(text: object) -> Ours:
    """For addresses and numbers that we composed ourselves, and for sentences written in Python."""
    return Ours(translated(text, _LANGUAGE.get()) if isinstance(text, str) else text)


def _place(text: str) -> Ours:
    """Where somebody is to be found: an address stays one, unless GitHub would leave a reference at its end."""
    if _ADDRESS.fullmatch(text) and "github" not in text.lower():
        return Ours(f"<{text}>")
    return Ours(defuse(text))


def _plain(text: str) -> Ours:
    """For titles, where Markdown means nothing but a mention would still be sent."""
    return Ours(_inert(_CONTROL.sub(" ", text)))


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        # Markdown, not HTML: `finalize` defuses every value that is printed.
        autoescape=False,
        extensions=["jinja2.ext.i18n"],
    )
    # A sentence that goes over several lines of a template is one line to translators.
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # of the extension
    environment.globals |= _SENTENCES
    environment.filters |= {
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
        "example": lambda words: Ours("\n".join(f"> {line}" for line in inert(words).strip().splitlines())),
    }
    return environment


# How the placeholders of a program's own words are printed.
_AS_IN_OURS: Mapping[str, Callable[[Any], Any]] = {
    "mention": _mention,
    "mentions": lambda logins: ", ".join(_mention(one) for one in logins),
    "name": _name,
    "names": _names,
    "login": _login,
    "day": _day,
    "duration": _duration,
    "address": _ours,
    "number": _finalize,
    "words": _finalize,
}

# What `{% trans %}` calls. Jinja's own would print the values of users as they are, or defuse our words with them.
_SENTENCES: Mapping[str, Callable[..., Ours]] = {
    "gettext": _gettext,
    "ngettext": _ngettext,
    "pgettext": _pgettext,
    "npgettext": _npgettext,
}


_ENVIRONMENT = _environment()
