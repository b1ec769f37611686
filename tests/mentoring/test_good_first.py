"""Good first issues: a mentor's name goes on, and comes off again."""

import pytest

from adapters.texts import render
from mentoring.actions import LATER, SOON, Comment, Label, Rewrite, Unlabel
from mentoring.good_first import Known, already_named, drop, key_of, name_mentor
from tests.mentoring.make import HERE, NOBODY, issue, matched, program

PROGRAM = program(mentor_label="buddy: {login}", mentor_noun="buddy")
KNOWN = Known(1, "mentor-one", "labelled", is_open=True, dropped=False)


def test_an_issue_gets_the_label_and_a_note() -> None:
    label, note = name_mentor(issue(), PROGRAM, matched("area", "orm", about="Ask me."), backfill=False)
    assert isinstance(label, Label) and isinstance(note, Comment)
    assert label.names == ("buddy: mentor-one",)
    assert (note.kind, note.key) == ("good_first", f"repo {HERE} · thread 12 · good_first")
    assert note.text.template == "comments/good_first"
    assert note.text.values == {
        "mentor": "mentor-one",
        "noun": "buddy",
        "number": 12,
        "about": "Ask me.",
        "contact": None,
        "area": "orm",
        "claimed_by": None,
        "pull": None,
    }
    assert (label.urgency, note.urgency) == (SOON, SOON)


def test_an_issue_labelled_before_we_came_gets_the_label_only_and_can_wait() -> None:
    (label,) = name_mentor(issue(), PROGRAM, matched(), backfill=True)
    assert isinstance(label, Label)
    assert label.urgency == LATER


@pytest.mark.parametrize("backfill", [True, False])
def test_where_nobody_is_free_nothing_is_said(backfill: bool) -> None:
    assert name_mentor(issue(), PROGRAM, NOBODY, backfill=backfill) == ()


def test_an_issue_that_is_none_any_more_loses_the_name_and_the_note_says_so() -> None:
    unlabel, rewrite = drop(issue(), PROGRAM, KNOWN)
    assert unlabel == Unlabel(issue().thread, "buddy: mentor-one")
    assert isinstance(rewrite, Rewrite)
    assert (rewrite.kind, rewrite.key) == ("good_first", key_of(issue()))
    assert rewrite.text.template == "comments/good_first_dropped"


def test_without_a_note_there_is_nothing_to_rewrite() -> None:
    assert drop(issue(), PROGRAM, KNOWN, noted=False) == (Unlabel(issue().thread, "buddy: mentor-one"),)


def test_without_a_name_there_is_nothing_to_take_off() -> None:
    nameless = Known(None, None, "labelled", is_open=True, dropped=False)
    assert drop(issue(), PROGRAM, nameless, noted=False) == ()
    (rewrite,) = drop(issue(), PROGRAM, nameless)
    assert isinstance(rewrite, Rewrite)


def test_a_note_that_was_written_is_rewritten() -> None:
    _, note = name_mentor(issue(), PROGRAM, matched(), backfill=False, noted=True)
    assert isinstance(note, Rewrite)
    assert (note.key, note.text.template) == (key_of(issue()), "comments/good_first")


WHY = {
    "dropped": "This issue is no longer marked as a good first issue",
    "starter": "Who helps with this issue is said in the note below.",
}


@pytest.mark.parametrize("why", WHY)
def test_the_note_says_why_the_name_came_off(why: str) -> None:
    _, rewrite = drop(issue(), PROGRAM, KNOWN, why=why)
    assert isinstance(rewrite, Rewrite)
    assert render(rewrite.text).startswith(WHY[why])


def test_a_note_that_was_written_says_that_nobody_is_free() -> None:
    (rewrite,) = name_mentor(issue(), PROGRAM, NOBODY, backfill=False, noted=True)
    assert isinstance(rewrite, Rewrite)
    assert render(rewrite.text).startswith("Nobody is free to be the buddy")


NAMED = [
    ("no label", (), None),
    ("other labels", ("good first issue", "octocat"), None),
    ("a mentor's label", ("bug", "buddy: octocat"), "octocat"),
    ("a mentor's label in another case", ("BUDDY: Octocat",), "octocat"),
    ("another program's label", ("mentor: octocat",), None),
    ("the label of somebody who is no member", ("buddy: somebody",), None),
    ("two mentors' labels: the first in the roster", ("buddy: octocat", "buddy: hubot"), "hubot"),
]


@pytest.mark.parametrize(("labels", "login"), [row[1:] for row in NAMED], ids=[row[0] for row in NAMED])
def test_the_mentor_whose_label_it_has_already(labels: tuple[str, ...], login: str | None) -> None:
    assert already_named(issue(labels=labels), PROGRAM, ["hubot", "octocat"]) == login
