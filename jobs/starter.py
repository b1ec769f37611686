"""Starter issues: a graduate opens one with `/mentor starter`; it is checked again whenever it is edited."""

from adapters import reads
from adapters.context import Context
from adapters.ledger import mentorships, outbox, people, programs, start_here
from adapters.starter_form import headings
from jobs import hand_over
from jobs.answers import retable, say_yes
from jobs.asking import Apply, Asking, Refusal
from jobs.candidates import candidates
from jobs.decision import Decision, Row, decide
from jobs.program import Loaded, load_program
from jobs.starter_notes import taken_by
from mentoring import good_first
from mentoring import starter as rules
from mentoring.commands import Command
from mentoring.facts import Issue
from mentoring.good_first import Known
from mentoring.matching import Candidate
from mentoring.roster import Member
from mentoring.wording import phrase


def by_command(asking: Asking, _command: Command) -> Apply:
    """`/mentor starter`: makes an issue of the graduate's own a starter issue, and counts as accepting."""
    member = _graduate(asking)
    github = asking.context.github.installation(asking.row.installation_id)
    issue = reads.issue(github, asking.row.repository_id, asking.row.number)
    if issue.is_pull or issue.author_id != asking.person_id:
        raise Refusal(phrase("`/mentor starter` works on an issue that you opened yourself."))
    if not issue.is_open:
        raise Refusal(phrase("This issue is closed; reopen it and it can be a starter issue."))

    def apply(decision: Decision) -> None:
        programs.lock(decision.connection, asking.loaded.home.id)
        _take_over(decision, asking.loaded, issue, member)
        _record(decision, asking.loaded, issue)
        say_yes(decision, asking, "/mentor starter")
        _show(decision, asking.loaded, issue, member)

    return apply


def _graduate(asking: Asking) -> Member:
    """The asking person's entry in the roster, if their cohort has ended."""
    program, login = asking.loaded.program, asking.loaded.login_of(asking.person_id)
    if login is None or not program.in_roster(login):
        raise Refusal(
            phrase("Starter issues are opened by graduates of the program; you are not in its roster.")
        )
    member = rules.graduate(program, login, asking.context.now())
    if member is None:
        raise Refusal(phrase("Your cohort has not ended yet; starter issues come after that."))
    return member


def _take_over(decision: Decision, loaded: Loaded, issue: Issue, member: Member) -> None:
    """Whoever was named on the issue before makes room for its author, also where a newcomer has taken it."""
    row = mentorships.get(decision.connection, issue.repository_id, issue.number)
    if row is not None and row.closed_at is None and issue.author_id not in (row.mentor_id, row.newcomer_id):
        author = Candidate(issue.author_id, member.login, about=member.about)
        hand_over.introduce(decision, loaded, row, why="starter", to=author)
    known = known_of(decision, loaded, issue)
    if known and known.kind != "starter" and not known.dropped and known.mentor_id != issue.author_id:
        noted = was_written(decision, good_first.key_of(issue))
        actions = good_first.drop(issue, loaded.program, known, noted=noted, why="starter")
        decision.act(decision.row.installation_id, actions)


def _record(decision: Decision, loaded: Loaded, issue: Issue) -> None:
    values = {
        "program_id": loaded.home.id,
        "repository_id": issue.repository_id,
        "number": issue.number,
        "mentor_id": issue.author_id,
        "kind": "starter",
        "since": decision.now,
    }
    mentorships.put_starter(decision.connection, values)
    start_here.keep_words(decision.connection, issue, private=loaded.place.private)


def _show(decision: Decision, loaded: Loaded, issue: Issue, member: Member) -> None:
    """The labels and the comment, which is rewritten where it was written before."""
    count = _count(decision, loaded, issue.author_id)
    noted = was_written(decision, rules.key_of(issue))
    taken = taken_by(decision, loaded, issue)
    actions = rules.open_starter(
        issue, loaded.program, member, count, noted=noted, taken=taken, headings=headings()
    )
    decision.act(decision.row.installation_id, actions)


def _count(decision: Decision, loaded: Loaded, mentor_id: int) -> int:
    return len(mentorships.starters_opened_by(decision.connection, loaded.home.id, [mentor_id]))


def starter(context: Context, row: Row) -> None:
    """Looks at an issue again after an edit: at its title, and at the six criteria if its mentor opened it."""
    loaded = load_program(context, row.installation_id, row.repository_id)
    with context.ledger.read() as connection:
        known = mentorships.starter(connection, row.repository_id, row.number)
    if loaded is None or known is None or known.dropped_at:
        return
    member = loaded.program.member(loaded.login_of(known.mentor_id) or "")
    github = context.github.installation(row.installation_id)
    issue = reads.issue(github, row.repository_id, row.number)
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        start_here.keep_words(decision.connection, issue, private=loaded.place.private)
        now_known = known_of(decision, loaded, issue)
        if member is None or not issue.is_open:
            return
        if now_known and now_known.kind == "starter" and not now_known.dropped:
            count = _count(decision, loaded, issue.author_id)
            taken = taken_by(decision, loaded, issue)
            actions = rules.improve(issue, loaded.program, member, count, taken, headings())
            decision.act(row.installation_id, actions)


def drop(decision: Decision, loaded: Loaded, issue: Issue, known: Known) -> None:
    """The issue lost the label: the comment says so, and it counts no longer."""
    noted = was_written(decision, rules.key_of(issue))
    actions = rules.drop(issue, loaded.program, known.mentor, noted=noted)
    decision.act(decision.row.installation_id, actions)
    if known.mentor_id is not None:
        retable(decision, loaded, known.mentor_id)


def bring_back(decision: Decision, loaded: Loaded, issue: Issue, known: Known) -> bool:
    """The issue got the label again; False if its author is no mentor any more."""
    mentors = candidates(decision.connection, loaded, decision.now)
    member = next((loaded.program.member(one.login) for one in mentors if one.id == known.mentor_id), None)
    if member is None:
        return False
    here = (issue.repository_id, issue.number)
    mentorships.change_starter(decision.connection, *here, dropped_at=None, closed_at=None)
    _show(decision, loaded, issue, member)
    retable(decision, loaded, issue.author_id)
    return True


def known_of(decision: Decision, loaded: Loaded, issue: Issue) -> Known | None:
    """What the ledger knows of the issue."""
    row = mentorships.starter(decision.connection, issue.repository_id, issue.number)
    if row is None:
        return None
    names = people.names(decision.connection, [row.mentor_id])
    login = loaded.login_of(row.mentor_id) or names.get(row.mentor_id)
    return Known(row.mentor_id, login, row.kind, row.closed_at is None, row.dropped_at is not None)


def was_written(decision: Decision, key: str) -> bool:
    """Whether the comment of this key was asked for before."""
    return outbox.state_of(decision.connection, key) is not None
