"""The reader's pages: what people wrote is shown as GitHub shows it, and can do no harm."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client

from sandbox.models import Thread
from sandbox.reader import looks, reader
from sandbox.reader.markdown import render
from sandbox.server import create_app
from sandbox.world import World

HOME = "octo/lamps"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def world() -> World:
    world = World()
    world.organization("octo", members=["monalisa"])
    world.repository(HOME, description="Lamps & lights")
    for login in ("octocat", "lin"):
        world.user(login)
    return world


@pytest.fixture
def client(world: World) -> FlaskClient:
    app = Flask("reader")
    app.register_blueprint(reader(world))
    return app.test_client()


Read = Callable[[str], str]


@pytest.fixture
def read(client: FlaskClient) -> Read:
    """The main part of a page, without the frame and its script."""

    def get(path: str) -> str:
        page = client.get(path)
        assert page.status_code == 200, page.status
        return re.search(r"<main.*</main>", page.text, re.DOTALL)[0]

    return get


def shown(text: str) -> str:
    """The HTML of a text in a world of octocat, lin and #1."""
    people, threads = {"octocat", "lin"}, {(None, 1), ("octo/lamps", 1)}
    return render(
        text,
        lambda login: f"/who/{login}" if login.lower() in people else None,
        lambda home, number: f"/thread/{number}" if (home, number) in threads else None,
    )


def test_scripts_do_nothing_wherever_they_are_written(world: World, read: Read) -> None:
    world.label(HOME, world.open_issue(HOME, "lin", EVIL, f"{EVIL} and `{EVIL}`").number, "monalisa", "<b>x")
    world.comment(HOME, 1, "octocat", f"{EVIL}<img src=x onerror=alert(1)><svg onload=alert(1)>")
    for path in ("/", f"/{HOME}", f"/{HOME}/issues/1", "/?who=lin", f"/?who={EVIL}"):
        page = read(path)
        assert "<script" not in page
        assert "onerror" not in page and "onload" not in page
        assert "<b>x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in read(f"/{HOME}/issues/1")


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        '<a href="javascript:alert(1)">x</a>',
        "[x](data:text/html,hi)",
        '<iframe src="https://example.org"></iframe>',
        '<form action="/x"><input name="a"><button>b</button></form>',
        '<p style="position: fixed">x</p>',
        "<style>body { display: none }</style>",
        '<details ontoggle="alert(1)" open>x</details>',
        "![x](https://example.org/pixel.png)",
        '<img src="https://example.org/pixel.png">',
        '<div class="top" id="main">x</div>',
    ],
)
def test_dangerous_html_is_taken_out(text: str) -> None:
    html = shown(text)
    forbidden = r'="(javascript|data):|<(iframe|form|input|button|style|img)|position|ontoggle|class="top|id='
    assert not re.search(forbidden, html), html


def test_a_text_cannot_break_out_of_its_card(world: World, client: FlaskClient) -> None:
    world.open_issue(HOME, "lin", "t", "</div></article></main><h1>Gotcha</h1>")
    page = client.get(f"/{HOME}/issues/1").text
    assert page.index("Gotcha") < page.index("</article>")


def test_hidden_markers_are_invisible(world: World, read: Read) -> None:
    world.open_issue(HOME, "lin", "t", "Hello.\n\n<!-- lamplighter:welcome repo 42 · thread 1 -->")
    page = read(f"/{HOME}/issues/1")
    assert "Hello." in page
    assert "lamplighter:" not in page and "<!--" not in page


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("Hi @octocat!", True),
        ("(@OctoCat)", True),
        ("**@octocat**", True),
        (r"\@octocat", True),
        ("&#64;octocat", True),
        ("@\u200boctocat", False),
        ("`@octocat`", False),
        ("```\n@octocat\n```", False),
        ("    @octocat", False),
        ("me@octocat", False),
        ("@octocat/team", False),
        ("@octocat.com", False),
        ("@octocat-two", False),
        ("@nobody", False),
        ("[@octocat](https://example.org)", False),
        ("<details><summary>@octocat</summary></details>", True),
        ("<code>@octocat</code> @lin", False),
    ],
)
def test_mentions_are_linked_as_github_links_them(text: str, linked: bool) -> None:
    assert ('href="/who/octocat"' in shown(text).lower()) is linked


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("Fixes #1.", True),
        ("GH-1", True),
        ("see octo/lamps#1", True),
        ("#2", False),
        ("`#1`", False),
        ("x#1", False),
        ("other/lamps#1", False),
        ("https://example.org/#1", False),
    ],
)
def test_references_are_linked_when_the_thread_exists(text: str, linked: bool) -> None:
    assert ('href="/thread/1"' in shown(text)) is linked


def test_flavoured_markdown() -> None:
    assert "<table>" in shown("| a | b |\n|---|---|\n| 1 | 2 |")
    assert "<s>gone</s>" in shown("~~gone~~")
    assert shown("one\ntwo").count("<br") == 1
    assert '<input type="checkbox" disabled checked> done' in shown("- [x] done")
    assert '<input type="checkbox" disabled> open' in shown("- [ ] open\n\n- [ ] more")
    assert "[x] not a list" in shown("[x] not a list")
    assert "<details><summary>More</summary>" in shown(
        "<details><summary>More</summary>\n\n*in*\n\n</details>"
    )
    assert '<a class="address" href="https://example.org/a?b=1&amp;c=2"' in shown(
        "(https://example.org/a?b=1&c=2)."
    )
    assert 'class="language-python"' in shown("```python\n1\n```")


def test_a_thread_shows_what_happened(world: World, read: Read) -> None:
    thread = world.open_issue(HOME, "lin", "Light the `lamp`", "…", labels=["good first issue"])
    world.comment(HOME, thread.number, "octocat", "Hello")
    world.react(world.thread(HOME, 1).comments[0], "lin", "heart")
    world.assign(HOME, 1, "monalisa", "octocat")
    world.close(HOME, 1, "monalisa", reason="not_planned")
    page = read(f"/{HOME}/issues/1")
    assert "Light the <code>lamp</code>" in page
    assert "Not planned" in page and "closed this as not planned" in page
    assert "good first issue</span>" in page
    assert "❤️ 1" in page
    assert page.index("Assignees") < page.rindex("octocat")


def test_a_pull_request_has_its_own_address(world: World, client: FlaskClient, read: Read) -> None:
    world.open_pull_request(HOME, "lin", "First", "…", draft=True)
    assert "Draft" in read(f"/{HOME}/pull/1")
    answer = client.get(f"/{HOME}/issues/1")
    assert answer.status_code == 302
    assert answer.location == f"/{HOME}/pull/1"
    world.ready(HOME, 1, "lin")
    world.review(HOME, 1, "monalisa", "approved")
    world.close(HOME, 1, "monalisa", merged=True)
    page = read(f"/{HOME}/pull/1")
    assert "Merged" in page and "approved these changes" in page and "merged this into" in page


def test_an_app_speaks_with_a_badge(world: World, read: Read) -> None:
    bot = world.register_app().bot
    world.open_issue(HOME, bot, "Digest", "…")
    page = read(f"/{HOME}/issues/1")
    assert 'lamplighter</a> <span class="badge">bot</span>' in page
    assert "[bot]</a>" not in page


def test_what_is_gone_says_so(world: World, client: FlaskClient) -> None:
    world.open_issue(HOME, "lin", "t", "…")
    world.delete_issue(HOME, 1)
    assert client.get(f"/{HOME}/issues/1").status_code == 410
    assert client.get(f"/{HOME}/issues/99").status_code == 404
    assert client.get("/nobody/nothing").status_code == 404


def test_old_addresses_lead_on(world: World, client: FlaskClient) -> None:
    world.repository("octo/candles")
    world.open_issue(HOME, "lin", "t", "…")
    world.transfer_issue(HOME, 1, "octo/candles")
    assert client.get(f"/{HOME}/issues/1").location == "/octo/candles/issues/1"
    world.rename(HOME, "octo/lanterns")
    assert client.get(f"/{HOME}").location == "/octo/lanterns"


def test_what_concerns_one_person(world: World, read: Read) -> None:
    world.open_issue(HOME, "lin", "Asks octocat", "Hello @octocat")
    world.open_issue(HOME, "lin", "Asks nobody", "Hello")
    page = read("/?who=octocat")
    assert "Asks octocat" in page
    assert "Asks nobody" not in page


def test_nothing_foreign_is_loaded(world: World, client: FlaskClient) -> None:
    world.open_issue(HOME, "lin", "t", "https://example.org")
    page = client.get(f"/{HOME}/issues/1")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    nonce = re.search(r"'nonce-([\w-]+)'", policy)[1]
    assert page.text.count("<script") == page.text.count(f'<script nonce="{nonce}">') == 1
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!example\.org)', page.text)
    style = client.get("/-/reader.css")
    assert style.mimetype == "text/css"
    assert "url(" not in style.text


def test_pages_and_api_live_side_by_side(world: World) -> None:
    client = Client(create_app(world))
    assert client.get(f"/{HOME}").mimetype == "text/html"
    answer = client.get("/users/octocat", headers={"User-Agent": "a test"})
    assert answer.json["login"] == "octocat"
    assert "Content-Security-Policy" not in answer.headers
    assert [it.path for it in world.requests] == ["/users/octocat"]


@pytest.mark.parametrize(
    ("color", "ink"), [("ffffff", "#1c1b19"), ("000000", "#ffffff"), ("nonsense", "#1c1b19")]
)
def test_labels_can_be_read(color: str, ink: str) -> None:
    assert looks.ink(color) == ink


def test_states_have_words(world: World) -> None:
    issue: Thread = world.open_issue(HOME, "lin", "t", "…")
    assert looks.state(issue) == "open"
    world.close(HOME, issue.number, "lin")
    assert looks.state(issue) == "closed"


CHART = """\
```mermaid
xychart-beta
    x-axis ["2 Nov", "9 <b>Nov"]
    y-axis 0 --> 8
    bar [2, 3]
    line [0, 2]
```
"""


def nobody(*_names: object) -> None:
    """Nothing of that name exists."""


def test_a_chart_is_drawn_as_github_draws_it() -> None:
    html = render(CHART, nobody, nobody)
    assert 'role="img" aria-label="2 Nov: 2 and 0, 9 &lt;b&gt;Nov: 3 and 2"' in html
    assert html.count('<rect class="bar"') == html.count('<circle class="dot"') == 2
    assert "xychart" not in html and "<b>" not in html


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("xychart-beta", "pie"),
        ("line [0, 2]", "line [0]"),
        ("0 --> 8", "0 --> 0"),
        ("bar [2, 3]", "bar [, ]"),
    ],
)
def test_what_cannot_be_drawn_stays_as_it_was_written(said: str, instead: str) -> None:
    html = render(CHART.replace(said, instead), nobody, nobody)
    assert instead.replace(">", "&gt;") in html and "<svg" not in html
