"""Wins and paths: people tell of what went well, and see their own numbers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.ledger import schema
from jobs import wins
from tests.journeys.house import BOT, House
from tests.journeys.programs import HOME, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot}\n"


@pytest.fixture
def program(house: House) -> House:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    return house


def told(house: House) -> list[str]:
    with house.context.ledger.read() as connection:
        return list(connection.execute(select(schema.wins.c.text).order_by(schema.wins.c.id)).scalars())


def test_members_organizers_and_maintainers_tell_of_wins_and_nobody_else(program: House) -> None:
    world = program.world
    world.user("triager")
    world.collaborator(HOME, "triager", role="triage")
    issue = world.open_issue(HOME, "hubot", "A talk", "/mentor win  My first   talk")
    world.comment(HOME, issue.number, "monalisa", "/mentor win https://example.org/a-release")
    world.comment(HOME, issue.number, "triager", "/mentor win Ten reviews in a day")
    for words in ("", f" {'a' * (wins.LONGEST + 1)}"):
        world.comment(HOME, issue.number, "hubot", f"/mentor win{words}")
    world.comment(HOME, issue.number, "newcomer", "/mentor win Me, too")
    program.settle()
    assert told(program) == ["My first talk", "https://example.org/a-release", "Ten reviews in a day"]
    thread = world.thread(HOME, issue.number)
    thumbs = [comment.author for comment in thread.comments if comment.reactions == {"+1": [BOT]}]
    assert thumbs == ["monalisa", "triager"]
    empty, too_long, not_theirs = program.said(HOME, issue.number)
    assert wins.EMPTY in empty
    assert wins.TOO_LONG in too_long
    assert wins.NOT_FOR_YOU in not_theirs
    program.advance(timedelta(days=7))
    program.settle()
    (digest,) = [one for one in world.issues(HOME) if "digest" in one.labels]
    assert "My first talk" in (digest.body or "")


def test_of_more_than_ten_wins_a_day_the_rest_waits_for_tomorrow(program: House) -> None:
    world = program.world
    issue = world.open_issue(HOME, "hubot", "Wins")
    ten = "\n".join(f"/mentor win number {number}" for number in range(wins.MOST))
    world.comment(HOME, issue.number, "octocat", ten)
    world.comment(HOME, issue.number, "octocat", "/mentor win number ten")
    program.settle()
    assert len(told(program)) == wins.MOST
    (said,) = program.said(HOME, issue.number)
    assert wins.ENOUGH in said
    program.advance(timedelta(days=1, minutes=1))
    world.comment(HOME, issue.number, "octocat", "/mentor win number eleven")
    program.settle()
    assert told(program)[-1] == "number eleven"


def test_a_path_is_said_once_for_each_person_and_brought_up_to_date(program: House) -> None:
    world = program.world
    issue = world.open_issue(HOME, "regular", "Which way?", "/mentor path")
    program.settle()
    (said,) = program.said(HOME, issue.number)
    assert "**regular**, your path in Djangonaut Space begins wherever you like" in said
    pull = world.open_pull_request(HOME, "regular", "Polish", files=["lens.py"])
    world.comment(HOME, issue.number, "regular", "/mentor path")
    program.settle()
    (said,) = program.said(HOME, issue.number)
    assert "- **1** pull request under way\n" in said
    world.close(HOME, pull.number, "monalisa", merged=True)
    program.settle()
    world.comment(HOME, issue.number, "regular", "/mentor path")
    world.comment(HOME, issue.number, "octocat", "/mentor path")
    program.settle()
    regular, octocat = program.said(HOME, issue.number)
    assert "- **1** pull request merged in this repository\n" in regular
    assert "- **1** newcomer helped as mentor, **1** of them up to the merge" in octocat
    assert "@" not in regular + octocat
