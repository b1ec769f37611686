"""Starter notes: the note on a good first issue says who mentors it now, and who works on it."""

from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.ledger import claims, inbox, mentorships, outbox, places, programs
from adapters.ledger.inbox import Asked
from adapters.starter_form import headings
from jobs.decision import Decision, Row, decide
from jobs.hand_over import login_of
from jobs.program import Loaded, load_program
from mentoring import good_first, starter
from mentoring.actions import Rewrite, Text
from mentoring.facts import Issue
from mentoring.good_first import FREE, Taken
from mentoring.matching import areas_of
from mentoring.roster import Member


def rewrite(decision: Decision, loaded: Loaded, issue: Issue) -> None:
    """Says the note again for the issue's present mentor and claim, as the ledger has them now.

    An issue that got no note, such as one from before the App came, gets none now either.
    """
    row = mentorships.starter(decision.connection, issue.repository_id, issue.number)
    if row is None or row.dropped_at:
        return
    found = _written(decision, issue, row)
    if found is not None:
        kind, key = found
        text = _text(decision, loaded, issue, row)
        decision.act_in(issue.repository_id, [Rewrite(issue.thread, kind, key, text)])


def _written(decision: Decision, issue: Issue, row: Any) -> tuple[str, str] | None:
    """The kind and the key of the note that is in force; a note stays where it is when the mentor changes."""
    keys = [("starter", starter.key_of(issue)), ("good_first", good_first.key_of(issue))]
    order = keys if row.kind == "starter" else reversed(keys)
    there = (one for one in order if outbox.state_of(decision.connection, one[1]) is not None)
    return next(there, None)


def _text(decision: Decision, loaded: Loaded, issue: Issue, row: Any) -> Text:
    member = _member(decision, loaded, row)
    if member is None:
        return good_first.without_mentor(loaded.program, "nobody")
    taken = taken_by(decision, loaded, issue)
    if row.kind == "starter" and row.mentor_id == issue.author_id:
        opened = mentorships.starters_opened_by(decision.connection, loaded.home.id, [row.mentor_id])
        return starter.note(issue, loaded.program, member, len(opened), taken, headings())
    areas = areas_of((), issue.labels, loaded.program.areas)
    shared = next((area for area in areas if area in member.areas), None)
    mentor = good_first.Introduction(member.login, member.about, member.contact, shared)
    return good_first.note(issue, loaded.program, mentor, taken)


def _member(decision: Decision, loaded: Loaded, row: Any) -> Member | None:
    """What the mentor declared, under their present login."""
    login = login_of(decision, loaded, row.mentor_id)
    member = loaded.program.member(loaded.login_of(row.mentor_id) or "")
    return member.model_copy(update={"login": login}) if member and login else None


def taken_by(decision: Decision, loaded: Loaded, issue: Issue) -> Taken:
    """Who works on the issue. A first pull request is named by its number alone: its author said nothing here."""
    here = (decision.connection, issue.repository_id, issue.number)
    held = claims.holder(*here)
    if held is not None:
        return Taken(claimed_by=login_of(decision, loaded, held.person_id))
    pull = claims.pull_about(*here)
    return Taken(pull=pull.number) if pull is not None else FREE


def ask(decision: Decision, repository_id: int, number: int) -> None:
    """Asks for the note to be said again where the issue was not read; the clock rings for it."""
    installation_id = places.installation_of(decision.connection, repository_id)
    delivery = f"note:{decision.row.id}:{repository_id}:{number}"
    asked = Asked(delivery, "starter_notes", installation_id, repository_id, number)
    inbox.put_new(decision.connection, [asked], decision.now, rung=False)


def ask_about(decision: Decision, row: Any) -> None:
    """The same for the issue that a mentorship's pull request is about, if there is one."""
    if row is not None and row.starter_number is not None:
        ask(decision, row.repository_id, row.starter_number)


def starter_notes(context: Context, row: Row) -> None:
    """Reads the issue and says its note again."""
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None:
        return
    issue = reads.issue(context.github.installation(row.installation_id), row.repository_id, row.number)
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        if issue.is_open:
            rewrite(decision, loaded, issue)
        if not loaded.program.is_good_first(issue.labels):  # it lost the label while somebody worked on it
            asked = Asked(f"{row.delivery}:label", "good_first", row.installation_id, *_here(issue))
            inbox.put_new(decision.connection, [asked], decision.now, rung=False)


def _here(issue: Issue) -> tuple[int, int]:
    return issue.repository_id, issue.number
