"""Availability: away is not chosen, back by itself, told the day before; silence is noticed and forgiven."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from adapters.ledger import schema
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, OWNER, configuration, settled_in

DAY = timedelta(days=1)
MEMBERS = """\
      - {login: hubot, mentoring: agreed, timezone: America/Los_Angeles}
      - {login: octocat, mentoring: agreed, capacity: 50}
"""
ONE = "      - {login: hubot, mentoring: agreed}\n"


def program(house: House, members: str = MEMBERS, extra: str = "") -> None:
    text = configuration(house.world, members=members, extra="starter_issues: 0\ndigest: off\n" + extra)
    settled_in(house.world, text)
    house.settle()


def says(house: House, number: int, login: str, text: str) -> None:
    comment = house.world.comment(HOME, number, login, text)
    house.settle()
    assert "+1" in comment.reactions, house.said(HOME, number)


def issue(house: House) -> int:
    return house.world.open_issue(HOME, "regular", "The dome squeaks", "It does.").number


def newcomer(house: House, login: str) -> str:
    """What a newcomer is told on their first pull request."""
    house.world.user(login)
    number = house.world.open_pull_request(HOME, login, "Oil the dome", files=["dome.py"]).number
    house.settle()
    return "\n".join(house.said(HOME, number))


def state(house: House, login: str = "hubot") -> str | None:
    person_id = house.world.user(login).id
    found = select(schema.mentors.c.away_how).where(schema.mentors.c.person_id == person_id)
    with house.context.ledger.read() as connection:
        return connection.execute(found).scalar()


def days(house: House, count: int) -> None:
    for _ in range(count):
        house.advance(DAY)
        house.settle()


def notes(house: House, number: int) -> list[str]:
    return [body for body in house.said(HOME, number) if "lamplighter:back_tomorrow" in body]


def test_who_is_away_is_not_chosen_until_they_are_back(house: House) -> None:
    program(house)
    number = issue(house)
    says(house, number, "octocat", "/mentor capacity 0")
    says(house, number, "hubot", "/mentor away 2 weeks")
    assert newcomer(house, "first") == ""
    says(house, number, "hubot", "/mentor back")
    assert "@hubot is your mentor" in newcomer(house, "second")
    says(house, number, "octocat", "/mentor capacity 50")
    says(house, number, "hubot", "/mentor away until tomorrow")
    assert "@octocat is your mentor" in newcomer(house, "third")
    house.advance(2 * DAY)
    house.settle()
    assert state(house) is None
    says(house, number, "octocat", "/mentor capacity 0")
    assert "@hubot is your mentor" in newcomer(house, "fourth")


def test_somebody_covers_for_whoever_waits_while_their_mentor_is_away(house: House) -> None:
    program(house)
    number = issue(house)
    says(house, number, "octocat", "/mentor capacity 0")
    assert "@hubot is your mentor" in newcomer(house, "first")
    says(house, number, "octocat", "/mentor capacity 3")
    says(house, number, "hubot", "/mentor away 2 weeks")
    house.advance(timedelta(minutes=2))
    house.settle()
    (pull,) = (thread for thread in house.world.find_repository(HOME).threads.values() if thread.pull)
    assert "@octocat" in "\n".join(house.said(HOME, pull.number))


def test_the_note_comes_the_day_before_by_day_and_only_if_it_helps(house: House) -> None:
    program(house)
    first, second, third = issue(house), issue(house), issue(house)
    end = (house.world.now() + 12 * DAY).date()
    says(house, first, "hubot", f"/mentor away until {end}")
    house.advance(10 * DAY)
    house.settle()
    while not notes(house, first):
        assert house.world.now().date() < end
        house.advance(timedelta(hours=1))
        house.settle()
    here = house.world.now().astimezone(ZoneInfo("America/Los_Angeles"))
    assert here.date() == end - DAY and here.hour == 8
    (note,) = notes(house, first)
    assert note.startswith("@hubot, your absence ends tomorrow, on ")
    house.advance(10 * DAY)
    house.settle()
    assert state(house) is None and len(notes(house, first)) == 1
    says(house, second, "hubot", "/mentor away 3 weeks")
    says(house, second, "hubot", "/mentor back")
    says(house, second, "octocat", "/mentor away 10 days")
    house.world.close(HOME, second, "monalisa")
    house.advance(22 * DAY)
    house.settle()
    assert notes(house, second) == []
    says(house, third, "hubot", "/mentor away 2 days")
    house.advance(3 * DAY)
    house.settle()
    assert notes(house, third) == []


def test_no_note_where_the_app_is_no_more(house: House) -> None:
    program(house)
    number = issue(house)
    says(house, number, "hubot", "/mentor away 10 days")
    (installation,) = house.world.installations.values()
    house.world.uninstall(installation.id)
    house.advance(20 * DAY)
    house.settle()
    assert notes(house, number) == []


def test_silence_is_taken_for_absence_and_undone_by_the_first_sign_of_life(house: House) -> None:
    program(house, ONE, "follow_up: {away_after: 4d}\n")
    house.world.repository(f"{OWNER}/elsewhere")
    elsewhere = house.world.open_issue(f"{OWNER}/elsewhere", "hubot", "Hello", "There").number
    days(house, 2)
    assert state(house) is None
    days(house, 4)
    assert state(house) == "silent"
    assert newcomer(house, "first") == ""
    house.world.comment(f"{OWNER}/elsewhere", elsewhere, "hubot", "I am still there")
    house.advance(DAY)
    house.settle()
    assert state(house) is None
    assert "@hubot is your mentor" in newcomer(house, "second")
    days(house, 5)
    assert state(house) == "silent"
    says(house, issue(house), "hubot", "/mentor help")
    assert state(house) is None
    days(house, 5)
    assert state(house) == "silent"
    asked_for = [line for line in house.world.requests if line.path.endswith("/events/public")]
    assert all(line.query == "per_page=1" for line in asked_for) and asked_for
    house.world.push(HOME, "monalisa", {FILE: configuration(house.world, members=ONE)})
    house.settle()
    before = len(asked_for)
    assert state(house) is None
    days(house, 6)
    assert state(house) is None
    assert sum(line.path.endswith("/events/public") for line in house.world.requests) == before


def test_a_newer_word_of_the_roster_about_the_capacity_wins(house: House) -> None:
    program(house, ONE)
    number = issue(house)
    says(house, number, "hubot", "/mentor capacity 0")
    house.world.push(
        HOME, "monalisa", {FILE: configuration(house.world, members=ONE, extra="starter_issues: 0")}
    )
    house.settle()
    assert newcomer(house, "first") == ""
    house.advance(DAY)
    more = ONE.replace("agreed", "agreed, capacity: 3")
    house.world.push(
        HOME, "monalisa", {FILE: configuration(house.world, members=more, extra="starter_issues: 0")}
    )
    house.settle()
    assert "@hubot is your mentor" in newcomer(house, "second")
