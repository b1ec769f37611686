"""Standing: who of a program could be named, as far as it is known, kept by a process between its decisions.

Of ten thousand mentors few change between two decisions. A process keeps what it read once, and a decision reads
what changed since, under the program's lock: so it is as if it read everything anew, and no other process has to
know. What is kept was committed, is read anew every hour, and is let go of for other programs.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from adapters.context import Context
from adapters.ledger import Ledger, forgetting, mentorships, programs
from mentoring.availability import Capacity, capacity_of, is_away
from mentoring.lineage import HELPED_HERE
from mentoring.matching import Candidate
from mentoring.mentors import Statement, said_yes
from mentoring.roster import Cohort, Member

Entries = Mapping[int, tuple[Cohort, Member]]

KEPT = 64  # programs; a file of 64 KiB has room for some hundred people
HOUR = timedelta(hours=1)
SLACK = timedelta(minutes=2)  # longer than any transaction: what was written before was committed by then


@dataclass(frozen=True)
class Roster:
    """The people of a program: what they declared in their newest cohort, by id, and their present logins."""

    program_id: int
    version: str  # of the texts, and of who is left out
    ids: Mapping[str, int | None]  # by login in lower case
    names: Mapping[int, str]
    entries: Entries = field(compare=False)  # follows from the version and the ids


@dataclass(frozen=True)
class Standing:
    """Everybody who said yes. `at`: by the database's clock; whoever changed after that is read again."""

    roster: Roster
    found: Mapping[int, Candidate]
    returns: Mapping[int, datetime]  # when whoever is away is back
    at: datetime
    read_at: datetime  # by our own clock
    forgotten: int  # how many had asked to be forgotten


_kept: WeakKeyDictionary[Ledger, OrderedDict[int, Standing]] = WeakKeyDictionary()
_alone = threading.Lock()


def keep(context: Context, roster: Roster) -> Standing:
    """What is kept of the program, read now if it is not, or not any more.

    Outside of any transaction, so that nothing is kept that is taken back.
    """
    with _alone:
        kept = _kept.setdefault(context.ledger, OrderedDict())
        known = kept.get(roster.program_id)
    now = context.now()
    if known is None or known.roster != roster or not timedelta(0) <= now - known.read_at < HOUR:
        with context.ledger.read() as connection:
            known = read(connection, roster, now)
    with _alone:
        kept[roster.program_id] = known
        kept.move_to_end(roster.program_id)
        if len(kept) > KEPT:
            kept.popitem(last=False)
    return known


def read(connection: Connection, roster: Roster, now: datetime) -> Standing:
    """Everybody, from the ledger alone."""
    at, forgotten = mentorships.clock(connection), forgetting.count(connection)
    gone = forgetting.among(connection, roster.entries)  # after the file was read
    found, returns = _some(connection, roster, roster.entries.keys() - gone, now)
    return Standing(roster, found, returns, at, now, forgotten)


def candidates(connection: Connection, standing: Standing, now: datetime) -> list[Candidate]:
    """Everybody who said yes, as of now, whether free or not."""
    if forgetting.count(connection) != standing.forgotten:
        standing = read(connection, standing.roster, now)
    roster, since = standing.roster, standing.at - SLACK
    changed = programs.changed_for(connection, roster.program_id, since)
    changed |= mentorships.changed_for(connection, roster.program_id, since)
    changed &= roster.entries.keys()
    found = dict(standing.found)
    for person_id, returns in standing.returns.items():
        if returns <= now:
            found[person_id] = replace(found[person_id], away=False)
    for person_id in changed:
        found.pop(person_id, None)
    return [*found.values(), *_some(connection, roster, changed, now)[0].values()]


def statement(row: Any) -> Statement | None:
    """What the ledger has of somebody's word and the roster's."""
    return Statement(row.roster, row.roster_at, row.said, row.said_at) if row else None


def _some(
    connection: Connection, roster: Roster, people: Collection[int], now: datetime
) -> tuple[dict[int, Candidate], dict[int, datetime]]:
    """Those of the people who said yes, and when those of them are back who are away."""
    if not people:
        return {}, {}
    is_everybody = len(people) * 2 > len(roster.entries)
    said = programs.statements(connection, roster.program_id, None if is_everybody else people)
    yes = [one for one in people if said_yes(roster.entries[one][1], statement(said.get(one)))]
    loads = mentorships.loads(connection, roster.program_id, yes)
    found = {one: _candidate(roster, one, said.get(one), loads.get(one, (0, None)), now) for one in yes}
    returns = {
        one: said[one].away_until for one in yes if found[one].away and said[one].away_until is not None
    }
    return found, returns


def _candidate(
    roster: Roster, person_id: int, said: Any, load: tuple[int, datetime | None], now: datetime
) -> Candidate:
    cohort, member = roster.entries[person_id]
    return Candidate(
        id=person_id,
        login=roster.names.get(person_id, member.login),
        cohort=cohort.name,
        team=member.team,
        areas=member.areas,
        languages=member.languages,
        capacity=_capacity(member, said),
        open_mentorships=load[0],
        last_newcomer_at=load[1],
        about=member.about,
        contact=member.contact,
        away=said is not None and is_away(said.away_since, said.away_until, now),
        timezone=member.timezone,
        grown=cohort.name == HELPED_HERE,
    )


def _capacity(member: Member, row: Any) -> int:
    """The newer word of the roster's and the person's."""
    word = (
        Capacity(row.roster_capacity, row.roster_capacity_at, row.capacity, row.capacity_at) if row else None
    )
    return capacity_of(member, word)
