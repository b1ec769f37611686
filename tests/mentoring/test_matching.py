"""Matching: who is chosen, in which order, and what stands in the way."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.matching import Candidate, Considered, Match, Need, areas_of, match_issue, match_newcomer
from mentoring.roster import Area
from tests.mentoring.make import NOW, mentor

AUTHOR, ELSEWHERE = 100, 0
EARLIER, LATER = NOW - timedelta(days=9), NOW - timedelta(days=1)
ORM = Need(AUTHOR, areas=("orm",))

# In each row the first is better; whatever comes later in the order speaks for the second.
BETTER: list[tuple[str, Need, dict[str, Any], dict[str, Any]]] = [
    (
        "named on the issue beats areas",
        Need(AUTHOR, areas=("orm",), named_id=2),
        {"areas": ("docs",), "open_mentorships": 1},
        {"areas": ("orm",)},
    ),
    (
        "named on the issue beats others even when full",
        Need(AUTHOR, named_id=2),
        {"open_mentorships": 2, "last_newcomer_at": LATER},
        {},
    ),
    (
        "areas beat language",
        Need(AUTHOR, areas=("orm",), language="it"),
        {"areas": ("orm",), "open_mentorships": 1},
        {"areas": ("docs",), "languages": ("it",)},
    ),
    (
        "more of the areas beat fewer",
        Need(AUTHOR, areas=("orm", "docs")),
        {"areas": ("docs", "orm"), "open_mentorships": 1},
        {"areas": ("orm",)},
    ),
    ("knowing the area beats taking any", ORM, {"areas": ("orm",), "open_mentorships": 1}, {}),
    ("taking any area beats knowing others", ORM, {"open_mentorships": 1}, {"areas": ("docs",)}),
    (
        "areas say nothing where the change has none",
        Need(AUTHOR),
        {"areas": ("docs",)},
        {"open_mentorships": 1},
    ),
    (
        "language beats free capacity",
        Need(AUTHOR, language="IT"),
        {"languages": ("en", "it"), "open_mentorships": 1},
        {"languages": ("en",)},
    ),
    (
        "language says nothing where nobody asked for one",
        Need(AUTHOR),
        {},
        {"languages": ("it",), "open_mentorships": 1},
    ),
    (
        "load counts relative to the capacity",
        Need(AUTHOR),
        {"capacity": 2, "open_mentorships": 0},
        {"capacity": 10, "open_mentorships": 1},
    ),
    (
        "one of four is less than one of two",
        Need(AUTHOR),
        {"capacity": 4, "open_mentorships": 1, "last_newcomer_at": LATER},
        {"capacity": 2, "open_mentorships": 1, "last_newcomer_at": EARLIER},
    ),
    (
        "the longest since the last newcomer",
        Need(AUTHOR),
        {"last_newcomer_at": EARLIER},
        {"last_newcomer_at": LATER},
    ),
    ("nobody welcomed yet is longest of all", Need(AUTHOR), {}, {"last_newcomer_at": EARLIER}),
]


@pytest.mark.parametrize(
    ("need", "better", "worse"), [row[1:] for row in BETTER], ids=[row[0] for row in BETTER]
)
def test_the_better_mentor_is_chosen(need: Need, better: dict[str, Any], worse: dict[str, Any]) -> None:
    # The worse has the lower id, so that the id, which decides last, speaks for it too.
    assert chosen(match_newcomer(need, [mentor(1, **worse), mentor(2, **better)])) == 2


def test_the_lowest_id_decides_where_everything_is_equal() -> None:
    assert chosen(match_newcomer(Need(AUTHOR), [mentor(3), mentor(2), mentor(5)])) == 2


UNSUITABLE: list[tuple[str, Need, dict[str, Any], str]] = [
    ("the author", Need(author_id=1), {}, "is the author"),
    ("the author, even when named", Need(author_id=1, named_id=1), {}, "is the author"),
    ("somebody who was asked here before", Need(AUTHOR, tried=frozenset({1})), {}, "was asked here before"),
    (
        "somebody who was asked here before, even when named",
        Need(AUTHOR, named_id=1, tried=frozenset({1})),
        {},
        "was asked here before",
    ),
    ("somebody who pauses", Need(AUTHOR), {"capacity": 0}, "takes nobody"),
    (
        "somebody who pauses, even when named",
        Need(AUTHOR, named_id=1),
        {"capacity": 0},
        "takes nobody",
    ),
    ("somebody who is full", Need(AUTHOR), {"capacity": 2, "open_mentorships": 2}, "is full, 2 of 2"),
    ("somebody who is over-full", Need(AUTHOR), {"capacity": 1, "open_mentorships": 3}, "is full, 3 of 1"),
    (
        "somebody who is full, though they know the area",
        ORM,
        {"areas": ("orm",), "open_mentorships": 2},
        "is full, 2 of 2",
    ),
]


@pytest.mark.parametrize(
    ("need", "facts", "why"), [row[1:] for row in UNSUITABLE], ids=[row[0] for row in UNSUITABLE]
)
def test_nobody_is_chosen_who_cannot(need: Need, facts: dict[str, Any], why: str) -> None:
    match = match_newcomer(need, [mentor(1, **facts)])
    assert match == Match(None, "nobody", None, (Considered("mentor-1", False, (why,)),))


def test_without_candidates_there_is_nobody() -> None:
    assert match_newcomer(Need(AUTHOR), []) == Match(None, "nobody", None, ())


DECIDING: list[tuple[str, Need, dict[str, Any], str | None]] = [
    ("named", Need(AUTHOR, areas=("orm",), named_id=1), {"areas": ("orm",)}, "orm"),
    ("area", Need(AUTHOR, areas=("docs", "orm"), language="it"), {"areas": ("orm", "docs")}, "docs"),
    ("language", Need(AUTHOR, areas=("orm",), language="it"), {"languages": ("IT",)}, None),
    ("room", Need(AUTHOR, areas=("orm",), language="it"), {"areas": ("docs",)}, None),
]


@pytest.mark.parametrize(("deciding", "need", "facts", "area"), DECIDING, ids=[row[0] for row in DECIDING])
def test_the_match_says_what_decided(
    deciding: str, need: Need, facts: dict[str, Any], area: str | None
) -> None:
    match = match_newcomer(need, [mentor(1, **facts)])
    assert (match.deciding, match.area) == (deciding, area)


def test_every_candidate_is_told_of_with_reasons_the_best_first() -> None:
    need = Need(AUTHOR, areas=("orm",), language="it", named_id=3)
    match = match_newcomer(
        need,
        [
            mentor(1, capacity=0),
            mentor(2, areas=("docs",), languages=("it",), last_newcomer_at=LATER),
            mentor(3, areas=("orm",), open_mentorships=2),
        ],
    )
    assert match.considered == (
        Considered(
            "mentor-3",
            True,
            (
                "mentors the issue",
                "knows orm",
                "helps 2 of 2",
                "has not welcomed anybody yet",
            ),
        ),
        Considered("mentor-2", True, ("knows other areas", "speaks Italian", "helps 0 of 2")),
        Considered("mentor-1", False, ("takes nobody",)),
    )


ISSUES: list[tuple[str, Need, dict[str, Any], bool]] = [
    ("issues do not count towards the capacity", Need(ELSEWHERE), {"open_mentorships": 2}, True),
    ("with one issue less than the most there is room", Need(ELSEWHERE), {"open_issues": 9}, True),
    ("with the most issues there is none", Need(ELSEWHERE), {"open_issues": 10}, False),
    (
        "whoever opened the issue is named all the same",
        Need(ELSEWHERE, named_id=1),
        {"open_issues": 10},
        True,
    ),
    ("who pauses is not named", Need(ELSEWHERE), {"capacity": 0}, False),
    ("who pauses is not named even on their own issue", Need(ELSEWHERE, named_id=1), {"capacity": 0}, False),
]


@pytest.mark.parametrize(
    ("need", "facts", "named"), [row[1:] for row in ISSUES], ids=[row[0] for row in ISSUES]
)
def test_issues_are_named(need: Need, facts: dict[str, Any], named: bool) -> None:
    assert (match_issue(need, [mentor(1, **facts)], most_open=10).mentor is not None) is named


def test_an_obstacle_with_issues_is_said() -> None:
    match = match_issue(Need(ELSEWHERE), [mentor(1, open_issues=4)], most_open=4)
    assert match.considered == (Considered("mentor-1", False, ("has 4 open issues already",)),)


def test_issues_go_to_whoever_has_fewest_of_them() -> None:
    few, many = mentor(2, open_issues=1, open_mentorships=1), mentor(1, open_issues=2)
    assert chosen(match_issue(Need(ELSEWHERE), [many, few], most_open=10)) == 2


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 50),
        login=st.just("mentor-one"),
        areas=st.lists(st.sampled_from(["orm", "docs"]), unique=True).map(tuple),
        languages=st.lists(st.sampled_from(["en", "it"]), unique=True).map(tuple),
        capacity=st.integers(0, 3),
        open_mentorships=st.integers(0, 3),
        open_issues=st.integers(0, 3),
        last_newcomer_at=st.none() | st.integers(1, 9).map(lambda days: NOW - timedelta(days=days)),
    ),
    unique_by=lambda candidate: candidate.id,
    max_size=6,
)
NEEDS = st.builds(
    Need,
    author_id=st.integers(1, 50),
    areas=st.lists(st.sampled_from(["orm", "docs", "tests"]), unique=True).map(tuple),
    language=st.sampled_from([None, "it"]),
    named_id=st.none() | st.integers(1, 50),
    tried=st.frozensets(st.integers(1, 50), max_size=3),
)


@given(NEEDS, CANDIDATES, st.randoms(use_true_random=False))
def test_the_same_facts_give_the_same_match_in_any_order(
    need: Need, candidates: list[Candidate], chance: random.Random
) -> None:
    shuffled = chance.sample(candidates, len(candidates))
    assert match_newcomer(need, shuffled) == match_newcomer(need, candidates)
    assert match_issue(need, shuffled, 3) == match_issue(need, candidates, 3)


@given(NEEDS, CANDIDATES)
def test_the_chosen_are_free_and_nobody_is_left_out_of_the_account(
    need: Need, candidates: list[Candidate]
) -> None:
    match = match_newcomer(need, candidates)
    assert len(match.considered) == len(candidates)
    assert (match.mentor is None) == (not any(one.suitable for one in match.considered))
    if match.mentor:
        assert match.mentor.id not in {need.author_id, *need.tried}
        assert match.mentor.open_mentorships < match.mentor.capacity or match.mentor.id == need.named_id


AREAS = {
    "orm": Area(paths=("django/db/**",), labels=("ORM",)),
    "docs": Area(paths=("docs/**", "**/*.md"), labels=("documentation",)),
    "shell": Area(paths=("*.sh",)),
    "hidden": Area(paths=(".github/*",)),
    "people": Area(labels=("community",)),
}
FOUND: list[tuple[str, list[str], list[str], tuple[str, ...]]] = [
    ("two stars reach into every depth", ["django/db/models/query.py"], [], ("orm",)),
    ("two stars reach the folder itself", ["django/db/utils.py"], [], ("orm",)),
    ("another folder of that name is another", ["tests/django/db/utils.py"], [], ()),
    ("a folder that only begins so is another", ["django/dbshell.py"], [], ()),
    ("two stars in front reach the top too", ["README.md"], [], ("docs",)),
    ("two stars in front reach below", ["a/b/c.md"], [], ("docs",)),
    ("one star stays in its folder", ["bin/run.sh"], [], ()),
    ("one star matches a name", ["run.sh"], [], ("shell",)),
    ("names with a dot are names too", [".github/lamplighter.yml"], [], ("hidden",)),
    ("two stars see hidden folders", ["docs/.hidden/a.txt"], [], ("docs",)),
    ("case matters in paths", ["Docs/a.txt"], [], ()),
    ("a label tells the area, in any case", [], ["orm"], ("orm",)),
    ("an area may have labels only", ["README.txt"], ["Community"], ("people",)),
    ("most changed files come first", ["docs/a", "django/db/a", "docs/b"], [], ("docs", "orm")),
    ("as many files: in the order of the file", ["docs/a", "django/db/a"], [], ("orm", "docs")),
    ("a label says more than all paths", ["docs/a", "docs/b", "docs/c"], ["ORM"], ("orm", "docs")),
    ("nothing changed, nothing said", [], [], ()),
]


@pytest.mark.parametrize(
    ("paths", "labels", "areas"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND]
)
def test_areas_are_found(paths: list[str], labels: list[str], areas: tuple[str, ...]) -> None:
    assert areas_of(iter(paths), iter(labels), AREAS) == areas


def chosen(match: Match) -> int | None:
    return match.mentor.id if match.mentor else None
