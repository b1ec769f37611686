"""Showcase: one issue at a cohort's end in which everybody shows what they like, and nobody has to."""

from jobs.rebuild import rebuild
from sandbox.world import Thread
from tests.journeys.house import BOT, House
from tests.journeys.losses import decided, lose
from tests.journeys.programs import FILE, HOME, configuration, settled_in

ON_BOTH = True
LATE = "      - {login: regular}\n"


def text(house: House, more: str = "") -> str:
    return configuration(house.world, extra="asks: [showcase]\ndigest: off") + more


def showcases(house: House) -> list[Thread]:
    return [one for one in house.world.issues(HOME) if one.author == BOT and "what we made" in one.title]


def begun(house: House) -> Thread:
    settled_in(house.world, text(house))
    house.settle()
    (issue,) = showcases(house)
    assert "| nobody yet | |" in (issue.body or "")
    return issue


def says(house: House, issue: Thread, login: str, words: str) -> str:
    """The answer; nothing where it was carried out."""
    before = len(house.said(HOME, issue.number))
    house.world.comment(HOME, issue.number, login, words)
    house.settle()
    return "\n".join(house.said(HOME, issue.number)[before:])


def rows(house: House, issue: Thread) -> list[str]:
    body = house.world.thread(HOME, issue.number).body or ""
    return [line for line in body.splitlines() if line.startswith("| ")][1:]


def test_what_people_share_is_in_one_table(house: House) -> None:
    issue = begun(house)
    assert issue.title == "Session 4: what we made"
    assert says(house, issue, "octocat", "/mentor share My talk @hubot https://example.org/talk") == ""
    assert says(house, issue, "hubot", "/mentor share A post") == ""
    assert says(house, issue, "monalisa", "/mentor share The program") == ""
    assert says(house, issue, "hubot", "/mentor share https://example.org/post") == ""
    assert rows(house, issue) == [
        "| **octocat** | My talk @\u200bhubot <https://example.org/talk> |",
        "| **monalisa** | The program |",
        "| **hubot** | <https://example.org/post> |",
    ]
    assert says(house, issue, "monalisa", "/mentor share nothing") == ""
    assert len(rows(house, issue)) == 2
    assert house.said(HOME, issue.number) == []


def test_what_cannot_be_shared(house: House) -> None:
    issue = begun(house)
    assert "what you would like to share" in says(house, issue, "octocat", "/mentor share")
    assert "at most 300 characters" in says(house, issue, "hubot", f"/mentor share {'a' * 10_000}")
    assert "the people of the program" in says(house, issue, "newcomer", "/mentor share Me")
    elsewhere = house.world.open_issue(HOME, "octocat", "Hello")
    assert "works in the issue" in says(house, elsewhere, "octocat", "/mentor share My talk")
    assert rows(house, issue) == ["| nobody yet | |"]


def test_without_such_an_ask_there_is_none(house: House) -> None:
    settled_in(house.world, configuration(house.world, extra="asks: [event, next_program]"))
    house.settle()
    assert showcases(house) == []


def test_who_asks_to_be_forgotten_is_taken_out(house: House) -> None:
    issue = begun(house)
    says(house, issue, "octocat", "/mentor share My talk")
    says(house, issue, "hubot", "/mentor share With octocat")
    house.world.comment(HOME, issue.number, "octocat", "/mentor forget me")
    house.settle()
    assert rows(house, issue) == ["| **hubot** | With ghost |"]


def test_whoever_was_forgotten_before_is_not_named_by_others(house: House) -> None:
    house.world.user("name_corp")  # an enterprise's managed user
    issue = begun(house)
    for login in ("octocat", "name_corp"):
        house.world.comment(HOME, issue.number, login, "/mentor forget me")
    house.settle()
    says(house, issue, "hubot", "/mentor share With @octocat and Name_Corp")
    assert rows(house, issue) == ["| **hubot** | With ghost and ghost |"]


def test_a_lost_database_has_it_back_and_opens_no_second_one(house: House) -> None:
    issue = begun(house)
    says(house, issue, "octocat", "/mentor share My talk")
    says(house, issue, "hubot", "/mentor share A post\n/mentor share nothing")
    before = decided(house)["shares"]
    lose(house)
    house.world.push(HOME, "monalisa", {FILE: text(house, LATE)})  # one more is asked, in the next round
    house.settle()
    assert [one.number for one in showcases(house)] == [issue.number]
    assert decided(house)["shares"] == before
    lose(house)
    assert rebuild(house.context, HOME, dry_run=False).problems == ()
    assert decided(house)["shares"] == before
    says(house, issue, "graduate-three", "/mentor share Mine")
    assert rows(house, issue) == ["| **octocat** | My talk |", "| **graduate-three** | Mine |"]
