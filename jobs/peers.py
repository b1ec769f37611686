"""Peers: once a week newcomers who began in the same weeks are introduced to each other, if the program wants it."""

from datetime import timedelta
from typing import Any

from adapters.context import Context
from adapters.ledger import inbox, outbox, programs, unsaying
from adapters.ledger import peers as ledger
from adapters.ledger.inbox import Asked
from jobs.asking import Apply, Asking, Refusal
from jobs.decision import Again, Decision, Row, decide
from jobs.week import load_home
from mentoring import peers as rules
from mentoring.actions import LATER, Retract, Thread
from mentoring.commands import Command
from mentoring.peers import Newcomer
from mentoring.wording import phrase

HOUR = timedelta(hours=1)


def peers(context: Context, row: Row) -> None:
    """Divides who waits into circles, by what the ledger has, and asks for each circle."""
    program_id = row.field("program_id")
    loaded = load_home(context, program_id)
    if loaded is None:
        raise Again(context.now() + HOUR, "the App cannot work on the program's home")
    with decide(context, row) as decision:
        connection, now = decision.connection, decision.now
        programs.lock(connection, program_id)
        ledger.schedule(connection, program_id, rules.due_after(loaded.program, now))
        if not loaded.program.peers:
            return
        waiting = ledger.waiting(connection, program_id, rules.came_between(now))
        found = rules.circles(newcomer_of(one) for one in waiting if not loaded.in_roster(one.newcomer_id))
        asked = [_asked(decision, program_id, circle) for circle in found]
        inbox.put_new(connection, asked, now, rung=False)


def newcomer_of(row: Any) -> Newcomer:
    """A row of `waiting`, as the rules know it."""
    greeting = row.greeting or {}
    return Newcomer(
        row.newcomer_id,
        Thread(row.repository_id, row.number),
        row.since,
        row.repository_id if row.private else 0,
        tuple(greeting.get("areas") or ()),
        greeting.get("language") or row.spoken or "",
    )


def _asked(decision: Decision, program_id: int, circle: tuple[Newcomer, ...]) -> Asked:
    """Circles are told one by one, each with its few requests: a week may bring hundreds of newcomers."""
    first = circle[0].thread
    name = f"{decision.row.delivery}:circle:{first.repository_id}:{first.number}"
    fields = {"program_id": program_id, "people": [one.id for one in circle]}
    return Asked(name, "circle", fields=fields)


# --- `/mentor peers off` ----------------------------------------------------------------------------

SAY_WHICH = phrase("Write `/mentor peers off` to stay out of it, or `/mentor peers on`.")


def stay_out(asking: Asking, command: Command) -> Apply:
    """`/mentor peers off`: never told of to others; what was told goes. `peers on` takes the word back."""
    word = (command.words.split() or [""])[0].casefold().rstrip(".,;:!")
    if word not in ("on", "off"):
        raise Refusal(SAY_WHICH)

    def apply(decision: Decision) -> None:
        connection, program_id = decision.connection, asking.loaded.home.id
        ledger.person_says(connection, program_id, asking.person_id, decision.now if word == "off" else None)
        if word == "off":
            _take_back(decision, program_id, asking.person_id)

    return apply


def _take_back(decision: Decision, program_id: int, person_id: int) -> None:
    for row in ledger.naming(decision.connection, program_id, person_id):
        unsaying.never_say(decision.connection, [row.key], decision.now)
        thread = Thread(row.repository_id, int(row.lane.rpartition("thread ")[2]))
        decision.act(row.installation_id, [Retract(thread, row.key, LATER)])


def is_said(decision: Decision, newcomer: Newcomer) -> bool:
    """Whether a thread has had its introduction."""
    name = newcomer.thread.name
    return outbox.is_said(decision.connection, name, rules.key_of(newcomer.thread))
