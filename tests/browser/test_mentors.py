"""The two pages for everybody, in a browser: readable by all, searched by keyboard, on a phone, in any script."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import problems
from tests.journeys.house import House
from tests.pages.public import Somebody, a_program, a_starter

PAGES = ["/mentors", "/mentors?area=orm&page=1", "/mentors/mona", "/mentors/embed", "/start-here"]
PEOPLE = [
    Somebody(
        "mona",
        11,
        {"areas": ["orm"], "languages": ["it", "en"], "timezone": "Europe/Rome", "about": "Ask me."},
    ),
    Somebody("hubot", 12, {"areas": ["docs"], "languages": ["he"], "about": "אני עוזר למתחילים"}),
    Somebody("defunkt", 13, {"about": "Donaudampfschifffahrt" * 11, "languages": ["ja"]}),
    *(Somebody(f"mentor-{n}", 100 + n, {"areas": ["docs"]}) for n in range(30)),
]


@pytest.fixture
def program(house: House) -> None:
    areas = {
        "orm": {"labels": ["orm"], "team": "ORM team", "channel": "https://chat.example.org"},
        "docs": {},
    }
    a_program(house.context, PEOPLE, areas=areas)
    a_starter(house.context, 1, "Dust the lens", 11, ["orm", "size: S"])
    a_starter(house.context, 2, "x" * 256, 12)


@pytest.mark.usefixtures("program")
def test_nothing_keeps_anybody_out_of_them(page: Page, site: str) -> None:
    for path in PAGES:
        for width, scheme, lang in ((1280, "light", "en"), (1280, "dark", "es"), (360, "light", "es")):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{site}{path}{'&' if '?' in path else '?'}lang={lang}")
            for closed in page.locator("details:not([open]) > summary").all():
                closed.click()
            assert problems(page) == [], (path, width, scheme, lang)


@pytest.mark.usefixtures("program")
def test_a_phone_shows_them_without_moving_sideways(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in PAGES:
        for lang in ("en", "es"):
            page.goto(f"{site}{path}{'&' if '?' in path else '?'}lang={lang}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, (path, lang)


@pytest.mark.usefixtures("program")
def test_mentors_are_found_by_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}/mentors")
    expect(page.get_by_role("heading", name="33 mentors")).to_be_visible()
    page.get_by_role("checkbox", name="orm").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 mentor")).to_be_visible()
    expect(page.get_by_role("link", name="mona")).to_be_visible()
    expect(page.get_by_role("checkbox", name="orm")).to_be_checked()
    page.get_by_role("link", name="Show everybody").click()
    page.get_by_role("link", name="More mentors").click()
    expect(page.get_by_text("page 2 of 2")).to_be_visible()


@pytest.mark.usefixtures("program")
def test_whoever_searches_in_a_language_finds_in_it(page: Page, site: str) -> None:
    page.goto(f"{site}/mentors?lang=es")
    page.get_by_role("checkbox", name="orm").check()
    page.get_by_role("button", name="Mostrar", exact=True).click()
    expect(page.get_by_role("heading", name="1 persona")).to_be_visible()
    expect(page.get_by_text("Roma, UTC+1")).to_be_visible()
