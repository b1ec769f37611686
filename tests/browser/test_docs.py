"""The documentation's site in a browser: what it is made with should keep nobody out, either."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import problems
from tests.test_docs import build

PAGES = ["docs/index", "docs/reference", "docs/how-it-works", "docs/for-operators", "README"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: only failures are of interest."""


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site on a host of static files, below a path."""
    folder = build(tmp_path_factory.mktemp("docs"))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder.parent)) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/{folder.name}"
        server.shutdown()
        serving.join()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light")])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_keeps_anybody_out(page: Page, docs: str, path: str, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{docs}/{path}.html")
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_search_finds_a_key(page: Page, docs: str) -> None:
    page.goto(f"{docs}/search.html?q=human_first")
    expect(page.get_by_role("link", name="Reference").last).to_be_visible()
    expect(page.locator("#search-results")).to_contain_text("human_first")


def test_the_front_page_leads_to_the_docs(page: Page, docs: str) -> None:
    page.goto(f"{docs}/")
    expect(page.get_by_role("heading", name="What brings you here?")).to_be_visible()
