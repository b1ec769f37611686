"""Showcase: `/mentor share` in the issue in which a cohort collects what its people made."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from adapters import outbox
from adapters.ledger import forgetting, people, programs
from adapters.ledger import outbox as sent
from adapters.ledger import shares as ledger
from jobs.asking import Apply, Asking, Refusal
from jobs.decision import Decision
from jobs.program import Loaded
from mentoring import showcase as rules
from mentoring.commands import Command, parse
from mentoring.facts import Remarked
from mentoring.roster import Cohort
from mentoring.showcase import Shared


def share(asking: Asking, command: Command) -> Apply:
    """`/mentor share <text or link>`: one line for each person, in the words of whoever says it."""
    text = " ".join(command.words.split())
    if not text:
        raise Refusal(rules.EMPTY)
    if len(text) > rules.LONGEST:
        raise Refusal(rules.TOO_LONG)

    def apply(decision: Decision) -> None:
        connection, loaded = decision.connection, asking.loaded
        programs.lock(connection, loaded.home.id)
        cohort = _collected_here(connection, asking)
        if cohort is None:
            raise Refusal(rules.NOT_HERE)
        if not loaded.in_roster(asking.person_id):
            raise Refusal(rules.NOT_FOR_YOU)
        people.see(connection, asking.person_id, asking.login)
        _put(connection, loaded, cohort, asking.person_id, text, asking.said_at)
        rewrite(decision, loaded, cohort.name)

    return apply


def _collected_here(connection: Connection, asking: Asking) -> Cohort | None:
    """The cohort whose issue this is."""
    home_id = asking.loaded.home.id
    if asking.row.repository_id != home_id:
        return None
    for cohort in asking.loaded.program.cohorts:
        shown = sent.result_of(connection, rules.issue_key(home_id, cohort.name))
        if shown and shown.get("number") == asking.row.number:
            return cohort
    return None


def _put(
    connection: Connection, loaded: Loaded, cohort: Cohort, person_id: int, text: str, at: datetime
) -> None:
    is_nothing = text.casefold().rstrip(".!") == rules.NOTHING
    said = None if is_nothing else forgetting.without_them(connection, text)
    ledger.put(connection, loaded.home.id, cohort.name, person_id, said, at)


def rewrite(decision: Decision, loaded: Loaded, cohort: str) -> None:
    """Brings the issue of a cohort up to date, if it has one."""
    connection, home = decision.connection, loaded.home
    if sent.state_of(connection, rules.issue_key(home.id, cohort)) is None:
        return
    rows = ledger.of_cohort(connection, home.id, cohort)
    names = people.names(connection, [row.person_id for row in rows])
    shared = [Shared(names.get(row.person_id, "ghost"), row.text) for row in rows]
    decision.act(home.installation_id, [rules.rewritten(loaded.program, home.id, cohort, shared)])


def adopt(
    decision: Decision, loaded: Loaded, cohort: Cohort, number: int, remarks: Iterable[Remarked]
) -> None:
    """Takes the issue over that GitHub shows already, with what people shared there."""
    connection, home = decision.connection, loaded.home
    action = rules.opened(loaded.program, home.id, cohort.name)
    outbox.adopt(connection, home.installation_id, action, {"number": number}, decision.now)
    for remark in remarks:
        if remark.by_person and loaded.in_roster(remark.author_id):
            for command in parse(remark.body, decision.context.github.slug):
                text = " ".join(command.words.split())
                if command.verb == "share" and text and len(text) <= rules.LONGEST:
                    people.see(connection, remark.author_id, remark.author)
                    _put(connection, loaded, cohort, remark.author_id, text, remark.created_at)
