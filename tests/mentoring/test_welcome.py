"""Welcome: who is a newcomer, what their pull request closes, and what is done and said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.actions import Assign, Comment, Label
from mentoring.matching import Match
from mentoring.welcome import NEW_HERE, Welcome, closes, welcome
from tests.mentoring.make import HERE, NOBODY, NOW, matched, program, pull

KEYWORDS = ["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"]
SLUG = "observatory/dome"


@pytest.mark.parametrize("keyword", KEYWORDS)
@pytest.mark.parametrize("shape", ["{} #12", "{}: #12", "{} observatory/dome#12"])
def test_all_of_githubs_keywords_close(keyword: str, shape: str) -> None:
    for word in (keyword, keyword.upper(), keyword.capitalize()):
        assert closes(shape.format(word), SLUG) == (12,)


CLOSED: list[tuple[str, str, tuple[int, ...]]] = [
    ("our own repository, in any case", "Fixes Observatory/DOME#12", (12,)),
    ("another repository", "Fixes observatory/tower#12", ()),
    ("another owner", "Fixes octocat/dome#12", ()),
    ("an address of ours", "Fixes https://github.com/observatory/dome/issues/12", (12,)),
    (
        "an address of ours on an enterprise's server",
        "fixes https://git.example/Observatory/dome/issues/12",
        (12,),
    ),
    ("an address of another repository", "Fixes https://github.com/octocat/dome/issues/12", ()),
    ("an address of a pull request", "Fixes https://github.com/observatory/dome/pull/12", ()),
    ("several, each once and in order", "Fixes #7, closes #3.\n\nResolves #7", (7, 3)),
    ("only the first of a list has the keyword", "Fixes #7, #8", (7,)),
    ("no keyword", "See #12", ()),
    ("no keyword: a longer word", "suffixes #12 and prefix #12", ()),
    ("no keyword: another tense", "Fixing #12, closing #13, resolving #14", ()),
    ("no space", "Fixes#12", ()),
    ("no number", "Fixes #", ()),
    ("not only a number", "Fixes #12a", ()),
    ("a line end between", "Fixes\r\n#12", (12,)),
    ("an ending sentence", "This fixes #12.", (12,)),
    ("in brackets", "(fixes #12)", (12,)),
    ("a repository without an owner", "Fixes dome#12", ()),
    ("a number no issue has", "Fixes #12345678901", ()),
    ("an empty text", "", ()),
]


@pytest.mark.parametrize(("body", "numbers"), [row[1:] for row in CLOSED], ids=[row[0] for row in CLOSED])
def test_what_a_text_closes(body: str, numbers: tuple[int, ...]) -> None:
    assert closes(body, SLUG) == numbers


@given(st.text(max_size=300))
def test_any_text_can_be_asked_what_it_closes(body: str) -> None:
    assert all(0 <= number < 2**31 for number in closes(body, SLUG))


ASSOCIATIONS = [
    ("NONE", True),
    ("FIRST_TIMER", True),
    ("FIRST_TIME_CONTRIBUTOR", True),
    ("CONTRIBUTOR", False),
    ("COLLABORATOR", False),
    ("MEMBER", False),
    ("OWNER", False),
    ("MANNEQUIN", False),
]


@pytest.mark.parametrize(("association", "new"), ASSOCIATIONS)
def test_who_may_be_new_here(association: str, new: bool) -> None:
    assert (association in NEW_HERE) is new


PROGRAM = program(
    areas={
        "orm": {"paths": ["db/**"]},
        "docs": {"paths": ["docs/**"], "team": "Docs team"},
        "web": {"paths": ["web/**"], "channel": "https://example.org/web"},
    }
)


def greet(match: Match, areas: tuple[str, ...] = (), **more: Any) -> Welcome:
    return welcome(
        pull(**more.pop("pull", {})), PROGRAM, match, areas, more.pop("starter", None), NOW, **more
    )


def said(given: Welcome) -> dict[str, Any]:
    comment = given.actions[0]
    assert isinstance(comment, Comment)
    return dict(comment.text.values)


def test_a_welcome_says_names_labels_and_assigns() -> None:
    given = greet(matched(about="Ask me.", contact="Discord"), starter=3)
    comment, label, assign = given.actions
    assert given.mentor is not None
    assert given.answer_by == NOW + timedelta(days=2)
    assert isinstance(comment, Comment) and isinstance(label, Label)
    assert (comment.kind, comment.key) == ("welcome", f"repo {HERE} · thread 12 · welcome")
    assert comment.text.template == "comments/welcome"
    assert label.names == ("mentor: mentor-one",)
    assert list(label.descriptions) == ["mentor: mentor-one"]
    assert len(label.descriptions["mentor: mentor-one"]) <= 100  # GitHub takes no longer one
    assert assign == Assign(comment.thread, "mentor-one")
    assert {action.urgency for action in given.actions} == {0}
    values = said(given)
    assert (values["newcomer"], values["noun"], values["starter"]) == ("newcomer", "mentor", 3)
    assert values["mentor"] == {
        "login": "mentor-one",
        "cohort": "Spring",
        "about": "Ask me.",
        "contact": "Discord",
        "grown": False,
    }


def test_the_promise_is_the_programs_and_told_by_its_clock() -> None:
    ours = program(timezone="Pacific/Auckland", follow_up={"answer_within": "12h"}, mentor_noun="buddy")
    given = welcome(pull(), ours, matched(), (), None, NOW)
    assert given.answer_by == datetime(2026, 11, 23, 0, tzinfo=UTC)
    assert f"{said(given)['answer_by']:%d %H:%M}" == "23 13:00"
    assert said(given)["noun"] == "buddy"


WITHOUT: list[tuple[str, tuple[str, ...], bool, tuple[str | None, str | None] | None]] = [
    ("neither area nor mentor", (), False, None),
    ("an area without team or channel", ("orm",), False, None),
    ("an area with a team", ("docs",), False, ("Docs team", None)),
    ("an area with a channel", ("web",), False, (None, "https://example.org/web")),
    ("the first area that has one", ("orm", "web", "docs"), False, (None, "https://example.org/web")),
    ("a human was here first", ("docs",), True, None),
]


@pytest.mark.parametrize(
    ("areas", "answered", "turn_to"), [row[1:] for row in WITHOUT], ids=[row[0] for row in WITHOUT]
)
def test_without_a_mentor_a_team_or_channel_is_named_or_nothing_is_said(
    areas: tuple[str, ...], answered: bool, turn_to: tuple[str | None, str | None] | None
) -> None:
    given = greet(NOBODY, areas, answered=answered)
    assert given.mentor is None and given.answer_by is None
    if turn_to is None:
        assert given.actions == ()
    else:
        assert len(given.actions) == 1  # nobody's name goes on it
        assert (said(given)["team"], said(given)["channel"]) == turn_to
        assert said(given)["mentor"] is None


def test_with_a_human_here_first_the_mentor_is_introduced_all_the_same() -> None:
    given = greet(matched(), answered=True)
    assert said(given)["answered"] is True
    assert len(given.actions) == 3


@pytest.mark.parametrize("draft", [True, False])
def test_a_draft_is_welcomed_as_a_draft(draft: bool) -> None:
    assert said(greet(matched(), pull={"draft": draft}))["draft"] is draft
