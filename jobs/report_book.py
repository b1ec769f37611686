"""The book of a report: pull requests as GitHub lists them now, and what the ledger keeps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from adapters import reads
from adapters.context import Context
from adapters.github import PER_PAGE, Missing, Refused, Suspended, Unavailable
from adapters.ledger import events, exit_question, forgetting, invitations, places, programs, stayed
from jobs.decision import Again
from jobs.program import Loaded
from mentoring.book import Act, Asked, Book, Guided, Opened, Pull, Question
from mentoring.event import Held
from mentoring.facts import Pulled
from mentoring.report import Counted

PAGES = 40  # of a hundred pull requests each, in all: a claim on a row lasts a minute
MANY_PAGES = 2000  # for whoever waits at a terminal
LOW = timedelta(minutes=10)


@dataclass(frozen=True)
class Filled:
    """A book, from how much it was counted, who was asked in which cohort, and who is no newcomer."""

    book: Book
    counted: Counted
    asked_in: Mapping[str, frozenset[int]]
    ours: frozenset[int]
    events: Sequence[tuple[str, Held]] = ()  # that took place, each with its cohort


def fill(context: Context, loaded: Loaded, pages: int = PAGES) -> Filled:
    """Reads all pull requests of the program's repositories, at most so many pages.

    Raises Again while little is left of GitHub's limit, and its troubles if they pass.
    """
    with context.ledger.read() as connection:
        found = list(places.repositories_of_program(connection, loaded.home.id))
    pulls, unread, since = _read(context, found, pages)
    with context.ledger.read() as connection:
        gone = forgetting.among(connection, {one.person_id for one in pulls})
        pulls = [one for one in pulls if one.person_id not in gone]
        return _filled(
            context, connection, loaded, pulls, since, Counted(len(found) - unread, unread, len(pulls))
        )


def _filled(
    context: Context,
    connection: Connection,
    loaded: Loaded,
    pulls: list[Pull],
    since: datetime | None,
    counted: Counted,
) -> Filled:
    program_id, now = loaded.home.id, context.now()
    invited = invitations.of_program(connection, program_id)
    program = programs.get(connection, program_id)
    book = Book(
        now,
        loaded.program.clock,
        pulls,
        reviews=[Act(row.person_id, row.opened_at) for row in stayed.reviews(connection, program_id)],
        asked=[Asked(row.person_id, row.asked_at, row.state == "accepted") for row in invited],
        guided=[_guided(row) for row in stayed.guided(connection, program_id)],
        starters=_starters(connection, program_id, pulls),
        questions=[Question(**row._mapping) for row in exit_question.reached(connection, program_id)],
        pulls_since=since,
        reviews_since=stayed.reviews_since(connection, program_id) or now,
        mentor_since=program.since if program else now,
    )
    asked_in = {
        name: frozenset(row.person_id for row in invited if row.cohort == name)
        for name in {row.cohort for row in invited}
    }
    roster = {one for one in loaded.ids.values() if one is not None}
    ours = frozenset(roster | stayed.mentors_of(connection, program_id))
    return Filled(book, counted, asked_in, ours, list(_events(connection, loaded, now)))


def _events(connection: Connection, loaded: Loaded, now: datetime) -> Iterator[tuple[str, Held]]:
    for row in events.of_program(connection, loaded.home.id):
        if row.cancelled_at is None and row.begins_at <= now:
            day = row.begins_at.astimezone(loaded.program.clock).date()
            yield row.cohort, Held(row.title, day, row.came, row.firsts)


def _guided(row: Any) -> Guided:
    helpers = frozenset(one for one in (row.mentor_id, row.second_id) if one is not None)
    return Guided(row.newcomer_id, helpers, row.since, row.answered_at)


def _starters(connection: Connection, program_id: int, pulls: list[Pull]) -> list[Opened]:
    taken, merged = (
        stayed.taken(connection, program_id),
        {(one.repository_id, one.number) for one in pulls if one.merged_at},
    )
    done = {issue for issue, pull in stayed.pulls_for(connection, program_id) if pull in merged}
    return [
        Opened(
            row.mentor_id,
            row.since,
            taken=(row.repository_id, row.number) in taken | done,
            merged=(row.repository_id, row.number) in done,
        )
        for row in stayed.starters_of(connection, program_id)
    ]


# --- GitHub's list --------------------------------------------------------------------------------


def _read(context: Context, found: list[Any], most: int) -> tuple[list[Pull], int, datetime | None]:
    """The pull requests of people, how many repositories could not be read, and since when the list is whole."""
    pulls: list[Pull] = []
    unread, since = 0, None
    for number, place in enumerate(found):
        share = max(1, most // (len(found) - number))  # what one does not need is left for the next
        try:
            read = list(_pages(context, place, share))
        except (Missing, Refused, Suspended, Unavailable):
            unread += 1
            continue
        most -= len(read)
        items = [one for page in read for one in page]
        pulls += [_pull(place.id, one) for one in items if one.by_person and one.author_id]
        if len(read) == share and len(read[-1]) == PER_PAGE:
            since = max(filter(None, (since, items[-1].created_at)))
    return pulls, unread, since


def _pages(context: Context, place: Any, most: int) -> Iterator[list[Pulled]]:
    github = context.github.installation(place.installation_id)
    for number, page in enumerate(reads.pulls(github, place.id), start=1):
        yield page
        if number >= most:
            return
        if context.github.meter.is_low(place.installation_id):
            raise Again(context.now() + LOW, "little is left of GitHub's limit, and this can wait")


def _pull(repository_id: int, one: Pulled) -> Pull:
    return Pull(one.author_id, repository_id, one.number, one.created_at, one.merged_at)
