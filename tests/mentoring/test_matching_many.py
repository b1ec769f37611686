"""Matching among many: the same mentor, for the same reason, as by the simplest definition of the order.

`simplest` is the specification: everybody who may be chosen, sorted by one tuple. What is tested is that the
way by steps, which is faster, never differs from it, however many there are.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.matching import MANY, Candidate, Match, Need, match_issue, match_newcomer
from tests.mentoring.make import NOW, mentor

MOST_OPEN = 3
AREAS, LANGUAGES = ("orm", "docs", "tests"), ("en", "it", "IT")
LONG_AGO = datetime.min.replace(tzinfo=UTC)

Rule = Callable[[Need, list[Candidate]], Match]


# --- the specification ----------------------------------------------------------------------------


def simplest(need: Need, candidates: Sequence[Candidate], *, issue: bool) -> tuple[Candidate | None, str]:
    """The mentor, and what decided."""
    may = [c for c in candidates if _may(need, c, issue=issue)]
    chosen = min(may, key=lambda c: _rank(need, c, issue=issue), default=None)
    return chosen, _decided(need, chosen)


def _may(need: Need, one: Candidate, *, issue: bool) -> bool:
    if one.id == need.author_id or one.id in need.tried or one.away or one.capacity == 0:
        return False
    has_room = one.open_issues < MOST_OPEN if issue else one.open_mentorships < one.capacity
    return has_room or one.id == need.named_id


def _rank(need: Need, one: Candidate, *, issue: bool) -> tuple[Any, ...]:
    """Smaller is better."""
    shared = len(set(need.areas) & set(one.areas))
    distance = -shared if shared else 2 if need.areas and one.areas else 1
    load = one.open_issues if issue else one.open_mentorships / one.capacity
    speaks = _speaks(need, one)
    return one.id != need.named_id, distance, not speaks, load, one.last_newcomer_at or LONG_AGO, one.id


def _decided(need: Need, one: Candidate | None) -> str:
    if one is None:
        return "nobody"
    if one.id == need.named_id:
        return "named"
    if set(need.areas) & set(one.areas):
        return "area"
    return "language" if _speaks(need, one) else "room"


def _speaks(need: Need, one: Candidate) -> bool:
    return need.language is not None and need.language.lower() in [it.lower() for it in one.languages]


# --- rosters --------------------------------------------------------------------------------------


def roster(chance: random.Random, size: int) -> list[Candidate]:
    """Mentors of every kind, few of them alike."""
    return [_mentor(chance, number) for number in chance.sample(range(1, 2 * size + 2), size)]


def _mentor(chance: random.Random, number: int) -> Candidate:
    return mentor(
        number,
        areas=tuple(chance.sample(AREAS, chance.randrange(3))),
        languages=tuple(chance.sample(LANGUAGES, chance.randrange(3))),
        capacity=chance.randrange(4),
        open_mentorships=chance.randrange(4),
        open_issues=chance.randrange(5),
        last_newcomer_at=chance.choice([None, *(NOW - timedelta(days=days) for days in range(3))]),
        away=chance.random() < 0.2,
    )


def needed(chance: random.Random, candidates: Sequence[Candidate]) -> Need:
    ids = [one.id for one in candidates] or [1]
    return Need(
        author_id=chance.choice([0, *ids]),
        areas=tuple(chance.sample(AREAS, chance.randrange(3))),
        language=chance.choice([None, "it", "fr"]),
        named_id=chance.choice([None, None, *ids[:5]]),
        tried=frozenset(chance.sample(ids, chance.randrange(min(len(ids), 4)))),
    )


SIZES = st.sampled_from([0, 1, 2, 3, 7, 30, MANY, MANY + 1, 3 * MANY])


@given(st.integers(0, 2**32), SIZES)
@settings(max_examples=300, deadline=None)
def test_the_choice_is_that_of_the_simplest_definition(seed: int, size: int) -> None:
    chance = random.Random(seed)
    candidates = roster(chance, size)
    need = needed(chance, candidates)
    newcomers, issues = match_newcomer(need, candidates), match_issue(need, candidates, MOST_OPEN)
    assert (newcomers.mentor, newcomers.deciding) == simplest(need, candidates, issue=False)
    assert (issues.mentor, issues.deciding) == simplest(need, candidates, issue=True)


@given(st.integers(0, 2**32))
@settings(deadline=None)
def test_up_to_a_hundred_all_are_told_of_in_their_order(seed: int) -> None:
    chance = random.Random(seed)
    candidates = roster(chance, chance.randrange(1, MANY + 1))
    need = needed(chance, candidates)
    free = sorted(
        (c for c in candidates if _may(need, c, issue=False)), key=lambda c: _rank(need, c, issue=False)
    )
    others = sorted((c for c in candidates if not _may(need, c, issue=False)), key=lambda c: c.id)
    told = match_newcomer(need, candidates).considered
    assert [(one.login, one.suitable) for one in told] == [
        *((c.login, True) for c in free),
        *((c.login, False) for c in others),
    ]


# --- of many --------------------------------------------------------------------------------------


def crowd(number: int = MANY + 1, **facts: Any) -> list[Candidate]:
    return [mentor(n, **facts) for n in range(1, number + 1)]


def test_of_many_the_mentor_is_told_of_and_how_many_each_step_left_out() -> None:
    need = Need(author_id=1, areas=("orm",), language="it", tried=frozenset({2}))
    mentors = crowd(areas=("orm",), languages=("it",))
    changes: dict[int, dict[str, Any]] = {
        3: {"away": True},
        4: {"capacity": 0},
        5: {"open_mentorships": 2},
        6: {"open_mentorships": 2},
        7: {"areas": ("docs",)},
        8: {"languages": ()},
        9: {"open_mentorships": 1},
        10: {"last_newcomer_at": NOW},
    }
    mentors = [replace(one, **changes.get(one.id, {})) for one in mentors]
    match = match_newcomer(need, mentors)
    assert match.mentor is not None
    assert match.mentor.id == 11
    first, rest = match.considered
    assert (first.login, first.suitable) == ("mentor-11", True)
    assert (rest.login, rest.suitable) == ("", False)
    assert rest.because == (
        "1 the author",
        "1 asked here before",
        "1 away",
        "1 taking nobody",
        "2 full",
        "1 knew these areas less",
        "1 did not speak the language",
        "1 had less room",
        "1 had a newcomer more recently",
        f"{MANY + 1 - 11} came after by the age of their account",
    )


@pytest.mark.parametrize("rule", [match_newcomer, lambda need, all_: match_issue(need, all_, MOST_OPEN)])
def test_of_many_everybody_is_counted_once(rule: Rule) -> None:
    chance = random.Random(4)
    mentors = roster(chance, 3 * MANY)
    for _ in range(50):
        match = rule(needed(chance, mentors), mentors)
        counted = sum(int(words.split()[0].replace(",", "")) for words in match.considered[-1].because)
        assert counted + (match.mentor is not None) == len(mentors)


def test_of_many_of_whom_nobody_can_it_is_said_why() -> None:
    match = match_newcomer(Need(0), crowd(1200, away=True))
    assert (match.mentor, match.deciding) == (None, "nobody")
    assert [one.because for one in match.considered] == [("1,200 away",)]
