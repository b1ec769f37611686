"""Praise: at a merge gathers what there is to praise, for the mentor to say on the thread in their own name.

Nothing of it is ever posted by us: who wants to be thanked by a machine?
"""

from dataclasses import dataclass, fields
from typing import Any

from adapters import reads, texts
from adapters.context import Context
from adapters.ledger import contributions, programs
from adapters.ledger import praise as ledger
from jobs.asking import Apply, Asking, Refusal
from jobs.decision import Decision, Row, decide, wait_for_welcome
from jobs.program import Loaded, load_program
from mentoring import praise as rules
from mentoring.commands import Command
from mentoring.facts import Measured
from mentoring.praise import Evidence
from mentoring.wording import phrase

NOT_THERE = phrase("That draft is not there any more.")


@dataclass(frozen=True)
class _Merge:
    """A merge that somebody could praise: whose, who helped, and what is known of it."""

    pull: Measured
    mentor_id: int
    known: Evidence


def praise(context: Context, row: Row) -> None:
    """A newcomer's pull request was merged: keeps some numbers for whoever helped them."""
    wait_for_welcome(context, row)
    loaded = load_program(context, row.installation_id, row.repository_id)
    merge = _merge(context, row, loaded) if loaded is not None else None
    if loaded is None or merge is None:
        return
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        values = {one.name: getattr(merge.known, one.name) for one in fields(merge.known)}
        values |= {"repository_id": row.repository_id, "number": row.number, "program_id": loaded.home.id}
        values |= {"newcomer_id": merge.pull.author_id, "mentor_id": merge.mentor_id}
        ledger.put(decision.connection, values)


def _merge(context: Context, row: Row, loaded: Loaded) -> _Merge | None:
    github, here = context.github.installation(row.installation_id), (row.repository_id, row.number)
    pull = reads.pull(github, *here)
    if pull.merged_at is None or not pull.by_person:
        return None
    with context.ledger.read() as connection:
        home_id, since = loaded.home.id, context.now() - rules.YOUNG
        mentor_id = ledger.mentor_of(connection, home_id, here, pull.author_id, since)
        merged = contributions.merged(connection, home_id, pull.author_id)
    if mentor_id is None:
        return None
    before = [one for one in merged if one.merged_at < pull.merged_at]
    paths, reviews = reads.paths_of_pull(github, *here), list(reads.reviews(github, *here))
    known = rules.evidence(pull, paths, reviews, loaded.program, first=not before)
    return _Merge(pull, mentor_id, known)


def text_of(row: Any, login: str, loaded: Loaded) -> str:
    """The draft for a row of the ledger's praise: two sentences, in the program's language."""
    known = Evidence(**{one.name: getattr(row, one.name) for one in fields(Evidence)})
    return " ".join(texts.render(rules.draft(login, known, loaded.program)).split())


def praised(asking: Asking, command: Command) -> Apply:
    """A button on My page: they said it, or do not want to. `words`: the repository's id, a slash, the number."""
    repository_id, _, number = command.words.partition("/")
    if not (repository_id.isdecimal() and number.isdecimal() and len(command.words) <= 30):
        raise Refusal(NOT_THERE)

    def apply(decision: Decision) -> None:
        here = (int(repository_id), int(number))
        if not ledger.said(decision.connection, asking.loaded.home.id, asking.person_id, here, decision.now):
            raise Refusal(NOT_THERE)

    return apply
