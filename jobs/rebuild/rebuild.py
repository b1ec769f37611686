"""Builds again what a ledger knew of a repository, in a scratch ledger; then the real one gets what it lacks."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from adapters import outbox
from adapters.context import Context
from adapters.github import Installation
from adapters.ledger import (
    availability,
    files,
    mentorships,
    notes,
    places,
    programs,
    rebuilding,
    reminders,
)
from adapters.ledger.rebuilding import Beginning
from adapters.reading import Memory, ReadingGitHub, Remembering
from adapters.scratch import scratch
from jobs.program import Loaded, must_load_program
from jobs.rebuild import history, issues, program, threads
from jobs.rebuild import people as said
from jobs.rebuild.bringing import bring_over, left, see
from jobs.rebuild.history import History
from jobs.rebuild.threads import Rebuilder
from jobs.waiting import waiting_of
from mentoring import follow_up
from mentoring.availability import LOOK_EVERY

BEGINNING = "the ledger as the reading began"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# Comments that come anew in the last one's place.
COUNTED = ("introduction", "reminder", "organizers", "check_in", "claim_released", "back_tomorrow")


@dataclass(frozen=True)
class Outcome:
    """What was found: a line for each difference, what cannot be read or was left, and where else the program lives."""

    lines: tuple[str, ...]
    problems: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    threads: int = 0


@dataclass
class _Moment:
    """The time of day in the scratch ledger."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


def rebuild(
    context: Context, slug: str, *, dry_run: bool, since: datetime | None = None, memory: Memory | None = None
) -> Outcome:
    """Compares, and unless it is a dry run brings over what is missing or otherwise. GitHub is only read.

    `since`: read from there on, if the App was there before its present installation. Raises NoProgram and the
    troubles of `adapters.github`; with a `memory` that outlives it, the next try goes on where this one stopped.
    """
    memory = memory or Memory()
    reading = ReadingGitHub(context.github, partial(Remembering, memory=memory))
    installation = context.github.app.get(f"/repos/{slug}/installation")
    begun = _begin(context, reading.installation(int(installation["id"])), slug, memory)
    moment = _Moment(context.now())
    with scratch(context, reading, moment) as apart:
        found = history.read(apart, installation, slug, since)
        _bring_good_files(context, apart, found)
        loaded = _build(apart, moment, found, begun)
        moment.at = context.now()
        lines, newer = bring_over(context, apart, found, loaded, begun, dry_run=dry_run)
    memory.forget()
    problems = (*map(str, loaded.problems), *found.broken, *([left(newer)] if newer else ()))
    return Outcome(lines, problems, tuple(_others(context, loaded)), len(found.pages))


def _begin(context: Context, github: Installation, slug: str, memory: Memory) -> Beginning:
    """The ledger as the reading began, also where this only goes on with it."""
    known = memory.get(BEGINNING)
    if known is None:
        place_id = github.get(f"/repos/{slug}")["id"]
        with context.ledger.read() as real:
            begun = rebuilding.beginning(real, place_id, context.now())
        known = {}, asdict(begun) | {"at": begun.at.isoformat()}
        memory.keep(BEGINNING, known)
    _, then = known
    return Beginning(datetime.fromisoformat(then["at"]), then["rows"], then["waiting"])


def _bring_good_files(context: Context, apart: Context, found: History) -> None:
    """The last files without a mistake stay in force, if the database still has them."""
    with context.ledger.read() as real:
        known = files.good(real, found.installation_id)
    with apart.ledger.write() as scratched:
        for source, texts in known:
            files.keep(scratched, found.installation_id, source, LONG_AGO)
            files.set_good(scratched, found.installation_id, source, texts)


# --- in the scratch ledger ------------------------------------------------------------------------


def _build(apart: Context, moment: _Moment, found: History, begun: Beginning) -> Loaded:
    """Everything, in the order in which one thing follows from another."""
    now = moment.at
    said.forget(apart, found.forgotten)
    with apart.ledger.write() as connection:
        see(connection, found)
    # What the file says is as old as the file: a person's word that came later stands.
    moment.at = found.file_at
    loaded = must_load_program(apart, found.installation_id, found.place.id)
    rebuilder = Rebuilder(apart, found, loaded)
    program.restore(rebuilder)
    for one in found.texts:
        moment.at = one.at + timedelta(seconds=1)
        said.say_again(apart, found, one)
        # What was said since is still to run, when its webhook comes. GitHub tells whole seconds.
        if one.at < begun.at.replace(microsecond=0):
            said.hear(apart, found.place.id, one)
    said.unname_the_forgotten(apart)
    moment.at = now
    for page in found.pages.values():
        _adopt(rebuilder, page)
        threads.restore(rebuilder, page)
        issues.restore(rebuilder, page)
    issues.link(rebuilder)
    program.settle_reminders(rebuilder)
    program.restore_digests(rebuilder)
    _plan(rebuilder)
    return loaded


def _adopt(rebuilder: Rebuilder, page: history.Page) -> None:
    """Whatever GitHub shows of ours is not said again; what comes anew goes on counting."""
    installation_id = rebuilder.history.installation_id
    with rebuilder.context.ledger.write() as connection:
        if page.marked is not None:
            at, result = page.issue.created_at, {"number": page.issue.number}
            outbox.adopt_shown(connection, installation_id, page.thread, page.marked.key, result, at)
        for one in page.said:
            result = {"comment_id": one.id}
            outbox.adopt_shown(connection, installation_id, page.thread, one.marked.key, result, one.at)
        for kind in COUNTED:
            counts = [_count(one.marked.key) for one in page.ours(kind)]
            if counts:
                notes.keep(connection, *page.here, kind, max(counts))


def _count(key: str) -> int:
    """The number of a note: the first has none in its key."""
    last = key.rpartition(" · ")[2]
    return int(last) if last.isdecimal() else 1


def _plan(rebuilder: Rebuilder) -> None:
    """When each mentorship is looked at next; who was reminded today; when signs of life are looked for."""
    apart, loaded = rebuilder.context, rebuilder.loaded
    now, home_id = apart.now(), loaded.home.id
    with apart.ledger.write() as connection:
        for row in mentorships.open_in(connection, home_id):
            waiting = waiting_of(connection, row, now)
            due = follow_up.next_moment(loaded.program, waiting, now)
            here = (row.repository_id, row.number)
            mentorships.change(connection, *here, due_at=due and max(due, now))
            helper = row.second_id or row.mentor_id
            if row.reminded_at and helper:
                reminders.put(connection, home_id, helper, row.reminded_at)
        known = programs.get(connection, home_id)
        if known is not None and known.presence_at is not None:
            availability.schedule_look(connection, home_id, now + LOOK_EVERY)


def _others(context: Context, loaded: Loaded) -> Iterator[str]:
    """The other repositories of the program, as far as they are known: each is rebuilt for itself."""
    with context.ledger.read() as connection:
        for place in places.repositories_of_program(connection, loaded.home.id):
            if place.id != loaded.place.id:
                yield place.full_name
