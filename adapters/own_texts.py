"""A program's own words, filled in: what its placeholders bring is printed as in our own texts, and nothing else acts."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from mentoring import texts as rules
from mentoring.actions import Text
from mentoring.text_kinds import KINDS, OF_TEMPLATES

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
_COMMENT = re.compile(r"<(?=!--)")  # refused where it is written; our marks are the only ones

Filters = Mapping[str, Callable[[Any], Any]]


def filled(text: Text, filters: Filters, block: Callable[[str], str]) -> str | None:
    """The program's words for a text; None where ours are to be said.

    `filters`: how values are printed. `block`: what a block of our template says. Words that cannot be used any
    more, such as those an older version took, are never said, and stop nothing.
    """
    kind = OF_TEMPLATES.get(text.template)
    if text.own is None or kind is None:
        return None
    try:
        fillings = rules.values(kind, text.own, text.values)
        if fillings is None:
            return None
        said = {name: _printed(one, filters, block) for name, one in fillings.items()}
        return _composed(text.own, said, fillings) if all(said.values()) else None
    except ValueError:
        return None


def begins(text: Text) -> bool:
    """Whether a program's words stand at the beginning of ours, and not in their place."""
    kind = OF_TEMPLATES.get(text.template)
    return kind is not None and KINDS[kind].begins


def _printed(filling: rules.Filling, filters: Filters, block: Callable[[str], str]) -> str:
    return block(filling.value) if filling.how == "part" else str(filters[filling.how](filling.value))


def _composed(own: str, said: Mapping[str, str], fillings: Mapping[str, rules.Filling]) -> str:
    words, calls = "", False
    for part in rules.parts(own):
        more = said[part.name] if isinstance(part, rules.Name) else inert(part)
        words += _INVISIBLE + more if calls and _GOES_ON.match(more) else more
        if more:
            calls = isinstance(part, rules.Name) and fillings[part.name].how in {"mention", "mentions"}
    return words


def inert(words: str) -> str:
    """What the program wrote: formatted as it likes, but it mentions nobody and leaves no trace in a thread."""
    called = _CALLS.sub(lambda m: m[0] + _INVISIBLE, words)
    return _COMMENT.sub(lambda m: m[0] + _INVISIBLE, _THREADS.sub("//redirect.github.com", called))
