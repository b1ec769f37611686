"""Claims: a newcomer takes a good first issue, nobody else does meanwhile, and a pull request comes of it."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.ledger import claims as ledger
from adapters.ledger import inbox, mentorships
from adapters.ledger.inbox import Asked
from jobs import claims, work
from jobs.asking import Asking
from jobs.decision import Again, decide
from jobs.program import load_program
from mentoring.commands import Command
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, OWNER, configuration, settled_in

GOOD = "good first issue"
MEMBERS = "      - {login: octocat, mentoring: agreed, capacity: 1}\n      - {login: graduate-three}\n"


@pytest.fixture
def program(house: House) -> House:
    """A program with one mentor, settled in."""
    settled_in(house.world, configuration(house.world, members=MEMBERS, extra="starter_issues: 0"))
    house.settle()
    return house


def good_first(house: House, *titles: str) -> list[int]:
    """Good first issues with octocat's name."""
    numbers = [house.world.open_issue(HOME, "monalisa", title, labels=[GOOD]).number for title in titles]
    house.settle()
    return numbers


def say(house: House, number: int, login: str, text: str) -> Any:
    comment = house.world.comment(HOME, number, login, text)
    house.settle()
    return comment


def note(house: House, number: int) -> str:
    return house.said(HOME, number)[0]


def assignees(house: House, number: int) -> list[str]:
    return house.world.thread(HOME, number).assignees


def home_id(house: House) -> int:
    return house.world.find_repository(HOME).id


def mentorship(house: House, number: int) -> Any:
    with house.context.ledger.read() as connection:
        return mentorships.get(connection, home_id(house), number)


def test_an_issue_is_taken_and_given_back(program: House) -> None:
    program.world.faults.duplicate_deliveries = 1.0
    first, second, third, by_hand = good_first(program, "North", "South @everyone", "West", "East")
    program.world.comment(HOME, by_hand, "regular", "I would do it")
    program.world.assign(HOME, by_hand, "monalisa", "regular")
    claim = say(program, first, "newcomer", "Where do I begin?\n\n/mentor claim")
    assert assignees(program, first) == ["newcomer"]
    assert "**newcomer** is working on this" in note(program, first)
    assert claim.reactions == {"+1": ["lamplighter[bot]"]}
    assert len(program.said(HOME, first)) == 1
    assert (mentorship(program, first).kind, mentorship(program, first).turn) == ("claim", "mentor")

    again = say(program, first, "newcomer", "/mentor claim")
    assert again.reactions == {"+1": ["lamplighter[bot]"]}
    say(program, first, "newcomer-two", "/mentor claim")
    _, refused = program.said(HOME, first)
    assert "**newcomer** is working on this one already; [West](http" in refused
    assert f"/issues/{third}) and [South @\u200beveryone](http" in refused
    assert "East" not in refused

    say(program, second, "newcomer", "/mentor claim")
    _, too_many = program.said(HOME, second)
    assert f"You are working on [issue {first}](http" in too_many
    assert assignees(program, second) == []
    say(program, by_hand, "newcomer-two", "/mentor claim")
    assert "**regular** is working on this one already" in program.said(HOME, by_hand)[-1]

    say(program, first, "newcomer-two", "/mentor release")
    assert "Only whoever took this issue" in program.said(HOME, first)[-1]
    say(program, first, "newcomer", "/mentor release")
    assert assignees(program, first) == []
    assert "write `/mentor claim` here" in note(program, first)
    assert mentorship(program, first).closed_at is not None
    say(program, first, "newcomer", "/mentor release")
    assert "nothing to give back" in program.said(HOME, first)[-1]
    say(program, first, "newcomer-two", "/mentor claim")
    assert assignees(program, first) == ["newcomer-two"]
    assert (mentorship(program, first).closed_at, mentorship(program, first).turn) == (None, "newcomer")
    program.world.collaborator(HOME, "reader", role="read", custom="triage-reports")
    say(program, first, "reader", "/mentor release")
    assert assignees(program, first) == ["newcomer-two"]
    program.world.collaborator(HOME, "keeper", role="triage", custom="keeper of issues")
    say(program, first, "keeper", "/mentor release")
    assert assignees(program, first) == []


REFUSED = [
    ("graduate-three", "You are part of the program"),
    ("octocat", "You are the mentor for this issue"),
    ("monalisa", "You are part of the program"),
]


def test_who_may_not_and_where(program: House) -> None:
    (number,) = good_first(program, "North")
    for login, sentence in REFUSED:
        say(program, number, login, "/mentor claim")
        assert sentence in program.said(HOME, number)[-1]
    plain = program.world.open_issue(HOME, "monalisa", "No good first issue").number
    say(program, plain, "newcomer", "/mentor claim")
    assert "No mentor is named on this issue" in program.said(HOME, plain)[0]
    pull = program.world.open_pull_request(HOME, "newcomer", "Lens", files=["lens.py"]).number
    say(program, pull, "newcomer", "/mentor claim")
    assert "not on a pull request" in program.said(HOME, pull)[-1]
    assert assignees(program, number) == []


def test_who_asks_in_plain_words_learns_the_command_once(program: House) -> None:
    first, second = good_first(program, "North", "South")
    say(program, first, "octocat", "I'd like to take this")
    say(program, first, "newcomer", "> can I work on this?\n\nNice one.")
    assert len(program.said(HOME, first)) == 1
    say(program, first, "newcomer", "Hi, can I work on this?")
    say(program, first, "newcomer", "I'd like to take this.")
    say(program, first, "newcomer-two", "Or may I take this?")
    _, hint = program.said(HOME, first)
    assert "Gladly, @newcomer! **Your next step:** write `/mentor claim` here" in hint
    assert assignees(program, first) == []

    say(program, second, "newcomer", "I want to work on this\n\n/mentor claim")
    say(program, second, "newcomer", "I'll take it")
    assert len(program.said(HOME, second)) == 1
    say(program, second, "newcomer-two", "Is this still available?")
    _, taken = program.said(HOME, second)
    assert "**newcomer** is working on this one already, but another one is free" in taken
    assert "[North](http" in taken and "@newcomer " not in taken


def test_of_two_at_the_same_moment_one_gets_it(program: House) -> None:
    number, _ = good_first(program, "North", "South")
    askings = [asking(program, number, login) for login in ("newcomer", "newcomer-two")]
    applies = [claims.claim(one, Command("claim")) for one in askings]  # both see that it is free
    with decide(program.context, askings[0].row) as decision:
        applies[0](decision)
    with pytest.raises(Again), decide(program.context, askings[1].row) as decision:
        applies[1](decision)
    program.settle()
    told, refused = program.said(HOME, number)
    assert "**newcomer** is working on this" in told
    assert "**newcomer** is working on this one already; [South](http" in refused


def asking(house: House, number: int, login: str) -> Asking:
    context = house.context
    (installation,) = house.world.installations.values()
    with context.ledger.write() as connection:
        fields = {"comment.user.id": house.world.find_user(login).id, "comment.user.login": login}
        fields |= {"comment.id": 1, "comment.body": "/mentor claim"}
        asked = Asked(f"by {login}", "commands", installation.id, home_id(house), number, fields)
        (row_id,) = inbox.put(connection, [asked], context.now())
        row = work.as_row(inbox.claim(connection, row_id, context.now()))
    loaded = load_program(context, installation.id, home_id(house))
    assert loaded is not None
    return Asking(context, row, loaded, house.world.find_user(login).id, login, None)


def test_the_first_pull_request_goes_on_with_the_claim(program: House) -> None:
    (number,) = good_first(program, "North")
    busy = program.world.open_pull_request(HOME, "newcomer-two", "Lens", files=["lens.py"])
    program.settle()
    assert "@octocat is your mentor" in note(program, busy.number)  # who takes one at a time is full now
    say(program, number, "newcomer", "/mentor claim")
    pull = program.world.open_pull_request(HOME, "newcomer", "A map", "I tried.", files=["map.py"]).number
    program.settle()
    assert "@octocat is your mentor" in note(program, pull)
    assert (mentorship(program, pull).starter_number, mentorship(program, number).closed_at is None) == (
        number,
        False,
    )
    assert len(program.said(HOME, pull)) == 1
    say(program, number, "newcomer-two", "/mentor claim")
    assert "**newcomer** is working on this one already" in program.said(HOME, number)[-1]

    say(program, number, "newcomer", "/mentor release")
    assert f"#{pull} goes on with this issue" in program.said(HOME, number)[-1]

    program.world.close(HOME, pull, "newcomer")
    program.settle()
    assert assignees(program, number) == []
    assert "write `/mentor claim` here" in note(program, number)
    program.world.reopen(HOME, pull, "newcomer")
    program.settle()
    assert "**newcomer** is working on this" in note(program, number)
    program.world.merge(HOME, pull, "monalisa")
    program.settle()
    assert "**newcomer** is working on this" in note(program, number)
    assert assignees(program, number) == ["newcomer"]
    program.world.close(HOME, number, "monalisa")
    program.settle()
    assert assignees(program, number) == ["newcomer"]
    program.world.reopen(HOME, number, "monalisa")
    program.settle()
    assert assignees(program, number) == []
    assert "write `/mentor claim` here" in note(program, number)


def test_a_pull_request_that_came_before_the_claim(program: House) -> None:
    (number,) = good_first(program, "North")
    pull = program.world.open_pull_request(HOME, "newcomer", "A map", f"Fixes #{number}", files=["map.py"])
    program.settle()
    say(program, number, "newcomer-two", "/mentor claim")
    assert "**newcomer** is working on this one already" in program.said(HOME, number)[-1]
    say(program, number, "newcomer", "/mentor claim")
    assert "**newcomer** is working on this" in note(program, number)
    assert mentorship(program, number) is None
    program.world.close(HOME, pull.number, "newcomer")
    program.settle()
    assert assignees(program, number) == []


@pytest.mark.parametrize("starter", [False, True])
def test_a_note_says_that_a_first_pull_request_is_under_way(program: House, starter: bool) -> None:
    world, (number,) = program.world, good_first(program, "North")
    if starter:
        number = world.open_issue(HOME, "octocat", "Lens", "Polish it.\n\n/mentor starter").number
        program.settle()
    taken, free = "**This one is taken:** #{} is under way, and ", "write `/mentor claim` here"
    pull = world.open_pull_request(HOME, "newcomer", "A map", f"Fixes #{number}", files=["map.py"]).number
    program.settle()
    assert taken.format(pull) in note(program, number)
    assert free not in note(program, number) and "newcomer" not in note(program, number)
    assert len(program.said(HOME, number)) == 1
    world.close(HOME, pull, "newcomer")
    program.settle()
    assert free in note(program, number)
    world.reopen(HOME, pull, "newcomer")
    program.settle()
    assert taken.format(pull) in note(program, number)
    say(program, pull, "newcomer", "/mentor forget me")
    assert free in note(program, number)


def test_a_later_pull_request_is_introduced_to_the_mentor_of_the_claim(program: House) -> None:
    number, other = good_first(program, "North", "South")
    early = program.world.open_pull_request(HOME, "newcomer", "Lens", files=["lens.py"]).number
    program.settle()
    program.world.close(HOME, early, "newcomer")
    say(program, number, "newcomer", "/mentor claim")
    about = program.world.open_pull_request(HOME, "newcomer", "South", f"Fixes #{other}", files=["a.py"])
    program.settle()
    assert program.said(HOME, about.number) == []
    pull = program.world.open_pull_request(HOME, "newcomer", "A map", f"Fixes #{number}", files=["map.py"])
    program.settle()
    (introduced,) = program.said(HOME, pull.number)
    assert "@newcomer, meet @octocat" in introduced
    row = mentorship(program, pull.number)
    assert (row.kind, row.turn, row.starter_number) == ("pull", "mentor", number)
    with program.context.ledger.read() as connection:
        held = ledger.holder(connection, home_id(program), number)
    assert held is not None and (held.released_why, held.pull_number) == ("linked", pull.number)
    nobody = program.world.open_pull_request(HOME, "newcomer", "More", files=["more.py"])
    program.settle()
    assert program.said(HOME, nobody.number) == []


def test_a_claim_ends_quietly_with_its_issue_and_a_silent_one_kindly(program: House) -> None:
    closed, silent = good_first(program, "South", "West")
    say(program, closed, "newcomer", "/mentor claim")
    assert "**newcomer** is working on this" in note(program, closed)
    program.world.close(HOME, closed, "monalisa")
    program.settle()
    program.world.reopen(HOME, closed, "monalisa")
    program.settle()
    assert "**newcomer** is working on this" in note(program, closed)
    assert assignees(program, closed) == ["newcomer"]
    say(program, closed, "newcomer", "/mentor release")
    say(program, silent, "newcomer", "/mentor claim")
    assert [len(program.said(HOME, number)) for number in (closed, silent)] == [1, 1]

    program.advance(timedelta(days=22))
    program.settle()
    assert assignees(program, silent) == []
    assert "write `/mentor claim` here" in note(program, silent)
    _, released = program.said(HOME, silent)
    assert "@newcomer, it has been quiet here for 3 weeks" in released
    assert mentorship(program, silent).closed_at is not None
    program.advance(timedelta(days=30))
    program.settle()
    assert len(program.said(HOME, silent)) == 2


def test_issues_from_before_the_app_get_no_note_and_private_ones_are_not_named(house: House) -> None:
    text = configuration(house.world, members=MEMBERS, extra="starter_issues: 0")
    settled_in(house.world, text, install=False)
    secret = f"{OWNER}/secret"
    house.world.repository(secret, private=True, files={FILE: f"_extends: {HOME}\n"})
    house.world.open_issue(secret, "monalisa", "Hidden", labels=[GOOD])
    old = house.world.open_issue(HOME, "monalisa", "Old", labels=[GOOD]).number
    house.advance(timedelta(days=1))
    house.world.install(OWNER, [HOME, secret])
    for _ in range(2):
        house.settle()
        house.advance(timedelta(seconds=61))
    assert house.world.thread(secret, 1).labels == [GOOD, "mentor: octocat"]
    say(house, old, "newcomer", "/mentor claim")
    assert assignees(house, old) == ["newcomer"]
    assert house.said(HOME, old) == []
    say(house, old, "newcomer-two", "/mentor claim")
    (refused,) = house.said(HOME, old)
    assert refused.startswith(
        "@newcomer-two: **newcomer** is working on this one already, and no other is free"
    )


def test_whoever_has_taken_it_keeps_it_when_the_label_comes_off(program: House) -> None:
    (number,) = good_first(program, "North")
    say(program, number, "newcomer", "/mentor claim")
    program.world.unlabel(HOME, number, "monalisa", GOOD)
    program.settle()
    thread = program.world.thread(HOME, number)
    assert (thread.assignees, thread.labels) == (["newcomer"], ["mentor: octocat"])
    assert "**newcomer** is working on this" in note(program, number)
    assert mentorship(program, number).closed_at is None
    program.world.label(HOME, number, "monalisa", GOOD)
    program.world.unlabel(HOME, number, "monalisa", GOOD)
    program.settle()
    say(program, number, "newcomer", "/mentor release")
    assert (thread.assignees, thread.labels) == ([], [])
    assert "This issue is no longer marked as a good first issue" in note(program, number)

    program.world.label(HOME, number, "monalisa", GOOD)
    program.settle()
    say(program, number, "newcomer", "/mentor claim")
    pull = program.world.open_pull_request(HOME, "newcomer", "A map", f"Fixes #{number}", files=["map.py"])
    program.settle()
    program.world.unlabel(HOME, number, "monalisa", GOOD)
    program.settle()
    assert (thread.assignees, thread.labels) == (["newcomer"], [])
    program.world.label(HOME, number, "monalisa", GOOD)
    program.settle()
    assert "**newcomer** is working on this" in note(program, number)
    program.world.unlabel(HOME, number, "monalisa", GOOD)
    program.world.close(HOME, pull.number, "newcomer")
    program.settle()
    assert (thread.assignees, thread.labels) == ([], [])
    assert len(program.said(HOME, number)) == 1


TWO = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot, mentoring: agreed, capacity: 0}\n"


@pytest.fixture
def two(house: House) -> House:
    """A program whose issues get octocat; hubot has paused, and graduate-three never answered."""
    members = f"{TWO}      - {{login: graduate-three}}\n"
    settled_in(house.world, configuration(house.world, members=members, extra="starter_issues: 0"))
    house.settle()
    return house


def test_the_mentor_named_by_a_maintainer_does_not_stand_in_the_way(two: House) -> None:
    by_command, by_label = good_first(two, "North", "South")
    say(two, by_command, "monalisa", "/mentor @hubot")
    assert assignees(two, by_command) == []
    say(two, by_command, "newcomer", "/mentor claim\n/mentor release\n/mentor claim")
    assert assignees(two, by_command) == ["newcomer"]
    assert len(two.said(HOME, by_command)) == 2  # the note, and the introduction of hubot
    assert mentorship(two, by_command).mentor_id == two.world.user("hubot").id

    labels = [GOOD, "mentor: graduate-three"]
    by_label = two.world.open_issue(HOME, "monalisa", "West", labels=labels).number
    two.settle()
    say(two, by_label, "newcomer-two", "/mentor claim")
    assert mentorship(two, by_label).mentor_id == two.world.user("graduate-three").id
    two.advance(timedelta(days=22))
    two.settle()
    assert assignees(two, by_label) == []
    assert "@newcomer-two, it has been quiet here" in two.said(HOME, by_label)[-1]


def test_an_issue_on_which_somebody_else_is_helped_is_theirs(two: House) -> None:
    number, other = good_first(two, "North", "South")
    say(two, number, "regular", "/mentor me")
    say(two, number, "newcomer", "/mentor claim")
    assert "**regular** is working on this one already; [South](http" in two.said(HOME, number)[-1]
    assert (assignees(two, number), mentorship(two, number).kind) == ([], "asked")
    say(two, number, "regular", "/mentor claim")
    assert (assignees(two, number), mentorship(two, number).kind) == (["regular"], "claim")
    assert assignees(two, other) == []


def test_the_graduate_who_opened_it_becomes_the_mentor_of_whoever_has_taken_it(two: House) -> None:
    number = two.world.open_issue(HOME, "graduate-three", "North", labels=[GOOD]).number
    two.settle()
    say(two, number, "newcomer", "/mentor claim")
    assert mentorship(two, number).mentor_id == two.world.user("octocat").id
    say(two, number, "graduate-three", "/mentor starter")
    assert mentorship(two, number).mentor_id == two.world.user("graduate-three").id
    assert two.world.thread(HOME, number).labels == [GOOD, "mentor: graduate-three"]
    assert "@newcomer, meet @graduate-three, your mentor from now on." in "".join(two.said(HOME, number))


def test_a_label_on_a_reopened_issue_is_true(two: House) -> None:
    number, helped = good_first(two, "North", "South")
    say(two, helped, "newcomer", "/mentor me")
    for closed in (number, helped):
        two.world.close(HOME, closed, "monalisa")
    two.settle()
    members = TWO.replace("octocat, mentoring: agreed", "octocat, mentoring: declined").replace(": 0", ": 9")
    text = configuration(two.world, members=members, extra="starter_issues: 0")
    two.world.push(HOME, "monalisa", {FILE: text})
    two.settle()
    for closed in (number, helped):
        two.world.reopen(HOME, closed, "monalisa")
    old = two.world.open_issue(HOME, "monalisa", "Old", labels=[GOOD, "mentor: octocat"]).number
    for _ in range(4):
        two.settle()
        two.advance(timedelta(minutes=1))
    for reopened in (number, helped, old):
        assert two.world.thread(HOME, reopened).labels == [GOOD, "mentor: hubot"]
    row = mentorship(two, helped)
    assert (row.closed_at, row.mentor_id) == (None, two.world.user("hubot").id)


def test_whoever_covered_is_named_no_longer_when_the_claim_ends(two: House) -> None:
    number, _ = good_first(two, "North", "South")
    thread = two.world.thread(HOME, number)

    def covered() -> None:
        say(two, number, "newcomer", "/mentor claim")
        say(two, number, "hubot", "/mentor capacity 5")
        say(two, number, "octocat", "/mentor away 3 weeks")
        say(two, number, "newcomer", "How do I begin?")
        two.advance(timedelta(minutes=2))
        two.settle()
        assert thread.labels == [GOOD, "mentor: octocat", "mentor: hubot"]
        say(two, number, "octocat", "/mentor back")

    covered()
    say(two, number, "newcomer", "/mentor release")
    assert thread.labels == [GOOD, "mentor: octocat"]
    covered()
    two.world.close(HOME, number, "monalisa")
    two.settle()
    two.world.reopen(HOME, number, "monalisa")
    two.settle()
    assert (thread.labels, thread.assignees) == ([GOOD, "mentor: octocat", "mentor: hubot"], ["newcomer"])
    assert "**newcomer** is working on this" in note(two, number)
    assert mentorship(two, number).closed_at is None
    two.world.close(HOME, number, "monalisa")
    two.world.unassign(HOME, number, "monalisa", "newcomer")
    two.settle()
    two.world.reopen(HOME, number, "monalisa")
    two.settle()
    assert (thread.labels, thread.assignees) == ([GOOD, "mentor: octocat"], [])
    assert "write `/mentor claim` here" in note(two, number)
    assert mentorship(two, number).closed_at is not None
