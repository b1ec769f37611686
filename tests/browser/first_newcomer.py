"""The way of a new user, in a browser: from nothing to the first newcomer who is welcomed.

`python -m tests.browser.first_newcomer` walks it from a clone, as the README says it, and prints how long each step took.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from sandbox.server import Server, serve
from sandbox.world import World
from tests.browser.chromium import NO_BROWSER, launch_options
from tests.pages.running import ROOT, Running

OWNER, REPO = "monalisa", "monalisa/observatory"
FILES = {"README.md": "# Observatory\n", "docs/index.md": "# How to look\n", "lens/focus.py": "focus = 1\n"}
COHORT = """
cohorts:
  - name: Spring
    starts: 2026-03-01
    ends: 2026-06-01
    members:
      - {login: octocat, mentoring: agreed, about: "My first pull request was a typo. Ask me anything."}
"""


@dataclass
class Steps:
    """What was done, and how many seconds each took."""

    taken: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def step(self, what: str) -> object:
        begun = time.monotonic()
        yield
        self.taken.append((what, time.monotonic() - begun))


def world() -> World:
    """GitHub before anything: a maintainer with a repository, somebody who would help, and somebody new."""
    made = World()
    for login in (OWNER, "octocat", "newcomer"):
        made.user(login)
    made.repository(REPO, files=FILES)
    return made


def walk(page: Page, running: Running, github: Server, steps: Steps) -> None:
    """Everything that a maintainer does, in the browser, and then a newcomer."""
    with steps.step("create the App: one link, two clicks"):
        page.goto(running.link())
        to_the_app(page)
    with steps.step("install it on a repository, and sign in"):
        to_the_installation(page)
    with steps.step("create the file that was composed, with a mentor in it"):
        page.get_by_role("link", name="Create .github/lamplighter.yml").click()
        text = page.get_by_label("Enter file contents here")
        text.fill(text.input_value() + COHORT)
        page.get_by_label("Signed in as").select_option(OWNER)
        page.get_by_role("button", name="Commit changes").click()
    with steps.step("a newcomer's first pull request is welcomed"):
        thread = github.world.open_pull_request(
            REPO, "newcomer", "Focus by default", "Hello!", files=["lens/focus.py"]
        )
        running.wait_for(lambda: thread.comments, "the welcome")
        page.goto(f"{github.url}/{REPO}/pull/{thread.number}")
        expect(page.locator("body")).to_contain_text("octocat")


def to_the_app(page: Page) -> None:
    """From the set-up page, by way of GitHub's, to the page that says that the App is there."""
    page.get_by_role("button", name="Create the App on GitHub").first.click()
    page.get_by_label("Signed in as").select_option(OWNER)
    page.get_by_role("button", name="Create GitHub App").click()
    expect(page.get_by_role("link", name="Install it on GitHub")).to_be_visible()


def to_the_installation(page: Page) -> None:
    """From there to the page after installing, by way of GitHub's for installing and for signing in."""
    page.get_by_role("link", name="Install it on GitHub").click()
    page.get_by_label(REPO).check()
    page.get_by_role("button", name="Install").click()
    page.get_by_role("button", name=OWNER, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Installed on")


def is_up(running: Running) -> None:
    """Waits for the link and for the web server that answers it."""
    running.link()
    running.wait_for(lambda: running.ask("/healthz"), "the web process")


def from_a_clone(folder: Path, source: Path, python: str) -> Steps:
    """The same from a clone of `source`, with the README's commands."""
    steps, clone = Steps(), folder / "lamplighter"
    with steps.step("git clone"):
        subprocess.run(["git", "clone", "--quiet", str(source), str(clone)], check=True)
    with steps.step("make setup"):
        subprocess.run(["make", "--silent", "setup", f"PYTHON={python}"], cwd=clone, check=True)
    with serve(world()) as github, sync_playwright() as playwright:
        running = Running(clone, github, command=["make", "--silent", "run"])
        try:
            with steps.step("make run, until it shows its link"):
                is_up(running)
            browser = playwright.chromium.launch(**launch_options())
            walk(browser.new_page(), running, github, steps)
            browser.close()
        finally:
            running.stop()
    return steps


def main() -> None:
    """Walk it from a clone, and print the steps."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.first_newcomer", description=__doc__)
    parser.add_argument(
        "--source", type=Path, default=ROOT, help="the repository to clone (default: this one)"
    )
    parser.add_argument("--python", default="python3", help="the Python to set up with")
    options = parser.parse_args()
    if launch_options() is None:
        parser.exit(1, f"{NO_BROWSER}\n")
    with tempfile.TemporaryDirectory() as folder:
        steps = from_a_clone(Path(folder), options.source, options.python)
    for what, seconds in steps.taken:
        print(f"{seconds:7.1f} s  {what}")
    print(
        f"{sum(seconds for _, seconds in steps.taken):7.1f} s  from the clone to the first welcomed newcomer"
    )


if __name__ == "__main__":
    main()
