"""Free starters: good first issues that somebody could take instead of one that is taken."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from adapters import links, reads
from adapters.context import Context
from adapters.github import Trouble
from adapters.ledger import claims, forgetting, places
from jobs.program import Loaded
from jobs.week import nameable, seen_now
from mentoring.claims import MOST_FREE, Free
from mentoring.matching import areas_of

MOST_NEXT = 3  # offered to somebody who goes on
MOST_LOOKED_AT = 3  # repositories besides this one


def free_starters(context: Context, loaded: Loaded, number: int) -> list[Free]:
    """At most two besides this issue: nobody claimed them, and GitHub shows nobody assigned.

    Those of the same repository come first; of others only what may be named here. A request for each
    repository and label, until two are found.
    """
    with context.ledger.read() as connection:
        rows = [
            row
            for row in claims.free(connection, loaded.home.id)
            if (row.repository_id, row.number) != (loaded.place.id, number)
        ]
        found = _nearest(loaded, places.repositories_of_program(connection, loaded.home.id), rows)
    return list(islice(_look(context, loaded, found, rows), MOST_FREE))


def next_starters(
    context: Context, loaded: Loaded, mentor_id: int | None, areas: Collection[str]
) -> list[Free]:
    """At most three to go on with: in this repository of the same mentor first, then of these areas, then others;
    then in the program's other repositories, as far as they may be named here.
    """
    with context.ledger.read() as connection:
        rows = claims.free(connection, loaded.home.id)
        found = _nearest(loaded, places.repositories_of_program(connection, loaded.home.id), rows)
    of_mentor = {(row.repository_id, row.number) for row in rows if mentor_id and row.mentor_id == mentor_id}

    def distance(place: Any, one: Free) -> tuple[bool, bool]:
        about = areas_of((), one.labels, loaded.program.areas)
        return (place.id, one.number) not in of_mentor, not set(about) & set(areas)

    offered: list[Free] = []
    for place in found:
        if len(offered) < MOST_NEXT:
            offered += sorted(_look(context, loaded, [place], rows), key=partial(distance, place))
    return offered[:MOST_NEXT]


def _nearest(loaded: Loaded, found: Sequence[Any], rows: Sequence[Any]) -> list[Any]:
    """The repositories in which something is free: this one first, then a few of the program's others."""
    wanted = {row.repository_id for row in rows}
    others = [place for place in found if place.id in wanted and place.id != loaded.place.id]
    own = [place for place in found if place.id in wanted and place.id == loaded.place.id]
    return [*own, *others[:MOST_LOOKED_AT]]


def _look(context: Context, loaded: Loaded, found: Sequence[Any], rows: Sequence[Any]) -> Iterator[Free]:
    for place in found:
        numbers = {row.number for row in rows if row.repository_id == place.id}
        if place.id == loaded.place.id or _may_be_named(context, loaded, place):
            yield from _unassigned(context, loaded, place, numbers)


def _may_be_named(context: Context, loaded: Loaded, place: Any) -> bool:
    """Whether another repository may be named here, as GitHub shows it now."""
    seen = seen_now(context, [place], home_id=0)
    return place.id in nameable(seen.values(), in_private=loaded.place.private)


def _unassigned(context: Context, loaded: Loaded, place: Any, numbers: set[int]) -> Iterator[Free]:
    github = context.github.installation(place.installation_id)
    seen: set[int] = set()
    for label in loaded.program.good_first_issue_labels:
        try:
            for issue, taken in reads.open_with_label(github, place.id, label):
                if issue.number in numbers - seen and not taken:
                    seen.add(issue.number)
                    url = links.thread(context.settings, place.full_name, issue.number)
                    yield Free(place.full_name, issue.number, url, _kept(context, issue.title), issue.labels)
        except Trouble:
            continue  # what cannot be read is not offered; the answer does not wait for it


def _kept(context: Context, title: str) -> str:
    """A title without those who asked to be forgotten."""
    with context.ledger.read() as connection:
        return forgetting.without_them(connection, title)
