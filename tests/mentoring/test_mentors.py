"""Mentors: who said yes, where the roster and the person may have said different things."""

from datetime import timedelta

import pytest

from mentoring.mentors import Statement, said_yes
from tests.mentoring.make import NOW, member

BEFORE, AFTER = NOW - timedelta(days=1), NOW + timedelta(days=1)


ANSWERS = [
    ("asked, and nobody said anything", "ask", None, False),
    ("asked, and the ledger only knows the roster", "ask", Statement(), False),
    ("the roster says yes", "agreed", None, True),
    ("the roster says yes, the ledger knows only that", "agreed", Statement("agreed", NOW), True),
    ("the roster says no", "declined", Statement("declined", NOW), False),
    ("the person said yes", "ask", Statement(said="yes", said_at=NOW), True),
    ("the person said no", "ask", Statement(said="no", said_at=NOW), False),
    ("a person's no beats a newer yes of the roster", "agreed", Statement("agreed", AFTER, "no", NOW), False),
    (
        "a person's no beats an older yes of the roster",
        "agreed",
        Statement("agreed", BEFORE, "no", NOW),
        False,
    ),
    ("a person's yes after the roster's no", "declined", Statement("declined", BEFORE, "yes", NOW), True),
    ("the roster's no after a person's yes", "declined", Statement("declined", AFTER, "yes", NOW), False),
    ("the roster's no at the same moment", "declined", Statement("declined", NOW, "yes", NOW), False),
    ("the roster's no, which the ledger has not dated", "declined", Statement(said="yes", said_at=NOW), True),
    ("the person said later", "ask", Statement(said="later", said_at=NOW), False),
    (
        "the person said later, after the roster's yes",
        "agreed",
        Statement("agreed", BEFORE, "later", NOW),
        False,
    ),
    ("the roster's yes after the person's later", "agreed", Statement("agreed", AFTER, "later", NOW), True),
    ("later, and the roster's yes is not dated", "agreed", Statement(None, None, "later", NOW), False),
    ("a person's yes without a date", "declined", Statement("declined", NOW, "yes"), False),
]


@pytest.mark.parametrize(
    ("roster", "statement", "is_mentor"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_who_is_a_mentor(roster: str, statement: Statement | None, is_mentor: bool) -> None:
    assert said_yes(member(mentoring=roster), statement) is is_mentor
