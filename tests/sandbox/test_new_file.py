"""The page on which a new file is written, and the push that comes of it."""

from __future__ import annotations

import pytest
import requests

from sandbox.models import Repository
from sandbox.server import Server
from sandbox.world import World

PLACE = "/observatory/telescope/new/main"


@pytest.fixture
def home(world: World) -> Repository:
    world.organization("observatory", owners=["monalisa"])
    return world.repository("observatory/telescope", files={"README.md": "# Telescope\n"})


def test_a_link_fills_the_form_in(home: Repository, server: Server) -> None:
    asked = {"filename": "docs/<b>.md", "value": 'line "one"\nline two\n'}
    page = requests.get(f"{server.url}{PLACE}", params=asked, timeout=10)
    assert page.status_code == 200
    assert (
        'value="docs/&lt;b&gt;.md"' in page.text and "line &#34;one&#34;\nline two\n</textarea>" in page.text
    )


def test_it_is_committed_with_the_line_ends_of_a_file(home: Repository, server: Server) -> None:
    form = {"filename": ".github/lamplighter.yml", "value": "program: Sky\r\n", "login": "monalisa"}
    done = requests.post(f"{server.url}{PLACE}", data=form, timeout=10)
    assert done.url.endswith("/observatory/telescope")
    commit = home.commits[home.branches["main"]]
    assert commit.files[".github/lamplighter.yml"] == "program: Sky\n" and "README.md" in commit.files
    assert commit.message == "Create lamplighter.yml" and commit.user.login == "monalisa"


def test_a_branch_that_is_not_there_is_not_found(home: Repository, server: Server) -> None:
    assert requests.get(f"{server.url}/observatory/telescope/new/other", timeout=10).status_code == 404


def test_a_file_without_a_name_is_refused(home: Repository, server: Server) -> None:
    before = home.branches["main"]
    form = {"filename": " ", "value": "x", "login": "monalisa"}
    assert requests.post(f"{server.url}{PLACE}", data=form, timeout=10).status_code == 422
    assert home.branches["main"] == before
