"""Welcome: who is greeted on a first pull request, by whose name, and who is left alone."""

from datetime import timedelta

import pytest

from tests.journeys.house import House
from tests.journeys.programs import HOME, configuration, settled_in

ON_BOTH = True

AGREED = """\
      - {login: octocat, mentoring: agreed, about: "Ask me @everyone, see #1."}
      - {login: hubot, mentoring: agreed, areas: [database]}
"""


@pytest.fixture
def program(house: House) -> House:
    """A program with two mentors who agreed, settled in."""
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    return house


def test_a_newcomer_meets_one_named_mentor(program: House) -> None:
    pull = program.world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"])
    program.settle()
    thread = program.world.thread(HOME, pull.number)
    (said,) = program.said(HOME, pull.number)
    assert "@newcomer" in said
    assert "**@octocat is your mentor for it**" in said
    assert "> Ask me @\u200beveryone, see #\u200b1." in said
    assert thread.labels == ["mentor: octocat"]
    assert program.world.labels(HOME)["mentor: octocat"].description


def test_the_mentor_is_assigned_where_github_lets_us(program: House) -> None:
    program.world.collaborator(HOME, "octocat", role="triage")
    program.world.collaborator(HOME, "octocat", role="write")
    pull = program.world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"])
    program.settle()
    assert program.world.thread(HOME, pull.number).assignees == ["octocat"]


def test_changed_paths_lead_to_the_mentor_of_the_area(program: House) -> None:
    pull = program.world.open_pull_request(HOME, "newcomer", "Index", files=["sky/db/deep/stars.py"])
    program.settle()
    (said,) = program.said(HOME, pull.number)
    assert "**@hubot is your mentor" in said
    assert "They know the database part of the code" in said


def test_a_draft_is_greeted_too(program: House) -> None:
    pull = program.world.open_pull_request(HOME, "newcomer", "Half", files=["lens.py"], draft=True)
    program.settle()
    (said,) = program.said(HOME, pull.number)
    assert "It is a draft" in said


def test_somebody_with_an_earlier_pull_request_is_left_alone(program: House) -> None:
    with_one = program.world.open_pull_request(HOME, "regular", "Old", files=["lens.py"])
    program.world.close(HOME, with_one.number, "regular")
    program.settle()
    again = program.world.open_pull_request(HOME, "regular", "New", files=["lens.py"])
    program.settle()
    assert program.said(HOME, again.number) == []
    assert program.world.thread(HOME, again.number).labels == []


def test_pull_requests_from_before_the_installation_count(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=AGREED), install=False)
    old = world.open_pull_request(HOME, "regular", "Old", files=["lens.py"])
    world.close(HOME, old.number, "monalisa")
    world.install("djangonaut-space", [HOME])
    house.settle()
    new = world.open_pull_request(HOME, "regular", "New", files=["lens.py"])
    house.settle()
    assert house.said(HOME, new.number) == []


@pytest.mark.parametrize("author", ["dependabot[bot]", "octocat", "monalisa"])
def test_bots_members_and_organizers_are_left_alone(program: House, author: str) -> None:
    program.world.user(author)
    pull = program.world.open_pull_request(HOME, author, "Bump", files=["lens.py"])
    program.settle()
    assert program.said(HOME, pull.number) == []


def test_several_first_pull_requests_at_once_are_greeted_once(program: House) -> None:
    numbers = [
        program.world.open_pull_request(HOME, "newcomer", f"Part {part}", files=["lens.py"]).number
        for part in range(4)
    ]
    program.settle()
    assert [len(program.said(HOME, number)) for number in numbers] == [1, 0, 0, 0]


def test_the_mentor_named_on_the_starter_issue_comes_first_even_when_full(house: House) -> None:
    members = "      - {login: octocat, mentoring: agreed, capacity: 1}\n      - {login: hubot, mentoring: agreed}\n"
    settled_in(house.world, configuration(house.world, members=members))
    issue = house.world.open_issue(HOME, "octocat", "North", "Say it.\n\n/mentor starter")
    house.settle()
    house.world.open_pull_request(HOME, "newcomer", "First", f"Fixes #{issue.number}", files=["a.py"])
    house.settle()
    second = house.world.open_pull_request(
        HOME, "newcomer-two", "Second", f"closes djangonaut-space/observatory#{issue.number}", files=["a.py"]
    )
    house.settle()
    (said,) = house.said(HOME, second.number)
    assert "**@octocat is your mentor" in said
    assert f"They look after #{issue.number}, which you are working on" in said


def test_with_nobody_free_the_team_is_named(house: House) -> None:
    settled_in(house.world, configuration(house.world, members="      - {login: octocat}\n"))
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Index", files=["sky/db/stars.py"])
    house.settle()
    (said,) = house.said(HOME, pull.number)
    assert "**Database team**" in said
    assert house.world.thread(HOME, pull.number).labels == []


def test_with_nobody_free_and_no_team_there_is_silence(house: House) -> None:
    settled_in(house.world, configuration(house.world, members="      - {login: octocat}\n"))
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert house.said(HOME, pull.number) == []


def test_a_first_pull_request_right_behind_the_file_is_greeted(house: House) -> None:
    """Newcomers go first in the queue: before the push is looked at that brings the file."""
    settled_in(house.world, "")
    house.settle()
    house.world.open_pull_request(HOME, "regular", "Before there was anything", files=["lens.py"])
    house.settle()  # so that it is known, and not long ago, that there is no file
    text = configuration(house.world, members=AGREED, extra="starter_issues: 0")
    house.world.push(HOME, "monalisa", {".github/lamplighter.yml": text})
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"])
    house.settle()
    (said,) = house.said(HOME, pull.number)
    assert "**@octocat is your mentor for it**" in said


def test_without_a_configuration_there_is_silence(house: House) -> None:
    settled_in(house.world, "")
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.world.comment(HOME, pull.number, "newcomer", "/mentor accept")
    house.settle()
    assert house.world.writes() == []


def test_humans_go_first_where_the_program_says_so(house: House) -> None:
    text = configuration(house.world, members=AGREED, extra="human_first: 2h")
    settled_in(house.world, text)
    house.settle()
    alone = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    helped = house.world.open_pull_request(HOME, "newcomer-two", "Polish too", files=["lens.py"])
    house.world.comment(HOME, helped.number, "monalisa", "Welcome! I will look at it.")
    house.settle()
    assert house.said(HOME, alone.number) == []
    house.advance(timedelta(hours=2))
    house.settle()
    assert "Thank you for your first pull request" in house.said(HOME, alone.number)[0]
    (introduced,) = house.said(HOME, helped.number)
    assert "Thank you for your first" not in introduced
    assert "is your mentor here" in introduced


def test_a_pull_request_closed_before_we_looked_is_left_in_peace(program: House) -> None:
    program.world.faults.hold_deliveries = True
    pull = program.world.open_pull_request(HOME, "newcomer", "Oops", files=["lens.py"])
    program.world.close(HOME, pull.number, "newcomer")
    program.world.release_deliveries()
    program.settle()
    assert program.said(HOME, pull.number) == []


def test_a_welcome_costs_at_most_five_requests_and_a_good_first_issue_three(program: House) -> None:
    world = program.world
    world.open_pull_request(HOME, "newcomer-two", "Create the label", files=["lens.py"])
    first = world.open_issue(HOME, "monalisa", "Warm up", labels=["good first issue"])
    program.settle()
    assert len(program.said(HOME, first.number)) == 1
    welcome = _cost(program, lambda: world.open_pull_request(HOME, "newcomer", "Polish", files=["a.py"]))
    issue = world.open_issue(HOME, "monalisa", "Another")
    program.settle()
    good_first = _cost(program, lambda: world.label(HOME, issue.number, "monalisa", "good first issue"))
    assert len(welcome) <= 5, welcome
    assert len(good_first) <= 3, good_first


def _cost(house: House, act: object) -> list[str]:
    before = len(house.world.requests)
    assert callable(act)
    act()
    house.settle()
    asked = house.world.requests[before:]
    return [f"{one.method} {one.path}" for one in asked if not one.path.endswith("access_tokens")]
