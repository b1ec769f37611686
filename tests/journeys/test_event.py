"""Events: who said yes to it opens one, people take roles, and what came of it is told in the digest and the report."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.ledger import schema
from jobs.rebuild import rebuild
from sandbox.world import Thread
from tests.journeys.house import BOT, House
from tests.journeys.losses import decided, lose
from tests.journeys.programs import HOME, OWNER, configuration, invitations, settled_in

ON_BOTH = True
DAYS = 10  # from now to the event


def begun(house: House, asks: str = "event") -> Thread:
    """A program of which octocat would organize an event; a thread to talk in."""
    settled_in(house.world, configuration(house.world, extra=f"asks: [{asks}]\ndigest: off"))
    house.settle()
    (invited,) = invitations(house.world)
    if asks == "event":
        assert says(house, invited.number, "octocat", "/mentor yes event") == ""
    return invited


def says(house: House, number: int, login: str, words: str, repo: str = HOME) -> str:
    """The answer; nothing where it was carried out."""
    before = set(house.said(repo, number))
    house.world.comment(repo, number, login, words)
    house.settle()
    return "\n".join(one for one in house.said(repo, number) if one not in before)


def day(house: House, days: int = DAYS) -> str:
    return f"{house.world.now() + timedelta(days=days):%-d %B}"


def events(house: House) -> list[Thread]:
    return [one for one in house.world.issues(HOME) if one.author == BOT and one.title.startswith("Event: ")]


def opened(house: House) -> Thread:
    thread = begun(house)
    assert says(house, thread.number, "octocat", f"/mentor event {day(house)}: Bug day") == ""
    (issue,) = events(house)
    return issue


def body(house: House, issue: Thread) -> str:
    return house.world.thread(HOME, issue.number).body or ""


def test_an_event_from_the_day_to_its_result(house: House) -> None:
    issue = opened(house)
    assert issue.title == "Event: Bug day"
    assert day(house) in body(house, issue) and "Opened by **octocat**." in body(house, issue)
    assert "@" not in body(house, issue)
    assert says(house, issue.number, "octocat", "/mentor role host") == ""
    assert says(house, issue.number, "hubot", "/mentor role mentor\n/mentor done place") == ""
    assert says(house, issue.number, "monalisa", "/mentor role mentors") == ""
    assert "already" in says(house, issue.number, "hubot", "/mentor role host")
    assert "| **hubot** and **monalisa** |" in body(house, issue)
    assert "- ☑ `place`" in body(house, issue) and "- ☐ `issues`" in body(house, issue)
    assert "still to come" in says(house, issue.number, "octocat", "/mentor result 12 came")

    assert says(house, issue.number, "monalisa", "/mentor role no mentor") == ""
    house.advance(timedelta(days=DAYS - 2))
    house.settle()
    (reminder,) = (one for one in house.said(HOME, issue.number) if "only reminder" in one)
    assert reminder.startswith("@hubot, @octocat: “Bug day” is on")
    assert "monalisa" not in reminder and "`place`" not in reminder
    house.advance(timedelta(days=4))
    house.settle()
    (question,) = (one for one in house.said(HOME, issue.number) if "how was" in one)
    assert question.startswith("@octocat, how was “Bug day”?")
    told = "/mentor result 12 came, 3 first pull requests, https://example.org/notes"
    assert says(house, issue.number, "octocat", told) == ""
    assert "12 people came. 3 of their pull requests were first ones." in body(house, issue)
    assert "<https://example.org/notes>" in body(house, issue)
    count = len(house.said(HOME, issue.number))
    house.advance(timedelta(days=20))
    house.settle()
    assert len(house.said(HOME, issue.number)) == count


def test_the_digest_and_the_report_tell_of_it(house: House) -> None:
    text = configuration(house.world, extra="asks: [event]").replace("report: false", "report: true")
    settled_in(house.world, text.replace("    starts:", "    kind: hackathon\n    starts:"))
    house.settle()
    (thread,) = invitations(house.world)
    says(house, thread.number, "octocat", "/mentor yes event")
    assert says(house, thread.number, "octocat", f"/mentor event {day(house)}: Bug day") == ""
    (issue,) = events(house)
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = labelled(house, "digest")
    assert f"issues/{issue.number}) is on" in (digest.body or "")
    house.advance(timedelta(days=4))
    house.settle()
    assert says(house, issue.number, "octocat", "/mentor result 12 came, 3 first pull requests") == ""
    house.advance(timedelta(days=7))
    house.settle()
    (digest, *_) = (one for one in labelled(house, "digest") if one.state == "open")
    assert "12 people came. 3 first pull requests." in (digest.body or "")
    house.advance(timedelta(days=30))
    house.settle()
    report = labelled(house, "report")[-1]
    assert "| Bug day | 12 | 3 |" in (report.body or "")


def labelled(house: House, label: str) -> list[Thread]:
    return [one for one in house.world.issues(HOME) if label in one.labels]


def test_moving_it_and_calling_it_off(house: House) -> None:
    issue = opened(house)
    assert says(house, issue.number, "octocat", "/mentor role host") == ""
    assert "moved and called off by whoever" in says(house, issue.number, "hubot", "/mentor event cancel")
    assert "a day alone moves" in says(
        house, issue.number, "octocat", f"/mentor event {day(house, 20)}: Other"
    )
    assert says(house, issue.number, "octocat", f"/mentor event {day(house, 20)}") == ""
    assert day(house, 20) in body(house, issue)
    house.advance(timedelta(days=12))
    house.settle()
    assert not [one for one in house.said(HOME, issue.number) if "only reminder" in one]
    assert says(house, issue.number, "monalisa", "/mentor event cancel") == ""
    shown = house.world.thread(HOME, issue.number)
    assert shown.state == "closed" and "does not take place" in (shown.body or "")
    assert "was called off" in says(house, issue.number, "octocat", "/mentor role notes")
    house.advance(timedelta(days=30))
    house.settle()
    assert not [one for one in house.said(HOME, issue.number) if "reminder" in one or "how was" in one]


def test_a_closed_issue_is_told_nothing(house: House) -> None:
    issue = opened(house)
    says(house, issue.number, "octocat", "/mentor role host")
    house.world.close(HOME, issue.number, "monalisa")
    house.advance(timedelta(days=DAYS + 3))
    house.settle()
    assert house.said(HOME, issue.number) == []


BAD = [
    ("", "Please begin with the day"),
    ("Bug day", "Please begin with the day"),
    ("2020-01-24: Bug day", "over already"),
    ("next Saturday", "what it is"),
    ("next Saturday: <!-- -->\u202e", "what it is"),
    (f"next Saturday: {'a' * 10_000}", "at most 100 characters"),
    ("cancel", "in its own issue"),
]


@pytest.mark.parametrize(("words", "why"), BAD)
def test_what_is_no_event(house: House, words: str, why: str) -> None:
    thread = begun(house)
    assert why in says(house, thread.number, "octocat", f"/mentor event {words}")
    assert events(house) == []


def test_who_may_and_how_many(house: House) -> None:
    thread = begun(house)
    when = day(house)
    for login in ("hubot", "newcomer"):
        assert "opened by the organizers" in says(house, thread.number, login, f"/mentor event {when}: Mine")
    assert says(house, thread.number, "octocat", f"/mentor event {when}: Bug day") == ""
    (issue,) = events(house)
    again = says(house, thread.number, "octocat", f"/mentor event {when}: Another")
    assert f"issue {issue.number} of the program's home" in again
    assert says(house, thread.number, "monalisa", f"/mentor event {when}: Sprint") == ""
    assert "for the people of the program" in says(house, issue.number, "newcomer", "/mentor role host")
    assert "works in the issue of an event" in says(house, thread.number, "octocat", "/mentor role host")
    assert len(events(house)) == 2


def test_a_program_that_asks_for_none(house: House) -> None:
    thread = begun(house, "showcase")
    assert "asks nobody" in says(house, thread.number, "monalisa", f"/mentor event {day(house)}: Bug day")


def test_an_edit_and_a_second_delivery_open_no_second_one(house: House) -> None:
    thread = begun(house)
    comment = house.world.comment(HOME, thread.number, "monalisa", f"/mentor event {day(house)}: Bug day")
    house.settle()
    for one in list(house.world.deliveries):
        house.world.redeliver(one.id)
    house.settle()
    assert len(events(house)) == 1
    house.world.edit_comment(HOME, comment.id, "monalisa", f"/mentor event {day(house, 12)}: Bug day")
    house.settle()
    assert len(events(house)) == 1
    assert any("has opened an event already" in one for one in house.said(HOME, thread.number))


def test_hostile_words_stay_words(house: House) -> None:
    thread = begun(house)
    title = "<img src=x> @hubot #1 [x](https://a.b) | `"
    assert says(house, thread.number, "octocat", f"/mentor event {day(house)}: {title}") == ""
    (issue,) = events(house)
    assert "@hubot" not in issue.title + body(house, issue) and "#1" not in issue.title + body(house, issue)
    assert "<img" not in body(house, issue).replace("\\<img", "")
    house.advance(timedelta(days=DAYS + 1))
    assert says(house, issue.number, "octocat", "/mentor result 3 came </details> @hubot #1 ## x") == ""
    assert "@hubot" not in body(house, issue)


def test_from_a_private_repository_nothing_gets_into_a_public_one(house: House) -> None:
    begun(house)
    secret = f"{OWNER}/secret"
    house.world.repository(secret, private=True, files={".github/lamplighter.yml": f"_extends: {HOME}\n"})
    house.world.add_repositories(next(iter(house.world.installations)), [secret])
    house.settle()
    thread = house.world.open_issue(secret, "octocat", "Hello")
    answer = says(house, thread.number, "octocat", f"/mentor event {day(house)}: Secret", secret)
    assert "This repository is private" in answer
    assert events(house) == []


def test_who_asks_to_be_forgotten_is_taken_out(house: House) -> None:
    issue = opened(house)
    says(house, issue.number, "octocat", "/mentor role host")
    says(house, issue.number, "hubot", "/mentor role notes")
    house.advance(timedelta(days=DAYS - 2))
    house.settle()
    assert any("only reminder" in one for one in house.said(HOME, issue.number))
    says(house, issue.number, "octocat", "/mentor forget me")
    assert "octocat" not in body(house, issue) and "**hubot**" in body(house, issue)
    assert not any("octocat" in one for one in house.said(HOME, issue.number))
    house.advance(timedelta(days=4))
    house.settle()
    assert [one.startswith("@hubot, how was") for one in house.said(HOME, issue.number)] == [True]


@pytest.mark.parametrize("no", ["/mentor no event", "/mentor decline"])
def test_a_no_takes_somebody_out(house: House, no: str) -> None:
    issue = opened(house)
    says(house, issue.number, "octocat", "/mentor role host")
    assert says(house, issue.number, "octocat", no) == ""
    assert "octocat" not in body(house, issue)
    house.advance(timedelta(days=DAYS + 3))
    house.settle()
    assert not any("octocat" in one for one in house.said(HOME, issue.number))


@pytest.mark.parametrize("no", ["/mentor no event", "/mentor decline"])
def test_a_no_takes_back_what_was_said_to_somebody(house: House, no: str) -> None:
    issue = opened(house)
    says(house, issue.number, "octocat", "/mentor role host")
    house.advance(timedelta(days=DAYS - 2))
    house.settle()
    assert "only reminder" in house.said(HOME, issue.number)[-1]
    says(house, issue.number, "octocat", no)
    assert not any("octocat" in one for one in house.said(HOME, issue.number))


def test_a_reminder_says_the_day_to_which_its_event_was_moved(house: House) -> None:
    issue = opened(house)
    says(house, issue.number, "octocat", "/mentor role host")
    house.advance(timedelta(days=DAYS - 2))
    house.settle()
    later = day(house, DAYS)
    assert later not in house.said(HOME, issue.number)[-1]
    says(house, issue.number, "octocat", f"/mentor event {later}")
    (reminder,) = house.said(HOME, issue.number)
    assert "only reminder" in reminder and f"{later}**" in reminder
    says(house, issue.number, "octocat", "/mentor event cancel")
    assert house.said(HOME, issue.number) == []


def test_the_title_of_an_event_is_without_whoever_asks_to_be_forgotten(house: House) -> None:
    thread = begun(house)
    says(house, thread.number, "octocat", f"/mentor event {day(house)}: Bug day with hubot")
    (issue,) = events(house)
    assert "hubot" in issue.title
    says(house, issue.number, "hubot", "/mentor forget me")
    assert "hubot" not in house.world.thread(HOME, issue.number).title
    assert "Bug day with" in house.world.thread(HOME, issue.number).title


def test_without_the_app_nothing_is_said(house: House) -> None:
    issue = opened(house)
    says(house, issue.number, "octocat", "/mentor role host")
    house.world.uninstall(next(iter(house.world.installations)))
    house.settle()
    house.advance(timedelta(days=DAYS + 3))
    house.settle()
    assert house.said(HOME, issue.number) == []
    with house.context.ledger.read() as connection:
        assert connection.execute(select(schema.events)).all() == []
        assert connection.execute(select(schema.event_roles)).all() == []


def test_a_lost_database_has_it_back(house: House) -> None:
    issue = opened(house)
    says(house, issue.number, "octocat", "/mentor role host\n/mentor done place")
    says(house, issue.number, "hubot", "/mentor role mentor\n/mentor role none")
    before = decided(house)
    lose(house)
    assert rebuild(house.context, HOME, dry_run=False).problems == ()
    after = decided(house)
    assert after["events"] == before["events"] and after["event_roles"] == before["event_roles"]
    house.advance(timedelta(days=DAYS - 2))
    house.settle()
    assert [one.number for one in events(house)] == [issue.number]
    assert sum("only reminder" in one for one in house.said(HOME, issue.number)) == 1
