"""Matching: which mentor for this newcomer or issue, and why – the same answer for the same facts.

First whoever cannot is left out (the obstacles), then of those who are left the better ones stay, preference by
preference. Each step looks at everybody at once, so that ten thousand mentors take a few milliseconds.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from mentoring import globs
from mentoring.languages import name_of
from mentoring.roster import Area
from mentoring.wording import Phrase, phrase, phrases

LONG_AGO = datetime.min.replace(tzinfo=UTC)
MANY = 100  # candidates: of more than these only the mentor's reasons are told, and of the others how many

Stay: TypeAlias = Callable[["Need", Sequence["Candidate"]], list["Candidate"]]
Keys: TypeAlias = Callable[["Need", Sequence["Candidate"]], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mentor of the program who said yes, with what the choice depends on."""

    id: int
    login: str
    cohort: str = ""
    team: str | None = None
    areas: tuple[str, ...] = ()  # empty: any
    languages: tuple[str, ...] = ()
    capacity: int = 2
    open_mentorships: int = 0
    open_issues: int = 0
    last_newcomer_at: datetime | None = None
    about: str = ""
    contact: str | None = None
    away: bool = False
    timezone: str | None = None  # None: not known
    grown: bool = False  # helped here themselves, before they said yes


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked for: by whom, about what, and who must not or should be chosen."""

    author_id: int
    areas: tuple[str, ...] = ()
    language: str | None = None
    named_id: int | None = None  # the mentor of the starter issue which the pull request closes
    tried: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Considered:
    """What was said about one candidate (without a login: about many): for `/mentor why`, kept with the decision."""

    login: str
    suitable: bool
    because: tuple[Phrase, ...]


@dataclass(frozen=True)
class Match:
    """The mentor, if anybody is free; what decided; and the reasons, best first.

    `considered`: every candidate's; of more than MANY the mentor's, and how many others each step left out.
    """

    mentor: Candidate | None
    deciding: str  # named, area, language, room, or nobody
    area: str | None
    considered: tuple[Considered, ...]


@dataclass(frozen=True)
class Obstacle:
    """Why somebody cannot: who stays without it, and how it is said of `one` and of how `many`."""

    stay: Stay
    one: Callable[[Candidate], Phrase]
    many: Callable[[int], Phrase]


@dataclass(frozen=True)
class Preference:
    """What makes somebody the better choice: a key for each candidate, the smaller the better.

    No keys at all: it says nothing here. `many` tells of how many had a larger one.
    """

    keys: Keys
    many: Callable[[int], Phrase]


def match_newcomer(need: Need, candidates: Iterable[Candidate]) -> Match:
    """The mentor for a newcomer's thread (the order is DESIGN's, under "Matching").

    The load is relative to the capacity, so that whoever offers to help four is not asked before
    whoever offers to help two and helps nobody yet.
    """
    return _best(need, list(candidates), (*NOT_ELIGIBLE, FULL), (*FIT, LOAD, WAITED))


def match_issue(need: Need, candidates: Iterable[Candidate], most_open: int) -> Match:
    """The mentor for a good first issue: issues do not count towards the capacity, but pausing does."""

    def with_room(need: Need, candidates: Sequence[Candidate]) -> list[Candidate]:
        return [c for c in candidates if c.open_issues < most_open or c.id == need.named_id]

    enough = Obstacle(
        with_room,
        lambda c: phrases(
            "has %(count)s open issue already", "has %(count)s open issues already", c.open_issues
        ),
        lambda n: phrases("%(count)s with enough open issues", "%(count)s with enough open issues", n),
    )
    return _best(need, list(candidates), (*NOT_ELIGIBLE, enough), (*FIT, ISSUES, WAITED))


def areas_of(paths: Iterable[str], labels: Iterable[str], areas: Mapping[str, Area]) -> tuple[str, ...]:
    """The areas that changed paths or labels belong to; the one with most changed files first."""
    paths, names = list(paths), {label.lower() for label in labels}
    weights = {name: _weight(area, paths, names) for name, area in areas.items()}
    return tuple(sorted((n for n, w in weights.items() if w), key=lambda n: -weights[n]))


def _weight(area: Area, paths: list[str], labels: set[str]) -> int:
    changed = sum(globs.matches(path, area.paths) for path in paths)
    labelled = any(label.lower() in labels for label in area.labels)
    # A person chose the label: it says more than all the paths together.
    return changed + (len(paths) + 1 if labelled else 0)


# --- who cannot -----------------------------------------------------------------------------------


def _without_the_author(need: Need, candidates: Sequence[Candidate]) -> list[Candidate]:
    return [c for c in candidates if c.id != need.author_id]


def _not_tried(need: Need, candidates: Sequence[Candidate]) -> list[Candidate]:
    return [c for c in candidates if c.id not in need.tried] if need.tried else list(candidates)


def _here(_need: Need, candidates: Sequence[Candidate]) -> list[Candidate]:
    return [c for c in candidates if not c.away]


def _taking(_need: Need, candidates: Sequence[Candidate]) -> list[Candidate]:
    return [c for c in candidates if c.capacity]


def _with_room(need: Need, candidates: Sequence[Candidate]) -> list[Candidate]:
    # Whoever is named on the issue helps even when full.
    return [c for c in candidates if c.open_mentorships < c.capacity or c.id == need.named_id]


NOT_ELIGIBLE = (
    Obstacle(
        _without_the_author,
        lambda _: phrase("is the author"),
        lambda n: phrases("%(count)s the author", "%(count)s the author", n),
    ),
    Obstacle(
        _not_tried,
        lambda _: phrase("was asked here before"),
        lambda n: phrases("%(count)s asked here before", "%(count)s asked here before", n),
    ),
    Obstacle(_here, lambda _: phrase("is away"), lambda n: phrases("%(count)s away", "%(count)s away", n)),
    Obstacle(
        _taking,
        lambda _: phrase("takes nobody"),
        lambda n: phrases("%(count)s taking nobody", "%(count)s taking nobody", n),
    ),
)
FULL = Obstacle(
    _with_room,
    lambda c: phrase("is full, %(open)s of %(capacity)s", open=c.open_mentorships, capacity=c.capacity),
    lambda n: phrases("%(count)s full", "%(count)s full", n),
)


# --- who is better --------------------------------------------------------------------------------


def _named(need: Need, candidates: Sequence[Candidate]) -> list[bool]:
    return [c.id != need.named_id for c in candidates] if need.named_id is not None else []


def _distance(need: Need, candidates: Sequence[Candidate]) -> list[int]:
    """How far from the areas: sharing more of them comes first, then whoever takes any, then the others."""
    if not need.areas:
        return []

    def distance(areas: tuple[str, ...]) -> int:
        shared = sum(area in areas for area in need.areas)
        return -shared if shared else 2 if areas else 1

    distances = _Once(distance)
    return [distances[c.areas] for c in candidates]


def _foreign(need: Need, candidates: Sequence[Candidate]) -> list[bool]:
    if need.language is None:
        return []
    foreign = _Once(lambda languages: not _speaks(languages, need.language))
    return [foreign[c.languages] for c in candidates]


class _Once(dict[tuple[str, ...], Any]):
    """What a function says of what people declared, worked out once for all who declared the same."""

    def __init__(self, say: Callable[[tuple[str, ...]], Any]) -> None:
        self.say = say

    def __missing__(self, declared: tuple[str, ...]) -> Any:
        self[declared] = self.say(declared)
        return self[declared]


def _load(_need: Need, candidates: Sequence[Candidate]) -> list[float]:
    return [c.open_mentorships / c.capacity for c in candidates]


def _open_issues(_need: Need, candidates: Sequence[Candidate]) -> list[int]:
    return [c.open_issues for c in candidates]


def _last_newcomer(_need: Need, candidates: Sequence[Candidate]) -> list[datetime]:
    return [c.last_newcomer_at or LONG_AGO for c in candidates]


FIT = (
    Preference(
        _named,
        lambda n: phrases("%(count)s did not mentor the issue", "%(count)s did not mentor the issue", n),
    ),
    Preference(
        _distance, lambda n: phrases("%(count)s knew these areas less", "%(count)s knew these areas less", n)
    ),
    Preference(
        _foreign,
        lambda n: phrases("%(count)s did not speak the language", "%(count)s did not speak the language", n),
    ),
)
LOAD = Preference(_load, lambda n: phrases("%(count)s had less room", "%(count)s had less room", n))
ISSUES = Preference(
    _open_issues, lambda n: phrases("%(count)s had more issues", "%(count)s had more issues", n)
)
WAITED = Preference(
    _last_newcomer,
    lambda n: phrases("%(count)s had a newcomer more recently", "%(count)s had a newcomer more recently", n),
)


def _equal(count: int) -> Phrase:
    """GitHub's ids count up."""
    return phrases(
        "%(count)s came after by the age of their account",
        "%(count)s came after by the age of their account",
        count,
    )


# --- the choice -----------------------------------------------------------------------------------


def _best(
    need: Need,
    candidates: list[Candidate],
    obstacles: Sequence[Obstacle],
    preferences: Sequence[Preference],
) -> Match:
    free = candidates
    others: list[tuple[int, Callable[[int], Phrase]]] = []
    for obstacle in obstacles:
        before, free = len(free), obstacle.stay(need, free)
        others.append((before - len(free), obstacle.many))
    best = free
    for preference in preferences:
        before, best = len(best), _smallest(best, preference.keys(need, best))
        others.append((before - len(best), preference.many))
    mentor = min(best, key=lambda c: c.id, default=None)
    if len(candidates) > MANY:
        others.append((len(best) - 1, _equal))
        considered = list(_told_of_many(need, mentor, others))
    else:
        considered = [*_told_of_free(need, free, preferences), *_told_of_others(need, candidates, obstacles)]
    shared = _shared_areas(need, mentor) if mentor else ()
    return Match(mentor, _deciding(need, mentor), shared[0] if shared else None, tuple(considered))


def _smallest(candidates: list[Candidate], keys: Sequence[Any]) -> list[Candidate]:
    if not keys:
        return candidates
    smallest = min(keys)
    return [c for c, key in zip(candidates, keys, strict=True) if key == smallest]


def _told_of_free(
    need: Need, free: list[Candidate], preferences: Sequence[Preference]
) -> Iterator[Considered]:
    ranks = zip(*(keys for one in preferences if (keys := one.keys(need, free))), strict=True)
    ranked = sorted(zip(ranks, free, strict=True), key=lambda pair: (*pair[0], pair[1].id))
    return (Considered(c.login, True, _reasons(need, c)) for _, c in ranked)


def _told_of_others(
    need: Need, candidates: list[Candidate], obstacles: Sequence[Obstacle]
) -> Iterator[Considered]:
    for candidate in sorted(candidates, key=lambda c: c.id):
        said = (one.one(candidate) for one in obstacles if not one.stay(need, [candidate]))
        if obstacle := next(said, None):
            yield Considered(candidate.login, False, (obstacle,))


def _told_of_many(
    need: Need, mentor: Candidate | None, others: Iterable[tuple[int, Callable[[int], Phrase]]]
) -> Iterator[Considered]:
    if mentor:
        yield Considered(mentor.login, True, _reasons(need, mentor))
    said = tuple(why(number) for number, why in others if number > 0)
    yield Considered("", False, said)


def _shared_areas(need: Need, candidate: Candidate) -> tuple[str, ...]:
    return tuple(area for area in need.areas if area in candidate.areas)


def _speaks(languages: tuple[str, ...], language: str | None) -> bool:
    return language is not None and language.lower() in (spoken.lower() for spoken in languages)


def _deciding(need: Need, mentor: Candidate | None) -> str:
    if mentor is None:
        return "nobody"
    if mentor.id == need.named_id:
        return "named"
    if _shared_areas(need, mentor):
        return "area"
    return "language" if _speaks(mentor.languages, need.language) else "room"


def _reasons(need: Need, candidate: Candidate) -> tuple[Phrase, ...]:
    reasons = []
    if candidate.id == need.named_id:
        reasons.append(phrase("mentors the issue"))
    if shared := _shared_areas(need, candidate):
        reasons.append(phrase("knows %(areas)s", areas=", ".join(shared)))
    elif need.areas and candidate.areas:
        reasons.append(phrase("knows other areas"))
    if need.language and _speaks(candidate.languages, need.language):
        reasons.append(phrase("speaks %(language)s", language=name_of(need.language)))
    reasons.append(
        phrase("helps %(open)s of %(capacity)s", open=candidate.open_mentorships, capacity=candidate.capacity)
    )
    if candidate.last_newcomer_at is None:
        reasons.append(phrase("has not welcomed anybody yet"))
    return tuple(reasons)
