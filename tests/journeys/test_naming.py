"""Who is named on a thread by command: me, @login, next and why; each permission, each refusal."""

from datetime import timedelta

import pytest

from tests.journeys.house import House
from tests.journeys.programs import HOME, configuration, settled_in

MENTORS = """\
      - {login: octocat, mentoring: agreed, languages: [it]}
      - {login: hubot, mentoring: agreed, areas: [database], capacity: 1}
      - {login: graduate-three}
"""


@pytest.fixture
def program(house: House) -> House:
    settled_in(house.world, configuration(house.world, members=MENTORS, extra="starter_issues: 0"))
    house.world.user("stranger")
    house.settle()
    return house


def issue(house: House, author: str = "newcomer") -> int:
    number = house.world.open_issue(HOME, author, "How do I build it?", "I am lost.").number
    house.settle()
    return number


def says(house: House, number: int, login: str, text: str) -> list[str]:
    """What the App answers to a comment."""
    before = len(house.said(HOME, number))
    house.world.comment(HOME, number, login, text)
    house.settle()
    return house.said(HOME, number)[before:]


def mentors(house: House, number: int) -> list[str]:
    labels = house.world.thread(HOME, number).labels
    return [one.removeprefix("mentor: ") for one in labels if one.startswith("mentor: ")]


@pytest.mark.parametrize(
    ("words", "mentor"), [("me in Italian", "octocat"), ("me for database", "hubot"), ("ME", "octocat")]
)
def test_anybody_may_ask_for_a_mentor_anywhere(program: House, words: str, mentor: str) -> None:
    number = issue(program)
    (said,) = says(program, number, "newcomer", f"/mentor {words}")
    assert f"@newcomer, meet @{mentor}, your mentor from now on" in said
    assert mentors(program, number) == [mentor]


@pytest.mark.parametrize(
    ("login", "words", "refusal"),
    [
        ("newcomer", "me in Klingonish", "That language is not known"),
        ("newcomer", "me for databse", "did you mean `database`?"),
        ("newcomer", "me, please", "Please write `/mentor me`"),
        ("stranger", "@hubot", "Only maintainers and organizers name a mentor"),
        ("monalisa", "@nobody-there", "nobody-there is nobody in the roster"),
        ("monalisa", "@graduate-three", "graduate-three is no mentor at the moment"),
        ("newcomer", "next", "Nobody mentors on this thread"),
        ("newcomer", "why", "No mentor was chosen on this thread"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    program: House, login: str, words: str, refusal: str
) -> None:
    number = issue(program)
    (said,) = says(program, number, login, f"/mentor {words}")
    assert refusal in said
    assert "@nobody" not in said
    assert mentors(program, number) == []


def test_a_maintainer_names_a_mentor_even_if_full(program: House) -> None:
    says(program, issue(program, "stranger"), "stranger", "/mentor me for database")
    number = issue(program)
    (said,) = says(program, number, "monalisa", "/mentor @hubot")
    assert "@newcomer, meet @hubot" in said
    assert "although they are full" in said


def test_next_goes_to_somebody_else_and_then_says_that_nobody_is_left(program: House) -> None:
    number = issue(program)
    says(program, number, "newcomer", "/mentor me")
    assert mentors(program, number) == ["octocat"]
    (said,) = says(program, number, "stranger", "/mentor next")
    assert "Only the mentor, the newcomer, maintainers and organizers" in said
    says(program, number, "octocat", "/mentor next")
    assert mentors(program, number) == ["hubot"]
    last = says(program, number, "newcomer", "/mentor next")[-1]
    assert "Nobody else is free right now" in last
    assert mentors(program, number) == ["hubot"]


def test_a_mentor_may_always_go(program: House) -> None:
    number = issue(program)
    says(program, number, "newcomer", "/mentor me")
    says(program, number, "octocat", "/mentor next")
    says(program, number, "hubot", "/mentor next")
    assert mentors(program, number) == []
    assert "@newcomer, nobody is free to be your mentor at the moment" in program.said(HOME, number)[-1]
    # Somebody has room again later: they are introduced in the place of that.
    program.advance(timedelta(days=6))
    program.settle()


def test_why_names_everybody_who_was_looked_at_and_tells_nobody(program: House) -> None:
    number = issue(program)
    says(program, number, "newcomer", "/mentor me for database")
    (said,) = says(program, number, "stranger", "/mentor why")
    assert "**hubot** is the mentor here" in said
    assert "- **hubot**: knows database" in said
    assert "@" not in said.split("<!--")[0]
    assert says(program, number, "newcomer", "/mentor why") == []
