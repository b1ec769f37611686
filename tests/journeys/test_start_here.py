"""Start here: the title and labels of good first issues are kept as GitHub shows them; in private never."""

from datetime import timedelta

import requests
from sqlalchemy import select, update

from adapters.ledger import schema
from tests.journeys.house import House
from tests.journeys.programs import HOME, configuration, settled_in

ON_BOTH = True
AGREED = "      - {login: hubot, mentoring: agreed}\n      - {login: octocat, mentoring: agreed}\n"
PATIENCE = 300.0  # seconds: a busy machine is no defect


def begin(house: House, *, private: bool = False) -> None:
    text = configuration(house.world, members=AGREED, extra="digest: off\n")
    settled_in(house.world, text, private=private)
    house.settle(PATIENCE)


def words(house: House, number: int) -> tuple[str | None, list[str] | None]:
    table = schema.starters
    with house.context.ledger.read() as connection:
        found = select(table.c.title, table.c.labels).where(table.c.number == number)
        title, labels = connection.execute(found).one()
    return title, labels


def page(house: House) -> str:
    return requests.get(house.webhook_url.replace("/webhooks", "/start-here"), timeout=60).text


def test_issues_of_both_kinds_are_on_the_page_as_they_are_called_now(house: House) -> None:
    begin(house)
    world = house.world
    labelled = world.open_issue(HOME, "monalisa", "Dust the lens", labels=["good first issue", "size: S"])
    opened = world.open_issue(HOME, "octocat", "Shine it", "/mentor starter")
    house.settle(PATIENCE)
    assert words(house, labelled.number)[0] == "Dust the lens"
    assert "size: S" in (words(house, labelled.number)[1] or ())
    assert words(house, opened.number)[0] == "Shine it"
    assert "Dust the lens" in page(house) and "Shine it" in page(house)
    world.edit(HOME, labelled.number, "monalisa", title="Dust both lenses")
    house.settle(PATIENCE)
    assert "Dust both lenses" in page(house)
    world.close(HOME, opened.number, "octocat")
    house.settle(PATIENCE)
    assert "Shine it" not in page(house)


def test_what_is_private_is_neither_kept_nor_shown(house: House) -> None:
    begin(house, private=True)
    issue = house.world.open_issue(HOME, "monalisa", "Secret lens", labels=["good first issue"])
    house.settle(PATIENCE)
    assert words(house, issue.number) == (None, None)
    assert "Secret lens" not in page(house)


def test_issues_from_before_are_read_in_the_night(house: House) -> None:
    begin(house)
    issue = house.world.open_issue(HOME, "monalisa", "Dust the lens", labels=["good first issue"])
    house.settle(PATIENCE)
    with house.context.ledger.write() as connection:
        connection.execute(update(schema.starters).values(title=None, labels=None))
    house.advance(timedelta(days=2))
    house.sweep("reconcile")
    house.settle(PATIENCE)
    assert words(house, issue.number)[0] == "Dust the lens"


def test_whoever_is_forgotten_is_in_no_title(house: House) -> None:
    begin(house)
    issue = house.world.open_issue(HOME, "monalisa", "Ask @regular about it", labels=["good first issue"])
    house.settle(PATIENCE)
    house.world.comment(HOME, issue.number, "regular", "/mentor forget me")
    house.settle(PATIENCE)
    assert "regular" not in (words(house, issue.number)[0] or "")
