"""Wording: a phrase is a str in English wherever it goes, and keeps what another language needs."""

import json
import pickle

import pytest

from adapters.texts import translated
from mentoring.configuration import parse
from mentoring.roster import hinted, without_hint
from mentoring.wording import Phrase, kept, listed, phrase, phrases, unkept

CASES = [
    (phrase("This is closed."), "This is closed."),
    (phrase("100%% of %(what)s", what="%(it)s"), "100% of %(it)s"),
    (phrases("%(count)s day", "%(count)s days", 1), "1 day"),
    (phrases("%(count)s day", "%(count)s days", 0), "0 days"),
    (phrases("%(count)s day", "%(count)s days", 12_040), "12,040 days"),
    (phrases("one by %(who)s", "%(count)s by %(who)s", 2, who="x"), "2 by x"),
    (phrase("in %(time)s", time=phrases("%(count)s day", "%(count)s days", 3)), "in 3 days"),
]


@pytest.mark.parametrize(("words", "english"), CASES)
def test_a_phrase_is_english_wherever_it_goes(words: Phrase, english: str) -> None:
    assert words == english and f"{words}" == english and json.loads(json.dumps(words)) == english
    assert {words: 1}[english] == 1


@pytest.mark.parametrize(("words", "english"), CASES)
def test_a_phrase_survives_errors_and_pickling(words: Phrase, english: str) -> None:
    for same in (str(ValueError(words)), pickle.loads(pickle.dumps(words))):
        assert isinstance(same, Phrase) and same.one == words.one and same == english


def test_what_is_made_of_a_phrase_is_plain() -> None:
    assert type(phrase("a") + "b") is str and type(phrase("A").lower()) is str


def test_a_phrase_without_its_value_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        phrase("%(who)s is away")


KEPT = [
    "plain words, 100 %",
    phrase("write on one line: 100 %%"),
    phrase(
        "%(sentence)s; did you mean `%(near)s`?", sentence=phrase("unknown key %(key)s", key="%s"), near="b"
    ),
    phrases("%(count)s person", "%(count)s people", 1),
    phrases("%(count)s person", "%(count)s people", 3),
    listed(phrase("this is not valid YAML"), phrases("%(count)s area", "%(count)s areas", 2)),
]


@pytest.mark.parametrize("sentence", KEPT)
def test_a_sentence_comes_back_from_json_as_it_was(sentence: str) -> None:
    back = unkept(json.loads(json.dumps(kept(sentence))))
    assert (back, type(back)) == (sentence, type(sentence))
    assert translated(back, "es") == translated(sentence, "es")


def test_every_mistake_of_a_file_survives_being_kept() -> None:
    for one in parse("claims: many\ncohrts: 1\ntimezone: rome\nareas: {a: {paths: x}}\n").problems:
        back = unkept(json.loads(json.dumps(kept(one.message))))
        assert back == one.message and translated(back, "es") == translated(one.message, "es") != back


def test_a_hint_can_be_taken_off_again_wherever_it_stands() -> None:
    sentence = hinted(phrase("unknown key %(key)s", key="`a; did you mean `b`"), "capacty", ["capacity"])
    assert sentence.endswith("; did you mean `capacity`?")
    inside = phrase("%(key)s: %(sentence)s", key="x", sentence=sentence)
    assert without_hint(inside) == "x: unknown key `a; did you mean `b`"
    assert "capacity" not in translated(without_hint(inside), "es")
