"""Forgetting: a text without somebody, and a program as if they were not in its file."""

import pytest

from mentoring.forgetting import without
from tests.mentoring.make import cohort, program

NAMED = [
    ("mentioned", "Thanks @octocat!", "Thanks ghost!"),
    ("in any case", "OctoCat, see #12", "ghost, see #12"),
    ("twice", "octocat and octocat", "ghost and ghost"),
    ("another login of theirs", "Ask octo-cat.", "Ask ghost."),
    ("in an address", "https://github.com/octocat", "https://github.com/ghost"),
    ("part of another login", "Ask octocat-two or theoctocat", "Ask octocat-two or theoctocat"),
]


@pytest.mark.parametrize(("text", "left"), [row[1:] for row in NAMED], ids=[row[0] for row in NAMED])
def test_a_text_without_somebody(text: str, left: str) -> None:
    assert without(text, ["octocat", "octo-cat"]) == left


def test_a_program_without_somebody() -> None:
    members = [{"login": "Octocat"}, {"login": "hubot"}]
    autumn, spring = cohort(members=members, captain="OCTOCAT"), cohort(name="Spring", captain="hubot")
    full = program(organizers=["octocat", "monalisa"], cohorts=[autumn, spring])
    assert full.without(set()) is full
    left = full.without({"octocat"})
    assert left.organizers == ("monalisa",)
    assert [member.login for _, member in left.members()] == ["hubot"]
    assert [one.captain for one in left.cohorts] == [None, "hubot"]
