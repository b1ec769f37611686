"""To be forgotten: what was recorded and said of somebody is gone, and nothing comes in its place."""

import json
import re
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import select

from adapters import configuration as files
from adapters import outbox
from adapters.github import Trouble
from adapters.ledger import forgetting, inbox, schema
from adapters.ledger import outbox as writes
from adapters.ledger.inbox import Asked
from jobs.decision import Row
from jobs.housekeeping import housekeeping
from mentoring.actions import Comment, Text, Thread, effect
from tests.journeys.house import BOT, House
from tests.journeys.programs import FILE, HOME, configuration, invitations, settled_in

AGREED = (
    "      - {login: octocat, mentoring: agreed, about: Ask me}\n      - {login: hubot, mentoring: agreed}\n"
)
FORGET = "/mentor forget me"


def traces(house: House, login: str, person_id: int | None = None) -> list[str]:
    """Every place in the database, and in the queue, that holds the login or the id.

    But for the organizers' file, of which the ledger has a copy.
    """
    person_id = person_id or house.world.user(login).id
    sought = re.compile(rf"(?<![\w-]){login}(?![\w-])|(?<!\d){person_id}(?!\d)", re.IGNORECASE)
    with house.context.ledger.read() as connection:
        rows = {
            table.name: [json.dumps(list(row), default=str) for row in connection.execute(select(table))]
            for table in schema.metadata.sorted_tables
            if table is not schema.files
        }
    queue = house.context.bell._open().connection
    rows["queue"] = [str(_content(queue, key)) for key in queue.keys("*")]
    return [f"{place}: {row}" for place, found in rows.items() for row in found if sought.search(row)]


def _content(queue: Redis, key: bytes) -> object:
    return key, queue.dump(key)


def say(house: House, number: int, login: str, text: str) -> dict[str, list[str]]:
    """Somebody says something; the reactions to it."""
    comment = house.world.comment(HOME, number, login, text)
    house.settle()
    return dict(comment.reactions)


def what_waits(house: House, number: int, login: str) -> str:
    """A job because of somebody and a comment about them, both due in an hour; the comment's key."""
    text = Text("comments/check_in", {"newcomer": login, "mentor": None, "claimed": False})
    thread, installation_id = (
        Thread(house.world.find_repository(HOME).id, number),
        next(iter(house.world.installations)),
    )
    comment = Comment(thread, "test", effect(thread.name, "test"), text)
    asked = Asked("a draft", "welcome", fields={"pull_request.user.id": house.world.user(login).id})
    soon = house.context.now() + timedelta(hours=1)
    with house.context.ledger.write() as connection:
        inbox.put(connection, [asked], soon)
        outbox.put(connection, installation_id, [comment], soon)
    return comment.key


def test_a_newcomer_is_forgotten(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=AGREED, extra="starter_issues: 0"))
    issue = world.open_issue(HOME, "monalisa", "Dust the lens", labels=["good first issue"])
    other = world.open_issue(HOME, "regular", "A question")
    house.settle()
    say(house, issue.number, "newcomer", "/mentor claim")
    assert "newcomer" in world.thread(HOME, issue.number).assignees
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    say(house, other.number, "newcomer", "/mentor path")
    say(house, other.number, "newcomer", "/mentor capacity 3")
    say(house, other.number, "octocat", "/mentor win Look: @newcomer polished the lens")
    say(house, other.number, "octocat", "/mentor win @newcomer code: A lens")
    assert house.said(HOME, pull.number) and traces(house, "newcomer")
    assert any("newcomer" in body for body in house.said(HOME, issue.number))
    assert ["newcomer" in body for body in house.said(HOME, other.number)] == [True, True]

    elsewhere = world.open_issue(HOME, "regular", "Elsewhere")
    waits = what_waits(house, elsewhere.number, "newcomer")

    assert say(house, pull.number, "newcomer", FORGET) == {"+1": [BOT]}

    assert traces(house, "newcomer") == []
    with house.context.ledger.read() as connection:
        assert forgetting.is_forgotten(connection, world.user("newcomer").id)
        (win,) = connection.execute(select(schema.wins.c.text)).scalars()
        (written,) = connection.execute(select(schema.outbox.c.payload).filter_by(key=waits)).scalars()
        heard = connection.execute(select(schema.heard).filter_by(number=pull.number)).all()
    assert win == "Look: ghost polished the lens"
    assert written["body"].startswith("ghost, ")
    assert heard == []
    thread = world.thread(HOME, pull.number)
    assert (house.said(HOME, pull.number), thread.labels) == ([], [])
    assert world.thread(HOME, issue.number).assignees == []
    assert not any("newcomer" in body for body in house.said(HOME, issue.number))
    assert house.said(HOME, other.number) == []

    # And never again, by whatever they or others do.
    before = len(world.writes())
    again = world.open_pull_request(HOME, "newcomer", "Polish more", files=["lens.py"])
    house.settle()
    for command in ("claim", "me", "path", "win", "why", "nonsense", "forget somebody"):
        assert say(house, issue.number, "newcomer", f"/mentor {command}") == {}
    say(house, issue.number, "newcomer", "Can I work on this?")
    assert say(house, other.number, "octocat", "/mentor win Thank you, @newcomer") == {"+1": [BOT]}
    before += 1
    assert len(world.writes()) == before
    assert traces(house, "newcomer") == []
    assert say(house, again.number, "newcomer", FORGET) == {"+1": [BOT]}
    house.advance(timedelta(days=8))
    house.settle()
    assert traces(house, "newcomer") == []
    ours = [thread.body or "" for thread in world.issues(HOME) if thread.author == BOT]
    # The word stands in the digest and in the cohort's report; as a name it would be in bold, linked or mentioned.
    assert ours and not re.search(r"[*@\[]newcomer\b(?!-)", "".join(ours))


def test_a_mentor_is_forgotten_although_the_roster_names_them(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=AGREED))
    house.settle()
    (invited,) = invitations(world)
    starter = world.open_issue(HOME, "octocat", "Dust the lens", "/mentor starter")
    over = world.open_issue(HOME, "octocat", "Shine the lens", "/mentor starter")
    house.settle()
    pull = world.open_pull_request(HOME, "newcomer", "Polish", f"Fixes #{starter.number}", files=["lens.py"])
    done = world.open_pull_request(HOME, "newcomer-two", "Shine", f"Fixes #{over.number}", files=["a.py"])
    house.settle()
    world.close(HOME, done.number, "monalisa", merged=True)
    world.push(HOME, "monalisa", {FILE: configuration(world, members=AGREED, extra="mentor_noun: guide")})
    house.settle()
    assert "mentor: octocat" in world.thread(HOME, pull.number).labels
    assert "@octocat" in house.said(HOME, done.number)[0]

    assert say(house, invited.number, "octocat", f"/mentor win So long!\n{FORGET}, please") == {"+1": [BOT]}
    for _ in range(4):  # one thread a minute finds somebody else
        house.advance(timedelta(minutes=1))
        house.settle()

    assert traces(house, "octocat") == []
    thread = world.thread(HOME, invited.number)
    assert "octocat" not in thread.body + "".join(house.said(HOME, invited.number))
    for number in (pull.number, starter.number):
        shown = world.thread(HOME, number)
        assert "mentor: octocat" not in shown.labels and "mentor: hubot" in shown.labels
        assert "octocat" not in "".join(house.said(HOME, number))
        assert "octocat" not in shown.assignees
    for number in (done.number, over.number):
        shown = world.thread(HOME, number)
        assert "octocat" not in "".join([*house.said(HOME, number), *shown.labels, *shown.assignees])

    # The file goes on naming them, and Lamplighter does not look; under a new login neither.
    world.push(HOME, "monalisa", {FILE: configuration(world, members=AGREED, extra="mentor_noun: buddy")})
    house.settle()
    person_id = world.rename_user("octocat", "octo-renamed").id
    renamed = AGREED.replace("octocat", "octo-renamed")
    world.push(HOME, "monalisa", {FILE: configuration(world, members=renamed)})
    house.settle()
    assert traces(house, "octo-renamed", person_id) == []
    house.advance(timedelta(days=20))
    house.settle()
    last = world.open_pull_request(HOME, "regular", "Wax", files=["lens.py"])
    house.settle()
    assert "@hubot" in "".join(house.said(HOME, last.number))
    assert traces(house, "octocat", person_id) == traces(house, "octo-renamed", person_id) == []
    assert "octo" not in "".join(house.said(HOME, invited.number))
    digests = [issue.body or "" for issue in world.issues(HOME) if "digest" in issue.labels]
    assert digests and "octo" not in digests[-1]


def what_is_parked(house: House) -> None:
    """A mistake of ours and a refusal of GitHub's, with somebody's words, for a person to look at."""
    now, number = house.context.now(), next(iter(house.world.installations))
    home, ada = house.world.find_repository(HOME).id, house.world.user("ada")
    fields = {"comment.user.id": ada.id, "comment.user.login": "ada", "comment.body": "/mentor win ada won"}
    reminder = Asked(f"clock:reminder:{home}:1:{ada.id}:now", "invitation_reminder", fields=fields)
    asked = [Asked("a comment", "commands", number, home, 1, fields), reminder]
    asked += [Asked("elsewhere", "installation", number, fields=fields)]
    hello = {"key": f"repo {home} · path · person {ada.id}", "verb": "comment", "urgency": 0}
    hello |= {"installation_id": number, "repository_id": home, "lane": "parked"}
    hello |= {"payload": {"body": "Hello @ada"}, "created_at": now, "due_at": now}
    with house.context.ledger.write() as connection:
        for row_id in inbox.put(connection, asked, now):
            inbox.park(connection, row_id, now, "KeyError: ada")
        assert writes.put(connection, hello)
        write = writes.state_of(connection, str(hello["key"]))
        assert write
        writes.park(connection, write.id, now, "Refused: ada")


def test_what_is_parked_goes_with_the_installation(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=AGREED, extra="starter_issues: 0"))
    world.user("ada")
    house.settle()
    what_is_parked(house)
    assert len(house.parked()) == 4 and len(traces(house, "ada")) == 4
    world.uninstall(next(iter(world.installations)))
    house.settle()
    assert traces(house, "ada") == []
    assert house.parked() == []


def test_a_file_that_is_being_read_again_is_not_cleaned_away(house: House) -> None:
    """GitHub does not answer, and the night comes: the last good text is in force, and names people."""
    world = house.world
    settled_in(world, configuration(world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    world.faults.set(errors_5xx=1.0)
    with pytest.raises(Trouble):
        files.reload(house.context, next(iter(world.installations)), world.find_repository(HOME).id)
    now = house.context.now()
    housekeeping(house.context, Row(0, "clock:housekeeping", "housekeeping", 1, now, {}))
    with house.context.ledger.read() as connection:
        good = connection.execute(select(schema.files.c.good)).scalars().all()
        named = set(connection.execute(select(schema.logins.c.login)).scalars())
    assert len(good) == 1 and good[0]
    assert {"octocat", "hubot"} <= named

    world.faults.set(errors_5xx=0.0)
    world.push(HOME, "monalisa", {FILE: "program: [a mistake"})
    house.settle()
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert len(house.said(HOME, pull.number)) == 1
