"""Presence: once a day, who has shown no sign of life on GitHub for long; off unless the program asks for it."""

from datetime import datetime

from adapters import reads
from adapters.context import Context
from adapters.github import Missing
from adapters.ledger import availability as ledger
from adapters.ledger import inbox, programs
from adapters.ledger.inbox import Asked
from jobs.candidates import candidates, mentor
from jobs.decision import Decision, Row, decide
from jobs.program import Loaded
from jobs.waiting import replan_mentor
from jobs.week import load_home
from mentoring import availability as rules


def presence(context: Context, row: Row) -> None:
    """Asks for a look at each mentor: a row each, since it is a request each."""
    program_id = row.field("program_id")
    loaded = load_home(context, program_id)
    bells: list[int] = []
    with decide(context, row) as decision:
        programs.lock(decision.connection, program_id)
        watches = loaded is None or loaded.program.follow_up.away_after is not None
        ledger.schedule_look(
            decision.connection, program_id, decision.now + rules.LOOK_EVERY if watches else None
        )
        if loaded and watches:
            asked = [
                Asked(
                    f"{row.delivery}:{one.id}",
                    "look",
                    loaded.home.installation_id,
                    loaded.home.id,
                    fields={"program_id": program_id, "person_id": one.id, "login": one.login},
                )
                for one in candidates(decision.connection, loaded, decision.now)
            ]
            bells = inbox.put_new(decision.connection, asked, decision.now)
    context.bell.ring_inbox(bells)


def look(context: Context, row: Row) -> None:
    """One mentor's last sign of life: GitHub is asked only about those whom we have not seen lately."""
    program_id, person_id = row.field("program_id"), row.field("person_id")
    loaded = load_home(context, program_id)
    away_after = loaded.program.follow_up.away_after if loaded else None
    if loaded is None or away_after is None:
        return
    with context.ledger.read() as connection:
        known = ledger.get(connection, program_id, person_id)
    seen_at = known.seen_at if known else None
    if seen_at is not None and not rules.is_silent(seen_at, away_after, context.now()):
        return
    event = _newest_event(context, row, person_id)
    with decide(context, row) as decision:
        programs.lock(decision.connection, program_id)
        if event:
            _seen(decision, loaded, person_id, event)
        last = rules.last_sign(event, seen_at, decision.now)
        ledger.known_silent_since(decision.connection, program_id, person_id, last)
        if rules.is_silent(last, away_after, decision.now):
            _take_to_be_away(decision, loaded, person_id, last)


def _newest_event(context: Context, row: Row, person_id: int) -> datetime | None:
    github = context.github.installation(row.installation_id)
    try:
        return reads.newest_event(github, row.field("login"), person_id)
    except Missing:
        return None  # the account is gone, or renamed; the weekly look at the roster tells


def _seen(decision: Decision, loaded: Loaded, person_id: int, at: datetime) -> None:
    if loaded.home.id in ledger.seen(decision.connection, person_id, at):
        replan_mentor(decision, loaded, person_id)


def _take_to_be_away(decision: Decision, loaded: Loaded, person_id: int, last: datetime) -> None:
    """Nothing is posted: nobody is shamed, and whoever covers is introduced when somebody waits."""
    if mentor(decision.connection, loaded, person_id) is None:
        return
    if ledger.silent(decision.connection, loaded.home.id, person_id, last, decision.now):
        replan_mentor(decision, loaded, person_id)
