"""A program's own words mention nobody but whom their placeholders name, and our mark below them stays a mark."""

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.texts import _ENVIRONMENT, LONGEST, marker, render
from mentoring import texts
from mentoring.actions import Text
from mentoring.text_kinds import KINDS, OF_TEMPLATES
from tests.adapters.said import SAID
from tests.mentoring.make import NOW
from tests.security.test_texts import WRITTEN, called

MARK = marker("welcome", "repo 42 · thread 12 · welcome")
GITHUB = MarkdownIt("gfm-like", {"linkify": False})


SWALLOWING = [
    "<details>",
    "<b>",
    "<table><tr><td>",
    "```",
    "~~~~",
    "\xa0```",
    "```\n```\xa0\n```",
    "<pre>",
    "<?x",
    "<![CDATA[",
    "$$",
    "> a",
    "- a",
    "|a|\n|-|",
    "[a]: <",
    "<!-",
    "\\",
    "a\n=",
    "<div\n",
]


def welcome(own: str | None, newcomer: str = "hubot") -> str:
    values = {"newcomer": newcomer, "mentor": {"login": "octocat"}, "answer_by": NOW}
    return render(Text("comments/welcome", values, "en", own))


@settings(max_examples=400, deadline=None)
@given(WRITTEN)
def test_own_words_mention_nobody_and_our_mark_stays(written: str) -> None:
    assume(texts.fault(written) is None)
    said = welcome(f"{texts._braces(written)}\n\n{{mentor}}")
    people = [one for one in called(said) if one.startswith("@")]
    assert people in (["@octocat"], [])  # none where it stands in code
    assert not re.search(r"(?<!&)#\d|\bGH-\d|//github\.com/", said, re.IGNORECASE)
    last = GITHUB.parse(f"{said}\n\n{MARK}")[-1]
    assert (last.type, last.level, last.content.strip()) == ("html_block", 0, MARK)


@settings(max_examples=200, deadline=None)
@given(WRITTEN)
def test_what_people_wrote_is_defused_in_own_words(written: str) -> None:
    assume(written.strip())
    values = {
        "graduate": "octocat",
        "cohort": f"a{written.encode('utf-8', 'replace').decode()}a",
        "asked": 2,
        "asks": (),
    }
    said = render(Text("comments/invitation", values, "en", "You were in {cohort}, {graduate}"))
    assert called(said) == ["@octocat"]
    assert {token.type for token in GITHUB.parse(said)} == {"paragraph_open", "inline", "paragraph_close"}


@pytest.mark.parametrize("login", ["octocat\n# x", "a b", "@everyone", "<b>"])
def test_only_what_can_be_a_login_is_mentioned(login: str) -> None:
    assert welcome("Hello {newcomer}", login) == "Hello @ghost"


def test_a_link_to_a_thread_leaves_no_trace_there() -> None:
    said = welcome("See https://github.com/octocat/hello/issues/1 and https://example.org/guide")
    assert said == "See https://redirect.github.com/octocat/hello/issues/1 and https://example.org/guide"


ASKED = {"graduate": "octocat", "cohort": "hubot", "asked": 2, "asks": ()}
OWED = {"newcomer": "hubot", "mentor": "octocat", "since": NOW}


@pytest.mark.parametrize(
    ("kind", "own", "said"),
    [
        ("reminder", "{mentor}: @{newcomer} waits", "@octocat: @~hubot waits"),
        ("reminder", "{mentor}: {{@{newcomer}}}", "@octocat: {@~hubot}"),
        (
            "reminder",
            "{mentor}cat, {mentor}-cat, {mentor}/core",
            "@octocat~cat, @octocat~-cat, @octocat~/core",
        ),
        ("reminder", "{mentor}{newcomer}", "@octocat~hubot"),
        ("reminder", "{mentor}, {mentor}'s {mentor}", "@octocat, @octocat's @octocat"),
        ("invitation", "octo/repo#{asked} GH-{asked} gh-{asked}", "octo/repo#~2 GH-~2 gh-~2"),
        ("invitation", "@{cohort} @org/{cohort}", "@~hubot @~org/hubot"),
        ("invitation", "&{cohort}; &#6{asked}; &#x{asked}3;", "&~hubot; &~#~62; &~#x23;"),
    ],
)
def test_no_sign_before_or_after_a_placeholder_calls(kind: str, own: str, said: str) -> None:
    values = OWED if kind == "reminder" else ASKED
    posted = render(Text(f"comments/{kind}", values, "en", own))
    assert posted == said.replace("~", "\u200b")


@pytest.mark.parametrize("before", ["", "@", "#", "GH-", "&", "&#", "octo/repo#", "GH-1 @"])
@pytest.mark.parametrize("after", ["", ";", "cat", "-x", "/core", "@", "#"])
def test_the_preview_shows_what_is_posted(before: str, after: str) -> None:
    own = f"{{mentor}}: {before}{{newcomer}}{after} {{mentor}}{after}"
    values = {"newcomer": "hubot", "mentor": "octocat", "since": NOW}  # as in the examples
    posted = render(Text("comments/reminder", values, "en", own))
    preview = _ENVIRONMENT.filters["example"](texts.example("reminder", own, "", ""))
    assert preview.replace("\u200b", "") == f"> {posted}".replace("\u200b", "")
    assert called(preview) == []
    assert [one for one in called(posted) if one != "@octocat"] == []


@given(st.text(max_size=60))
def test_a_brace_of_somebody_is_no_placeholder(name: str) -> None:
    values = {"graduate": "octocat", "cohort": f"a{{mentor}}{{{{{name}", "asked": 2, "asks": ()}
    said = render(Text("comments/invitation", values, "en", "In {cohort}"))
    assert said.startswith("In a{mentor}{{")


# A text of ours with everything that may stand below or beside a program's words, for each kind.
FULLEST = {kind: [one for one in SAID.values() if OF_TEMPLATES.get(one.template) == kind] for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None)
@given(written=WRITTEN | st.sampled_from(SWALLOWING), data=st.data())
def test_own_words_swallow_nothing_of_what_is_said_below(
    kind: str, written: str, data: st.DataObject
) -> None:
    assume(texts.fault(written) is None)
    text = data.draw(st.sampled_from(FULLEST[kind]))
    said = render(replace(text, own=f"{texts._braces(written)}"))
    tokens = GITHUB.parse(f"{said}\n\n{MARK}")
    assert (tokens[-1].type, tokens[-1].level, tokens[-1].content.strip()) == ("html_block", 0, MARK)
    opened = [token.content for token in tokens if token.type == "html_block"]
    assert sum(html.count("<details") for html in opened) == sum(html.count("</details") for html in opened)


@pytest.mark.parametrize(
    "own",
    [
        "{gone}",
        "{",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ ''.__class__ }} {mentor.__class__}",
    ],
)
def test_words_that_cannot_be_used_any_more_are_never_said_and_stop_nothing(own: str) -> None:
    """As an older version may have left them beside a repository."""
    assert render(replace(SAID["check_in"], own=own)) == render(SAID["check_in"])


def test_a_mark_in_own_words_is_none() -> None:
    """It is refused where it is written; and should it come through, it is no mark."""
    assert "<!--" not in welcome(f"{MARK} {{newcomer}}")


def test_the_longest_text_there_can_be_is_far_from_what_github_refuses() -> None:
    for kind, it in KINDS.items():
        often = " ".join(f"{{{name}}} " * texts.MOST_OF_EACH for name in texts.known(kind))
        longest = often + "x" * (texts.MOST - len(often))
        assert texts.fault(longest) is None and texts.too_much(longest) is None
        settled = texts.settled({kind: longest}, "P" * 200, "n" * 50)[kind]
        for text in FULLEST[kind]:
            mine = len(render(replace(text, own=settled))) - len(render(replace(text, own=None)))
            assert mine < LONGEST / 3, it.template
