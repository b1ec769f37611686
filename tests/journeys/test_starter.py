"""Starter issues: opened by graduates, labelled by the App, and made easier to start with."""

from tests.journeys.house import House
from tests.journeys.programs import HOME, settled_in
from tests.journeys.test_invitations import invitation_issues

COMPLETE = """\
### What is it about?

The table of planets is sorted by name instead of by distance.

### How could it be solved?

Change the sort key, the distance is there.

### Where in the code?

`sky/planets.py`, function `table`

### An example to follow

See how `sky/moons.py` does it.

### How do you know that it works?

Run `pytest tests/test_planets.py`.

### What do you need to know before?

Nothing special, a little Python.
"""


def test_two_starter_issues_and_a_third(house: House) -> None:
    settled_in(house.world)
    house.settle()
    (invitations,) = invitation_issues(house)
    for progress in ("1/2", "2/2", "3/2"):
        issue = house.world.open_issue(HOME, "octocat", f"Starter {progress}", f"{COMPLETE}\n/mentor starter")
        house.settle()
        assert sorted(house.world.thread(HOME, issue.number).labels) == [
            "good first issue",
            "mentor: octocat",
        ]
        assert f"| **octocat** | {progress} |" in house.world.thread(HOME, invitations.number).body
        (said,) = house.said(HOME, issue.number)
        assert "all set" in said


def test_what_is_missing_is_listed_and_the_list_becomes_shorter(house: House) -> None:
    settled_in(house.world)
    house.settle()
    issue = house.world.open_issue(HOME, "octocat", "Short", "Do it.\n\n/mentor starter")
    house.settle()
    (said,) = house.said(HOME, issue.number)
    assert said.count("- [ ]") == 6
    house.world.edit(HOME, issue.number, "octocat", body=f"{COMPLETE}\n/mentor starter")
    house.settle()
    (said,) = house.said(HOME, issue.number)
    assert said.count("- [ ]") == 0


def test_a_starter_issue_counts_as_accepting(house: House) -> None:
    settled_in(house.world)
    house.settle()
    issue = house.world.open_issue(HOME, "monalisa", "A map")
    house.world.open_issue(HOME, "graduate-three", "Mine", "/mentor starter")
    house.settle()
    house.world.label(HOME, issue.number, "monalisa", "good first issue")
    house.settle()
    # hubot agreed in the roster; whoever opened a starter issue may be named as well.
    (invitations,) = invitation_issues(house)
    assert "| **graduate-three** | 1/2 |" in house.world.thread(HOME, invitations.number).body


def test_by_command_in_a_comment_of_the_author(house: House) -> None:
    settled_in(house.world)
    house.settle()
    issue = house.world.open_issue(HOME, "octocat", "Later a starter", "Text")
    house.world.comment(HOME, issue.number, "octocat", "/mentor starter")
    house.settle()
    assert "mentor: octocat" in house.world.thread(HOME, issue.number).labels


def test_not_on_somebody_elses_issue_and_not_by_a_stranger(house: House) -> None:
    settled_in(house.world)
    house.settle()
    issue = house.world.open_issue(HOME, "newcomer", "A bug", "/mentor starter")
    house.world.comment(HOME, issue.number, "octocat", "/mentor starter")
    house.settle()
    stranger, other = house.said(HOME, issue.number)
    assert "you are not in its roster" in stranger
    assert "works on an issue that you opened yourself" in other
    assert house.world.thread(HOME, issue.number).labels == []


def test_a_starter_issue_that_loses_the_label_and_gets_it_again(house: House) -> None:
    settled_in(house.world)
    house.settle()
    (invitations,) = invitation_issues(house)
    issue = house.world.open_issue(HOME, "octocat", "North", f"{COMPLETE}\n/mentor starter")
    house.settle()
    house.world.unlabel(HOME, issue.number, "monalisa", "good first issue")
    house.settle()
    assert house.world.thread(HOME, issue.number).labels == []
    (said,) = house.said(HOME, issue.number)
    assert "This is no starter issue any more" in said and "all set" not in said
    assert "| **octocat** | 0/2 |" in house.world.thread(HOME, invitations.number).body

    house.world.edit(HOME, issue.number, "octocat", body=f"{COMPLETE} It is easy.\n\n/mentor starter")
    house.settle()
    (said,) = house.said(HOME, issue.number)
    assert "This is no starter issue any more" in said

    house.world.label(HOME, issue.number, "monalisa", "good first issue")
    house.settle()
    assert sorted(house.world.thread(HOME, issue.number).labels) == ["good first issue", "mentor: octocat"]
    (said,) = house.said(HOME, issue.number)
    assert "all set" in said and "any more" not in said
    assert "| **octocat** | 1/2 |" in house.world.thread(HOME, invitations.number).body


def test_a_starter_issue_is_brought_back_by_command(house: House) -> None:
    settled_in(house.world)
    house.settle()
    issue = house.world.open_issue(HOME, "octocat", "North", f"{COMPLETE}\n/mentor starter")
    house.settle()
    house.world.unlabel(HOME, issue.number, "monalisa", "good first issue")
    house.settle()
    house.world.comment(HOME, issue.number, "octocat", "/mentor starter")
    house.settle()
    assert sorted(house.world.thread(HOME, issue.number).labels) == ["good first issue", "mentor: octocat"]
    (said,) = house.said(HOME, issue.number)
    assert "all set" in said


def test_a_former_starter_issue_of_somebody_who_said_no_gets_another_mentor(house: House) -> None:
    settled_in(house.world)
    house.settle()
    (invitations,) = invitation_issues(house)
    issue = house.world.open_issue(HOME, "octocat", "North", f"{COMPLETE}\n/mentor starter")
    house.settle()
    house.world.unlabel(HOME, issue.number, "monalisa", "good first issue")
    house.world.comment(HOME, invitations.number, "octocat", "/mentor decline")
    house.settle()
    house.world.label(HOME, issue.number, "monalisa", "good first issue")
    house.settle()
    assert sorted(house.world.thread(HOME, issue.number).labels) == ["good first issue", "mentor: hubot"]


def test_an_issue_with_a_mentor_becomes_the_starter_issue_of_its_author(house: House) -> None:
    settled_in(house.world)
    house.settle()
    issue = house.world.open_issue(HOME, "octocat", "North", COMPLETE, labels=["good first issue"])
    house.settle()
    assert "mentor: hubot" in house.world.thread(HOME, issue.number).labels
    house.world.comment(HOME, issue.number, "octocat", "/mentor starter")
    house.settle()
    assert sorted(house.world.thread(HOME, issue.number).labels) == ["good first issue", "mentor: octocat"]
