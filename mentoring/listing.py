"""Listing: the mentors who want to be found, by what one looks for; and how many there are of each.

Somebody in two programs is one person, who fits as they are in one of them.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from mentoring.facets import Facet, plain, sift, values_in_order
from mentoring.languages import name_of
from mentoring.roster import Member
from mentoring.wording import phrase

FREE, FULL, AWAY = "free", "full", "away"
STATES = {
    FREE: phrase("Has room"),
    FULL: phrase("Full at the moment"),
    AWAY: phrase("Away"),
}  # whoever has room comes first
PER_PAGE = 24


FACETS = (
    Facet("availability", phrase("Availability")),
    Facet("area", phrase("Area")),
    Facet("language", phrase("Language")),
    Facet("region", phrase("Where in the world")),
    Facet("timezone", phrase("Time zone")),
    Facet("program", phrase("Program")),
    Facet("cohort", phrase("Cohort")),
)
_REGIONS = {
    "Africa": phrase("Africa"),
    "America": phrase("The Americas"),
    "Antarctica": phrase("Antarctica"),
    "Arctic": phrase("The Arctic"),
    "Asia": phrase("Asia"),
    "Atlantic": phrase("The Atlantic"),
    "Australia": phrase("Australia"),
    "Europe": phrase("Europe"),
    "Indian": phrase("The Indian Ocean"),
    "Pacific": phrase("The Pacific"),
}
ELSEWHERE = phrase("Elsewhere")


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

    words: str
    chosen: Mapping[str, frozenset[str]]  # by the facet's name
    page: int


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


def search(entries: Iterable[Entry], query: Query, day: date) -> Found:
    """Those who fit, a page of them. `day`: their order is another one each day, so that nobody is always first."""
    words = plain(query.words).split()
    rows = [
        (one.person_id, ((state,), *one.values[1:]), (one, state))
        for one, state in entries
        if not words or all(word in one.text for word in words)
    ]
    fitting, counts = sift(rows, FACETS, query.chosen)
    return _page(fitting, query.page, counts, day)


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


@cache
def region_of(zone: str) -> str:
    """The part of the world that a time zone of the IANA list is in, or Elsewhere."""
    begin = zone.partition("/")[0]
    return begin if begin in _REGIONS else ELSEWHERE


def label(facet: Facet, value: str) -> str:
    """What a value is called on the page: a phrase, where it is ours. Of programs it is their name, which is not known here."""
    if facet.name == "availability":
        return STATES.get(value, value)
    if facet.name == "language":
        return name_of(value)
    if facet.name == "region":
        return ELSEWHERE if value == ELSEWHERE else _REGIONS.get(value, value)
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


def values_of(found: Found, facet: Facet, chosen: Mapping[str, frozenset[str]]) -> list[tuple[str, int]]:
    """What there is to choose in a facet, and how many there are of each; availability as it always is."""
    counts = found.counts[facet.name]
    if facet.name == "availability":
        return [(value, counts.get(value, 0)) for value in STATES]
    return values_in_order(counts, chosen.get(facet.name, ()))
