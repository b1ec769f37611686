"""Lineage: when somebody who was helped here is asked, who counts as their helper, and who stands by them."""

from datetime import timedelta

import pytest

from mentoring import lineage as rules
from mentoring.actions import Thread
from mentoring.lineage import HELPED_HERE, Help
from mentoring.starter import graduate
from tests.mentoring.make import HERE, NOW, cohort, member, mentor, program

DAY = timedelta(days=1)


def helped(
    *helpers: int, days: int = 0, merged: bool = True, answered: bool = True, areas: tuple[str, ...] = ()
) -> Help:
    return Help(helpers, merged, answered, NOW + days * DAY, areas)


@pytest.mark.parametrize(
    ("why", "merged", "helps", "facts", "due"),
    [
        ("three merges and a mentor", 3, [helped(1)], {}, True),
        ("more than three, as when the App came late", 20, [helped(1)], {}, True),
        ("two merges", 2, [helped(1)], {}, False),
        ("nobody ever helped", 3, [], {}, False),
        ("nobody was free", 3, [helped()], {}, False),
        ("a mentor in name alone", 3, [helped(1, merged=False, answered=False)], {}, False),
        ("a thread that was answered and closed", 3, [helped(1, merged=False)], {}, True),
        ("merged without a word", 3, [helped(1, answered=False)], {}, True),
        ("asked before", 3, [helped(1)], {"was_asked": True}, False),
        ("a no", 3, [helped(1)], {"said": "no"}, False),
        ("a mentor already", 3, [helped(1)], {"said": "yes"}, False),
        ("said later", 3, [helped(1)], {"said": "later"}, False),
    ],
)
def test_who_was_helped_and_has_enough_merged_is_asked_once(why, merged, helps, facts, due):  # type: ignore[no-untyped-def]
    facts = {"was_asked": False, "said": None} | facts
    assert rules.is_due(program(), merged, helps, **facts) is due, why


@pytest.mark.parametrize(("after", "due"), [(0, False), (1, True), (2, True), (3, False)])
def test_the_program_says_after_how_many(after: int, due: bool) -> None:
    ours = program(mentor_after=after)
    assert rules.is_due(ours, 2, [helped(1)], was_asked=False, said=None) is due


@pytest.mark.parametrize(
    ("helps", "here", "expected"),
    [
        ([helped(1)], None, 1),
        ([helped(1), helped(2, days=1), helped(1, days=2)], None, 1),
        ([helped(1), helped(2, days=1)], None, 2),  # as often: the last
        ([helped(1), helped(2, days=1)], [1], 1),  # the other one has left
        ([helped(1)], [2], None),
        ([helped(1, 2)], None, 1),  # the mentor and who covered, on one thread
        ([helped(2, 1)], [1], 1),
        ([helped(3, merged=False, answered=False), helped(1, days=-1)], None, 1),
        ([], None, None),
    ],
)
def test_the_helper_is_who_helped_most_often_and_of_several_the_last(helps, here, expected):  # type: ignore[no-untyped-def]
    assert rules.helper_of(helps, here) == expected


def test_the_areas_are_those_of_the_threads_as_far_as_they_are_still_there() -> None:
    ours = program(areas={"orm": {}, "docs": {}})
    helps = [helped(1, areas=("docs", "gone")), helped(1, areas=("orm", "docs"))]
    assert rules.areas_of(ours, helps) == ("docs", "orm")


def test_generations_count_from_whoever_never_was_helped() -> None:
    assert rules.generation_after(None) == 1  # a helper of the roster, or nobody knows
    assert rules.generation_after(1) == 2


def test_the_ask_names_both_in_its_key_so_that_it_goes_with_either() -> None:
    key = rules.key_of(Thread(HERE, 12), 7, 1)
    assert key == "repo 42 · thread 12 · lineage · person 7 · helped by · person 1"
    assert rules.key_of(Thread(HERE, 12), 7, None) == "repo 42 · thread 12 · lineage · person 7"


@pytest.mark.parametrize(
    ("why", "helper_id", "mentors", "expected"),
    [
        ("there", 2, [mentor(1), mentor(2)], 2),
        ("full is no obstacle", 2, [mentor(2, capacity=1, open_mentorships=1)], 2),
        ("away", 2, [mentor(2, away=True)], None),
        ("said no meanwhile", 2, [mentor(1)], None),
        ("asked to be forgotten", None, [mentor(2)], None),
        ("the newcomer themselves, who helped elsewhere", 7, [mentor(7)], None),
        ("one of a circle", 1, [mentor(1)], None),
    ],
)
def test_who_helped_them_stands_by_a_mentor(why, helper_id, mentors, expected):  # type: ignore[no-untyped-def]
    found = rules.beside(1, helper_id, mentors, newcomer_id=7)
    assert (found and found.id) == expected, why


# --- members without a cohort ---------------------------------------------------------------------


def test_who_grew_up_here_is_a_member_like_all_others() -> None:
    ours = program(cohorts=[cohort(members=[member("octocat")])]).with_grown([member("hubot")])
    assert [(c.name, m.login) for c, m in ours.members()] == [("Autumn", "octocat"), (HELPED_HERE, "hubot")]
    assert ours.in_roster("Hubot") and ours.member("hubot") == member("hubot")
    assert graduate(ours, "hubot", NOW)  # so they may open starter issues
    assert [one.name for one in ours.cohorts] == ["Autumn"]


def test_what_the_file_says_of_somebody_counts() -> None:
    in_file = member("octocat", capacity=5)
    ours = program(cohorts=[cohort(members=[in_file])]).with_grown([member("Octocat")])
    assert [m for _, m in ours.members()] == [in_file]


def test_who_asked_to_be_forgotten_is_in_neither() -> None:
    ours = program().with_grown([member("hubot"), member("mona")]).without({"hubot"})
    assert [m.login for _, m in ours.members()] == ["mona"]
    assert [m.login for _, m in program().with_grown([member("mona")]).with_grown(()).members()] == []
