"""Reconciliation: each night a repository's changes are read again, for webhooks that never came.

It asks for the jobs that those would have asked for, and puts back once what people removed by accident:
a mentor's label, and words of ours that lost their text. A comment that somebody deleted stays deleted.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters import configuration as files
from adapters import reads, texts
from adapters.context import Context
from adapters.github import PER_PAGE
from adapters.ledger import (
    contributions,
    inbox,
    mentorships,
    outbox,
    people,
    places,
    programs,
    start_here,
    sweeps,
)
from adapters.ledger.inbox import Asked
from jobs import starter_notes
from jobs.decision import SHORTLY, Again, Decision, Row, decide, go_on
from jobs.hand_over import login_of, rewrite_welcome
from jobs.program import Loaded, load_program
from mentoring import good_first, starter, welcome
from mentoring import reconcile as rules
from mentoring.actions import LATER
from mentoring.facts import Issue
from mentoring.reconcile import Known

AT_MOST = 20.0  # seconds for one step: a claim on a row lasts a minute
JUST_NOW = timedelta(minutes=10)  # what changed since then has a webhook of its own on the way
FIRST = timedelta(days=3)  # how far the first look at a repository goes back
MOST_READ = 20  # issues in one night that are read for their title
LABEL = "label"  # what a repair of a label is called

Changed = Sequence[tuple[Issue, str]]


def reconcile(context: Context, row: Row) -> None:
    """Reads what changed since the last time, page by page; killed or stopped, it goes on from the last page."""
    with context.ledger.read() as connection:
        before = places.repository(connection, row.repository_id)
    if before is None or before.installation_id != row.installation:
        return
    until = context.now() - JUST_NOW
    version, loaded = (None, None) if before.archived else _load(context, row)
    if loaded is not None:
        _read_changes(context, row, loaded, before, until)
    with decide(context, row) as decision:
        if version and before.configured and version != before.configured:
            _ask(decision, f"reconcile:{row.repository_id}:{version[:16]}", "configuration")
        if loaded is not None and not loaded.place.private:
            _ask_for_words(decision)
        clock = loaded.program.clock if loaded else UTC
        night = rules.next_night(decision.now, clock, row.repository_id)
        sweeps.end_reconciliation(decision.connection, before, night, until, version)


def _load(context: Context, row: Row) -> tuple[str, Loaded | None]:
    """The program by its files, read again: a push may have been lost. Where nothing changed that costs nothing."""
    _, found = files.reload(context, row.installation_id, row.repository_id)
    return found.version, load_program(context, row.installation_id, row.repository_id)


def _read_changes(context: Context, row: Row, loaded: Loaded, before: Any, until: datetime) -> None:
    """Raises Again after a while, so that nobody waits behind it."""
    begun = time.monotonic()
    github = context.github.installation(row.installation_id)
    since = before.reconciled_until or max(before.since, context.now() - FIRST)
    for page in reads.changed_since(github, row.repository_id, since):
        settled = [one for one in page if one[0].updated_at <= until]
        if not settled:
            return
        damaged = _damaged(context, row, loaded, settled)
        with go_on(context, row) as decision:
            programs.lock(decision.connection, loaded.home.id)
            # First: its row is locked before what is to be written there.
            sweeps.reconciled(decision.connection, row.repository_id, settled[-1][0].updated_at)
            bring_together(decision, loaded, settled, damaged, before.since)
        if len(page) == PER_PAGE and time.monotonic() - begun > AT_MOST:
            raise Again(context.now() + SHORTLY, "the changes are read step by step")


def bring_together(
    decision: Decision, loaded: Loaded, changed: Changed, damaged: set[tuple[int, str]], seen_first: datetime
) -> None:
    """Asks for what a page of changed threads lacks. What it looks up grows with the page, not with the ledger."""
    connection, repository_id = decision.connection, loaded.place.id
    begun, issues = sweeps.known_threads(connection, repository_id, [one.number for one, _ in changed])
    pulls = [one.author_id for one, _ in changed if one.is_pull]
    authors = sweeps.known_authors(connection, repository_id, loaded.home.id, pulls)
    _ask_for_contributions(decision, loaded, changed)
    for issue, association in changed:
        mentorship, good = begun.get(issue.number), issues.get(issue.number)
        here_before = issue.author_id in authors or association not in welcome.NEW_HERE
        known = _known(mentorship, good, author_known=here_before)
        _ask_for(decision, loaded, issue, known, seen_first)
        if good:
            start_here.keep_words(connection, issue, private=loaded.place.private)
        _put_back_label(decision, loaded, issue, mentorship, good)
        _put_back_notes(decision, loaded, issue, damaged)


def _known(mentorship: Any, good: Any, *, author_known: bool) -> Known:
    return Known(
        mentorship_open=mentorship and mentorship.closed_at is None,
        mentorship_kind=mentorship.kind if mentorship else "",
        issue_open=good and good.closed_at is None,
        issue_dropped=bool(good and good.dropped_at),
        author_known=author_known,
    )


# --- the jobs that webhooks would have asked for --------------------------------------------------


def _ask_for(decision: Decision, loaded: Loaded, issue: Issue, known: Known, seen_first: datetime) -> None:
    is_good_first = loaded.program.is_good_first(issue.labels)
    found = rules.jobs(issue, known, is_good_first=is_good_first, seen_first=seen_first, now=decision.now)
    for job, action in found.items():
        name = f"reconcile:{issue.repository_id}:{issue.number}"
        if job == "welcome":
            fields: dict[str, Any] = {
                "pull_request.user.id": issue.author_id,
                "pull_request.user.login": issue.author,
                "pull_request.created_at": issue.created_at.isoformat(),
            }
        else:
            name, fields = f"{name}:{issue.updated_at.isoformat()}", {"action": action}
        _ask(decision, name, job, issue.number, fields)


def _ask_for_contributions(decision: Decision, loaded: Loaded, changed: Changed) -> None:
    """Lets the pull requests of people of ours be noted that were opened, merged or closed unheard."""
    pulls = [one for one, _ in changed if one.is_pull and one.by_person]
    ours = contributions.ours(decision.connection, loaded.home.id, [one.author_id for one in pulls])
    known = contributions.known(decision.connection, loaded.place.id, [one.number for one in pulls])
    for pull in pulls:
        job = rules.contribution(pull, known.get(pull.number)) if pull.author_id in ours else None
        if job:
            name = f"reconcile:{pull.repository_id}:{pull.number}:{pull.updated_at.isoformat()}"
            _ask(decision, name, job, pull.number, {"action": "closed"})
        if job == "merged":
            _ask(decision, name, "lineage", pull.number, {"pull_request.user.id": pull.author_id})
            _ask(decision, name, "praise", pull.number, {"action": "closed"})


def _ask(
    decision: Decision, name: str, job: str, number: int | None = None, fields: dict[str, Any] | None = None
) -> None:
    row = decision.row
    asked = Asked(name, job, row.installation_id, row.repository_id, number, fields)
    inbox.put_new(decision.connection, [asked], decision.now, rung=False)


def _ask_for_words(decision: Decision) -> None:
    """Lets some issues be read of which the title was never kept, once each."""
    row = decision.row
    numbers = start_here.without_words(decision.connection, row.repository_id)[:MOST_READ]
    asked = [
        Asked(
            f"reconcile:{row.repository_id}:{n}:words",
            "start_here",
            row.installation_id,
            row.repository_id,
            n,
        )
        for n in numbers
    ]
    inbox.put_new(decision.connection, asked, decision.now, rung=False)


# --- what people removed by accident --------------------------------------------------------------


def _put_back_label(decision: Decision, loaded: Loaded, issue: Issue, mentorship: Any, good: Any) -> None:
    """Once: whoever takes the name off a second time means it."""
    mentor_id = _named(mentorship, good, is_good_first=loaded.program.is_good_first(issue.labels))
    login = login_of(decision, loaded, mentor_id)
    if mentor_id is None or login is None or loaded.login_of(mentor_id) is None:
        return  # who has left the roster is followed by somebody else
    logins = [login, *people.logins_of(decision.connection, mentor_id)]
    if not rules.lacks_label(issue, [loaded.program.mentor_label_for(one) for one in logins]):
        return
    if sweeps.repair(decision.connection, issue.repository_id, issue.number, LABEL, decision.now):
        label = welcome.label_mentor(issue.thread, loaded.program, login, urgency=LATER)
        decision.act(decision.row.installation_id, [label])


def _named(mentorship: Any, good: Any, *, is_good_first: bool) -> int | None:
    """Whose name belongs on the thread; an issue that is no good first issue any more loses it by its own job."""
    is_named = good is not None and good.closed_at is None and good.dropped_at is None
    if is_named and is_good_first:
        return good.mentor_id and int(good.mentor_id)
    if mentorship is not None and mentorship.closed_at is None:
        return mentorship.mentor_id and int(mentorship.mentor_id)
    return None


def _notes(issue: Issue) -> dict[str, str]:
    """The words of ours that can be said again, by kind: their effect keys."""
    if issue.is_pull:
        return {"welcome": welcome.key_of(issue.thread)}
    return {"starter": starter.key_of(issue), "good_first": good_first.key_of(issue)}


def _damaged(context: Context, row: Row, loaded: Loaded, changed: Changed) -> set[tuple[int, str]]:
    """The notes on these threads that lost their marker or their text: number and kind."""
    with context.ledger.read() as connection:
        written = _written(connection, row.repository_id, changed)
    github = context.github.installation(row.installation_id)
    found = set()
    for (number, kind), (key, comment_id) in written.items():
        body = reads.comment(github, row.repository_id, comment_id)
        if body is not None and rules.is_damaged(body, texts.marker(kind, key)):
            found.add((number, kind))
    return found


def _written(connection: Any, repository_id: int, changed: Changed) -> dict[tuple[int, str], tuple[str, int]]:
    """Notes that stand on open threads of ours and were not put back before: their keys and comments."""
    numbers = [issue.number for issue, _ in changed]
    begun, issues = sweeps.known_threads(connection, repository_id, numbers)
    before = sweeps.repaired(connection, repository_id, numbers)
    found = {}
    for issue, _ in changed:
        if not issue.is_open or not {issue.number} & (begun.keys() | issues.keys()):
            continue
        for kind, key in _notes(issue).items():
            made = outbox.result_of(connection, key) or {}
            if "comment_id" in made and (issue.number, kind) not in before:
                found[issue.number, kind] = (key, int(made["comment_id"]))
    return found


def _put_back_notes(decision: Decision, loaded: Loaded, issue: Issue, damaged: set[tuple[int, str]]) -> None:
    here = (issue.repository_id, issue.number)
    for kind in _notes(issue):
        if (issue.number, kind) not in damaged:
            continue
        if not sweeps.repair(decision.connection, *here, kind, decision.now):
            continue
        if kind == "welcome":
            rewrite_welcome(decision, loaded, *here)
        elif mentorships.starter(decision.connection, *here) is not None:
            starter_notes.rewrite(decision, loaded, issue)
