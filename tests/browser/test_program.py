"""A program's pages in a real browser: what axe-core finds, a phone, the keyboard, and charts that are to be seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import problems
from tests.pages.lively import COOKIE, KEY, a_place, lively, shown

PARTS = ["", "/newcomers?show=all", "/mentors", "/starters", "/invitations", "/cohorts", "/stay"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One program for all of these tests, which only look."""
    with a_place(tmp_path_factory.mktemp("lively")) as place, shown(place, lively(place)) as address:
        yield address


@pytest.fixture
def organizer(page: Page, address: str) -> Page:
    page.context.add_cookies([{"name": COOKIE, "value": KEY, "url": address}])
    return page


@pytest.mark.parametrize(("scheme", "lang"), [("light", "en"), ("dark", "es")])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("part", PARTS)
def test_nothing_keeps_anybody_out(
    organizer: Page, address: str, part: str, width: int, scheme: str, lang: str
) -> None:
    organizer.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    organizer.set_viewport_size({"width": width, "height": 800})
    organizer.goto(f"{address}{part}{'&' if '?' in part else '?'}lang={lang}")
    for one in organizer.locator("summary").all():
        one.click()
    assert problems(organizer) == []
    assert organizer.evaluate("document.documentElement.scrollWidth") <= width


def test_a_chart_is_to_be_seen_and_its_numbers_open_by_keyboard(organizer: Page, address: str) -> None:
    organizer.goto(address)
    chart = organizer.get_by_role("img", name="Newcomers a week")
    expect(chart).to_be_visible()
    colours = chart.evaluate(
        "one => [...new Set([...one.querySelectorAll('rect')].map(part => getComputedStyle(part).fill))]"
    )
    assert len(colours) == 4 and "rgb(0, 0, 0)" not in colours
    organizer.locator("summary").first.focus()
    organizer.keyboard.press("Enter")
    expect(organizer.get_by_role("columnheader", name="Without an answer")).to_be_visible()


def test_a_table_comes_along_as_a_file(organizer: Page, address: str) -> None:
    organizer.goto(f"{address}/cohorts")
    with organizer.expect_download() as coming:
        organizer.get_by_role("link", name="CSV – Cohorts side by side").click()
    assert coming.value.suggested_filename.endswith("-cohorts.csv")
    assert Path(coming.value.path()).read_text("utf-8").startswith("Cohort,Ended,")
