"""Texts: a program's own words in the place of ours, with placeholders from a closed list for each kind."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt

MOST = 2000  # characters
END = "<!-- end -->"

# `{name}`, a doubled brace, or a brace that is neither.
_PARTS = re.compile(r"\{\{|\}\}|\{([^{}\n]{0,100})\}|[{}]")
# What nobody sees, or what turns the writing around; a line end is fine.
_ODD = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]"
)
_FORMATS = re.compile(r"([\\`*_\[\]<>|~&$])")
_MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


@dataclass(frozen=True)
class Placeholder:
    """Where its value stands in what a text is filled with, such as `mentor.login`, and how it is printed.

    `how`: mention, name, login, names, mentions, day, duration, address; number and words as they are.
    """

    path: str
    how: str
    example: str  # in the check run


@dataclass(frozen=True)
class Kind:
    """A text that can be replaced.

    `needs`: what people would miss, which is a doubt and no mistake. `unless`: where any of these is true, there is
    more to say than the program's words do, and ours are said.
    """

    template: str
    placeholders: Mapping[str, Placeholder]
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


_NEWCOMER = Placeholder("newcomer", "mention", "@hubot")
_MENTOR = Placeholder("mentor", "mention", "@octocat")
_DAY = "Friday, 4 December"
_GRADUATE = Placeholder("graduate", "mention", "@octocat")
_ASKED = Placeholder("asked", "number", "2")
EVERYWHERE = {"program": "Djangonaut Space", "noun": "mentor"}  # with their examples

KINDS: Mapping[str, Kind] = {
    "welcome": Kind(
        "comments/welcome",
        {
            "newcomer": _NEWCOMER,
            "mentor": Placeholder("mentor.login", "mention", "@octocat"),
            "answer_by": Placeholder("answer_by", "day", _DAY),
        },
        ("newcomer", "mentor", "answer_by"),
        ("answered", "second", "asked_again", "told"),
    ),
    "introduction": Kind(
        "comments/introduction",
        {"newcomer": _NEWCOMER, "mentor": _MENTOR, "answer_by": Placeholder("answer_by", "day", _DAY)},
        ("newcomer", "mentor"),
        ("together", "busy"),
    ),
    "nobody_free": Kind("comments/nobody_free", {"newcomer": _NEWCOMER}, ("newcomer",), ("before",)),
    "reminder": Kind(
        "comments/reminder",
        {
            "mentor": _MENTOR,
            "newcomer": Placeholder("newcomer", "login", "hubot"),
            "since": Placeholder("since", "day", _DAY),
        },
        ("mentor", "newcomer"),
        ("others", "hidden"),
    ),
    "organizers": Kind(
        "comments/organizers",
        {
            "organizers": Placeholder("told", "mentions", "@monalisa"),
            "newcomer": Placeholder("newcomer", "login", "hubot"),
            "mentors": Placeholder("mentors", "names", "**octocat**"),
            "since": Placeholder("since", "day", _DAY),
        },
        ("organizers", "newcomer"),
    ),
    "check_in": Kind(
        "comments/check_in",
        {"newcomer": _NEWCOMER, "mentor": Placeholder("mentor", "name", "**octocat**")},
        ("newcomer",),
    ),
    "claim_hint": Kind(
        "comments/claim_hint",
        {"newcomer": _NEWCOMER, "mentor": Placeholder("mentor", "name", "**octocat**")},
        ("newcomer",),
        ("taken_by",),
    ),
    "claim_released": Kind(
        "comments/claim_released",
        {"newcomer": _NEWCOMER, "after": Placeholder("after", "duration", "3 weeks")},
        ("newcomer",),
    ),
    "invitation": Kind(
        "comments/invitation",
        {
            "graduate": _GRADUATE,
            "cohort": Placeholder("cohort", "words", "Session 4"),
            "asked": _ASKED,
            "starter_url": Placeholder("starter_url", "address", "https://example.org/new"),
        },
        ("graduate", "starter_url"),
        ("agreed", "asks"),
    ),
    "invitation_reminder": Kind(
        "comments/invitation_reminder", {"graduate": _GRADUATE, "asked": _ASKED}, ("graduate",)
    ),
    "back_tomorrow": Kind(
        "comments/back_tomorrow",
        {"mentor": _MENTOR, "until": Placeholder("until", "day", _DAY)},
        ("mentor", "until"),
    ),
}


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
            raise ValueError("a brace stands alone; write {{ or }} where a brace is meant")
    yield text[end:]


def names(text: str) -> tuple[str, ...]:
    """Its placeholders, each once. Raises ValueError as `parts` does."""
    return tuple(dict.fromkeys(part.name for part in parts(text) if isinstance(part, Name)))


def known(kind: str) -> tuple[str, ...]:
    """The placeholders of a kind of text."""
    return (*KINDS[kind].placeholders, *EVERYWHERE)


def fault(text: str) -> str | None:
    """What is wrong with a text, apart from its placeholders, as a sentence without a full stop."""
    if not text.strip():
        return "write a text, or leave the key out"
    if len(text) > MOST:
        return f"write at most {MOST} characters"
    if _ODD.search(text):
        return "it has a character that nobody sees; write it without"
    if "<!--" in text:
        return "write it without <!--, which hides what follows"
    # Our own mark stands below: nothing may swallow it.
    last = _MARKDOWN.parse(f"{text}\n\n{END}")[-1]
    if last.type != "html_block" or last.level or last.content.strip() != END:
        return "code or HTML in it does not end"
    return None


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


def values(kind: str, text: str, given: Mapping[str, Any]) -> dict[str, tuple[str, Any]] | None:
    """How each placeholder is printed, and its value; None: something has no value here, so that ours is said."""
    it = KINDS[kind]
    if any(given.get(one) for one in it.unless):
        return None
    found = {
        name: (it.placeholders[name].how, _at(given, it.placeholders[name].path)) for name in names(text)
    }
    return None if any(value in (None, "", [], ()) for _, value in found.values()) else found


def _at(given: Any, path: str) -> Any:
    for step in path.split("."):
        given = given.get(step) if isinstance(given, Mapping) else None
    return given
