"""Facets: what fits a choice of values, and how many there would be of each other value.

Within a facet one of the chosen values is enough, between facets all of them count. How many there are of a value
is counted as if nothing were chosen in its own facet, so that it tells what choosing it would bring.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TypeVar

T = TypeVar("T")
Values = tuple[tuple[str, ...], ...]  # of one thing: those in each facet, by the facet's place


@dataclass(frozen=True)
class Facet:
    """One way to look for something: the name in addresses, and the word on the page."""

    name: str
    word: str


def sift(
    rows: Sequence[tuple[int, Values, T]], facets: Sequence[Facet], chosen: Mapping[str, frozenset[str]]
) -> tuple[dict[int, list[T]], dict[str, Counter[str]]]:
    """What fits, by the id of what it belongs to, and how many ids there are of each value, by the facet's name.

    Several rows may have one id: it fits if one of them does.
    """
    wanted = [(i, chosen[facet.name]) for i, facet in enumerate(facets) if chosen.get(facet.name)]
    everywhere = range(len(facets))
    repeated = {one for one, times in Counter(row[0] for row in rows).items() if times > 1}
    fitting: dict[int, list[T]] = defaultdict(list)
    seen: list[list[tuple[str, ...]]] = [[] for _ in facets]
    of_repeated: set[tuple[int, int, str]] = set()  # a facet's place, an id and a value there
    for one, values, thing in rows:
        missed = _missed(values, wanted) if wanted else ()
        if not missed:
            fitting[one].append(thing)
        if len(missed) < 2:
            # What fits but for one facet would be found by another choice in that one.
            for i in missed or everywhere:
                if one in repeated:
                    of_repeated.update((i, one, value) for value in values[i])
                else:
                    seen[i].append(values[i])
    counts = [Counter(chain.from_iterable(here)) for here in seen]
    for i, _, value in of_repeated:
        counts[i][value] += 1
    return fitting, {facet.name: counts[i] for i, facet in enumerate(facets)}


def _missed(values: Values, wanted: Sequence[tuple[int, frozenset[str]]]) -> Sequence[int]:
    """The places of up to two facets in which nothing of this was chosen."""
    missed = []
    for i, those in wanted:
        if those.isdisjoint(values[i]):
            missed.append(i)
            if len(missed) == 2:
                break
    return missed


def values_in_order(counts: Mapping[str, int], chosen: Collection[str]) -> list[tuple[str, int]]:
    """The values of a facet with how many there are, those chosen first, then by number."""
    values = {value: counts.get(value, 0) for value in (*sorted(chosen), *counts)}
    return sorted(values.items(), key=lambda one: (one[0] not in chosen, -one[1], plain(one[0])))


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """The text as it is compared: without regard to case and accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))
