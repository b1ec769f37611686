"""From nothing to the first welcomed newcomer: the set-up page, GitHub's pages, the composed file."""

from pathlib import Path

from playwright.sync_api import Page

from sandbox.server import serve
from tests.browser.conftest import problems
from tests.browser.first_newcomer import Steps, is_up, walk, world
from tests.pages.running import Running


def test_a_new_user_gets_there_by_clicks_alone(page: Page, tmp_path: Path) -> None:
    with serve(world()) as github:
        running = Running(tmp_path, github)
        try:
            is_up(running)
            walk(page, running, github, Steps())
        finally:
            running.stop()


def test_the_set_up_page_keeps_nobody_out(page: Page, tmp_path: Path) -> None:
    with serve(world()) as github:
        running = Running(tmp_path, github)
        try:
            is_up(running)
            page.goto(running.link())
            assert problems(page) == []
        finally:
            running.stop()
