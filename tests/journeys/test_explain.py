"""Explain: what is known of a thread and what would be done, without doing any of it."""

from datetime import timedelta

import pytest

from tests.journeys.house import House
from tests.journeys.losses import everything
from tests.journeys.programs import HOME, configuration, settled_in
from tests.journeys.test_rebuild import AGREED, run


@pytest.fixture
def program(house: House) -> House:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="digest: off"))
    house.settle()
    return house


def explained(house: House, number: int) -> str:
    """What the command says; it changes nothing on GitHub or in the ledger."""
    ledger, writes = everything(house), len(house.world.writes())
    found = run(house, "explain", f"{HOME}#{number}")
    assert found.exit_code == 0, found.output
    assert everything(house) == ledger
    assert len(house.world.writes()) == writes
    return found.output


def test_a_mentorship_is_explained_with_what_comes_next(program: House) -> None:
    pull = program.world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    program.settle()
    said = explained(program, pull)
    assert "a mentorship of newcomer with octocat" in said
    assert "octocat could be the mentor: helps 0 of 6" in said
    assert "done  comment welcome" in said
    assert "It is the mentor's turn since" in said
    assert ": the mentor is reminded\n" in said
    assert "Looked at now: nothing" in said
    program.advance(timedelta(days=6))
    assert ": somebody else joins (due)" in explained(program, pull)
    assert "comment introduction" in explained(program, pull)


def test_a_pull_request_that_nobody_heard_of_is_told_what_it_would_get(program: House) -> None:
    world = program.world
    world.faults.hold_deliveries = True
    first = world.open_pull_request(HOME, "newcomer", "Index the stars", files=["sky/db/stars.py"]).number
    second = world.open_pull_request(HOME, "newcomer", "Index more", files=["sky/db/more.py"]).number
    mentors = world.open_pull_request(HOME, "octocat", "Mine", files=["lens.py"]).number
    known = world.open_pull_request(HOME, "monalisa", "Ours", files=["lens.py"]).number
    closed = world.open_pull_request(HOME, "regular", "Never mind", files=["lens.py"]).number
    issue = world.open_issue(HOME, "regular", "Where do I begin?").number
    world.close(HOME, closed, "regular")
    said = explained(program, first)
    assert "As a first pull request it would get: comment welcome, label, assign" in said
    assert "The mentor would be hubot." in said
    assert "hubot could be the mentor: knows database" in said
    assert "its author has an earlier pull request here" in explained(program, second)
    assert "its author is in the roster" in explained(program, mentors)
    assert "so they are not new here" in explained(program, known)
    assert "it is closed" in explained(program, closed)
    assert "it does not carry the label good first issue" in explained(program, issue)
    world.push(HOME, "monalisa", {".github/lamplighter.yml": None})
    world.faults.hold_deliveries = False
    world.release_deliveries()


def test_what_cannot_be_explained_is_said_in_a_sentence(program: House) -> None:
    assert run(program, "explain", "nonsense").output == "Error: Write it as owner/repository#12.\n"
    gone = run(program, "explain", f"{HOME}#4711")
    assert (gone.exit_code, gone.output.count("\n")) == (1, 1)
