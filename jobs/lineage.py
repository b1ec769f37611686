"""Lineage: asks somebody who was helped here to help the next one, once enough of their work is merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters import reads
from adapters.context import Context
from adapters.github import Missing
from adapters.ledger import contributions, forgetting, invitations, people, places, programs
from adapters.ledger import lineage as ledger
from jobs.candidates import candidates
from jobs.decision import Decision, Row, decide, wait_for_welcome
from jobs.program import Loaded, load_program
from jobs.week import nameable
from mentoring import lineage as rules
from mentoring.actions import Thread
from mentoring.facts import Issue
from mentoring.invitations import REMIND_AFTER
from mentoring.lineage import HELPED_HERE, Help


def lineage(context: Context, row: Row) -> None:
    """Looks whether this merge was the last that it took, and asks the author; else nothing is said."""
    author_id = row.field("pull_request.user.id")
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None or loaded.in_roster(author_id):
        return
    wait_for_welcome(context, row)
    here = (row.repository_id, row.number)
    with context.ledger.read() as connection:
        # One more: the merge that brings us here may not be noted yet.
        if not _is_due(loaded, _known(connection, loaded, author_id, here), more=1):
            return
    pull = _read(context, row)
    if pull is None or pull.merged_at is None or pull.author_id != author_id:
        return
    with decide(context, row) as decision:
        connection, home = decision.connection, loaded.home
        programs.lock(connection, home.id)
        contributions.keep(connection, home.id, pull, context.now())
        known = _known(connection, loaded, author_id, here)
        if pull.locked:
            decision.note = "nothing can be said here: the next merge may be the moment"
        elif _is_due(loaded, known) and not forgetting.is_forgotten(connection, author_id):
            _ask(decision, loaded, pull, known)


@dataclass(frozen=True)
class _Known:
    """What the ledger has of somebody who may be asked. `helps`: with the repository of each."""

    helps: Sequence[tuple[int, Help]]
    merged: int
    was_asked: bool
    said: str | None


def _known(connection: Connection, loaded: Loaded, person_id: int, here: tuple[int, int]) -> _Known:
    """`here`: the pull request that was merged just now, whether or not its mentorship says so already."""
    program_id = loaded.home.id
    said = programs.statements(connection, program_id, [person_id]).get(person_id)
    was_asked = bool(invitations.of_person(connection, program_id, person_id))
    return _Known(
        [
            (row.repository_id, _help(row, merged=row.merged or (row.repository_id, row.number) == here))
            for row in ledger.helped(connection, program_id, person_id)
        ],
        len(contributions.merged(connection, program_id, person_id)),
        was_asked or ledger.get(connection, program_id, person_id) is not None,
        said.said if said else None,
    )


def _help(row: Any, *, merged: bool) -> Help:
    return Help(
        helpers=tuple(one for one in (row.mentor_id, row.second_id) if one),
        merged=merged,
        answered=row.answered_at is not None,
        since=row.since,
        areas=tuple((row.greeting or {}).get("areas") or ()),
    )


def _is_due(loaded: Loaded, known: _Known, more: int = 0) -> bool:
    helps = [help for _, help in known.helps]
    merged = known.merged + more
    return rules.is_due(loaded.program, merged, helps, was_asked=known.was_asked, said=known.said)


def asks_on(connection: Connection, loaded: Loaded, author_id: int, here: tuple[int, int]) -> bool:
    """Whether this merge is the moment to ask its author to mentor, or was: nobody gets another ask beside it."""
    row = ledger.get(connection, loaded.home.id, author_id)
    was = row is not None and (row.asked_repository_id, row.asked_number) == here
    return was or _is_due(loaded, _known(connection, loaded, author_id, here))


def _read(context: Context, row: Row) -> Issue | None:
    try:
        github = context.github.installation(row.installation_id)
        return reads.issue(github, row.repository_id, row.number)
    except Missing:
        return None


def _ask(decision: Decision, loaded: Loaded, pull: Issue, known: _Known) -> None:
    connection, home_id, thread = decision.connection, loaded.home.id, pull.thread
    mentors = {one.id: one.login for one in candidates(connection, loaded, decision.now)}
    helps = [help for _, help in known.helps]
    helper_id = rules.helper_of(helps, mentors) or rules.helper_of(helps)
    named_id = (
        helper_id if helper_id in mentors and _may_be_named(connection, loaded, known, helper_id) else None
    )
    key = rules.key_of(thread, pull.author_id, named_id)
    before = ledger.get(connection, home_id, helper_id) if helper_id else None
    people.see(connection, pull.author_id, pull.author)
    ledger.put(connection, {
        "program_id": home_id,
        "person_id": pull.author_id,
        "helper_id": helper_id,
        "generation": rules.generation_after(before.generation if before else None),
        "merged": known.merged,
        "areas": list(rules.areas_of(loaded.program, helps)),
        "asked_repository_id": thread.repository_id,
        "asked_number": thread.number,
        "since": decision.now,
    })  # fmt: skip
    invitations.put(connection, _invitation(home_id, pull.author_id, key, known.merged, decision.now))
    helper = mentors[named_id] if named_id else None
    comment = rules.ask(loaded.program, thread, key, pull.author, known.merged, helper)
    decision.act(decision.row.installation_id, [comment])


def _may_be_named(connection: Connection, loaded: Loaded, known: _Known, helper_id: int | None) -> bool:
    """Whether they helped on a thread that may be named here: private ones in private repositories only."""
    found = places.repositories_of_program(connection, loaded.home.id)
    shown = nameable(found, in_private=loaded.place.private)
    return any(helper_id in help.helpers and here in shown for here, help in known.helps)


def _invitation(program_id: int, person_id: int, key: str, merged: int, now: datetime) -> dict[str, Any]:
    return {
        "program_id": program_id,
        "cohort": HELPED_HERE,
        "person_id": person_id,
        "issue_key": "",
        "comment_key": key,
        "state": "open",
        "asked_at": now,
        "remind_at": now + REMIND_AFTER,
        "reason": f"{merged} merged pull requests, helped here",
    }


def remind(decision: Decision, loaded: Loaded, one: Any, login: str, asked_for: datetime | None) -> None:
    """Asks once more, where they were asked; `one`: their invitation."""
    row = ledger.get(decision.connection, loaded.home.id, one.person_id)
    if row is None or row.asked_repository_id is None:
        return  # the App has left the place
    thread = Thread(row.asked_repository_id, row.asked_number)
    comment = rules.remind(loaded.program, thread, one.comment_key, login, asked_for)
    decision.act_in(thread.repository_id, [comment])
