"""Invitations: when a cohort's graduates are asked, who together, and what the texts are filled with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mentoring.actions import Comment, OpenIssue, Thread
from mentoring.facts import Remarked
from mentoring.invitations import (
    Answer,
    Asked,
    Graduate,
    Invitation,
    Pull,
    answer_of,
    due_at,
    groups,
    invite,
    issue_key,
    later,
    remind,
    retable,
    table,
    to_ask,
)
from tests.mentoring.make import NOW, cohort, member, program

HOME = 1
ENDED = datetime(2026, 11, 3, tzinfo=UTC)  # the moment after the last day of `cohort()`
SOON, LATE = ENDED + timedelta(days=1), ENDED + timedelta(days=61)
SOMEBODY = [{"login": "graduate"}]

DUE: list[tuple[str, dict[str, Any], dict[str, Any], datetime, datetime | None]] = [
    ("the day after it ended", {}, {}, SOON, ENDED),
    ("by the program's clock", {"timezone": "Europe/Rome"}, {}, SOON, ENDED - timedelta(hours=1)),
    ("seen long before it ends", {}, {}, ENDED - timedelta(days=400), ENDED),
    ("seen for the first time 60 days after", {}, {}, ENDED + timedelta(days=60), ENDED),
    ("seen for the first time later than that", {}, {}, LATE, None),
    ("seen later, but wanted", {}, {"invite": "true"}, LATE, ENDED),
    ("seen in time, but not wanted", {}, {"invite": "false"}, SOON, None),
    ("nobody in it", {}, {"members": []}, SOON, None),
    ("the ask is switched off", {"starter_issues": 0}, {}, SOON, None),
    ("the ask is switched off, though wanted", {"starter_issues": 0}, {"invite": "true"}, SOON, None),
]


@pytest.mark.parametrize(
    ("keys", "of_cohort", "seen", "due"), [row[1:] for row in DUE], ids=[row[0] for row in DUE]
)
def test_when_graduates_are_asked(
    keys: dict[str, Any], of_cohort: dict[str, Any], seen: datetime, due: datetime | None
) -> None:
    assert due_at(program(**keys), cohort(**({"members": SOMEBODY} | of_cohort)), seen) == due


ASKED = [("ask", 7, True), ("agreed", 7, True), ("declined", 7, False), ("ask", None, False)]


@pytest.mark.parametrize(("mentoring", "person_id", "asked"), ASKED)
def test_who_is_asked(mentoring: str, person_id: int | None, asked: bool) -> None:
    one = member(mentoring=mentoring)
    assert to_ask(cohort(), [(one, person_id)]) == ([(one, 7)] if asked else [])


def graduates(count: int, teams: Sequence[str | None] = (None,)) -> list[Graduate]:
    return [
        Graduate(number, member(f"graduate-{number}", team=teams[number % len(teams)]))
        for number in range(count)
    ]


GROUPS: list[tuple[str, list[Graduate], dict[str, int]]] = [
    ("nobody: no issue either", [], {}),
    ("one", graduates(1), {"Autumn": 1}),
    ("ten in two teams stay together", graduates(10, ["Saturn", "Mars"]), {"Autumn": 10}),
    ("eleven by team", graduates(11, ["Saturn", "Mars"]), {"Autumn · Saturn": 6, "Autumn · Mars": 5}),
    (
        "eleven, one of them without a team",
        [*graduates(10, ["Saturn"]), Graduate(10, member("octocat"))],
        {"Autumn · Saturn": 10, "Autumn": 1},
    ),
    ("25 without teams", graduates(25), {"Autumn · 1": 10, "Autumn · 2": 10, "Autumn · 3": 5}),
    (
        "a team of more than ten",
        graduates(24, ["Saturn", "Mars"]),
        {
            "Autumn · Saturn · 1": 10,
            "Autumn · Saturn · 2": 2,
            "Autumn · Mars · 1": 10,
            "Autumn · Mars · 2": 2,
        },
    ),
]


@pytest.mark.parametrize(("people", "sizes"), [row[1:] for row in GROUPS], ids=[row[0] for row in GROUPS])
def test_who_is_asked_together(people: list[Graduate], sizes: dict[str, int]) -> None:
    found = groups(cohort(), people)
    assert {name: len(together) for name, together in found} == sizes
    assert len(found) == len(sizes)
    assert sorted(one.id for _, together in found for one in together) == [one.id for one in people]


LATE_ONES: list[tuple[str, dict[str, int], list[Graduate], dict[str, int]]] = [
    ("there is room", {"Autumn": 3}, graduates(2), {"Autumn": 2}),
    ("there is room for some", {"Autumn": 9}, graduates(3), {"Autumn": 1, "Autumn · 2": 2}),
    ("a further part has a name that is free", {"Autumn · 2": 10}, graduates(1), {"Autumn · 3": 1}),
    (
        "their team's first",
        {"Autumn · Mars": 9, "Autumn · Saturn": 9},
        graduates(2, ["Saturn", "Mars"]),
        {"Autumn · Saturn": 1, "Autumn · Mars": 1},
    ),
    ("two further parts", {"Autumn": 10}, graduates(12), {"Autumn · 2": 10, "Autumn · 3": 2}),
]


@pytest.mark.parametrize(
    ("taken", "people", "sizes"), [row[1:] for row in LATE_ONES], ids=[row[0] for row in LATE_ONES]
)
def test_who_comes_late_joins_the_others(
    taken: dict[str, int], people: list[Graduate], sizes: dict[str, int]
) -> None:
    assert {name: len(together) for name, together in groups(cohort(), people, taken)} == sizes


def remark(body: str, author_id: int = 7, **facts: Any) -> Remarked:
    return Remarked(1, author_id, "graduate", body, NOW, **facts)


ANSWERS: list[tuple[str, list[Remarked], str | None]] = [
    ("silence", [], None),
    ("small talk", [remark("Thank you!")], None),
    ("yes", [remark("Gladly!\n\n/mentor accept")], "accepted"),
    ("the last one counts", [remark("/mentor accept"), remark("/mentor decline")], "declined"),
    ("the last line counts", [remark("/mentor decline\n/mentor accept")], "accepted"),
    ("in our name", [remark("@lamplighter later 2 weeks")], "later"),
    ("a duration nobody understands", [remark("/mentor decline"), remark("/mentor later soon")], "declined"),
    ("somebody else's", [remark("/mentor accept", 8)], None),
    ("a bot's", [remark("/mentor accept", by_person=False)], None),
    ("quoted", [remark("> /mentor accept")], None),
]


@pytest.mark.parametrize(("remarks", "state"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_an_answer_is_read_again_from_the_thread(remarks: list[Remarked], state: str | None) -> None:
    answer = answer_of(7, remarks, "lamplighter")
    assert (answer and answer.state) == state


def test_later_keeps_its_moment_when_it_is_read_again() -> None:
    answer = answer_of(7, [remark("/mentor later 2 weeks")], "lamplighter")
    assert answer == Answer("later", "later", "/mentor later", NOW, NOW + timedelta(weeks=2))


def test_a_reminder_that_was_asked_for_has_its_moment_in_its_name() -> None:
    said = [
        remind(program(), HOME, "the issue", "the comment", "graduate", NOW + timedelta(n)) for n in (0, 1)
    ]
    assert said[0].key == "the comment · reminder · 2026-11-22T12:00:00"
    assert said[1].key != said[0].key
    assert said[0].text.values["asked_for"] is True


def test_starter_issues_without_a_link_count() -> None:
    (row,) = table(program(), "Autumn", [Asked(1, "graduate", "accepted", PULLS, 1)]).values["yes"]
    assert row == {"login": "graduate", "progress": "2/2", "starters": PULLS}


PULLS = (Pull("observatory/dome", 12, "https://example.org/12"),)


def test_everybody_is_asked_in_a_comment_of_their_own_in_one_issue() -> None:
    people = [
        Graduate(7, member("graduate"), PULLS, 5, "https://example.org/form"),
        Graduate(8, member("octocat", mentoring="agreed")),
    ]
    invitations, actions = invite(program(), HOME, cohort(), people)
    issue, first, second = actions
    assert isinstance(issue, OpenIssue) and isinstance(first, Comment) and isinstance(second, Comment)
    assert issue.key == "repo 1 · invitations · Autumn"
    assert first.thread == second.thread == Thread(HOME, opened_by=issue.key)
    assert (first.key, second.key) == (
        "repo 1 · invitation · Autumn · person 7",
        "repo 1 · invitation · Autumn · person 8",
    )
    assert {action.urgency for action in actions} == {1}
    assert invitations == (
        Invitation(7, issue.key, first.key, "open", "5 merged pull requests"),
        Invitation(8, issue.key, second.key, "accepted", "0 merged pull requests"),
    )
    assert (
        first.text.values.items()
        >= {
            "graduate": "graduate",
            "cohort": "Autumn",
            "program": "Observatory",
            "noun": "mentor",
            "pulls": PULLS,
            "pull_count": 5,
            "asked": 2,
            "agreed": False,
            "capacity": 2,
            "starter_url": "https://example.org/form",
        }.items()
    )
    assert second.text.values["agreed"] is True


def test_each_group_has_an_issue_named_after_it() -> None:
    _, actions = invite(program(), HOME, cohort(), graduates(12, ["Saturn", "Mars"]))
    issues = [action for action in actions if isinstance(action, OpenIssue)]
    assert [issue.title.values["group"] for issue in issues] == ["Autumn · Saturn", "Autumn · Mars"]
    asked = [action.thread.opened_by for action in actions if isinstance(action, Comment)]
    assert [asked.count(issue.key) for issue in issues] == [6, 6]


ROWS = [
    Asked(1, "graduate-1", "accepted", PULLS),
    Asked(2, "graduate-2", "open"),
    Asked(3, "graduate-3", "later"),
    Asked(4, "graduate-4", "declined"),
    Asked(5, "graduate-5", "declined"),
    Asked(6, "graduate-6", "accepted"),
]


def test_the_table_names_who_said_yes_and_counts_the_others() -> None:
    values = table(program(), "Autumn", ROWS).values
    assert values["yes"] == [
        {"login": "graduate-1", "progress": "1/2", "starters": PULLS},
        {"login": "graduate-6", "progress": "0/2", "starters": ()},
    ]
    assert values["counts"] == {"open": 1, "later": 1, "declined": 2}
    assert values["asked"] == [row.login for row in ROWS]


def test_the_table_again_is_that_of_the_same_issue_and_group() -> None:
    again = retable(program(), HOME, issue_key(HOME, "Autumn · Saturn · 2"), ROWS)
    assert again.key == "repo 1 · invitations · Autumn · Saturn · 2"
    assert again.text == table(program(), "Autumn · Saturn · 2", ROWS)


def test_there_is_one_reminder_for_each_invitation() -> None:
    said = remind(program(starter_issues=3), HOME, "the issue", "the comment", "graduate")
    assert said.key == "the comment · reminder"
    assert said.thread == Thread(HOME, opened_by="the issue")
    assert said.text.values == {"graduate": "graduate", "noun": "mentor", "asked": 3, "asked_for": False}


@pytest.mark.parametrize(
    ("words", "days"), [("", 21), ("3 weeks", 21), ("2d", 2), ("1 week.", 7), ("5 days!", 5), ("366d", 366)]
)
def test_later_is_when_they_say(words: str, days: int) -> None:
    assert later(words, NOW) == NOW + timedelta(days=days)


@pytest.mark.parametrize("words", ["soon", "yesterday", "2 years", "-1d", "400d"])
def test_later_wants_a_moment_to_come(words: str) -> None:
    with pytest.raises(ValueError, match="; please write "):
        later(words, NOW)
