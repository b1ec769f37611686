"""Claim hint: whoever asks for a good first issue in plain words learns the command, once on each thread."""

from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.ledger import claims, forgetting, mentorships, outbox
from jobs.claims import worker
from jobs.decision import Row, decide
from jobs.free_starters import free_starters
from jobs.program import load_program
from mentoring import claims as rules
from mentoring.actions import Thread
from mentoring.commands import parse
from mentoring.facts import Issue


def claim_hint(context: Context, row: Row) -> None:
    """Says how to take the issue or, where somebody has, what else is free."""
    starter = _starter(context, row) if _asks(context, row.field("comment.body")) else None
    loaded = starter and load_program(context, row.installation_id, row.repository_id)
    person_id, login = row.field("comment.user.id"), row.field("comment.user.login")
    if not loaded or not starter or loaded.in_roster(person_id):
        return
    mentor = loaded.names.get(starter.mentor_id) or loaded.login_of(starter.mentor_id)
    issue = reads.issue(context.github.installation(row.installation_id), row.repository_id, row.number)
    if mentor is None or _needs_no_hint(context, issue, person_id, login):
        return
    with context.ledger.read() as connection:
        held = claims.holder(connection, issue.repository_id, issue.number)
        taken_by = worker(connection, loaded, issue, held, login)
    free = free_starters(context, loaded, issue.number) if taken_by else []
    hint = rules.hint(issue.thread, loaded.program, login, mentor, taken_by, free)
    with decide(context, row) as decision:
        decision.act(row.installation_id, [hint])


def _asks(context: Context, text: str) -> bool:
    """Whether somebody wishes to take the issue and does not know the commands."""
    if "/mentor claim" in text.lower() or parse(text, context.github.slug):
        return False
    return rules.asks_to_claim(text)


def _starter(context: Context, row: Row) -> Any:
    """The good first issue, if it carries a mentor's name and had no hint yet."""
    here = (row.repository_id, row.number)
    with context.ledger.read() as connection:
        starter = mentorships.starter(connection, *here)
        hinted = outbox.state_of(connection, rules.hint_key(Thread(*here))) is not None
    named = starter is not None and starter.mentor_id and not (starter.dropped_at or starter.closed_at)
    return starter if named and not hinted else None


def _needs_no_hint(context: Context, issue: Issue, person_id: int, login: str) -> bool:
    """Whether nothing can be taken, they have it already, or they asked to be forgotten."""
    if issue.is_pull or not issue.is_open or issue.locked:
        return True
    if login.lower() in (assignee.lower() for assignee in issue.assignees):
        return True
    with context.ledger.read() as connection:
        held = claims.holder(connection, issue.repository_id, issue.number)
        forgotten = forgetting.is_forgotten(connection, person_id)
    return forgotten or (held is not None and held.person_id == person_id)
