"""The clock: rings for whatever waited for its moment. Two clocks at once do no harm."""

import hashlib
import logging
import threading
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from adapters.context import Context
from adapters.ledger import availability, inbox, invitations, mentorships, outbox, programs
from adapters.ledger.inbox import Asked

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between two looks at the ledger


def run(context: Context, stop: threading.Event) -> None:
    """Looks at the ledger every second until it is told to stop. A failure is logged and passes."""
    while not stop.wait(EVERY):
        try:
            tick(context)
        except Exception:
            log.exception("the clock missed a beat")


def tick(context: Context) -> int:
    """Puts what is due into the inbox and rings for everything that nobody was told of; how many bells."""
    now = context.now()
    with context.ledger.write() as connection:
        rows = inbox.put_new(connection, list(_moments(connection, now)), now)
        rows += inbox.to_ring(connection, now)
        writes = outbox.installations_to_ring(connection, now)
    if rows:
        context.bell.ring_inbox(rows)
    if writes:
        context.bell.ring_outbox(writes)
    return len(rows) + len(writes)


def _moments(connection: Connection, now: datetime) -> Iterator[Asked]:
    """What has come due. Each moment has one name, so that it is acted on once."""
    for cohort in programs.cohorts_due(connection, now):
        # A new version of the file may have somebody more to ask at a moment that was tried before.
        moment = f"{cohort.due_at.isoformat()}:{(cohort.version or '')[:16]}"
        name = f"{cohort.program_id}:{_short(cohort.name)}:{moment}"
        fields = {"program_id": cohort.program_id, "cohort": cohort.name}
        yield Asked(f"clock:invitations:{name}", "invitations", fields=fields)
    for program in programs.digests_due(connection, now):
        name = f"{program.id}:{program.digest_due_at.isoformat()}"
        yield Asked(f"clock:digest:{name}", "digest", fields={"program_id": program.id})
    for one in invitations.to_remind(connection, now):
        name = f"{one.program_id}:{_short(one.cohort)}:{one.person_id}:{one.remind_at.isoformat()}"
        fields = {"program_id": one.program_id, "cohort": one.cohort, "person_id": one.person_id}
        yield Asked(f"clock:reminder:{name}", "invitation_reminder", fields=fields)
    for one in availability.ends_due(connection, now):
        name = f"{one.program_id}:{one.person_id}:{one.away_until.isoformat()}"
        fields = {"program_id": one.program_id, "person_id": one.person_id}
        yield Asked(f"clock:availability:{name}", "availability", fields=fields)
    for one, installation_id in availability.notes_due(connection, now):
        name = f"clock:back_tomorrow:{one.program_id}:{one.person_id}:{one.note_at.isoformat()}"
        fields = {"program_id": one.program_id, "person_id": one.person_id}
        fields["note_at"] = one.note_at.isoformat()
        here = (one.away_repository_id, one.away_number)
        yield Asked(name, "back_tomorrow", installation_id, *here, fields)
    for program in availability.looks_due(connection, now):
        name = f"{program.id}:{program.presence_at.isoformat()}"
        yield Asked(f"clock:presence:{name}", "presence", fields={"program_id": program.id})
    for mentorship in mentorships.due(connection, now):
        here = (mentorship.repository_id, mentorship.number)
        name = f"clock:follow_up:{here[0]}:{here[1]}:{mentorship.due_at.isoformat()}"
        yield Asked(name, "follow_up", mentorship.installation_id, *here)


def _short(name: str) -> str:
    """A cohort's name, which may be long, as a part of a delivery's."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]
