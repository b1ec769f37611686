"""Asks: what else a cohort's graduates are asked beside starter issues; each is answered with a word, or not at all."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from mentoring.commands import Command, parse
from mentoring.facts import Remarked
from mentoring.roster import Ask, Program
from mentoring.wording import phrase

KINDS = ("event", "next_program", "showcase", "write")
_SPOKEN = {kind: kind.replace("_", " ") for kind in KINDS}
_PARTS = re.compile(r"next[\s_-]+program(?:me)?|[^\s,;&]+")
_BETWEEN = frozenset({"and", "or", "to", "the"})

WHICH = phrase(
    "Please say what you mean, as in `/mentor yes showcase`: event, next program, showcase or write. "
    "`/mentor accept` and `/mentor decline` answer the invitation itself."
)


@dataclass(frozen=True)
class Answer:
    """Somebody's last word on one ask."""

    word: str  # yes, no
    at: datetime


def spoken(kind: str) -> str:
    """An ask as people write it behind `/mentor yes`."""
    return _SPOKEN[kind]


def named(words: str) -> tuple[str, ...]:
    """The asks that words begin with, each once; what follows them is said to people."""
    found: list[str] = []
    for part in _PARTS.findall(words.casefold()):
        kind = _kind(part.rstrip(".,;:!?"))
        if kind is None and part not in _BETWEEN:
            break
        if kind is not None and kind not in found:
            found.append(kind)
    return tuple(found)


def _kind(part: str) -> str | None:
    if re.fullmatch(r"next[\s_-]+program(?:me)?", part):
        return "next_program"
    return part if part in KINDS else None


def to_make(program: Program, today: date, made: Collection[str] = ()) -> tuple[Ask, ...]:
    """The asks for somebody on a day: none that was made before, none whose own day is over."""
    return tuple(one for one in program.asks if one.ask not in made and (one.by is None or one.by >= today))


def told(asks: Iterable[Ask]) -> tuple[Mapping[str, object], ...]:
    """What an invitation says of them."""
    return tuple(
        {
            "ask": one.ask,
            "yes": f"/mentor yes {spoken(one.ask)}",
            "no": f"/mentor no {spoken(one.ask)}",
            "text": one.text,
            "link": one.link,
            "by": one.by,
        }
        for one in asks
    )


def answers_of(person_id: int, remarks: Iterable[Remarked], slug: str) -> Mapping[str, Answer]:
    """Somebody's last word on each ask in a thread; `/mentor decline` is a no to all of them."""
    found: dict[str, Answer] = {}
    for remark in remarks:
        if remark.author_id == person_id and remark.by_person:
            for command in parse(remark.body, slug):
                found |= _answers(command, remark.created_at)
    return found


def _answers(command: Command, at: datetime) -> dict[str, Answer]:
    if command.verb == "decline":
        return dict.fromkeys(KINDS, Answer("no", at))
    if command.verb in ("yes", "no"):
        return dict.fromkeys(named(command.words), Answer(command.verb, at))
    return {}
