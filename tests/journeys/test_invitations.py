"""Invitations: each graduate is asked once, personally, and answers in one word."""

from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.world import Thread
from tests.journeys.house import BOT, House, open_house
from tests.journeys.programs import FILE, HOME, OWNER, configuration, settled_in


def invitation_issues(house: House, repo: str = HOME) -> list[Thread]:
    return [issue for issue in house.world.issues(repo) if issue.author == BOT and "Session" in issue.title]


def asked(house: House) -> list[str]:
    """The opening lines of the invitations, in order."""
    comments = [c for issue in invitation_issues(house) for c in issue.comments if c.author == BOT]
    return [comment.body.splitlines()[0] for comment in comments]


def test_each_graduate_is_asked_once_within_a_minute_of_the_cohorts_end(house: House) -> None:
    text = configuration(house.world, ended_days_ago=0)
    settled_in(house.world, text)
    house.settle()
    assert invitation_issues(house) == []
    house.advance(timedelta(days=1))
    house.settle()
    (issue,) = invitation_issues(house)
    assert "Session 4" in issue.title
    assert asked(house) == ["Hello @octocat,", "Hello @hubot,", "Hello @graduate-three,"]
    house.advance(timedelta(days=2))
    house.settle()
    assert len(asked(house)) == 3


def test_their_merged_pull_requests_are_the_reason(house: House) -> None:
    settled_in(house.world, install=False)
    pull = house.world.open_pull_request(HOME, "octocat", "A lens", files=["lens.py"])
    house.world.close(HOME, pull.number, "monalisa", merged=True)
    house.world.install(OWNER, [HOME])
    house.settle()
    (issue,) = invitation_issues(house)
    octocat, hubot, _ = (c.body for c in issue.comments)
    assert f"[{HOME} {pull.number}]" in octocat
    assert "about 30 minutes" in octocat
    assert f"{house.world.base_url}/{HOME}/issues/new?body=" in octocat
    assert "labels=" not in octocat
    assert "your pull request" not in hubot


def test_accept_later_and_decline(house: House) -> None:
    settled_in(house.world)
    house.settle()
    (issue,) = invitation_issues(house)
    for login, words in {
        "octocat": "Gladly!\n\n/mentor accept",
        "hubot": "/MENTOR later 2 weeks",
        "graduate-three": "@lamplighter decline",
    }.items():
        house.world.comment(HOME, issue.number, login, words)
    house.settle()
    thread = house.world.thread(HOME, issue.number)
    answers = [c for c in thread.comments if c.author != BOT]
    assert [c.reactions for c in answers] == [{"+1": [BOT]}] * 3
    assert "| **octocat** | 0/2 |" in thread.body
    assert "1 later. 1 not this time." in thread.body
    house.advance(timedelta(weeks=2))
    house.settle()
    reminders = [body for body in house.said(HOME, issue.number) if "one reminder" in body]
    assert [body.split(",")[0] for body in reminders] == ["@hubot"]


def test_silence_is_followed_by_one_reminder_and_no_more(house: House) -> None:
    settled_in(house.world, configuration(house.world, members="      - {login: octocat}\n"))
    house.settle()
    (issue,) = invitation_issues(house)
    for _ in range(4):
        house.advance(timedelta(days=14))
        house.settle()
    assert len(house.said(HOME, issue.number)) == 2


def test_only_who_was_invited_can_answer(house: House) -> None:
    settled_in(house.world)
    house.settle()
    (issue,) = invitation_issues(house)
    house.world.comment(HOME, issue.number, "newcomer", "/mentor accept")
    house.settle()
    assert "There is no invitation for you here" in house.said(HOME, issue.number)[-1]


def test_commands_in_code_and_quotes_are_not_commands(house: House) -> None:
    settled_in(house.world)
    house.settle()
    (issue,) = invitation_issues(house)
    before = len(house.world.writes())
    house.world.comment(HOME, issue.number, "octocat", "> /mentor accept\n\n```\n/mentor decline\n```\n")
    house.settle()
    assert len(house.world.writes()) == before


def test_more_than_ten_graduates_are_asked_in_several_issues(house: House) -> None:
    members = "".join(
        f"      - {{login: graduate-{n}, team: {'Mars' if n % 2 else 'Venus'}}}\n" for n in range(12)
    )
    for n in range(12):
        house.world.user(f"graduate-{n}")
    settled_in(house.world, configuration(house.world, members=members))
    house.settle()
    assert sorted(issue.title.split(":")[0] for issue in invitation_issues(house)) == [
        "Session 4 · Mars",
        "Session 4 · Venus",
    ]
    assert len(asked(house)) == 12


def test_old_cohorts_and_declined_members_are_left_in_peace(house: House) -> None:
    members = "      - {login: octocat, mentoring: declined}\n"
    settled_in(house.world, configuration(house.world, members=members))
    old = configuration(house.world, ended_days_ago=61).replace("Djangonaut Space", "Another")
    settled_in(house.world, old, repo=f"{OWNER}/old")
    house.settle()
    assert invitation_issues(house) == []
    assert invitation_issues(house, f"{OWNER}/old") == []


def test_nobody_is_asked_where_the_app_is_not_at_home(house: House) -> None:
    settled_in(house.world, install=False)
    settled_in(house.world, f"_extends: {HOME}\n", repo=f"{OWNER}/code", install=False)
    house.world.install(OWNER, [f"{OWNER}/code"])
    house.settle()
    assert invitation_issues(house) == []
    (check,) = house.world.check_runs(f"{OWNER}/code")
    assert "not installed on the program's home" in check.output["title"]


def test_a_fresh_database_asks_nobody_again(house: House, tmp_path: Path, redis_url: str) -> None:
    settled_in(house.world)
    house.settle()
    (issue,) = invitation_issues(house)
    house.world.comment(HOME, issue.number, "octocat", "/mentor accept")
    house.settle()
    before = len(house.world.thread(HOME, issue.number).comments)
    with open_house(tmp_path / "fresh", redis_url, world=house.world) as fresh:
        house.world.push(HOME, "monalisa", {FILE: configuration(house.world, extra="mentor_noun: guide")})
        fresh.settle()
        assert len(invitation_issues(fresh)) == 1
        assert len(house.world.thread(HOME, issue.number).comments) == before


@pytest.mark.parametrize("said", ["/mentor later yesterday", "/mentor later 3 fortnights"])
def test_a_duration_nobody_understands_is_refused_in_a_sentence(house: House, said: str) -> None:
    settled_in(house.world)
    house.settle()
    (issue,) = invitation_issues(house)
    house.world.comment(HOME, issue.number, "octocat", said)
    house.settle()
    assert "as in `/mentor later 3 weeks`" in house.said(HOME, issue.number)[-1]
