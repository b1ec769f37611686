"""Listing: mentors put themselves on the public page and take themselves off; nobody else can."""

from adapters.ledger import listing
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, configuration, settled_in

ON_BOTH = True
AGREED = "      - {login: hubot, mentoring: agreed}\n      - {login: octocat, mentoring: agreed}\n"


def begin(house: House, *, private: bool = False) -> int:
    text = configuration(house.world, members=AGREED, extra="starter_issues: 0\ndigest: off\n")
    settled_in(house.world, text, private=private)
    house.settle()
    number = house.world.open_issue(HOME, "regular", "The dome squeaks", "It does.").number
    house.settle()
    return number


def says(house: House, number: int, login: str, text: str) -> bool:
    """Whether it was done, and not refused."""
    comment = house.world.comment(HOME, number, login, text)
    house.settle()
    return "+1" in comment.reactions


def is_listed(house: House, login: str) -> bool:
    with house.context.ledger.read() as connection:
        return listing.is_listed(connection, house.world.user(login).id)


def test_a_mentor_is_listed_by_their_own_word_alone(house: House) -> None:
    number = begin(house)
    assert not is_listed(house, "hubot")
    assert says(house, number, "hubot", "/mentor list")
    assert is_listed(house, "hubot") and not is_listed(house, "octocat")
    assert says(house, number, "hubot", "/mentor unlist")
    assert not is_listed(house, "hubot")
    assert house.said(HOME, number) == []


def test_who_is_no_mentor_is_refused_in_one_sentence(house: House) -> None:
    number = begin(house)
    assert not says(house, number, "monalisa", "/mentor list")
    (said,) = house.said(HOME, number)
    assert "`/mentor list` is for mentors of this program, and you are not one yet." in said
    assert not is_listed(house, "monalisa")


def test_a_private_program_lists_nobody(house: House) -> None:
    number = begin(house, private=True)
    assert not says(house, number, "hubot", "/mentor list")
    (said,) = house.said(HOME, number)
    assert "home is private" in said
    assert not is_listed(house, "hubot")


def test_whoever_leaves_the_roster_is_listed_no_more(house: House) -> None:
    number = begin(house)
    for login in ("hubot", "octocat"):
        assert says(house, number, login, "/mentor list")
    text = configuration(house.world, members=AGREED.splitlines(keepends=True)[1], extra="digest: off\n")
    house.world.push(HOME, "monalisa", {FILE: text})
    house.settle()
    assert is_listed(house, "octocat") and not is_listed(house, "hubot")


def test_a_no_and_being_forgotten_end_it(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members="      - {login: octocat}\n      - {login: hubot}\n"))
    house.settle()
    (asked,) = (one for one in world.find_repository(HOME).threads.values())
    for login in ("octocat", "hubot"):
        assert says(house, asked.number, login, "/mentor accept\n/mentor list")
        assert is_listed(house, login)
    assert says(house, asked.number, "octocat", "/mentor decline")
    assert not is_listed(house, "octocat") and is_listed(house, "hubot")
    assert says(house, asked.number, "hubot", "/mentor forget me")
    assert not is_listed(house, "hubot")
