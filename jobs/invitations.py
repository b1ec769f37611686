"""Invitations: ask the graduates of a cohort that has ended, once, and adopt what GitHub shows already."""

from datetime import timedelta

from sqlalchemy import Connection

from adapters import configuration, links, outbox, reads, texts, writes
from adapters.configuration import Loaded
from adapters.context import Context
from adapters.github import Installation, Refused
from adapters.ledger import invitations as ledger
from adapters.ledger import places, programs
from jobs.decision import Again, Decision, Row, decide
from mentoring import invitations as rules
from mentoring.actions import Action, Comment, OpenIssue
from mentoring.invitations import Graduate, Invitation, Pull
from mentoring.roster import Cohort, Member

MOST_REPOSITORIES = 5  # of a program, in which a graduate's merged pull requests are looked up
NAMED = 3  # pull requests named in an invitation


def invitations(context: Context, row: Row) -> None:
    """Asks everybody of one cohort who was not asked before in this program."""
    loaded = _home(context, row)
    cohort = next((c for c in loaded.program.cohorts if c.name == row.field("cohort")), None)
    if cohort is None or not loaded.program.ended(cohort, context.now()):
        return  # the file has changed since; its new dates have a row of their own
    with context.ledger.read() as connection:
        members = _to_ask(connection, loaded, cohort)
    graduates = [_graduate(context, loaded, member, person_id) for member, person_id in members]
    asked, actions = rules.invite(loaded.program, loaded.home.id, cohort, graduates)
    shown = _shown(context, loaded, actions)
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        if _to_ask(decision.connection, loaded, cohort) != members:
            raise Again(decision.now, "another cohort's graduates were asked meanwhile")
        _record(decision, loaded, cohort, asked, {action.key for action, _ in shown})
        for action, result in shown:
            outbox.adopt(decision.connection, loaded.home.installation_id, action, result, decision.now)
        decision.act(loaded.home.installation_id, actions)


def _home(context: Context, row: Row) -> Loaded:
    """The program as its home's file has it. Without the App on the home there are no invitations yet."""
    program_id = row.field("program_id")
    with context.ledger.read() as connection:
        place = places.repository(connection, program_id)
    if place is None or place.installation_id is None:
        raise Again(context.now() + timedelta(hours=1), "the App is not installed on the program's home")
    loaded = configuration.load(context, place.installation_id, program_id)
    if loaded is None or loaded.home.id != program_id:
        raise Again(context.now() + timedelta(hours=1), "the program's home has no good configuration")
    return loaded


def _to_ask(connection: Connection, loaded: Loaded, cohort: Cohort) -> list[tuple[Member, int]]:
    """Members who may be asked, and were not: one invitation for each person and program."""
    members = ((member, loaded.id_of(member.login)) for member in cohort.members)
    said = programs.statements(connection, loaded.home.id)
    return [
        (member, person_id)
        for member, person_id in rules.to_ask(cohort, members)
        if not ledger.of_person(connection, loaded.home.id, person_id)
        and not (person_id in said and said[person_id].said == "no")
    ]


def _graduate(context: Context, loaded: Loaded, member: Member, person_id: int) -> Graduate:
    """What speaks for asking this person: their merged pull requests, and where they know their way."""
    pulls = _merged(context, loaded, member.login, person_id)
    slug = pulls[0].slug if pulls else loaded.home.full_name
    url = links.new_starter_issue(context.settings, slug)
    return Graduate(person_id, member, tuple(pulls[:NAMED]), len(pulls), url)


def _merged(context: Context, loaded: Loaded, login: str, person_id: int) -> list[Pull]:
    """The person's merged pull requests in the program, newest first; private repositories stay unnamed."""
    with context.ledger.read() as connection:
        found = places.repositories_of_program(connection, loaded.home.id)
    public = [place for place in found if loaded.home.private or not place.private]
    pulls = []
    for place in public[:MOST_REPOSITORIES]:
        github = context.github.installation(place.installation_id)
        try:
            merged = reads.merged_pulls(github, place.id, login)
        except Refused:
            continue  # a blocked account's work cannot be listed
        pulls += [
            Pull(place.full_name, one.number, links.thread(context.settings, place.full_name, one.number))
            for one in merged
            if one.author_id == person_id
        ]
    return pulls


def _shown(
    context: Context, loaded: Loaded, actions: tuple[Action, ...]
) -> list[tuple[OpenIssue | Comment, dict[str, int]]]:
    """What GitHub shows already of these actions, as after the loss of our database: it is not repeated."""
    github = context.github.installation(loaded.home.installation_id)
    bot, home_id = context.github.bot, loaded.home.id
    shown: list[tuple[OpenIssue | Comment, dict[str, int]]] = []
    for issue in (action for action in actions if isinstance(action, OpenIssue)):
        number = writes.find_issue(github, home_id, bot, texts.marker(issue.kind, issue.key))
        if number is not None:
            shown.append((issue, {"number": number}))
            said = [a for a in actions if isinstance(a, Comment) and a.thread.opened_by == issue.key]
            shown += _said(context, github, home_id, number, said)
    return shown


def _said(
    context: Context, github: Installation, home_id: int, number: int, comments: list[Comment]
) -> list[tuple[OpenIssue | Comment, dict[str, int]]]:
    ours = [one for one in reads.comments(github, home_id, number) if one.author == context.github.bot]
    return [
        (comment, {"comment_id": one.id})
        for comment in comments
        for one in ours
        if texts.marker(comment.kind, comment.key) in one.body
    ]


def _record(
    decision: Decision, loaded: Loaded, cohort: Cohort, asked: tuple[Invitation, ...], shown: set[str]
) -> None:
    """Notes the invitations. Who was asked before our database was lost may have answered: no reminder."""
    programs.invited(decision.connection, loaded.home.id, cohort.name, decision.now)
    for one in asked:
        values = {
            "program_id": loaded.home.id,
            "cohort": cohort.name,
            "person_id": one.person_id,
            "issue_key": one.issue_key,
            "comment_key": one.comment_key,
            "state": one.state,
            "asked_at": decision.now,
            "remind_at": None if one.comment_key in shown else rules.remind_at(one, decision.now),
            "reason": one.reason,
        }
        ledger.put(decision.connection, values)
