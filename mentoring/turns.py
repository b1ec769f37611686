"""Turns: whose turn it is in a mentorship, and since when – so that a person who waits is seen."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

NEWCOMER = "newcomer"
MENTOR = "mentor"
MAINTAINERS = "maintainers"
OTHER = "other"  # somebody else who is a person

_ANSWERS = frozenset({"said", "commented", "changes_requested", "dismissed"})
_OFFERS = frozenset({"said", "commented", "pushed", "ready", "asked_review"})


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, since when (UTC), and when the newcomer and anybody else were heard last."""

    whose: str  # newcomer, mentor, maintainers
    since: datetime
    newcomer_at: datetime | None = None
    helped_at: datetime | None = None


@dataclass(frozen=True)
class Happened:
    """Something a person did on the thread.

    `by`: newcomer, mentor (the second one too) or other. `what`: said, one of GitHub's review states, pushed,
    ready, draft, asked_review (of the mentor, or by the newcomer), passed_on (the mentor asks others to
    review), or sign: anything that only shows that they are there.
    """

    by: str
    what: str
    at: datetime

    @property
    def is_answer(self) -> bool:
        """Whether a newcomer who reads it is not alone any more: a person's words or review, not their own."""
        return self.by != NEWCOMER and (self.what in _ANSWERS or self.what == "approved")


class Helped(Protocol):
    """A mentorship, as far as it tells who is who."""

    @property
    def newcomer_id(self) -> int: ...
    @property
    def mentor_id(self) -> int | None: ...
    @property
    def second_id(self) -> int | None: ...


def by(person_id: int, mentorship: Helped) -> str:
    """Who somebody is in a mentorship: newcomer, mentor or other."""
    if person_id == mentorship.newcomer_id:
        return NEWCOMER
    return MENTOR if person_id in (mentorship.mentor_id, mentorship.second_id) else OTHER


def says_something(text: str, slug: str) -> bool:
    """Whether a text says more than commands to the App: those alone answer nobody."""
    starts = ("/mentor", f"@{slug}".lower())
    lines = (line.strip().lower() for line in text.splitlines())
    return any(line and not line.startswith(starts) for line in lines)


def after(turn: Turn, happened: Iterable[Happened]) -> Turn:
    """The turn once these things have happened, in the order of their times."""
    for one in sorted(happened, key=lambda one: one.at):
        turn = _by_newcomer(turn, one) if one.by == NEWCOMER else _by_others(turn, one)
    return turn


def _by_newcomer(turn: Turn, one: Happened) -> Turn:
    turn = replace(turn, newcomer_at=_latest(turn.newcomer_at, one.at))
    if one.at < turn.since or (turn.helped_at and one.at < turn.helped_at):
        return turn  # it comes late: what happened since stands
    if one.what == "draft":
        return turn if turn.whose == NEWCOMER else replace(turn, whose=NEWCOMER, since=one.at)
    if turn.whose == NEWCOMER and one.what in _OFFERS:
        return replace(turn, whose=MENTOR, since=one.at)
    return turn


def _by_others(turn: Turn, one: Happened) -> Turn:
    if one.is_answer:
        turn = replace(turn, helped_at=_latest(turn.helped_at, one.at))
    if one.what in {"ready", "asked_review"}:
        return _asks_mentor(turn, one)
    if one.what == "draft":
        return _to(NEWCOMER, turn, one)
    if one.what in {"approved", "passed_on"}:
        return _to(MAINTAINERS, turn, one)
    # Who approved and says more still waits for the maintainers, unless they want something changed.
    more = turn.whose == MAINTAINERS and one.by == MENTOR and one.what != "changes_requested"
    if one.is_answer and not more:
        return _to(NEWCOMER, turn, one)
    return turn


def _asks_mentor(turn: Turn, one: Happened) -> Turn:
    if turn.whose == NEWCOMER and one.at >= turn.since:
        return replace(turn, whose=MENTOR, since=one.at)
    return turn


def _to(whose: str, turn: Turn, one: Happened) -> Turn:
    """Passes the turn on, unless the newcomer has been heard since then: they still wait, from that word on."""
    if turn.whose == whose or (turn.whose == MAINTAINERS and one.at < turn.since):
        return turn
    if turn.newcomer_at and one.at < turn.newcomer_at:
        overtaken = turn.whose == MENTOR and one.at >= turn.since
        return replace(turn, since=turn.newcomer_at) if overtaken else turn
    return replace(turn, whose=whose, since=one.at)


def _latest(one: datetime | None, other: datetime) -> datetime:
    return max(one, other) if one else other
