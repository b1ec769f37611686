"""Language: in which one a page is – what its address asks for, else the program's, else what the browser would like."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask, Response, g, has_request_context, request

from adapters.catalogues import ENGLISH, can_say, languages, locale, spoken

ASKED = "lang"  # the part of an address that asks for a language
_LONGEST_QUERY = 4000  # bytes, of an address that is said again
_LONGEST = 35  # characters of a language's code (RFC 5646)
# For whoever runs a Lamplighter; they are English, as its terminal and its documentation are.
OF_OPERATORS = {"setup", "installed"}
# What programs read, and what is the same in every language.
WITHOUT_WORDS = {
    "static",
    "certificates.key",
    "certificates.statement",
    "me.data",
    "mentors.as_json",
    "mentors.button",
    "program.file",
    "schema.schema_json",
}


@dataclass(frozen=True)
class Other:
    """A language that this page could be in: its code, its own name, and the page's address in it."""

    code: str
    name: str
    url: str
    is_here: bool


def register(app: Flask) -> None:
    """Gives templates `language()`, `direction()`, `asked_for()` and `other_languages()`; links keep what was asked for."""
    app.jinja_env.globals.update(
        language=language, direction=direction, asked_for=asked_for, other_languages=other_languages
    )
    app.url_defaults(_keep)
    app.after_request(_tell)


def language() -> str:
    """The language of this page, one of `languages()`."""
    if not has_request_context() or _is_english():
        return ENGLISH
    of_program: str | None = g.get("program_language")
    return asked_for() or of_program or _of_browser()


def speak(code: str) -> None:
    """This page is about one program, whose language has this code: it is in that one, if we speak it."""
    g.program_language = spoken(code) if _is_spoken(code) else None


def speak_as(address: str) -> None:
    """This page is for whoever comes from this address of ours, or goes back there."""
    speak(parse_qs(urlsplit(address).query).get(ASKED, [""])[0][:_LONGEST])


def asked_for() -> str | None:
    """The language that the address asks for, if we speak it."""
    code = request.args.get(ASKED, "")
    return spoken(code) if _is_spoken(code) else None


def direction() -> str:
    """In which direction the language of this page is written: `ltr` or `rtl`."""
    return locale(language()).text_direction


def other_languages() -> list[Other]:
    """The languages that this page can be had in, itself among them; none where it would not be the same page."""
    is_page = request.method in {"GET", "HEAD"} and request.endpoint != "sign_in.callback"
    return list(_others()) if is_page and not _is_english() else []


def _others() -> Iterator[Other]:
    here = [(name, value) for name, value in request.args.items(multi=True) if name != ASKED]
    here = here if len(request.query_string) <= _LONGEST_QUERY else []
    for code in languages():
        own = locale(code)
        name = own.get_display_name(own) or code
        url = f"?{urlencode([*here, (ASKED, code)])}"
        yield Other(code, name[0].upper() + name[1:], url, code == language())


def _is_english() -> bool:
    return (request.blueprint or "") in OF_OPERATORS or request.endpoint in WITHOUT_WORDS


def _of_browser() -> str:
    """The first of the languages that somebody would like, of those that we speak; werkzeug's `best_match` would take
    a later one for them that is written as ours (`es-MX, en;q=0.5`: en)."""
    g.was_negotiated = True
    liked = [code for code, quality in request.accept_languages if quality > 0]
    return next((spoken(code) for code in liked if _is_spoken(code)), ENGLISH)


def _is_spoken(code: str) -> bool:
    return 0 < len(code) <= _LONGEST and can_say(code)


def _keep(endpoint: str, values: dict[str, Any]) -> None:
    """Whoever asked for a language has it on the next page, too."""
    if (
        has_request_context()
        and endpoint not in WITHOUT_WORDS
        and not _is_english()
        and (asked := asked_for())
    ):
        values.setdefault(ASKED, asked)


def _tell(response: Response) -> Response:
    """The language of a page, and to caches, whether another browser would have been answered in another one."""
    if response.mimetype == "text/html" or response.status_code >= 400:
        response.headers["Content-Language"] = language()
    if g.get("was_negotiated"):
        response.vary.add("Accept-Language")
    return response
