"""What the digest and others ask of a week: which repositories may be named, who is silent, how a thread stands."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from adapters import reads
from adapters.context import Context
from adapters.github import Doubt, Limited, Trouble
from adapters.ledger import places
from jobs.program import Loaded, load_program
from mentoring import digest as rules
from mentoring.facts import RepositoryFacts

Rows = Sequence[Any]


class Seen(Protocol):
    """A repository, as the ledger or GitHub has it."""

    @property
    def id(self) -> int: ...
    @property
    def private(self) -> bool: ...


Repository = TypeVar("Repository", bound=Seen)


def nameable(found: Iterable[Repository], *, in_private: bool) -> dict[int, Repository]:
    """The repositories that may be named where they would be shown: private ones in private places only."""
    return {one.id: one for one in found if in_private or not one.private}


def seen_now(context: Context, found: Iterable[Any], home_id: int) -> dict[int, RepositoryFacts]:
    """These repositories as GitHub shows them now, a request each: the webhook about what became private may be late.

    What cannot be read is left out, so that it is not named; only the home is waited for.
    """
    facts: dict[int, RepositoryFacts] = {}
    for place in found:
        try:
            seen = reads.repository(context.github.installation(place.installation_id), place.id)
        except (Doubt, Limited):
            if place.id == home_id:
                raise
            continue
        except Trouble:
            continue
        if seen is not None:
            facts[place.id] = seen
            _keep(context, seen, place.installation_id)
    return facts


def _keep(context: Context, seen: RepositoryFacts, installation_id: int) -> None:
    with context.ledger.read() as connection:
        if places.is_as_known(connection, seen, installation_id):
            return
    with context.ledger.write() as connection:
        places.see_repository(connection, context.now(), installation_id=installation_id, **asdict(seen))


def load_home(context: Context, program_id: int) -> Loaded | None:
    """The program by its home's file; None without the App on the home."""
    with context.ledger.read() as connection:
        home = places.repository(connection, program_id)
    if home is None or home.installation_id is None:
        return None
    return load_program(context, home.installation_id, program_id)


def promised_by(row: Any, within: timedelta) -> datetime | None:
    """By when whoever a newcomer waits for is to answer; None: nothing was promised."""
    if row.turn != "mentor" or row.mentor_id is None:
        return None
    return rules.promised(row.answer_by, row.answered_at, row.waits_since, within)


def silent(waiting: Rows, within: timedelta, now: datetime) -> set[int]:
    """The mentors whose answer is overdue."""
    due = ((row.mentor_id, promised_by(row, within)) for row in waiting)
    return {mentor_id for mentor_id, promised in due if promised and promised < now}


def state_of(row: Any) -> str:
    """How a newcomer's thread stands, in the digest's words."""
    if row.merged:
        return "merged"
    if row.closed_at:
        return "closed"
    return "answered" if row.answered_at else "waits"
