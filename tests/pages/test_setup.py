"""Setting up in the browser, over real HTTP: our page, GitHub's page, and back."""

import re
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from dotenv import dotenv_values

from adapters import settings as environment
from adapters.context import Context, open_context
from adapters.ledger.release import release
from adapters.manifest import PLACEHOLDER, convert, manifest, read
from app import create_app
from pages import setup
from sandbox.demo.house import free_port
from sandbox.installations import new_key
from sandbox.server import Server, serve
from sandbox.world import World
from tests.pages.browser import Browser
from tests.serving import listening, serving

VARIABLES = {
    "GITHUB_APP_ID",
    "GITHUB_PRIVATE_KEY",
    "GITHUB_WEBHOOK_SECRET",
    "GITHUB_CLIENT_ID",
    "GITHUB_CLIENT_SECRET",
}


@dataclass
class Place:
    """An App that is to be set up, its web server, and GitHub."""

    context: Context
    world: World
    github: Server
    folder: Path

    @property
    def url(self) -> str:
        return self.context.settings.public_url

    @property
    def env_file(self) -> Path:
        return self.folder / ".env"

    def link(self, *, keeps: bool | None = True) -> str:
        return setup.open_link(self.context, keeps=keeps)

    def at_github(self, browser: Browser) -> str:
        """As far as GitHub's way back: the address to which it would send the browser."""
        browser.open(self.link())
        browser.send()
        return browser.send(follow=False).headers["Location"]


@pytest.fixture
def github() -> Iterator[Server]:
    world = World()
    world.organization("observatory", owners=["monalisa"])
    with serve(world) as server:
        yield server


@pytest.fixture
def place(
    tmp_path: Path,
    github: Server,
    monkeypatch: pytest.MonkeyPatch,
    released_url: str,
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    for name in (*VARIABLES, "GITHUB_PRIVATE_KEY_PATH"):
        monkeypatch.delenv(name, raising=False)
    port = free_port()
    given = {
        "GITHUB_API_URL": github.url,
        "PORT": str(port),
        "LAMPLIGHTER_DATA_DIR": str(tmp_path / "var"),
        "DATABASE_URL": released_url,
        "REDIS_URL": "unix:///nonexistent",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    context = open_context(environment.load(), now=github.world.now)
    release(context.ledger)
    with serving(listening(create_app(context), port)):
        yield Place(context, github.world, github, tmp_path)
    context.close()


@pytest.fixture
def browsers() -> Iterator[Callable[[], Browser]]:
    opened: list[Browser] = []

    def new() -> Browser:
        opened.append(Browser())
        return opened[-1]

    yield new
    for one in opened:
        one.close()


@pytest.fixture
def browser(browsers: Callable[[], Browser]) -> Browser:
    return browsers()


# --- the way through ------------------------------------------------------------------------------


def test_one_click_here_and_one_on_github(place: Place, browser: Browser) -> None:
    page = browser.open(place.link())
    assert page.status_code == 200 and page.url == f"{place.url}/setup"  # the token is gone from the address
    assert browser.send().url.startswith(f"{place.github.url}/settings/apps/new?state=")
    done = browser.send(name="Our Lamplighter")
    assert done.status_code == 200 and "Our Lamplighter" in done.text
    (app,) = place.world.apps.values()
    assert (app.owner.login, app.name, app.slug) == ("monalisa", "Our Lamplighter", "our-lamplighter")
    assert f'href="{place.github.url}/apps/our-lamplighter/installations/new"' in done.text
    settings = environment.load()
    assert settings.has_credentials
    assert (settings.app_id, settings.client_id) == (str(app.id), app.client_id)
    assert (settings.webhook_secrets, settings.client_secret) == ((app.webhook_secret,), app.client_secret)
    assert (settings.private_key or "").strip() == app.private_key_pem.strip()
    assert stat.S_IMODE(place.env_file.stat().st_mode) == 0o600
    for secret in (app.webhook_secret or "", app.client_secret, "PRIVATE KEY"):
        assert secret not in done.text


def test_whoever_is_quicker_than_the_new_credentials_waits_on_a_page_that_goes_on(
    place: Place, browser: Browser
) -> None:
    before = browser.open(f"{place.url}/sign-in?to=/me")
    assert before.status_code == 404 and "Refresh" not in before.headers
    browser.open(place.link())
    browser.send()
    browser.send()
    soon = browser.open(f"{place.url}/sign-in?to=/me")  # this process has not read them yet
    assert (soon.status_code, soon.headers["Refresh"]) == (503, "2")
    assert 'href="/sign-in?to=/me"' in soon.text
    place.world.advance(timedelta(minutes=3).total_seconds())
    assert browser.open(f"{place.url}/sign-in?to=/me").status_code == 404


def test_an_organization_owns_the_app(place: Place, browser: Browser) -> None:
    browser.open(place.link())
    browser.send(1, organization="observatory")
    assert "for observatory" in browser.answer.text
    at_github = browser.send().url
    assert at_github.startswith(f"{place.github.url}/organizations/observatory/settings/apps/new?")
    assert browser.send().status_code == 200
    (app,) = place.world.apps.values()
    assert app.owner.login == "observatory"


def test_the_app_asks_for_what_app_yml_says(place: Place, browser: Browser) -> None:
    browser.open(place.link())
    browser.send()
    browser.send()
    (app,), ours = place.world.apps.values(), read()
    assert (app.permissions, app.events) == (ours["default_permissions"], ours["default_events"])
    assert app.webhook_url == PLACEHOLDER and not app.public
    assert app.setup_url == f"{place.url}/installed"
    assert app.callback_urls == [f"{place.url}/sign-in/callback"]


def test_only_this_page_has_a_form_to_github(place: Place, browser: Browser) -> None:
    policy = browser.open(place.link()).headers["Content-Security-Policy"]
    assert f"form-action 'self' {place.github.url};" in policy
    other = browser.open(place.url).headers["Content-Security-Policy"]
    assert "form-action 'self';" in other


def test_webhooks_come_to_where_github_can_reach_us(tmp_path: Path) -> None:
    given = {"PUBLIC_URL": "https://lamps.example.org/lighter", "LAMPLIGHTER_DATA_DIR": str(tmp_path)}
    asked = manifest(environment.load(given))
    assert asked["hook_attributes"] == {"url": "https://lamps.example.org/lighter/webhooks", "active": True}
    assert asked["redirect_url"] == "https://lamps.example.org/lighter/setup/created"


@pytest.mark.parametrize("released_url", ["sqlite"], indirect=True)
def test_what_github_gives_once_is_shown_although_the_database_fails(place: Place, browser: Browser) -> None:
    browser.open(place.link(keeps=False))
    browser.send()
    full = "CREATE TRIGGER full BEFORE UPDATE OF done_at ON setup BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    with place.context.ledger.write() as connection:
        connection.exec_driver_sql(full)
    done = browser.send()
    (app,) = place.world.apps.values()
    assert done.status_code == 200 and app.webhook_secret in done.text


# --- who may --------------------------------------------------------------------------------------


def test_without_the_link_nobody_may(place: Place, browser: Browser) -> None:
    place.link()
    for path in ("/setup", "/setup?token=guessed", "/setup/created?code=a&state=b"):
        assert browser.open(f"{place.url}{path}").status_code == 403
    assert not browser.session.cookies


def test_a_link_is_for_one_browser(place: Place, browsers: Callable[[], Browser]) -> None:
    link, first, thief = place.link(), browsers(), browsers()
    assert first.open(link).status_code == 200
    stolen = thief.open(link)
    assert stolen.status_code == 403 and "in another browser" in stolen.text
    assert first.open(link).status_code == 200  # it may open it again


def test_a_cookie_that_is_not_ours_opens_nothing_once_the_link_is_opened_with_it(place: Place) -> None:
    """Whoever planted it beforehand knows it: another server on this machine, say."""
    link, planted = place.link(), {setup.COOKIE: "known-to-somebody-else"}
    opened = requests.get(link, cookies=planted, allow_redirects=False, timeout=30)
    assert opened.status_code == 303 and opened.cookies[setup.COOKIE] != planted[setup.COOKIE]
    assert requests.get(f"{place.url}/setup", cookies=planted, timeout=30).status_code == 403


def test_of_two_browsers_at_once_one_gets_in(place: Place, browsers: Callable[[], Browser]) -> None:
    link = place.link()
    several = [browsers() for _ in range(6)]
    with ThreadPoolExecutor(len(several)) as threads:
        answers = list(threads.map(lambda one: one.open(link).status_code, several))
    assert sorted(answers) == [200, *[403] * 5]


def test_a_newer_link_ends_the_older(place: Place, browser: Browser, browsers: Callable[[], Browser]) -> None:
    old = place.link()
    browser.open(old)
    new = place.link()
    assert browser.open(f"{place.url}/setup").status_code == 403
    assert browsers().open(old).status_code == 403
    assert browsers().open(new).status_code == 200


def test_a_link_is_good_for_a_day(place: Place, browser: Browser) -> None:
    link = place.link()
    place.world.advance(timedelta(days=1, seconds=1).total_seconds())
    assert browser.open(link).status_code == 403


def test_the_cookie_is_for_this_page_alone_and_not_for_scripts(place: Place, browser: Browser) -> None:
    browser.open(place.link())
    (cookie,) = browser.session.cookies
    assert cookie.path == "/setup" and cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Lax"


@pytest.mark.parametrize("state", [None, "", "0" * 64, "caf\u00e9"])
def test_a_forged_state_is_refused(place: Place, browser: Browser, state: str | None) -> None:
    """Somebody else's App must not become ours."""
    back = place.at_github(browser)
    code = parse_qs(urlsplit(back).query)["code"][0]
    forged = f"{place.url}/setup/created?code={code}" + ("" if state is None else f"&state={state}")
    assert browser.open(forged).status_code == 403
    assert not place.env_file.exists()
    assert browser.open(back).status_code == 200  # the code was not spent


def test_the_way_back_in_another_browser_leads_nowhere(
    place: Place, browser: Browser, browsers: Callable[[], Browser]
) -> None:
    back = place.at_github(browser)
    assert browsers().open(back).status_code == 403
    assert not place.env_file.exists()


def test_the_host_header_is_not_believed(place: Place, browser: Browser) -> None:
    browser.open(place.link())
    headers = {"Host": "evil.example.org", "X-Forwarded-Host": "evil.example.org"}
    page = browser.session.get(f"{place.url}/setup", headers=headers, timeout=30)
    assert page.status_code in {200, 403} and "evil.example.org" not in page.text


# --- done -----------------------------------------------------------------------------------------


def test_once_it_is_done_it_is_closed(
    place: Place, browser: Browser, browsers: Callable[[], Browser]
) -> None:
    link = place.link()
    browser.open(link)
    browser.send()
    assert browser.send().status_code == 200
    before = place.env_file.read_text()
    for one in (browser, browsers()):
        for url in (link, f"{place.url}/setup", f"{place.url}/setup/created?code=a&state=b"):
            assert one.open(url).status_code == 410
    assert place.env_file.read_text() == before


def test_with_credentials_there_is_no_set_up(place: Place, browser: Browser) -> None:
    private, _ = new_key()
    given = {
        "GITHUB_APP_ID": "7",
        "GITHUB_PRIVATE_KEY": private,
        "GITHUB_WEBHOOK_SECRET": "f3b1" * 8 + "0a9c2d5e",  # pragma: allowlist secret
    }
    given |= {"LAMPLIGHTER_DATA_DIR": str(place.folder / "var"), "REDIS_URL": "unix:///nonexistent"}
    settings = environment.load(given | {"DATABASE_URL": place.context.ledger.url})
    context = open_context(settings)
    client = create_app(context).test_client()
    assert client.get("/setup").status_code == 410
    assert client.get("/setup/created?code=a&state=b").status_code == 410
    context.close()


# --- GitHub, half-way -----------------------------------------------------------------------------


def test_a_code_that_was_used_before(place: Place, browser: Browser) -> None:
    back = place.at_github(browser)
    convert(place.context.settings, parse_qs(urlsplit(back).query)["code"][0])
    answer = browser.open(back)
    assert answer.status_code == 410 and "does not know this code any more" in answer.text
    assert "settings/apps" in answer.text  # where what is left can be deleted
    assert browser.open(f"{place.url}/setup").status_code == 200  # and it can be begun again


def test_a_code_that_is_older_than_an_hour(place: Place, browser: Browser) -> None:
    back = place.at_github(browser)
    place.world.advance(3700)
    assert browser.open(back).status_code == 410
    assert not place.env_file.exists()


def test_github_is_down_half_way(place: Place, browser: Browser) -> None:
    back = place.at_github(browser)
    place.world.faults.set(errors_5xx=1.0)
    failed = browser.open(back)
    assert failed.status_code == 502 and "Try again" in failed.text
    place.world.faults.set(errors_5xx=0.0)
    assert browser.open(back).status_code == 200
    assert environment.load().has_credentials


def test_github_cannot_be_reached_half_way(place: Place, browser: Browser) -> None:
    back = place.at_github(browser)
    place.github.stop()
    assert browser.open(back).status_code == 502


def test_somebody_who_cancels(place: Place, browser: Browser) -> None:
    """GitHub does not send back who leaves its page; they go back, or to our address without a code."""
    back = place.at_github(browser)
    state = parse_qs(urlsplit(back).query)["state"][0]
    nothing = browser.open(f"{place.url}/setup/created?state={state}")
    assert nothing.status_code == 400 and "Nothing was created" in nothing.text
    assert browser.open(f"{place.url}/setup").status_code == 200


@pytest.mark.parametrize("code", ["../../user", "a b", "x" * 200])
def test_a_code_that_is_none_is_not_sent_on(place: Place, browser: Browser, code: str) -> None:
    state = parse_qs(urlsplit(place.at_github(browser)).query)["state"][0]
    asked = len(place.world.requests)
    answer = browser.session.get(
        f"{place.url}/setup/created", params={"code": code, "state": state}, timeout=30
    )
    assert answer.status_code == 400 and len(place.world.requests) == asked


@pytest.mark.parametrize("name", ["-", "no/such", "<b>", "x" * 50])
def test_a_name_that_no_organization_can_have(place: Place, browser: Browser, name: str) -> None:
    browser.open(place.link())
    answer = browser.send(1, organization=name)
    assert answer.status_code == 400 and "<b>" not in answer.text


# --- where it is kept -----------------------------------------------------------------------------


def test_other_lines_of_the_file_stay(place: Place, browser: Browser) -> None:
    place.env_file.write_text(
        "# ours\nPORT=8123\n\nGITHUB_APP_ID=\nexport GITHUB_PRIVATE_KEY='an\nold\nkey'\nGITHUB_APP_ID=5\nNAME=x"
    )
    place.env_file.chmod(0o644)
    browser.open(place.link())
    browser.send()
    assert browser.send().status_code == 200
    text = place.env_file.read_text()
    assert text.startswith("# ours\nPORT=8123\n\nGITHUB_APP_ID='")
    assert text.count("GITHUB_APP_ID=") == 1 and "old" not in text and "\nNAME=x\n" in text
    assert set(dotenv_values(place.env_file)) > VARIABLES
    assert stat.S_IMODE(place.env_file.stat().st_mode) == 0o600
    assert environment.load().has_credentials


def test_a_file_that_cannot_be_written(place: Place, browser: Browser) -> None:
    place.env_file.mkdir()  # root may write everywhere, but not over a folder
    shown_once(place, browser, keeps=True)
    assert list(place.folder.glob(".env-*")) == []


def test_an_environment_that_wins_over_the_file(
    place: Place, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_APP_ID", "")
    shown_once(place, browser, keeps=True)


def test_on_a_platform_it_is_shown_once(place: Place, browser: Browser) -> None:
    shown_once(place, browser, keeps=False)
    assert not place.env_file.exists()


def shown_once(place: Place, browser: Browser, *, keeps: bool) -> None:
    browser.open(place.link(keeps=keeps))
    browser.send()
    done = browser.send()
    (app,) = place.world.apps.values()
    assert done.status_code == 200 and "shown once" in done.text
    shown = re.findall(r"^(?:.*>)?(GITHUB_\w+)=&#39;(.*)&#39;$", done.text, re.MULTILINE)
    assert {name for name, _ in shown} == VARIABLES
    assert dict(shown)["GITHUB_WEBHOOK_SECRET"] == app.webhook_secret
    key = dict(shown)["GITHUB_PRIVATE_KEY"].replace("\\n", "\n").replace("&#43;", "+")
    assert key.strip() == app.private_key_pem.strip()
    assert done.headers["Cache-Control"].startswith("no-store")
    assert browser.open(done.url).status_code == 410


def test_without_tables_it_says_what_to_do(tmp_path: Path) -> None:
    given = {"LAMPLIGHTER_DATA_DIR": str(tmp_path), "REDIS_URL": "unix:///nonexistent"}
    context = open_context(environment.load(given))
    answer = create_app(context).test_client().get("/setup")
    assert answer.status_code == 503 and "flask --app app release" in answer.text
    context.close()


# --- the link -------------------------------------------------------------------------------------


def test_of_several_web_processes_one_tells_the_link(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        setup.offer(place.context)
    told = capsys.readouterr().err
    assert told.count(f"{place.url}/setup?token=") == 1


def test_a_web_process_without_tables_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = open_context(environment.load({"LAMPLIGHTER_DATA_DIR": str(tmp_path)}))
    setup.offer(context)
    told = capsys.readouterr().err
    assert "flask --app app release" in told and "token" not in told
    context.close()


def test_the_command_prints_a_link_that_works(place: Place, browser: Browser) -> None:
    old = place.link()
    result = create_app(place.context).test_cli_runner().invoke(args=["setup"])
    (link,) = re.findall(r"http\S+/setup\?token=\S+", result.output)
    assert browser.open(old).status_code == 403
    assert browser.open(link).status_code == 200


def test_the_secret_that_github_leaves_to_us_is_set_there(place: Place, browser: Browser) -> None:
    """Its description allows for an App without one."""
    back = place.at_github(browser)
    (app,) = place.world.apps.values()
    app.webhook_secret = None
    assert browser.open(back).status_code == 200
    assert environment.load().webhook_secrets == (app.webhook_secret,) and len(app.webhook_secret or "") == 64


def test_an_answer_that_is_not_githubs(place: Place, browser: Browser) -> None:
    back = place.at_github(browser)
    (app,) = place.world.apps.values()
    app.private_key_pem = "no key at all"  # pragma: allowlist secret
    assert browser.open(back).status_code == 502
    assert not place.env_file.exists()
