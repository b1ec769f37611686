"""Languages: the names people give them, and the codes that the roster keeps."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError


def code_of(text: str) -> str | None:
    """The code of a language, by that code, its English name or its own name; None: it is not known."""
    return _codes().get(text.lower())


class Named(str):
    """The name of a language: in English as a str, in another language where a text says it."""

    __slots__ = ("code",)
    code: str

    def __reduce__(self) -> tuple[Any, ...]:
        return name_of, (self.code,)


@lru_cache(maxsize=1024)  # whoever looks for mentors may ask for anything
def name_of(code: str) -> Named:
    """The English name of a language, or its code where it has none."""
    named = Named(Locale("en").languages.get(code.lower()) or code)
    named.code = code
    return named


@cache
def _codes() -> Mapping[str, str]:
    """Codes by the language's code, its English name and its own name, all in lower case."""
    found: dict[str, str] = {}
    for code, name in Locale("en").languages.items():
        if len(code) in (2, 3) and code.isalpha():
            found |= {name.lower(): code, code: code}
    for code in list(found.values()):
        own = _own_name(code)
        if own:
            found.setdefault(own, code)
    return found


def _own_name(code: str) -> str | None:
    try:
        name = Locale.parse(code).get_language_name(code)
    except (UnknownLocaleError, ValueError):  # a language of which Babel knows the English name alone
        return None
    return name.lower() if name else None
