"""What holds on each page that everybody may open."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import problems

PAGES = ["/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_keeps_anybody_out(page: Page, site: str, path: str, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}{path}")
    assert problems(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_it_without_moving_sideways(page: Page, site: str, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", PAGES)
def test_the_keyboard_finds_the_content_first(page: Page, site: str, path: str) -> None:
    page.goto(f"{site}{path}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
