"""My page in the dark, signing in that was cancelled, and what follows an installation, on a phone."""

from playwright.sync_api import Page

from tests.browser.conftest import problems
from tests.journeys.house import House
from tests.journeys.programs import HOME, OWNER, configuration, settled_in

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
