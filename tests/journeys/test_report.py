"""The report: who stayed, once for each occasion of a cohort, in the home and on the command line."""

import csv
import json
from datetime import timedelta

from sqlalchemy import delete

from adapters.ledger import reports, schema
from sandbox.world import Thread, World
from tests.journeys.house import House
from tests.journeys.meanwhile import forgets, meanwhile
from tests.journeys.programs import FILE, HOME, OWNER, settled_in
from tests.journeys.test_rebuild import run

DAY = timedelta(days=1)
MEMBERS = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot}\n"


def configuration(
    world: World, *, kind: str = "mentorship", ends_in: int = 3, members: str = MEMBERS, extra: str = ""
) -> str:
    """A program whose cohort began ten days ago."""
    today = world.now().date()
    return f"""\
program: Djangonaut Space
organizers: [monalisa]
digest: off
{extra}
cohorts:
  - name: Session 4
    kind: {kind}
    starts: {today - 10 * DAY}
    ends: {today + ends_in * DAY}
    members:
{members or "      []"}
"""


def posted(house: House, repo: str = HOME) -> list[Thread]:
    return [issue for issue in house.world.issues(repo) if "lamplighter:report" in issue.body]


def days(house: House, count: int) -> None:
    house.advance(count * DAY)
    house.settle()


def merged(world: World, login: str, repo: str = HOME) -> Thread:
    pull = world.open_pull_request(repo, login, "Polish", files=["lens.py"])
    world.merge(repo, pull.number, "monalisa")
    return pull


def test_at_the_end_and_a_year_after(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world))
    house.settle()
    merged(world, "octocat")
    world.open_pull_request(HOME, "hubot", "Dim", files=["lens.py"])
    days(house, 3)
    assert posted(house) == []
    days(house, 1)
    (end,) = posted(house)
    assert end.title == "Djangonaut Space: report on Session 4"
    assert end.labels == ["report"]
    assert "**2 pull requests opened, 1 merged**" in end.body
    assert "@" not in end.body
    assert "Still to come: 30, 90, 180, 365 days after the end." in end.body
    merged(world, "newcomer")
    days(house, 30)
    days(house, 334)
    assert len(posted(house)) == 1
    days(house, 1)
    _, year = posted(house)
    assert year.title == "Djangonaut Space: Session 4, a year after"
    assert "| 365 days | " in year.body
    days(house, 30)
    assert len(posted(house)) == 2


def test_after_a_hackathon_with_a_leaderboard(house: House) -> None:
    world = house.world
    members = MEMBERS + "      - {login: graduate-three, mentoring: declined}\n"
    text = configuration(world, kind="hackathon", ends_in=0, members=members, extra="leaderboard: true")
    settled_in(world, text)
    house.settle()
    for login in ("octocat", "octocat", "octocat", "hubot", "hubot", "graduate-three"):
        merged(world, login)
    days(house, 7)
    assert posted(house) == []
    days(house, 1)
    (week,) = posted(house)
    assert week.title == "Djangonaut Space: Session 4, 7 days after"
    assert "**6 pull requests opened, 6 merged**" in week.body
    # Three on a day in one repository are worth no more than two; who declined is counted, and not named.
    assert (
        "| 1 | 2 | **hubot**, **octocat** |" in week.body or "| 1 | 2 | **octocat**, **hubot** |" in week.body
    )
    assert "graduate-three" not in week.body
    days(house, 23)
    assert [one.title for one in posted(house)][1:] == ["Djangonaut Space: Session 4, 30 days after"]


def test_whoever_the_newest_cohort_declines_for_is_not_on_an_older_leaderboard(house: House) -> None:
    world = house.world
    today = world.now().date()
    newest = f"""\
  - name: Session 5
    starts: {today - DAY}
    ends: {today + 60 * DAY}
    members:
      - {{login: hubot, mentoring: declined}}
"""
    members = "      - {login: octocat}\n      - {login: hubot}\n"
    text = configuration(world, kind="contest", ends_in=0, members=members, extra="leaderboard: true")
    settled_in(world, text + newest)
    house.settle()
    for login in ("octocat", "hubot"):
        merged(world, login)
    days(house, 8)
    (week,) = posted(house)
    assert "**2 pull requests opened, 2 merged**" in week.body
    assert "octocat" in week.body
    assert "hubot" not in week.body


def test_whoever_is_forgotten_while_it_is_drafted_is_not_named(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, kind="contest", ends_in=0, extra="leaderboard: true"))
    house.settle()
    for login in ("octocat", "hubot"):
        merged(world, login)
    days(house, 1)
    # With the numbers counted, it is looked whether the issue is there already.
    heard = meanwhile(house, "creator=", lambda: forgets(house, "hubot"))
    days(house, 7)
    assert len(heard) > 1
    (week,) = posted(house)
    assert "octocat" in week.body
    assert "hubot" not in week.body
    assert "**1 pull request opened, 1 merged**" in week.body


def test_what_is_private_is_counted_and_not_on_a_public_leaderboard(house: House) -> None:
    world, secret = house.world, f"{OWNER}/secret"
    text = configuration(world, kind="contest", ends_in=0, extra="leaderboard: true")
    settled_in(world, text, install=False)
    settled_in(world, f"_extends: {HOME}\n", repo=secret, private=True, install=False)
    world.install(OWNER, [HOME, secret])
    house.settle()
    merged(world, "octocat", secret)
    days(house, 8)
    (week,) = posted(house)
    assert "**1 pull request opened, 1 merged**" in week.body
    assert "in 2 repositories" in week.body
    assert "octocat" not in week.body
    assert "secret" not in week.body


def test_nobody_in_it_and_nothing_is_said(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=""))
    house.settle()
    days(house, 10)
    assert posted(house) == []
    with house.context.ledger.read() as connection:
        (end, _) = reports.of_cohort(connection, house.world.find_repository(HOME).id, "Session 4").values()
    assert end.decided_at is not None
    assert end.issue_key is None


def test_goals_stand_above_the_numbers_and_call_nobody(house: House) -> None:
    world = house.world
    goals = "    goals: ['Stay with us', '@monalisa **closes #1**']\n    kind: mentorship\n"
    settled_in(world, configuration(world, ends_in=0).replace("    kind: mentorship\n", goals))
    house.settle()
    days(house, 1)
    (end,) = posted(house)
    before, _, _ = end.body.partition("pull requests opened")
    assert "- Stay with us\n" in before
    assert "monalisa" in before
    assert "@monalisa" not in before
    assert "**closes" not in before
    told = json.loads(run(house, "report", "--cohort", "Session 4", "--format", "json").output)
    assert told["goals"] == ["Stay with us", "@monalisa **closes #1**"]


def test_switched_off_there_is_no_issue_and_the_command_still_counts(house: House) -> None:
    world = house.world
    text = configuration(world, ends_in=0, kind="hackathon", extra="report: false")
    settled_in(world, text)
    house.settle()
    merged(world, "octocat")
    days(house, 8)
    assert posted(house) == []
    assert "**1 pull request opened, 1 merged**" in run(house, "report", "--cohort", "Session 4").output
    # What came due meanwhile is not made up for.
    world.push(HOME, "monalisa", {FILE: text.replace("report: false", "report: true")})
    days(house, 1)
    assert posted(house) == []
    days(house, 22)
    assert [one.title for one in posted(house)] == ["Djangonaut Space: Session 4, 30 days after"]


def test_a_cohort_without_members_has_numbers_of_nobody_on_the_command_line(house: House) -> None:
    settled_in(house.world, configuration(house.world, members="", ends_in=-1))
    house.settle()
    merged(house.world, "newcomer")
    text = run(house, "report", "--cohort", "Session 4").output
    assert text.startswith("**0 pull requests opened, 0 merged**\n")
    for line in ("| invited to help | – |", "| said yes | – |", "| newcomers helped | 0 |"):
        assert line in text
    assert "| newcomers with a first pull request | 0 | 1 |" in text


def test_whoever_is_in_two_cohorts_that_overlap_counts_in_both_and_in_all_once(house: House) -> None:
    world = house.world
    today = world.now().date()
    members = "      - {login: octocat}\n"
    first = configuration(world, ends_in=0, members=members)
    second = f"""\
  - name: Session 5
    starts: {today - 5 * DAY}
    ends: {today}
    members:
{members}"""
    settled_in(world, first + second)
    house.settle()
    merged(world, "octocat")
    days(house, 1)
    assert len(posted(house)) == 2
    for one in posted(house):
        assert "**1 pull request opened, 1 merged**" in one.body
    for name in ("Session 4", "Session 5"):
        text = run(house, "report", "--cohort", name).output
        assert "| invited to help | 1 of 1 (100 %) |" in text
    assert "| invited to help | 1 of 1 (100 %) |" in run(house, "report").output


def test_pull_requests_of_deleted_accounts_are_in_no_number(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, ends_in=-1))
    house.settle()
    merged(world, "newcomer")
    merged(world, "octocat")
    house.settle()
    for login in ("newcomer", "octocat"):
        world.delete_user(login)
    told = json.loads(run(house, "report", "--format", "json").output)
    assert told["counted"]["pulls"] == 0
    assert told["numbers"][0]["numerator"] == 0
    assert "**0 pull requests opened, 0 merged**" in run(house, "report", "--cohort", "Session 4").output


def test_another_last_day_moves_it(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, ends_in=3))
    house.settle()
    world.push(HOME, "monalisa", {FILE: configuration(world, ends_in=9)})
    days(house, 5)
    assert posted(house) == []
    days(house, 5)
    assert len(posted(house)) == 1


def test_what_was_due_long_before_is_left_in_peace(house: House) -> None:
    world = house.world
    ended = {-5: "a week ago", -40: "before"}
    first, second = (
        configuration(world, ends_in=days).replace("Session 4", name) for days, name in ended.items()
    )
    second = second.replace(f"starts: {world.now().date() - 10 * DAY}", "starts: 2020-01-01")
    settled_in(world, first + second.partition("cohorts:\n")[2])
    days(house, 1)
    assert [issue.title for issue in posted(house)] == ["Djangonaut Space: report on a week ago"]


def test_a_lost_database_posts_nothing_twice(house: House) -> None:
    settled_in(house.world, configuration(house.world))
    house.settle()
    days(house, 4)
    assert len(posted(house)) == 1
    home = house.world.find_repository(HOME).id
    with house.context.ledger.write() as connection:
        for table in (schema.reports, schema.outbox, schema.inbox):
            connection.execute(delete(table))
        due = {0: house.context.now()}
        reports.schedule(connection, home, "Session 4", due, house.context.now())
    house.settle()
    assert len(posted(house)) == 1
    with house.context.ledger.read() as connection:
        assert reports.of_cohort(connection, home, "Session 4")[0].issue_key


def test_a_program_from_before_there_were_reports_gets_its_occasions_at_night(house: House) -> None:
    settled_in(house.world, configuration(house.world))
    house.settle()
    home = house.world.find_repository(HOME).id
    with house.context.ledger.write() as connection:
        connection.execute(delete(schema.reports))
    days(house, 1)
    with house.context.ledger.read() as connection:
        assert list(reports.of_cohort(connection, home, "Session 4")) == [0, 365]


def test_the_command_in_three_forms(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world).replace("Session 4", "=Session 4"))
    house.settle()
    merged(world, "octocat")
    merged(world, "newcomer")
    house.settle()
    writes = len(world.writes())
    text = run(house, "report", "--cohort", "=session 4")
    assert text.exit_code == 0, text.output
    assert text.output.startswith("**1 pull request opened, 1 merged**\n")
    lines = run(house, "report", "--cohort", "=Session 4", "--format", "csv").output.splitlines()
    found = list(csv.DictReader(lines))
    assert {row["group"] for row in found} == {"'=Session 4", "with a mentor", "without"}
    merged_ones = next(row for row in found if row["number"] == "pull requests merged")
    assert [merged_ones[word] for word in ("numerator", "denominator", "per cent", "known")] == [
        "1",
        "1",
        "100",
        "yes",
    ]
    everybody = json.loads(run(house, "report", "--program", HOME, "--format", "json").output)
    assert everybody["counted"] == {"repositories": 1, "unread": 0, "pulls": 2}
    opened, done = everybody["numbers"][:2]
    assert (opened["numerator"], opened["denominator"]) == (2, None)
    assert (done["numerator"], done["denominator"]) == (2, 2)
    assert len(world.writes()) == writes


def test_the_command_over_a_time_before_the_app(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world), install=False)
    merged(world, "newcomer")
    house.advance(60 * DAY)
    world.install(OWNER, [HOME])
    house.settle()
    today = world.now().date()
    before = ("--since", str(today - 70 * DAY), "--until", str(today - 40 * DAY))
    found = json.loads(run(house, "report", *before, "--format", "json").output)
    numbers = {(one["part"], one["group"], one["number"]): one for one in found["numbers"]}
    asked = numbers["graduates", "everybody", "asked"]
    assert (asked["numerator"], asked["denominator"]) == (None, None)
    assert numbers["newcomers", "without", "came"]["numerator"] == 1
    assert found["known_since"]["mentor"] == str(today)
    text = run(house, "report", *before).output
    assert "| invited to help | not known |" in text
    assert f"Who was asked and who helped is known since {today}" in text


def test_the_command_says_what_is_wrong(house: House) -> None:
    assert "There is no program yet" in run(house, "report").output
    settled_in(house.world, configuration(house.world))
    house.settle()
    assert (
        "No cohort is called Session 5. There are: Session 4"
        in run(house, "report", "--cohort", "Session 5").output
    )
    assert (
        "There are no days" in run(house, "report", "--since", "2030-01-01", "--until", "2020-01-01").output
    )
    both = run(house, "report", "--cohort", "Session 4", "--since", "2030-01-01")
    assert both.exit_code == 2
    assert "has no program" in run(house, "report", "--program", f"{OWNER}/else").output


def test_who_asked_to_be_forgotten_is_in_no_number(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world))
    house.settle()
    pull = merged(world, "newcomer")
    merged(world, "newcomer-two")
    house.settle()
    before = json.loads(run(house, "report", "--format", "json").output)["counted"]["pulls"]
    world.comment(HOME, pull.number, "newcomer", "/mentor forget me")
    house.settle()
    after = json.loads(run(house, "report", "--format", "json").output)["counted"]["pulls"]
    assert (before, after) == (2, 1)
