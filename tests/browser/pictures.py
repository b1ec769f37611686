"""Takes the pictures of pages that the documentation shows, in light and dark: `python -m tests.browser.pictures`."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from adapters.context import Context
from adapters.ledger.release import release
from adapters.valkey import PrivateValkey
from app import create_app
from sandbox.demo.scenes import REPO as DEMO
from sandbox.models import Thread
from sandbox.server import serve
from tests.browser.chromium import NO_BROWSER, launch_options
from tests.browser.first_newcomer import is_up, to_the_app, to_the_installation, world
from tests.journeys.golden import alone, certificates, cohort, demo, thread
from tests.journeys.house import House, open_house
from tests.journeys.programs import HOME, settled_in
from tests.pages.lively import COOKIE, KEY, a_place, certified, lively, shown
from tests.pages.public import Somebody, a_program, a_starter
from tests.pages.running import ROOT, Running
from tests.serving import listening, serving
from tests.test_app import in_an_environment

FOLDER = ROOT / "docs" / "images" / "pages"
THREADS = FOLDER.parent
SCHEMES = ("light", "dark")

PEOPLE = [
    Somebody(
        "octocat",
        1,
        {
            "areas": ["docs", "orm"],
            "languages": ["it", "en"],
            "timezone": "Europe/Rome",
            "about": "Migrations looked like magic to me too. Ask me anything, and please ask twice.",
        },
    ),
    Somebody(
        "mona",
        2,
        {
            "areas": ["docs"],
            "languages": ["en", "es"],
            "timezone": "America/Lima",
            "about": "I read drafts at breakfast. Half a page is a fine beginning.",
        },
    ),
    Somebody(
        "hubot",
        3,
        {
            "areas": ["orm"],
            "languages": ["en"],
            "timezone": "Africa/Nairobi",
            "about": "Databases, and why a test fails only on Tuesdays.",
        },
        said={"capacity": 0},
    ),
    Somebody(
        "defunkt",
        4,
        {
            "languages": ["de", "en"],
            "timezone": "Europe/Berlin",
            "about": "My first pull request was a typo. I help with the second one.",
        },
    ),
]
AREAS = {
    "docs": {"labels": ["docs"], "team": "Docs team", "channel": "https://chat.example.org/docs"},
    "orm": {"labels": ["ORM"], "team": "ORM team"},
}
ISSUES = [
    ("Say in the tutorial where settings live", 1, ["docs", "size: S"]),
    ("Name the field in the error about a missing default", 3, ["ORM", "size: M"]),
    ("A picture for the page on time zones", 2, ["docs", "size: S"]),
    ("Tell apart two queries that look alike in the log", 1, ["ORM"]),
]

Take = Callable[[Page, str], None]
WITHOUT_PORTS = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/http:..127.0.0.1:\d+/g, "https://example.org");
}"""
PAPER = {"width": 1123, "height": 794}  # A4 on its side, at 96 dots an inch


def taking(folder: Path) -> Take:
    """Takes a page's picture in both schemes, as NAME-light.png and NAME-dark.png."""

    def take(page: Page, name: str) -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=folder / f"{name}-{scheme}.png", full_page=True)

    return take


def of_the_set_up(browser: Browser, take: Take) -> None:
    """The set-up page, and the page after installing."""
    with tempfile.TemporaryDirectory() as data, serve(world()) as github:
        running = Running(Path(data), github)
        try:
            is_up(running)
            page = new_page(browser)
            page.goto(running.link())
            take(page, "setup")
            to_the_app(page)
            to_the_installation(page)
            take(page, "installed")
        finally:
            running.stop()


def of_the_public_pages(browser: Browser, take: Take) -> None:
    """Mentors, one of them, and where newcomers start."""
    with tempfile.TemporaryDirectory() as data, a_public_program(Path(data)) as address:
        page = new_page(browser)
        for path, name in (
            ("/mentors", "mentors"),
            ("/mentors/octocat", "mentor"),
            ("/start-here", "start-here"),
        ):
            page.goto(f"{address}{path}")
            take(page, name)


def of_a_program(browser: Browser, take: Take) -> None:
    """A program in which much goes on, as its organizer sees it."""
    with (
        tempfile.TemporaryDirectory() as data,
        a_place(Path(data)) as place,
        shown(place, home := lively(place)) as there,
    ):
        site = there.partition("/programs/")[0]
        page = new_page(browser)
        page.context.add_cookies([{"name": COOKIE, "value": KEY, "url": site}])
        page.goto(there)
        take(page, "program")
        page.goto(there.replace("/programs/", "/stay/"))
        take(page, "stay")
        one = f"{site}/certificates/{certified(place, home)}"
        page.goto(one)
        take(page, "certificate")
        page.goto(f"{one}?lang=es")
        take(page, "certificate-es")


def of_my_page(browser: Browser, take: Take) -> None:
    """A mentor's own page."""
    with (
        tempfile.TemporaryDirectory() as data,
        PrivateValkey(Path(data)) as queue,
        open_house(Path(data), queue.url) as house,
    ):
        settled_in(house.world)
        house.settle()
        for login, title in (("newcomer", "Sharper lens"), ("newcomer-two", "Dust the mirror")):
            house.world.open_pull_request(HOME, login, title, "Hello!", files=["sky/db/lens.py"])
        house.settle()
        page = new_page(browser)
        page.goto(f"{house.context.settings.public_url}/me")
        page.get_by_role("button", name="hubot", exact=True).click()
        page.get_by_text("Signed in as").wait_for()
        take(page, "me")


def of_stories(browser: Browser, _take: Take) -> None:
    """What the stories of `tests/journeys/golden` look like on GitHub in the end, and a certificate on paper; in light."""
    with alone() as house:
        demo.play(house)
        on_github(browser, house, DEMO, lambda one: "digest" in one.labels and one.state == "open", "digest")
    with alone() as house:
        cohort.play(house)
        on_github(browser, house, HOME, lambda one: "report" in one.labels, "report")
    for language, name in (("en", "thread"), ("es", "thread-es")):
        with alone() as house:
            thread.play(house, language)
            on_github(browser, house, HOME, lambda one: one.merged, name)
            if language == "en":
                on_paper(browser, house)


def on_github(browser: Browser, house: House, repo: str, which: Callable[[Thread], bool], name: str) -> None:
    """The one thread like this, as the sandbox shows it."""
    (found,) = (one for one in house.world.issues(repo) if which(one))
    page = new_page(browser)
    page.goto(f"{house.world.base_url}/{repo}/issues/{found.number}")
    keep(page, name, full_page=True)


def on_paper(browser: Browser, house: House) -> None:
    """The certificate of the story as it is printed."""
    (found,) = (one for one in house.world.issues(HOME) if one.merged)
    page = new_page(browser)
    page.goto(certificates.address(house.said(HOME, found.number)[-1]))
    page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    keep(page, "certificate-printed")


def keep(page: Page, name: str, *, full_page: bool = False) -> None:
    """The picture of a page, without the ports of this machine; smaller where `pngquant` is installed."""
    page.evaluate(WITHOUT_PORTS)
    path = THREADS / f"{name}.png"
    page.screenshot(path=path, full_page=full_page)
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--output", path, "64", path], check=True)


@contextmanager
def a_public_program(folder: Path) -> Iterator[str]:
    """Its pages over HTTP; their address."""
    context = in_an_environment(folder)
    release(context.ledger)
    fill(context)
    try:
        with serving(listening(create_app(context))) as url:
            yield url
    finally:
        context.ledger.close()


def fill(context: Context) -> None:
    top: dict[str, Any] = {"areas": AREAS, "cohort": "2026 Session 4"}
    a_program(context, PEOPLE, **top)
    for number, (title, mentor_id, labels) in enumerate(ISSUES, start=1):
        a_starter(context, number, title, mentor_id, labels)


def new_page(browser: Browser) -> Page:
    opened: BrowserContext = browser.new_context(viewport={"width": 1100, "height": 700})
    return opened.new_page()


def main() -> None:
    """Take them all, or those of the parts named."""
    parts = {
        "setup": of_the_set_up,
        "public": of_the_public_pages,
        "program": of_a_program,
        "me": of_my_page,
        "stories": of_stories,
    }
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*parts, []], help="default: all")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    given = parser.parse_args()
    options = launch_options()
    if options is None:
        parser.exit(1, f"{NO_BROWSER}\n")
    given.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        browser = opened.enter_context(sync_playwright()).chromium.launch(**options)
        opened.callback(browser.close)
        for part in given.parts or parts:
            parts[part](browser, taking(given.folder))


if __name__ == "__main__":
    main()
