"""Starter issues: a graduate opens one with `/mentor starter`; it is checked again whenever it is edited."""

from adapters import configuration, reads
from adapters.configuration import Loaded
from adapters.context import Context
from adapters.ledger import mentorships, programs
from jobs.answers import say_yes
from jobs.asking import Apply, Asking, Refusal
from jobs.decision import Decision, Row, decide
from mentoring import starter as rules
from mentoring.commands import Command
from mentoring.facts import Issue
from mentoring.roster import Member


def by_command(asking: Asking, _command: Command) -> Apply:
    """`/mentor starter`: makes an issue of the graduate's own a starter issue, and counts as accepting."""
    member = _graduate(asking)
    github = asking.context.github.installation(asking.row.installation_id)
    issue = reads.issue(github, asking.row.repository_id, asking.row.number)
    if issue.is_pull or issue.author_id != asking.person_id:
        raise Refusal("`/mentor starter` works on an issue that you opened yourself.")
    if not issue.is_open:
        raise Refusal("This issue is closed; reopen it and it can be a starter issue.")

    def apply(decision: Decision) -> None:
        programs.lock(decision.connection, asking.loaded.home.id)
        _record(decision, asking.loaded, issue)
        say_yes(decision, asking, "/mentor starter")
        count = _count(decision, asking.loaded, issue.author_id)
        actions = rules.open_starter(issue, asking.loaded.program, member, count)
        decision.act(asking.row.installation_id, actions)

    return apply


def _graduate(asking: Asking) -> Member:
    """The asking person's entry in the roster, if their cohort has ended."""
    program, now = asking.loaded.program, asking.context.now()
    login = asking.loaded.login_of(asking.person_id)
    entries = [entry for entry in program.members() if entry[1].login == login]
    if not entries:
        raise Refusal("Starter issues are opened by graduates of the program; you are not in its roster.")
    graduated = [member for cohort, member in entries if program.ended(cohort, now)]
    if not graduated and not any(member.mentoring == "agreed" for _, member in entries):
        raise Refusal("Your cohort has not ended yet; starter issues come after that.")
    return (graduated or [entries[-1][1]])[-1]


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


def _count(decision: Decision, loaded: Loaded, mentor_id: int) -> int:
    return len(mentorships.starters_opened_by(decision.connection, loaded.home.id, [mentor_id]))


def starter(context: Context, row: Row) -> None:
    """Looks at the six criteria again after an edit."""
    loaded = configuration.load(context, row.installation_id, row.repository_id)
    with context.ledger.read() as connection:
        known = mentorships.starter(connection, row.repository_id, row.number)
    if loaded is None or known is None or known.kind != "starter":
        return
    member = loaded.program.member(loaded.login_of(known.mentor_id) or "")
    github = context.github.installation(row.installation_id)
    issue = reads.issue(github, row.repository_id, row.number)
    if member is None or not issue.is_open:
        return
    with decide(context, row) as decision:
        count = _count(decision, loaded, issue.author_id)
        decision.act(row.installation_id, rules.improve(issue, loaded.program, member, count))
