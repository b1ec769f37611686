"""Translations: what is wrong with one, before anybody reads it. A translator writes words; what they do stays ours."""

import re
from collections import Counter
from collections.abc import Sequence

from babel.messages.catalog import Message

_PLACE = re.compile(r"%\((\w+)\)s")
# What GitHub or Markdown would act on: a translation has the same as the original, neither more nor less.
_ACTS = re.compile(
    r"`[^`]*`|\*\*|https?://[^\s)>]*|</?\w[^>]*>|<!--|\]\(|!\[|@\w[\w-]*|\bGH-\d+|#\d+|&\w+;|\|"
)
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def faults(message: Message) -> list[str]:
    """What is wrong with a translation, as sentences without a full stop; nothing of one that is missing."""
    said = forms(message.string)
    if not all(said):
        return []
    ids = forms(message.id)
    return list(dict.fromkeys(fault for one in said for fault in _faults(ids, one)))


def forms(words: str | Sequence[str] | None) -> list[str]:
    """The singular and the plurals of a message or of its translation; without plural, one. Missing: empty."""
    return [words or ""] if isinstance(words, str) or words is None else list(words)


def _faults(ids: Sequence[str], said: str) -> list[str]:
    found = []
    wanted = [set(_PLACE.findall(one)) for one in ids]
    have = set(_PLACE.findall(said))
    for name in sorted(set.intersection(*wanted) - have):
        found.append(f"it lacks %({name})s")
    for name in sorted(have - set.union(*wanted)):
        found.append(f"%({name})s is not in the original")
    if "%" in re.sub(r"%\(\w+\)s|%%", "", said):
        found.append("a per cent sign is written %%")
    if _acts(said) not in [_acts(one) for one in ids]:
        found.append("code, links, mentions, bold and HTML are not those of the original")
    if _ODD.search(said):
        found.append("it has a line end or a character that nobody sees")
    return found


def _acts(words: str) -> Counter[str]:
    return Counter(_ACTS.findall(words))
