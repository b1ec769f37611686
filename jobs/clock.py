"""The clock: rings for whatever waited for its moment. Two clocks at once do no harm."""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from adapters.context import Context
from adapters.ledger import (
    availability,
    events,
    inbox,
    invitations,
    mentorships,
    outbox,
    peers,
    programs,
    reports,
    sweeps,
)
from adapters.ledger.inbox import Asked
from adapters.queue import CAN_WAIT, LATER, SOON
from jobs import housekeeping, survey, sweep

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between two looks at the ledger
MOST_BELLS = 200  # in each queue that nobody heard yet


def run(context: Context, stop: threading.Event) -> None:
    """Looks at the ledger every second until it is told to stop. A failure is logged and passes."""
    while not stop.wait(EVERY):
        try:
            tick(context)
        except Exception:
            log.exception("the clock missed a beat")


def tick(context: Context) -> int:
    """Puts what is due into the inbox and rings for everything that nobody was told of; how many bells."""
    now, unheard = context.now(), context.bell.unheard()
    with context.ledger.write() as connection:
        rows = inbox.put_new(connection, _in_order(moments(connection, now)), now)
        rows += sweeps.ask_again(connection, _rounds(connection, now), now)
        rows += _unrung(connection, now, unheard)
        writes = outbox.installations_to_ring(connection, now)
    if rows:
        context.bell.ring_inbox(rows)
    if writes:
        context.bell.ring_outbox(writes)
    return len(rows) + len(writes)


def _unrung(connection: Connection, now: datetime, unheard: dict[str, int]) -> list[int]:
    """Rows that nobody was told of: what can wait takes no bell from what somebody waits for."""
    # What is still to be heard was rung for: a long queue is no reason to ring again and again.
    room = {queue: max(0, MOST_BELLS - waiting) for queue, waiting in unheard.items()}
    soon = inbox.to_ring(connection, now, room[SOON], but=CAN_WAIT)
    return [*soon, *inbox.to_ring(connection, now, room[LATER], only=CAN_WAIT)]


def _in_order(asked: Iterable[Asked]) -> list[Asked]:
    """The same for every clock: two that ask for the same in another order would wait for each other."""
    return sorted(asked, key=lambda one: (one.delivery, one.job))


def moments(connection: Connection, now: datetime) -> Iterator[Asked]:
    """What has come due. Each moment has one name, so that it is acted on once."""
    for kind in MOMENTS:
        yield from kind(connection, now)


def _invitations(connection: Connection, now: datetime) -> Iterator[Asked]:
    for cohort in programs.cohorts_due(connection, now):
        # A new version of the file may have somebody more to ask at a moment that was tried before.
        moment = f"{cohort.due_at.isoformat()}:{(cohort.version or '')[:16]}"
        name = f"{cohort.program_id}:{_short(cohort.name)}:{moment}"
        fields = {"program_id": cohort.program_id, "cohort": cohort.name}
        yield Asked(f"clock:invitations:{name}", "invitations", fields=fields)


def _digests(connection: Connection, now: datetime) -> Iterator[Asked]:
    for program in programs.digests_due(connection, now):
        name = f"{program.id}:{program.digest_due_at.isoformat()}"
        yield Asked(f"clock:digest:{name}", "digest", fields={"program_id": program.id})


def _peers(connection: Connection, now: datetime) -> Iterator[Asked]:
    for program in peers.due(connection, now):
        name = f"{program.id}:{program.peers_due_at.isoformat()}"
        yield Asked(f"clock:peers:{name}", "peers", fields={"program_id": program.id})


def _reports(connection: Connection, now: datetime) -> Iterator[Asked]:
    for one in reports.due(connection, now):
        name = f"{one.program_id}:{_short(one.cohort)}:{one.days}:{one.due_at.isoformat()}"
        fields = {"program_id": one.program_id, "cohort": one.cohort, "days": one.days}
        yield Asked(f"clock:report:{name}", "report", fields=fields)


def _events(connection: Connection, now: datetime) -> Iterator[Asked]:
    for one in events.due(connection, now):
        name = f"{one.program_id}:{_short(one.key)}:{one.due_at.isoformat()}"
        fields = {"program_id": one.program_id, "key": one.key}
        yield Asked(f"clock:event_due:{name}", "event_due", fields=fields)


def _reminders(connection: Connection, now: datetime) -> Iterator[Asked]:
    for one in invitations.to_remind(connection, now):
        name = f"{one.program_id}:{_short(one.cohort)}:{one.person_id}:{one.remind_at.isoformat()}"
        fields = {"program_id": one.program_id, "cohort": one.cohort, "person_id": one.person_id}
        yield Asked(f"clock:reminder:{name}", "invitation_reminder", fields=fields)


def _absences(connection: Connection, now: datetime) -> Iterator[Asked]:
    for one in availability.ends_due(connection, now):
        name = f"{one.program_id}:{one.person_id}:{one.away_until.isoformat()}"
        fields = {"program_id": one.program_id, "person_id": one.person_id}
        yield Asked(f"clock:availability:{name}", "availability", fields=fields)


def _returns(connection: Connection, now: datetime) -> Iterator[Asked]:
    for one, installation_id in availability.notes_due(connection, now):
        name = f"clock:back_tomorrow:{one.program_id}:{one.person_id}:{one.note_at.isoformat()}"
        fields = {"program_id": one.program_id, "person_id": one.person_id}
        fields["note_at"] = one.note_at.isoformat()
        here = (one.away_repository_id, one.away_number)
        yield Asked(name, "back_tomorrow", installation_id, *here, fields)


def _signs_of_life(connection: Connection, now: datetime) -> Iterator[Asked]:
    for program in availability.looks_due(connection, now):
        name = f"{program.id}:{program.presence_at.isoformat()}"
        yield Asked(f"clock:presence:{name}", "presence", fields={"program_id": program.id})


def _follow_ups(connection: Connection, now: datetime) -> Iterator[Asked]:
    for mentorship in mentorships.due(connection, now):
        here = (mentorship.repository_id, mentorship.number)
        name = f"clock:follow_up:{here[0]}:{here[1]}:{mentorship.due_at.isoformat()}"
        yield Asked(name, "follow_up", mentorship.installation_id, *here)


def _rounds(connection: Connection, now: datetime) -> Iterator[Asked]:
    """What comes again and again: each has one row, which is used anew, so that there is one at a time."""
    if sweeps.take_due(connection, "sweep", now + sweep.EVERY, now):
        yield Asked("clock:sweep", "sweep")
    if sweeps.take_due(connection, "housekeeping", now + housekeeping.EVERY, now):
        yield Asked("clock:housekeeping", "housekeeping")
    if sweeps.take_due(connection, "survey", now + survey.EVERY, now):
        yield Asked("clock:survey", "survey")
    if sweeps.take_due(connection, "reconcile", now + LOOK_FOR_REPOSITORIES, now):
        for place in sweeps.take_due_repositories(connection, now, RECONCILED_AT_ONCE):
            yield Asked(f"clock:reconcile:{place.id}", "reconcile", place.installation_id, place.id)


Kind = Callable[[Connection, datetime], Iterator[Asked]]

MOMENTS: tuple[Kind, ...] = (
    _invitations,
    _digests,
    _peers,
    _reports,
    _events,
    _reminders,
    _absences,
    _returns,
    _signs_of_life,
    _follow_ups,
)
LOOK_FOR_REPOSITORIES = timedelta(seconds=5)
RECONCILED_AT_ONCE = 20  # repositories, so that they are no crowd before what else can wait


def _short(name: str) -> str:
    """A cohort's name, which may be long, as a part of a delivery's."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]
