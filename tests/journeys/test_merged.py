"""Merged: what people of ours do is noted, and a newcomer is congratulated once, with one thing to go on with."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters.ledger.schema import contributions
from tests.journeys.house import House
from tests.journeys.programs import HOME, OWNER, configuration, settled_in

ON_BOTH = True
MEMBERS = "      - {login: octocat, mentoring: agreed}\n      - {login: graduate-three}\n"


@pytest.fixture
def program(house: House) -> House:
    """A program with one mentor, settled in."""
    settled_in(house.world, configuration(house.world, members=MEMBERS, extra="starter_issues: 0"))
    house.settle()
    return house


def kept(house: House) -> Sequence[Any]:
    with house.context.ledger.read() as connection:
        return connection.execute(select(contributions).order_by(contributions.c.opened_at)).all()


def told(house: House) -> list[tuple[int, str, str, bool, bool]]:
    """What is kept: the number, whose, its kind, whether it was merged, whether it is closed."""
    logins = {user.id: user.login for user in house.world.users.values()}
    return [
        (row.number, logins[row.person_id], row.kind, row.merged_at is not None, row.closed_at is not None)
        for row in kept(house)
    ]


def open_pull(house: House, login: str, title: str = "A lens") -> int:
    number = house.world.open_pull_request(HOME, login, title, files=[f"{title}.py"]).number
    house.settle()
    return number


def test_what_people_of_ours_do_is_noted(program: House) -> None:
    world = program.world
    number = open_pull(program, "newcomer")
    assert told(program) == [(number, "newcomer", "pull", False, False)]
    world.review(HOME, number, "octocat", "approved", "Lovely.")
    world.review(HOME, number, "newcomer", "commented", "Thank you.")
    world.merge(HOME, number, "monalisa")
    program.settle()
    assert told(program) == [
        (number, "newcomer", "pull", True, True),
        (number, "octocat", "review", False, False),
    ]
    second = open_pull(program, "newcomer", "Another")
    world.close(HOME, second, "newcomer")
    program.settle()
    assert told(program)[-1] == (second, "newcomer", "pull", False, True)
    world.reopen(HOME, second, "newcomer")
    program.settle()
    for one in list(world.deliveries):
        world.redeliver(one.id)
    program.settle()
    assert told(program)[-1] == (second, "newcomer", "pull", False, False)
    assert len(told(program)) == 3


def test_a_merge_before_any_welcome_is_nobodys_of_ours(program: House) -> None:
    number = program.world.open_pull_request(HOME, "newcomer", "A lens", files=["lens.py"]).number
    program.world.merge(HOME, number, "monalisa")
    program.settle()
    assert (told(program), program.said(HOME, number)) == ([], [])


def test_of_strangers_nothing_is_kept(program: House) -> None:
    program.world.collaborator(HOME, "regular", role="write")
    number = open_pull(program, "regular")
    program.world.merge(HOME, number, "monalisa")
    program.settle()
    assert told(program) == []


def test_what_was_lost_is_noted_at_night(program: House) -> None:
    number = open_pull(program, "newcomer")
    program.world.faults.lose_deliveries = 1.0
    program.world.merge(HOME, number, "monalisa")
    program.settle()
    assert told(program) == [(number, "newcomer", "pull", False, False)]
    program.advance(timedelta(days=2))
    program.sweep("reconcile")
    assert told(program) == [(number, "newcomer", "pull", True, True)]


GOOD = "good first issue"
LENS = f"{OWNER}/lens"


def merge(house: House, number: int, by: str = "monalisa", repo: str = HOME) -> list[str]:
    """Merges a pull request; what was said about it."""
    before = len(house.said(repo, number))
    house.world.merge(repo, number, by)
    house.settle()
    return house.said(repo, number)[before:]


def good_first(house: House, *titles: str, repo: str = HOME) -> list[int]:
    numbers = [house.world.open_issue(repo, "monalisa", title, labels=[GOOD]).number for title in titles]
    house.settle()
    return numbers


def test_a_first_merge_is_congratulated_once(program: House) -> None:
    world = program.world
    world.faults.duplicate_deliveries = 1.0
    (free,) = good_first(program, "North @everyone")
    number = open_pull(program, "newcomer")
    world.comment(HOME, number, "octocat", "Nearly there.")
    program.advance(timedelta(days=2))
    (said,) = merge(program, number)
    assert "Congratulations, @newcomer: **your first pull request here is merged!**" in said
    assert "It took 2 days" in said and "**octocat** was at your side as mentor." in said
    assert "[North @\u200beveryone](http" in said and f"/issues/{free})" in said
    assert "@octocat" not in said
    for one in list(world.deliveries):
        world.redeliver(one.id)
    program.settle()
    assert len(program.said(HOME, number)) == 2  # with the welcome

    second = open_pull(program, "newcomer", "Second")
    world.comment(HOME, free, "newcomer", "/mentor claim")
    program.settle()
    assert merge(program, second) == []  # has something to do, and is on no new step


@pytest.mark.parametrize("login", ["newcomer", "octocat"])
def test_a_word_on_a_later_merge_goes_with_whoever_is_forgotten(program: House, login: str) -> None:
    world = program.world
    good_first(program, "North")
    first, second = (open_pull(program, "newcomer", title) for title in ("First", "Second"))
    merge(program, first)
    world.comment(HOME, second, "octocat", "Nearly there.")  # who is not its mentor: there is none
    (said,) = merge(program, second)
    assert "@newcomer" in said and "**octocat**" in said
    world.open_issue(HOME, login, "Bye", "/mentor forget me")
    program.settle()
    assert said not in program.said(HOME, second)


def test_without_a_free_issue_the_next_step_is_offered_and_then_nothing(program: House) -> None:
    first, second = (open_pull(program, "newcomer", title) for title in ("First", "Second"))
    (said,) = merge(program, first)
    assert "A next step, if you like." in said and "at your side" not in said
    assert merge(program, second) == []


def test_whose_merges_are_not_congratulated(program: House) -> None:
    good_first(program, "North")
    world = program.world
    maintainers, forgotten, members, gone = (
        open_pull(program, login) for login in ("newcomer-two", "newcomer", "graduate-three", "regular")
    )
    world.collaborator(HOME, "newcomer-two", role="triage")
    world.comment(HOME, forgotten, "newcomer", "/mentor forget me")
    program.settle()
    world.delete_user("regular")
    assert [merge(program, number) for number in (maintainers, forgotten, members, gone)] == [[], [], [], []]
    assert {row.number for row in kept(program)} == {maintainers, members, gone}


def test_other_repositories_of_the_program_come_last_and_private_ones_are_never_named(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=MEMBERS, extra="starter_issues: 0"))
    extends = f"_extends: {HOME}\n"
    for name, private in ((LENS, False), (f"{OWNER}/secret", True)):
        settled_in(world, extends, repo=name, private=private, install=False)
        world.add_repositories(next(iter(world.installations)), [name])
    house.settle()
    (far,) = good_first(house, "Far", repo=LENS)
    good_first(house, "Hidden", repo=f"{OWNER}/secret")
    (near,) = good_first(house, "Near")
    number = open_pull(house, "newcomer")
    (said,) = merge(house, number)
    assert said.index(f"observatory/issues/{near})") < said.index(f"lens/issues/{far})")
    assert "Hidden" not in said and "secret" not in said


def test_a_program_may_want_no_path(house: House) -> None:
    text = configuration(house.world, members=MEMBERS, extra="starter_issues: 0\npath: off")
    settled_in(house.world, text)
    house.settle()
    good_first(house, "North")
    number = open_pull(house, "newcomer")
    assert merge(house, number) == []
    assert told(house) == [(number, "newcomer", "pull", True, True)]


def test_the_path_shows_the_step_and_the_numbers(program: House) -> None:
    number = open_pull(program, "newcomer")
    merge(program, number)
    program.world.comment(HOME, number, "newcomer", "/mentor path")
    program.settle()
    said = program.said(HOME, number)[-1]
    assert "**1** pull request merged in this repository" in said
    assert "3. **First task** – you are here" in said


def test_nobody_gets_a_second_ask_beside_the_one_to_mentor(house: House) -> None:
    text = configuration(house.world, members=MEMBERS, extra="starter_issues: 0\nmentor_after: 1")
    settled_in(house.world, text)
    house.settle()
    good_first(house, "North")
    number = open_pull(house, "newcomer")
    house.world.comment(HOME, number, "octocat", "Nearly there.")
    house.settle()
    (said,) = merge(house, number)
    assert "Would you be the mentor of the next person" in said
