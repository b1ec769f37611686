"""My page in the dark and in both languages, signing in that was cancelled, and what follows an installation, on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import problems
from tests.journeys.house import House
from tests.journeys.programs import HOME, OWNER, configuration, settled_in
from tests.pages.lively import COOKIE, a_place, busy, lively, shown, signed_in

MEMBERS = """\
      - {login: hubot, mentoring: agreed, about: "<script>alert(1)</script>"}
      - {login: octocat}
"""


def told(house: House) -> None:
    """A program with a mentor, somebody who is asked, and a newcomer who waits."""
    settled_in(house.world, configuration(house.world, members=MEMBERS, extra="digest: off\n"))
    house.settle()
    house.world.open_pull_request(HOME, "newcomer", "Oil the dome", files=["dome.py"])
    house.settle()


def sign_in(page: Page, site: str, login: str, path: str = "/me") -> None:
    page.goto(f"{site}{path}")
    page.get_by_role("button", name=login, exact=True).click()
    page.wait_for_url(f"{site}/**")


def test_a_graduate_answers_and_reads_what_erasing_means(page: Page, house: House, site: str) -> None:
    told(house)
    page.emulate_media(color_scheme="dark")
    sign_in(page, site, "octocat")
    assert problems(page) == []
    page.get_by_role("button", name="Yes, gladly").click()
    assert "you are a mentor now" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="have it erased").click()
    assert problems(page) == []
    page.get_by_role("link", name="Keep it").click()
    assert page.get_by_role("heading", name="My page").is_visible()


def test_whoever_cancels_at_github_reads_that_nothing_happened(page: Page, house: House, site: str) -> None:
    told(house)
    page.goto(f"{site}/me")
    page.get_by_role("button", name="Cancel").click()
    assert page.get_by_role("heading", name="You are not signed in").is_visible()
    assert problems(page) == []


def test_after_installing_there_is_a_file_to_begin_with(page: Page, house: House, site: str) -> None:
    world = house.world
    world.organization(OWNER, owners=["monalisa"])
    world.repository(HOME, files={"docs/a.md": "", "lens/a.py": ""})
    installation = world.install(OWNER, [HOME])
    house.settle()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, site, "monalisa", f"/installed?installation_id={installation.id}&setup_action=install")
    assert page.get_by_role("heading", name=f"Installed on {OWNER}").is_visible()
    assert "program: observatory" in page.locator("pre").inner_text()
    link = page.get_by_role("link", name="Create .github/lamplighter.yml on GitHub")
    assert f"/{HOME}/new/main?filename=" in (link.get_attribute("href") or "")
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture(scope="module")
def site_of_octocat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """My page of a mentor with all its parts; the cookie of octocat's session says octocat."""
    with a_place(tmp_path_factory.mktemp("busy")) as place, shown(place, home := lively(place)) as program:
        busy(place, home)
        signed_in(place, "octocat", "octocat")
        yield program.partition("/programs/")[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_draft_of_praise_keeps_nobody_out(
    page: Page, site_of_octocat: str, lang: str, width: int, scheme: str
) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": "octocat", "url": site_of_octocat}])
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site_of_octocat}/me?lang={lang}")
    for one in page.locator("summary").all():
        one.click()
    draft = page.get_by_label({"en": "Your words", "es": "Tus palabras"}[lang])
    expect(draft).to_have_value(re.compile("^Congratulations @mona"))  # in the program's language
    expect(draft).to_have_attribute("lang", "en")
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_language_is_switched_by_keyboard(page: Page, site_of_octocat: str) -> None:
    page.goto(f"{site_of_octocat}/?lang=en")
    page.get_by_role("navigation", name="Language").get_by_role("link", name="Español").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Saltar al contenido")).to_be_attached()
    page.get_by_role("link", name="Lamplighter", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page).to_have_url(re.compile(r"/\?lang=es$"))
