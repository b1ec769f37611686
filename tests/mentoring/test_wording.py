"""Wording: a phrase is a str in English wherever it goes, and keeps what another language needs."""

import json
import pickle

import pytest

from mentoring.wording import Phrase, phrase, phrases

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
    for kept in (str(ValueError(words)), pickle.loads(pickle.dumps(words))):
        assert isinstance(kept, Phrase) and kept.one == words.one and kept == english


def test_what_is_made_of_a_phrase_is_plain() -> None:
    assert type(phrase("a") + "b") is str and type(phrase("A").lower()) is str


def test_a_phrase_without_its_value_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        phrase("%(who)s is away")
