"""Puts good first issues back, and who took them."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from adapters import reads
from adapters.ledger import claims as ledger
from adapters.ledger import mentorships, records
from adapters.ledger.claims import LINKED
from jobs.rebuild.history import Page
from jobs.rebuild.threads import Rebuilder, keep, know
from mentoring import commands
from mentoring.records import ClaimRecord, MentorshipRecord, Record, StarterRecord

SECOND = timedelta(seconds=1)


def restore(rebuilder: Rebuilder, page: Page) -> None:
    """The mentor of a good first issue, everybody who took it, and the mentorship that came of it."""
    record = _newest(page)
    starter = record.starter if record else _by_label(rebuilder, page)
    if starter is None:
        return
    values = {
        "repository_id": page.issue.repository_id,
        "number": page.issue.number,
        "program_id": rebuilder.loaded.home.id,
        "mentor_id": starter.mentor,
        "kind": starter.kind,
        "since": starter.since,
        "closed_at": None if page.issue.is_open or starter.dropped else page.issue.closed_at,
        "dropped_at": starter.dropped,
    }
    with rebuilder.context.ledger.write() as connection:
        mentorships.put_starter(connection, values)
    know(rebuilder, starter.mentor)
    taken = record.claims if record and record.claims else tuple(_by_command(rebuilder, page, starter))
    _restore_claims(rebuilder, page, starter, taken)


def _newest(page: Page) -> Record | None:
    """The note that was written last."""
    found = [
        (one.written_at, one.marked.kind == "starter", one.marked.record)
        for one in page.ours("good_first", "starter")
        if one.marked.record and one.marked.record.starter
    ]
    newest = max(found, key=lambda one: one[:2], default=None)
    return newest[2] if newest else None


def _by_label(rebuilder: Rebuilder, page: Page) -> StarterRecord | None:
    """An issue without a note, as those from before the App came: its labels are all there is."""
    issue = page.issue
    named = rebuilder.named(issue.labels)
    if not named or not issue.is_open or not rebuilder.loaded.program.is_good_first(issue.labels):
        return None
    written = next((one.at for one in page.ours("good_first", "starter")), issue.created_at)
    kind = "starter" if page.ours("starter") and issue.author_id == named[0] else "labelled"
    return StarterRecord(mentor=named[0], kind=kind, since=written)  # type: ignore[arg-type]


# --- who took it ----------------------------------------------------------------------------------


def _by_command(rebuilder: Rebuilder, page: Page, starter: StarterRecord) -> Iterator[ClaimRecord]:
    """Without a note that says so: somebody asked for it, and is assigned."""
    slug, assigned = rebuilder.context.github.slug, {login.lower() for login in page.issue.assignees}
    for one in reversed(page.heard):
        verbs = {command.verb for command in commands.parse(one.text, slug)}
        theirs = one.login.lower() in assigned and not rebuilder.loaded.in_roster(one.person_id)
        if "claim" in verbs and theirs and one.person_id != starter.mentor:
            yield ClaimRecord(person=one.person_id, at=one.at, assigned=True)
            return


def _restore_claims(
    rebuilder: Rebuilder, page: Page, starter: StarterRecord, taken: Iterable[ClaimRecord]
) -> None:
    for claim in sorted(taken, key=lambda one: one.at):
        if not rebuilder.is_forgotten(claim.person):
            claim = _ended(page, claim)
            with rebuilder.context.ledger.write() as connection:
                ledger.take(connection, _values(rebuilder, page, claim))
            know(rebuilder, claim.person)
            _mentorship_of(rebuilder, page, starter, claim)


def _ended(page: Page, claim: ClaimRecord) -> ClaimRecord:
    """A claim ends with its issue; nothing of ours tells of it."""
    holds = claim.released is None or claim.why == LINKED
    if page.issue.is_open or not holds:
        return claim
    return claim.model_copy(update={"released": page.issue.closed_at, "why": "closed"})


def _values(rebuilder: Rebuilder, page: Page, claim: ClaimRecord) -> dict[str, Any]:
    return {
        "repository_id": page.issue.repository_id,
        "number": page.issue.number,
        "person_id": claim.person,
        "program_id": rebuilder.loaded.home.id,
        "claimed_at": claim.at,
        "released_at": claim.released,
        "released_why": claim.why,
        "pull_number": claim.pull,
        "assigned": claim.assigned,
    }


def _mentorship_of(rebuilder: Rebuilder, page: Page, starter: StarterRecord, claim: ClaimRecord) -> None:
    """The mentorship on the issue: begun without a word, unless somebody else was introduced since."""
    with rebuilder.context.ledger.read() as connection:
        known = mentorships.get(connection, *page.here)
    if known is not None and (known.newcomer_id == claim.person or known.since > claim.at):
        if known.newcomer_id == claim.person and claim.at >= known.since - SECOND:
            _end(rebuilder, page, claim)
        return
    begun = claim.at - SECOND
    record = MentorshipRecord(
        kind="claim",
        newcomer=claim.person,
        mentor=starter.mentor,
        since=claim.at,
        turn="newcomer",
        turn_since=begun,
        newcomer_at=begun,
    )
    if known is not None:
        if known.closed_at is None:
            return  # somebody asked for a mentor there, and has one
        with rebuilder.context.ledger.write() as connection:
            records.remove(connection, page.here)
    done = None
    if claim.released is None:
        github = rebuilder.context.github.installation(rebuilder.history.installation_id)
        done = list(reads.timeline(github, *page.here))
    keep(rebuilder, page, record, done)
    _end(rebuilder, page, claim)


def _end(rebuilder: Rebuilder, page: Page, claim: ClaimRecord) -> None:
    with rebuilder.context.ledger.write() as connection:
        if claim.released is not None:
            mentorships.close(connection, *page.here, claim.released, merged=False)
        elif page.issue.is_open:
            mentorships.change(connection, *page.here, kind="claim")


def link(rebuilder: Rebuilder) -> None:
    """Goes on with claims in the pull requests that came of them: the pull request's record names the issue."""
    with rebuilder.context.ledger.write() as connection:
        for row in records.about_starters(connection, rebuilder.history.place.id):
            here = (row.repository_id, row.starter_number)
            held = records.claim_of(connection, here, row.newcomer_id)
            if held is not None and held.pull_number is None and held.claimed_at <= row.since:
                _link(connection, held, row)


def _link(connection: Any, held: Any, pull: Any) -> None:
    came_to_nothing = pull.closed_at is not None and not pull.merged
    if held.released_at is not None and held.released_why != "closed":
        return  # they had given it back before
    ledger.change(connection, held, pull_number=pull.number)
    if held.released_at is None and not came_to_nothing:
        ledger.release(connection, held, LINKED, pull.since)
    known = mentorships.get(connection, held.repository_id, held.number)
    if known is not None and known.closed_at is None and known.newcomer_id == held.person_id:
        mentorships.close(connection, held.repository_id, held.number, pull.since, merged=False)
