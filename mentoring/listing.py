"""Listing: the mentors who want to be found, by what one looks for; and how many there are of each.

Within a facet one of the chosen values is enough, between facets all of them count. How many there are of a value
is counted as if nothing were chosen in its own facet, so that it tells what choosing it would bring.
"""

import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from mentoring.languages import name_of
from mentoring.roster import Member

FREE, FULL, AWAY = "free", "full", "away"
STATES = {FREE: "Has room", FULL: "Full at the moment", AWAY: "Away"}  # whoever has room comes first
PER_PAGE = 24
LONGEST_WORDS = 100  # characters of a search
MOST_CHOSEN = 50  # values in a facet


@dataclass(frozen=True)
class Facet:
    """One way to look for mentors: the name in addresses, and the word on the page."""

    name: str
    word: str


FACETS = (
    Facet("availability", "Availability"),
    Facet("area", "Area"),
    Facet("language", "Language"),
    Facet("region", "Where in the world"),
    Facet("timezone", "Time zone"),
    Facet("program", "Program"),
    Facet("cohort", "Cohort"),
)
ALL = range(len(FACETS))
STATE = 0  # the place of availability among them, the one that changes with every newcomer
_REGIONS = {
    "Africa": "Africa",
    "America": "The Americas",
    "Antarctica": "Antarctica",
    "Arctic": "The Arctic",
    "Asia": "Asia",
    "Atlantic": "The Atlantic",
    "Australia": "Australia",
    "Europe": "Europe",
    "Indian": "The Indian Ocean",
    "Pacific": "The Pacific",
}


@dataclass(frozen=True)
class Profile:
    """What the roster of one program says of one person. It changes with the file alone."""

    person_id: int
    login: str  # by which the program knows them
    program_id: int
    program: str
    noun: str
    cohorts: tuple[str, ...]
    member: Member
    values: tuple[tuple[str, ...], ...]  # in each facet, by its place; of availability none
    text: str  # what a search by words goes through


Entry = tuple[Profile, str]  # with one of STATES


@dataclass(frozen=True)
class Person:
    """One mentor, with what they are in each program where they are what was looked for."""

    id: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Query:
    """What somebody looks for."""

    words: str = ""
    chosen: Mapping[str, frozenset[str]] | None = None  # by the facet's name
    page: int = 1

    def of(self, facet: Facet) -> frozenset[str]:
        return (self.chosen or {}).get(facet.name, frozenset())

    @property
    def is_empty(self) -> bool:
        return not self.words and not any((self.chosen or {}).values())


@dataclass(frozen=True)
class Found:
    """One page of those who were found. `counts`: by the facet's name and the value."""

    people: Sequence[Person]
    total: int
    page: int
    pages: int
    counts: Mapping[str, Mapping[str, int]]


def profile(
    person_id: int, login: str, member: Member, program: tuple[int, str, str], cohorts: Sequence[str]
) -> Profile:
    """What is shown of a member, and by what they are found. `program`: its id, name and noun."""
    program_id, name, noun = program
    zone = member.timezone
    values = (
        (),
        member.areas,
        tuple(dict.fromkeys(code.lower() for code in member.languages)),
        (region_of(zone),) if zone else (),
        (zone,) if zone else (),
        (str(program_id),),
        tuple(cohorts),
    )
    spoken = [name_of(code) for code in member.languages]
    said = [login, member.about, name, *cohorts, *member.areas, *spoken, (zone or "").replace("_", " ")]
    unique = tuple(tuple(dict.fromkeys(one)) for one in values)
    return Profile(
        person_id,
        login,
        program_id,
        name,
        noun,
        tuple(cohorts),
        member,
        unique,
        "\n".join(map(plain, said)),
    )


def search(entries: Sequence[Entry], query: Query, day: date) -> Found:
    """Those who fit, a page of them. `day`: their order is another one each day, so that nobody is always first."""
    words = plain(query.words[:LONGEST_WORDS]).split()
    chosen = [(i, query.of(facet)) for i, facet in enumerate(FACETS) if query.of(facet)]
    twice = _in_several(entries)
    fitting: dict[int, list[Entry]] = defaultdict(list)
    values: list[list[tuple[str, ...]]] = [[] for _ in FACETS]
    of_several: set[tuple[int, int, str]] = set()  # a facet's place, a person and a value there
    for entry in entries:
        one, state = entry
        if words and not all(word in one.text for word in words):
            continue
        missed = _missed(one, state, chosen) if chosen else ()
        if not missed:
            fitting[one.person_id].append(entry)
        if len(missed) < 2:
            # Who fits but for one facet would be found by another choice in that one.
            for i in missed or ALL:
                here = (state,) if i == STATE else one.values[i]
                if one.person_id in twice:
                    of_several.update((i, one.person_id, value) for value in here)
                else:
                    values[i].append(here)
    return _page(fitting, query.page, _count(values, of_several), day)


def _in_several(entries: Iterable[Entry]) -> set[int]:
    """Who is in several programs: each of them is counted as one person."""
    times = Counter(one.person_id for one, _ in entries)
    return {person_id for person_id, count in times.items() if count > 1}


def _missed(one: Profile, state: str, chosen: Sequence[tuple[int, frozenset[str]]]) -> Sequence[int]:
    """The places of up to two facets in which this is not what was chosen."""
    missed = []
    for i, wanted in chosen:
        if wanted.isdisjoint((state,) if i == STATE else one.values[i]):
            missed.append(i)
            if len(missed) == 2:
                break
    return missed


def _count(
    values: Sequence[Sequence[tuple[str, ...]]], of_several: Iterable[tuple[int, int, str]]
) -> dict[str, Counter[str]]:
    """How many people there are of each value."""
    counted = [Counter(chain.from_iterable(here)) for here in values]
    for i, _, value in of_several:
        counted[i][value] += 1
    return {facet.name: counted[i] for i, facet in enumerate(FACETS)}


def _page(
    fitting: Mapping[int, list[Entry]], number: int, counts: Mapping[str, Mapping[str, int]], day: date
) -> Found:
    rank = {state: i for i, state in enumerate(STATES)}
    today = day.isoformat()

    def place(person_id: int) -> tuple[int, int, int]:
        best = min(rank[state] for _, state in fitting[person_id])
        return best, zlib.crc32(f"{today} {person_id}".encode()), person_id

    pages = max(1, -(-len(fitting) // PER_PAGE))
    number = min(max(number, 1), pages)
    ids = sorted(fitting, key=place)[(number - 1) * PER_PAGE : number * PER_PAGE]
    people = [Person(one, tuple(fitting[one])) for one in ids]
    return Found(people, len(fitting), number, pages, counts)


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """The text as it is compared: without regard to case and accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


@cache
def region_of(zone: str) -> str:
    """The part of the world that a time zone of the IANA list is in, or Elsewhere."""
    begin = zone.partition("/")[0]
    return begin if begin in _REGIONS else "Elsewhere"


def label(facet: Facet, value: str) -> str:
    """What a value is called on the page. Of programs it is their name, which is not known here."""
    if facet.name == "availability":
        return STATES.get(value, value)
    if facet.name == "language":
        return name_of(value)
    if facet.name == "region":
        return _REGIONS.get(value, value)
    if facet.name == "timezone":
        return city(value)
    return value


def city(zone: str) -> str:
    """A time zone as people say it: its city."""
    return zone.rpartition("/")[2].replace("_", " ")


def state(*, away: bool, capacity: int, open_mentorships: int) -> str:
    """Whether somebody has room for a newcomer, as one word."""
    if away:
        return AWAY
    return FREE if open_mentorships < capacity else FULL


def offset(zone: str, day: date) -> str:
    """How far a time zone is from UTC at noon of a day, as `UTC+1` or `UTC−3:30`."""
    shift = datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset()
    minutes = int(shift.total_seconds() // 60) if shift else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "−"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def values_in_order(found: Found, facet: Facet, query: Query) -> Iterator[tuple[str, int]]:
    """The values of a facet, those chosen first, then by how many there are; availability as it always is."""
    counts, chosen = found.counts[facet.name], query.of(facet)
    if facet.name == "availability":
        yield from ((value, counts.get(value, 0)) for value in STATES)
        return
    values = {value: counts.get(value, 0) for value in (*chosen, *counts)}
    yield from sorted(values.items(), key=lambda one: (one[0] not in chosen, -one[1], plain(one[0])))
