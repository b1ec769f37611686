"""A sentence that is translated prints its values as any other place of a template: what people wrote is words alone."""

from pathlib import Path

import pytest
from hypothesis import given
from jinja2 import UndefinedError, nodes

from adapters.texts import _ENVIRONMENT, TEMPLATES, defuse
from mentoring.wording import phrase
from tests.security.test_texts import WRITTEN

BLOCKS = {
    "alone": "{% trans %}Hello {{ who }}!{% endtrans %}",
    "named": "{% trans one=who %}Hello {{ one }}!{% endtrans %}",
    "one of many": "{% trans n=1, who=who %}Hello {{ who }}!{% pluralize n %}{{ n }} times {{ who }}!{% endtrans %}",
    "with a context": '{% trans "to a friend" %}Hello {{ who }}!{% endtrans %}',
    "with both": '{% trans "to a friend" n=1, who=who %}Hello {{ who }}!{% pluralize n %}{{ n }} {{ who }}!{% endtrans %}',
    "called num": "{% trans num=1, who=who %}Hello {{ who }}!{% pluralize %}{{ num }} times {{ who }}!{% endtrans %}",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
@given(written=WRITTEN)
def test_what_people_write_is_defused_inside_a_sentence_and_the_sentence_is_not(
    block: str, written: str
) -> None:
    assert _ENVIRONMENT.from_string(block).render(who=written) == f"Hello {defuse(written)}!"


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_sentence_of_ours_keeps_its_own_markdown(block: str) -> None:
    bold = block.replace("Hello", "**Hello** `/mentor me` @hubot, 100%")
    said = _ENVIRONMENT.from_string(bold).render(who="@octocat <b> #1 %(who)s")
    assert said == "**Hello** `/mentor me` @hubot, 100% @\u200boctocat \\<b\\> #\u200b1 %(who)s!"


def test_filters_work_inside_a_sentence_as_anywhere() -> None:
    block = "{% trans who=who | mention, title=title | plain %}{{ who }}: {{ title }}{% endtrans %}"
    assert _ENVIRONMENT.from_string(block).render(who="octocat", title="#1") == "@octocat: #\u200b1"


def test_a_sentence_may_be_printed_through_a_macro() -> None:
    macro = (
        "{% macro said(who) %}{% trans %}Hello {{ who }}!{% endtrans %}{% endmacro %}{{ said(who) | ours }}"
    )
    assert _ENVIRONMENT.from_string(macro).render(who="@octocat") == "Hello @\u200boctocat!"


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_value_that_is_missing_in_a_sentence_is_a_mistake(block: str) -> None:
    with pytest.raises(UndefinedError):
        _ENVIRONMENT.from_string(block).render()


@given(WRITTEN)
def test_a_phrase_that_a_template_does_not_call_ours_is_defused(written: str) -> None:
    said = _ENVIRONMENT.from_string("{{ words }}").render(words=phrase("**Hello** %(who)s", who=written))
    assert said == defuse(f"**Hello** {written}")


def test_a_phrase_of_ours_keeps_its_markdown() -> None:
    words = phrase("**Hello** %(who)s", who="octocat")
    assert _ENVIRONMENT.from_string("{{ words | ours }}").render(words=words) == "**Hello** octocat"
    inside = _ENVIRONMENT.from_string("{% trans words=words | ours %}So: {{ words }}{% endtrans %}")
    assert inside.render(words=words) == "So: **Hello** octocat"


# How many of the arguments are words of ours.
WORDS = {"_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}


@pytest.mark.parametrize(
    "file", sorted([*TEMPLATES.glob("*/*.md"), *TEMPLATES.glob("pages/*.html")]), ids=lambda file: file.stem
)
def test_templates_translate_sentences_of_their_own_alone(file: Path) -> None:
    """`{{ gettext(about) }}` would print what somebody wrote as if it were ours."""
    tree = _ENVIRONMENT.parse(file.read_text("utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in WORDS:
            words = call.args[: WORDS[call.node.name]]
            assert all(isinstance(one, nodes.Const) for one in words), call.lineno
