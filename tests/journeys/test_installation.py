"""Installations: repositories that come and go, and an owner who suspends the App for a while."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.ledger import inbox, outbox, places
from tests.journeys.house import House
from tests.journeys.programs import HOME, OWNER, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot, mentoring: agreed}\n"


@pytest.fixture
def program(house: House) -> House:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    return house


def installation_of(house: House) -> int:
    return next(iter(house.world.installations))


def asked_by(house: House, act: Callable[[], object]) -> list[str]:
    before = len(house.world.requests)
    act()
    house.settle()
    asked = house.world.requests[before:]
    return [f"{one.method} {one.path}" for one in asked if not one.path.endswith("access_tokens")]


def test_one_more_repository_costs_one_configuration_and_not_all(program: House) -> None:
    world, number = program.world, installation_of(program)
    for extra in range(30):
        world.repository(f"{OWNER}/extra-{extra}", files={"README.md": "#"})
    program.context.github.installation(number)
    world.add_repositories(number, [f"{OWNER}/extra-{extra}" for extra in range(29)])
    program.settle()
    asked = asked_by(program, lambda: world.add_repositories(number, [f"{OWNER}/extra-29"]))
    assert len(asked) <= 4, asked


def test_a_repository_that_was_taken_and_given_again_is_read_again(program: House) -> None:
    world, number = program.world, installation_of(program)
    world.remove_repositories(number, [HOME])
    program.settle()
    asked = asked_by(program, lambda: world.add_repositories(number, [HOME]))
    assert any("lamplighter.yml" in one for one in asked), asked


def test_what_was_asked_for_before_a_suspension_is_said_after_it(program: House) -> None:
    """A webhook that is here when the owner suspends, and one write that is about to be done."""
    world, number = program.world, installation_of(program)
    world.faults.hold_deliveries = True
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    world.suspend(number)
    world.faults.hold_deliveries = False
    world.release_deliveries()
    program.settle()
    assert program.said(HOME, pull.number) == []
    assert program.parked() == []
    program.advance(timedelta(minutes=10))
    world.unsuspend(number)
    program.settle()
    program.advance(timedelta(seconds=5))
    program.settle()
    assert len(program.said(HOME, pull.number)) == 1


def test_a_write_of_a_suspended_installation_waits(program: House) -> None:
    world, number = program.world, installation_of(program)
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    suspend_before_the_first_write(program, number)
    program.settle()
    assert program.said(HOME, pull.number) == []
    assert program.writes_waiting() >= 2
    assert program.parked() == []
    before = len(world.requests)
    program.advance(timedelta(minutes=5))
    program.settle()
    assert len(world.requests) == before  # GitHub is not asked again and again
    world.unsuspend(number)
    program.settle()
    assert len(program.said(HOME, pull.number)) == 1
    assert program.writes_waiting() == 0


def test_that_it_goes_on_is_noticed_even_if_the_webhook_is_lost(program: House) -> None:
    world, number = program.world, installation_of(program)
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    suspend_before_the_first_write(program, number)
    program.settle()
    world.faults.lose_deliveries = 1.0
    world.unsuspend(number)
    program.advance(timedelta(hours=1, minutes=1))
    program.settle()
    assert len(program.said(HOME, pull.number)) == 1


def test_of_a_removed_installation_writes_and_jobs_end_with_a_note(program: House) -> None:
    world, number = program.world, installation_of(program)
    world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    suspend_before_the_first_write(program, number)
    program.settle()
    held = next(one for one in world.deliveries if one.event == "pull_request")
    world.uninstall(number)
    program.settle()
    assert program.writes_waiting() == 0
    assert program.parked() == []
    before = len(world.requests)
    world.redeliver(held.id)
    late = {"action": "opened", "installation": {"id": number}}
    late |= {"pull_request": {"number": 99}, "repository": {"id": 1, "full_name": HOME}}
    assert program.post("pull_request", late, str(uuid.uuid4())) == 202
    program.settle()
    assert program.parked() == []
    assert len(world.requests) == before
    with program.context.ledger.read() as connection:
        standing = places.standing(connection, number)
        assert standing and standing.removed_at
        assert inbox.counts(connection)["waiting"] == 0
        assert outbox.waiting(connection) == 0


def suspend_before_the_first_write(house: House, number: int) -> None:
    """The owner suspends the App after the welcome was decided and before it is written."""
    house.decide(number)
    house.world.suspend(number)
    house.context.bell.ring_outbox([number])  # heard before the news of the suspension
