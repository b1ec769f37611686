"""Invitations: ask the graduates of a cohort that has ended, once, and adopt what GitHub shows already."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection

from adapters import links, outbox, reads, texts
from adapters.context import Context
from adapters.github import Refused
from adapters.ledger import asks, forgetting, inbox, people, places, programs
from adapters.ledger import invitations as ledger
from adapters.ledger import outbox as sent
from adapters.ledger.inbox import Asked
from jobs import showcase
from jobs.answers import table_rows
from jobs.decision import Again, Decision, Row, decide
from jobs.program import Loaded, load_program
from jobs.week import nameable, seen_now
from mentoring import asks as further
from mentoring import invitations as rules
from mentoring import showcase as showcases
from mentoring.actions import Comment, OpenIssue
from mentoring.facts import Remarked
from mentoring.invitations import Graduate, Invitation, Pull
from mentoring.roster import Cohort, Member

MOST_REPOSITORIES = 5  # of a program, in which a graduate's merged pull requests are looked up
NAMED = 3  # pull requests named in an invitation
_MARKER = re.compile(r"<!-- lamplighter:(?:invitations|showcase) (.+?) -->")

Members = list[tuple[Member, int]]


def invitations(context: Context, row: Row) -> None:
    """A round of one cohort: who was not asked before gets a row for their group; that row then asks them."""
    loaded = _home(context, row)
    cohort = next((c for c in loaded.program.cohorts if c.name == row.field("cohort")), None)
    if row.fields.get("group"):
        _ask(context, row, loaded, cohort)
    else:
        _begin(context, row, loaded, cohort)


def _home(context: Context, row: Row) -> Loaded:
    """The program as its home's file has it. Without the App on the home there are no invitations yet."""
    program_id = row.field("program_id")
    with context.ledger.read() as connection:
        place = places.repository(connection, program_id)
    if place is None or place.installation_id is None:
        raise Again(context.now() + timedelta(hours=1), "the App is not installed on the program's home")
    loaded = load_program(context, place.installation_id, program_id)
    if loaded is None or loaded.home.id != program_id:
        raise Again(context.now() + timedelta(hours=1), "the program's home has no good configuration")
    return loaded


def _to_ask(connection: Connection, loaded: Loaded, cohort: Cohort) -> Members:
    """Members who may be asked, and were not: one invitation for each person and program."""
    members = ((member, loaded.id_of(member.login)) for member in cohort.members)
    said = programs.statements(connection, loaded.home.id)
    # A file that was read before somebody asked to be forgotten still names them.
    asked = ledger.asked(connection, loaded.home.id) | forgetting.among(
        connection, filter(None, loaded.ids.values())
    )
    return [
        (member, person_id)
        for member, person_id in rules.to_ask(cohort, members)
        if person_id not in asked and not (person_id in said and said[person_id].said == "no")
    ]


# --- a round: who is asked together, and who was asked before our database was lost ---------------


@dataclass(frozen=True)
class Shown:
    """An issue of ours in which graduates of the cohort were asked, as GitHub shows it."""

    key: str
    number: int
    remarks: tuple[Remarked, ...]


def _begin(context: Context, row: Row, loaded: Loaded, cohort: Cohort | None) -> None:
    shown = list(_shown(context, loaded, cohort)) if cohort else []
    bells: list[int] = []
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        if cohort is None or not _is_due(decision, loaded, cohort):
            # The file has changed since; its new dates have a row of their own.
            programs.not_due(decision.connection, loaded.home.id, row.field("cohort"), decision.now)
        elif not _is_asked(decision, loaded, cohort):
            bells = _round(decision, loaded, cohort, shown)
    context.bell.ring_inbox(bells)


def _is_due(decision: Decision, loaded: Loaded, cohort: Cohort) -> bool:
    known = programs.cohort(decision.connection, loaded.home.id, cohort.name)
    wanted = known is not None and known.due_at is not None
    return wanted and loaded.program.ended(cohort, decision.now)


def _is_asked(decision: Decision, loaded: Loaded, cohort: Cohort) -> bool:
    """Whether another row of the same round, for another version of the file, was faster."""
    known = programs.cohort(decision.connection, loaded.home.id, cohort.name)
    return known is not None and known.invited_at is not None


def _round(decision: Decision, loaded: Loaded, cohort: Cohort, shown: Sequence[Shown]) -> list[int]:
    """Notes the cohort as asked, adopts what GitHub shows, and puts a row for each group of the others."""
    connection, home_id = decision.connection, loaded.home.id
    for issue in (one for one in shown if one.key == showcases.issue_key(home_id, cohort.name)):
        showcase.adopt(decision, loaded, cohort, issue.number, issue.remarks)
        shown = [one for one in shown if one is not issue]
    members = _to_ask(connection, loaded, cohort)
    for issue in shown:
        members = _adopt(decision, loaded, cohort, issue, members)
    graduates = [Graduate(person_id, member) for member, person_id in members]
    programs.invited(connection, home_id, cohort.name, decision.now)
    asked = [
        _row_of(decision, loaded, cohort, number, group, [one.id for one in together])
        for number, (group, together) in enumerate(
            rules.groups(cohort, graduates, _taken(connection, loaded, cohort, shown)), start=1
        )
    ]
    return inbox.put_new(connection, asked, decision.now)


def _row_of(
    decision: Decision, loaded: Loaded, cohort: Cohort, number: int, group: str, ids: list[int]
) -> Asked:
    """A row for each group, so that the failure of one repeats no other, and none takes long."""
    fields = {"program_id": loaded.home.id, "cohort": cohort.name, "group": group, "people": ids}
    return Asked(f"{decision.row.delivery}:{number}", "invitations", fields=fields)


def _taken(
    connection: Connection, loaded: Loaded, cohort: Cohort, shown: Sequence[Shown]
) -> Mapping[str, int]:
    """The groups that were asked already, with their sizes."""
    sizes = Counter({issue.key: 0 for issue in shown})
    sizes.update(ledger.sizes(connection, loaded.home.id, cohort.name))
    return {rules.group_of(loaded.home.id, key): size for key, size in sizes.items()}


def _shown(context: Context, loaded: Loaded, cohort: Cohort) -> Iterator[Shown]:
    """Our issues for the cohort, as after the loss of our database: nothing in them is asked again."""
    github = context.github.installation(loaded.home.installation_id)
    bot, home_id = context.github.bot, loaded.home.id
    first = rules.issue_key(home_id, cohort.name)
    for issue in reads.issues_of(github, home_id, bot):
        markers = _MARKER.findall(issue.body) if issue.author == bot else []
        key = " · ".join(unquote(part) for part in markers[-1].split(" · ")) if markers else ""
        if key in (first, showcases.issue_key(home_id, cohort.name)) or key.startswith(f"{first} · "):
            yield Shown(key, issue.number, tuple(reads.comments(github, home_id, issue.number)))


def _adopt(decision: Decision, loaded: Loaded, cohort: Cohort, shown: Shown, members: Members) -> Members:
    """Records who was asked in this issue and what they answered there; the others are still to be asked."""
    home, bot = loaded.home, decision.context.github.bot
    before = [
        (member, person_id) for member, person_id in members if _found(home.id, cohort, person_id, shown, bot)
    ]
    graduates = [Graduate(person_id, member) for member, person_id in before]
    group = rules.group_of(home.id, shown.key)
    asked, actions = rules.invite_group(loaded.program, home.id, cohort, group, graduates)
    for action in actions:
        if isinstance(action, OpenIssue):
            result = {"number": shown.number}
            outbox.adopt(decision.connection, home.installation_id, action, result, decision.now)
    comments = (action for action in actions if isinstance(action, Comment))
    for graduate, one, comment in zip(graduates, asked, comments, strict=True):
        remark = _found(home.id, cohort, graduate.id, shown, bot)
        assert remark is not None, "they are here because it was found"
        result = {"comment_id": remark.id}
        outbox.adopt(decision.connection, home.installation_id, comment, result, decision.now)
        _readopt(decision, loaded, cohort, graduate, one, shown)
    return [entry for entry in members if entry not in before]


def _found(home_id: int, cohort: Cohort, person_id: int, shown: Shown, bot: str) -> Remarked | None:
    """Somebody's invitation."""
    marker = texts.marker("invitation", rules.comment_key(home_id, cohort.name, person_id))
    return next((one for one in shown.remarks if one.author == bot and marker in one.body), None)


def _readopt(
    decision: Decision, loaded: Loaded, cohort: Cohort, graduate: Graduate, one: Invitation, shown: Shown
) -> None:
    """Notes an invitation with its answer. Silence gets no reminder now: they may have answered elsewhere."""
    connection, home_id = decision.connection, loaded.home.id
    answer = rules.answer_of(graduate.id, shown.remarks, decision.context.github.slug)
    values = _values(decision, loaded, cohort, one)
    values |= {"remind_at": None, "reason": "asked before our database was lost"}
    if answer is not None:
        values |= {"state": answer.state, "answered_at": answer.at}
        if answer.remind_at and not _was_reminded(one, answer.at, shown, decision.context.github.bot):
            values["remind_at"] = answer.remind_at
        people.see(connection, graduate.id, graduate.member.login)
        # Said now, since we only know of the roster's word that it is older than this moment.
        programs.person_says(connection, home_id, graduate.id, answer.said, answer.how, decision.now)
    ledger.put(connection, values)
    for kind, said in further.answers_of(graduate.id, shown.remarks, decision.context.github.slug).items():
        if any(ask.ask == kind for ask in loaded.program.asks):
            asks.answer(connection, home_id, cohort.name, graduate.id, kind, said.word, said.at)


def _was_reminded(one: Invitation, since: datetime, shown: Shown, bot: str) -> bool:
    marker = texts.marker("invitation_reminder", rules.reminder_key(one.comment_key)).removesuffix(" -->")
    return any(r.author == bot and marker in r.body and r.created_at >= since for r in shown.remarks)


# --- a group: the personal asks -------------------------------------------------------------------


def _ask(context: Context, row: Row, loaded: Loaded, cohort: Cohort | None) -> None:
    """Asks the people of one group, in its issue."""
    if cohort is None:
        return
    with context.ledger.read() as connection:
        members = _of_group(connection, row, loaded, cohort)
    look_at = _look_at(context, loaded) if members else []
    facts = {person_id: _graduate(context, loaded, m, person_id, look_at) for m, person_id in members}
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        left = _of_group(decision.connection, row, loaded, cohort)
        graduates = [facts[person_id] for _, person_id in left if person_id in facts]
        if not graduates:
            decision.note = "everybody was asked meanwhile, or may not be asked any more"
            return
        _record(decision, loaded, cohort, row.field("group"), graduates)


def _of_group(connection: Connection, row: Row, loaded: Loaded, cohort: Cohort) -> Members:
    return [entry for entry in _to_ask(connection, loaded, cohort) if entry[1] in row.field("people")]


def _record(
    decision: Decision, loaded: Loaded, cohort: Cohort, group: str, graduates: Sequence[Graduate]
) -> None:
    home = loaded.home
    graduates = [_with_asks(decision, loaded, cohort, one) for one in graduates]
    asked, actions = rules.invite_group(loaded.program, home.id, cohort, group, graduates)
    for one in asked:
        ledger.put(decision.connection, _values(decision, loaded, cohort, one))
    key = rules.issue_key(home.id, group)
    is_there = sent.state_of(decision.connection, key) is not None
    decision.act(home.installation_id, actions)
    if showcases.is_wanted(loaded.program):
        decision.act(home.installation_id, [showcases.opened(loaded.program, home.id, cohort.name)])
    if is_there:
        rows = table_rows(decision, loaded, key)
        decision.act(home.installation_id, [rules.retable(loaded.program, home.id, key, rows)])


def _with_asks(decision: Decision, loaded: Loaded, cohort: Cohort, graduate: Graduate) -> Graduate:
    """What else they are asked goes with their invitation, once."""
    connection, home_id = decision.connection, loaded.home.id
    today = decision.now.astimezone(loaded.program.clock).date()
    made = {row.ask for row in asks.of_person(connection, home_id, graduate.id)}
    new = further.to_make(loaded.program, today, made)
    asks.put(connection, home_id, cohort.name, graduate.id, [one.ask for one in new], decision.now)
    return replace(graduate, asks=new)


def _values(decision: Decision, loaded: Loaded, cohort: Cohort, one: Invitation) -> dict[str, Any]:
    return {
        "program_id": loaded.home.id,
        "cohort": cohort.name,
        "person_id": one.person_id,
        "issue_key": one.issue_key,
        "comment_key": one.comment_key,
        "state": one.state,
        "asked_at": decision.now,
        "remind_at": rules.remind_at(one, decision.now),
        "reason": one.reason,
    }


def _look_at(context: Context, loaded: Loaded) -> list[Any]:
    """The repositories whose pull requests may be named in the home, as GitHub shows them now."""
    with context.ledger.read() as connection:
        found = places.repositories_of_program(connection, loaded.home.id)
    now = seen_now(context, found, loaded.home.id)
    home = now.get(loaded.home.id)
    shown = nameable(now.values(), in_private=home is not None and home.private)
    return [(place.installation_id, shown[place.id]) for place in found if place.id in shown][
        :MOST_REPOSITORIES
    ]


def _graduate(
    context: Context, loaded: Loaded, member: Member, person_id: int, look_at: Sequence[Any]
) -> Graduate:
    """What speaks for asking this person: their merged pull requests, and where they know their way."""
    pulls = list(_merged(context, member.login, person_id, look_at))
    slug = pulls[0].slug if pulls else loaded.home.full_name
    url = links.new_starter_issue(context.settings, slug, loaded.program.language)
    return Graduate(person_id, member, tuple(pulls[:NAMED]), len(pulls), url)


def _merged(context: Context, login: str, person_id: int, look_at: Sequence[Any]) -> Iterator[Pull]:
    """The person's merged pull requests, the newest first."""
    for installation_id, place in look_at:
        try:
            merged = reads.merged_pulls(context.github.installation(installation_id), place.id, login)
        except Refused:
            continue  # a blocked account's work cannot be listed
        for one in merged:
            if one.author_id == person_id:
                url = links.thread(context.settings, place.full_name, one.number)
                yield Pull(place.full_name, one.number, url)
