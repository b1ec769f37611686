"""Facets on a page: what the address chooses, the boxes to tick, and the way back from each choice."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from adapters.texts import without_controls
from mentoring.facets import Facet

FEW = 8  # values of a facet that are shown at once
LONGEST_WORDS = 100  # characters of a search
MOST_CHOSEN = 50  # values, in all facets: each is told with a link that names the others
LONGEST_VALUE = 200  # characters; a roster has no longer one

Label = Callable[[Facet, str], str]


@dataclass(frozen=True)
class Choice:
    """What an address asks for. Whatever cannot be meant is left out."""

    words: str
    chosen: Mapping[str, frozenset[str]]  # by the facet's name
    page: int

    @property
    def arguments(self) -> dict[str, Any]:
        """The same as parts of an address, without the page."""
        chosen = {name: sorted(values) for name, values in self.chosen.items()}
        return ({"q": self.words} if self.words else {}) | chosen

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.chosen


@dataclass(frozen=True)
class Value:
    """A value of a facet, as a box to tick."""

    value: str
    label: str
    count: int
    is_chosen: bool


def read(facets: Sequence[Facet]) -> Choice:
    """What the address of this request asks for."""
    given = [
        (facet.name, one)
        for facet in facets
        for one in dict.fromkeys(request.args.getlist(facet.name))
        if 0 < len(one) <= LONGEST_VALUE
    ][:MOST_CHOSEN]
    chosen = {facet.name: frozenset(one for name, one in given if name == facet.name) for facet in facets}
    number = request.args.get("page", "")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    return Choice(words, {name: values for name, values in chosen.items() if values}, page)


def boxes(facet: Facet, values: Iterable[tuple[str, int]], choice: Choice, label: Label) -> list[Value]:
    """The boxes of one facet. `values`: with how many there are of each."""
    chosen = choice.chosen.get(facet.name, frozenset())
    return [
        Value(value, without_controls(label(facet, value)), count, value in chosen) for value, count in values
    ]


def worth_showing(found: Iterable[tuple[Facet, list[Value]]]) -> list[tuple[Facet, list[Value]]]:
    """Those in which there is something to choose."""
    return [(facet, values) for facet, values in found if len(values) > 1 or any(v.is_chosen for v in values)]


def ways_back(
    facets: Sequence[Facet], choice: Choice, endpoint: str, label: Label
) -> Iterator[tuple[str, str]]:
    """What was chosen, each with the address without it."""
    arguments = choice.arguments
    if choice.words:
        yield f"“{without_controls(choice.words)}”", url_for(endpoint, **arguments | {"q": None})
    for facet in facets:
        for value in arguments.get(facet.name, ()):
            left = [one for one in arguments[facet.name] if one != value]
            yield (
                without_controls(label(facet, value)),
                url_for(endpoint, **arguments | {facet.name: left or None}),
            )
