"""Turns: what happens on a newcomer's thread tells whose turn it is; a person's words are an answer, a bot's never."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.context import Context
from adapters.ledger import availability, mentorships, programs
from jobs.decision import Decision, Row, decide, wait_for_welcome
from jobs.hand_over import rewrite_welcome, show_names
from jobs.program import Loaded, load_program
from jobs.waiting import away_of, replan, replan_mentor, turn_of
from mentoring import turns as rules
from mentoring.actions import Thread
from mentoring.follow_up import REMIND, TELL
from mentoring.turns import MENTOR, NEWCOMER, Happened

# What GitHub calls it, and what it means to the turn.
_PULL = {
    "synchronize": "pushed",
    "ready_for_review": "ready",
    "converted_to_draft": "draft",
    "review_requested": "asked_review",
}


def turns(context: Context, row: Row) -> None:
    """Notes what a person did on a thread, and passes the turn on."""
    wait_for_welcome(context, row)
    with context.ledger.read() as connection:
        if mentorships.get(connection, row.repository_id, row.number) is None:
            return
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None:
        return
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        known = mentorships.get(decision.connection, row.repository_id, row.number)
        if known is None:
            return
        happened = _happened(context, row, known)
        if loaded.home.id in availability.seen(decision.connection, _person(row), happened.at):
            replan_mentor(decision, loaded, _person(row))
        note(decision, loaded, known, [happened])
        if _person(row) == known.mentor_id and happened.is_answer:
            cover_ends(decision, loaded, known)


def note(decision: Decision, loaded: Loaded, known: Any, happened: list[Happened]) -> None:
    """Records the first answer and the turn, and when the thread is to be looked at again."""
    here = (known.repository_id, known.number)
    answers = [one.at for one in happened if one.is_answer]
    if answers:
        mentorships.answered(decision.connection, *here, min(answers))
    before = turn_of(known)
    turn = rules.after(before, happened)
    if turn == before:
        return
    values: dict[str, Any] = {"newcomer_at": turn.newcomer_at, "helped_at": turn.helped_at}
    if (turn.whose, turn.since) != (before.whose, before.since):
        values |= {"turn": turn.whose, "turn_since": turn.since, "step": 0}
    elif turn.whose == NEWCOMER and turn.newcomer_at != before.newcomer_at:
        values |= {"step": 0}  # they were heard: their clock starts anew
    mentorships.change(decision.connection, *here, **values)
    if "step" in values and before.whose == MENTOR and known.step in {REMIND, TELL}:  # the welcome shows it
        rewrite_welcome(decision, loaded, *here)
    replan(decision, loaded, *here)


def cover_ends(decision: Decision, loaded: Loaded, known: Any) -> None:
    """The first mentor is heard again: whoever covered has their hands free, unless the first is still away."""
    away = away_of(decision.connection, known.program_id, decision.now, known.mentor_id)
    if known.second_id is None or known.mentor_id in away:
        return
    here = (known.repository_id, known.number)
    mentorships.change(decision.connection, *here, second_id=None)
    show_names(decision, loaded, Thread(*here), None, [known.second_id])
    rewrite_welcome(decision, loaded, *here)
    replan(decision, loaded, *here)


def _happened(context: Context, row: Row, known: Any) -> Happened:
    fields, by = row.fields, rules.by(_person(row), known)
    if "review.user.id" in fields:
        return Happened(by, row.field("review.state").lower(), _moment(row.field("review.submitted_at")))
    if "comment.user.id" in fields:
        text = fields.get("comment.body")  # kept only where it may hold a command
        says = text is None or rules.says_something(text, context.github.slug)
        return Happened(by, "said" if says else "sign", _moment(row.field("comment.created_at")))
    return Happened(by, _done(fields, by, known), _moment(row.field("pull_request.updated_at")))


def _done(fields: Mapping[str, Any], by: str, known: Any) -> str:
    """What was done to the pull request itself."""
    what = _PULL[fields["action"]]
    if what == "pushed":
        return "sign" if fields.get("pull_request.draft") else what
    if what == "asked_review" and by != NEWCOMER:
        of_mentor = fields.get("requested_reviewer.id") in {known.mentor_id, known.second_id} - {None}
        return what if of_mentor else "passed_on" if by == MENTOR else "sign"
    return what


def _person(row: Row) -> int:
    for name in ("comment.user.id", "review.user.id"):
        if name in row.fields:
            return int(row.fields[name])
    return int(row.field("sender.id"))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
