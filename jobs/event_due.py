"""What an event says by itself: one reminder a few days before, and one question the day after."""

from collections.abc import Iterator
from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.github import Missing
from adapters.ledger import events, programs
from adapters.ledger import outbox as sent
from jobs.decision import Again, Decision, Row, decide
from jobs.event_issue import planned
from jobs.program import Loaded
from jobs.report import HOUR
from jobs.week import load_home
from mentoring import event as rules
from mentoring import event_text as words
from mentoring.actions import Action


def event_due(context: Context, row: Row) -> None:
    """Takes the step whose moment has come; says nothing where the issue is closed, locked or gone."""
    program_id, key = row.field("program_id"), row.field("key")
    loaded = load_home(context, program_id)
    if loaded is None:
        raise Again(context.now() + HOUR, "the App cannot work on the program's home")
    is_open = _is_open(context, loaded, key)
    with decide(context, row) as decision:
        programs.lock(decision.connection, program_id)
        one = events.get(decision.connection, key)
        if one is None or one.due_at is None or one.due_at > decision.now:
            decision.note = "called off or moved meanwhile"
            return
        _step(decision, loaded, one, is_open=is_open)


def _is_open(context: Context, loaded: Loaded, key: str) -> bool:
    """Whether anybody is to be told something in the issue, as GitHub shows it now."""
    with context.ledger.read() as connection:
        number = (sent.result_of(connection, key) or {}).get("number")
    if number is None:
        return False
    try:
        issue = reads.issue(context.github.installation(loaded.home.installation_id), loaded.home.id, number)
    except Missing:
        return False
    return issue.is_open and not issue.locked


def _step(decision: Decision, loaded: Loaded, one: Any, *, is_open: bool) -> None:
    clock, connection, now = loaded.program.clock, decision.connection, decision.now
    step = rules.step_at(one.begins_at, clock, one.step, now)
    if step is not None and is_open:
        decision.act(loaded.home.installation_id, _said(decision, loaded, one.key, step))
    taken = max(one.step, rules.ASKED if now >= rules.ask_at(one.begins_at, clock) else rules.REMINDED)
    due = rules.due_at(one.begins_at, clock, taken, now)
    events.change(connection, one.key, step=taken, due_at=due)


def _said(decision: Decision, loaded: Loaded, key: str, step: int) -> Iterator[Action]:
    shown, home = planned(decision.connection, loaded, key), loaded.home
    if shown is None:
        return
    if step == rules.REMINDED:
        reminder = words.reminder(loaded.program, home.id, key, shown)
        yield from [reminder] if reminder else []
    elif shown.result is None:
        yield words.question(home.id, key, shown)
