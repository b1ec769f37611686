"""Free starters: good first issues that somebody could take instead of one that is taken."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from adapters import links, reads
from adapters.context import Context
from adapters.github import Trouble
from adapters.ledger import claims, places
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
    here = loaded.place
    with context.ledger.read() as connection:
        rows = [
            row
            for row in claims.free(connection, loaded.home.id)
            if (row.repository_id, row.number) != (here.id, number)
        ]
        found = places.repositories_of_program(connection, loaded.home.id)
    wanted = {row.repository_id for row in rows}
    others = [place for place in found if place.id in wanted and place.id != here.id][:MOST_LOOKED_AT]
    own = [place for place in found if place.id in wanted and place.id == here.id]
    return list(islice(_look(context, loaded, [*own, *others], rows), MOST_FREE))


def next_starters(
    context: Context, loaded: Loaded, mentor_id: int | None, areas: Collection[str]
) -> list[Free]:
    """At most three to go on with: in this repository of the same mentor first, then of these areas, then others;
    then in the program's other repositories, as far as they may be named here.
    """
    here = loaded.place
    with context.ledger.read() as connection:
        rows = claims.free(connection, loaded.home.id)
        found = places.repositories_of_program(connection, loaded.home.id)
    mentors = {(row.repository_id, row.number): row.mentor_id for row in rows}
    theirs = {one.id for one in found} & {row.repository_id for row in rows}
    own = [place for place in found if place.id == here.id and place.id in theirs]
    others = [place for place in found if place.id != here.id and place.id in theirs][:MOST_LOOKED_AT]
    offered: list[Free] = []
    for place in [*own, *others]:
        if len(offered) < MOST_NEXT and (place.id == here.id or _may_be_named(context, loaded, place)):
            numbers = {number for repository_id, number in mentors if repository_id == place.id}
            unassigned = list(_unassigned(context, loaded, place, numbers))

            def nearness(one: Free, place: Any = place) -> tuple[bool, bool]:
                about = areas_of((), one.labels, loaded.program.areas)
                is_same = mentor_id is not None and mentors[place.id, one.number] == mentor_id
                return not is_same, not set(about) & set(areas)

            offered += sorted(unassigned, key=nearness)
    return offered[:MOST_NEXT]


def _look(context: Context, loaded: Loaded, found: list[Any], rows: list[Any]) -> Iterator[Free]:
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
                    yield Free(place.full_name, issue.number, url, issue.title, issue.labels)
        except Trouble:
            continue  # what cannot be read is not offered; the answer does not wait for it
