"""Mentorships: what happens on the thread is noted, in whichever order GitHub tells of it."""

from datetime import timedelta

from adapters.ledger import mentorships
from tests.journeys.house import House
from tests.journeys.programs import HOME, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n"


def test_an_answer_that_came_before_the_welcome_counts(house: House) -> None:
    text = configuration(house.world, members=AGREED, extra="starter_issues: 0\nhuman_first: 2h")
    settled_in(house.world, text)
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.world.comment(HOME, pull.number, "monalisa", "Welcome!")
    house.settle()
    house.advance(timedelta(hours=3))
    house.settle()
    house.advance(timedelta(minutes=1))
    house.settle()
    with house.context.ledger.read() as connection:
        row = mentorships.get(connection, house.world.find_repository(HOME).id, pull.number)
    assert row is not None
    assert row.answered_at is not None


def test_merged_closed_and_reopened(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    states = []
    for act in (house.world.close, house.world.reopen, house.world.close):
        act(HOME, pull.number, "monalisa")
        house.settle()
        with house.context.ledger.read() as connection:
            row = mentorships.get(connection, house.world.find_repository(HOME).id, pull.number)
        assert row is not None
        states.append(row.closed_at is not None)
    assert states == [True, False, True]
