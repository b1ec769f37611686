"""Start here: the good first issues of public programs with what newcomers choose by. GitHub is asked nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.ledger import claims, listing, people, programs
from adapters.ledger import start_here as ledger
from jobs import mentors
from jobs.decision import Row, decide
from jobs.mentors import Kept
from jobs.program import load_program
from mentoring import start_here as rules
from mentoring.matching import areas_of
from mentoring.start_here import FREE, TAKEN, Starter


@dataclass(frozen=True)
class Place:
    """Where to ask about an area of a program: its team's name, or an address."""

    area: str
    team: str | None
    channel: str | None


@dataclass(frozen=True)
class ProgramToAsk:
    """A program, with the repository where it is at home, and where its people are to be found."""

    name: str
    home: str
    noun: str
    places: Sequence[Place]


def read(context: Context) -> tuple[list[Starter], list[ProgramToAsk], dict[str, str]]:
    """The issues, where to ask, and the programs' names by their ids."""
    known = {one.loaded.home.id: one for one in mentors.programs(context)}
    names = {str(program_id): one.loaded.program.name for program_id, one in known.items()}
    with context.ledger.read() as connection:
        rows = ledger.issues(connection, known.keys()) if known else ()
        free = {
            (row.repository_id, row.number)
            for program_id in sorted({row.program_id for row in rows})
            for row in claims.free(connection, program_id)
        }
        logins = people.names(connection, {row.mentor_id for row in rows})
        listed = listing.listed(connection) if rows else set()
    starters = [_starter(known[row.program_id], row, free, logins, listed) for row in rows]
    return starters, [_to_ask(one) for one in known.values()], names


def start_here(context: Context, row: Row) -> None:
    """Reads an issue for its title and labels alone, where they were never kept; nothing is said."""
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None:
        return
    issue = reads.issue(context.github.installation(row.installation_id), row.repository_id, row.number)
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        ledger.keep_words(decision.connection, issue, private=loaded.place.private)


def _starter(
    one: Kept, row: Any, free: set[tuple[int, int]], logins: dict[int, str], listed: set[int]
) -> Starter:
    profile, program = one.profiles.get(row.mentor_id), one.loaded.program
    languages = profile.member.languages if profile else ()
    return Starter(
        row.full_name,
        row.number,
        row.title,
        row.program_id,
        areas_of((), row.labels or (), program.areas),
        rules.size_of(row.labels or ()),
        tuple(dict.fromkeys(code.lower() for code in languages)),
        logins.get(row.mentor_id, "ghost"),
        row.mentor_id in listed and profile is not None,
        FREE if (row.repository_id, row.number) in free else TAKEN,
    )


def _to_ask(one: Kept) -> ProgramToAsk:
    areas = one.loaded.program.areas.items()
    places = [Place(name, area.team, area.channel) for name, area in areas if area.team or area.channel]
    program = one.loaded.program
    return ProgramToAsk(program.name, one.loaded.home.full_name, program.mentor_noun, places)
