"""Under a sub-path: whoever signs in, changes something or opens a pull request there notices nothing of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from app import create_app
from sandbox.registration import move
from tests.journeys.house import House
from tests.journeys.programs import HOME, settled_in
from tests.pages.visitor import Visitor
from tests.serving import listening, serving
from tests.test_sub_path import PREFIX, proxy


class Below(Visitor):
    """Somebody who types addresses with the path, and is told the path by every page."""

    def __init__(self, house: House, url: str) -> None:
        super().__init__(house)
        self.url = url

    def get(self, path: str, **more: Any) -> requests.Response:
        return super().get(path.removeprefix("/") if not path.startswith(PREFIX) else path, **more)


@pytest.fixture(params=[True, False], ids=["taken off", "passed on"])
def below(request: pytest.FixtureRequest, house: House) -> Iterator[Below]:
    """The same house behind a proxy, where GitHub finds it, too."""
    web = listening()
    with proxy(web.server_port, strips=request.param) as url:
        (app,) = house.world.apps.values()
        move(app, url)
        context = replace(house.context, settings=replace(house.context.settings, public_url=url))
        web.app = create_app(context)
        with serving(web):
            yield Below(house, url)


def test_signing_in_coming_back_and_signing_out(below: Below) -> None:
    below.house.world.user("octocat")
    asked = below.get("/me", allow_redirects=False)
    assert asked.headers["Location"] == f"{PREFIX}/sign-in?to={PREFIX}/me"
    page = below.sign_in("octocat", to=f"{PREFIX}/me")
    assert urlsplit(page.url).path == f"{PREFIX}/me" and "<bdi>octocat</bdi>" in page.text
    assert {one.path for one in below.session.cookies} == {f"{PREFIX}/"}
    out = below.send(page, f"{PREFIX}/sign-out")
    assert urlsplit(out.url).path == f"{PREFIX}/" and out.status_code == 200
    assert below.get("/me", allow_redirects=False).status_code == 302


@pytest.mark.parametrize("to", ["/me", "//evil.example", "https://evil.example/lamplighter/me", "/other-app"])
def test_nobody_is_sent_back_to_what_is_beside_us(below: Below, to: str) -> None:
    below.house.world.user("octocat")
    assert urlsplit(below.sign_in("octocat", to=to).url)[1:3] == (urlsplit(below.url).netloc, f"{PREFIX}/")


def test_a_newcomer_is_greeted(below: Below) -> None:
    house = below.house
    settled_in(house.world)
    house.settle()
    number = house.world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    house.settle()
    assert "@newcomer" in house.said(HOME, number)[0]
