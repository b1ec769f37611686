"""What needs a hand: at most five lines, the most urgent first, no kind hidden behind a crowd of another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from mentoring.digest import CohortLine, Mentors, Newcomer, Spot, Stock, Waiting, Week, unnamed
from mentoring.digest_hands import KINDS, MOST_HANDS, hands
from tests.mentoring.make import NOW, program

DAY = timedelta(days=1)
SPOT, PRIVATE = Spot("observatory/dome", 3), Spot(None, 4)
NOTHING = Week(NOW - 7 * DAY, NOW, mentors=Mentors(free=1))
ALONE = Waiting(SPOT, "alone", NOW - DAY)
FINE = Waiting(SPOT, "fine", NOW - DAY, ("mentor-one",), answer_by=NOW + DAY)
OVERDUE = Waiting(SPOT, "overdue", NOW - 3 * DAY, ("mentor-one",), answer_by=NOW - DAY)
WITH_MAINTAINERS = Waiting(SPOT, "reviewed", NOW - 8 * DAY, ("mentor-one",), for_maintainers=True)
CAME = Newcomer(SPOT, "newcomer", "mentor-one", "waits")
QUIET = CohortLine("Spring", 3, 0, 0, 0, asked_at=NOW - 15 * DAY)

NEEDS: list[tuple[str, Week, list[str]]] = [
    ("nothing", NOTHING, []),
    ("somebody with a mentor whose time is not over", replace(NOTHING, waiting=[FINE]), []),
    ("somebody without anybody", replace(NOTHING, waiting=[ALONE]), ["alone"]),
    ("longer than promised", replace(NOTHING, waiting=[OVERDUE]), ["overdue"]),
    ("long with the maintainers", replace(NOTHING, waiting=[WITH_MAINTAINERS]), ["maintainers"]),
    (
        "not so long with the maintainers",
        replace(NOTHING, waiting=[replace(WITH_MAINTAINERS, since=NOW - 7 * DAY)]),
        [],
    ),
    (
        "in private, in one line",
        replace(NOTHING, waiting=[replace(one, spot=PRIVATE) for one in (ALONE, OVERDUE, FINE)]),
        ["private"],
    ),
    ("a problem", replace(NOTHING, problems=["No.", "No!"]), ["problem"]),
    ("a problem of a private home", replace(NOTHING, problems_in_private=1), ["problem"]),
    (
        "somebody came, and all are full",
        replace(NOTHING, newcomers=[CAME], mentors=Mentors(full=2)),
        ["full"],
    ),
    ("all are full, and nobody came", replace(NOTHING, mentors=Mentors(full=2)), []),
    ("somebody came, and there is room", replace(NOTHING, newcomers=[CAME]), []),
    ("a low stock", replace(NOTHING, stock=Stock(1, 2, "mentor-one")), ["stock"]),
    ("enough to take", replace(NOTHING, stock=Stock(2, 2, "mentor-one")), []),
    ("a silent cohort", replace(NOTHING, cohorts=[QUIET]), ["cohort"]),
    ("a cohort in which one answered", replace(NOTHING, cohorts=[replace(QUIET, declined=1)]), []),
    ("a cohort that was just asked", replace(NOTHING, cohorts=[replace(QUIET, asked_at=NOW - 14 * DAY)]), []),
    ("a silent cohort of a private home", replace(NOTHING, cohorts=[unnamed(QUIET)]), []),
]


@pytest.mark.parametrize(("week", "kinds"), [row[1:] for row in NEEDS], ids=[row[0] for row in NEEDS])
def test_what_needs_a_hand(week: Week, kinds: list[str]) -> None:
    assert [hand.kind for hand in hands(program(), week)] == kinds


def several(one: Waiting, count: int) -> list[Waiting]:
    return [replace(one, login=f"{one.login}-{n}", since=one.since - n * DAY) for n in range(count)]


def said(week: Week) -> Sequence[str]:
    return [f"{hand.kind} {getattr(hand.about, 'login', '')}".strip() for hand in hands(program(), week)]


def test_the_most_urgent_comes_first_and_of_one_kind_who_waited_longest() -> None:
    week = replace(NOTHING, waiting=[OVERDUE, *several(ALONE, 2)], problems=["No."])
    assert said(week) == ["alone alone-1", "alone alone-0", "overdue overdue", "problem"]


def test_a_crowd_of_one_kind_hides_no_other() -> None:
    week = replace(
        NOTHING, waiting=[*several(OVERDUE, 300), *several(ALONE, 200)], problems=["No."], cohorts=[QUIET]
    )
    assert said(week) == ["alone alone-199", "alone alone-198", "overdue overdue-299", "problem", "cohort"]


def test_of_everything_at_once_the_most_urgent_kinds_are_shown() -> None:
    waiting = [ALONE, OVERDUE, WITH_MAINTAINERS, replace(ALONE, spot=PRIVATE)]
    week = replace(
        NOTHING,
        waiting=waiting,
        newcomers=[CAME],
        mentors=Mentors(full=1),
        problems=["No."],
        stock=Stock(0, 1),
        cohorts=[QUIET],
    )
    assert [hand.kind for hand in hands(program(), week)] == list(KINDS[:MOST_HANDS])


def test_one_line_tells_how_many_there_are() -> None:
    week = replace(
        NOTHING, waiting=[replace(one, spot=PRIVATE) for one in several(ALONE, 3)], problems=["a", "b"]
    )
    assert [(hand.kind, hand.count) for hand in hands(program(), week)] == [("private", 3), ("problem", 2)]
