"""Mentors: those who agreed to be listed, in every program whose home is public. GitHub is asked nothing.

A process keeps what follows from the programs' files, and reads anew of them only what changed; who agreed, and who
has room, is read each time.
"""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from adapters import configuration as files
from adapters.context import Context
from adapters.ledger import Ledger, forgetting, lineage, listing, people
from jobs import standing
from jobs.program import Loaded, with_grown
from jobs.roster import logins_of
from mentoring import listing as rules
from mentoring.facts import Place
from mentoring.listing import Entry, Profile


@dataclass(frozen=True)
class Kept:
    """A public program, and what its file says of each of its people."""

    mark: tuple[Any, ...]  # of what it was made of; another one means that it is to be made anew
    loaded: Loaded
    profiles: Mapping[int, Profile]


_kept: WeakKeyDictionary[Ledger, dict[int, Kept]] = WeakKeyDictionary()
_alone = threading.Lock()


def entries(context: Context) -> list[Entry]:
    """Everybody who is listed, once for each public program of theirs, with their availability."""
    known = programs(context)
    with context.ledger.read() as connection:
        listed = listing.listed(connection)
    found: list[Entry] = []
    for one in known if listed else ():
        found.extend(_of_program(context, one, listed))
    return found


def _of_program(context: Context, one: Kept, listed: set[int]) -> list[Entry]:
    here = standing.keep(context, one.loaded.roster)
    with context.ledger.read() as connection:
        candidates = standing.candidates(connection, here, context.now())
    return [
        (
            one.profiles[it.id],
            rules.state(away=it.away, capacity=it.capacity, open_mentorships=it.open_mentorships),
        )
        for it in candidates
        if it.id in listed and it.id in one.profiles
    ]


def programs(context: Context) -> list[Kept]:
    """The programs whose home is public and has the App, by the name of their homes."""
    with context.ledger.read() as connection:
        rows = listing.public_programs(connection)
        mark = (listing.mark_of_logins(connection), forgetting.count(connection))
        with _alone:
            known = dict(_kept.get(context.ledger, {}))
        grown: dict[int, list[Any]] = defaultdict(list)
        for one in lineage.grown(connection):
            grown[one.program_id].append(one)
        there = {row.id: _keep(connection, known.get(row.id), row, mark, grown[row.id]) for row in rows}
    found = {program_id: one for program_id, one in there.items() if one is not None}
    with _alone:
        _kept[context.ledger] = found
    return list(found.values())


def _keep(
    connection: Connection, known: Kept | None, row: Any, people_mark: tuple[Any, ...], grown: list[Any]
) -> Kept | None:
    of_grown = tuple((one.person_id, one.login, *(one.areas or ())) for one in grown)
    mark = (row.version, row.sha, row.full_name, row.installation_id, *people_mark, of_grown)
    if known is not None and known.mark == mark:
        return known
    loaded = _load(connection, row)
    if loaded is None:
        return None
    loaded = with_grown(loaded, grown)
    return Kept(mark, loaded, _profiles(loaded))


def _load(connection: Connection, row: Any) -> Loaded | None:
    """The program as its home's file in force has it, from the ledger alone."""
    texts = tuple((slug, text) for slug, _, text in listing.file_in_force(connection, row) or ())
    program = files.program_of(texts)
    if program is None:
        return None
    gone = forgetting.logins_among(connection, logins_of(program))
    program = program.without(gone)
    ids = people.resolved(connection, logins_of(program))
    names = people.names(connection, ids.values())
    home = Place(row.id, row.full_name, False, row.installation_id)
    version = hashlib.sha256("\0".join(f"{slug}\0{text}" for slug, text in texts).encode()).hexdigest()
    return Loaded(program, home, home, ids, names, version=" ".join([version, *sorted(gone)]))


def _profiles(loaded: Loaded) -> dict[int, Profile]:
    cohorts: dict[int, list[str]] = defaultdict(list)
    for cohort, member in loaded.program.members():
        person_id = loaded.id_of(member.login)
        if person_id is not None and cohort.name and cohort.name not in cohorts[person_id]:
            cohorts[person_id].append(cohort.name)
    program = (loaded.home.id, loaded.program.name, loaded.program.mentor_noun)
    return {
        person_id: rules.profile(
            person_id, loaded.names.get(person_id, member.login), member, program, cohorts[person_id]
        )
        for person_id, (_, member) in loaded.entries.items()
    }
