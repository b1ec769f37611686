"""Good first issues: each open one carries a mentor's name, for as long as it is one."""

from datetime import timedelta

import pytest

from tests.journeys.house import House
from tests.journeys.programs import HOME, OWNER, configuration, settled_in

GOOD = "good first issue"
AGREED = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot, mentoring: agreed, areas: [database]}\n"


@pytest.fixture
def program(house: House) -> House:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    return house


def labels(house: House, number: int) -> list[str]:
    return sorted(house.world.thread(HOME, number).labels)


@pytest.mark.parametrize("label", [GOOD, "Good First Issue"])
def test_an_issue_that_gets_the_label_gets_a_mentor(program: House, label: str) -> None:
    issue = program.world.open_issue(HOME, "newcomer", "A map")
    program.world.edit_label(HOME, "monalisa", GOOD, new_name=label)
    program.world.label(HOME, issue.number, "monalisa", label)
    program.settle()
    assert labels(program, issue.number) == sorted([label, "mentor: octocat"])
    (said,) = program.said(HOME, issue.number)
    assert f"`Fixes #{issue.number}`" in said


def test_from_the_start_and_by_the_area_of_its_labels(program: House) -> None:
    issue = program.world.open_issue(HOME, "monalisa", "Index", labels=["database", GOOD])
    program.settle()
    assert "mentor: hubot" in labels(program, issue.number)
    assert len(program.said(HOME, issue.number)) == 1


def test_by_a_bot_too(program: House) -> None:
    program.world.user("triage[bot]")
    issue = program.world.open_issue(HOME, "triage[bot]", "Found", labels=[GOOD])
    program.settle()
    assert "mentor: octocat" in labels(program, issue.number)


def test_other_labels_cost_nothing(program: House) -> None:
    issue = program.world.open_issue(HOME, "monalisa", "A map")
    program.settle()
    before = len(program.world.requests)
    program.world.label(HOME, issue.number, "monalisa", "question")
    program.settle()
    assert len(program.world.requests) == before


def test_losing_the_label_takes_the_name_off(program: House) -> None:
    issue = program.world.open_issue(HOME, "monalisa", "A map", labels=[GOOD])
    program.settle()
    program.world.unlabel(HOME, issue.number, "monalisa", GOOD)
    program.settle()
    assert labels(program, issue.number) == []
    (said,) = program.said(HOME, issue.number)
    assert "no good first issue any more" in said
    program.world.label(HOME, issue.number, "monalisa", GOOD)
    program.settle()
    assert labels(program, issue.number) == [GOOD, "mentor: octocat"]


def test_closed_and_reopened_keeps_the_mentor(program: House) -> None:
    issue = program.world.open_issue(HOME, "monalisa", "A map", labels=[GOOD])
    program.settle()
    program.world.close(HOME, issue.number, "monalisa")
    program.settle()
    program.world.reopen(HOME, issue.number, "monalisa")
    program.settle()
    assert labels(program, issue.number) == [GOOD, "mentor: octocat"]
    assert len(program.said(HOME, issue.number)) == 1


def test_a_transferred_issue_is_let_go(program: House) -> None:
    program.world.repository(f"{OWNER}/elsewhere")
    issue = program.world.open_issue(HOME, "monalisa", "A map", labels=[GOOD])
    program.settle()
    program.world.transfer_issue(HOME, issue.number, f"{OWNER}/elsewhere", "monalisa")
    program.settle()
    assert program.parked() == []


def test_issues_from_before_the_installation_get_only_the_label_about_one_a_minute(house: House) -> None:
    settled_in(
        house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"), install=False
    )
    numbers = [house.world.open_issue(HOME, "monalisa", f"Old {n}", labels=[GOOD]).number for n in range(3)]
    house.advance(timedelta(days=30))
    house.world.install(OWNER, [HOME])
    named = []
    for _ in range(4):
        house.settle()
        named.append([n for n in numbers if any(la.startswith("mentor") for la in labels(house, n))])
        house.advance(timedelta(seconds=61))
    assert named == [numbers[2:], numbers[1:], numbers, numbers]
    assert [house.said(HOME, number) for number in numbers] == [[], [], []]


def test_issues_wait_for_the_first_mentor(house: House) -> None:
    settled_in(house.world, configuration(house.world, members="      - {login: octocat}\n"))
    issue = house.world.open_issue(HOME, "monalisa", "A map", labels=[GOOD])
    house.settle()
    assert labels(house, issue.number) == [GOOD]
    house.advance(timedelta(hours=1))
    asked = next(one for one in house.world.issues(HOME) if "Session 4" in one.title)
    house.world.comment(HOME, asked.number, "octocat", "/mentor accept")
    house.settle()
    assert labels(house, issue.number) == [GOOD, "mentor: octocat"]
    assert len(house.said(HOME, issue.number)) == 1
