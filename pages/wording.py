"""Wording: how a page says our sentences, days and numbers, in its language; values in a sentence are escaped as anywhere."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from flask import Flask
from markupsafe import Markup

from adapters import printing
from adapters.catalogues import ENGLISH, catalogue, locale
from mentoring import listing
from mentoring.languages import name_of
from mentoring.wording import Phrase
from pages.language import language


def register(app: Flask) -> None:
    """Prepares templates; before anything else asks for the environment in which they are."""
    app.jinja_options = {
        **app.jinja_options,
        "extensions": ["jinja2.ext.i18n"],
        "finalize": _finalize,
    }
    environment = app.jinja_env
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # of the extension
    environment.globals |= _SENTENCES
    environment.filters |= {
        "day": day,
        "long_day": long_day,
        "number": number,
        "language_names": lambda codes: both([language_name(code) for code in codes]),
    }


def said(words: str) -> str:
    """A phrase in the language of the page; any other words as they are."""
    return printing.translated(words, language())


def _finalize(value: Any) -> Any:
    return said(value) if isinstance(value, Phrase) else value


# --- days, durations, numbers ---------------------------------------------------------------------


def day(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """A day as people say it, such as Tuesday 24 November 2026; in UTC without a zone."""
    here = moment.astimezone(zone) if zone else moment
    if language() == ENGLISH:  # as Britain writes it
        return f"{here:%A} {here.day} {here:%B} {here.year}"
    return format_date(here, "full", locale(language()))


def long_day(moment: date) -> str:
    """Such as 24 November 2026."""
    if language() == ENGLISH:
        return f"{moment.day} {moment:%B %Y}"
    return format_date(moment, "long", locale(language()))


def short_day(moment: date, *, year: bool = False) -> str:
    """Such as 24 Nov, with or without the year."""
    if language() == ENGLISH:
        return f"{moment.day} {moment:%b %Y}" if year else f"{moment.day} {moment:%b}"
    return _by_skeleton(moment, "yMMMd" if year else "MMMd")


def month(moment: date) -> str:
    """Such as November 2026."""
    return f"{moment:%B %Y}" if language() == ENGLISH else _by_skeleton(moment, "yMMMM")


def short_month(moment: date) -> str:
    """Such as Nov."""
    return f"{moment:%b}" if language() == ENGLISH else format_date(moment, "LLL", locale(language()))


def duration(length: timedelta) -> str:
    """Such as 5 hours."""
    return printing.said_duration(length, language())


def number(value: int) -> str:
    """With what parts thousands, such as 1,234."""
    return format_decimal(value, locale=locale(language()))


def percent(value: int) -> str:
    """Such as 12 %."""
    return f"{value} %" if language() == ENGLISH else format_percent(value / 100, locale=locale(language()))


def both(names: list[str]) -> str:
    """Names in a row, such as octocat and hubot."""
    return format_list(names, locale=locale(language()))


def language_name(code: str) -> str:
    """What a language is called in the language of the page, or its code."""
    if language() == ENGLISH:
        return name_of(code)
    return locale(language()).languages.get(code.lower()) or name_of(code)


def city(zone: str) -> str:
    """A time zone as people say it, in the language of the page: its city."""
    if language() == ENGLISH:
        return listing.city(zone)
    # Of a zone such as America/Argentina/Buenos_Aires it is `Argentina/Buenos Aires`.
    return get_timezone_location(zone, locale=locale(language()), return_city=True).rpartition("/")[2]


def _by_skeleton(moment: date, skeleton: str) -> str:
    # Babel moves a moment to UTC, and fails for a plain date.
    at = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return format_skeleton(skeleton, at, locale=locale(language()))


# --- sentences ------------------------------------------------------------------------------------


def _sentence(original: str, words: str, values: Mapping[str, Any]) -> Markup:
    """The words are ours, with their HTML; what stands in them is escaped, unless it is a piece of HTML already."""
    if "<" not in original:  # so it may stand in an attribute, which a quotation mark would end
        words = words.replace('"', "&#34;")
    return Markup(words) % {name: _finalize(value) for name, value in values.items()}  # noqa: S704  # a checked catalogue's


def _gettext(message: str, /, **values: Any) -> Markup:
    return _sentence(message, catalogue(language()).gettext(message), values)


def _ngettext(one: str, other: str, num: int, /, **values: Any) -> Markup:
    return _sentence(one, catalogue(language()).ngettext(one, other, num), {"num": num} | values)


def _pgettext(context: str, message: str, /, **values: Any) -> Markup:
    return _sentence(message, catalogue(language()).pgettext(context, message), values)


def _npgettext(context: str, one: str, other: str, num: int, /, **values: Any) -> Markup:
    words = catalogue(language()).npgettext(context, one, other, num)
    return _sentence(one, words, {"num": num} | values)


# What `{% trans %}` calls.
_SENTENCES: Mapping[str, Any] = {
    "gettext": _gettext,
    "ngettext": _ngettext,
    "pgettext": _pgettext,
    "npgettext": _npgettext,
}
