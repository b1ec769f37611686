"""What somebody does who has signed in: pages of their own, opened by clicks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import problems
from tests.journeys.house import House
from tests.journeys.programs import HOME, settled_in

SignIn = Callable[[Page, str], None]


@pytest.fixture
def sign_in(site: str) -> SignIn:
    """Signs in by GitHub's page, as anybody does."""

    def by_clicks(page: Page, login: str) -> None:
        page.goto(f"{site}/me")
        page.get_by_role("button", name=login, exact=True).click()
        expect(page.get_by_text("Signed in as")).to_contain_text(login)

    return by_clicks


@pytest.fixture
def program(house: House) -> int:
    """A mentor, hubot, with one newcomer, in a public repository; the program's number."""
    home = settled_in(house.world)
    house.settle()
    house.world.open_pull_request(HOME, "newcomer", "Sharper lens", "Hello!", files=["sky/db/lens.py"])
    house.settle()
    return home.id


def test_a_mentor_pauses_comes_back_and_is_not_asked_meanwhile(
    page: Page, house: House, program: int, sign_in: SignIn
) -> None:
    sign_in(page, "hubot")
    expect(page.get_by_role("list", name="Your newcomers")).to_contain_text("your turn")
    page.get_by_role("button", name="2 weeks").click()
    expect(page.get_by_role("status")).to_contain_text("Noted")
    expect(page.get_by_text("nobody new is sent to you", exact=False).first).to_be_visible()
    house.settle()
    other = house.world.open_pull_request(HOME, "newcomer-two", "Dust it", "Hi!", files=["sky/db/dust.py"])
    house.settle()
    assert not any("hubot" in text for text in house.said(HOME, other.number))
    page.get_by_role("button", name="I am back").click()
    expect(page.get_by_role("status")).to_contain_text("Welcome back")
    assert problems(page) == []


def test_a_graduate_says_yes_and_agrees_to_be_found(
    page: Page, house: House, program: int, sign_in: SignIn, site: str
) -> None:
    sign_in(page, "octocat")
    page.get_by_role("button", name="Yes, gladly").click()
    expect(page.get_by_role("status")).to_contain_text("you are a mentor now")
    page.get_by_role("button", name="Show me there").click()
    expect(page.get_by_role("status")).to_contain_text("on the page of mentors")
    page.goto(f"{site}/mentors")
    expect(page.get_by_role("main")).to_contain_text("octocat")
    expect(page.get_by_role("main")).not_to_contain_text("hubot")


def test_a_newcomer_sees_their_path_and_takes_their_data_along(
    page: Page, program: int, sign_in: SignIn
) -> None:
    sign_in(page, "newcomer")
    expect(page.get_by_role("heading", name="Your path so far")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download everything").click()
    assert downloading.value.suggested_filename == "lamplighter-newcomer.json"
    page.get_by_role("link", name="have it erased").click()
    assert problems(page) == []
    page.get_by_role("main").get_by_role("button", name="Erase").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("forgotten")


def test_an_organizer_reads_the_program(page: Page, program: int, sign_in: SignIn, site: str) -> None:
    sign_in(page, "monalisa")
    page.goto(f"{site}/programs")
    page.get_by_role("link", name="Djangonaut Space").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Djangonaut Space")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert problems(page) == []


def test_somebody_else_finds_no_program(page: Page, program: int, sign_in: SignIn, site: str) -> None:
    sign_in(page, "newcomer")
    there = page.request.get(f"{site}/programs/{program}")
    nowhere = page.request.get(f"{site}/programs/1")
    assert (there.status, there.text()) == (nowhere.status, nowhere.text()) and there.status == 404


def test_a_cookie_that_was_copied_is_worth_nothing_after_signing_out(
    page: Page, profile: BrowserContext, program: int, sign_in: SignIn, site: str
) -> None:
    sign_in(page, "hubot")
    stolen = profile.cookies()
    page.get_by_role("button", name="Sign out").click()
    profile.add_cookies(stolen)  # type: ignore[arg-type]
    page.goto(f"{site}/me")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Authorize")


def test_a_form_on_another_site_changes_nothing(
    page: Page, profile: BrowserContext, house: House, program: int, sign_in: SignIn, site: str
) -> None:
    """SameSite and Sec-Fetch-Site are the browser's own, so it takes a browser to see them."""
    sign_in(page, "hubot")
    elsewhere = "http://elsewhere.localhost/"
    form = f'<form method="post" action="{site}/me"><input name="verb" value="away"><input name="words" value="2 weeks"><input name="program" value="{program}"><button>Win a prize</button></form>'
    other = profile.new_page()
    other.route(elsewhere, lambda route: route.fulfill(content_type="text/html", body=form))
    other.goto(elsewhere)
    other.get_by_role("button").click()
    other.wait_for_url(f"{site}/**")
    page.reload()
    expect(page.get_by_role("button", name="I am back")).to_have_count(0)
