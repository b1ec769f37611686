"""Texts: a program's own words in the place of ours, with placeholders from a closed list for each kind."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt

from mentoring.markup import open_tag
from mentoring.text_kinds import EVERYWHERE, KINDS, Placeholder
from mentoring.wording import Phrase, phrase
from mentoring.yaml12 import quoted

MOST = 2000  # characters
END = "<!-- end -->"

MOST_OF_EACH = 5  # times that one placeholder may stand in a text

# What other templates know and ours do not: `{% for … %}`, `{# … #}`, `{{ name }}` with blanks.
_PROGRAM = re.compile(r"\{[%#]|\{\{\s")
# `{name}`, a doubled brace, or a brace that is neither.
_PARTS = re.compile(r"\{\{|\}\}|\{([^{}\n]{0,100})\}|[{}]")
# What nobody sees, or what turns the writing around; a line end is fine.
_ODD = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]"
)
_FORMATS = re.compile(r"([\\`*_\[\]<>|~&$])")
_MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


@dataclass(frozen=True)
class Name:
    """A placeholder in a text."""

    name: str


def parts(text: str) -> Iterator[str | Name]:
    """What is written, and the placeholders in it. Raises ValueError, a sentence without a full stop, for a stray brace."""
    end = 0
    for found in _PARTS.finditer(text):
        yield text[end : found.start()]
        end = found.end()
        if found[1] is not None:
            yield Name(found[1].strip())
        elif len(found[0]) == 2:
            yield found[0][0]
        else:
            raise ValueError(phrase("a brace stands alone; write {{ or }} where a brace is meant"))
    yield text[end:]


def names(text: str) -> tuple[str, ...]:
    """Its placeholders, each once. Raises ValueError as `parts` does."""
    return tuple(dict.fromkeys(part.name for part in parts(text) if isinstance(part, Name)))


def known(kind: str) -> tuple[str, ...]:
    """The placeholders of a kind of text."""
    return (*KINDS[kind].placeholders, *EVERYWHERE)


def fault(text: str) -> Phrase | None:
    """What is wrong with a text, apart from its placeholders, as a sentence without a full stop."""
    if not text.strip():
        return phrase("write a text, or leave the key out")
    if len(text) > MOST:
        return phrase("write at most %(most)s characters; these are %(count)s", most=MOST, count=len(text))
    if _ODD.search(text):
        return phrase("it has a character that nobody sees; write it without")
    if "<!--" in text:
        return phrase("write it without <!--, which hides what follows")
    if _swallows(_trimmed(text)):
        return phrase("code or HTML in it does not end")
    return None


def _trimmed(text: str) -> str:
    """As it is printed: a space of any kind before a fence is gone by then, and so is one behind it."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _swallows(text: str) -> bool:
    """Whether it would take our own mark, which stands below, into code or HTML of its own."""
    last = _MARKDOWN.parse(f"{text}\n\n{END}")[-1]
    is_mark = last.type == "html_block" and not last.level and last.content.strip() == END
    return not is_mark or open_tag(text, _MARKDOWN) is not None


def too_much(text: str) -> Phrase | None:
    """What makes a text more than placeholders: a program in it, or one placeholder over and over.

    Raises ValueError as `parts` does.
    """
    if _PROGRAM.search(text):
        return phrase("loops, conditions and filters do not work here; write placeholders such as {program}")
    count = Counter(part.name for part in parts(text) if isinstance(part, Name))
    often = next((name for name, times in count.items() if times > MOST_OF_EACH), None)
    if often is None:
        return None
    return phrase("%(name)s may stand in it %(most)s times", name=quoted(f"{{{often}}}"), most=MOST_OF_EACH)


def literal(kind: str, text: str) -> tuple[str, ...]:
    """Placeholders that are written with two braces, and so are shown as they stand."""
    return tuple(name for name in known(kind) if f"{{{{{name}}}}}" in text)


def lacks(kind: str, text: str) -> tuple[str, ...]:
    """What people would miss in it."""
    there = names(text)
    return tuple(one for one in KINDS[kind].needs if one not in there)


def settled(texts: Mapping[str, str], program: str, noun: str) -> dict[str, str]:
    """The texts with what is the same each time filled in."""
    fixed = {"program": _plain(program), "noun": noun}
    return {kind: "".join(_fixed(part, fixed) for part in parts(text)) for kind, text in texts.items()}


def _fixed(part: str | Name, fixed: Mapping[str, str]) -> str:
    if isinstance(part, Name):
        return _braces(fixed[part.name]) if part.name in fixed else f"{{{part.name}}}"
    return _braces(part)


def _plain(text: str) -> str:
    """A name as words: it is no text of its own, which would have been looked at."""
    return _FORMATS.sub(r"\\\1", text)


def _braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def example(kind: str, text: str, program: str, noun: str) -> str:
    """The text as it would look, with examples in place of people and days."""
    values = {name: one.example for name, one in KINDS[kind].placeholders.items()}
    values |= {"program": _plain(program), "noun": noun}
    return "".join(values[part.name] if isinstance(part, Name) else part for part in parts(text))


@dataclass(frozen=True)
class Filling:
    """What comes in the place of a placeholder: how it is printed, and its value; of a part the block's name."""

    how: str
    value: Any


def values(kind: str, text: str, given: Mapping[str, Any]) -> dict[str, Filling] | None:
    """What each placeholder brings; None: something has no value here, or is not known, so that ours is said.

    Raises ValueError as `parts` does. Whether a part is empty only its template tells.
    """
    it = KINDS[kind]
    there = names(text)
    if any(given.get(one) for one in it.unless) or not set(there) <= it.placeholders.keys():
        return None
    found = {name: _filling(it.placeholders[name], given) for name in there}
    return None if any(one.value in (None, "", [], ()) for one in found.values()) else found


def _filling(placeholder: Placeholder, given: Mapping[str, Any]) -> Filling:
    is_part = placeholder.how == "part"
    return Filling(placeholder.how, placeholder.path if is_part else _at(given, placeholder.path))


def _at(given: Any, path: str) -> Any:
    for step in path.split("."):
        given = given.get(step) if isinstance(given, Mapping) else None
    return given
