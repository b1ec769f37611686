"""The whole of `python app.py` without credentials: set up in the browser, and at work without a restart."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.server import Server, serve
from sandbox.world import World
from tests.journeys.programs import HOME, OWNER, configuration, settled_in
from tests.pages.browser import Browser
from tests.pages.running import Running

AGREED = "      - {login: octocat, mentoring: agreed}\n"


@pytest.fixture
def github() -> Iterator[Server]:
    world = World()
    with serve(world) as server:
        yield server


@pytest.fixture
def running(tmp_path: Path, github: Server) -> Iterator[Running]:
    it = Running(tmp_path, github)
    yield it
    it.stop()


def test_from_no_app_to_the_first_welcome(running: Running, github: Server) -> None:
    """On a machine that GitHub cannot reach: two clicks, and a newcomer is greeted. Nothing is started again."""
    link, browser, world = running.link(), Browser(), github.world
    settled_in(world, configuration(world, members=AGREED, extra="starter_issues: 0"), install=False)
    running.wait_for(lambda: running.ask("/healthz"), "the web process")
    assert running.said.read_text().count("/setup?token=") == 1  # one link, however many processes
    early = running.ask("/webhooks", "post")
    assert early is not None and early.status_code == 503
    browser.open(link)
    browser.send(1, organization=OWNER)
    browser.send()
    assert browser.send().status_code == 200
    browser.open(re.findall(r'href="(http\S+/installations/new)"', browser.answer.text)[0])
    installed = browser.send(follow=False, repository=HOME, which="selected").headers["Location"]
    assert installed.startswith(f"http://127.0.0.1:{running.port}/installed?installation_id=")
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    running.wait_for(lambda: pull.comments, "the welcome")
    assert len(pull.comments) == 1 and "@newcomer" in pull.comments[0].body
    running.wait_for(lambda: "pending" not in {one.status for one in world.deliveries}, "GitHub's attempts")
    assert {one.status for one in world.deliveries} == {"failed to connect to host"}  # none was sent to us
    running.wait_for(lambda: door_is_open(running), "the web processes' renewal")
    assert browser.open(f"http://127.0.0.1:{running.port}/setup").status_code == 410
    assert "fetched from the App's log" in running.said.read_text()
    browser.close()


def door_is_open(running: Running) -> bool:
    """Both of the web processes know the secret, so several are asked."""
    answers = [running.ask("/webhooks", "post") for _ in range(20)]
    return None not in answers and {answer.status_code for answer in answers if answer is not None} == {401}
