"""Good first issues: give each the name of a mentor, and take it off when it is none any more."""

from collections.abc import Sequence

from adapters import reads
from adapters.context import Context
from adapters.ledger import mentorships, programs, start_here
from adapters.ledger.claims import ended_with_the_issue
from jobs import claims, starter
from jobs.candidates import candidates_for_issues, statement
from jobs.decision import Decision, Row, decide
from jobs.program import Loaded, load_program
from jobs.starter import known_of, was_written
from jobs.starter_notes import rewrite
from mentoring import good_first as rules
from mentoring import starter as starter_rules
from mentoring.actions import Unlabel
from mentoring.commands import parse
from mentoring.facts import Issue
from mentoring.matching import Candidate, Match, Need, areas_of, match_issue
from mentoring.mentors import has_left
from mentoring.starter import graduate

COMES = frozenset({"opened", "labeled"})


def good_first(context: Context, row: Row) -> None:
    """Brings what an issue shows and what the ledger knows of it together."""
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None or not _matters(context, row, loaded):
        return
    github = context.github.installation(row.installation_id)
    issue = reads.issue(github, row.repository_id, row.number)
    if issue.is_pull or issue.repository_id != row.repository_id or _left_alone(context, loaded, issue):
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


def _left_alone(context: Context, loaded: Loaded, issue: Issue) -> bool:
    """Whether the ledger does not know the issue and a command in its text will name the mentor."""
    if not asks_itself(context, loaded, issue):
        return False
    with context.ledger.read() as connection:
        return mentorships.starter(connection, issue.repository_id, issue.number) is None


def asks_itself(context: Context, loaded: Loaded, issue: Issue) -> bool:
    """Whether the opening text says `/mentor starter`, and its author may: then that command names the mentor."""
    login = loaded.login_of(issue.author_id)
    if login is None or "starter" not in issue.body.lower():
        return False
    if graduate(loaded.program, login, context.now()) is None:
        return False
    return any(command.verb == "starter" for command in parse(issue.body, context.github.slug))


def reconcile(
    decision: Decision,
    loaded: Loaded,
    issue: Issue,
    mentors: Sequence[Candidate] | None = None,
    *,
    backfill: bool,
) -> bool:
    """Records the mentor of the issue and asks for the label; whether it carries a mentor's name now.

    `mentors`: read before, where many issues are looked at in one transaction.
    """
    is_named = _reconcile(decision, loaded, issue, mentors, backfill=backfill)
    start_here.keep_words(decision.connection, issue, private=loaded.place.private)
    return is_named


def _reconcile(
    decision: Decision,
    loaded: Loaded,
    issue: Issue,
    mentors: Sequence[Candidate] | None,
    *,
    backfill: bool,
) -> bool:
    connection = decision.connection
    programs.lock(connection, loaded.home.id)
    known = known_of(decision, loaded, issue)
    good = issue.is_open and loaded.program.is_good_first(issue.labels)
    if not good:
        if known and not known.dropped:
            _drop(decision, loaded, issue, known)
        return False
    if known and not known.dropped and known.mentor_id is not None:
        mentorships.change_starter(connection, issue.repository_id, issue.number, closed_at=None)
        if ended_with_the_issue(connection, issue.repository_id, issue.number):
            claims.resume(decision, loaded, issue)
            rewrite(decision, loaded, issue)
        return True
    if known and known.kind == "starter" and starter.bring_back(decision, loaded, issue, known):
        return True
    if mentors is None:
        mentors = candidates_for_issues(connection, loaded, decision.now)
    # An issue that had nobody when it was labelled gets its note when there is somebody.
    return _name(decision, loaded, issue, known, mentors, backfill=backfill and known is None)


def _drop(decision: Decision, loaded: Loaded, issue: Issue, known: rules.Known) -> None:
    if issue.is_open and claims.is_taken(decision, issue):
        decision.note = "somebody has taken it: it stays theirs, with its mentor, until they are done"
        return
    if not issue.is_open:
        claims.end(decision, issue.repository_id, issue.number)
        mentorships.change_starter(
            decision.connection, issue.repository_id, issue.number, closed_at=decision.now
        )
        return
    mentorships.change_starter(
        decision.connection, issue.repository_id, issue.number, dropped_at=decision.now
    )
    if known.kind == "starter":
        starter.drop(decision, loaded, issue, known)
        return
    noted = was_written(decision, rules.key_of(issue))
    decision.act(decision.row.installation_id, rules.drop(issue, loaded.program, known, noted=noted))
    if was_written(decision, starter_rules.key_of(issue)):  # opened by a mentor who has left since
        decision.act(decision.row.installation_id, starter_rules.drop(issue, loaded.program, None))


def _name(
    decision: Decision,
    loaded: Loaded,
    issue: Issue,
    known: rules.Known | None,
    mentors: Sequence[Candidate],
    *,
    backfill: bool,
) -> bool:
    dropped = known is not None and known.dropped
    leavers = _leavers(decision, loaded, issue)
    untrue = rules.already_named(issue, loaded.program, leavers)
    if untrue:
        label = loaded.program.mentor_label_for(untrue)
        decision.act(decision.row.installation_id, [Unlabel(issue.thread, label)])
    match = _already_named(loaded, issue, leavers)
    if match and match.mentor and not dropped:
        _keep(decision, loaded, issue, match.mentor.id, ())
        return True
    match = match or _match(loaded, issue, mentors)
    noted = was_written(decision, rules.key_of(issue))
    if match.mentor or dropped:
        actions = rules.name_mentor(issue, loaded.program, match, backfill=backfill, noted=noted)
        decision.act(decision.row.installation_id, actions)
    if match.mentor:
        because = match.considered[0].because if match.considered else ()
        _keep(decision, loaded, issue, match.mentor.id, because)
        if noted:
            rewrite(decision, loaded, issue)  # it says who works on it, too
        return True
    decision.note = "no mentor is free for it"
    if not backfill:
        _keep(decision, loaded, issue, None, ())
    return False


def _leavers(decision: Decision, loaded: Loaded, issue: Issue) -> set[str]:
    """The logins in the roster whose label the issue has, though they are not to be named (any more)."""
    logins = {member.login for _, member in loaded.program.members()}
    labelled = {login: loaded.id_of(login) or 0 for login in rules.named_by(issue, loaded.program, logins)}
    said = programs.statements(decision.connection, loaded.home.id, labelled.values())
    return {
        login
        for login, person_id in labelled.items()
        if has_left(loaded.program.member(login), statement(said.get(person_id)))
    }


def _already_named(loaded: Loaded, issue: Issue, leavers: set[str]) -> Match | None:
    """The choice that the labels show, if somebody made it before us.

    On an issue that was dropped it may be our own label, which is on its way off: it has to be asked for again.
    """
    logins = {m.login for _, m in loaded.program.members() if loaded.id_of(m.login) is not None} - leavers
    member = loaded.program.member(rules.already_named(issue, loaded.program, logins) or "")
    person_id = loaded.id_of(member.login) if member else None
    if member is None or person_id is None:
        return None
    mentor = Candidate(person_id, member.login, about=member.about, contact=member.contact)
    return Match(mentor, "named", None, ())


def _match(loaded: Loaded, issue: Issue, mentors: Sequence[Candidate]) -> Match:
    areas = areas_of((), issue.labels, loaded.program.areas)
    # Whoever opened it, and mentors, is the one to ask about it.
    need = Need(author_id=0, areas=areas, named_id=issue.author_id)
    return match_issue(need, mentors, rules.MOST_OPEN)


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
