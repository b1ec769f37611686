"""A program's own words, filled in: what its placeholders bring is printed as in our own texts, and nothing else acts."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from mentoring import texts as rules
from mentoring.actions import Text

_INVISIBLE = "\u200b"
# As GitHub finds people and threads, also where a character is written as an entity; at the end a placeholder may
# bring the rest. Addresses stay: a program links its own guide.
_CALLS = re.compile(
    r"@(?=[\w\u200b]|\Z)|#(?=\d|\Z)|GH-(?=\d|\Z)|&(?=#?\w+;|#?\w*\Z)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[\w/-]")  # `@octocat` with this behind it would be somebody else, or a team
# A link to a thread would be noted there; GitHub's own redirect leaves no trace.
_THREADS = re.compile(r"//(?:www\.)?github\.com(?=/)", re.IGNORECASE)


def filled(text: Text, filters: Mapping[str, Callable[[Any], Any]]) -> str | None:
    """The program's words for a text; None where ours are to be said."""
    kind = text.template.partition("/")[2]
    if text.own is None or kind not in rules.KINDS:
        return None
    values = rules.values(kind, text.own, text.values)
    if values is None:
        return None
    said = {name: str(filters[how](value)) for name, (how, value) in values.items()}
    words, calls = "", False
    for part in rules.parts(text.own):
        more = said[part.name] if isinstance(part, rules.Name) else inert(part)
        words += _INVISIBLE + more if calls and _GOES_ON.match(more) else more
        if more:
            calls = isinstance(part, rules.Name) and values[part.name][0] in {"mention", "mentions"}
    return words


def inert(words: str) -> str:
    """What the program wrote: formatted as it likes, but it mentions nobody and leaves no trace in a thread."""
    return _THREADS.sub("//redirect.github.com", _CALLS.sub(lambda m: m[0] + _INVISIBLE, words))
