"""Invitations: each graduate is asked once, personally, and answers in one word."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.ledger import invitations as ledger
from adapters.ledger import programs, schema
from sandbox.world import Thread
from tests.journeys.house import BOT, House, open_house
from tests.journeys.programs import FILE, HOME, MEMBERS, OWNER, configuration, settled_in


def invitation_issues(house: House, repo: str = HOME) -> list[Thread]:
    ours = (issue for issue in house.world.issues(repo) if issue.author == BOT and "Session" in issue.title)
    return [issue for issue in ours if "report" not in issue.labels]  # a report of a cohort has its name, too


def asked(house: House) -> list[str]:
    """The opening lines of the invitations, in order."""
    comments = [c for issue in invitation_issues(house) for c in issue.comments if c.author == BOT]
    return [comment.body.splitlines()[0] for comment in comments]


def reminded(house: House, issue: Thread) -> list[str]:
    """Who was reminded, in order."""
    said = [body for body in house.said(HOME, issue.number) if "The comment to you above" in body]
    return [body.split(",")[0] for body in said]


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
    for login in ("octocat", "graduate-three"):  # both have said something, the first one takes it back
        house.world.comment(HOME, issue.number, login, "/mentor decline\n\n/mentor away 2 weeks")
    house.settle()
    said = house.said(HOME, issue.number)[-2:]
    assert all(
        "is for mentors of this program, and you are not a mentor at the moment." in one for one in said
    )
    house.advance(timedelta(weeks=2))
    house.settle()
    assert reminded(house, issue) == ["@hubot"]


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
    assert f"not installed on {HOME}, where the cohorts are kept" in check.annotations[0]["message"]


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


@pytest.mark.parametrize("said", ["/mentor later yesterday", "/mentor later 3 blue moons"])
def test_a_duration_nobody_understands_is_refused_in_a_sentence(house: House, said: str) -> None:
    settled_in(house.world)
    house.settle()
    (issue,) = invitation_issues(house)
    house.world.comment(HOME, issue.number, "octocat", said)
    house.settle()
    assert "as in `/mentor later 3 weeks`" in house.said(HOME, issue.number)[-1]


def test_every_later_is_followed_once(house: House) -> None:
    settled_in(house.world, configuration(house.world, members="      - {login: octocat}\n"))
    house.settle()
    (issue,) = invitation_issues(house)
    house.advance(timedelta(days=15))
    house.settle()
    assert reminded(house, issue) == ["@octocat"]
    for count in (2, 3):
        house.world.comment(HOME, issue.number, "octocat", "/mentor later 3 weeks")
        house.settle()
        house.advance(timedelta(weeks=3))
        house.settle()
        assert reminded(house, issue) == ["@octocat"] * count
    assert "you asked us to come back to you now" in house.said(HOME, issue.number)[-1]
    house.advance(timedelta(weeks=9))
    house.settle()
    assert reminded(house, issue) == ["@octocat"] * 3


def test_later_is_taken_from_those_who_had_said_yes_too(house: House) -> None:
    settled_in(house.world, configuration(house.world, members="      - {login: hubot, mentoring: agreed}\n"))
    house.settle()
    (issue,) = invitation_issues(house)
    house.world.comment(HOME, issue.number, "hubot", "/mentor later 3 weeks")
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "hubot" not in "".join(house.said(HOME, pull.number))
    house.world.comment(HOME, issue.number, "hubot", "/mentor accept")
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer-two", "Shine", files=["lens.py"])
    house.settle()
    assert "hubot" in "".join(house.said(HOME, pull.number))


def test_starter_issues_in_private_are_counted_in_the_table_and_not_linked(house: House) -> None:
    secret = f"{OWNER}/secret"
    members = "      - {login: octocat}\n"
    settled_in(house.world, configuration(house.world, members=members), install=False)
    settled_in(house.world, f"_extends: {HOME}\n", repo=secret, private=True, install=False)
    house.world.install(OWNER, [HOME, secret])
    house.settle()
    (issue,) = invitation_issues(house)
    house.world.open_issue(secret, "octocat", "Dust the lens", "/mentor starter")
    house.settle()
    body = house.world.thread(HOME, issue.number).body
    assert "| **octocat** | 1/2 |  |" in body.replace("1/2 | |", "1/2 |  |")
    assert "secret" not in body


def test_what_is_no_longer_in_the_roster_does_not_keep_the_clock_busy(house: House) -> None:
    settled_in(house.world)
    house.settle()
    text = configuration(house.world, members="      - {login: octocat}\n")
    house.world.push(HOME, "monalisa", {FILE: text})
    house.settle()
    house.advance(timedelta(days=15))
    house.settle()
    with house.context.ledger.read() as connection:
        assert ledger.to_remind(connection, house.context.now()) == []


def test_a_cohort_that_is_gone_does_not_keep_the_clock_busy(house: House) -> None:
    text = configuration(house.world, ended_days_ago=0)
    settled_in(house.world, text)
    house.settle()
    house.world.push(HOME, "monalisa", {FILE: text.replace("Session 4", "Session 5")})
    house.advance(timedelta(days=1))
    house.settle()
    assert [issue.title.split(":")[0] for issue in invitation_issues(house)] == ["Session 5"]
    with house.context.ledger.read() as connection:
        assert programs.cohorts_due(connection, house.context.now()) == []


def test_a_fresh_database_knows_the_answers_again(house: House, tmp_path: Path, redis_url: str) -> None:
    settled_in(house.world)
    house.settle()
    (issue,) = invitation_issues(house)
    house.world.comment(HOME, issue.number, "octocat", "/mentor decline\n\nNo: /mentor accept is next.")
    house.world.comment(HOME, issue.number, "octocat", "/mentor accept")
    house.world.comment(HOME, issue.number, "hubot", "/mentor later 3 weeks")
    house.world.comment(HOME, issue.number, "graduate-three", "/mentor decline")
    house.settle()
    with open_house(tmp_path / "fresh", redis_url, world=house.world) as fresh:
        house.world.push(HOME, "monalisa", {FILE: configuration(house.world, extra="mentor_noun: guide")})
        fresh.settle()
        with fresh.context.ledger.read() as connection:
            (program,) = connection.execute(select(schema.programs.c.id)).scalars()
            states = {row.person_id: row.state for row in ledger.of_program(connection, program)}
            said = {one: row.said for one, row in programs.statements(connection, program).items()}
        ids = [house.world.user(login).id for login in ("octocat", "hubot", "graduate-three")]
        assert [states[one] for one in ids] == ["accepted", "later", "declined"]
        assert [said[one] for one in ids] == ["yes", "later", "no"]
        pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
        fresh.settle()
        assert "octocat" in "".join(fresh.said(HOME, pull.number))
        fresh.advance(timedelta(weeks=3))
        fresh.settle()
        assert reminded(fresh, issue) == ["@hubot"]


def test_a_fresh_database_asks_nobody_again_in_another_group(
    house: House, tmp_path: Path, redis_url: str
) -> None:
    settled_in(house.world)
    house.settle()
    assert len(asked(house)) == 3
    more = "".join(f"      - {{login: graduate-{n}, team: Mars}}\n" for n in range(9))
    for n in range(9):
        house.world.user(f"graduate-{n}")
    with open_house(tmp_path / "fresh", redis_url, world=house.world) as fresh:
        teams = MEMBERS.replace("login: octocat", "login: octocat, team: Venus")
        house.world.push(HOME, "monalisa", {FILE: configuration(house.world, members=teams + more)})
        fresh.settle()
        assert sorted(asked(fresh)) == sorted(set(asked(fresh)))
        assert len(asked(fresh)) == 12
        assert {issue.title.split(":")[0] for issue in invitation_issues(fresh)} == {
            "Session 4",
            "Session 4 · 2",
        }


def reopened(house: House) -> None:
    """As the configuration job does it where somebody was not asked yet."""
    with house.context.ledger.write() as connection:
        (program,) = connection.execute(select(schema.programs.c.id)).scalars()
        programs.reopen_cohort(connection, program, "Session 4")
    house.settle()


def test_who_comes_late_is_asked_in_the_same_issue(house: House) -> None:
    settled_in(house.world, configuration(house.world, members="      - {login: octocat}\n"))
    house.settle()
    for login in ("regular", "graduate-three"):
        members = f"      - {{login: octocat}}\n      - {{login: {login}}}\n"
        house.world.push(HOME, "monalisa", {FILE: configuration(house.world, members=members)})
        house.settle()
        reopened(house)
    (issue,) = invitation_issues(house)
    assert asked(house) == ["Hello @octocat,", "Hello @regular,", "Hello @graduate-three,"]
    assert "**graduate-three**" in house.world.thread(HOME, issue.number).body.split("Asked:")[1]
    reopened(house)
    assert len(asked(house)) == 3


def test_who_comes_late_to_a_full_issue_is_asked_in_a_further_one(house: House) -> None:
    for n in range(11):
        house.world.user(f"graduate-{n}")
    members = "".join(f"      - {{login: graduate-{n}}}\n" for n in range(10))
    settled_in(house.world, configuration(house.world, members=members))
    house.settle()
    members += "      - {login: graduate-10}\n"
    house.world.push(HOME, "monalisa", {FILE: configuration(house.world, members=members)})
    house.settle()
    reopened(house)
    titles = [issue.title.split(":")[0] for issue in invitation_issues(house)]
    assert sorted(titles) == ["Session 4", "Session 4 · 2"]
    assert len(asked(house)) == 11


def test_a_repository_that_became_private_is_no_reason_to_be_named(house: House) -> None:
    code = f"{OWNER}/code"
    text = configuration(house.world, ended_days_ago=0, members="      - {login: octocat}\n")
    settled_in(house.world, text, install=False)
    settled_in(house.world, f"_extends: {HOME}\n", repo=code, install=False)
    pull = house.world.open_pull_request(code, "octocat", "A lens", files=["lens.py"])
    house.world.close(code, pull.number, "monalisa", merged=True)
    house.world.install(OWNER, [HOME, code])
    house.settle()
    house.world.privatize(code)
    house.advance(timedelta(days=1))
    house.settle()
    (issue,) = invitation_issues(house)
    assert code not in issue.comments[0].body


def test_each_group_is_a_row_of_its_own(house: House) -> None:
    for n in range(25):
        house.world.user(f"graduate-{n}")
    members = "".join(f"      - {{login: graduate-{n}}}\n" for n in range(25))
    settled_in(house.world, configuration(house.world, members=members))
    house.settle()
    with house.context.ledger.read() as connection:
        rows = connection.execute(select(schema.inbox).where(schema.inbox.c.job == "invitations")).all()
    assert len(rows) == 4
    assert len(asked(house)) == 25


def test_a_member_who_is_added_late_is_asked_too(house: House) -> None:
    members = "      - {login: octocat}\n"
    settled_in(house.world, configuration(house.world, members=members))
    house.settle()
    assert asked(house) == ["Hello @octocat,"]
    late = members + "      - {login: hubot}\n"
    house.world.push(HOME, "monalisa", {FILE: configuration(house.world, members=late)})
    house.settle()
    assert asked(house) == ["Hello @octocat,", "Hello @hubot,"]


def test_the_last_word_is_the_one_that_was_said_last(house: House) -> None:
    settled_in(house.world)
    house.settle()
    (issue,) = invitation_issues(house)
    house.world.faults.hold_deliveries = True
    house.world.comment(HOME, issue.number, "octocat", "/mentor accept")
    house.advance(timedelta(minutes=5))
    house.world.comment(HOME, issue.number, "octocat", "/mentor decline")
    yes, no = [d for d in house.world.deliveries if d.event == "issue_comment" and b"/mentor" in d.body][-2:]
    for delivery in (no, yes):
        assert house.post("issue_comment", json.loads(delivery.body)) == 202
        house.settle()
    assert "1 not this time" in (house.world.thread(HOME, issue.number).body or "")


def test_what_github_refused_is_done_once_the_permissions_are_accepted(house: House) -> None:
    settled_in(house.world, install=False)
    (app,) = house.world.apps.values()
    wanted = dict(app.permissions)
    app.permissions["issues"] = "read"
    installation = house.world.install(OWNER, [HOME])
    house.settle()
    assert invitation_issues(house) == []
    app.permissions.update(wanted)
    house.world.accept_permissions(installation.id)
    house.settle()
    assert len(asked(house)) == 3
