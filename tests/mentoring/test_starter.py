"""Starter issues: what makes an issue good to start with, and what is done when a graduate opens one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.starter_form import form, headings
from adapters.texts import render
from mentoring.actions import Comment, Label, Rewrite, Text, Unlabel
from mentoring.starter import CRITERIA, drop, graduate, improve, key_of, missing, open_starter, progress
from tests.mentoring.make import HERE, NOW, cohort, issue, member, program

ALL = tuple(criterion.name for criterion in CRITERIA)
FORM = render(Text("issues/starter", {"headings": [criterion.heading for criterion in CRITERIA]}))
ANSWER = "Look at the shutter."


def filled(**answers: str) -> str:
    """The prefilled form as somebody hands it in: every answer below its heading."""
    text = FORM
    for criterion in CRITERIA:
        heading = f"### {criterion.heading}\n"
        text = text.replace(heading, f"{heading}{answers.get(criterion.name, ANSWER)}")
    return text


def translated_form(language: str, answer: str) -> str:
    """The form in a language, each question answered."""
    return re.sub(r"(?m)^(### .*)$", rf"\1\n{answer}", form(language))


def test_a_form_is_read_in_every_language_whatever_the_program_speaks_now() -> None:
    """An issue that was opened before `language` changed stays as complete as it was."""
    assert form("es") != form("en")
    for language in ("en", "es"):
        assert missing(form(language), headings()) == ALL
        assert missing(translated_form(language, "Mira la compuerta, por favor."), headings()) == ()
        assert missing(translated_form(language, "…"), headings()) == ALL


SPANISH = """La compuerta de la cúpula no se cierra cuando llueve y hay mucho viento, porque el sensor confunde la
lluvia con la nieve, y nadie pidió nieve. Hace tiempo que se pregunta por ello y todo el mundo cree que es un cambio
pequeño, al final de un archivo que se lee bien. La solución: comparar los dos valores en `cerrar()`, por ejemplo
como #12. Para ver si funciona, pasa las pruebas. No hace falta saber nada especial."""


def test_an_issue_that_was_written_freely_in_spanish_is_understood() -> None:
    assert missing(" ".join(SPANISH.split()), headings()) == ()


FREELY = """\
# The shutter

The shutter of the dome does not close when it rains and the wind is strong, since the sensor reports
rain as snow and nobody ever asked for snow. People who live where it snows have asked about it for a while,
and everybody agrees that it is a small change in one function, at the end of one file that is easy to read.

The approach: compare the two values in `close()`, as #12 did. You need to know nothing special.
Run the tests of the shutter to see whether it works.
"""

FORMS: list[tuple[str, str, tuple[str, ...]]] = [
    ("as it is opened", FORM, ALL),
    ("as a browser sends it", FORM.replace("\n", "\r\n"), ALL),
    ("without the command", FORM.partition("***")[0], ALL),
    ("an empty text", "", ALL),
    ("filled in", filled(), ()),
    ("filled in, as a browser sends it", filled().replace("\n", "\r\n"), ()),
    ("filled in, without the command", filled().partition("***")[0], ()),
    ("the last question left open", filled(barrier=""), ("barrier",)),
    (
        "the last question left open, as a browser sends it",
        filled(barrier="").replace("\n", "\r\n"),
        ("barrier",),
    ),
    ("the last question answered below the command", filled(barrier="") + "\nNothing special.", ()),
    ("the first question left open", filled(context=""), ("context",)),
    ("one answered with nothing", filled(code="n/a"), ("code",)),
    ("two left as they were to be later", filled(test="todo", example="…"), ("example", "test")),
    ("an answer that is only a comment", filled(test="<!-- Which test shows that it works? -->"), ("test",)),
    ("an answer within a comment that does not end", filled(barrier="<!-- nothing special"), ("barrier",)),
    ("an answer with a rule in it", filled(test=f"{ANSWER}\n\n***\n\n{ANSWER}"), ()),
    (
        "other levels of heading, and closed ones",
        filled().replace("### An example to follow", "# AN EXAMPLE to follow ##"),
        (),
    ),
    (
        "one heading taken away, and nothing about it",
        filled().replace("### How do you know that it works?", ""),
        ("test",),
    ),
]
FREE: list[tuple[str, str, tuple[str, ...]]] = [
    ("with everything", FREELY, ()),
    ("without an approach", FREELY.replace("approach", "idea"), ("solution",)),
    ("without code", FREELY.replace("`close()`", "close"), ("code",)),
    ("a path is code, too", FREELY.replace("`close()`", "dome/shutter.py"), ()),
    ("without an example", FREELY.replace("#12", "another"), ("example",)),
    ("an address is an example, too", FREELY.replace("#12", "https://example.org/12"), ()),
    ("without a test", FREELY.replace("tests", "programs"), ("test",)),
    ("without what to know", FREELY.replace("You need to know nothing special.", ""), ("barrier",)),
    (
        "too short to understand",
        "Fix `close()` as in #12; the approach: test it, as a beginner.",
        ("context",),
    ),
    ("everything in a comment", f"<!-- {FREELY} -->", ALL),
    ("headings do not count as text", "\n".join(f"# {line}" for line in FREELY.splitlines()), ALL),
]


@pytest.mark.parametrize(("body", "lacks"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
def test_what_a_prefilled_issue_lacks(body: str, lacks: tuple[str, ...]) -> None:
    assert missing(body) == lacks


@pytest.mark.parametrize(("body", "lacks"), [row[1:] for row in FREE], ids=[row[0] for row in FREE])
def test_what_a_freely_written_issue_lacks(body: str, lacks: tuple[str, ...]) -> None:
    assert missing(body) == lacks


@given(st.text(max_size=300))
def test_any_text_can_be_judged(body: str) -> None:
    assert set(missing(body)) <= set(ALL)


# A worker has better things to do: each of these once cost minutes.
NASTY = {
    "a heading of spaces": "# a" + " " * 60_000 + "b",
    "a path without an end": "a/" * 32_000,
    "dots": "a." * 32_000,
    "comments": "<!--" * 16_000,
    "empty lines": "#" + "\n" * 60_000 + "x",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("body", NASTY.values(), ids=NASTY)
def test_a_nasty_text_is_judged_in_no_time(body: str) -> None:
    missing(body)


def test_an_opened_starter_issue_gets_labels_and_one_comment() -> None:
    ours = program(good_first_issue_labels=["easy pickings", "good first issue"], starter_issues=3)
    graduate = member("graduate", contact="Discord")
    label, comment = open_starter(issue(body=filled(code="")), ours, graduate, 2)
    assert isinstance(label, Label) and isinstance(comment, Comment)
    assert label.names == ("easy pickings", "mentor: graduate")
    assert list(label.descriptions) == ["mentor: graduate"]
    assert (comment.kind, comment.key) == ("starter", f"repo {HERE} · thread 12 · starter")
    said = {name: comment.text.values[name] for name in ("mentor", "contact", "count", "asked", "missing")}
    assert said == {"mentor": "graduate", "contact": "Discord", "count": 2, "asked": 3, "missing": ("code",)}


def test_an_improved_starter_issue_has_its_comment_rewritten() -> None:
    (rewrite,) = improve(issue(body=filled()), program(), member("graduate"), 1)
    assert isinstance(rewrite, Rewrite)
    assert (rewrite.kind, rewrite.key) == ("starter", key_of(issue()))
    assert rewrite.text.values["missing"] == ()


def test_an_issue_that_carries_the_label_gets_no_other() -> None:
    ours = program(good_first_issue_labels=["easy pickings", "good first issue"])
    label, comment = open_starter(
        issue(labels=("Good first issue",)), ours, member("graduate"), 1, noted=True
    )
    assert isinstance(label, Label) and isinstance(comment, Rewrite)
    assert label.names == ("mentor: graduate",)


def test_a_starter_issue_that_is_none_any_more_says_so_in_one_sentence() -> None:
    unlabel, rewrite = drop(issue(), program(), "graduate")
    assert unlabel == Unlabel(issue().thread, "mentor: graduate")
    assert isinstance(rewrite, Rewrite)
    assert rewrite.key == key_of(issue())
    said = "This is no starter issue any more, so it has no mentor now; everybody is still welcome to ask about it."
    assert render(rewrite.text) == said


ENTRIES = [
    ("nobody", [], None),
    ("a graduate", [{"ends": "2026-11-02", "mentoring": "ask"}], 0),
    ("a graduate on the last day", [{"ends": "2026-11-22", "mentoring": "ask"}], None),
    ("agreed before the end", [{"ends": "2026-12-24", "mentoring": "agreed"}], 0),
    (
        "in a cohort again",
        [{"ends": "2026-11-02", "mentoring": "ask"}, {"ends": "2026-12-24", "mentoring": "ask"}],
        0,
    ),
]


@pytest.mark.parametrize(("entries", "which"), [row[1:] for row in ENTRIES], ids=[row[0] for row in ENTRIES])
def test_who_may_open_starter_issues(entries: list[dict[str, str]], which: int | None) -> None:
    members = [member("Octocat", mentoring=one["mentoring"]) for one in entries]
    cohorts = [
        cohort(name=f"No. {i}", ends=one["ends"], members=[members[i]]) for i, one in enumerate(entries)
    ]
    found = graduate(program(cohorts=cohorts), "octocat", NOW)
    assert found == (None if which is None else members[which])


@pytest.mark.parametrize(
    ("opened", "asked", "said"), [(0, 2, "0/2"), (1, 2, "1/2"), (2, 2, "2/2"), (3, 2, "3/2"), (4, 0, "4")]
)
def test_progress_is_said(opened: int, asked: int, said: str) -> None:
    assert progress(opened, asked) == said
