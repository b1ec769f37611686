"""Explain: what is known of a thread, and what would be done now and why. Nothing is written, nor changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.github import Missing, Refused
from adapters.ledger import explaining, forgetting, mentorships, people, places
from adapters.ledger.inbox import Asked
from adapters.reading import ReadingGitHub
from adapters.scratch import copy, scratch
from jobs.play import play
from jobs.program import Loaded, load_program
from jobs.waiting import waiting_of
from mentoring import follow_up
from mentoring.facts import Issue
from mentoring.turns import MENTOR, NEWCOMER
from mentoring.welcome import NEW_HERE

HEADING = "\n{}"
STEPS = {
    (MENTOR, follow_up.REMIND): "the mentor is reminded",
    (MENTOR, follow_up.HAND_OVER): "somebody else joins",
    (MENTOR, follow_up.TELL): "the organizers are told",
    (NEWCOMER, follow_up.CHECK_IN): "the newcomer is asked how it goes",
    (NEWCOMER, follow_up.RELEASE): "the issue is free again",
}


@dataclass(frozen=True)
class _Thread:
    """The thread, as GitHub shows it and with its author's association; `apart` has the scratch ledger."""

    apart: Context
    installation_id: int
    issue: Issue
    association: str
    names: Mapping[int, str]

    @property
    def here(self) -> tuple[int, int]:
        return self.issue.repository_id, self.issue.number

    def name(self, person_id: int | None) -> str:
        return self.names.get(person_id, f"person {person_id}") if person_id else "nobody"


def explain(context: Context, slug: str, number: int) -> Iterator[str]:
    """Lines for the operator. Raises the troubles of `adapters.github`."""
    installation = context.github.app.get(f"/repos/{slug}/installation")
    reading = ReadingGitHub(context.github)
    github = reading.installation(installation["id"])
    place = reads.repository_facts(github.get(f"/repos/{slug}"))
    item = github.get(f"/repositories/{place.id}/issues/{number}")
    with scratch(context, reading, context.now) as apart:
        _copy(context, apart, place.id, number)
        with apart.ledger.write() as connection:
            places.see_installation(connection, installation["id"], context.now())
            values = {"full_name": place.full_name, "private": place.private, "archived": place.archived}
            values |= {"default_branch": place.default_branch, "installation_id": installation["id"]}
            places.see_repository(connection, context.now(), id=place.id, **values)
        with apart.ledger.read() as connection:
            names = people.all_names(connection)
        issue = reads.issue(github, place.id, number)
        association = item.get("author_association") or ""
        thread = _Thread(apart, installation["id"], issue, association, names)
        yield from _shown(thread, slug)
        yield from _known(thread)
        yield from _queued(context, thread)
        yield from _next(thread)


def _copy(context: Context, apart: Context, repository_id: int, number: int) -> None:
    with context.ledger.read() as connection:
        row = places.repository(connection, repository_id)
    program_id = row.program_id if row else None
    copy(context.ledger, apart.ledger, explaining.needed(program_id, repository_id, number))


def _shown(thread: _Thread, slug: str) -> Iterator[str]:
    issue = thread.issue
    kind = "pull request" if issue.is_pull else "issue"
    state = "merged" if issue.merged_at else "open" if issue.is_open else "closed"
    article = "an" if state == "open" else "a"
    yield f"{slug}#{issue.number}, {article} {state} {kind} of {issue.author}, opened {_day(issue.created_at)}"
    if issue.labels:
        yield f"  labels: {', '.join(issue.labels)}"
    if issue.assignees:
        yield f"  assigned: {', '.join(issue.assignees)}"


# --- what is known --------------------------------------------------------------------------------


def _known(thread: _Thread) -> Iterator[str]:
    yield HEADING.format("What is known")
    with thread.apart.ledger.read() as connection:
        row, starter = (
            mentorships.get(connection, *thread.here),
            mentorships.starter(connection, *thread.here),
        )
        claims = explaining.claims_of(connection, *thread.here)
        greeting = explaining.greeting_of(connection, thread.issue.author_id)
    if row is not None:
        yield from _mentorship(thread, row)
    if starter is not None:
        state = "dropped" if starter.dropped_at else "closed" if starter.closed_at else "open"
        opened = "opened by its mentor" if starter.kind == "starter" else "labelled"
        yield f"  a good first issue, {opened}, mentor {thread.name(starter.mentor_id)}, {state}"
    for claim in claims:
        end = f"{claim.released_why} {_day(claim.released_at)}" if claim.released_at else "working on it"
        pull = f", pull request #{claim.pull_number}" if claim.pull_number else ""
        yield f"  taken by {thread.name(claim.person_id)} {_day(claim.claimed_at)}, {end}{pull}"
    if greeting is not None and thread.issue.is_pull:
        yield f"  {thread.issue.author} was greeted {_day(greeting.greeted_at)}, on number {greeting.number}"
    if row is None and starter is None and not claims and greeting is None:
        yield "  nothing"


def _mentorship(thread: _Thread, row: Any) -> Iterator[str]:
    second = f", together with {thread.name(row.second_id)}" if row.second_id else ""
    ended = f", over since {_day(row.closed_at)}" if row.closed_at else ""
    yield f"  a mentorship of {thread.name(row.newcomer_id)} with {thread.name(row.mentor_id)}{second}{ended}"
    yield f"    begun {_day(row.since)}; it is the {row.turn}'s turn since {_day(row.turn_since or row.since)}"
    moments = {
        "answer promised by": row.answer_by,
        "first answer": row.answered_at,
        "last word of the newcomer": row.newcomer_at,
        "reminded": row.reminded_at,
        "handed over": row.handed_over_at,
        "looked at next": row.due_at,
    }
    yield from (f"    {what} {_day(moment)}" for what, moment in moments.items() if moment)
    for one in row.reasons or ():
        word = "could" if one["suitable"] else "could not"
        yield f"    {one['login']} {word} be the mentor: {', '.join(one['because'])}"


def _queued(context: Context, thread: _Thread) -> Iterator[str]:
    """What came in about the thread and what went out, from the ledger itself."""
    with context.ledger.read() as connection:
        came, went = (
            explaining.inbox_of(connection, *thread.here),
            explaining.outbox_of(connection, *thread.here),
        )
    yield HEADING.format("What came in")
    for row in came:
        yield f"  {row.id}  {_state(row)}  {row.job}  received {_day(row.received_at)}{_note(row)}"
    if not came:
        yield "  nothing"
    yield HEADING.format("What was written, or waits to be")
    for row in went:
        yield f"  {row.id}  {_state(row)}  {row.verb}{_kind(row)}  decided {_day(row.created_at)}{_note(row)}"
    if not went:
        yield "  nothing"


def _state(row: Any) -> str:
    if row.parked_at:
        return "parked"
    return "done" if row.done_at else f"waits until {_day(row.due_at)}"


def _note(row: Any) -> str:
    return f": {row.note}" if row.note else ""


def _kind(row: Any) -> str:
    return f" {row.key.partition(' · ')[2].partition(' · ')[2]}" if row.key else ""


# --- what would be done ---------------------------------------------------------------------------


def _next(thread: _Thread) -> Iterator[str]:
    yield HEADING.format("What would be done now")
    here = (thread.installation_id, thread.issue.repository_id)
    loaded = load_program(thread.apart, *here, patient=True)
    if loaded is None:
        yield "  Nothing: there is no program here, no .github/lamplighter.yml without a mistake."
        return
    with thread.apart.ledger.read() as connection:
        row = mentorships.get(connection, *thread.here)
    if row is not None and row.closed_at is None:
        yield from _ladder(thread, loaded, row)
    elif thread.issue.is_pull:
        yield from _greeting(thread, loaded)
    else:
        yield from _name(thread, loaded)


def _ladder(thread: _Thread, loaded: Loaded, row: Any) -> Iterator[str]:
    """The steps that may come, and what the clock's look at it would do now."""
    now = thread.apart.now()
    with thread.apart.ledger.read() as connection:
        waiting = waiting_of(connection, row, now)
    yield f"  It is the {waiting.turn.whose}'s turn since {_day(waiting.turn.since)}."
    for step in follow_up.ladder(loaded.program, waiting):
        taken = " (done)" if step.step <= waiting.step else " (due)" if step.at <= now else ""
        yield f"  {_day(step.at)}: {STEPS[waiting.turn.whose, step.step]}{taken}"
    if waiting.turn.whose not in (MENTOR, NEWCOMER):
        yield "  Nothing: it waits for the maintainers, who see it in the digest."
    yield from _played(thread, "follow_up", {}, "Looked at now: ")


def _greeting(thread: _Thread, loaded: Loaded) -> Iterator[str]:
    fields = {
        "pull_request.user.id": thread.issue.author_id,
        "pull_request.user.login": thread.issue.author,
        "pull_request.created_at": thread.issue.created_at.isoformat(),
    }
    before = _why_silent(thread, loaded)
    if before:
        yield f"  Nothing: {before}."
        return
    yield from _played(thread, "welcome", fields, "As a first pull request it would get: ")
    with thread.apart.ledger.read() as connection:
        row = mentorships.get(connection, *thread.here)
        names = people.all_names(connection)
    if row is None:
        return
    if row.mentor_id is None:
        yield "  Nobody could be named: no mentor has said yes, or all are full, away or pause."
    else:
        yield f"  The mentor would be {names.get(row.mentor_id, 'somebody')}."
    for one in row.reasons or ():
        word = "could" if one["suitable"] else "could not"
        yield f"    {one['login']} {word} be the mentor: {', '.join(one['because'])}"


def _why_silent(thread: _Thread, loaded: Loaded) -> str | None:
    """The reasons of docs/when-it-goes-wrong.md, in their order."""
    issue, apart = thread.issue, thread.apart
    if not issue.by_person:
        return "its author is a bot"
    if thread.association not in NEW_HERE:
        return f"GitHub calls its author {thread.association}, so they are not new here"
    if loaded.in_roster(issue.author_id):
        return "its author is in the roster"
    with apart.ledger.read() as connection:
        if forgetting.is_forgotten(connection, issue.author_id):
            return "its author asked to be forgotten"
        first = mentorships.first_pull(connection, issue.repository_id, issue.author_id)
        greeted = mentorships.was_greeted(connection, loaded.home.id, issue.author_id)
    if greeted:
        return "its author was greeted before in this program"
    if (first is not None and first < issue.number) or _has_earlier(thread):
        return "its author has an earlier pull request here"
    if not issue.is_open:
        return "it is closed, and what was closed before its turn came is left in peace"
    due = issue.created_at + loaded.program.human_first
    if apart.now() < due:
        return f"humans go first, until {_day(due)}"
    return None


def _has_earlier(thread: _Thread) -> bool:
    github, issue = thread.apart.github.installation(thread.installation_id), thread.issue
    try:
        theirs = reads.issues_of(github, issue.repository_id, issue.author)
        return any(one.is_pull and one.number < issue.number for one in theirs)
    except Refused:
        return False


def _name(thread: _Thread, loaded: Loaded) -> Iterator[str]:
    """Whether the issue would get a mentor's name."""
    issue, program = thread.issue, loaded.program
    if not program.is_good_first(issue.labels):
        wanted = " or ".join(program.good_first_issue_labels)
        yield f"  Nothing: it does not carry the label {wanted}."
        return
    if not issue.is_open:
        yield "  Nothing: it is closed."
        return
    label = next(label for label in issue.labels if program.is_good_first([label]))
    yield from _played(thread, "good_first", {"action": "labeled", "label.name": label}, "Looked at now: ")
    with thread.apart.ledger.read() as connection:
        starter = mentorships.starter(connection, *thread.here)
    if starter is not None:
        yield f"  Its mentor is {thread.name(starter.mentor_id)}."


def _played(thread: _Thread, job: str, fields: dict[str, Any], begins: str) -> Iterator[str]:
    """Does the real job in the scratch ledger, and tells what it asked for."""
    name = f"explain:{thread.apart.now().isoformat()}"
    with thread.apart.ledger.read() as connection:
        before = explaining.last_write(connection)
    try:
        note = play(thread.apart, Asked(name, job, thread.installation_id, *thread.here, fields))
    except Missing as missing:
        note = str(missing)
    with thread.apart.ledger.read() as connection:
        asked = explaining.writes_after(connection, before)
    said = ", ".join(f"{row.verb}{_kind(row)}" for row in asked)
    yield f"  {begins}{said or 'nothing'}{f' ({note})' if note else ''}"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
