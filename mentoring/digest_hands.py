"""What needs a hand: at most five lines at the top of the digest, each with one thing to do.

First comes who has nobody, then who waits longer than promised, then what keeps others from being helped. Each kind
gets its first line before one gets a second, so that a crowd of one kind hides no other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mentoring.digest import IN_PRIVATE, CohortLine, Waiting, Week
from mentoring.roster import Program

MOST_HANDS = 5
QUIET_AFTER = timedelta(days=14)  # a cohort: its invitation was repeated a week before
KINDS = ("alone", "overdue", "private", "problem", "full", "maintainers", "stock", "cohort")


@dataclass(frozen=True)
class Hand:
    """One thing to do. `about`: of a newcomer Waiting, of a cohort CohortLine, of a problem its sentence."""

    kind: str  # one of KINDS, the most urgent first
    about: Any = None
    count: int = 1  # how many there are of what is told in one line

    @property
    def is_of_newcomer(self) -> bool:
        """Whether it is about one newcomer, who is on the list of those who wait as well."""
        return isinstance(self.about, Waiting)


def hands(program: Program, week: Week) -> tuple[Hand, ...]:
    """What is shown, the most urgent first."""
    return _choose(list(found(program, week)))


def found(program: Program, week: Week) -> Iterator[Hand]:
    """All that needs a hand, the most urgent first."""
    by_kind = {kind: list(_of_kind(kind, program, week)) for kind in KINDS}
    return (hand for kind in KINDS for hand in by_kind[kind])


def _choose(found: Sequence[Hand]) -> tuple[Hand, ...]:
    first = {hand.kind: place for place, hand in reversed(list(enumerate(found)))}
    in_turn = [*sorted(first.values()), *(n for n, hand in enumerate(found) if first[hand.kind] != n)]
    return tuple(found[place] for place in sorted(in_turn[:MOST_HANDS]))


def _of_kind(kind: str, program: Program, week: Week) -> Iterator[Hand]:
    if kind in ("alone", "overdue", "maintainers", "private"):
        yield from _newcomers(kind, program, week)
    elif kind == "problem" and (week.problems or week.problems_in_private):
        count = len(week.problems) + week.problems_in_private
        yield Hand(kind, week.problems[0] if week.problems else None, count)
    elif kind == "full" and week.newcomers and not week.mentors.free:
        yield Hand(kind, count=len(week.newcomers))
    elif kind == "stock" and week.stock and week.stock.is_low:
        yield Hand(kind, week.stock)
    elif kind == "cohort":
        yield from (Hand(kind, line) for line in week.cohorts if _is_quiet(line, week))


def _newcomers(kind: str, program: Program, week: Week) -> Iterator[Hand]:
    """Those who need a hand in this way, the longest first; those in private repositories in one line."""
    needing = [(one, way) for one in week.waiting if (way := _way(one, program, week))]
    if kind == "private":
        hidden = sum(one.spot.slug is None for one, _ in needing)
        if hidden:
            yield Hand(kind, count=hidden)
        return
    named = [one for one, way in needing if way == kind and one.spot.slug]
    yield from (Hand(kind, one) for one in sorted(named, key=lambda one: one.since))


def _way(one: Waiting, program: Program, week: Week) -> str | None:
    """In which way somebody who waits needs a hand; None: they will have their answer."""
    if one.for_maintainers:
        late = week.until - one.since > program.follow_up.organizer_after
        return "maintainers" if late else None
    if not one.helpers:
        return "alone"
    return "overdue" if one.is_overdue(week.until) else None


def _is_quiet(line: CohortLine, week: Week) -> bool:
    if line.name == IN_PRIVATE:
        return False  # it may not be named here
    return line.is_silent and line.asked_at is not None and week.until - line.asked_at > QUIET_AFTER
