"""The digest: one issue a week for the program, unless there is nothing to say; it closes the one before."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters import outbox, texts, writes
from adapters.context import Context
from adapters.ledger import outbox as sent
from adapters.ledger import places, programs
from jobs import drafting, rehome
from jobs.decision import Again, Decision, Row, decide
from jobs.digest_week import gather
from jobs.program import Loaded, recheck
from jobs.week import load_home, seen_now
from mentoring import digest_schedule as schedules
from mentoring import digest_text as rules
from mentoring.actions import Close, OpenIssue, Text, Thread
from mentoring.digest import Week
from mentoring.digest_schedule import WEEK
from mentoring.digest_text import Room
from mentoring.facts import Place, RepositoryFacts
from mentoring.roster import Digest, Program

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Draft:
    """A digest as it would be posted now."""

    loaded: Loaded
    schedule: Digest
    week_name: str
    week: Week
    issue: OpenIssue
    installation_id: int
    mark: int  # of whoever had been forgotten before its facts were read

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say."""
        return rules.is_silent(self.schedule, self.week)


def digest(context: Context, row: Row) -> None:
    """Posts the digest of the week that has come to its end."""
    program_id = row.field("program_id")
    _recheck(context, program_id)
    drafted = draft(context, program_id)
    if drafted is None:
        return  # switched off
    shown = _shown(context, drafted)
    with decide(context, row) as decision:
        decision.note = _post(decision, drafted, shown)
        rehome.ask(decision, program_id)  # accounts may be gone, as the look at the roster showed


def _recheck(context: Context, program_id: int) -> None:
    """Looks the people of the roster up again, a request each: once a week is often enough for renamed ones.

    Raises Again where the App cannot work on the home.
    """
    loaded = load_home(context, program_id)
    if loaded is None:
        raise Again(context.now() + HOUR, "the App cannot work on the program's home")
    if loaded.program.digest is not None:
        recheck(context, loaded)


def draft(context: Context, program_id: int) -> Draft | None:
    """What the digest says now; None if the program has no digest, or the App is not on its home."""
    mark = drafting.mark(context)
    loaded = load_home(context, program_id)
    if loaded is None or loaded.program.digest is None:
        return None
    schedule = loaded.program.digest
    due = schedules.latest_due(loaded.program, schedule, context.now())
    name = schedules.week_name(loaded.program, due)
    place, problems = _place(context, loaded, schedule)
    week = gather(context, loaded, _since(context, loaded), problems, shown_in_private=place.private)
    issue = rules.post(loaded.program, loaded.home.id, place.id, name, week)
    issue = replace(issue, text=fitting(lambda room: _said(loaded.program, week, room)))
    return Draft(loaded, schedule, name, week, issue, place.installation_id, mark)


def _said(program: Program, week: Week, room: Room) -> Text:
    """As it will be read, so that its length is what it is: in the program's language, with its own words."""
    said = rules.text(program, week, room)
    return replace(said, language=program.language, own=program.own_texts.get("digest"))


def fitting(filled: Callable[[Room], Text]) -> Text:
    """The text in the first of ROOMS in which it is short for those who open nothing, and whole for GitHub."""
    return next(
        (one for one in map(filled, rules.ROOMS) if _fits(texts.render(one))), filled(rules.ROOMS[-1])
    )


def _fits(body: str) -> bool:
    return rules.above_the_fold(body) <= rules.MOST_ABOVE and len(body) < texts.LONGEST


def _place(context: Context, loaded: Loaded, schedule: Digest) -> tuple[Place, list[str]]:
    """Where the digest appears, as GitHub shows it now: where the file says, if it may, else in the home."""
    with context.ledger.read() as connection:
        named = places.repository_named(connection, schedule.repository) if schedule.repository else None
        home = places.repository(connection, loaded.home.id)
    if named is not None and _may_appear(loaded, named):
        now = seen_now(context, [named], named.id)
        if named.id in now:
            return _placed(named, now[named.id]), []
    problems = [rules.misplaced(schedule.repository)] if schedule.repository else []
    return _placed(home, seen_now(context, [home], loaded.home.id).get(loaded.home.id)), problems


def _may_appear(loaded: Loaded, named: Any) -> bool:
    """Only where the home's owner rules, or whose own file joins the program: nobody writes to strangers."""
    if named.installation_id is None:
        return False
    ours: bool = loaded.home.id in (named.id, named.program_id)
    return ours or bool(named.installation_id == loaded.home.installation_id)


def _placed(row: Any, now: RepositoryFacts | None) -> Place:
    # What shows the digest counts as public while we cannot know better.
    return Place(row.id, row.full_name, now is not None and now.private, row.installation_id)


def _since(context: Context, loaded: Loaded) -> datetime:
    """The last digest, or the beginning: after an outage the week is longer, and nobody falls out of it."""
    with context.ledger.read() as connection:
        last, program = (
            programs.last_decided(connection, loaded.home.id),
            programs.get(connection, loaded.home.id),
        )
    if last is not None:
        read_until: datetime = last.read_until or last.decided_at
        return read_until
    return program.since if program else context.now() - WEEK


def _shown(context: Context, drafted: Draft) -> int | None:
    """The digest of this week that GitHub shows already, as after the loss of our database."""
    with context.ledger.read() as connection:
        if programs.last_decided(connection, drafted.loaded.home.id):
            return None
    github = context.github.installation(drafted.installation_id)
    marker = texts.marker(drafted.issue.kind, drafted.issue.key)
    return writes.find_issue(github, drafted.issue.repository_id, context.github.bot, marker)


def _post(decision: Decision, drafted: Draft, shown: int | None) -> str | None:
    """Records and asks for the issue; says why not, where there is none."""
    connection, now, home = decision.connection, decision.now, drafted.loaded.home
    programs.lock(connection, home.id)
    drafting.must_stand(decision, drafted.mark)
    programs.schedule_digest(
        connection, home.id, schedules.next_due(drafted.loaded.program, drafted.schedule, now)
    )
    known = programs.digest(connection, home.id, drafted.week_name)
    if known is not None and known.issue_key:
        return "this week's digest is out already"
    if drafted.is_silent:
        programs.keep_digest(connection, home.id, drafted.week_name, None, now, drafted.week.until)
        return "nothing to say this week"
    last = programs.last_digest(connection, home.id)
    key, until = drafted.issue.key, drafted.week.until
    programs.keep_digest(connection, home.id, drafted.week_name, key, now, until)
    if shown is not None:
        outbox.adopt(connection, drafted.installation_id, drafted.issue, {"number": shown}, now)
    decision.act(drafted.installation_id, [drafted.issue])
    _close(decision, last)
    return None


def _close(decision: Decision, last: Any) -> None:
    """Closes the digest of the week before."""
    opened = sent.state_of(decision.connection, last.issue_key) if last else None
    if opened is not None:
        thread = Thread(opened.repository_id, opened_by=opened.key)
        decision.act(opened.installation_id, [Close(thread)])
