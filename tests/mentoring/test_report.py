"""The report: when its occasions are, what cannot be known, and a leaderboard on which many tiny ones win nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mentoring import report
from mentoring.book import Book, Period, Pull
from mentoring.leaderboard import Place, leaderboard
from mentoring.report import Gap
from mentoring.report_words import MEANINGS, NAMES, said
from mentoring.stayed import Figure
from tests.mentoring.make import cohort, program
from tests.mentoring.test_stayed import DAY_0, FIRST, MEMBERS, OURS, book, noon

DOCS = (Path(__file__).parent.parent.parent / "docs/report.md").read_text("utf-8")
ROME = program(timezone="Europe/Rome")
SPRING = cohort(name="Spring", starts=FIRST, ends=DAY_0)
MIDNIGHT = datetime(2026, 4, 30, 22, tzinfo=UTC)  # as May begins in Rome
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "days"), [("mentorship", [0, 365]), ("hackathon", [7, 30, 365]), ("contest", [7, 30, 365])]
)
def test_the_occasions_of_a_kind_come_when_their_day_is_over(kind: str, days: list[int]) -> None:
    found = report.occasions(ROME, SPRING.model_copy(update={"kind": kind}), LONG_AGO)
    assert found == {one: MIDNIGHT + timedelta(days=one) for one in days}


@pytest.mark.parametrize(("after", "left"), [(29, [0, 365]), (30, [365]), (365 + 29, [365]), (365 + 30, [])])
def test_what_is_long_over_when_the_cohort_is_first_seen_is_left_out(after: int, left: list[int]) -> None:
    assert list(report.occasions(ROME, SPRING, MIDNIGHT + timedelta(days=after))) == left


def test_a_period_before_the_app_has_no_number_of_what_only_the_app_could_see() -> None:
    came = noon("2026-05-01")
    it = replace(book("2026-07-29"), mentor_since=came)
    before = report.of_period(it, Period(FIRST, DAY_0), {}, OURS)
    assert [one.part for one in before.graduates] == [None] * 8
    assert before.gaps == [Gap("mentor", date(2026, 5, 1))]
    assert before.opened.part is not None
    assert before.with_mentor.came.part is not None
    across = report.of_period(it, Period(FIRST, date(2026, 5, 1)), {}, OURS)
    assert [one.part for one in across.graduates][:2] == [7, 4]
    assert across.gaps == before.gaps
    after = report.of_period(it, Period(date(2026, 5, 2), date(2026, 6, 1)), {}, OURS)
    assert after.gaps == []


def test_a_period_counts_what_was_done_in_it() -> None:
    found = report.of_period(
        book("2027-05-01"), Period(date(2026, 5, 6), date(2026, 5, 20)), dict.fromkeys(MEMBERS, DAY_0), OURS
    )
    numbers = {one.name: one.part for one in found.graduates}
    # Opened: 05-06 and 05-20 are in it, 05-05 is not; 05-10 of G8. Threads that began: N2 and N3.
    assert (numbers["starters"], numbers["helped"], numbers["asked"]) == (3, 2, 0)


def test_each_number_means_in_the_docs_what_the_report_says() -> None:
    for name, meaning in MEANINGS.items():
        assert f"| {NAMES.get(name, name)} | {meaning} |" in DOCS
    assert {name for name in NAMES if not name.startswith("active")} | {"active"} == MEANINGS.keys()


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Figure("x", 5, 8), "5 of 8 (63 %)"),
        (Figure("x", 0, 8), "0 of 8 (0 %)"),
        (Figure("x", 0, 0), "–"),
        (Figure("x", 0), "0"),
        (Figure("x", None, None), "not known"),
        (Figure("x", None, 8), "not known"),
    ],
)
def test_a_number_in_words(figure: Figure, words: str) -> None:
    assert said(figure) == words


# --- the leaderboard ------------------------------------------------------------------------------

DAY = datetime(2026, 3, 10, 12, tzinfo=UTC)


def pulls(who: int, *places: tuple[int, int], merged: bool = True) -> list[Pull]:
    """One for each pair of a day and a repository."""
    moments = [(DAY + timedelta(days=day), place) for day, place in places]
    return [
        Pull(who, place, 100 * who + n, at, at if merged else None) for n, (at, place) in enumerate(moments)
    ]


def ranked(
    *found: list[Pull], people: tuple[int, ...] = (1, 2, 3), shown: tuple[int, ...] = (1, 2, 3)
) -> list[Place]:
    it = Book(noon("2026-05-01"), ZoneInfo("UTC"), [one for some in found for one in some])
    return leaderboard(it, people, Period(FIRST, DAY_0), shown)


def test_many_tiny_ones_on_a_day_are_worth_no_more_than_two_here_and_four_in_all() -> None:
    assert ranked(pulls(1, *[(0, 1)] * 9)) == [Place(1, 2, (1,))]
    assert ranked(pulls(1, *[(0, 1)] * 9, *[(0, 2)] * 9, *[(0, 3)] * 9)) == [Place(1, 4, (1,))]
    assert ranked(pulls(1, (0, 1), (1, 1), (2, 1)), pulls(2, *[(0, 1)] * 50)) == [
        Place(1, 3, (1,)),
        Place(2, 2, (2,)),
    ]


def test_who_has_as_many_shares_the_place_and_the_next_one_counts_them() -> None:
    two, one = [(0, 1), (1, 1)], [(0, 1)]
    assert ranked(pulls(3, *one), pulls(2, *two), pulls(1, *two)) == [Place(1, 2, (1, 2)), Place(3, 1, (3,))]


def test_nobody_is_on_it_without_a_merge_in_time_where_it_may_be_told_of() -> None:
    assert ranked(pulls(1, (0, 1), merged=False)) == []
    assert ranked(pulls(1, (-9, 1), (60, 1))) == []  # the day before it began, and after its end
    assert ranked(pulls(1, (0, 1)), shown=(2,)) == []
    assert ranked(pulls(1, (0, 1)), people=(2,)) == []


def test_the_last_place_that_is_shown_is_shown_with_all_who_share_it() -> None:
    many = [pulls(who, (0, 1)) for who in range(1, 13)]
    assert ranked(*many, people=tuple(range(1, 13))) == [Place(1, 1, tuple(range(1, 13)))]
    ladder = [pulls(who, *[(day, 1) for day in range(who)]) for who in range(1, 13)]
    assert [one.rank for one in ranked(*ladder, people=tuple(range(1, 13)))] == list(range(1, 11))
