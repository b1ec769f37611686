"""Who is named on a thread by command: me, @login, next and why; each permission, each refusal."""

from datetime import timedelta

import pytest

from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, configuration, settled_in

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
    assert "Nobody else is free right now, so hubot stays your mentor; the organizers see it" in last
    last = says(program, number, "monalisa", "/mentor next")[-1]
    assert "Nobody else is free right now, so hubot stays the mentor here; the organizers see it" in last
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
    assert "Everybody who was looked at, as it was then" in said
    assert "- **hubot**: knows database, helps 0 of " in said and "at the moment" not in said
    assert "@" not in said.split("<!--")[0]
    assert says(program, number, "newcomer", "/mentor why") == []


def test_a_command_in_the_opening_text_brings_one_mentor_not_two(program: House) -> None:
    extra = "starter_issues: 0\nhuman_first: 10m"
    program.world.push(HOME, "monalisa", {FILE: configuration(program.world, members=MENTORS, extra=extra)})
    program.settle()
    pull = program.world.open_pull_request(
        HOME, "newcomer", "Polish", files=["sky/db/lens.py"], body="Hello!\n\n/mentor me in Italian"
    )
    program.settle()
    assert mentors(program, pull.number) == ["octocat"]
    program.advance(timedelta(minutes=11))
    program.settle()
    assert mentors(program, pull.number) == ["octocat"]
    assert len(program.said(HOME, pull.number)) == 1


def test_a_second_mentor_who_passes_is_the_one_who_hands_over(program: House) -> None:
    text = MENTORS.replace("graduate-three", "graduate-three, mentoring: agreed")
    extra = "starter_issues: 0\ndigest: off"
    program.world.push(HOME, "monalisa", {FILE: configuration(program.world, members=text, extra=extra)})
    number = issue(program)
    says(program, number, "newcomer", "/mentor me in Italian")
    for _ in range(6):
        program.advance(timedelta(days=1))
        program.settle()
    first, second = mentors(program, number)
    assert first == "octocat"
    says(program, number, second, "/mentor next")
    said = program.said(HOME, number)[-1]
    (third,) = set(mentors(program, number)) - {first}
    assert third != second
    assert f"meet @{third}, who helps you together with **{first}**" in said
    assert f"**{second}** hands over to them" in said


def test_a_good_first_issue_carries_the_name_of_whoever_helps_with_it(program: House) -> None:
    number = program.world.open_issue(HOME, "monalisa", "Star", labels=["good first issue"]).number
    program.settle()
    (named,) = mentors(program, number)
    (said,) = says(program, number, "monalisa", f"/mentor @{named}")
    assert f"{named} is on this thread already" in said
    says(program, number, "newcomer", "/mentor claim")
    says(program, number, named, "/mentor next")
    (after,) = mentors(program, number)
    assert after != named
    says(program, number, "newcomer", "/mentor release")
    assert mentors(program, number) == [after]
    says(program, number, "monalisa", "/mentor next")
    said = program.said(HOME, number)[-1]
    assert f"@{named} is the mentor for this issue" in said
    assert "hands over" not in said


def test_whoever_covered_goes_with_the_claim(program: House) -> None:
    number = program.world.open_issue(HOME, "monalisa", "Star", labels=["good first issue"]).number
    program.settle()
    (named,) = mentors(program, number)
    says(program, number, "newcomer", "/mentor claim")
    program.advance(timedelta(seconds=2))
    says(program, number, "newcomer", "Where do I begin?")
    for _ in range(6):
        program.advance(timedelta(days=1))
        program.settle()
    assert len(mentors(program, number)) == 2
    says(program, number, "newcomer", "/mentor release")
    assert mentors(program, number) == [named]
