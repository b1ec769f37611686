"""Matching: which mentor for this newcomer or issue, and why – the same answer for the same facts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from wcmatch import glob

from mentoring.roster import Area

LONG_AGO = datetime.min.replace(tzinfo=UTC)

Obstacle: TypeAlias = Callable[["Need", "Candidate"], str | None]
Rank: TypeAlias = Callable[["Need", "Candidate"], tuple[Any, ...]]


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Need:
    """What is asked for: by whom, about what, and who must not or should be chosen."""

    author_id: int
    areas: tuple[str, ...] = ()
    language: str | None = None
    named_id: int | None = None  # the mentor of the starter issue which the pull request closes
    tried: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Considered:
    """What was said about one candidate: for `/mentor why`, and kept with the decision."""

    login: str
    suitable: bool
    because: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """The mentor, if anybody is free; what decided; and every candidate's reasons, best first."""

    mentor: Candidate | None
    deciding: str  # named, area, language, room, or nobody
    area: str | None
    considered: tuple[Considered, ...]


def match_newcomer(need: Need, candidates: Iterable[Candidate]) -> Match:
    """The mentor for a newcomer's thread (the order is DESIGN's, under "Matching").

    The load is relative to the capacity, so that whoever offers to help four is not asked before
    whoever offers to help two and helps nobody yet.
    """
    return _best(need, list(candidates), _obstacle_newcomer, _newcomer_rank)


def match_issue(need: Need, candidates: Iterable[Candidate], most_open: int) -> Match:
    """The mentor for a good first issue: issues do not count towards the capacity, but pausing does."""

    def obstacle(need: Need, candidate: Candidate) -> str | None:
        obstacle = _not_eligible(need, candidate)
        if not obstacle and candidate.id != need.named_id and candidate.open_issues >= most_open:
            return f"has {candidate.open_issues} open issues already"
        return obstacle

    return _best(need, list(candidates), obstacle, _issue_rank)


def areas_of(paths: Iterable[str], labels: Iterable[str], areas: Mapping[str, Area]) -> tuple[str, ...]:
    """The areas that changed paths or labels belong to; the one with most changed files first."""
    paths, names = list(paths), {label.lower() for label in labels}
    weights = {name: _weight(area, paths, names) for name, area in areas.items()}
    return tuple(sorted((n for n, w in weights.items() if w), key=lambda n: -weights[n]))


def _weight(area: Area, paths: list[str], labels: set[str]) -> int:
    flags = glob.GLOBSTAR | glob.DOTGLOB
    changed = sum(glob.globmatch(path, list(area.paths), flags=flags) for path in paths) if area.paths else 0
    labelled = any(label.lower() in labels for label in area.labels)
    # A person chose the label: it says more than all the paths together.
    return changed + (len(paths) + 1 if labelled else 0)


def _best(need: Need, candidates: list[Candidate], obstacle: Obstacle, rank: Rank) -> Match:
    obstacles = {candidate.id: obstacle(need, candidate) for candidate in candidates}
    free = sorted((c for c in candidates if not obstacles[c.id]), key=lambda c: rank(need, c))
    others = sorted((c for c in candidates if obstacles[c.id]), key=lambda c: c.id)
    considered = [Considered(c.login, True, _reasons(need, c)) for c in free]
    considered += [Considered(c.login, False, (str(obstacles[c.id]),)) for c in others]
    mentor = free[0] if free else None
    shared = _shared_areas(need, mentor) if mentor else ()
    return Match(mentor, _deciding(need, mentor), shared[0] if shared else None, tuple(considered))


def _not_eligible(need: Need, candidate: Candidate) -> str | None:
    if candidate.id == need.author_id:
        return "is the author"
    if candidate.id in need.tried:
        return "was asked here before"
    if candidate.away:
        return "is away"
    if candidate.capacity == 0:
        return "takes nobody at the moment"
    return None


def _obstacle_newcomer(need: Need, candidate: Candidate) -> str | None:
    obstacle = _not_eligible(need, candidate)
    named = candidate.id == need.named_id  # on the issue: even when full
    if not obstacle and not named and candidate.open_mentorships >= candidate.capacity:
        return f"is full, {candidate.open_mentorships} of {candidate.capacity}"
    return obstacle


def _fit(need: Need, candidate: Candidate) -> tuple[bool, int, bool]:
    """Smaller is better: named on the issue, areas (some shared, any, others), language."""
    return candidate.id != need.named_id, _distance(need, candidate), not _speaks(candidate, need.language)


def _distance(need: Need, candidate: Candidate) -> int:
    """How far from the areas: sharing more of them comes first, then whoever takes any, then the others."""
    if not need.areas:
        return 0
    shared = len(_shared_areas(need, candidate))
    return -shared if shared else 2 if candidate.areas else 1


def _newcomer_rank(need: Need, candidate: Candidate) -> tuple[Any, ...]:
    load = candidate.open_mentorships / candidate.capacity if candidate.capacity else 1.0
    return *_fit(need, candidate), load, candidate.last_newcomer_at or LONG_AGO, candidate.id


def _issue_rank(need: Need, candidate: Candidate) -> tuple[Any, ...]:
    return *_fit(need, candidate), candidate.open_issues, candidate.last_newcomer_at or LONG_AGO, candidate.id


def _shared_areas(need: Need, candidate: Candidate) -> tuple[str, ...]:
    return tuple(area for area in need.areas if area in candidate.areas)


def _speaks(candidate: Candidate, language: str | None) -> bool:
    return language is not None and language.lower() in (spoken.lower() for spoken in candidate.languages)


def _deciding(need: Need, mentor: Candidate | None) -> str:
    if mentor is None:
        return "nobody"
    if mentor.id == need.named_id:
        return "named"
    if _shared_areas(need, mentor):
        return "area"
    return "language" if _speaks(mentor, need.language) else "room"


def _reasons(need: Need, candidate: Candidate) -> tuple[str, ...]:
    reasons = []
    if candidate.id == need.named_id:
        reasons.append("mentors the issue")
    if shared := _shared_areas(need, candidate):
        reasons.append("knows " + ", ".join(shared))
    elif need.areas and candidate.areas:
        reasons.append("knows other areas")
    if _speaks(candidate, need.language):
        reasons.append(f"speaks {need.language}")
    reasons.append(f"helps {candidate.open_mentorships} of {candidate.capacity} at the moment")
    if candidate.last_newcomer_at is None:
        reasons.append("has not welcomed anybody yet")
    return tuple(reasons)
