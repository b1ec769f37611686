"""Merged: what people of ours open, merge and review is noted, on either database."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters.ledger.schema import contributions
from tests.journeys.house import House
from tests.journeys.programs import HOME, configuration, settled_in

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
