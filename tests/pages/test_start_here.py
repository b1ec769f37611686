"""The page for newcomers: issues with their mentor, free or taken, of public repositories alone; where to ask."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from adapters.context import Context
from adapters.ledger import schema
from tests.pages.public import LONG_AGO, Somebody, a_program, a_repository, a_starter

ON_BOTH = True

AREAS = {
    "areas": {
        "orm": {"labels": ["ORM"], "team": "ORM team", "channel": "https://chat.example.org/orm"},
        "docs": {"labels": ["docs"]},
    }
}
MONA = Somebody("mona", 11, {"areas": ["orm"], "languages": ["it", "en"]})
HUBOT = Somebody("hubot", 12, {"languages": ["en"]}, listed=False)


@pytest.fixture
def program(context: Context) -> None:
    a_program(context, [MONA, HUBOT], **AREAS)
    a_starter(context, 1, "Dust the lens", MONA.id, ["ORM", "size: S"])
    a_starter(context, 2, "Shine the mirror", HUBOT.id, ["docs", "effort: high"])
    a_starter(context, 3, "Oil the dome", MONA.id, ["good first issue"])


def claim(context: Context, number: int) -> None:
    values = {
        "repository_id": 42,
        "number": number,
        "person_id": 99,
        "program_id": 42,
        "claimed_at": LONG_AGO,
    }
    with context.ledger.write() as connection:
        connection.execute(insert(schema.claims).values(values | {"assigned": False}))


def titles(client: FlaskClient, query: str = "") -> list[str]:
    page = client.get(f"/start-here{query}").text
    return re.findall(r'<h4 dir="auto"><a href="[^"]+" rel="noopener">([^<]*)</a></h4>', page)


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Dust the lens", "Shine the mirror", "Oil the dome"}),
        ("?area=orm", {"Dust the lens"}),
        ("?area=orm&area=docs", {"Dust the lens", "Shine the mirror"}),
        ("?size=small", {"Dust the lens"}),
        ("?size=large&size=small", {"Dust the lens", "Shine the mirror"}),
        ("?language=it", {"Dust the lens", "Oil the dome"}),
        ("?language=it&area=docs", set()),
        ("?state=taken", {"Oil the dome"}),
        ("?program=42&state=free", {"Dust the lens", "Shine the mirror"}),
        ("?page=99&size=&colour=red", {"Dust the lens", "Shine the mirror", "Oil the dome"}),
    ],
)
def test_issues_are_found_by_what_is_known_of_them(
    client: FlaskClient, context: Context, query: str, found: set[str]
) -> None:
    claim(context, 3)
    assert set(titles(client, query)) == found


@pytest.mark.usefixtures("program")
def test_an_issue_names_its_mentor_and_leads_to_github(client: FlaskClient) -> None:
    page = client.get("/start-here").text
    assert 'href="https://github.com/djangonaut-space/home-42/issues/1"' in page
    assert 'href="/mentors/mona"' in page
    assert "hubot" in page and "/mentors/hubot" not in page  # named on the issue, but not listed


@pytest.mark.usefixtures("program")
def test_what_is_free_comes_first_and_what_is_taken_says_so(client: FlaskClient, context: Context) -> None:
    claim(context, 1)
    assert titles(client)[-1] == "Dust the lens"
    assert client.get("/start-here?state=taken").text.count(">Taken</li>") == 1


@pytest.mark.usefixtures("program")
def test_nothing_of_private_repositories_is_there(client: FlaskClient, context: Context) -> None:
    a_repository(context, 77, private=True)
    a_starter(context, 5, "Secret dome", MONA.id, repository=77)
    page = client.get("/start-here").text
    assert "Secret dome" not in page and "repository-77" not in page
    assert len(titles(client)) == 3


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(
    "more", [{"closed_at": LONG_AGO}, {"dropped_at": LONG_AGO}, {"title": None}, {"mentor_id": 0}]
)
def test_only_open_issues_with_a_mentor_are_there(
    client: FlaskClient, context: Context, more: dict[str, object]
) -> None:
    values = {"title": "Not this one", "mentor_id": MONA.id, **more}
    a_starter(context, 6, **values)  # type: ignore[arg-type]
    assert len(titles(client)) == 3


@pytest.mark.usefixtures("program")
def test_newcomers_read_the_five_steps_and_where_to_ask(client: FlaskClient) -> None:
    page = client.get("/start-here").text
    for step in ("Find your project", "Get started", "Your first task", "Get involved", "Get more involved"):
        assert f"<strong>{step}.</strong>" in page
    assert "ORM team" in page and 'href="https://chat.example.org/orm"' in page
    assert [len(one) for one in re.findall(r"<h(\d)", page)] and "<script" not in page


def test_without_any_issue_there_is_something_to_do(client: FlaskClient, context: Context) -> None:
    assert "/mentor me" in client.get("/start-here").text
    a_program(context, [], **AREAS)
    assert "no good first issue with a mentor" in client.get("/start-here").text


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "Русский заголовок", "עברית", "🦄", "x" * 256, "left \u202e thgir"]
)
def test_a_title_is_text_in_any_script(client: FlaskClient, context: Context, title: str) -> None:
    a_program(context, [MONA], **AREAS)
    a_starter(context, 1, title, MONA.id)
    page = client.get("/start-here").text
    assert "<script" not in page and "\u202e" not in page
    assert len(titles(client)) == 1
