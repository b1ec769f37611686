"""What the ledger has of the week that the digest tells of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from adapters.ledger import mentorships, people, programs, weeks, wins
from adapters.ledger.wins import Won
from jobs.program import Loaded
from jobs.week import Rows
from mentoring.digest import WEEK
from mentoring.digest_numbers import WEEKS
from mentoring.mentors import declined

LATE = WEEK  # so long before the digest's own week a merge or review is news, if we hear of it only now


@dataclass(frozen=True)
class Told:
    """What the ledger has of the week."""

    begun: Rows  # of whoever came for the first time: a second thread of theirs makes nobody new
    begun_before: Rows  # in the week before
    waiting: Rows
    handed_over: Rows
    released: Rows
    wins: Sequence[Won]  # the newest first
    merged: Rows  # the newest first
    merged_before: Rows
    merged_lately: Rows  # of the last weeks, for charts
    lately: Rows  # light rows of who came in the last weeks, for charts and the stock
    starters: Rows
    taken: set[tuple[int, int]]

    @property
    def repositories(self) -> set[int]:
        rows = [*self.begun, *self.waiting, *self.handed_over, *self.released, *self.wins]
        rows += [*self.merged, *self.starters]
        return {row.repository_id for row in rows}

    @property
    def people(self) -> set[int]:
        rows = [*self.begun, *self.waiting]
        ids = [row.newcomer_id for row in rows] + [row.mentor_id for row in rows]
        ids += [row.second_id for row in self.waiting] + [row.person_id for row in self.wins]
        return {one for one in ids if one is not None}


def told(connection: Connection, program_id: int, since: datetime, until: datetime) -> Told:
    """What is to be told of the time from `since` to `until`; what came in later is for the next digest."""
    first = since - (WEEKS - 1) * WEEK
    program = programs.get(connection, program_id)
    # GitHub tells whole seconds: what was merged in the second in which the program began is news.
    earliest = max(since - LATE, program.since.replace(microsecond=0)) if program else since
    begun = _until(weeks.begun(connection, program_id, since - WEEK), "since", until)
    merged = _until(weeks.merged(connection, program_id, first), "heard_at", until)
    return Told(
        begun=[row for row in begun if row.came_at >= since],
        begun_before=[row for row in begun if row.since < since and row.came_at >= since - WEEK],
        waiting=weeks.waiting(connection, program_id),
        handed_over=_until(weeks.handed_over(connection, program_id, since), "handed_over_at", until),
        released=_until(weeks.released(connection, program_id, since), "released_at", until),
        wins=_wins(connection, program_id, since, until, earliest),
        merged=[row for row in merged if row.heard_at >= since and row.merged_at >= earliest],
        merged_before=[row for row in merged if since - WEEK <= row.heard_at < since],
        merged_lately=merged,
        lately=_until(weeks.lately(connection, program_id, first), "since", until),
        starters=mentorships.open_starters(connection, program_id),
        taken=weeks.taken(connection, program_id),
    )


def _until(rows: Rows, column: str, until: datetime) -> Rows:
    """Without what came in while the digest was being drafted: the next one begins there."""
    return [row for row in rows if getattr(row, column) <= until]


def _wins(
    connection: Connection, program_id: int, since: datetime, until: datetime, earliest: datetime
) -> list[Won]:
    """The wins of the week; what somebody else told of a person only while that person has not declined."""
    won = wins.since(connection, program_id, since, until, earliest)
    told_of = {one.person_id for one in won if one.told_by is not None}
    said = programs.statements(connection, program_id, told_of)
    left = {one for one, row in said.items() if declined(row.said, row.roster)}
    return [one for one in won if one.told_by is None or one.person_id not in left]


def names(connection: Connection, loaded: Loaded, ids: Iterable[int]) -> dict[int, str]:
    ids = list(ids)
    known = people.names(connection, ids)
    return {one: loaded.login_of(one) or known.get(one, "ghost") for one in ids}
