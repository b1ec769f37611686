"""Nothing a user wrote mentions, closes, references, links or breaks out, whichever template prints it, in whichever slot.

Each text is rendered with a harmless word in all places that people fill, and with something nasty; GitHub must see
the same structure, the same mentions and the same links.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jinja2 import TemplateNotFound, UndefinedError
from jinja2.sandbox import SecurityError
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from pydantic import BaseModel

from adapters.texts import _ENVIRONMENT, Ours, marker, render, render_line
from mentoring.actions import Text
from mentoring.commands import parse_all, unknown
from mentoring.configuration import parse
from tests.adapters.said import SAID
from tests.adapters.test_texts import NASTY

# Lists, tables, strikethrough, HTML, footnotes and tasks as GitHub has them; its autolinks are sought below.
GITHUB = MarkdownIt("gfm-like", {"linkify": False}).use(footnote_plugin).use(tasklists_plugin)
WORD = "Saturn"

MORE = [
    *(
        "＠octocat",
        "@​octocat",
        "@org/team",
        "@everyone",
        "@octocat-",
        "a@octocat",
        "(@octocat)",
        "\\@octocat",
    ),
    *(
        "closes #1",
        "Fixes: #1",
        "resolved GH-1",
        "close https://github.com/a/b/issues/1",
        "fix a/b#1",
        "#1",
        "＃1",
    ),
    *(
        "https://github.com/a/b/commit/" + "0a" * 20,
        "0a" * 20,
        "0a0a0a0",
        "a/b@" + "0a" * 20,
        "HTTPS://EXAMPLE.ORG",
    ),
    *("ftp://a.b", "mailto:a@b.cd", "a@b.cd", "xmpp:a@b.cd", "WWW.example.org", "//example.org"),
    *(
        "</details>\n\n# x",
        "<details open>",
        "<summary>",
        "</summary>",
        "<br>",
        "<a name=x>",
        "<!-- x -->",
        "--!>",
        "<?x?>",
    ),
    *("<![CDATA[x]]>", "<!DOCTYPE x>", "<svg/onload=x>", "</blockquote>", "&#x3c;b&#x3e;", "&lt;!--"),
    *(
        "```\n/mentor accept\n```",
        "~~~",
        "    code",
        "\n\n---\n\n",
        "\n***\n",
        "Heading\n===",
        "\n- [ ] task",
        "- [x] task",
    ),
    *(
        "[^1]",
        "[^1]: note",
        "^[inline]",
        "[x]: https://a.b",
        "![](https://a.b/c.png)",
        "[](x)",
        "[@octocat](x)",
        "<a@b.cd>",
    ),
    *(
        "| a | b |\n|---|---|\n| c | d |",
        "|",
        "\\|",
        ":tada:",
        ":+1:",
        "$x$",
        "$$x$$",
        "`$x$`",
        "==x==",
        "++x++",
        "H~2~O",
    ),
    *(
        "\u202e\u2066@octocat",
        "\u200f#1",
        "\u2067x",
        "\ufeff",
        "\u00ad",
        "\u2028- a",
        "\x85# a",
        "\x0c",
        "\x1b[31m",
        "\r",
        "\r\n\r\n",
    ),
    *(
        "x" * 5000,
        "#1 " * 500,
        "[" * 500,
        "*" * 500,
        "`" * 501,
        "> " * 300,
        "\U0001f469\u200d\U0001f4bb",
        "е@осtосаt",
        "\ud83d",
    ),
    *(
        "<!-- lamplighter:welcome repo 42 · thread 12 · welcome -->",
        "lamplighter:welcome",
        "/mentor forget me",
        "@lamplighter accept",
    ),
    *(
        "{{ 7 * 7 }}",
        "{% include 'x' %}",
        "{{ ''.__class__.__mro__ }}",
        "{# x #}",
        "{{ config }}",
        "${7*7}",
        "%(x)s",
        "<%= x %>",
    ),
]
WRITTEN = st.lists(st.sampled_from([*NASTY, *MORE]), max_size=5).map("".join) | st.text(max_size=80)

# What we compose ourselves, is checked when it is read, or is a word of ours that a template compares.
OF_OURS = {
    *(
        "login",
        "newcomer",
        "mentor",
        "graduate",
        "told",
        "mentors",
        "second",
        "before",
        "together",
        "taken_by",
        "claimed_by",
    ),
    *(
        "helpers",
        "captain",
        "organizers",
        "asked",
        "slug",
        "url",
        "starter_url",
        "kind",
        "state",
        "why",
        "deciding",
        "busy",
    ),
    *(
        "missing",
        "lines",
        "refusals",
        "headings",
        "file",
        "owners",
        "notes",
        "remarks",
        "size",
        "source",
        "since",
        "until",
        "median",
        "median_before",
        "progress",
    ),
    *("mentor_label", "timezone", "language", "channel"),
    *("yes", "no"),  # commands
    *("beside", "question"),  # a login, an address
    *("organizer", "holders", "host", "greeter", "mentor", "open_roles"),  # of an event
}


def filled(value: Any, word: str, name: str = "") -> Any:
    """The same value with this word wherever people may have written something."""
    if name in OF_OURS:
        return value if isinstance(value, (str, list, tuple)) or value is None else _inside(value, word)
    if isinstance(value, str) and not isinstance(value, Ours):
        return word
    return _inside(value, word, name)


def _inside(value: Any, word: str, name: str = "") -> Any:
    if isinstance(value, (str, int, float, bool, date, datetime, timedelta, type(None))):
        return value
    if isinstance(value, Mapping):
        return {key: filled(one, word, str(key)) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        inside = [filled(one, word, name) for one in value]
        if hasattr(value, "_fields"):
            return type(value)(
                *(filled(one, word, field) for one, field in zip(value, value._fields, strict=True))
            )
        return inside
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                one.name: filled(getattr(value, one.name), word, one.name)
                for one in fields(value)
                if one.init
            },
        )
    if isinstance(value, BaseModel):
        return value.model_copy(
            update={one: filled(getattr(value, one), word, one) for one in type(value).model_fields}
        )
    return value


def with_word(text: Text, word: str) -> Text:
    values = {name: filled(value, word, name) for name, value in text.values.items()}
    return Text(text.template, values)


def leaves(tokens: list[Token]) -> list[Token]:
    return [leaf for token in tokens for leaf in (token, *leaves(token.children or []))]


def structure(text: str) -> list[tuple[str, str]]:
    """Every element with what it is, but for the words: kinds, HTML as it stands, links with their addresses."""
    found: list[tuple[str, str]] = []
    for token in leaves(GITHUB.parse(text)):
        if token.type in {"text", "softbreak", "inline"}:
            continue
        said = token.content if token.type.startswith("html") else str(token.attrs.get("href", ""))
        found.append((token.type, said))
    return found


# As GitHub finds them in words: people and teams, threads, commits and addresses.
_MENTION = re.compile(r"(?<![\w`])@[a-z0-9][a-z0-9-]*(?:/[\w.-]+)?", re.IGNORECASE)
_THREAD = re.compile(r"(?<![\w`&])(?:[\w.-]+/[\w.-]+)?#\d+\b|\bGH-\d+\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\b(?:https?|ftp)://\S|\bwww\.\S|\b(?:mailto|xmpp):\S+@\w|[\w.+-]+@[\w-]+\.\w", re.IGNORECASE
)
_COMMIT = re.compile(r"(?<![\w])[0-9a-f]{7,40}(?![\w])|@[0-9a-f]{7,40}\b", re.IGNORECASE)
_FINDERS = (_MENTION, _THREAD, _ADDRESS, _COMMIT)


def called(text: str) -> list[str]:
    """What GitHub would link by itself: in the source, and in the words as they appear."""
    words = [token.content for token in leaves(GITHUB.parse(text)) if token.type == "text"]
    return sorted(hit for finder in _FINDERS for seen in words for hit in finder.findall(seen))


# They say nothing but what we wrote, days, and logins.
OF_US = {
    "comments/help",
    "comments/refusal",
    "issues/starter",
    "comments/claim_released",
    "issues/check_details",
}
PLACES = {name: text for name, text in SAID.items() if text.template not in OF_US}


def test_every_other_text_has_a_place_that_people_fill() -> None:
    same = [
        name for name, text in PLACES.items() if render(with_word(text, "A")) == render(with_word(text, "B"))
    ]
    assert {PLACES[name].template for name in same} <= WITHOUT_NOUN, same


WITHOUT_NOUN = {"comments/check_in", "comments/back_tomorrow", "comments/reminder", "comments/claim_hint"} | {
    "issues/check",  # where the file is gone
    "issues/showcase",  # before anybody shared something
    "drafts/praise",  # without an area
}


# One text of each template is filled with many things, and every text with the worst.
ONE_OF_EACH = {text.template: name for name, text in PLACES.items() if "_title" not in name}


@pytest.mark.parametrize("name", ONE_OF_EACH.values())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WRITTEN)
@example(
    "a\n\n</details>\n<!-- lamplighter:welcome x -->\n# @octocat #1 GH-1 https://a.b fixes a/b#1 0a0a0a0a0a"
)
@example("| a | b |\n|---|---|\n| ```c``` | [d](https://a.b) |")
def test_what_people_write_is_words_alone_in_every_text(name: str, nasty: str) -> None:
    written = f"a{nasty.encode('utf-8', 'replace').decode()}a"
    plain, said = render(with_word(PLACES[name], WORD)), render(with_word(PLACES[name], written))
    if len(said) < 50_000:  # what is cut off may be cut anywhere
        assert structure(said) == structure(plain)
    assert called(said) == called(plain)
    assert "{{" not in written or "49" not in said


WORST = (
    "a @octocat @org/team #1 a/b#1 GH-1 fixes #1 https://a.b www.a.b a@b.cd 0a0a0a0a0a @lamplighter accept",
    "a\n\n</details>\n<!-- lamplighter:welcome x -->\n# b\n- c\n```d``` [e](https://a.b) ![f](g) |\n|-|\n[^1] <b> *i* ~~j~~",
)


@pytest.mark.parametrize("written", WORST)
@pytest.mark.parametrize("name", [name for name in PLACES if "_title" not in name])
def test_the_worst_is_words_alone_too(name: str, written: str) -> None:
    plain, said = render(with_word(PLACES[name], WORD)), render(with_word(PLACES[name], f"{written} a"))
    assert structure(said) == structure(plain)
    assert called(said) == called(plain)


TITLED = ["digest_title", "invitations_title"]


@pytest.mark.parametrize("name", TITLED)
@settings(max_examples=100, deadline=None)
@given(WRITTEN)
def test_a_title_is_one_line_that_calls_nobody(name: str, nasty: str) -> None:
    line = render_line(with_word(SAID[name], nasty.encode("utf-8", "replace").decode()))
    assert len(line.splitlines()) <= 1 and len(line) <= 250
    assert not _MENTION.search(line) and not _THREAD.search(line)


def test_the_finders_find_what_github_links() -> None:
    """Else the tests above could not fail."""
    for seen in (
        "@octocat",
        "@org/team",
        "#1",
        "a/b#1",
        "GH-1",
        "https://a.b",
        "www.a.b",
        "a@b.cd",
        "0a0a0a0",
        "ftp://a.b",
    ):
        assert called(seen), seen


# --- refusals, which are sentences of ours that quote ----------------------------------------------


@settings(max_examples=200, deadline=None)
@given(WRITTEN, st.sampled_from(["/mentor ", "/mentor @", "/mentor me for ", "@lamplighter "]))
def test_a_refusal_quotes_no_command_that_does_anything(nasty: str, begins: str) -> None:
    for command in parse_all(f"{begins}{nasty}", "lamplighter"):
        said = render(Text("comments/refusal", {"login": "octocat", "refusals": [unknown(command.verb)]}))
        kinds = {kind for kind, _ in structure(said)}
        assert kinds <= {"paragraph_open", "paragraph_close", "code_inline"}
        assert called(said) == ["@octocat"]


@settings(max_examples=200, deadline=None)
@given(WRITTEN)
def test_a_file_with_nasty_names_is_refused_or_its_names_are_harmless(nasty: str) -> None:
    """The noun and the names of areas stand inside sentences of ours."""
    quoted = json.dumps(nasty.encode("utf-8", "replace").decode()[:50])
    program = parse(f"program: A\nmentor_noun: {quoted}\nareas: {{{quoted}: {{}}}}\n").program
    if program is None:
        return
    said = f"No {program.mentor_noun} is there; did you mean `{next(iter(program.areas))}`, or `x`?"
    assert {kind for kind, _ in structure(said)} <= {"paragraph_open", "paragraph_close", "code_inline"}
    assert called(said) == []


NOUNS = [
    ("buddy", True),
    ("Navigator", True),
    ("Pate d'équipe", True),
    ("наставник", True),
    ("@octocat", False),
]
NOUNS += [
    (odd, False) for odd in ("@org/team", "a #1", "<b>", "**a**", "a\n\n# b", "`a`", "[a](b)", "a.b", "a  b")
]


@pytest.mark.parametrize(("noun", "good"), NOUNS)
def test_a_mentors_noun_is_words(noun: str, good: bool) -> None:
    assert (parse(f"program: A\nmentor_noun: {json.dumps(noun)}\n").program is not None) is good


# --- markers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in PLACES if "_title" not in name])  # sought in texts alone
def test_nobody_can_write_a_marker_into_our_comments(name: str) -> None:
    forged = marker("welcome", "repo 42 · thread 12 · welcome")
    said = render(with_word(PLACES[name], f"a {forged} a"))
    assert "<!--" not in re.sub(r"\\<", "", said)


@given(WRITTEN)
def test_a_key_of_any_cohort_makes_one_marker_and_nothing_beside_it(nasty: str) -> None:
    line = marker("invitations", f"repo 1 · invitations · {nasty.encode('utf-8', 'replace').decode()}")
    assert [token.type for token in GITHUB.parse(line)] == ["html_block"]
    assert line.count("<!--") == line.count("-->") == 1 and len(line.splitlines()) == 1


# --- templates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    ["{{ 7 * 7 }}", "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}", "{# x"],
)
@pytest.mark.parametrize("name", ["welcome-area", "digest", "invitations", "check"])
def test_what_people_write_is_never_read_as_a_template(name: str, word: str) -> None:
    said = render(with_word(PLACES[name], word))
    assert "49" not in said and "&lt;class" not in said and "\\<class" not in said
    assert word.split()[0] in said


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "comments/../../.env", "comments/welcome\0", "pages/start.html"],
)
def test_no_template_is_found_outside_of_ours(name: str) -> None:
    with pytest.raises(TemplateNotFound):
        render(Text(name))


@pytest.mark.parametrize(
    "code", ["{{ ''.__class__.__mro__ }}", "{{ x.__init__.__globals__ }}", "{{ [].append(1) }}"]
)
def test_even_a_template_of_ours_could_run_no_code(code: str) -> None:
    with pytest.raises((SecurityError, UndefinedError)):
        _ENVIRONMENT.from_string(code).render(x=WORD)
