"""Naming: what people ask for when they ask for a mentor, and how a choice is explained."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mentoring.actions import Text
from mentoring.languages import code_of
from mentoring.matching import Candidate
from mentoring.roster import Program, closest, is_login
from mentoring.wording import Mistake, Phrase, phrase

MOST_SHOWN = 30  # candidates in an explanation

_WISH = re.compile(r"\b(in|for)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Wish:
    """What somebody would like: an area of the program, a language (its code)."""

    area: str | None = None
    language: str | None = None


def wish(words: str, program: Program) -> Wish:
    """Reads `in Italian`, `for orm`, or both. Raises Mistake with one sentence."""
    area = language = None
    start, *parts = _WISH.split(words.strip())
    if start.strip(" .,!") or len(parts) % 2:
        raise Mistake(phrase("Please write `/mentor me`, `/mentor me in Italian` or `/mentor me for docs`."))
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
        raise Mistake(
            phrase(
                "That language is not known; write its English name, its own name, or a code such as `it`."
            )
        )
    return code


def _area(text: str, program: Program) -> str:
    found = next((name for name in program.areas if name.lower() == text.lower()), None)
    if found is None:
        raise Mistake(_no_area(text, list(program.areas)))
    return found


def _no_area(text: str, areas: Sequence[str]) -> Phrase:
    near = closest(text, areas)
    if near:
        return phrase("There is no such area in this program; did you mean `%(area)s`?", area=near)
    if not areas:
        return phrase("There is no such area in this program, which names no areas.")
    known = ", ".join(f"`{name}`" for name in areas[:10])
    return phrase("There is no such area in this program; the areas are %(areas)s.", areas=known)


def not_a_mentor(program: Program, login: str, mentors: Iterable[str]) -> Phrase:
    """Why somebody who was asked for by name cannot be it."""
    said = login if is_login(login) else None  # so that it may be repeated; it is never a mention
    near = closest(login, mentors)
    if said and program.in_roster(login):
        return phrase(
            "%(login)s is no %(noun)s at the moment; they say so themselves.",
            login=said,
            noun=program.mentor_noun,
        )
    if said and near:
        return phrase(
            "%(login)s is nobody in the roster of this program; did you mean `%(near)s`?",
            login=said,
            near=near,
        )
    if said:
        return phrase("%(login)s is nobody in the roster of this program.", login=said)
    return phrase("This is nobody in the roster of this program.")


def busy(mentor: Candidate) -> str | None:
    """What stands in the way of somebody who is asked by name."""
    if mentor.away:
        return "away"
    return "full" if mentor.open_mentorships >= mentor.capacity else None


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
