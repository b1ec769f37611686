"""The exit question: off by default, asked once, read by organizers alone, erased with whoever answered."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters.ledger import exit_question as ledger
from adapters.ledger import schema
from mentoring.exit_question import LONGEST, TOO_LONG
from tests.journeys.house import House
from tests.journeys.programs import HOME, configuration, settled_in
from tests.journeys.test_rebuild import run
from tests.pages.visitor import Visitor

ON_BOTH = True

New = Callable[[], Visitor]
MEMBERS = "      - {login: hubot, mentoring: agreed}\n      - {login: octocat}\n"
NASTY = "=1+1 <script>alert(1)</script>"


def settled(house: House, extra: str = "exit_question: true\n") -> str:
    """A program, a newcomer in it; the path of the question's page."""
    text = configuration(house.world, members=MEMBERS, extra=f"starter_issues: 0\ndigest: off\n{extra}")
    repository = settled_in(house.world, text)
    house.settle()
    house.world.open_pull_request(HOME, "newcomer", "Oil the dome", files=["dome.py"])
    house.settle()
    return f"/stay/{repository.id}"


def kept(house: House) -> list[Any]:
    with house.context.ledger.read() as connection:
        return list(connection.execute(select(schema.exit_answers)).all())


def sent(mine: Visitor, path: str, **fields: str) -> Any:
    return mine.send(mine.get(path), path, **fields)


def test_it_is_off_unless_the_program_wants_it(house: House, visitor: New) -> None:
    path = settled(house, extra="")
    assert visitor().sign_in("newcomer", path).status_code == 404
    mine = visitor()
    page = mine.sign_in("newcomer")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token and mine.post(path, {"token": token[1], "stayed": "x"}).status_code == 404
    assert kept(house) == []


@pytest.mark.parametrize("login", ["stranger", "newcomer-two"])
def test_only_whoever_takes_part_is_asked(house: House, visitor: New, login: str) -> None:
    path = settled(house)
    house.world.user(login)
    assert visitor().sign_in(login, path).status_code == 404
    assert visitor().get(path, allow_redirects=False).status_code == 302


def test_an_answer_is_kept_changed_and_taken_back(house: House, visitor: New) -> None:
    path, mine = settled(house), visitor()
    page = mine.sign_in("newcomer", path)
    assert "What made you stay" in page.text and "checked" not in page.text
    page = sent(mine, path, stayed=" Somebody\r\nanswered. ", hindered=NASTY)
    assert "Thank you" in page.text and "<script" not in page.text
    (row,) = kept(house)
    assert (row.stayed, row.hindered, row.named) == ("Somebody\nanswered.", NASTY, False)
    page = sent(mine, path, stayed="A person", hindered="", named="yes")
    (row,) = kept(house)
    assert (row.stayed, row.hindered, row.named) == ("A person", "", True) and " checked" in page.text
    page = sent(mine, path, stayed="A person", take_back="yes")
    (row,) = kept(house)
    assert (row.stayed, row.hindered, row.named, row.answered_at) == (None, None, False, None)
    assert "nothing is kept of what you wrote" in page.text


def test_whoever_was_forgotten_before_is_not_kept_in_an_answer(house: House, visitor: New) -> None:
    path, mine = settled(house), visitor()
    house.world.open_issue(HOME, "hubot", "Bye", "/mentor forget me")
    house.settle()
    mine.sign_in("newcomer", path)
    page = sent(mine, path, stayed="@hubot was there", hindered="Hubot left")
    (row,) = kept(house)
    assert (row.stayed, row.hindered) == ("ghost was there", "ghost left") and "hubot" not in page.text


def test_what_is_too_long_is_not_kept(house: House, visitor: New) -> None:
    path, mine = settled(house), visitor()
    mine.sign_in("newcomer", path)
    page = sent(mine, path, stayed="x" * LONGEST, hindered="y" * (LONGEST + 1))
    assert page.status_code == 422 and TOO_LONG in page.text and kept(house) == []
    assert sent(mine, path, stayed="x" * LONGEST).status_code == 200 and len(kept(house)) == 1


def test_only_a_form_of_the_page_counts(house: House, visitor: New) -> None:
    path, mine = settled(house), visitor()
    mine.sign_in("newcomer", path)
    assert mine.post(path, {"stayed": "x"}).status_code == 400
    assert visitor().post(path, {"stayed": "x"}).status_code == 401
    assert kept(house) == []


def test_organizers_alone_read_it_without_names_the_newest_first(house: House, visitor: New) -> None:
    path = settled(house)
    one, two = visitor(), visitor()
    one.sign_in("newcomer", path)
    sent(one, path, stayed="First", hindered=NASTY)
    house.advance(timedelta(minutes=1))
    two.sign_in("hubot", path)
    sent(two, path, stayed="Second", named="yes")
    answers = path.replace("/stay/", "/programs/") + "/stay"
    organizer = visitor()
    page = organizer.sign_in("monalisa", answers)
    assert page.status_code == 200 and page.text.index("Second") < page.text.index("First")
    assert "<bdi>hubot</bdi>" in page.text and "<bdi>newcomer" not in page.text and "<script" not in page.text
    rows = list(csv.reader(io.StringIO(organizer.get(f"{answers}.csv").text)))
    assert [row[1:] for row in rows[1:]] == [["Second", "", "hubot"], ["First", f"'{NASTY}", ""]]
    house.world.user("triager")
    house.world.collaborator(HOME, "triager", role="maintain")
    for login in ("triager", "newcomer", "octocat"):
        other = visitor()
        assert other.sign_in(login, answers).status_code == 404
        assert other.get(f"{answers}.csv").status_code == 404
        assert "Stay and leave" not in other.get(answers.removesuffix("/stay")).text


def test_it_is_erased_with_whoever_wrote_it_and_names_nobody_who_was_forgotten(
    house: House, visitor: New
) -> None:
    path = settled(house)
    one, two = visitor(), visitor()
    one.sign_in("newcomer", path)
    sent(one, path, stayed="@hubot answered")
    assert one.get("/me/data.json").json()["kept"]["exit_answers"][0]["stayed"] == "@hubot answered"
    two.sign_in("hubot", path)
    sent(two, path, stayed="The people")
    two.send(two.get("/me/erase"), "/me/erase")
    house.settle()
    (row,) = kept(house)
    assert row.stayed == "ghost answered" and row.hindered is None
    one.send(one.get("/me/erase"), "/me/erase")
    house.settle()
    assert kept(house) == []
    two.sign_in("hubot", "/me")
    assert two.get(path).status_code == 404


def test_a_claim_that_was_freed_links_it_and_nobody_is_asked_twice(house: House) -> None:
    settled(
        house, "exit_question: true\nclaims: 2\nfollow_up: {newcomer_check_in: 2d, release_claim_after: 4d}\n"
    )
    world = house.world
    issues = [world.open_issue(HOME, "hubot", title, "/mentor starter").number for title in ("One", "Two")]
    house.settle()
    for number in issues:
        world.comment(HOME, number, "newcomer-two", "/mentor claim")
        house.settle()
    for _ in range(8):
        house.advance(timedelta(days=1))
        house.settle()
    said = "".join(one for number in issues for one in house.said(HOME, number))
    assert said.count("so this issue is free for others again") == 2
    assert said.count("/stay/") == 1
    (row,) = kept(house)
    assert (row.person_id, row.answered_at) == (world.user("newcomer-two").id, None)


def test_they_are_counted_between_two_moments(house: House) -> None:
    now, day = house.context.now(), timedelta(days=1)
    with house.context.ledger.write() as connection:
        assert ledger.ask(connection, 42, 1, now) and not ledger.ask(connection, 42, 1, now)
        assert ledger.answers_count(connection, 42) == 0
        for person_id, days in ((1, 0), (2, 1), (3, 2)):
            ledger.answer(connection, 42, person_id, "x", "", False, now + days * day)
        assert ledger.answers_count(connection, 42) == 3
        assert ledger.answers_count(connection, 42, now + day, now + 2 * day) == 1
        assert ledger.answers_count(connection, 41) == 0


def test_reports_count_the_answers_from_five_on_and_repeat_no_word(house: House) -> None:
    home_id = int(settled(house).rpartition("/")[2])
    now = house.context.now()
    with house.context.ledger.write() as connection:
        for n in range(4):
            ledger.answer(connection, home_id, 9000 + n, "the kelp" if n else "", "the reef", True, now)
        ledger.ask(connection, home_id, 9100, now)
        ledger.ask(connection, home_id, 9101, now)
    for form in ("md", "csv", "json"):
        assert "exit" not in (told := run(house, "report", "--format", form).output)
        assert "stay, what got" not in told
    with house.context.ledger.write() as connection:
        ledger.answer(connection, home_id, 9100, "the kelp", "", False, now)
    text = run(house, "report").output
    assert "| answered that question | 5 of 6 (83 %) |" in text
    assert "| told what made them stay | 4 of 5 (80 %) |" in text
    rows = csv.DictReader(io.StringIO(run(house, "report", "--format", "csv").output))
    found = [(row["numerator"], row["denominator"]) for row in rows if row["part"] == "exit question"]
    assert found == [("6", ""), ("5", "6"), ("4", "5"), ("4", "5")]
    data = run(house, "report", "--format", "json").output
    assert '"exit_hindered"' in data
    assert "kelp" not in text + data
    assert "reef" not in text + data
