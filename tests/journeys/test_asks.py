"""Asks: what else graduates are asked, in the invitation; a word answers it, and a no is a no."""

from datetime import timedelta

from sqlalchemy import select

from adapters.ledger import schema
from sandbox.world import Thread
from tests.journeys.house import BOT, House
from tests.journeys.programs import HOME, configuration, settled_in

ON_BOTH = True
ASKS = 'asks: [event, next_program, {ask: showcase, text: "Show it", by: 2030-12-11}]'


def invited(house: House, extra: str = ASKS) -> Thread:
    settled_in(house.world, configuration(house.world, extra=extra))
    house.settle()
    (issue,) = (one for one in house.world.issues(HOME) if "light the lamp" in one.title)
    return issue


def says(house: House, issue: Thread, login: str, text: str) -> str:
    """What the App answered; nothing with a thumb alone."""
    before = len(house.said(HOME, issue.number))
    house.world.comment(HOME, issue.number, login, text)
    house.settle()
    return "\n".join(house.said(HOME, issue.number)[before:])


def body(house: House, issue: Thread) -> str:
    return house.world.thread(HOME, issue.number).body or ""


def answers(house: House, login: str) -> dict[str, str | None]:
    asks = schema.asks.c
    with house.context.ledger.read() as connection:
        wanted = select(asks.ask, asks.answer).where(asks.person_id == house.world.user(login).id)
        return {row.ask: row.answer for row in connection.execute(wanted)}


def test_each_graduate_is_asked_once_and_a_word_answers(house: House) -> None:
    issue = invited(house)
    invitations = house.said(HOME, issue.number)
    assert len(invitations) == 3
    assert all("`/mentor yes showcase` or `/mentor no showcase`" in one for one in invitations)
    assert says(house, issue, "octocat", "/mentor yes showcase and event") == ""
    assert says(house, issue, "hubot", "/mentor no event\n/mentor yes next program!") == ""
    assert "- Would organize an event: **octocat**\n" in body(house, issue)
    assert "- Would mentor in the next program: **hubot**\n" in body(house, issue)
    assert answers(house, "octocat") == {"event": "yes", "next_program": None, "showcase": "yes"}
    assert answers(house, "hubot") == {"event": "no", "next_program": "yes", "showcase": None}
    assert says(house, issue, "octocat", "/mentor no event") == ""
    assert "organize an event" not in body(house, issue)


def test_a_decline_ends_everything(house: House) -> None:
    issue = invited(house)
    says(house, issue, "octocat", "/mentor yes event")
    assert says(house, issue, "octocat", "/mentor decline") == ""
    assert set(answers(house, "octocat").values()) == {"no"}
    assert "**octocat**" not in body(house, issue).partition("Asked:")[0]
    house.advance(timedelta(days=20))
    house.settle()
    assert not [one for one in house.said(HOME, issue.number)[3:] if "octocat" in one]


def test_who_was_not_asked_and_what_nobody_asks(house: House) -> None:
    issue = invited(house, "asks: [showcase]")
    assert "There is no invitation for you" in says(house, issue, "newcomer", "/mentor yes showcase")
    assert "Nobody is asked that in this program" in says(house, issue, "octocat", "/mentor yes event")
    assert "Please say what you mean" in says(house, issue, "octocat", "/mentor no")
    assert answers(house, "octocat") == {"showcase": None}


def test_without_the_key_nothing_more_is_asked(house: House) -> None:
    issue = invited(house, "")
    assert not any("/mentor yes" in one for one in house.said(HOME, issue.number))


def test_what_is_over_is_not_asked(house: House) -> None:
    yesterday = house.world.now().date() - timedelta(days=1)
    issue = invited(house, f"asks: [{{ask: showcase, by: {yesterday}}}, write]")
    assert all("showcase" not in one and "yes write" in one for one in house.said(HOME, issue.number))
    assert answers(house, "octocat") == {"write": None}


def two_cohorts(house: House, second: str) -> str:
    """Two that run at the same time and end on the same day; octocat is in both."""
    text = configuration(house.world, extra="asks: [showcase]", members="      - {login: octocat}\n")
    return text + text.partition("cohorts:\n")[2].replace("Session 4", second) + "      - {login: hubot}\n"


def test_who_is_in_two_cohorts_at_once_is_asked_once(house: House) -> None:
    settled_in(house.world, two_cohorts(house, "Session 5"))
    house.settle()
    issues = [one for one in house.world.issues(HOME) if "light the lamp" in one.title]
    asked = [c.body.splitlines()[0] for issue in issues for c in issue.comments if c.author == BOT]
    assert sorted(asked) == ["Hello @hubot,", "Hello @octocat,"]
    assert answers(house, "octocat") == answers(house, "hubot") == {"showcase": None}
    house.advance(timedelta(days=15))
    house.settle()
    issues = [house.world.thread(HOME, issue.number) for issue in issues]
    assert sum("@octocat" in c.body for issue in issues for c in issue.comments) == 2  # with the reminder


def test_a_cohort_without_members_opens_nothing(house: House) -> None:
    text = configuration(house.world, extra="asks: [showcase]", members="").replace("    members:\n", "")
    settled_in(house.world, text)
    house.settle()
    house.advance(timedelta(days=15))
    house.settle()
    assert [one for one in house.world.issues(HOME) if "light the lamp" in one.title] == []


TEAMS = """\
      - {login: octocat, team: Saturn}
    teams:
      Saturn: {navigator: regular, captain: newcomer}
      Mars: {captain: monalisa}
"""


def test_the_issue_names_who_looks_after_the_team_until_they_are_forgotten(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=TEAMS))
    house.settle()
    (issue,) = (one for one in house.world.issues(HOME) if "light the lamp" in one.title)
    assert "- Saturn: **regular** is its navigator, **newcomer** its captain.\n" in body(house, issue)
    assert "monalisa" not in body(house, issue)
    settled_in(house.world, "program: Another\n", repo="djangonaut-space/another", install=False)
    house.world.add_repositories(next(iter(house.world.installations)), ["djangonaut-space/another"])
    house.settle()
    elsewhere = house.world.open_issue("djangonaut-space/another", "regular", "Hello", "/mentor forget me")
    house.settle()
    assert elsewhere.reactions == {"+1": [BOT]}
    assert "- Saturn: **newcomer** is its captain.\n" in body(house, issue)
    assert "regular" not in body(house, issue)


def test_answers_come_back_with_a_lost_database(house: House) -> None:
    """The issue is found again; nobody is asked anew, and the last word counts."""
    issue = invited(house)
    says(house, issue, "octocat", "/mentor yes showcase")
    says(house, issue, "hubot", "/mentor yes event\n/mentor no event")
    with house.context.ledger.write() as connection:
        for table in (schema.asks, schema.invitations, schema.cohorts, schema.outbox, schema.programs):
            connection.execute(table.delete())
    house.world.push(HOME, "monalisa", {"README.md": "# anew\n", **_file(house)})
    house.settle()
    assert len(house.said(HOME, issue.number)) == 3
    assert answers(house, "octocat") == {"showcase": "yes"}
    assert answers(house, "hubot") == {"event": "no"}


def _file(house: House) -> dict[str, str]:
    return {".github/lamplighter.yml": configuration(house.world, extra=f"{ASKS}\nclaims: 2")}
