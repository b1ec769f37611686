"""Merged: which merges get a word, which number one has, and the one thing it offers."""

from datetime import timedelta
from typing import Any

import pytest

from mentoring import merged as rules
from mentoring.claims import Free
from mentoring.facts import Issue
from mentoring.path import OURS, Walked
from tests.mentoring.make import NOW, program, pull

DAY = timedelta(days=1)
FREE = [Free("observatory/dome", 8, "https://example.org/8", "Fix the shutter")]


def done(number: int = 34, **facts: Any) -> Issue:
    return pull(**{"number": number, "is_open": False, "merged_at": NOW, "created_at": NOW - DAY} | facts)


WORTH: list[tuple[str, Issue, dict[str, Any], bool]] = [
    ("a merge", done(), {}, True),
    ("closed without a merge", done(merged_at=None), {}, False),
    ("a bot's", done(by_person=False), {}, False),
    ("a locked thread", done(locked=True), {}, False),
    ("a week ago", done(merged_at=NOW - 7 * DAY), {}, True),
    ("longer ago", done(merged_at=NOW - 8 * DAY), {}, False),
    ("a program without a path", done(), {"path": "off"}, False),
]


@pytest.mark.parametrize(
    ("given", "keys", "worth"), [row[1:] for row in WORTH], ids=[row[0] for row in WORTH]
)
def test_which_merges_are_worth_a_word(given: Issue, keys: dict[str, Any], worth: bool) -> None:
    assert rules.is_worth_a_word(given, program(**keys), NOW) is worth


def test_it_is_counted_by_when_they_were_merged() -> None:
    later = done(30, merged_at=NOW + DAY)
    of_somebody_else = done(31, merged_at=NOW - DAY, author_id=999)
    before = [done(number, merged_at=NOW - DAY) for number in (1, 2, 3)]
    assert rules.ordinal(done(), [later, of_somebody_else]) == 1
    assert rules.ordinal(done(), [done(), *before[:2]]) == 3
    assert rules.ordinal(done(), before) is None


def said(number: int, free: list[Free], **keys: Any) -> dict[str, Any] | None:
    comment = rules.congratulate(done(), program(**keys), number, None, free, Walked(number, number))
    return None if comment is None else dict(comment.text.values)


def test_free_issues_come_first() -> None:
    first = said(1, FREE)
    assert first is not None and (first["free"], first["next"]) == (FREE, None)
    third = said(3, FREE)
    assert third is not None and third["free"] == FREE


def test_else_the_step_to_which_this_merge_has_led_and_otherwise_silence() -> None:
    first = said(1, [])
    assert first is not None and (first["free"], first["next"]) == ([], OURS[2].next)
    assert said(2, []) is None
    third = said(3, [])
    assert third is not None and third["next"] == OURS[3].next
    assert said(1, [], path=[{"name": "Look", "when": "opened", "next": "Look around."}]) is None


@pytest.mark.parametrize(
    ("took", "told"),
    [(timedelta(minutes=59), False), (timedelta(hours=1), True), (30 * DAY, True), (31 * DAY, False)],
)
def test_how_long_it_took_is_told_if_it_is_a_compliment(took: timedelta, told: bool) -> None:
    comment = rules.congratulate(
        done(created_at=NOW - took), program(), 1, None, FREE, Walked(opened=1, merged=1)
    )
    assert comment is not None and comment.text.values["took"] == (took if told else None)


def test_how_long_it_took_is_said_in_one_unit() -> None:
    comment = rules.congratulate(
        done(created_at=NOW - timedelta(hours=129)), program(), 1, None, FREE, Walked(opened=1, merged=1)
    )
    assert comment is not None and comment.text.values["took"] == timedelta(days=5)


@pytest.mark.parametrize(("mentor_after", "last"), [(0, [3]), (3, [2, 3]), (5, [3]), (1, [1, 2, 3])])
def test_the_last_word_on_a_merge_is_the_one_before_another_ask(mentor_after: int, last: list[int]) -> None:
    given = program(mentor_after=mentor_after)
    assert [number for number in (1, 2, 3) if rules.is_last(given, number)] == last
