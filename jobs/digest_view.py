"""How the people and places of a week are named in its digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters import links
from adapters.context import Context
from jobs.week import Rows, promised_by, state_of
from mentoring.digest import Newcomer, Spot, Waiting, Win
from mentoring.facts import RepositoryFacts


@dataclass(frozen=True)
class View:
    """What may be named of a week, and how."""

    context: Context
    places: Mapping[int, RepositoryFacts]  # those that may be named
    names: Mapping[int, str]

    def spot(self, repository_id: int, number: int, title: str = "") -> Spot:
        place = self.places.get(repository_id)
        if place is None:
            return Spot(None, number)
        url = links.thread(self.context.settings, place.full_name, number)
        return Spot(place.full_name, number, url, title)

    def spots(self, rows: Rows) -> list[Spot]:
        return [self.spot(row.repository_id, row.number) for row in rows]

    def name(self, person_id: int | None) -> str | None:
        return self.names.get(person_id, "ghost") if person_id is not None else None


def newcomer(view: View, row: Any) -> Newcomer:
    return Newcomer(
        spot=view.spot(row.repository_id, row.number),
        login=view.names[row.newcomer_id],
        mentor=view.name(row.mentor_id),
        state=state_of(row),
        kind=row.kind,
    )


def waiting(view: View, row: Any, within: timedelta) -> Waiting:
    helpers = (view.name(row.mentor_id), view.name(row.second_id))
    return Waiting(
        spot=view.spot(row.repository_id, row.number),
        login=view.names[row.newcomer_id],
        since=row.waits_since,
        helpers=tuple(helper for helper in helpers if helper),
        for_maintainers=row.turn == "maintainers",
        answer_by=promised_by(row, within),
    )


def win(view: View, row: Any) -> Win:
    return Win(view.spot(row.repository_id, row.number), view.names[row.person_id], row.text, row.kind)
