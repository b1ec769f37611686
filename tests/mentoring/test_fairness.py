"""Fairness: over any run of newcomers the load follows the capacity, and nobody is chosen out of turn.

The statements of DESIGN's "Matching", each as a property: of one choice among any candidates, and of any run in
which newcomers come and mentorships end.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from mentoring.matching import Candidate, Match, Need, match_newcomer
from tests.mentoring.make import NOW, mentor

AREAS = st.lists(st.sampled_from(["orm", "docs"]), unique=True).map(tuple)
MOMENTS = st.none() | st.integers(1, 9).map(lambda days: NOW - timedelta(days=days))
IDS = st.integers(1, 9)

MENTORS = st.lists(
    st.builds(
        Candidate,
        id=IDS,
        login=st.just("mentor-one"),
        areas=AREAS,
        languages=st.sampled_from([(), ("it",), ("en", "it")]),
        capacity=st.integers(0, 4),
        open_mentorships=st.integers(0, 4),
        last_newcomer_at=MOMENTS,
        away=st.booleans(),
    ),
    unique_by=lambda candidate: candidate.id,
    min_size=1,
    max_size=7,
)
NEEDS = st.builds(
    Need,
    author_id=st.integers(1, 12),
    areas=AREAS,
    language=st.sampled_from([None, "it"]),
    named_id=st.none() | IDS,
    tried=st.frozensets(IDS, max_size=3),
)


# --- one choice -----------------------------------------------------------------------------------


def may_help(need: Need, one: Candidate) -> bool:
    """Who may be chosen at all: whoever is named even when full, and nobody else above their capacity."""
    here = one.id != need.author_id and one.id not in need.tried and one.capacity > 0 and not one.away
    return here and (one.open_mentorships < one.capacity or one.id == need.named_id)


def suits(need: Need, one: Candidate) -> tuple[Any, ...]:
    """How suitable somebody is, the better the larger; equal for those among whom the load decides."""
    shared = len(set(need.areas) & set(one.areas))
    takes_any = not need.areas or not one.areas
    speaks = need.language in one.languages
    return one.id == need.named_id, shared, takes_any, speaks


def share(one: Candidate) -> Fraction:
    """The load relative to the capacity."""
    return Fraction(one.open_mentorships, one.capacity)


def waited(one: Candidate) -> timedelta:
    """The time since the last newcomer."""
    return NOW - one.last_newcomer_at if one.last_newcomer_at else timedelta.max


@given(NEEDS, MENTORS)
def test_who_may_not_is_never_chosen(need: Need, mentors: list[Candidate]) -> None:
    chosen = match_newcomer(need, mentors).mentor
    assert chosen is None or may_help(need, chosen)


@given(NEEDS, MENTORS)
def test_somebody_is_chosen_where_somebody_may(need: Need, mentors: list[Candidate]) -> None:
    assert (match_newcomer(need, mentors).mentor is None) == (not any(may_help(need, m) for m in mentors))


@given(NEEDS, MENTORS)
def test_nobody_is_passed_over_who_comes_first_in_the_order(need: Need, mentors: list[Candidate]) -> None:
    chosen = match_newcomer(need, mentors).mentor
    assume(chosen is not None)
    assert chosen is not None
    for other in mentors:
        if may_help(need, other):
            assert suits(need, chosen) >= suits(need, other)
            if suits(need, chosen) == suits(need, other):
                assert share(chosen) <= share(other)
                assert share(chosen) < share(other) or waited(chosen) >= waited(other)


@given(NEEDS, MENTORS)
def test_nobody_above_their_capacity_but_by_name(need: Need, mentors: list[Candidate]) -> None:
    chosen = match_newcomer(need, mentors).mentor
    if chosen and chosen.id != need.named_id:
        assert chosen.open_mentorships + 1 <= chosen.capacity


@given(NEEDS, MENTORS)
def test_whoever_is_named_and_there_is_chosen_even_when_full(need: Need, mentors: list[Candidate]) -> None:
    named = next((m for m in mentors if m.id == need.named_id), None)
    if named and may_help(need, named):
        assert match_newcomer(need, mentors).mentor == named


@given(NEEDS, MENTORS, st.randoms(use_true_random=False))
@example(Need(author_id=99), [mentor(1), mentor(2)], random.Random(0))
def test_the_order_in_which_candidates_come_does_not_matter(
    need: Need, mentors: list[Candidate], chance: random.Random
) -> None:
    match = match_newcomer(need, mentors)
    assert match_newcomer(need, mentors[::-1]) == match
    assert match_newcomer(need, chance.sample(mentors, len(mentors))) == match


@given(NEEDS, MENTORS)
def test_the_same_facts_give_the_same_answer(need: Need, mentors: list[Candidate]) -> None:
    again = [replace(one) for one in mentors]
    assert match_newcomer(replace(need), iter(again)) == match_newcomer(need, mentors)


@given(NEEDS, MENTORS, st.integers(0, 6))
def test_it_does_not_matter_who_else_may_not_be_chosen(
    need: Need, mentors: list[Candidate], index: int
) -> None:
    match = match_newcomer(need, mentors)
    left_out = mentors[index % len(mentors)]
    if left_out != match.mentor:
        assert match_newcomer(need, [m for m in mentors if m != left_out]).mentor == match.mentor


# --- a run of newcomers ---------------------------------------------------------------------------


@dataclass
class Run:
    """Newcomers who come one after the other, and mentorships that end."""

    mentors: dict[int, Candidate]
    now: datetime = NOW
    open: list[int] = field(default_factory=list)  # the mentor of each open mentorship

    def newcomer(self, need: Need) -> Match:
        self.now += timedelta(hours=1)
        match = match_newcomer(need, self.mentors.values())
        if match.mentor:
            self.open.append(match.mentor.id)
            self._count(match.mentor.id, +1, last_newcomer_at=self.now)
        return match

    def end(self, which: int) -> None:
        if self.open:
            self._count(self.open.pop(which % len(self.open)), -1)

    def _count(self, mentor_id: int, more: int, **facts: Any) -> None:
        one = self.mentors[mentor_id]
        self.mentors[mentor_id] = replace(one, open_mentorships=one.open_mentorships + more, **facts)


def a_run(capacities: Sequence[int], areas: Sequence[tuple[str, ...]] = ()) -> Run:
    """Mentors with these capacities, who have nobody yet."""
    given = dict(enumerate(areas))
    return Run({n: mentor(n, capacity=c, areas=given.get(n, ())) for n, c in enumerate(capacities)})


CAPACITIES = st.lists(st.integers(1, 5), min_size=2, max_size=6)
# A newcomer, who may ask for an area; or the end of some open mentorship.
COMES = st.tuples(st.just("comes"), st.sampled_from([(), ("orm",)]))
ENDS = st.tuples(st.just("ends"), st.integers(0, 30))
EVENTS = st.lists(COMES | ENDS, min_size=1, max_size=60)
NOBODY = Need(author_id=99)


def choices(
    run: Run, events: Sequence[tuple[str, Any]]
) -> Iterator[tuple[Need, dict[int, Candidate], Match]]:
    """Plays the events; for each newcomer what was asked for, how the mentors stood before, and the match."""
    for kind, what in events:
        if kind == "ends":
            run.end(what)
        else:
            before, need = dict(run.mentors), replace(NOBODY, areas=what)
            yield need, before, run.newcomer(need)


@given(CAPACITIES, st.integers(1, 40))
@example([5, 1], 3)
def test_while_nothing_ends_no_two_shares_differ_by_more_than_one_newcomer(
    capacities: list[int], count: int
) -> None:
    """`open / capacity` of any mentor is ahead of anybody else's by at most their own last newcomer's part."""
    run = a_run(capacities)
    for _ in range(count):
        run.newcomer(NOBODY)
        for one in run.mentors.values():
            for other in run.mentors.values():
                assert share(one) - share(other) <= Fraction(1, one.capacity)


@given(CAPACITIES, st.lists(AREAS, max_size=6), EVENTS)
def test_over_any_run_a_newcomer_goes_where_the_share_is_smallest(
    capacities: list[int], areas: list[tuple[str, ...]], events: list[tuple[str, Any]]
) -> None:
    """Among equally suitable mentors with room, so that after it nobody is ahead by more than this newcomer."""
    run = a_run(capacities, areas)
    for need, before, match in choices(run, events):
        if match.mentor:
            after = run.mentors[match.mentor.id]
            for other in equally_suitable(need, match.mentor, before):
                assert share(after) - share(other) <= Fraction(1, after.capacity)


@given(CAPACITIES, st.lists(AREAS, max_size=6), EVENTS)
def test_nobody_gets_a_second_while_somebody_equally_suitable_has_none(
    capacities: list[int], areas: list[tuple[str, ...]], events: list[tuple[str, Any]]
) -> None:
    for need, before, match in choices(a_run(capacities, areas), events):
        if match.mentor and match.mentor.open_mentorships:
            assert all(m.open_mentorships for m in equally_suitable(need, match.mentor, before))


def equally_suitable(need: Need, chosen: Candidate, mentors: dict[int, Candidate]) -> list[Candidate]:
    """The others with room."""
    others = (m for m in mentors.values() if m.id != chosen.id and may_help(need, m))
    return [m for m in others if suits(need, m) == suits(need, chosen)]


@given(CAPACITIES, EVENTS)
def test_over_any_run_nobody_is_above_their_capacity_and_no_room_is_left_unused(
    capacities: list[int], events: list[tuple[str, Any]]
) -> None:
    run = a_run(capacities)
    for _, before, match in choices(run, events):
        assert all(m.open_mentorships <= m.capacity for m in run.mentors.values())
        if match.mentor is None:
            assert all(m.open_mentorships == m.capacity for m in before.values())


@given(st.integers(2, 6), st.integers(1, 4), st.integers(1, 20), st.integers(20, 80))
def test_over_any_long_run_equals_get_equally_many(
    mentors: int, capacity: int, lasts: int, count: int
) -> None:
    """Those who offer the same, with mentorships that last as long as others': at most one newcomer apart."""
    run, given = a_run([capacity] * mentors), dict.fromkeys(range(mentors), 0)
    for _ in range(count):
        if len(run.open) >= lasts:
            run.end(0)  # the oldest
        match = run.newcomer(NOBODY)
        if match.mentor:
            given[match.mentor.id] += 1
    assert max(given.values()) - min(given.values()) <= 1


@given(CAPACITIES, st.integers(1, 5))
def test_where_all_the_room_is_used_each_has_what_they_offered(capacities: list[int], rounds: int) -> None:
    """With more newcomers than room the numbers follow the capacities exactly."""
    run = a_run(capacities)
    for _ in range(rounds):
        for _ in range(sum(capacities) + 1):
            run.newcomer(NOBODY)
        assert [m.open_mentorships for m in run.mentors.values()] == capacities
        while run.open:
            run.end(0)


@given(CAPACITIES, EVENTS)
def test_the_same_run_gives_the_same_matches(capacities: list[int], events: list[tuple[str, Any]]) -> None:
    first, second = a_run(capacities), a_run(capacities[::-1])
    second.mentors = {n: first.mentors[n] for n in reversed(first.mentors)}
    assert [m for *_, m in choices(first, events)] == [m for *_, m in choices(second, events)]
