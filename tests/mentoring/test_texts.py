"""Texts: a program's own words – which placeholders there are, what is refused, and when ours are said all the same."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.texts import TEMPLATES
from mentoring import texts
from mentoring.configuration import parse
from mentoring.doubts import doubts
from mentoring.roster import Texts
from mentoring.text_kinds import KINDS, OF_TEMPLATES

MENTOR = "{newcomer} meets {mentor}, who answers by {answer_by}"
PROGRAM = "loops, conditions and filters do not work here; write placeholders such as {program}"
REFUSED = [
    ("Hello {mentr}", "there is no placeholder `{mentr}` here; did you mean `mentor`?"),
    ("{% for i in range(10**9) %}x{% endfor %}", PROGRAM),
    ("{% include 'comments/help.md' %}", PROGRAM),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", PROGRAM),
    ("{{ ''.__class__.__mro__ }}", PROGRAM),
    ("{{ mentor * 10**9 }}", PROGRAM),
    ("{# nothing #}", PROGRAM),
    ("{mentor|center(10**9)}", "there is no placeholder `{mentor|center(10**9)}` here"),
    ("{''.__class__}", "there is no placeholder `{''.__class__}` here"),
    ("{mentor} " * 6, "`{mentor}` may stand in it 5 times"),
    ("<details>\n\nx", "code or HTML in it does not end"),
    ("a <b>b", "code or HTML in it does not end"),
    ("<b><i>a</b></i>", "code or HTML in it does not end"),
    ("<details", "code or HTML in it does not end"),
    ("a</details>", "code or HTML in it does not end"),
    ("{mentor.__class__}", "there is no placeholder `{mentor.__class__}` here"),
    ("{mentor!r:>10}", "there is no placeholder"),
    ("{mentor:{noun}}", "a brace stands alone"),
    ("{}", "there is no placeholder `{}` here"),
    ("Hello {", "a brace stands alone"),
    ("Hello }", "a brace stands alone"),
    ("{mentor", "a brace stands alone"),
    ("x" * 2001, "write at most 2000 characters"),
    ("x" * 60_000, "write at most 2000 characters"),
    ("{" * 50_001, "write at most 2000 characters"),
    ("{" * 2000 + "}", "write at most 2000 characters"),
    ("{{" * 999 + "{", "a brace stands alone"),
    ("{a}" * 600, "`{a}` may stand in it 5 times"),
    ("@everyone " * 6_000, "write at most 2000 characters"),
    (" \n ", "write a text, or leave the key out"),
    ("a\u202eb", "it has a character that nobody sees"),
    ("a\U000e0041b", "it has a character that nobody sees"),
    ("a\u200bb", "it has a character that nobody sees"),
    ("<!-- lamplighter:welcome x -->", "write it without <!--"),
    ("a\n```\nb", "code or HTML in it does not end"),
    ("<pre>", "code or HTML in it does not end"),
    ("<script>x", "code or HTML in it does not end"),
]


def problems(kind: str, words: str) -> list[str]:
    return [
        one.message
        for one in parse(f"program: A\ntexts:\n  {kind}: {json.dumps(words, ensure_ascii=False)}\n").problems
    ]


@pytest.mark.parametrize(("words", "sentence"), REFUSED)
def test_what_cannot_be_said_is_refused_in_one_sentence(words: str, sentence: str) -> None:
    (message,) = problems("welcome", words)
    assert message.startswith(f"`welcome`: {sentence}")


def test_what_is_larger_than_a_file_may_be_is_not_even_read() -> None:
    assert problems("welcome", "@everyone " * 10_000) == ["the file is larger than 64 KiB"]


def test_a_mistake_is_shown_at_its_line() -> None:
    (problem,) = parse("program: A\ntexts:\n  welcome: x\n  reminder: '{nobody}'\n").problems
    assert (problem.line, problem.column) == (4, 13)


@pytest.mark.parametrize(
    "words",
    [
        MENTOR,
        "{{mentor}} in braces",
        "# Hello\n\n- **{mentor}**",
        "```\n{mentor}\n```",
        "<b>a</b>",
        "<details>\n<summary>a</summary>\n\nb<br>c\n\n</details>",
        "`<b>` and\n\n```html\n<details>\n```",
        "é 🎉 ¡ñ!",
    ],
)
def test_what_can_be_said_is_taken(words: str) -> None:
    assert problems("welcome", words) == []


def test_what_people_would_miss_is_a_doubt() -> None:
    parsed = parse(
        'program: A\nareas: {x: {team: T}}\ntexts:\n  welcome: "Hello {newcomer}, {mentor} is here"\n'
    )
    found = {one.line: one.message for one in doubts(parsed)}
    assert found[4] == "`welcome` leaves out `{answer_by}`"


def test_a_placeholder_in_two_braces_is_a_doubt() -> None:
    parsed = parse(
        'program: A\nareas: {x: {team: T}}\ntexts:\n  check_in: "{{mentor}} asks {newcomer}: all well?"\n'
    )
    (found,) = [one for one in doubts(parsed) if one.line == 4]
    assert (
        found.message
        == "`check_in` says {mentor} with its braces; for what it stands for write one brace each"
    )


def test_every_kind_is_a_key_with_a_template_and_its_placeholders_in_its_description() -> None:
    assert set(KINDS) == set(Texts.model_fields)
    for kind, it in KINDS.items():
        assert (TEMPLATES / f"{it.template}.md").is_file()
        told = Texts.model_fields[kind].description or ""
        assert all(f"`{{{name}}}`" in told for name in it.placeholders)
        assert set(it.needs) <= set(it.placeholders)


# What no program replaces, and why.
OURS = {
    "comments/event_reminder": "the words with which a part is given back",
    "comments/event_result": "the words with which an organizer tells how it was",
    "comments/good_first_dropped": "says which of three things came to pass",
    "comments/help": "a table of commands",
    "comments/refusal": "says what was wrong with a command",
    "comments/why": "the reasons, as they were",
    "issues/check": "about the file itself",
    "issues/check_details": "about the file itself",
    "issues/digest_title": "the days that it tells of",
    "issues/event": "its organizer's: title, day and parts are read back",
    "issues/event_title": "its organizer's",
    "issues/invitations_title": "the cohort's name must be in it",
    "issues/report_title": "the cohort's name must be in it",
    "issues/showcase_title": "the cohort's name must be in it",
    "issues/starter": "a form, which is read back",
}


def test_all_that_people_read_on_github_is_a_programs_to_say_or_named_with_a_reason() -> None:
    there = {f"{file.parent.name}/{file.stem}" for file in TEMPLATES.glob("*/*.md")}
    there -= {name for name in there if name.startswith("drafts/")}  # a mentor says those
    assert there == set(OF_TEMPLATES) | set(OURS) and not set(OF_TEMPLATES) & set(OURS)


def test_a_part_is_a_block_of_its_template() -> None:
    for it in KINDS.values():
        written = (TEMPLATES / f"{it.template}.md").read_text("utf-8")
        for one in it.placeholders.values():
            assert one.how != "part" or f"{{% block {one.path} %}}" in written
        assert ("{{ intro }}" in written) is it.begins


IN_OUR_WORDS = [
    ("welcome: '{gone}'", "", True),
    ("wellcome: x", "", True),
    ("welcome: '{gone}'", "claims: many", False),
    ("welcome: '{gone}'", "organisers: [a]", False),
    ("welcome: Hello", "", False),  # nothing is wrong, so nothing has to be spared
]


@pytest.mark.parametrize(("own", "more", "is_spared"), IN_OUR_WORDS)
def test_a_program_whose_texts_alone_are_wrong_can_be_had_without_them(
    own: str, more: str, is_spared: bool
) -> None:
    parsed = parse(f"program: A\ntexts: {{{own}}}\n{more}\n")
    assert (parsed.spare is not None) is is_spared
    if parsed.spare:
        assert parsed.program is None and parsed.spare.own_texts == {} and len(parsed.problems) == 1


GIVEN: dict[str, Any] = {"newcomer": "hubot", "mentor": {"login": "octocat"}, "answer_by": 1, "second": None}
SAID = [
    ({}, MENTOR, True),
    ({"mentor": None}, MENTOR, False),  # nobody was free
    ({"mentor": None}, "Hello {newcomer}", True),
    ({"answer_by": None}, MENTOR, False),
    ({"second": "monalisa"}, MENTOR, False),  # there is more to say
    ({"told": True}, MENTOR, False),
    ({"newcomer": ""}, MENTOR, False),
    ({}, "Hello {newcomer}, {nobody}", False),  # what an older version took
]


@pytest.mark.parametrize(("facts", "words", "is_said"), SAID)
def test_ours_is_said_where_the_programs_words_would_lack_something(
    facts: dict[str, Any], words: str, is_said: bool
) -> None:
    assert (texts.values("welcome", words, GIVEN | facts) is not None) is is_said


def test_the_program_and_its_noun_are_filled_in_once_and_cannot_bring_placeholders() -> None:
    settled = texts.settled({"welcome": "{program}, {noun}, {mentor}, {{x}}"}, "A {mentor} <!-- x", "buddy")
    assert settled == {"welcome": r"A {{mentor}} \<!-- x, buddy, {mentor}, {{x}}"}


def test_an_example_has_a_value_for_each_placeholder() -> None:
    for kind in KINDS:
        words = " ".join(f"{{{name}}}" for name in texts.known(kind))
        assert "{" not in texts.example(kind, words, "A", "mentor")


@settings(max_examples=300)
@given(st.text(alphabet="{}ab \n", max_size=40))
def test_whatever_is_written_is_read_or_refused(words: str) -> None:
    try:
        found = list(texts.parts(words))
    except ValueError:
        assert "{" in words or "}" in words
        return
    again = "".join(f"{{{p.name}}}" if isinstance(p, texts.Name) else p for p in found)
    assert len(again) <= len(words)
