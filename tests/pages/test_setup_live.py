"""The whole of `python app.py` without credentials: set up in the browser, and at work without a restart."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.server import Server, serve
from sandbox.world import World
from tests.journeys.programs import HOME, OWNER, configuration, settled_in
from tests.pages.browser import Browser
from tests.pages.test_setup import VARIABLES, free_port

ROOT = Path(__file__).parents[2]
AGREED = "      - {login: octocat, mentoring: agreed}\n"
PATIENCE = 300.0  # seconds; a quiet machine needs a few


@pytest.fixture
def github() -> Iterator[Server]:
    world = World()
    with serve(world) as server:
        yield server


class Running:
    """`python app.py` in a folder of its own, with what it said."""

    def __init__(self, folder: Path, github: Server) -> None:
        self.port, self.said = free_port(), folder / "said"
        unset = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        given = {"GITHUB_API_URL": github.url, "PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "app.py")],
                cwd=folder,
                env=unset | given,
                stdout=output,
                stderr=output,
            )

    def wait_for(self, condition: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, f"{what} did not happen:\n{self.said.read_text()}"
            time.sleep(0.05)
        return found

    def ask(self, path: str, method: str = "get") -> requests.Response | None:
        try:
            return requests.request(method, f"http://127.0.0.1:{self.port}{path}", timeout=10)
        except requests.ConnectionError:
            return None

    def link(self) -> str:
        found = self.wait_for(lambda: re.search(r"http\S+/setup\?token=\S+", self.said.read_text()), "a link")
        return str(found[0])

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


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
    assert {one.status for one in world.deliveries} == {"failed to connect to host"}  # none was sent to us
    running.wait_for(lambda: door_is_open(running), "the web processes' renewal")
    assert browser.open(f"http://127.0.0.1:{running.port}/setup").status_code == 410
    assert "fetched from the App's log" in running.said.read_text()
    browser.close()


def door_is_open(running: Running) -> bool:
    """Both of the web processes know the secret, so several are asked."""
    answers = [running.ask("/webhooks", "post") for _ in range(20)]
    return None not in answers and {answer.status_code for answer in answers if answer is not None} == {401}
