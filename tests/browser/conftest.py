"""A browser in front of a house: Debian's Chromium, driven by Playwright; pages with a mistake of ours in them fail.

Without Chromium these tests are skipped, which is said; LAMPLIGHTER_TESTS_REQUIRE=browser makes that an error.
"""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.chromium import NO_BROWSER, launch_options
from tests.journeys.conftest import house, pytest_generate_tests, redis_url, released_url, valkey
from tests.journeys.house import House

__all__ = ["house", "pytest_generate_tests", "redis_url", "released_url", "valkey"]

PATIENCE = 60_000  # milliseconds; busy machines are slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each module: while it runs there is an event loop in this thread, which other tests cannot have."""
    options = launch_options()
    if options is None and "browser" in os.environ.get("LAMPLIGHTER_TESTS_REQUIRE", ""):
        pytest.fail(NO_BROWSER)
    if options is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(**options)
        yield opened
        opened.close()


@pytest.fixture
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody's own windows, with cookies that are nobody else's."""
    opened = browser.new_context()
    yield opened
    opened.close()


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may go wrong: no script error, nothing that the security policy had to refuse."""
    wrong: list[str] = []
    page = profile.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if is_wrong(said) else None)
    yield page
    assert wrong == []


def is_wrong(said: ConsoleMessage) -> bool:
    """An error; the page that says "Just a moment" and goes on by itself comes with 503."""
    return said.type == "error" and "(Service Unavailable)" not in said.text


@pytest.fixture
def site(house: House) -> str:
    """The address of the App's pages."""
    return house.webhook_url.removesuffix("/webhooks")


def problems(page: Page) -> list[str]:
    """What axe-core finds that is more than minor, one line for each, and where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['impact']}: {rule['help']} – {node['html'][:120]}"
        for rule in found
        if rule["impact"] != "minor"
        for node in rule["nodes"]
    ]
