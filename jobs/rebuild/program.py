"""Puts back what belongs to the program as a whole, where this is its home: invitations, cohorts, digests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters import outbox
from adapters.ledger import forgetting, programs
from adapters.ledger import invitations as ledger
from jobs.rebuild.history import History, Page, Said
from jobs.rebuild.threads import Rebuilder, know
from mentoring import digest_schedule, invitations
from mentoring.invitations import Invitation
from mentoring.roster import Cohort


@dataclass(frozen=True)
class Ask:
    """One graduate who was asked, in an issue of ours. Without a comment: somebody deleted it."""

    cohort: Cohort
    person_id: int
    page: Page
    said: Said | None

    @property
    def at(self) -> datetime:
        return self.said.at if self.said else self.page.issue.created_at


def restore(rebuilder: Rebuilder) -> None:
    """Everybody who was asked, and when each cohort was."""
    for ask in _asks(rebuilder):
        _put(rebuilder, ask)
    for cohort in rebuilder.loaded.program.cohorts:
        _date(rebuilder, cohort)
    _know_issues(rebuilder, "showcase")
    _know_issues(rebuilder, "event")


def _know_issues(rebuilder: Rebuilder, kind: str) -> None:
    """Which issue is whose, before what was said in it is said again."""
    history, home_id = rebuilder.history, rebuilder.loaded.home.id
    with rebuilder.context.ledger.write() as connection:
        for page in _issues(history, kind, home_id):
            key, result = page.marked.key if page.marked else "", {"number": page.issue.number}
            at = page.issue.created_at
            outbox.adopt_shown(connection, history.installation_id, page.thread, key, result, at)


def _asks(rebuilder: Rebuilder) -> Iterator[Ask]:
    home_id = rebuilder.loaded.home.id
    for page in _issues(rebuilder.history, "invitations", home_id):
        group = invitations.group_of(home_id, page.marked.key) if page.marked else ""
        asked = page.marked.record.asked if page.marked and page.marked.record else ()
        of_group = _cohort_of(rebuilder, group)
        seen = set()
        for one in page.ours("invitation"):
            cohort, person_id = _named(rebuilder, one.marked.key)
            if cohort is not None:
                seen.add(person_id)
                yield Ask(cohort, person_id, page, one)
        if of_group is not None:
            yield from (Ask(of_group, one, page, None) for one in asked if one not in seen)


def _issues(history: History, kind: str, home_id: int) -> Iterator[Page]:
    """Our issues of a kind, of this program."""
    start = f"repo {home_id} · {kind} · "
    for page in history.pages.values():
        if page.marked and page.marked.kind == kind and page.marked.key.startswith(start):
            yield page


def _cohort_of(rebuilder: Rebuilder, group: str) -> Cohort | None:
    return invitations.cohort_of(rebuilder.loaded.program.cohorts, group)


def _named(rebuilder: Rebuilder, key: str) -> tuple[Cohort | None, int]:
    """The cohort and the person of an invitation's key, which is `repo 1 · invitation · cohort · person 2`."""
    for cohort in rebuilder.loaded.program.cohorts:
        start = invitations.comment_key(rebuilder.loaded.home.id, cohort.name, 0).removesuffix("0")
        number = key.removeprefix(start)
        if key.startswith(start) and number.isdecimal():
            return cohort, int(number)
    return None, 0


def _put(rebuilder: Rebuilder, ask: Ask) -> None:
    home_id, key = rebuilder.loaded.home.id, ask.page.marked.key if ask.page.marked else ""
    login = rebuilder.loaded.login_of(ask.person_id) or ""
    member = rebuilder.loaded.program.member(login)
    state = "accepted" if member and member.mentoring == "agreed" else "open"
    comment_key = invitations.comment_key(home_id, ask.cohort.name, ask.person_id)
    one = Invitation(ask.person_id, key, comment_key, state, "read again from GitHub")
    values: dict[str, Any] = {
        "program_id": home_id,
        "cohort": ask.cohort.name,
        "person_id": ask.person_id,
        "issue_key": key,
        "comment_key": comment_key,
        "state": state,
        "asked_at": ask.at,
        "remind_at": invitations.remind_at(one, ask.at),
        "reason": one.reason,
    }
    with rebuilder.context.ledger.write() as connection:
        if not forgetting.is_forgotten(connection, ask.person_id):
            ledger.put(connection, values)
    know(rebuilder, ask.person_id)


def _date(rebuilder: Rebuilder, cohort: Cohort) -> None:
    """When a cohort was asked. One that was is not asked again, however long ago it ended."""
    home_id, program = rebuilder.loaded.home.id, rebuilder.loaded.program
    pages = _issues(rebuilder.history, "invitations", home_id)
    asked_at = min((page.issue.created_at for page in pages if _is_of(rebuilder, page, cohort)), default=None)
    if asked_at is None:
        return
    with rebuilder.context.ledger.write() as connection:
        due = invitations.due_at(program, cohort, asked_at)
        programs.schedule_cohort(connection, home_id, cohort.name, due)
        programs.invited(connection, home_id, cohort.name, asked_at)


def _is_of(rebuilder: Rebuilder, page: Page, cohort: Cohort) -> bool:
    if page.marked is None:
        return False
    return _cohort_of(rebuilder, invitations.group_of(rebuilder.loaded.home.id, page.marked.key)) == cohort


def settle_reminders(rebuilder: Rebuilder) -> None:
    """After all answers: who was reminded is not again. In doubt, such as after an outage, there is silence."""
    now, home_id = rebuilder.context.now(), rebuilder.loaded.home.id
    said = [one for page in rebuilder.history.pages.values() for one in page.ours("invitation_reminder")]
    with rebuilder.context.ledger.write() as connection:
        for row in ledger.of_program(connection, home_id):
            key, since = invitations.reminder_key(row.comment_key), row.answered_at or row.asked_at
            mine = (one for one in said if one.marked.key == key or one.marked.key.startswith(f"{key} · "))
            was_reminded = any(one.at >= since.replace(microsecond=0) for one in mine)
            is_over = row.state == "open" and row.remind_at and row.remind_at <= now
            if was_reminded or is_over:
                ledger.reminded(connection, home_id, row.cohort, row.person_id)


def restore_digests(rebuilder: Rebuilder) -> None:
    """The digests that were posted here; and when the next one is due."""
    home, program = rebuilder.loaded.home, rebuilder.loaded.program
    with rebuilder.context.ledger.write() as connection:
        for page in _issues(rebuilder.history, "digest", home.id):
            key = page.marked.key if page.marked else ""
            week = key.rpartition(" · ")[2]
            programs.keep_digest(connection, home.id, week, key, page.issue.created_at)
        due = (
            digest_schedule.next_due(program, program.digest, rebuilder.context.now())
            if program.digest
            else None
        )
        programs.schedule_digest(connection, home.id, due)
