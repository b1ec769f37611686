"""Naming: what people ask for when they ask for a mentor, and how a choice is explained."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mentoring.actions import Text
from mentoring.languages import code_of
from mentoring.matching import Candidate
from mentoring.roster import Program, is_login, nearest

MOST_SHOWN = 30  # candidates in an explanation

_WISH = re.compile(r"\b(in|for)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Wish:
    """What somebody would like: an area of the program, a language (its code)."""

    area: str | None = None
    language: str | None = None


def wish(words: str, program: Program) -> Wish:
    """Reads `in Italian`, `for orm`, or both. Raises ValueError with one sentence."""
    area = language = None
    start, *parts = _WISH.split(words.strip())
    if start.strip(" .,!") or len(parts) % 2:
        raise ValueError("Please write `/mentor me`, `/mentor me in Italian` or `/mentor me for docs`.")
    for word, value in zip(parts[::2], parts[1::2], strict=True):
        value = value.strip(" .,!")
        if word.lower() == "in":
            language = _language(value)
        else:
            area = _area(value, program)
    return Wish(area, language)


def _language(text: str) -> str:
    code = code_of(text)
    if code is None:
        raise ValueError("That language is not known; write its English name, or a code such as `it`.")
    return code


def _area(text: str, program: Program) -> str:
    found = next((name for name in program.areas if name.lower() == text.lower()), None)
    if found is None:
        known = ", ".join(f"`{name}`" for name in list(program.areas)[:10])
        hint = f"; the areas are {known}" if known else ", which names no areas"
        raise ValueError(f"There is no such area in this program{nearest(text, program.areas) or hint}.")
    return found


def busy(mentor: Candidate) -> str | None:
    """What stands in the way of somebody who is asked by name."""
    if mentor.away:
        return "away"
    return "full" if mentor.open_mentorships >= mentor.capacity else None


def plain_login(text: str) -> str | None:
    """The text if it can be a login, so that it may be repeated; it is never a mention."""
    return text if is_login(text) else None


def why(program: Program, mentor: str | None, considered: Iterable[Any]) -> Text:
    """How the choice was made: everybody who could have been it, and what spoke for or against them."""
    lines = [_line(one) for one in considered]
    values = {
        "noun": program.mentor_noun,
        "mentor": mentor,
        "lines": lines[:MOST_SHOWN],
        "more": max(0, len(lines) - MOST_SHOWN),
    }
    return Text("comments/why", values)


def _line(one: Any) -> Mapping[str, Any]:
    """Of a mentor on a good first issue only their own reasons are kept; of many, how many others there were."""
    if isinstance(one, str):
        return {"login": None, "others": False, "suitable": True, "because": (one,)}
    login, because = one["login"], one["because"]
    return {"login": login or None, "others": not login, "suitable": one["suitable"], "because": because}
