"""Something to say: what a mentor finds on their page once a newcomer's pull request is merged."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from adapters.ledger import praise as ledger
from adapters.ledger import schema
from mentoring.praise import SHOWN
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, configuration, settled_in
from tests.pages.visitor import Visitor, press

New = Callable[[], Visitor]
MEMBERS = "      - {login: hubot, mentoring: agreed}\n      - {login: octocat}\n"
EXTRA = "starter_issues: 0\ndigest: off\n"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def program(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=MEMBERS, extra=EXTRA))
    house.settle()


def merged(house: House, login: str = "newcomer", rounds: int = 2) -> int:
    """A pull request that took some rounds and days; its number."""
    files = ["sky/db/lens.py", "tests/test_lens.py"]
    number = house.world.open_pull_request(HOME, login, "<b>Polish</b> @monalisa", files=files).number
    house.settle()
    for _ in range(rounds):
        house.advance(DAY)
        house.world.review(HOME, number, "monalisa", "changes_requested", "Please rename it")
        house.settle()
    house.advance(DAY)
    house.world.merge(HOME, number, "monalisa")
    house.settle()
    return number


def kept(house: House) -> list[Any]:
    with house.context.ledger.read() as connection:
        return list(connection.execute(select(schema.praise).order_by(schema.praise.c.number)).all())


def test_the_mentor_finds_a_draft_with_the_evidence_and_says_it_themselves(
    house: House, visitor: New
) -> None:
    number = merged(house)
    before = len(house.world.writes())
    mine = visitor()
    page = mine.sign_in("hubot")
    said = unescape(page.text)
    assert "Something to say" in said and f"/{HOME}/issues/{number}" in said
    assert (
        "Congratulations @newcomer, your first pull request here is merged: 2 files of database (+2 −0 lines)."
        in said
    )
    assert (
        "It took 2 rounds of changes and 3 days, you stayed with it to the end, and it comes with tests."
        in said
    )
    assert "Polish" not in said and "all-contributors" not in said
    page = press(house, mine, page, "praised", words=f"{house.world.find_repository(HOME).id}/{number}")
    assert "Noted. Thank you for being there." in page.text and "Something to say" not in page.text
    assert len(house.world.writes()) == before  # nothing of it is ever posted by us
    for text in house.said(HOME, number):
        assert "Congratulations" not in text or "stayed with it" not in text


def test_it_is_theirs_alone_and_only_the_mentor_puts_it_away(house: House, visitor: New) -> None:
    number = merged(house)
    for login in ("newcomer", "octocat", "monalisa"):
        assert "Something to say" not in visitor().sign_in(login).text
    other = visitor()
    page = other.sign_in("octocat")
    token = page.text.partition('name="token" value="')[2].partition('"')[0]
    for words in (f"{house.world.find_repository(HOME).id}/{number}", "1/1", "x", "9" * 40):
        fields = {"token": token, "verb": "praised", "words": words}
        fields["program"] = str(house.world.find_repository(HOME).id)
        answer = other.post("/me", fields, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 422 and "Traceback" not in answer.text
    (row,) = kept(house)
    assert row.said_at is None


def test_a_later_merge_is_the_last_mentors_to_praise(house: House, visitor: New) -> None:
    merged(house, rounds=0)
    merged(house, rounds=0)
    first, second = kept(house)
    assert (first.first, second.first) == (True, False) and first.mentor_id == second.mentor_id
    assert "Thank you @newcomer, this one is merged, too" in unescape(visitor().sign_in("hubot").text)


def test_what_is_closed_or_nobody_helped_with_is_nothing_to_praise(house: House) -> None:
    number = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"]).number
    house.settle()
    house.world.close(HOME, number, "monalisa")
    mentors_own = house.world.open_pull_request(HOME, "hubot", "Mine", files=["lens.py"]).number
    house.settle()
    house.world.merge(HOME, mentors_own, "monalisa")
    house.settle()
    assert kept(house) == []


def test_a_draft_waits_for_a_month(house: House, visitor: New) -> None:
    merged(house)
    house.advance(SHOWN + DAY)
    assert "Something to say" not in visitor().sign_in("hubot").text


def test_the_line_and_the_entry_for_all_contributors_if_the_program_wants_them(
    house: House, visitor: New
) -> None:
    text = configuration(house.world, members=MEMBERS, extra=f"{EXTRA}all_contributors: true\n")
    house.world.push(HOME, "monalisa", {FILE: text})
    house.settle()
    number = merged(house)
    house.world.comment(HOME, number, "hubot", "/mentor win @newcomer docs: A glossary")
    house.settle()
    said = unescape(visitor().sign_in("hubot").text)
    assert "@all-contributors please add @newcomer for doc, code" in said
    assert f'"avatar_url": "{house.world.base_url}/avatars/u/{house.world.user("newcomer").id}?v=4"' in said
    assert not [body for body in house.said(HOME, number) if "all-contributors" in body]


def test_a_private_repository_is_named_only_to_whom_github_shows_it(house: House, visitor: New) -> None:
    merged(house)
    house.world.privatize(HOME)
    house.settle()
    page = visitor().sign_in("hubot")
    assert "Something to say" in page.text and HOME not in page.text


@pytest.mark.parametrize("login", ["newcomer", "hubot"])
def test_it_goes_with_whoever_asks_to_be_forgotten(house: House, login: str) -> None:
    number = merged(house)
    assert len(kept(house)) == 1
    house.world.comment(HOME, number, login, "/mentor forget me")
    house.settle()
    assert kept(house) == []
    with house.context.ledger.read() as connection:
        assert (
            ledger.since(connection, house.world.find_repository(HOME).id, house.context.now() - 30 * DAY)
            == []
        )


def test_a_lost_webhook_is_made_up_for_at_night(house: House) -> None:
    number = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"]).number
    house.settle()
    house.world.faults.hold_deliveries = True
    house.world.merge(HOME, number, "monalisa")
    house.world.deliveries.clear()
    house.world.faults.hold_deliveries = False
    house.advance(timedelta(hours=30))
    house.settle()
    assert [row.number for row in kept(house)] == [number]
