"""Merged: notes the merge of a pull request of one of ours; a newcomer is congratulated, with one thing to go on with."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from adapters import reads
from adapters.context import Context
from adapters.github import Refused
from adapters.ledger import claims, contributions, mentorships, outbox, programs
from jobs import exit_question, lineage
from jobs.candidates import candidates
from jobs.decision import Decision, Row, decide
from jobs.free_starters import next_starters
from jobs.program import Loaded, load_program
from mentoring import merged as rules
from mentoring.claims import Free
from mentoring.facts import Issue
from mentoring.matching import areas_of
from mentoring.path import MANY, Walked

SPOKE = frozenset({"commented", "reviewed", "line-commented"})


@dataclass(frozen=True)
class _Found:
    """What GitHub shows: which merged one it is, who spoke on it, and what is free to go on with."""

    number: int
    spoke: frozenset[int]
    free: list[Free]


def merged(context: Context, row: Row) -> None:
    """Facts are read now: events come late, twice and out of order."""
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None:
        return
    pull = reads.issue(context.github.installation(row.installation_id), row.repository_id, row.number)
    found = _find(context, loaded, pull)
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        contributions.keep(decision.connection, loaded.home.id, pull, context.now())
        if found is not None and _is_new(decision.connection, loaded, pull):
            _congratulate(decision, loaded, pull, found)


def _find(context: Context, loaded: Loaded, pull: Issue) -> _Found | None:
    """None where nothing is to be said; what costs least is asked first."""
    if not rules.is_worth_a_word(pull, loaded.program, context.now()) or loaded.in_roster(pull.author_id):
        return None
    with context.ledger.read() as connection:
        is_new = _is_new(connection, loaded, pull)
        mentorship = mentorships.get(connection, pull.repository_id, pull.number)
        is_busy = bool(claims.open_of(connection, loaded.home.id, pull.author_id))
    github = context.github.installation(loaded.place.installation_id)
    try:
        if not is_new or reads.access(github, pull.repository_id, pull.author).triages:
            return None
        number = rules.ordinal(pull, reads.merged_pulls(github, pull.repository_id, pull.author))
    except Refused:
        return None  # a blocked account's work cannot be listed
    if number is None:
        return None
    timeline = reads.timeline(github, pull.repository_id, pull.number)
    spoke = frozenset(one.by for one in timeline if one.what in SPOKE and one.by_person)
    free = [] if is_busy else _free(context, loaded, pull, mentorship)
    return _Found(number, spoke, free)


def _free(context: Context, loaded: Loaded, pull: Issue, mentorship: Any) -> list[Free]:
    """Whoever works on something already is offered nothing more; this is for the others."""
    greeted = (mentorship.greeting or {}).get("areas") if mentorship else None
    areas = greeted or areas_of((), pull.labels, loaded.program.areas)
    return next_starters(context, loaded, mentorship.mentor_id if mentorship else None, areas)


def _is_new(connection: Connection, loaded: Loaded, pull: Issue) -> bool:
    """Whether the author was greeted here, is still one of ours, and has not come far yet."""
    if not contributions.is_ours(connection, loaded.home.id, pull.author_id):
        return False
    before = [
        row
        for row in contributions.merged(connection, loaded.home.id, pull.author_id)
        if (row.repository_id, row.number) != (pull.repository_id, pull.number)
    ]
    return len(before) < MANY and mentorships.was_greeted(connection, loaded.home.id, pull.author_id)


def _congratulate(decision: Decision, loaded: Loaded, pull: Issue, found: _Found) -> None:
    connection, home_id = decision.connection, loaded.home.id
    if lineage.asks_on(connection, loaded, pull.author_id, (pull.repository_id, pull.number)):
        decision.note = "they are asked to mentor here: one ask is enough"
        return
    opened, merged_, reviewed = contributions.numbers(connection, home_id, pull.author_id)
    if outbox.is_said(connection, pull.thread.name, rules.key_of(pull.thread)):
        return
    helper = _helper(decision, loaded, pull, found.spoke)
    key = rules.key_of(pull.thread, pull.author_id, *(helper[:1] if helper else ()))
    walked = Walked(opened, merged_, reviewed)
    said = rules.congratulate(
        pull, loaded.program, found.number, helper and helper[1], found.free, walked, key
    )
    if said is None:
        return
    if rules.is_last(loaded.program, found.number):
        said = rules.with_question(said, exit_question.link(decision, loaded, pull.author_id))
    decision.act(decision.row.installation_id, [said])


def _helper(decision: Decision, loaded: Loaded, pull: Issue, spoke: frozenset[int]) -> tuple[int, str] | None:
    """The mentor who said something there, the thread's own first; who is no mentor any more is not named."""
    row = mentorships.get(decision.connection, pull.repository_id, pull.number)
    own = (row.mentor_id, row.second_id) if row else ()
    logins = {one.id: one.login for one in candidates(decision.connection, loaded, decision.now)}
    helped = sorted(spoke & logins.keys() - {pull.author_id}, key=lambda one: (one not in own, one))
    return (helped[0], logins[helped[0]]) if helped else None
