"""My data: what is kept about somebody is theirs to take along, and to have erased."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from adapters.ledger import schema
from tests.journeys.house import BOT, House
from tests.journeys.programs import HOME, configuration, settled_in
from tests.pages.visitor import Visitor, form_of, press
from tests.security.traces import traces

ON_BOTH = True  # words are looked for in columns of JSON

New = Callable[[], Visitor]
MEMBERS = """\
      - {login: hubot, mentoring: agreed, timezone: America/Los_Angeles}
      - {login: octocat}
"""


@pytest.fixture(autouse=True)
def program(house: House) -> None:
    """hubot mentors, octocat is asked, and anybody else is nobody yet."""
    text = configuration(house.world, members=MEMBERS, extra="starter_issues: 1\ndigest: off\n")
    settled_in(house.world, text)
    house.settle()


def newcomer(house: House) -> int:
    number = house.world.open_pull_request(HOME, "newcomer", "Oil the dome", files=["dome.py"]).number
    house.settle()
    return number


def test_everything_that_is_kept_can_be_downloaded_and_nothing_of_others(house: House, visitor: New) -> None:
    number = newcomer(house)
    mine = visitor()
    mine.sign_in("newcomer")
    answer = mine.get("/me/data.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lamplighter-newcomer.json"'
    kept = answer.json()["kept"]
    assert [row["number"] for row in kept["mentorships"]] == [number]
    assert kept["people"] == [{"id": house.world.user("newcomer").id, "login": "newcomer"}]
    assert {"greetings", "authors", "sessions"} <= kept.keys()
    assert "hubot" not in answer.text and str(house.world.user("hubot").id) not in answer.text
    assert mine.session.cookies["lamplighter-session"] not in answer.text
    (row,) = kept["sessions"]
    assert not {"key_hash", "form_token"} & row.keys()


def test_the_download_leaves_no_table_out_that_names_somebody(house: House, visitor: New) -> None:
    """What a search of everything finds, the file has too: by table."""
    newcomer(house)
    mine = visitor()
    for login in ("hubot", "newcomer", "octocat"):
        mine.sign_in(login)
        kept = mine.get("/me/data.json").json()["kept"]
        words = [login, house.world.user(login).id]
        queue = house.context.bell._open().connection
        found = {line.partition(":")[0] for line in traces(house.context.ledger, queue, words)}
        assert found - {"the queue", "files"} <= kept.keys(), login


WIN = {"number": 7, "text": "Spoke of it: https://example.org/talk", "kind": "talk"}


@pytest.mark.parametrize(
    ("told_by", "private", "hidden"),
    [("hubot", True, True), ("hubot", False, False), (None, True, False)],
)
def test_what_others_told_in_a_private_repository_stays_there(
    house: House, visitor: New, told_by: str | None, private: bool, hidden: bool
) -> None:
    home = house.world.find_repository(HOME)
    about = {"program_id": home.id, "repository_id": home.id, "said_at": house.context.now()}
    who = {
        "person_id": house.world.user("octocat").id,
        "told_by": told_by and house.world.user(told_by).id,
    }
    with house.context.ledger.write() as connection:
        connection.execute(insert(schema.wins).values(WIN | about | who))
        connection.execute(update(schema.repositories).values(private=private))
    mine = visitor()
    mine.sign_in("octocat")
    (row,) = mine.get("/me/data.json").json()["kept"]["wins"]
    shown = (row["text"], row["repository_id"], row["number"])
    assert shown == ((None,) * 3 if hidden else (WIN["text"], home.id, WIN["number"]))
    assert row["kind"] == "talk" and row["told_by"] == (told_by and "somebody")
    if told_by:  # whoever told of it has their own words
        mine.sign_in(told_by)
        (row,) = mine.get("/me/data.json").json()["kept"]["wins"]
        assert (row["text"], row["person_id"]) == (WIN["text"], "somebody")


def test_erasing_is_the_same_as_the_command(house: House, visitor: New) -> None:
    number = newcomer(house)
    mine = visitor()
    mine.sign_in("newcomer")
    asked = mine.get("/me/erase")
    assert "cannot be undone" in asked.text
    words = ["newcomer", house.world.user("newcomer").id]
    queue = house.context.bell._open().connection
    assert traces(house.context.ledger, queue, words)
    page = mine.send(asked, "/me/erase")
    assert page.status_code == 200 and "You are forgotten here" in page.text
    for _ in range(4):
        house.settle()
        house.advance(timedelta(minutes=1))
    house.settle()
    assert traces(house.context.ledger, queue, words) == []
    assert [c for c in house.world.thread(HOME, number).comments if c.author == BOT] == []
    assert mine.get("/me", allow_redirects=False).status_code == 302
    page = mine.sign_in("newcomer")
    assert "You asked to be forgotten" in page.text and "have it erased" not in page.text


def test_a_mentor_who_is_forgotten_is_followed_by_somebody_else(house: House, visitor: New) -> None:
    mine = visitor()
    press(house, mine, mine.sign_in("octocat"), "accept")
    number = newcomer(house)
    first = "hubot" if "@hubot" in "".join(house.said(HOME, number)) else "octocat"
    page = mine.sign_in(first)
    mine.send(mine.get("/me/erase"), "/me/erase")
    for _ in range(4):
        house.settle()
        house.advance(timedelta(minutes=1))
    house.settle()
    words = [first, house.world.user(first).id]
    queue = house.context.bell._open().connection
    assert page.status_code == 200
    assert traces(house.context.ledger, queue, words, ["files"]) == []


def test_whoever_was_forgotten_presses_no_button(house: House, visitor: New) -> None:
    mine = visitor()
    mine.sign_in("hubot")
    mine.send(mine.get("/me/erase"), "/me/erase")
    house.settle()
    token = form_of(mine.sign_in("hubot"), "/sign-out").hidden
    home = str(house.world.find_repository(HOME).id)
    fields = token | {"verb": "capacity", "words": "2", "program": home}
    assert mine.post("/me", fields).status_code == 422
    mine_there = schema.mentors.c.person_id == house.world.user("hubot").id
    with house.context.ledger.read() as connection:
        assert connection.execute(select(schema.mentors).where(mine_there)).all() == []
    assert json.loads(mine.get("/me/data.json").text)["kept"].keys() == {"sessions"}
