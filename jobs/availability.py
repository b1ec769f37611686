"""Availability: mentors go away, come back and say how many newcomers they take; absences end by themselves."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters import reads
from adapters.context import Context
from adapters.github import Missing
from adapters.ledger import availability as ledger
from adapters.ledger import people, programs
from jobs.answers import look_again
from jobs.asking import Apply, Asking, Refusal, understood
from jobs.candidates import declared, mentor, statement
from jobs.decision import Again, Decision, Row, decide
from jobs.notes import say_anew
from jobs.waiting import replan_mentor
from jobs.week import load_home
from mentoring import availability as rules
from mentoring.actions import Thread
from mentoring.commands import Command
from mentoring.dates import moment
from mentoring.facts import Issue
from mentoring.mentors import spoke
from mentoring.roster import Member
from mentoring.wording import Mistake, Phrase, phrase


def away(asking: Asking, command: Command) -> Apply:
    """`/mentor away 2 weeks`: nobody new until then; whoever waits is covered for."""

    def apply(decision: Decision) -> None:
        member = must_be_mentor(decision, asking, command)
        zone = rules.zone_of(asking.loaded.program, member)
        since, until = asking.said_at, _until(asking, command, zone)
        note_at, here = rules.note_at(since, until, zone), (asking.row.repository, asking.row.thread)
        if asking.row.thread is None:  # said on a page: there is no thread on which to tell them
            note_at, here = None, (None, None)
        if ledger.away(decision.connection, *_who(asking), since, until, note_at, here):
            replan_mentor(decision, asking.loaded, asking.person_id)

    return apply


def back(asking: Asking, command: Command) -> Apply:
    """`/mentor back`: an absence ends before its time."""

    def apply(decision: Decision) -> None:
        must_be_mentor(decision, asking, command)
        if ledger.back(decision.connection, *_who(asking), asking.said_at):
            replan_mentor(decision, asking.loaded, asking.person_id)
            look_again(decision, asking)

    return apply


def capacity(asking: Asking, command: Command) -> Apply:
    """`/mentor capacity 3`: so many newcomers at a time; 0 pauses."""

    def apply(decision: Decision) -> None:
        must_be_mentor(decision, asking, command)
        with understood():
            number = rules.read_capacity(command.words)
        if ledger.person_has_room(decision.connection, *_who(asking), number, asking.said_at) and number:
            look_again(decision, asking)

    return apply


def must_be_mentor(decision: Decision, asking: Asking, command: Command) -> Member:
    """What the asking person declared, under the program's lock. Raises Refusal if they are no mentor."""
    programs.lock(decision.connection, asking.loaded.home.id)
    member = mentor(decision.connection, asking.loaded, asking.person_id)
    if member is None:
        said = programs.statements(decision.connection, asking.loaded.home.id, [asking.person_id])
        raise Refusal(_no_mentor(command.verb, was_one=spoke(statement(said.get(asking.person_id)))))
    people.see(decision.connection, asking.person_id, asking.login)
    return member


def _no_mentor(verb: str, *, was_one: bool) -> Phrase:
    if was_one:
        return phrase(
            "`/mentor %(verb)s` is for mentors of this program, and you are not a mentor at the moment.",
            verb=verb,
        )
    return phrase("`/mentor %(verb)s` is for mentors of this program, and you are not one yet.", verb=verb)


def _who(asking: Asking) -> tuple[int, int]:
    return asking.loaded.home.id, asking.person_id


def _until(asking: Asking, command: Command, zone: ZoneInfo) -> datetime:
    try:
        return moment(command.words, asking.said_at, zone, asking.loaded.program.language)
    except Mistake as mistake:
        # Translators: before the comma stands what is wrong with a time, such as "That is over already; …"
        sentence = phrase(
            "%(mistake)s, as in `/mentor away 2 weeks` or `/mentor away until 24 December`.",
            mistake=mistake.sentence,
        )
        raise Refusal(sentence) from mistake


# --- what the clock brings ------------------------------------------------------------------------


def availability(context: Context, row: Row) -> None:
    """An absence is over: whoever covered is needed no longer."""
    program_id, person_id = row.field("program_id"), row.field("person_id")
    loaded = load_home(context, program_id)
    with decide(context, row) as decision:
        programs.lock(decision.connection, program_id)
        if ledger.end(decision.connection, program_id, person_id, decision.now) and loaded:
            replan_mentor(decision, loaded, person_id)


def back_tomorrow(context: Context, row: Row) -> None:
    """Tells somebody that they are back tomorrow, where they said that they would be away."""
    program_id, person_id = row.field("program_id"), row.field("person_id")
    with context.ledger.read() as connection:
        known = ledger.get(connection, program_id, person_id)
    loaded = load_home(context, program_id)
    due_at = datetime.fromisoformat(row.field("note_at"))
    text = None
    if loaded and known and _still_away(known, due_at, context.now()):
        zone = rules.zone_of(loaded.program, declared(loaded, person_id))
        by_day = rules.daytime(context.now(), zone)
        if by_day > context.now():
            raise Again(by_day, "nobody is told anything at night")
        login = loaded.names.get(person_id) or loaded.login_of(person_id)
        if login and _listens(context, row):
            text = rules.back_tomorrow(loaded.program, login, known.away_until, zone)
    with decide(context, row) as decision:
        programs.lock(decision.connection, program_id)
        now_known = ledger.get(decision.connection, program_id, person_id)
        ledger.noted(decision.connection, program_id, person_id, due_at)
        if text and _still_away(now_known, due_at, decision.now):
            thread = Thread(row.repository_id, row.number)
            say_anew(decision, thread, "back_tomorrow", text)


def _still_away(known: Any, due_at: datetime, now: datetime) -> bool:
    """Whether the moment of the note is the one that was set: somebody who came back needs none."""
    same = known is not None and known.note_at == due_at
    return same and rules.is_away(known.away_since, known.away_until, now)


def _listens(context: Context, row: Row) -> bool:
    """Whether the thread is still there, open and not locked, and the App may still write to it."""
    if row.installation is None:
        return False
    issue = _read(context, row)
    return issue is not None and issue.is_open and not issue.locked


def _read(context: Context, row: Row) -> Issue | None:
    try:
        github = context.github.installation(row.installation_id)
        return reads.issue(github, row.repository_id, row.number)
    except Missing:
        return None
