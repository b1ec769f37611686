"""Wins and paths: people tell of what went well, and see their own numbers."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters.ledger import schema
from jobs import wins
from mentoring import wins as rules
from tests.journeys.house import BOT, House
from tests.journeys.programs import FILE, HOME, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot}\n      - {login: defunkt, mentoring: declined}\n"


@pytest.fixture
def program(house: House) -> House:
    house.world.user("defunkt")
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    return house


def rows(house: House) -> list[Any]:
    with house.context.ledger.read() as connection:
        return list(connection.execute(select(schema.wins).order_by(schema.wins.c.id)).all())


def told(house: House) -> list[str]:
    return [row.text for row in rows(house)]


def test_members_organizers_and_maintainers_tell_of_wins_and_nobody_else(program: House) -> None:
    world = program.world
    world.user("triager")
    world.collaborator(HOME, "triager", role="triage")
    issue = world.open_issue(HOME, "hubot", "A talk", "/mentor win  My first   talk")
    world.comment(HOME, issue.number, "monalisa", "/mentor win https://example.org/a-release")
    world.comment(HOME, issue.number, "triager", "/mentor win Ten reviews in a day")
    for words in ("", f" {'a' * 10_000}"):
        world.comment(HOME, issue.number, "hubot", f"/mentor win{words}")
    world.comment(HOME, issue.number, "newcomer", "/mentor win Me, too")
    program.settle()
    assert told(program) == ["My first talk", "https://example.org/a-release", "Ten reviews in a day"]
    thread = world.thread(HOME, issue.number)
    thumbs = [comment.author for comment in thread.comments if comment.reactions == {"+1": [BOT]}]
    assert thumbs == ["monalisa", "triager"]
    empty, too_long, not_theirs = program.said(HOME, issue.number)
    assert rules.EMPTY in empty
    assert rules.TOO_LONG in too_long
    assert wins.NOT_FOR_YOU in not_theirs
    program.advance(timedelta(days=7))
    program.settle()
    (digest,) = [one for one in world.issues(HOME) if "digest" in one.labels]
    assert "My first talk" in (digest.body or "")


def test_of_more_than_ten_wins_a_day_the_rest_waits_for_tomorrow(program: House) -> None:
    """Whoever praises themselves twenty times a day is told once, and then there is silence."""
    world = program.world
    issue = world.open_issue(HOME, "hubot", "Wins")
    ten = "\n".join(f"/mentor win number {number}" for number in range(rules.MOST))
    world.comment(HOME, issue.number, "octocat", ten)
    for number in range(rules.MOST):
        world.comment(HOME, issue.number, "octocat", f"/mentor win number {number + rules.MOST}")
    program.settle()
    assert len(told(program)) == rules.MOST
    (said,) = program.said(HOME, issue.number)
    assert wins.ENOUGH in said
    world.comment(HOME, issue.number, "hubot", "/mentor win Another one's")
    world.comment(HOME, issue.number, "octocat", "/mentor win And again\n/mentor win @hubot and for a friend")
    program.settle()
    assert told(program)[rules.MOST :] == ["Another one's"]
    assert len(program.said(HOME, issue.number)) == 1
    program.advance(timedelta(days=1, minutes=1))
    world.comment(HOME, issue.number, "octocat", "/mentor win number eleven")
    program.settle()
    assert told(program)[-1] == "number eleven"


def test_a_win_has_a_kind_and_may_be_somebody_elses(program: House) -> None:
    world = program.world
    issue = world.open_issue(HOME, "hubot", "Wins")
    world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    program.settle()
    says = (
        "/mentor win talk My first talk https://example.org/a",
        "/mentor win @octocat event: A sprint",
        "/mentor win for @newcomer code: The lens",
        "/mentor win blgo: How I learned to rebase",
        "/mentor win http://example.org",
    )
    world.comment(HOME, issue.number, "hubot", "\n".join(says))
    program.settle()
    ids = {login: world.user(login).id for login in ("hubot", "octocat", "newcomer")}
    assert [(row.kind, row.text, row.person_id, row.told_by) for row in rows(program)] == [
        ("talk", "My first talk https://example.org/a", ids["hubot"], None),
        ("event", "A sprint", ids["octocat"], ids["hubot"]),
        ("code", "The lens", ids["newcomer"], ids["hubot"]),
    ]
    (said,) = program.said(HOME, issue.number)
    assert rules.LINK in said and rules.THE_KINDS in said


def test_strangers_who_declined_and_who_were_forgotten_are_never_recorded(program: House) -> None:
    world = program.world
    world.user("stranger")
    issue = world.open_issue(HOME, "hubot", "Wins")
    world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    program.settle()
    world.comment(HOME, issue.number, "newcomer", "/mentor forget me")
    world.comment(HOME, issue.number, "defunkt", "/mentor win My own words")
    program.settle()
    answers = []
    for login in ("stranger", "newcomer", "defunkt", "nobody-at-all"):
        comment = world.comment(HOME, issue.number, "hubot", f"/mentor win @{login} talk: The dome")
        program.settle()
        assert comment.reactions == {}
        answers.append(program.said(HOME, issue.number)[-1].partition("<!--")[0])
    # Nobody learns from the answer who wants to be left out.
    assert wins.NOBODY_HERE in answers[0] and len(set(answers)) == 1
    assert told(program) == ["My own words"]


def test_the_digest_does_not_tell_what_others_said_of_whoever_declined_since(program: House) -> None:
    world = program.world
    issue = world.open_issue(HOME, "octocat", "Wins", "/mentor win My own words")
    world.comment(HOME, issue.number, "hubot", "/mentor win @octocat talk: The dome")
    world.comment(HOME, issue.number, "octocat", "/mentor win @hubot talk: The lens")
    program.settle()
    assert len(told(program)) == 3
    members = AGREED.replace("agreed", "declined")
    world.push(HOME, "monalisa", {FILE: configuration(world, members=members, extra="starter_issues: 0")})
    program.settle()
    program.advance(timedelta(days=7))
    program.settle()
    (digest,) = [one for one in world.issues(HOME) if "digest" in one.labels]
    body = digest.body or ""
    assert "The dome" not in body and "The lens" in body and "My own words" in body


HOSTILE = (
    "**@monalisa** <img src=x onerror=alert(1)> [x](javascript:alert(1)) #1 ![](https://a.example/p.png) | `"
)


def test_hostile_words_are_harmless_in_the_digest(program: House) -> None:
    world = program.world
    issue = world.open_issue(HOME, "hubot", "Wins")
    world.comment(HOME, issue.number, "hubot", f"/mentor win talk: {HOSTILE}")
    program.settle()
    program.advance(timedelta(days=7))
    program.settle()
    (digest,) = [one for one in world.issues(HOME) if "digest" in one.labels]
    (line,) = [one for one in (digest.body or "").splitlines() if "a.example" in one]
    quoted = line.partition(" – ")[0]
    assert not [one for one in ("@monalisa", "<img", "[x](", "[](", "#1", "https:/") if one in quoted]


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
    assert "- **1** newcomer helped as mentor, up to the merge" in octocat
    assert "@" not in regular + octocat
