"""The numbers of the digest: week by week for its charts, and repository by repository."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from mentoring.digest import WEEK, InWeek, Week

WEEKS = 8  # that the charts look back, this one included
SMALLEST = 8  # top of a chart: below, Mermaid marks halves of people on its axis
FEWEST = 3  # newcomers, of whom it is worth telling how they fare, all together
STATES = ("merged", "answered", "waits", "closed")  # of newcomers' threads


@dataclass(frozen=True)
class Came:
    """Who came, and when, as far as the charts go."""

    newcomer_id: int
    since: datetime


@dataclass(frozen=True)
class PlaceLine:
    """What happened in one repository; without a slug in all private ones together."""

    slug: str | None
    newcomers: int
    merged: int
    waiting: int
    free: int


@dataclass(frozen=True)
class Chart:
    """Bars and a line over the weeks, up to `top`."""

    weeks: tuple[InWeek, ...]
    top: int


def weekly(
    came: Iterable[Came],
    merged: Iterable[datetime],
    begun: datetime,
    since: datetime,
    until: datetime,
    clock: ZoneInfo,
) -> list[InWeek]:
    """The last weeks, the oldest first, none from before the program `begun`; the last is the digest's own.

    `merged`: when pull requests of newcomers were. Whoever came by two threads in a week came once. A week is named by the local day on which it begins.
    """
    came, merged = list(came), list(merged)
    back = min(WEEKS - 1, max(0, math.ceil((since - begun) / WEEK)))
    edges = [*(since - n * WEEK for n in range(back, -1, -1)), until]
    return [_week(came, merged, start, end, clock) for start, end in pairwise(edges)]


def _week(
    came: Sequence[Came], merged: Sequence[datetime], start: datetime, end: datetime, clock: ZoneInfo
) -> InWeek:
    people = {one.newcomer_id for one in came if start <= one.since < end}
    count = sum(start <= one < end for one in merged)
    return InWeek(start.astimezone(clock).date(), len(people), count)


def chart(weeks: Sequence[InWeek]) -> Chart | None:
    """The chart of the weeks; None, where it would show a single week or nothing at all."""
    highest = max((max(week.newcomers, week.merged) for week in weeks), default=0)
    if len(weeks) < 2 or not highest:
        return None
    return Chart(tuple(weeks), _round_up(highest))


def _round_up(highest: int) -> int:
    """The top of an axis whose marks are whole numbers."""
    step: int = 10 ** max(0, len(str(highest)) - 1)
    return -(-highest // step) * step if highest > 10 else max(SMALLEST, highest)


def states(week: Week) -> list[tuple[str, int]]:
    """How the week's newcomers fare; empty where they are few, or all fare the same."""
    counts = Counter(one.state for one in week.newcomers)
    found = [(state, counts[state]) for state in STATES if counts[state]]
    return found if len(found) > 1 and len(week.newcomers) >= FEWEST else []


def places(week: Week) -> list[PlaceLine]:
    """Each repository in which something happened, by its name, the private ones together at the end.

    Empty with only one repository: its numbers are everybody's.
    """
    came, merged, waiting, free = (
        Counter(one.spot.slug for one in found)
        for found in (week.newcomers, week.merged, week.waiting, week.starters)
    )
    slugs = {*came, *merged, *waiting, *free}
    order = sorted(slugs, key=lambda slug: (slug is None, (slug or "").lower()))
    lines = [PlaceLine(slug, came[slug], merged[slug], waiting[slug], free[slug]) for slug in order]
    return lines if len(lines) > 1 else []
