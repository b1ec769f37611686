"""Refusals: what we tell somebody who cannot have what they ask for is a phrase, so that every language has it."""

import ast
from pathlib import Path

import pytest

from adapters.texts import render, translated
from mentoring.actions import Text
from mentoring.wording import Mistake, Phrase, phrase
from tests.test_papers import ROOT, SOURCES
from tests.translations import said

TOLD = {"Refusal", "Mistake"}  # what is raised with a sentence to somebody
# English words that are in no Spanish sentence of ours; commands, which are the same everywhere, stand in code.
ENGLISH = {
    "the",
    "this",
    "that",
    "you",
    "your",
    "please",
    "there",
    "nobody",
    "is",
    "here",
    "and",
    "with",
    "of",
}


def unmarked(source: str) -> list[int]:
    """The lines that raise a refusal with words which no other language can have."""
    tree = ast.parse(source)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) in TOLD)
    return [call.lineno for call in calls if not call.args or _is_plain(call.args[0])]


def _name(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def _is_plain(node: ast.expr) -> bool:
    """A literal, an f-string, a sum of them, a choice between them, or whatever `str` or `format` makes."""
    if isinstance(node, ast.IfExp):
        return _is_plain(node.body) or _is_plain(node.orelse)
    if isinstance(node, ast.Call):
        return _name(node.func) in ("str", "format", "join")
    return isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp))


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_refusal_is_plain_english(file: Path) -> None:
    assert unmarked(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "wrong",
    [
        'raise Refusal("No.")',
        'raise Refusal(f"No {noun}.")',
        'raise asking.Refusal("No" + end)',
        'raise Refusal("No %s." % noun)',
        "raise Mistake(str(error))",
        'raise Refusal("No {}".format(noun))',
        'raise Refusal(phrase("No.") if late else "Never.")',
        "raise Refusal()",
    ],
)
def test_a_plain_refusal_is_found(wrong: str) -> None:
    assert unmarked(wrong) == [1]


def test_what_is_marked_is_none() -> None:
    right = 'raise Refusal(phrase("No."))\nraise Refusal(NO)\nraise Refusal(mistake.sentence)'
    assert unmarked(right) == []


def of_python() -> list[Phrase]:
    """Every sentence in the code that reaches people, each value standing for itself."""
    marked = (one for one in said() if one.id and any(path.endswith(".py") for path, _ in one.locations))
    found = []
    for one in marked:
        ids = (one.id,) if isinstance(one.id, str) else tuple(one.id)
        names = {part.split(")")[0] for words in ids for part in words.split("%(")[1:]}
        many = len(ids) > 1
        values: dict[str, object] = {name: f"<{name}>" for name in names} | ({"count": 2} if many else {})
        found.append(Phrase.of(ids[0], ids[1] if many else None, 2 if many else None, values))
    return found


@pytest.mark.parametrize("sentence", of_python(), ids=lambda one: str(one)[:60])
def test_every_sentence_of_the_code_is_spanish_in_spanish(sentence: Phrase) -> None:
    spanish = translated(sentence, "es")
    assert spanish != sentence or not ENGLISH & set(sentence.lower().split())
    outside_code = "".join(spanish.split("`")[::2]).lower()
    assert not ENGLISH & {word.strip(".,;:()¿?") for word in outside_code.split()}


def test_a_mistake_is_said_in_the_language_of_the_thread() -> None:
    mistake = Mistake(phrase("That is over already; please write a time to come"))
    assert str(mistake) == "That is over already; please write a time to come"
    told = phrase("%(mistake)s, as in `/mentor later 3 weeks`.", mistake=mistake.sentence)
    text = render(Text("comments/refusal", {"login": "octocat", "refusals": [told]}, "es"))
    assert text == "@octocat: Eso ya ha pasado; escribe un momento futuro, como en `/mentor later 3 weeks`."
