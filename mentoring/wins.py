"""Wins: the kinds there are, and what somebody means who tells of one.

The kinds, their emoji and the names in `type` are those of the all-contributors specification
(allcontributors.org, "Emoji Key"), under shorter words; docs/adr/0025 says which differ and why.
"""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from mentoring.wording import Mistake, phrase

LONGEST = 300  # characters of a win
MOST = 10  # wins that one person tells of in a day
OTHER = "other"


@dataclass(frozen=True)
class Kind:
    """A kind of win. `type`: what all-contributors calls it; None where it has no name for it."""

    word: str
    emoji: str
    type: str | None = None
    also: tuple[str, ...] = ()  # other words for it, in lower case


_ALL = (
    Kind("blog", "📝", "blog", ("blogpost", "post", "article")),
    Kind("talk", "📢", "talk", ("presentation",)),
    Kind("event", "📋", "eventOrganizing", ("eventorganizing", "meetup", "workshop")),
    Kind("translation", "🌍", "translation", ("localization",)),
    Kind("review", "👀", "review"),
    Kind("question", "💬"),  # all-contributors means answering them
    Kind("answer", "💬", "question"),
    Kind("docs", "📖", "doc", ("doc", "documentation")),
    Kind("marathon", "🏃"),  # a long effort, whatever came of it
    Kind("code", "💻", "code"),
    Kind("mentoring", "🧑‍🏫", "mentoring"),
    Kind("test", "⚠️", "test"),
    Kind("bug", "🐛", "bug"),
    Kind("idea", "🤔", "ideas"),
    Kind("design", "🎨", "design"),
    Kind("tutorial", "✅", "tutorial"),
    Kind("example", "💡", "example"),
    Kind("video", "📹", "video"),
    Kind("audio", "🔊", "audio", ("podcast",)),
    Kind("content", "🖋", "content"),
    Kind("data", "🔣", "data"),
    Kind("a11y", "♿️", "a11y", ("accessibility",)),
    Kind("infra", "🚇", "infra", ("infrastructure",)),
    Kind("maintenance", "🚧", "maintenance"),
    Kind("security", "🛡️", "security"),
    Kind("research", "🔬", "research"),
    Kind("tool", "🔧", "tool"),
    Kind("plugin", "🔌", "plugin"),
    Kind("platform", "📦", "platform", ("packaging",)),
    Kind("promotion", "📣", "promotion"),
    Kind("usertesting", "📓", "userTesting"),
    Kind("planning", "📆", "projectManagement", ("projectmanagement",)),
    Kind("funding", "🔍", "fundingFinding", ("fundingfinding",)),
    Kind("financial", "💵", "financial", ("donation",)),
    Kind("business", "💼", "business"),
    Kind(OTHER, "✨"),
)
KINDS: Mapping[str, Kind] = {kind.word: kind for kind in _ALL}
USUAL = tuple(KINDS)[:11]  # those that are named to whoever asks, and corrected if they are misspelt

EMPTY = phrase(
    "Please say in a line, or with a link, what went well, as in `/mentor win talk: My first talk`."
)
TOO_LONG = phrase("Please say it in at most %(most)s characters; a link can tell the rest.", most=LONGEST)
LINK = phrase("Please give the link as one that begins with `https://`.")
THE_KINDS = phrase(
    "The kinds of wins are %(kinds)s and more, or none at all: `/mentor win` takes any words.",
    kinds=", ".join(USUAL),
)

_WORDS = {word: kind for kind in _ALL for word in (kind.word, *kind.also)}
_PERSON = r"@([a-z0-9][a-z0-9_-]{0,38})(?:[:,]\s*|\s+|$)"
_WHOSE = re.compile(rf"(?:for\s+)?{_PERSON}", re.IGNORECASE)
_WHOSE_LATER = re.compile(
    rf"for\s+{_PERSON}", re.IGNORECASE
)  # behind the kind, where `@login` may begin the text
_KIND = re.compile(r"([a-z0-9]{2,20})(\s*:(?!//)|(?=\s)|$)\s*", re.IGNORECASE)
_LINK = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://|(?:www\.|data:|javascript:|mailto:))\S*", re.IGNORECASE
)
_ASKS = re.compile(r"(?:kinds?|help)?\s*\?*", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """A win as somebody tells it. `login`: whose it is; None: their own."""

    kind: str
    text: str
    login: str | None = None


def told(words: str) -> Told:
    """What stands behind `/mentor win`: `[for @login] [kind[:]] <text or link>`. Raises Mistake."""
    if words.strip() and _ASKS.fullmatch(words.strip()):
        raise Mistake(THE_KINDS)
    login, rest = _whose(" ".join(words.split()), _WHOSE)
    kind, rest = _kind(rest)
    if login is None:
        login, rest = _whose(rest, _WHOSE_LATER)
    return Told(kind, _checked(rest), login)


def _whose(words: str, pattern: re.Pattern[str]) -> tuple[str | None, str]:
    found = pattern.match(words)
    return (found[1], words[found.end() :]) if found else (None, words)


def _kind(words: str) -> tuple[str, str]:
    """The kind and the rest. A word that goes on as a sentence (`review of #12`) stays in the text, too."""
    found = _KIND.match(words)
    if found is None:
        return OTHER, words
    word, rest = found[1].lower(), words[found.end() :]
    kind = _WORDS.get(word) or _WORDS.get(word.removesuffix("s"))
    if kind is None:
        _look_for_typo(word, is_meant=":" in found[2])
        return OTHER, words
    goes_on = (
        ":" not in found[2] and rest[:1].islower() and not _LINK.match(rest) and not _WHOSE_LATER.match(rest)
    )
    return kind.word, words if goes_on else rest


def _look_for_typo(word: str, *, is_meant: bool) -> None:
    """`blgo: …` was meant as a kind; `Finally: …` was not. Raises Mistake."""
    near = difflib.get_close_matches(word, USUAL, n=1, cutoff=0.75) if is_meant else []
    if near:
        meant = phrase("Did you mean `/mentor win %(kind)s: …`? %(kinds)s", kind=near[0], kinds=THE_KINDS)
        raise Mistake(meant)


def _checked(text: str) -> str:
    if not any(unicodedata.category(one)[0] not in "CZM" for one in text):
        raise Mistake(EMPTY)
    if len(text) > LONGEST:
        raise Mistake(TOO_LONG)
    link = _LINK.fullmatch(text)
    if link and (link["scheme"] or "").lower() != "https":
        raise Mistake(LINK)
    return text
