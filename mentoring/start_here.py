"""Start here: good first issues for newcomers to choose from, by area, size, the mentor's languages and program."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mentoring.facets import Facet, sift, values_in_order
from mentoring.wording import phrase

FREE, TAKEN = "free", "taken"
STATES = {FREE: phrase("Free"), TAKEN: phrase("Taken")}
SIZES = {"small": phrase("Small"), "medium": phrase("Medium"), "large": phrase("Large")}
PER_PAGE = 24

FACETS = (
    Facet("state", phrase("Free or taken")),
    Facet("area", phrase("Area")),
    Facet("size", phrase("Size")),
    Facet("language", phrase("The mentor speaks")),
    Facet("program", phrase("Program")),
)

# As projects write it: `size: S`, `size/XS`, `effort: low`, `small`. Other words for it mean nothing to us.
_SIZE = re.compile(r"(?:(?:size|effort|estimate|complexity)\s*[:/=\s-]\s*)?(?P<word>[a-z]+)", re.IGNORECASE)
_LETTERS = re.compile(
    r"(?:size|effort|estimate|complexity)\s*[:/=\s-]\s*(?P<word>xs|s|m|l|xl)", re.IGNORECASE
)
_WORDS = {
    "small": ("small", "tiny", "quick", "low", "xs", "s"),
    "medium": ("medium", "moderate", "m"),
    "large": ("large", "big", "high", "l", "xl"),
}
_ALONE = {"small", "tiny", "medium", "large"}  # without saying of what


@dataclass(frozen=True)
class Starter:
    """A good first issue, as it is shown."""

    repository: str
    number: int
    title: str
    program_id: int
    areas: tuple[str, ...]
    size: str | None  # one of SIZES; None: no label tells
    languages: tuple[str, ...]  # of its mentor, as codes in small letters
    mentor: str
    mentor_listed: bool
    state: str  # one of STATES


@dataclass(frozen=True)
class Found:
    """One page of them. `counts`: by the facet's name and the value."""

    starters: Sequence[Starter]
    total: int
    page: int
    pages: int
    counts: Mapping[str, Mapping[str, int]]


def size_of(labels: Iterable[str]) -> str | None:
    """What the labels say of how much work an issue is; None: nothing, or not one thing."""
    said = {size for label in labels if (size := _size(label.strip()))}
    return said.pop() if len(said) == 1 else None


def _size(label: str) -> str | None:
    found = _LETTERS.fullmatch(label) or _SIZE.fullmatch(label)
    if found is None:
        return None
    word = found["word"].lower()
    if word == label.lower() and word not in _ALONE:
        return None
    return next((size for size, words in _WORDS.items() if word in words), None)


def search(starters: Sequence[Starter], chosen: Mapping[str, frozenset[str]], page: int) -> Found:
    """Those that fit, a page of them: the free ones first, beyond that in their order."""
    rows = [(i, _values(one), one) for i, one in enumerate(starters)]
    fitting, counts = sift(rows, FACETS, chosen)
    found = sorted((things[0] for things in fitting.values()), key=lambda one: one.state != FREE)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(page, 1), pages)
    return Found(found[(page - 1) * PER_PAGE : page * PER_PAGE], len(found), page, pages, counts)


def _values(one: Starter) -> tuple[tuple[str, ...], ...]:
    size = (one.size,) if one.size else ()
    return (one.state,), one.areas, size, one.languages, (str(one.program_id),)


def values_of(found: Found, facet: Facet, chosen: Mapping[str, frozenset[str]]) -> list[tuple[str, int]]:
    """What there is to choose in a facet, and how many there are of each; sizes as they grow."""
    counts = found.counts[facet.name]
    if facet.name == "state":
        return [(value, counts.get(value, 0)) for value in STATES]
    if facet.name == "size":
        there = {*counts, *chosen.get("size", ())}
        return [(value, counts.get(value, 0)) for value in SIZES if value in there]
    return values_in_order(counts, chosen.get(facet.name, ()))
