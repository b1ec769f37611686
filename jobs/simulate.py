"""Simulate: what would have been said lately, had the App been there. The real jobs and rules, and nothing delivered."""

import base64
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.github import Installation, Missing, Refused
from adapters.ledger import backfills, inbox, invitations, places, programs, simulating
from adapters.ledger.inbox import Asked
from adapters.reading import Memory, ReadingGitHub, Remembering
from adapters.scratch import scratch
from jobs import clock
from jobs.play import play_row
from jobs.program import Loaded, must_load_program
from mentoring import commands
from mentoring.configuration import FILE
from mentoring.facts import Done, Issue, Remarked, RepositoryFacts
from mentoring.simulating import Said, as_of
from mentoring.wording import phrase

STEP = timedelta(hours=1)  # between two looks at the clock
# Who opens a pull request and is none of these may have been new here then; the job looks at their earlier ones.
KNOWN = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
# The jobs that say something. Others look after deliveries and repositories, of which there are none here.
PLAYED = frozenset(
    {
        "availability",
        "back_tomorrow",
        "backfill",
        "circle",
        "claim_hint",
        "claimed_pull",
        "commands",
        "digest",
        "follow_up",
        "good_first",
        "invitation_reminder",
        "invitations",
        "peers",
        "rehome",
        "starter_notes",
        "threads",
        "turns",
        "welcome",
    }
)
WHAT_IS_KNOWN = (
    phrase(
        "People do what they really did: nobody knew of the App, so mentors answer less than they would have."
    ),
    phrase("Labels, assignees, permissions and texts are those of today; what was deleted never was."),
    phrase("Commits count by their own date. The clock is looked at every hour."),
)
EVERYBODY_SAYS_YES = phrase("Whoever is asked says yes at once, unless they really answered.")
NOBODY_ANSWERS = phrase("Whoever is asked stays silent, unless they really answered.")


@dataclass(frozen=True)
class Simulated:
    """What would have been said, and what the simulation takes for granted."""

    said: tuple[Said, ...]
    assumptions: tuple[str, ...]
    problems: tuple[str, ...] = ()


@dataclass
class _Moment:
    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class _Event:
    at: datetime
    asked: Asked


def simulate(
    context: Context,
    slug: str,
    days: int,
    *,
    file: str | None = None,
    everybody_says_yes: bool = True,
    memory: Memory | None = None,
    known: Collection[str] = (),
    before_request: Callable[[], None] = lambda: None,
    go_on: Callable[[], None] = lambda: None,
) -> Simulated:
    """Plays the last days of a repository with the file given, or with the one it has.

    `known`: logins that the ledger may be asked for, instead of GitHub. `before_request` and, before each hour that is
    played, `go_on` stop the simulation by what they raise.
    Raises NoProgram and the troubles of `adapters.github`; GitHub is only read, and the ledger is not touched.
    """
    installation = context.github.app.get(f"/repos/{slug}/installation")
    end, moment, memory = context.now(), _Moment(context.now()), memory or Memory()
    moment.at = end - timedelta(days=days)
    view = partial(_view, moment, context.github.bot, slug, file)
    reading = ReadingGitHub(
        context.github, partial(Remembering, memory=memory, view=view, go_on=before_request)
    )
    present = ReadingGitHub(context.github, partial(Remembering, memory=memory, go_on=before_request))
    with scratch(context, reading, moment, known) as apart:
        here = _see(apart, present, installation, slug)
        loaded = must_load_program(apart, installation["id"], here.id)
        events = sorted(
            _events(context, present.installation(installation["id"]), here, installation["id"], moment.at),
            key=lambda one: one.at,
        )
        answered = _answered(context, events) if everybody_says_yes else None
        _run(apart, moment, loaded, events, end, answered, go_on)
        said = tuple(_said(apart, here))
    problems = tuple(str(problem) for problem in loaded.problems)
    answers = EVERYBODY_SAYS_YES if everybody_says_yes else NOBODY_ANSWERS
    return Simulated(said, (answers, *WHAT_IS_KNOWN), problems)


def _view(
    moment: _Moment,
    bot: str,
    slug: str,
    file: str | None,
    path: str,
    _parameters: Mapping[str, Any],
    data: Any,
) -> Any:
    """GitHub as it was, with our file in the place of theirs."""
    if path.endswith(f"/contents/{FILE}") and path.startswith("/repositories/") and file is not None:
        content = base64.b64encode(file.encode()).decode()
        return {"type": "file", "sha": "simulated", "size": len(file), "content": content}
    if "/issues" in path or "/pulls" in path:
        return as_of(data, moment.at, bot)
    return data


def _see(apart: Context, github: ReadingGitHub, installation: Any, slug: str) -> RepositoryFacts:
    here = reads.repository_facts(github.installation(installation["id"]).get(f"/repos/{slug}"))
    with apart.ledger.write() as connection:
        places.see_installation(connection, installation["id"], apart.now())
        values = {"full_name": here.full_name, "private": here.private, "archived": here.archived}
        values |= {"default_branch": here.default_branch, "installation_id": installation["id"]}
        places.see_repository(connection, apart.now(), id=here.id, **values)
    return here


# --- what happened --------------------------------------------------------------------------------


def _events(
    context: Context, github: Installation, here: RepositoryFacts, installation_id: int, begin: datetime
) -> Iterator[_Event]:
    """Everything that a webhook would have told."""
    make = partial(_event, installation_id, here.id)
    numbers = set()
    for some in reads.changed_since(github, here.id, begin):
        for issue, association in some:
            if issue.author != context.github.bot and issue.by_person:
                numbers.add(issue.number)
                yield from _of_thread(context, github, make, issue, association, begin)
    for number, remark in reads.said_in(github, here.id, begin):
        if remark.by_person and remark.created_at >= begin and number in numbers:
            yield from _of_comment(context, make, number, remark)


def _event(
    installation_id: int, repository_id: int, at: datetime, job: str, number: int, fields: dict[str, Any]
) -> _Event:
    name = f"simulated:{job}:{number}:{at.isoformat()}:{fields.get('comment.id', '')}"
    return _Event(at, Asked(name, job, installation_id, repository_id, number, fields))


def _of_thread(
    context: Context, github: Installation, make: Any, issue: Issue, association: str, begin: datetime
) -> Iterator[_Event]:
    kind = "pull_request" if issue.is_pull else "issue"
    who = {f"{kind}.user.id": issue.author_id, f"{kind}.user.login": issue.author}
    if issue.created_at >= begin:
        if issue.is_pull and association not in KNOWN:
            opened = who | {"pull_request.created_at": issue.created_at.isoformat()}
            yield make(issue.created_at, "welcome", issue.number, opened)
            yield make(issue.created_at, "claimed_pull", issue.number, who | {"action": "opened"})
            yield from _of_work(github, make, issue)
        if not issue.is_pull and issue.labels:
            yield make(issue.created_at, "good_first", issue.number, {"action": "opened"})
        if commands.parse_all(issue.body, context.github.slug):
            said = who | {f"{kind}.body": issue.body}
            yield make(issue.created_at, "commands", issue.number, said)
    if issue.closed_at and issue.closed_at >= begin:
        yield make(issue.closed_at, "threads", issue.number, {"action": "closed"})
        if issue.is_pull:
            yield make(issue.closed_at, "claimed_pull", issue.number, {"action": "closed"})


def _of_work(github: Installation, make: Any, issue: Issue) -> Iterator[_Event]:
    """Reviews, commits and the like on a pull request that may be a newcomer's; a request each."""
    try:
        done = list(reads.timeline(github, issue.repository_id, issue.number))
    except (Missing, Refused):
        return
    for one in done:
        fields = _fields_of(one, issue)
        if fields and one.at > issue.created_at:
            yield make(one.at, "turns", issue.number, fields)


def _fields_of(one: Done, issue: Issue) -> dict[str, Any]:
    """What the webhook would have carried; nothing for what passes no turn on."""
    if one.what == "reviewed" and one.by_person:
        at = one.at.isoformat()
        return {"review.user.id": one.by, "review.state": one.state, "review.submitted_at": at}
    actions = {
        "committed": "synchronize",
        "ready_for_review": "ready_for_review",
        "convert_to_draft": "converted_to_draft",
        "review_requested": "review_requested",
    }
    if one.what not in actions or not (one.by_person or one.what == "committed"):
        return {}
    sender = one.by or issue.author_id
    fields = {"action": actions[one.what], "sender.id": sender, "pull_request.updated_at": one.at.isoformat()}
    return fields | ({"requested_reviewer.id": one.reviewer} if one.reviewer else {})


def _of_comment(context: Context, make: Any, number: int, remark: Remarked) -> Iterator[_Event]:
    fields = {
        "comment.user.id": remark.author_id,
        "comment.user.login": remark.author,
        "comment.id": remark.id,
        "comment.created_at": remark.created_at.isoformat(),
        "comment.body": remark.body,
    }
    for job in ("turns", "claim_hint"):
        yield make(remark.created_at, job, number, fields)
    if commands.parse_all(remark.body, context.github.slug):
        yield make(remark.created_at, "commands", number, fields)


def _answered(context: Context, events: Iterable[_Event]) -> set[int]:
    """Who really answered an invitation, so that their own word counts."""
    verbs = {"accept", "later", "decline", "starter"}
    found = set()
    for one in events:
        fields = one.asked.fields or {}
        if one.asked.job == "commands" and "comment.body" in fields:
            there = commands.parse_all(fields["comment.body"], context.github.slug)
            if any(command.verb in verbs for command in there):
                found.add(int(fields["comment.user.id"]))
    return found


# --- what would have been done --------------------------------------------------------------------


def _run(
    apart: Context,
    moment: _Moment,
    loaded: Loaded,
    events: list[_Event],
    end: datetime,
    answered: set[int] | None,
    go_on: Callable[[], None],
) -> None:
    """From the beginning to the end: events as they came, and the clock every hour."""
    _ask_backfill(apart, loaded)
    waiting = list(reversed(events))
    while moment.at < end:
        go_on()
        border = min(moment.at + STEP, end)
        while waiting and waiting[-1].at <= border:
            one = waiting.pop()
            moment.at = max(moment.at, one.at)
            _work(apart, loaded, [one.asked], answered)
        moment.at = border
        _work(apart, loaded, [], answered)


def _work(apart: Context, loaded: Loaded, asked: list[Asked], answered: set[int] | None) -> None:
    """What is asked, what has come due, and what follows from it."""
    with apart.ledger.write() as connection:
        now = apart.now()
        inbox.put_new(connection, [*asked, *clock.moments(connection, now)], now)
    while rows := _due(apart):
        for row in rows:
            if row.job in PLAYED:
                play_row(apart, row.id)
            else:
                with apart.ledger.write() as connection:
                    inbox.finish(connection, row.id, apart.now())
        if answered is not None:
            _say_yes(apart, loaded, answered)


def _due(apart: Context) -> list[Any]:
    with apart.ledger.read() as connection:
        return list(simulating.due(connection, apart.now()))


def _say_yes(apart: Context, loaded: Loaded, answered: set[int]) -> None:
    with apart.ledger.write() as connection:
        home_id, now = loaded.home.id, apart.now()
        for person_id in simulating.unanswered(connection, home_id):
            if person_id not in answered:
                programs.person_says(connection, home_id, person_id, "yes", "simulated", now)
                invitations.answer(connection, home_id, person_id, "accepted", now)


def _ask_backfill(apart: Context, loaded: Loaded) -> None:
    with apart.ledger.write() as connection:
        place = loaded.place
        backfills.ask(connection, place.installation_id, place.id, "simulated:backfill", apart.now())


def _said(apart: Context, here: RepositoryFacts) -> Iterator[Said]:
    with apart.ledger.read() as connection:
        rows = simulating.said(connection)
    named: set[str] = set()
    for row in rows:
        kind = "label" if row.verb == "label" else str(row.payload["kind"])
        if kind == "label" and row.lane in named:
            continue
        named.add(row.lane)
        number = row.lane.rpartition("thread ")[2]
        yield Said(
            row.created_at, kind, f"{here.full_name}#{number}" if number.isdecimal() else here.full_name
        )
