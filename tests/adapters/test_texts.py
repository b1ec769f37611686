"""Texts: a golden file for each thing Lamplighter says, and nothing a user wrote does anything in them.

After a change of words on purpose: `.venv/bin/python -m tests.adapters.golden`, then read what changed.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.texts import LONGEST, TEMPLATES, defuse, marker, render, render_line
from mentoring.actions import Comment, Text
from mentoring.digest import CohortLine, FreeStarter, Merged, Spot, Week
from mentoring.digest_text import text as digest_text
from mentoring.starter import CRITERIA
from mentoring.welcome import welcome
from tests.adapters.golden import GOLDEN, LANGUAGES, finished, kept
from tests.adapters.said import FORM, PROGRAM, SAID, SETTINGS, UNANSWERABLE, thread
from tests.mentoring.make import NOW, matched, pull

GITHUB = MarkdownIt("gfm-like", {"linkify": False})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAID)
def test_the_words_are_those_we_agreed_on(name: str, language: str) -> None:
    golden = kept(name, language)
    assert golden.is_file(), "no golden file yet: `.venv/bin/python -m tests.adapters.golden` writes it"
    assert finished(SAID[name], language) == golden.read_text("utf-8")


def test_there_is_no_golden_file_of_words_we_do_not_say() -> None:
    there = set(GOLDEN.rglob("*.md"))
    assert there == {kept(name, language) for name in SAID for language in LANGUAGES}


def test_every_template_has_a_golden_file() -> None:
    templates = {str(file.relative_to(TEMPLATES).with_suffix("")) for file in TEMPLATES.glob("*/*.md")}
    assert {text.template for text in SAID.values()} == templates


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAID)
def test_the_words_are_tidy(name: str, language: str) -> None:
    text = render(replace(SAID[name], language=language))
    assert text == text.strip()
    assert not re.search(
        r" $|\n\n\n|[^|\s] {2,}\S|\{[{%#]|[%#]\}|\bNone\b|\bTrue\b| [.,:]", text, re.MULTILINE
    )


# Markdown ends an HTML block at an empty line; without one, what follows `<details>` is not formatted.
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAID)
def test_hidden_parts_are_formatted_and_summaries_need_no_formatting(name: str, language: str) -> None:
    text = render(replace(SAID[name], language=language))
    assert text.count("<details>") == text.count("</summary>\n\n") == text.count("\n\n</details>")
    assert not re.search(r"<summary>[^<]*[*_`\\@#][^<]*</summary>", text)


@pytest.mark.parametrize("name", [name for name, text in SAID.items() if text.values])
def test_a_value_that_is_missing_is_a_mistake(name: str) -> None:
    with pytest.raises((UndefinedError, TypeError)):  # a filter may see it first
        render(Text(SAID[name].template))


MENTIONED = {
    "welcome-room": ["mentor-one", "newcomer"],
    "welcome-answered": ["mentor-one", "newcomer"],
    "welcome-nobody-channel": ["newcomer"],
    "good_first-area": ["mentor-one"],
    "good_first_dropped": [],
    "starter-all-missing": [],
    "invitation": ["graduate"],
    "invitation_reminder": ["graduate"],
    "invitations": [],
    "digest": [],
    "refusal": ["octocat"],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "logins"), MENTIONED.items())
def test_only_who_must_act_is_mentioned(name: str, logins: list[str], language: str) -> None:
    # GitHub sees no mention in code.
    said = re.sub(r"`[^`\n]+`", "", render(replace(SAID[name], language=language)))
    assert sorted(set(re.findall(r"@([A-Za-z0-9-]+)", said))) == logins


@pytest.mark.parametrize("name", SAID)
def test_another_language_mentions_links_and_commands_the_same(name: str) -> None:
    def acts(language: str) -> list[str]:
        said = re.sub(r"```.*?```", "", render(replace(SAID[name], language=language)), flags=re.DOTALL)
        return sorted(re.findall(r"@[A-Za-z0-9-]+|`[^`]*`|https?://[^\s)>]+|<[^>]+>|#\d+", said))

    assert acts("es") == acts("en")


def test_the_prefilled_link_opens_our_form_and_no_labels() -> None:
    assert FORM.startswith(
        "https://github.com/observatory/dome/issues/new?body=%23%23%23+What+is+it+about%3F"
    )
    assert FORM.endswith("%2Fmentor+starter")
    assert all(criterion.heading.replace(" ", "+").rstrip("?") in FORM for criterion in CRITERIA)
    assert "labels=" not in FORM and len(FORM) < 7000


def test_links_to_threads_leave_no_trace_there() -> None:
    assert (
        thread(SETTINGS, "observatory/dome", 12) == "https://redirect.github.com/observatory/dome/issues/12"
    )


def test_a_text_is_never_longer_than_github_takes() -> None:
    text = render(Text("comments/refusal", {"login": "octocat", "refusals": UNANSWERABLE * 3000}))
    assert len(text) == LONGEST


TITLES = [
    ("Autumn", "Autumn: would you light"),
    ("Autumn\n  2026", "Autumn 2026: would"),
    ("@octocat & #12", "@\u200boctocat & #\u200b12: would"),
    ("*Stars* [x](y) `z`", "*Stars* [x](y) `z`: would"),
]


@pytest.mark.parametrize(("group", "title"), TITLES)
def test_a_title_is_one_line_that_mentions_nobody(group: str, title: str) -> None:
    line = render_line(Text("issues/invitations_title", {"group": group}))
    assert line.startswith(title)
    assert len(render_line(Text("issues/invitations_title", {"group": "x" * 300}))) == 250


LOGINS = [
    ("octocat", "@octocat: "),
    ("octo-cat_corp", "@octo-cat_corp: "),
    ("octocat\n\n# x", "@ghost: "),
    ("octocat)", "@ghost: "),
    ("", "@ghost: "),
    ("a" * 40, "@ghost: "),
]


@pytest.mark.parametrize(("login", "begin"), LOGINS)
def test_only_what_can_be_a_login_is_printed_as_one(login: str, begin: str) -> None:
    text = render(Text("comments/refusal", {"login": login, "refusals": UNANSWERABLE}))
    assert text.startswith(begin + UNANSWERABLE[0])


@pytest.mark.parametrize(
    ("moment", "day"),
    [(datetime(2026, 11, 2, tzinfo=UTC), "Monday, 2 November"), (NOW, "Sunday, 22 November")],
)
def test_a_day_is_said_in_words(moment: datetime, day: str) -> None:
    given = welcome(pull(), PROGRAM.model_copy(update={"timezone": "UTC"}), matched(), (), None, moment)
    said = given.actions[0]
    assert isinstance(said, Comment)
    values = dict(said.text.values) | {"answer_by": moment}
    assert f"will answer by **{day}**" in render(Text("comments/welcome", values))


MARKERS = [
    ("repo 42 · thread 12 · welcome", "repo 42 · thread 12 · welcome"),
    ("a --> b", "a -%2D%3E b"),
    ("-----", "-%2D-%2D-"),
    ("Autumn · Saturn's <b>", "Autumn · Saturn%27s %3Cb%3E"),
    ("line\nend", "line%0Aend"),
]


@pytest.mark.parametrize(("key", "inside"), MARKERS)
def test_a_marker_is_one_hidden_line(key: str, inside: str) -> None:
    assert marker("welcome", key) == f"<!-- lamplighter:welcome {inside} -->"


@given(st.text(max_size=80), st.text(max_size=80))
def test_every_key_has_a_marker_of_its_own_that_is_a_comment(key: str, other: str) -> None:
    key, other = (text.encode("utf-8", "replace").decode() for text in (key, other))
    (block,) = MarkdownIt().parse(marker("welcome", key))
    assert block.type == "html_block"
    assert "--" not in marker("welcome", key)[4:-3]
    assert (marker("welcome", key) == marker("welcome", other)) is (key == other)


# --- what users wrote -----------------------------------------------------------------------------

NASTY = [
    "@octocat",
    "@observatory/team",
    "octocat@example.org",
    "#1",
    "observatory/dome#12",
    "GH-12",
    "gh-3",
    "fixes #1",
    "Closes: GH-2",
    "resolves https://github.com/observatory/dome/issues/1",
    "https://example.org",
    "http://a.b/@octocat",
    "www.example.org",
    "<https://example.org>",
    "[a](https://example.org)",
    "[a]: https://example.org",
    "![a](x)",
    "[a][b]",
    "<b>",
    "</details>",
    "</blockquote>",
    "<!--",
    "-->",
    "<!-- lamplighter:welcome repo 42 · thread 12 · welcome -->",
    "<script>",
    "&lt;b&gt;",
    "&#64;octocat",
    "&commat;octocat",
    "`",
    "```",
    "~~~",
    "~~a~~",
    "**a**",
    "__a__",
    "_a_",
    "*",
    "- a",
    "+ a",
    "1. a",
    "1) a",
    "# a",
    "> a",
    "---",
    "===",
    "***",
    "    a",
    "\t",
    "|a|b|",
    "|-|-|",
    "$a$",
    "\\",
    "\\@octocat",
    "@\u200boctocat",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u2060",
    "\u202eab\u202c",
    "\u2066",
    "\u200f",
    "\u061c",
    "\u00a0",
    "\u2028",
    "\u0085",
    "\x0b",
    "\x00",
    "\n",
    "\r\n",
    "\n\n",
    "\n\n- a",
    "\n# a",
    " ",
    "a",
    "0",
    ":",
    "/",
    "é",
    "🎉",
    "{{ mentor }}",
    "{% raw %}",
    "%s",
    "{}",
    "/mentor accept",
]
WRITTEN = st.lists(st.sampled_from(NASTY), max_size=8).map("".join) | st.text(max_size=60)
MARKER = marker("welcome", "repo 42 · thread 12 · welcome")


def body(about: str) -> str:
    """A welcome's comment as it is posted, with this `about`."""
    said = welcome(pull(), PROGRAM, matched(about=about), (), None, NOW).actions[0]
    assert isinstance(said, Comment)
    return f"{render(said.text)}\n\n{MARKER}"


def shape(text: str) -> list[str]:
    """The kinds of blocks and what stands in HTML, without the words."""
    return [token.content if token.type == "html_block" else token.type for token in GITHUB.parse(text)]


def quoted(text: str) -> list[Token]:
    """What stands in the first quote."""
    tokens = GITHUB.parse(text)
    types = [token.type for token in tokens]
    return tokens[types.index("blockquote_open") + 1 : types.index("blockquote_close")]


def leaves(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from leaves(token.children or [])


PLAIN_SHAPE = shape(body("Ask me."))


@settings(max_examples=400)
@given(WRITTEN)
@example("")
@example("a\n\n</details>\n<!-- lamplighter:welcome x -->\n# @octocat #1 GH-1 https://a.b")
def test_whatever_users_write_does_nothing_where_it_is_quoted(about: str) -> None:
    text = body(about)
    if not defuse(about):
        assert "blockquote_open" not in shape(text) or quoted(text) == []
    else:
        assert shape(text) == PLAIN_SHAPE
        kinds = {token.type for token in leaves(quoted(text))}
        assert kinds <= {"paragraph_open", "inline", "paragraph_close", "text"}
    assert text.splitlines()[-1] == MARKER
    assert [line for line in text.splitlines() if "<!--" in line.replace("\\<", "")] == [MARKER]


@settings(max_examples=400)
@given(WRITTEN)
def test_whatever_users_write_calls_nobody_and_nothing(about: str) -> None:
    # As GitHub sees it: in the source, and in the words as they appear.
    for seen in (defuse(about), *(token.content for token in leaves(GITHUB.parse(defuse(about))))):
        assert not re.search(r"@[A-Za-z0-9]|#\d|GH-\d|://|www\.", seen, re.IGNORECASE)


@settings(max_examples=300)
@given(WRITTEN)
def test_what_users_write_can_still_be_read(about: str) -> None:
    words = "".join(token.content for token in leaves(GITHUB.parse(defuse(about))) if token.type == "text")
    assert visible(words) == visible(about)


@given(WRITTEN, WRITTEN)
def test_the_titles_and_names_of_users_stay_in_their_line_of_the_digest(title: str, name: str) -> None:
    def digest(title: str, name: str) -> list[str]:
        week = Week(
            NOW - timedelta(days=7),
            NOW,
            cohorts=[CohortLine(name, 1, 1, 0, 0, (("octocat", "1/2"),))],
            starters=[FreeStarter(Spot("observatory/dome", 3, "https://example.org/3", title), "octocat")],
            merged=[Merged(Spot("observatory/dome", 4, "https://example.org/4", title), "octocat")],
            problems=[title],
        )
        return shape(render(digest_text(PROGRAM, week)))

    assert digest(f"a{title}", f"a{name}") == digest("a", "a")


@given(WRITTEN)
def test_what_is_pasted_from_the_digest_calls_nobody_and_formats_nothing(title: str) -> None:
    """The block is code where it is shown, and Markdown where it is pasted."""
    week = Week(
        NOW - timedelta(days=7),
        NOW,
        merged=[Merged(Spot("observatory/dome", 4, "https://example.org/4", f"a{title}"), "octocat")],
    )
    (fence,) = (
        token for token in GITHUB.parse(render(digest_text(PROGRAM, week))) if token.info == "markdown"
    )
    assert len(fence.content.splitlines()) == 1
    assert shape(fence.content) == shape("- a – octocat ([observatory/dome 4](https://example.org/4))")
    assert not re.search(r"@[A-Za-z0-9]|#\d|GH-\d|www\.", fence.content, re.IGNORECASE)


def visible(text: str) -> str:
    """The characters one can see."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069]+", "", text)
