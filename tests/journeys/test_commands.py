"""Commands: each gets a thumb or one clear sentence, each runs once, and in a repository without a file is silence."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.ledger import schema
from sandbox.world import Comment
from tests.journeys.house import BOT, House
from tests.journeys.programs import HOME, configuration, settled_in

MEMBERS = "      - {login: hubot, mentoring: agreed}\n      - {login: octocat, mentoring: agreed}\n"
EXAMPLE = "as in `/mentor away 2 weeks` or `/mentor away until 24 December`."
NUMBER = "Please write a whole number from 0 to 50, as in `/mentor capacity 3`."


def program(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=MEMBERS, extra="starter_issues: 0"))
    house.settle()


def issue(house: House, author: str = "regular") -> int:
    return house.world.open_issue(HOME, author, "The dome squeaks", "It does.").number


def asked(house: House, number: int, login: str, text: str) -> tuple[Comment, list[str]]:
    """Somebody comments; the comment, and what the App said on the thread."""
    comment = house.world.comment(HOME, number, login, text)
    house.settle()
    return comment, sentences(house, number)


def sentences(house: House, number: int) -> list[str]:
    return [body.partition("\n\n<!--")[0] for body in house.said(HOME, number)]


ONLY_ME = (
    "To be forgotten everywhere, write `/mentor forget me` alone on a line; "
    "nobody can ask for somebody else, or for a part."
)
REFUSED = [
    (
        "regular",
        "/mentor",
        "Write a word after `/mentor`, such as `/mentor me`; `/mentor help` lists them all.",
    ),
    (
        "regular",
        "/mentor acept",
        "There is no `/mentor acept`; did you mean `/mentor accept`, or `/mentor help`?",
    ),
    (
        "regular",
        "/mentor forgt me",
        "There is no `/mentor forgt`; did you mean `/mentor forget me`, or `/mentor help`?",
    ),
    ("regular", "/mentor forget", "To be forgotten, write `/mentor forget me` on a line of its own."),
    ("regular", "/mentor forget, please", "To be forgotten, write `/mentor forget me` on a line of its own."),
    ("regular", "/mentor forget octocat", ONLY_ME),
    ("regular", "/mentor forget my data", ONLY_ME),
    ("regular", "/mentor forget me on this thread", ONLY_ME),
    ("regular", "/mentor juggle", "There is no `/mentor juggle`; `/mentor help` lists what there is."),
    ("hubot", "/mentor away", f"That is no time that can be understood; please write one, {EXAMPLE}"),
    ("hubot", "/mentor away blue", f"That is no time that can be understood; please write one, {EXAMPLE}"),
    (
        "hubot",
        "/mentor away until yesterday",
        f"That is over already; please write a time to come, {EXAMPLE}",
    ),
    ("hubot", "/mentor away 99999 weeks", f"That is too long; please write at most 366 days, {EXAMPLE}"),
    (
        "hubot",
        "/mentor away " + "x" * 5000,
        f"That is no time that can be understood; please write one, {EXAMPLE}",
    ),
    ("hubot", "/mentor capacity -1", NUMBER),
    ("hubot", "/mentor capacity many", NUMBER),
    (
        "regular",
        "/mentor away 2 weeks",
        "`/mentor away` is for mentors of this program, and you are not one yet.",
    ),
    (
        "regular",
        "/mentor capacity 3",
        "`/mentor capacity` is for mentors of this program, and you are not one yet.",
    ),
    ("regular", "/mentor accept", "There is no invitation for you here, so there is nothing to answer."),
]


def test_bad_input_gets_one_clear_sentence_each(house: House) -> None:
    program(house)
    number = issue(house)
    said: list[str] = []
    for login, text, sentence in REFUSED:
        comment, now_said = asked(house, number, login, text)
        said.append(f"@{login}: {sentence}")
        assert now_said == said
        assert comment.reactions == {}


def test_what_is_no_command_is_not_answered(house: House) -> None:
    program(house)
    number = issue(house)
    for text in (
        "@lamplighter thanks!",
        "@lamplighter next time, ask me first",
        "Write `/mentor help`",
        "> /mentor help",
        "```\n/mentor help\n```",
        "<!--\n/mentor help\n-->",
        "    /mentor help",
    ):
        assert asked(house, number, "regular", text)[1] == []
    house.world.user("some-app[bot]")
    assert asked(house, number, "some-app[bot]", "/mentor help")[1] == []


def test_without_a_configuration_there_is_silence(house: House) -> None:
    settled_in(house.world, "")
    number = issue(house)
    for text in ("/mentor help", "/mentor juggle", "/mentor", "/mentor away 2 weeks"):
        comment, said = asked(house, number, "regular", text)
        assert said == [] and comment.reactions == {}


def test_help_is_said_once_per_thread(house: House) -> None:
    program(house)
    first, second = issue(house), issue(house)
    comment, (said,) = asked(house, first, "newcomer", "/mentor help")
    assert "| `/mentor accept` · `/mentor later 3 weeks` · `/mentor decline` | whoever was invited |" in said
    assert comment.reactions == {"+1": [BOT]}
    again, said_again = asked(house, first, "regular", "@Lamplighter HELP")
    assert said_again == [said]
    assert again.reactions == {"+1": [BOT]}
    assert len(asked(house, second, "regular", "/mentor help")[1]) == 1


def test_ten_commands_in_one_comment_run_in_order(house: House) -> None:
    program(house)
    number = issue(house)
    lines = [f"/mentor capacity {n}" for n in range(1, 8)]
    lines += ["/mentor capacity -1", "/mentor capacity many", "/mentor juggle", "/mentor capacity 9"]
    comment, said = asked(house, number, "hubot", "\n".join(lines))
    juggle = "There is no `/mentor juggle`; `/mentor help` lists what there is."
    assert said == [f"@hubot: {NUMBER} {juggle} Only the first 10 commands of a text run."]
    assert comment.reactions == {"+1": [BOT]}
    assert capacity(house) == 7


def capacity(house: House, login: str = "hubot") -> int | None:
    person_id = house.world.user(login).id
    found = select(schema.mentors.c.capacity).where(schema.mentors.c.person_id == person_id)
    with house.context.ledger.read() as connection:
        return connection.execute(found).scalar()


def test_a_comment_edited_twenty_times_runs_nothing_twice(house: House) -> None:
    program(house)
    number = issue(house)
    comment, _ = asked(house, number, "hubot", "/mentor capacity 3")
    assert capacity(house) == 3
    asked(house, number, "hubot", "/mentor capacity 5")
    for n in range(20):
        text = "/mentor capacity 3\n" + "Thank you!\n" * (n % 2) + "/mentor help\n" * (n // 2)
        house.world.edit_comment(HOME, comment.id, "hubot", text)
        house.settle()
    assert capacity(house) == 5
    assert [said[:5] for said in sentences(house, number)] == ["Write"]
    house.world.edit_comment(HOME, comment.id, "hubot", "/mentor capacity 3\n/mentor capacity 4")
    house.settle()
    assert capacity(house) == 4


def test_edits_out_of_order_twice_and_before_the_text_itself(house: House) -> None:
    program(house)
    number = issue(house)
    house.world.faults.hold_deliveries = True
    comment = house.world.comment(HOME, number, "hubot", "/mentor win one")
    for what in ("two", "three", "two"):
        house.advance(timedelta(minutes=1))
        house.world.edit_comment(HOME, comment.id, "hubot", f"{comment.body}\n/mentor win {what}")
    created, first, second, third = [
        json.loads(one.body) for one in house.world.deliveries if one.event == "issue_comment"
    ]
    order = [(second, "three"), (created, "one"), (second, None), (first, "two"), (third, "two")]
    expected: list[str] = []
    for payload, new in [*order, (created, None), (third, None), (first, None)]:
        assert house.post("issue_comment", payload) == 202
        house.settle()
        expected += [new] if new else []
        assert wins(house) == expected
    assert comment.reactions == {"+1": [BOT]}
    assert sentences(house, number) == []


def wins(house: House) -> list[str]:
    with house.context.ledger.read() as connection:
        return list(connection.execute(select(schema.wins.c.text).order_by(schema.wins.c.id)).scalars())


def test_only_the_author_speaks_by_an_edit(house: House) -> None:
    program(house)
    number = issue(house, "hubot")
    comment = house.world.comment(HOME, number, "hubot", "Hello")
    house.world.edit_comment(HOME, comment.id, "monalisa", "Hello\n/mentor capacity 9")
    house.world.edit(HOME, number, "monalisa", body="It does.\n/mentor capacity 9")
    house.settle()
    assert capacity(house) is None
    house.world.edit_comment(HOME, comment.id, "hubot", "Hello!\n/mentor capacity 9")  # it was there before
    house.settle()
    assert capacity(house) is None
    house.world.edit(HOME, number, "hubot", body="It does.\n/mentor capacity 9\n/mentor capacity 8")
    house.settle()
    assert capacity(house) == 8
    assert house.world.thread(HOME, number).reactions == {"+1": [BOT]}
    pull = house.world.open_pull_request(HOME, "octocat", "Oil", "Oil it.", files=["dome.py"])
    house.world.edit(HOME, pull.number, "octocat", body="Oil it.\n/mentor capacity 6")
    house.settle()
    assert capacity(house, "octocat") == 6


def test_a_refusal_is_rewritten_when_its_text_is_edited(house: House) -> None:
    program(house)
    number = issue(house)
    comment, said = asked(house, number, "hubot", "/mentor capacity -1")
    assert said == [f"@hubot: {NUMBER}"]
    house.world.edit_comment(HOME, comment.id, "hubot", "/mentor juggle")
    house.settle()
    assert sentences(house, number) == [
        "@hubot: There is no `/mentor juggle`; `/mentor help` lists what there is."
    ]
    house.world.edit_comment(HOME, comment.id, "hubot", "/mentor capacity 1")
    house.settle()
    assert sentences(house, number) == ["**hubot**: it is done now, thank you."]
    assert capacity(house) == 1


ABOUT_THE_THREAD = ["claim", "release", "starter", "next", "me", "@octocat"]


@pytest.mark.parametrize("state", ["closed", "locked"])
def test_on_a_closed_or_locked_thread_nothing_about_it_is_done(house: House, state: str) -> None:
    program(house)
    number = issue(house)
    if state == "closed":
        house.world.close(HOME, number, "monalisa")
    else:
        house.world.collaborator(HOME, "hubot", "write")  # else they could not speak there
        house.world.lock_thread(HOME, number, "monalisa")
        house.world.faults.locked_refuses_apps = False
    lines = [f"/mentor {verb}" for verb in ABOUT_THE_THREAD]
    comment, (said,) = asked(house, number, "hubot", "\n".join([*lines, "/mentor capacity 4"]))
    shown = [verb.replace("octocat", "login") for verb in ABOUT_THE_THREAD]
    refused = [f"This issue is {state}, so `/mentor {verb}` changes nothing here." for verb in shown]
    assert said == f"@hubot: {' '.join(refused)}"
    assert comment.reactions == {"+1": [BOT]} and capacity(house) == 4


def test_where_github_refuses_our_words_on_a_locked_thread_nothing_is_parked(house: House) -> None:
    program(house)
    number = issue(house)
    house.world.collaborator(HOME, "hubot", "write")
    house.world.lock_thread(HOME, number, "monalisa")
    house.world.faults.locked_refuses_apps = True
    assert asked(house, number, "hubot", "/mentor juggle\n/mentor help\n/mentor capacity 4")[1] == []
    assert capacity(house) == 4
    assert house.parked() == [] and house.writes_waiting() == 0
