"""Turns: whose turn it is, whatever order GitHub tells things in."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.turns import MAINTAINERS, MENTOR, NEWCOMER, OTHER, Happened, Turn, after, says_something
from tests.mentoring.make import NOW

OPENED = Turn(MENTOR, NOW, NOW)
ANSWERED = Turn(NEWCOMER, NOW, NOW - timedelta(days=1))
APPROVED = Turn(MAINTAINERS, NOW, NOW - timedelta(days=1))


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def happened(by: str, what: str, hours: float = 1) -> Happened:
    return Happened(by, what, at(hours))


@pytest.mark.parametrize(
    ("before", "by", "what", "whose"),
    [
        (OPENED, MENTOR, "said", NEWCOMER),
        (OPENED, OTHER, "said", NEWCOMER),  # somebody else's helpful answer stops the clock, too
        (OPENED, OTHER, "commented", NEWCOMER),
        (OPENED, MENTOR, "changes_requested", NEWCOMER),
        (OPENED, MENTOR, "approved", MAINTAINERS),
        (OPENED, OTHER, "approved", MAINTAINERS),
        (OPENED, MENTOR, "passed_on", MAINTAINERS),
        (OPENED, MENTOR, "sign", MENTOR),  # a command alone answers nobody
        (OPENED, NEWCOMER, "said", MENTOR),
        (OPENED, NEWCOMER, "draft", NEWCOMER),
        (OPENED, OTHER, "draft", NEWCOMER),
        (ANSWERED, NEWCOMER, "said", MENTOR),
        (ANSWERED, NEWCOMER, "commented", MENTOR),
        (ANSWERED, NEWCOMER, "pushed", MENTOR),
        (ANSWERED, NEWCOMER, "ready", MENTOR),
        (ANSWERED, NEWCOMER, "asked_review", MENTOR),
        (ANSWERED, OTHER, "asked_review", MENTOR),
        (ANSWERED, NEWCOMER, "sign", NEWCOMER),
        (ANSWERED, MENTOR, "said", NEWCOMER),
        (APPROVED, MENTOR, "said", MAINTAINERS),  # the mentor may say so as often as they like
        (APPROVED, OTHER, "said", NEWCOMER),
        (APPROVED, NEWCOMER, "said", MAINTAINERS),
        (APPROVED, MENTOR, "changes_requested", NEWCOMER),
    ],
)
def test_what_passes_the_turn_on(before: Turn, by: str, what: str, whose: str) -> None:
    turn = after(before, [happened(by, what)])
    assert turn.whose == whose
    assert turn.since == (before.since if whose == before.whose else at(1))


def test_a_word_from_before_the_approval_does_not_undo_it() -> None:
    assert after(APPROVED, [happened(OTHER, "said", -1)]).whose == MAINTAINERS


def test_a_wait_begins_with_the_first_word_that_was_not_answered() -> None:
    turn = after(ANSWERED, [happened(NEWCOMER, "said", 1), happened(NEWCOMER, "said", 9)])
    assert (turn.whose, turn.since, turn.newcomer_at) == (MENTOR, at(1), at(9))


def test_what_a_newcomer_does_shows_that_they_are_there() -> None:
    assert after(ANSWERED, [happened(NEWCOMER, "sign", 5)]).newcomer_at == at(5)


def test_an_answer_that_comes_late_ends_only_the_wait_before_it() -> None:
    spoke_again = after(OPENED, [happened(NEWCOMER, "said", 3)])
    assert after(spoke_again, [happened(MENTOR, "said", 2)]) == Turn(MENTOR, at(3), at(3), at(2))


def test_an_old_word_changes_nothing() -> None:
    answered = after(OPENED, [happened(MENTOR, "said", 2)])
    assert after(answered, [happened(NEWCOMER, "said", 1)]).whose == NEWCOMER


@given(st.lists(st.sampled_from([NEWCOMER, MENTOR, OTHER]), min_size=1, max_size=5))
def test_webhooks_in_any_order_end_with_the_same_turn(speakers: list[str]) -> None:
    said = [happened(by, "said", hour + 1) for hour, by in enumerate(speakers)]
    expected = after(OPENED, said).whose
    for order in permutations(said):
        turn = OPENED
        for one in order:
            turn = after(turn, [one])
        assert turn.whose == expected, order


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/mentor away 2 weeks", False),
        ("@lamplighter next\n\n", False),
        ("  /Mentor next  \n/mentor away 3 days", False),
        ("", False),
        ("Looks good!\n/mentor next", True),
        ("I asked /mentor yesterday", True),
    ],
)
def test_commands_alone_say_nothing(text: str, says: bool) -> None:
    assert says_something(text, "lamplighter") is says
