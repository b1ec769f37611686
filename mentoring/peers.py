"""Peers: which newcomers of the same weeks are introduced to each other, when, and with which words."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mentoring.actions import LATER, Comment, Text, Thread, effect
from mentoring.digest_schedule import next_due
from mentoring.roster import Digest, Program

AFTER_DIGEST = timedelta(hours=1)  # so that what a digest counts does not happen beneath its hands
NOTICE = timedelta(days=1)  # to say `/mentor peers off` before anybody is told of them
LATEST = timedelta(days=15)  # who was alone in a week is still new in the next one
MOST = 4  # in a circle: each is told of three others at most


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is new, and their first pull request. `place`: who may read it, 0 where everybody may."""

    id: int
    thread: Thread
    since: datetime
    place: int = 0
    areas: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Peer:
    """A newcomer as another one is told of them. `area`: what both work on, if anything."""

    login: str
    title: str
    url: str
    area: str | None = None


def due_after(program: Program, now: datetime) -> datetime | None:
    """When newcomers are introduced next, in UTC: an hour after the digest, or after when it would come.

    None where the program does not want it.
    """
    if not program.peers:
        return None
    return next_due(program, program.digest or Digest(), now - AFTER_DIGEST) + AFTER_DIGEST


def came_between(now: datetime) -> tuple[datetime, datetime]:
    """From when until when those came who are introduced now."""
    return now - LATEST, now - NOTICE


def circles(newcomers: Iterable[Newcomer]) -> list[tuple[Newcomer, ...]]:
    """Who is introduced to whom: everybody in one circle of two to four at most, with whoever is nearest to them.

    Nobody is told of a thread that they may not read, so those of each private repository are among themselves.
    Somebody alone is in none.
    """
    by_place: dict[int, list[Newcomer]] = {}
    for one in sorted(newcomers, key=lambda one: (one.since, one.id)):
        by_place.setdefault(one.place, []).append(one)
    return [circle for place in sorted(by_place) for circle in _divided(by_place[place])]


def _divided(left: list[Newcomer]) -> list[tuple[Newcomer, ...]]:
    """All of them, the oldest first, in circles of nearly the same size."""
    found = []
    for circles_left in range(math.ceil(len(left) / MOST), 0, -1):
        size = math.ceil(len(left) / circles_left)
        first = left[0]
        circle = (first, *sorted(left[1:], key=lambda one: _distance(first, one))[: size - 1])
        left = [one for one in left if one not in circle]
        if len(circle) > 1:
            found.append(circle)
    return found


def _distance(first: Newcomer, other: Newcomer) -> tuple[bool, bool, bool, datetime, int]:
    """The same area first, then the same language, the same repository, who came next."""
    return (
        shared_area(first, other) is None,
        first.language != other.language,
        first.thread.repository_id != other.thread.repository_id,
        other.since,
        other.id,
    )


def shared_area(one: Newcomer, other: Newcomer) -> str | None:
    """What both work on."""
    return next((area for area in one.areas if area in other.areas), None)


def key_of(thread: Thread, *people: int) -> str:
    """The effect key of an introduction: one for each thread, ever. Without people: how all begin.

    It names everybody whom the comment names, so that it is taken back as soon as one of them is to be left out.
    """
    return effect(thread.name, "peers", *(f"person {one}" for one in people))


def introduce(
    program: Program, newcomer: Newcomer, login: str, others: Sequence[tuple[int, Peer]]
) -> Comment:
    """Tells a newcomer, on their own thread, of the others in their circle: each by id, and as they are shown."""
    key = key_of(newcomer.thread, newcomer.id, *(person_id for person_id, _ in others))
    values = {"newcomer": login, "peers": [peer for _, peer in others], "program": program.name}
    return Comment(newcomer.thread, "peers", key, Text("comments/peers", values), LATER)
