"""Wording: sentences of ours that are written in Python, kept so that they can be said in another language."""

from __future__ import annotations

from typing import Any


class Mistake(ValueError):
    """What somebody wrote cannot be understood. `sentence`: one sentence to them on why, in any language."""

    def __init__(self, sentence: Phrase) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Phrase(str):
    """A sentence of ours: in English as a plain str, and with what it takes to say it in another language.

    It may go wherever a str goes. Texts (adapters/texts.py) say it in the language of the text it stands in;
    a change to it, such as `+` or `.lower()`, is a plain str again, in English. Values that are phrases are
    translated with it. As with every sentence written in Python, values are printed as they are: what a user
    wrote is defused or quoted before it comes here.
    """

    __slots__ = ("number", "one", "other", "values")
    one: str  # in English, with `%(name)s` where a value stands
    other: str | None  # for any number but one
    number: int | None
    values: dict[str, Any]

    @classmethod
    def of(cls, one: str, other: str | None, number: int | None, values: dict[str, Any]) -> Phrase:
        made = cls((one if other is None or number == 1 else other) % _grouped(values, number))
        made.one, made.other, made.number, made.values = one, other, number, values
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Phrase.of, (self.one, self.other, self.number, self.values)

    def __str__(self) -> Phrase:
        return self  # str(error) of an error that was raised with a phrase is the phrase


def _grouped(values: dict[str, Any], number: int | None) -> dict[str, Any]:
    """The values with a long number as people read it: 12,345."""
    return values if number is None or values["count"] != number else values | {"count": f"{number:,}"}


def phrase(sentence: str, /, **values: object) -> Phrase:
    """A whole sentence with `%(name)s` where a value stands; `%%` is a per cent sign."""
    return Phrase.of(sentence, None, None, values)


def phrases(one: str, other: str, count: int, /, **values: object) -> Phrase:
    """A sentence about a number: for one, and for any other. The number is `%(count)s`."""
    return Phrase.of(one, other, count, {"count": count} | values)


def listed(first: Phrase, *others: Phrase) -> Phrase:
    """Several sentences, or parts that are whole in themselves, one after the other."""
    said = first
    for other in others:
        said = phrase("%(before)s, %(after)s", before=said, after=other)
    return said


def kept(sentence: str) -> Any:
    """A sentence as JSON can keep it, so that it can still be said in another language."""
    if not isinstance(sentence, Phrase):
        return sentence
    values = {name: kept(one) if isinstance(one, str) else one for name, one in sentence.values.items()}
    return {"one": sentence.one, "other": sentence.other, "number": sentence.number, "values": values}


def unkept(found: Any) -> str:
    """The sentence that `kept` made into this; values are text or numbers."""
    if not isinstance(found, dict):
        return str(found)
    values = {name: unkept(one) if isinstance(one, dict) else one for name, one in found["values"].items()}
    return Phrase.of(found["one"], found["other"], found["number"], values)
