"""Good first issues: give each the name of a mentor, and take it off when it is none any more."""

from adapters import configuration, reads
from adapters.configuration import Loaded
from adapters.context import Context
from adapters.ledger import mentorships, people, programs
from jobs.candidates import candidates
from jobs.decision import Decision, Row, decide
from mentoring import good_first as rules
from mentoring.commands import parse
from mentoring.facts import Issue
from mentoring.matching import Match, Need, areas_of, match_issue

COMES = frozenset({"opened", "labeled"})


def good_first(context: Context, row: Row) -> None:
    """Brings what an issue shows and what the ledger knows of it together."""
    loaded = configuration.load(context, row.installation_id, row.repository_id)
    if loaded is None or not _matters(context, row, loaded):
        return
    github = context.github.installation(row.installation_id)
    issue = reads.issue(github, row.repository_id, row.number)
    if issue.is_pull or issue.repository_id != row.repository_id or asks_itself(context, issue):
        return
    with decide(context, row) as decision:
        reconcile(decision, loaded, issue, backfill=False)


def _matters(context: Context, row: Row, loaded: Loaded) -> bool:
    """Whether GitHub needs to be asked: most labels say nothing, and one issue comes with several webhooks."""
    label = row.fields.get("label.name")
    if label is not None and not loaded.program.is_good_first([label]):
        return False
    if row.fields.get("action") not in COMES:
        return True
    with context.ledger.read() as connection:
        known = mentorships.starter(connection, row.repository_id, row.number)
    return known is None or known.mentor_id is None or bool(known.dropped_at or known.closed_at)


def asks_itself(context: Context, issue: Issue) -> bool:
    """Whether the opening text says `/mentor starter`: then that command names the mentor."""
    if "starter" not in issue.body.lower():
        return False
    return any(command.verb == "starter" for command in parse(issue.body, context.github.slug))


def reconcile(decision: Decision, loaded: Loaded, issue: Issue, *, backfill: bool) -> bool:
    """Records the mentor of the issue and asks for the label; False if nobody is free for it."""
    connection = decision.connection
    programs.lock(connection, loaded.home.id)
    known = _known(decision, loaded, issue)
    good = issue.is_open and loaded.program.is_good_first(issue.labels)
    if not good:
        if known and not known.dropped:
            _drop(decision, loaded, issue, known)
        return True
    if known and not known.dropped and known.mentor_id is not None:
        mentorships.change_starter(connection, issue.repository_id, issue.number, closed_at=None)
        return True
    # An issue that had nobody when it was labelled gets its note when there is somebody.
    return _name(decision, loaded, issue, backfill=backfill and known is None)


def _known(decision: Decision, loaded: Loaded, issue: Issue) -> rules.Known | None:
    row = mentorships.starter(decision.connection, issue.repository_id, issue.number)
    if row is None:
        return None
    names = people.names(decision.connection, [row.mentor_id])
    login = loaded.login_of(row.mentor_id) or names.get(row.mentor_id)
    return rules.Known(row.mentor_id, login, row.kind, row.closed_at is None, row.dropped_at is not None)


def _drop(decision: Decision, loaded: Loaded, issue: Issue, known: rules.Known) -> None:
    if not issue.is_open:
        mentorships.change_starter(
            decision.connection, issue.repository_id, issue.number, closed_at=decision.now
        )
        return
    mentorships.change_starter(
        decision.connection, issue.repository_id, issue.number, dropped_at=decision.now
    )
    decision.act(decision.row.installation_id, rules.drop(issue, loaded.program, known))


def _name(decision: Decision, loaded: Loaded, issue: Issue, *, backfill: bool) -> bool:
    logins = [member.login for _, member in loaded.program.members()]
    named = rules.already_named(issue, loaded.program, logins)
    if named:
        _keep(decision, loaded, issue, loaded.id_of(named), ())
        return True
    match = _match(decision, loaded, issue)
    if match.mentor is None:
        decision.note = "no mentor is free for it"
        if not backfill:
            _keep(decision, loaded, issue, None, ())
        return False
    _keep(decision, loaded, issue, match.mentor.id, match.considered[0].because)
    decision.act(
        decision.row.installation_id, rules.name_mentor(issue, loaded.program, match, backfill=backfill)
    )
    return True


def _match(decision: Decision, loaded: Loaded, issue: Issue) -> Match:
    areas = areas_of((), issue.labels, loaded.program.areas)
    # Whoever opened it, and mentors, is the one to ask about it.
    need = Need(author_id=0, areas=areas, named_id=issue.author_id)
    return match_issue(need, candidates(decision.connection, loaded), rules.MOST_OPEN)


def _keep(
    decision: Decision, loaded: Loaded, issue: Issue, mentor_id: int | None, reasons: tuple[str, ...]
) -> None:
    values = {
        "program_id": loaded.home.id,
        "repository_id": issue.repository_id,
        "number": issue.number,
        "mentor_id": mentor_id,
        "kind": "labelled",
        "since": decision.now,
        "reasons": list(reasons),
    }
    mentorships.put_starter(decision.connection, values)
