"""Claimed pull: the pull request that comes of a claim is linked to it, and frees the issue if it comes to nothing."""

from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.ledger import claims as ledger
from adapters.ledger import mentorships, programs
from jobs import claims, good_first, hand_over, starter_notes
from jobs.candidates import candidates
from jobs.decision import SHORTLY, Again, Decision, Row, decide, wait_for_welcome
from jobs.program import Loaded, load_program
from mentoring.actions import Assign
from mentoring.facts import Issue
from mentoring.matching import Need, match_newcomer
from mentoring.turns import MENTOR


def claimed_pull(context: Context, row: Row) -> None:
    """A pull request was opened by somebody who may have a claim, or one that came of a claim was closed or reopened."""
    wait_for_welcome(context, row)
    if row.field("action") == "opened":
        _opened(context, row)
    else:
        _closed_or_reopened(context, row)


def _opened(context: Context, row: Row) -> None:
    """The welcome links a newcomer's first pull request; this one links all others."""
    with context.ledger.read() as connection:
        if ledger.commands_wait(connection, row.repository_id, row.id):
            raise Again(context.now() + SHORTLY, "the claim may still be under way")
        if not ledger.may_be_claimant(connection, row.repository_id, row.field("pull_request.user.id")):
            return
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None:
        return
    pull = reads.issue(context.github.installation(row.installation_id), row.repository_id, row.number)
    if not pull.is_open:
        return
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        starter = claims.link(decision, loaded, pull)
        if starter is not None:
            _begin(decision, loaded, pull, starter)


def _begin(decision: Decision, loaded: Loaded, pull: Issue, starter: Any) -> None:
    """The mentor of the issue is the mentor of the pull request, even when full; if they left, somebody else."""
    here = (pull.repository_id, pull.number)
    if mentorships.get(decision.connection, *here) is not None:  # welcomed before the claim was known
        mentorships.change(decision.connection, *here, starter_number=starter.number)
        return
    if loaded.in_roster(pull.author_id):
        return
    need = Need(pull.author_id, named_id=starter.mentor_id)
    match = match_newcomer(need, candidates(decision.connection, loaded, decision.now))
    beginning = hand_over.Beginning(
        newcomer_id=pull.author_id,
        newcomer=pull.author,
        kind="pull",
        mentor=match.mentor,
        turn=MENTOR,
        starter_number=starter.number,
        match=match,
    )
    hand_over.begin(decision, loaded, pull, beginning)


def _closed_or_reopened(context: Context, row: Row) -> None:
    with context.ledger.read() as connection:
        held = ledger.of_pull(connection, row.repository_id, row.number)
    if held is None:
        return
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None:
        return
    github = context.github.installation(row.installation_id)
    pull = reads.issue(github, row.repository_id, row.number)
    issue = reads.issue(github, row.repository_id, held.number)
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        held = ledger.of_pull(decision.connection, row.repository_id, row.number)
        starter = mentorships.starter(decision.connection, row.repository_id, issue.number)
        if held is None or starter is None or not issue.is_open:
            return
        if pull.is_open:
            _take_up_again(decision, loaded, issue, held)
        elif pull.merged_at is None:
            _come_to_nothing(decision, loaded, issue, held)
        if not loaded.program.is_good_first(issue.labels):  # it lost the label while somebody worked on it
            good_first.reconcile(decision, loaded, issue, backfill=False)


def _come_to_nothing(decision: Decision, loaded: Loaded, issue: Issue, held: Any) -> None:
    """Closed without being merged: the issue is free again."""
    if held.released_why != ledger.LINKED:
        return
    ledger.release(decision.connection, held, "closed", decision.now)
    login = hand_over.login_of(decision, loaded, held.person_id)
    claims.take_off(decision, issue, held, login)
    starter_notes.rewrite(decision, loaded, issue)


def _take_up_again(decision: Decision, loaded: Loaded, issue: Issue, held: Any) -> None:
    """Reopened: the issue is theirs again, unless somebody else has taken it."""
    if held.released_why != "closed" or ledger.holder(decision.connection, issue.repository_id, issue.number):
        return
    ledger.release(decision.connection, held, ledger.LINKED, decision.now)
    login = hand_over.login_of(decision, loaded, held.person_id)
    if login and not issue.assignees:
        ledger.change(decision.connection, held, assigned=True)
        decision.act(decision.row.installation_id, [Assign(issue.thread, login)])
    starter_notes.rewrite(decision, loaded, issue)
