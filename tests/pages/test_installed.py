"""After installing: what whoever may see it is shown, and that others are not."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from mentoring.configuration import parse
from tests.journeys.house import House
from tests.pages.visitor import Visitor

New = Callable[[], Visitor]
OWNER, HOME = "observatory", "observatory/telescope"
FILE = ".github/lamplighter.yml"


@pytest.fixture
def number(house: House) -> int:
    """An installation on two repositories, one of them private."""
    world = house.world
    world.organization(OWNER, owners=["monalisa"])
    for login in ("octocat", "hubot"):
        world.user(login)
    files = {"docs/index.md": "#", "lens/a.py": "", ".github/CODEOWNERS": "/lens/ @observatory/glass\n"}
    world.repository(HOME, files=files)
    world.repository(f"{OWNER}/secret", private=True)
    world.collaborator(HOME, "octocat", "write")
    found = world.install(OWNER, [HOME, f"{OWNER}/secret"])
    house.settle()
    return found.id


def after(visitor: New, login: str, number: object, **query: str) -> requests.Response:
    """Comes from GitHub, where the App was just installed, signs in, and lands."""
    mine = visitor()
    asked = mine.get(
        "/installed",
        params={"installation_id": number, "setup_action": "install", **query},
        allow_redirects=False,
    )
    assert asked.status_code == 303
    to = parse_qs(urlsplit(asked.headers["Location"]).query)["to"][0]
    return mine.sign_in(login, to)


def composed(page: requests.Response) -> str:
    return unescape(re.search(r"<pre[^>]*><code>(.*?)</code></pre>", page.text, re.DOTALL)[1])  # type: ignore[index]


def link(page: requests.Response) -> str:
    return unescape(re.search(r'<a class="button" href="([^"]*)"', page.text)[1])  # type: ignore[index]


def test_whoever_installed_it_sees_what_is_left_to_do(house: House, visitor: New, number: int) -> None:
    page = after(visitor, "monalisa", number)
    assert page.status_code == 200 and f"Installed on <bdi>{OWNER}</bdi>" in page.text
    assert HOME in page.text and f"{OWNER}/secret" in page.text
    assert "No configuration file yet" in page.text
    program = parse(composed(page)).program
    assert program and program.organizers == ("monalisa",)


def test_the_file_is_composed_of_what_is_there_and_begun_by_a_link(
    house: House, visitor: New, number: int
) -> None:
    home = house.world.find_repository(HOME)
    page = after(visitor, "octocat", number)
    program = parse(composed(page)).program
    assert program and program.name == "telescope"
    assert program.good_first_issue_labels == ("good first issue",)
    assert {name: (area.paths, area.team) for name, area in program.areas.items()} == {
        "lens": (("lens/**",), "glass")
    }
    schema = f"{house.context.settings.public_url}/schema.json"
    assert composed(page).startswith(f"# yaml-language-server: $schema={schema}\n")
    parts = urlsplit(link(page))
    assert f"{parts.scheme}://{parts.netloc}" == house.world.base_url
    assert parts.path == f"/{HOME}/new/{home.default_branch}"
    assert parse_qs(parts.query) == {"filename": [FILE], "value": [composed(page)]}


def test_nothing_is_posted_for_an_installation(house: House, visitor: New, number: int) -> None:
    after(visitor, "monalisa", number)
    house.settle()
    assert house.world.writes() == []


# --- who may see it -------------------------------------------------------------------------------


def test_of_private_repositories_only_those_are_named_that_github_shows_the_person(
    house: House, visitor: New, number: int
) -> None:
    page = after(visitor, "octocat", number)
    assert HOME in page.text and "secret" not in page.text
    (secret,) = [it for it in house.world.repositories.values() if it.private]
    page = after(visitor, "octocat", number, repository=str(secret.id))
    assert "secret" not in page.text


def test_somebody_elses_installation_is_one_sentence(house: House, visitor: New, number: int) -> None:
    page = after(visitor, "hubot", number)
    assert page.status_code == 404
    assert "none of the installations that hubot may see" in page.text
    assert OWNER not in page.text


@pytest.mark.parametrize("given", ["", "0", "-1", "x", "1e3", "٣", "9" * 30, "1 or 1=1"])
def test_nonsense_for_a_number_is_nothing(visitor: New, number: int, given: str) -> None:
    page = visitor().get("/installed", params={"installation_id": given})
    assert page.status_code == 404


def test_an_installation_that_there_is_not(visitor: New, number: int) -> None:
    assert after(visitor, "monalisa", number + 1000).status_code == 404


def test_a_number_in_the_address_shows_no_other_installation_of_the_same_session(
    house: House, visitor: New, number: int
) -> None:
    """Somebody may see one installation, and tries the next number."""
    house.world.repository("hubot/own", private=True)
    other = house.world.install("hubot", ["hubot/own"])
    mine = visitor()
    assert mine.sign_in("octocat", f"/installed?installation_id={number}").status_code == 200
    asked = mine.get(f"/installed?installation_id={other.id}", allow_redirects=False)
    assert asked.status_code == 303 and "/sign-in" in asked.headers["Location"]
    page = mine.sign_in("octocat", f"/installed?installation_id={other.id}")
    assert page.status_code == 404 and "own" not in page.text


def test_what_changed_on_github_is_seen_when_it_sends_somebody_back(
    house: House, visitor: New, number: int
) -> None:
    mine = visitor()
    mine.sign_in("octocat", f"/installed?installation_id={number}")
    house.world.find_repository(HOME).collaborators.clear()
    page = after(lambda: mine, "octocat", number)
    assert page.status_code == 404


def test_whoever_lost_access_is_not_shown_a_private_repository_for_long(
    house: House, visitor: New, number: int
) -> None:
    house.world.collaborator(f"{OWNER}/secret", "octocat", "read")
    (secret,) = [it for it in house.world.repositories.values() if it.private]
    mine, here = visitor(), f"/installed?installation_id={number}&repository={secret.id}"
    assert f"{OWNER}/secret" in mine.sign_in("octocat", here).text
    secret.collaborators.pop(house.world.user("octocat").id)
    house.advance(timedelta(minutes=11))
    asked = mine.get(here, allow_redirects=False)
    assert asked.status_code == 303
    assert parse_qs(urlsplit(asked.headers["Location"]).query)["to"] == [here]
    assert "secret" not in mine.sign_in("octocat", here).text


# --- what is missing ------------------------------------------------------------------------------


def test_permissions_that_are_not_accepted_are_told_with_the_way_to_them(
    house: House, visitor: New, number: int
) -> None:
    house.world.installations[number].permissions = {"metadata": "read", "contents": "read", "issues": "read"}
    page = after(visitor, "monalisa", number)
    assert "issues, pull_requests, checks" in page.text
    assert f"/organizations/{OWNER}/settings/installations/{number}/permissions/update" in page.text


def test_issues_that_are_switched_off_and_archives_are_told(house: House, visitor: New, number: int) -> None:
    house.world.find_repository(HOME).has_issues = False
    house.world.find_repository(f"{OWNER}/secret").archived = True
    page = after(visitor, "monalisa", number)
    assert "Issues are switched off" in page.text and "Archived" in page.text


def test_where_the_file_is_there_is_nothing_left_to_do(house: House, visitor: New, number: int) -> None:
    house.world.push(HOME, "monalisa", {FILE: "program: Stars\n"})
    house.settle()
    page = after(visitor, "octocat", number)
    assert '<span class="tag good">ready</span>' in page.text and "<pre" not in page.text


def test_a_file_with_problems_is_told(house: House, visitor: New, number: int) -> None:
    house.world.push(HOME, "monalisa", {FILE: "programme: Stars\n"})
    house.settle()
    assert re.search(r"\d problems?<", after(visitor, "octocat", number).text)


def test_an_empty_repository_gets_a_file_as_well(house: House, visitor: New, number: int) -> None:
    house.world.find_repository(HOME).branches.clear()
    page = after(visitor, "octocat", number)
    program = parse(composed(page)).program
    assert program and program.areas == {} and link(page)


def test_a_file_that_is_too_long_for_a_link_is_shortened_in_it(
    house: House, visitor: New, number: int
) -> None:
    names = [f"{n}-" + "光" * 40 for n in range(8)]
    owners = "".join(f"/{'x' * 90}/{'y' * 50}/{name}/ @observatory/glass\n" for name in names)
    house.world.push(HOME, "monalisa", {".github/CODEOWNERS": owners})
    page = after(visitor, "octocat", number)
    assert len(link(page)) <= 7000
    short = parse(parse_qs(urlsplit(link(page)).query)["value"][0]).program
    whole = parse(composed(page)).program
    assert short and whole and len(whole.areas) == 8 and 0 < len(short.areas) < 8


def test_a_suspended_installation_says_so(house: House, visitor: New, number: int) -> None:
    house.world.suspend(number)
    page = after(visitor, "monalisa", number)
    assert page.status_code == 200 and "suspended" in page.text


def test_while_github_is_down_one_sentence_says_so(house: House, visitor: New, number: int) -> None:
    mine = visitor()
    mine.sign_in("octocat", f"/installed?installation_id={number}")
    house.world.faults.set(errors_5xx=1.0)
    page = mine.get(f"/installed?installation_id={number}")
    house.world.faults.set(errors_5xx=0.0)
    assert page.status_code == 502 and "GitHub does not answer" in page.text


def test_markup_in_names_is_shown_as_text(house: House, visitor: New, number: int) -> None:
    house.world.create_label(HOME, "monalisa", "good first issue <script>alert(1)</script>")
    house.world.push(HOME, "monalisa", {".github/CODEOWNERS": "", "a<b>c/x.py": ""})
    page = after(visitor, "octocat", number)
    assert "<script>" not in page.text and "<b>" not in page.text
    assert "a<b>c" in composed(page)
