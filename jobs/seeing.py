"""Seeing: which programs somebody may look at, and which repositories may be named to them – as GitHub says now.

An organizer of the roster sees a program, by their id; and so does whoever may triage or more in a repository of the
home's owner. Any repository may join a program (docs/adr/0007), so what another owner allows counts for nothing here.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from adapters import reads
from adapters.context import Context
from adapters.github import Trouble
from adapters.ledger import Ledger, people, places
from adapters.ledger import program_page as ledger
from adapters.reads import Access
from jobs.program import Loaded, known_program

RECENT = timedelta(minutes=1)  # so long GitHub's answer counts: a page has several parts, and people reload
KEPT = 2000  # answers
MOST_ASKED = 100  # repositories of a program; what happens in the others is counted, not named


@dataclass(frozen=True)
class Viewer:
    """Who looks. `installations`: those that GitHub listed for them when they signed in."""

    id: int
    login: str
    installations: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Sight:
    """A program that somebody may see, and the repositories that may be named to them, by id."""

    loaded: Loaded
    names: Mapping[int, str]
    is_unsure: bool = False  # GitHub did not say of each repository whether it may be named

    @property
    def program_id(self) -> int:
        return self.loaded.home.id

    @property
    def sees_home(self) -> bool:
        """Whether the roster, and who was asked there, may be named to them."""
        return self.program_id in self.names


class Unsure(Exception):
    """GitHub does not answer, so that we cannot know whether somebody may see a program."""


def look(context: Context, viewer: Viewer, program_id: int) -> Sight | None:
    """The program, if they may see it; None as well if there is no such program. Raises Unsure."""
    loaded = known_program(context, program_id)
    if loaded is None:
        return None
    is_organizer = viewer.id in {loaded.id_of(login) for login in loaded.program.organizers}
    if not is_organizer and loaded.home.installation_id not in viewer.installations:
        return None  # GitHub is not asked for strangers: nobody can use up its limit by asking for numbers
    with context.ledger.read() as connection:
        found = places.repositories_of_program(connection, program_id)[:MOST_ASKED]
    seen = {row.id: _access(context, viewer, row) for row in found}
    is_unsure = any(access is None for access in seen.values())
    if not (is_organizer or _maintains(loaded, found, seen)):
        if is_unsure:
            raise Unsure
        return None
    names = {row.id: row.full_name for row in found if (access := seen[row.id]) and access.reads}
    return Sight(loaded, names, is_unsure)


def _maintains(loaded: Loaded, found: Sequence[Any], seen: Mapping[int, Access | None]) -> bool:
    theirs = (seen[row.id] for row in found if row.installation_id == loaded.home.installation_id)
    return any(access is not None and access.triages for access in theirs)


def look_around(context: Context, viewer: Viewer) -> list[Sight]:
    """Every program that they may see, by name. Raises Unsure where GitHub answers for none of them."""
    with context.ledger.read() as connection:
        logins = people.logins_of(connection, viewer.id)
        where = viewer.installations | ledger.installations_naming(connection, logins)
        ids = ledger.programs_in(connection, where)
        rows = ledger.known(connection, ids)
    found, unsure = [], False
    for row in rows:
        try:
            found.append(look(context, viewer, row.id))
        except Unsure:
            unsure = True
    sights = [sight for sight in found if sight is not None]
    if unsure and not sights:
        raise Unsure
    return sights


# --- what GitHub said lately ----------------------------------------------------------------------

_Key = tuple[int, int, str]  # repository, person, login
_kept: WeakKeyDictionary[Ledger, OrderedDict[_Key, tuple[datetime, Access]]] = WeakKeyDictionary()
_alone = threading.Lock()


def _access(context: Context, viewer: Viewer, row: Any) -> Access | None:
    """What the viewer may do in a repository, as GitHub said within the last minute; None: it does not say."""
    key, now = (row.id, viewer.id, viewer.login), context.now()
    with _alone:
        at, access = _kept.setdefault(context.ledger, OrderedDict()).get(key, (now - 2 * RECENT, Access()))
    if timedelta(0) <= now - at < RECENT:
        return access
    try:
        github = context.github.installation(row.installation_id)
        access = reads.access(github, row.id, viewer.login, viewer.id)
    except Trouble:
        return None
    with _alone:
        kept = _kept[context.ledger]
        kept[key] = (now, access)
        kept.move_to_end(key)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return access
