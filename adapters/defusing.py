"""What people wrote, made harmless before it is quoted: it mentions, references, closes and formats nothing."""

import re

_INVISIBLE = "\u200b"  # zero-width space: GitHub sees no mention, reference or address across it
_TRIGGERS = re.compile(r"(@|#|GH-(?=\d)|:(?=//)|www(?=\.))", re.IGNORECASE)
# GitHub links a commit by seven or more of its hash's characters.
_HASH = re.compile(r"(?<![0-9a-z])[0-9a-f]{7,}(?![0-9a-z])", re.IGNORECASE)
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&$])")
_LINE_START = re.compile(r"^(?=[-+=#:])|^(\d+)(?=[.)])")  # would begin a list, a heading, a rule
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class Ours(str):
    """Text of our own making, which is printed as it is. Anything else is defused."""

    __slots__ = ()


def defuse(text: str) -> str:
    """What a user wrote, so that it can be quoted: it mentions, references, closes and formats nothing.

    A backslash or an entity does not stop GitHub from seeing a mention; a zero-width space does.
    """
    escaped = _MARKDOWN.sub(r"\\\1", CONTROL.sub(" ", text).strip())
    begun = _LINE_START.sub(lambda m: f"{m[1] or ''}\\", escaped)
    return inert(begun)


def without_controls(text: str) -> str:
    """What a user wrote as one line, without what would turn the writing around or act on whoever shows it."""
    return CONTROL.sub(" ", text).strip()


def inert(text: str) -> str:
    """The text with something invisible wherever GitHub would see a mention, a reference or an address."""
    parted = _HASH.sub(lambda m: _INVISIBLE.join(re.findall(".{1,6}", m[0])), text)
    return _TRIGGERS.sub(lambda m: m[0] + _INVISIBLE, parted)
