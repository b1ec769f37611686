"""Follow-up: the clock's look at one mentorship – facts are read again, then at most one step is taken."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from adapters import links, reads
from adapters.context import Context
from adapters.github import Missing, Trouble
from adapters.ledger import mentorships, places, programs, reminders
from jobs import claims, starter_notes
from jobs.decision import Decision, Row, decide
from jobs.hand_over import introduce, login_of, rewrite_welcome
from jobs.notes import say_anew
from jobs.program import Loaded, load_program
from jobs.turns import note
from jobs.waiting import acting, replan, turn_of, waiting_of
from jobs.week import nameable
from mentoring import follow_up as rules
from mentoring import turns
from mentoring.actions import Text, Thread
from mentoring.availability import daytime
from mentoring.facts import Issue
from mentoring.follow_up import CHECK_IN, HAND_OVER, RELEASE, REMIND, TELL, Other
from mentoring.turns import MENTOR, NEWCOMER, Happened


@dataclass(frozen=True)
class Seen:
    """A thread as GitHub shows it now; without an issue, it is gone."""

    issue: Issue | None
    happened: tuple[Happened, ...] = ()


def follow_up(context: Context, row: Row) -> None:
    """Reads what happened meanwhile; then the highest step that is due is taken, if still somebody waits."""
    with context.ledger.read() as connection:
        installation_id = places.installation_of(connection, row.repository_id)
    if installation_id is None:  # once the App is back there, its file is read, which rouses what is open
        return
    loaded = load_program(context, installation_id, row.repository_id)
    with context.ledger.read() as connection:
        known = mentorships.get(connection, row.repository_id, row.number)
        due = loaded and known and _due(connection, loaded, known, context.now())
        others = _others(connection, loaded, known, context.now()) if loaded and due == REMIND else []
    seen = _see(context, installation_id, known) if due else None
    seen_others = [(other, _see_other(context, other)) for other in others]
    with decide(context, row) as decision:
        if loaded is None or known is None:
            _look_again(decision)
            return
        programs.lock(decision.connection, loaded.home.id)
        _act(decision, loaded, seen, seen_others)


def _due(connection: Any, loaded: Loaded, known: Any, now: datetime) -> int | None:
    if known.closed_at is not None:
        return None
    return rules.due_step(loaded.program, waiting_of(connection, known, now), now)


def _others(connection: Any, loaded: Loaded, known: Any, now: datetime) -> list[Any]:
    """Further threads on which the same mentor is due to be reminded."""
    person_id = acting(known)
    if person_id is None:
        return []
    return [
        other
        for other in mentorships.open_of(connection, loaded.home.id, person_id)
        if (other.repository_id, other.number) != (known.repository_id, known.number)
        and acting(other) == person_id
        and rules.due_step(loaded.program, waiting_of(connection, other, now), now) == REMIND
    ]


def _see(context: Context, installation_id: int, known: Any) -> Seen:
    """The thread, and what people did on it since it is somebody's turn."""
    github = context.github.installation(installation_id)
    here = (known.repository_id, known.number)
    try:
        issue = reads.issue(github, *here)
        return Seen(issue, tuple(_conversation(context, github, issue, known)))
    except Missing:
        return Seen(None)


def _see_other(context: Context, other: Any) -> Seen:
    with context.ledger.read() as connection:
        place = places.repository(connection, other.repository_id)
    if place is None or place.installation_id is None:
        return Seen(None)
    try:
        return _see(context, place.installation_id, other)
    except Trouble:  # of another installation, say: it has a look of its own
        return Seen(None)


def _conversation(context: Context, github: Any, issue: Issue, known: Any) -> Iterator[Happened]:
    since = turn_of(known).since
    for one in reads.comments(github, known.repository_id, known.number, since):
        if one.by_person and turns.says_something(one.body, context.github.slug):
            yield Happened(turns.by(one.author_id, known), "said", one.created_at)
    if issue.is_pull:
        for review in reads.reviews(github, known.repository_id, known.number):
            if review.by_person and review.submitted_at >= since:
                yield Happened(turns.by(review.author_id, known), review.state, review.submitted_at)


def _act(
    decision: Decision, loaded: Loaded, seen: Seen | None, seen_others: Iterable[tuple[Any, Seen]]
) -> None:
    here = (decision.row.repository_id, decision.row.number)
    known = mentorships.get(decision.connection, *here)
    if known is None or known.closed_at is not None:
        return
    if seen is None:
        replan(decision, loaded, *here)
        return
    if seen.issue is None or not seen.issue.is_open or _is_gone(known, seen.issue):
        merged = seen.issue is not None and seen.issue.merged_at is not None
        mentorships.close(decision.connection, *here, decision.now, merged=merged)
        starter_notes.ask_about(decision, known)
        return
    known = _brought_up_to_date(decision, loaded, known, seen)
    step = _due(decision.connection, loaded, known, decision.now)
    if step is None:
        replan(decision, loaded, *here)
    elif _is_shut(decision, seen.issue) or _is_paused(loaded, known, seen.issue):
        _wait_on(decision, known)
    else:
        others = [one for one in seen_others if _still_waits(decision, loaded, *one)]
        _STEPS[known.turn, step](decision, loaded, known, [other for other, _ in others])


def _is_gone(known: Any, issue: Issue) -> bool:
    """Whether the newcomer's account is no more: their pull request is a ghost's now."""
    return bool(known.kind == "pull" and issue.author_id != known.newcomer_id)


def _brought_up_to_date(decision: Decision, loaded: Loaded, known: Any, seen: Seen) -> Any:
    note(decision, loaded, known, list(seen.happened))
    return mentorships.get(decision.connection, known.repository_id, known.number)


def _still_waits(decision: Decision, loaded: Loaded, other: Any, seen: Seen) -> bool:
    """Whether the mentor is still waited for on the other thread, by what GitHub shows."""
    if seen.issue is None or not seen.issue.is_open or seen.issue.locked:
        return False
    known = mentorships.get(decision.connection, other.repository_id, other.number)
    if known is None or known.closed_at is not None:
        return False
    known = _brought_up_to_date(decision, loaded, known, seen)
    return _due(decision.connection, loaded, known, decision.now) == REMIND


def _is_shut(decision: Decision, issue: Issue) -> bool:
    """Whether nothing may be said: the thread is locked, or its repository archived."""
    place = places.repository(decision.connection, issue.repository_id)
    return issue.locked or (place is not None and place.archived)


def _is_paused(loaded: Loaded, known: Any, issue: Issue) -> bool:
    return known.turn == NEWCOMER and rules.is_paused(loaded.program, issue.labels)


def _wait_on(decision: Decision, known: Any) -> None:
    """Nothing can be said now. A newcomer's clock starts anew once they can go on."""
    values: dict[str, Any] = {"due_at": decision.now + rules.LOOK_AGAIN}
    if known.turn == NEWCOMER:
        values["newcomer_at"] = decision.now
    mentorships.change(decision.connection, known.repository_id, known.number, **values)


def _look_again(decision: Decision) -> None:
    """Without a configuration there is silence; nobody tells us when another owner's file is there again."""
    here = (decision.row.repository_id, decision.row.number)
    mentorships.change(decision.connection, *here, due_at=decision.now + rules.LOOK_AGAIN)


def _take(decision: Decision, loaded: Loaded, known: Any, step: int, **values: Any) -> None:
    here = (known.repository_id, known.number)
    mentorships.change(decision.connection, *here, step=step, **values)
    if known.turn == MENTOR:  # of what is done about the newcomer's silence the welcome shows nothing
        rewrite_welcome(decision, loaded, *here)
    replan(decision, loaded, *here)


def _say(decision: Decision, known: Any, kind: str, text: Text) -> None:
    thread = Thread(known.repository_id, known.number)
    say_anew(decision, thread, kind, text)


def _remind(decision: Decision, loaded: Loaded, known: Any, others: list[Any]) -> None:
    """Reminds the mentor by daylight, at most twice a day; what does not fit is told in one."""
    person_id = acting(known)
    login = login_of(decision, loaded, person_id)
    newcomer = login_of(decision, loaded, known.newcomer_id)
    if person_id is None or login is None or newcomer is None:
        _take(decision, loaded, known, REMIND)
        return
    zone = _zone(loaded, login)
    begin, tomorrow = rules.day_of(decision.now, zone or loaded.program.clock)
    given = reminders.count_since(decision.connection, loaded.home.id, person_id, begin)
    moment = tomorrow if given >= rules.MOST_REMINDERS else daytime(decision.now, zone)
    if moment > decision.now:
        mentorships.change(decision.connection, known.repository_id, known.number, due_at=moment)
        return
    rolled = others if rules.rolls(given, len(others)) else []
    shown = _shown(decision, loaded, rolled)
    text = rules.reminder(loaded.program, login, newcomer, turn_of(known).since, shown)
    _say(decision, known, "reminder", text)
    reminders.put(decision.connection, loaded.home.id, person_id, decision.now)
    for one in (known, *rolled):
        _take(decision, loaded, one, REMIND, reminded_at=decision.now)


def _zone(loaded: Loaded, login: str) -> tzinfo | None:
    member = loaded.program.member(login)
    return ZoneInfo(member.timezone) if member and member.timezone else None


def _shown(decision: Decision, loaded: Loaded, rolled: list[Any]) -> list[Other]:
    """The other threads, named where they may be: private ones only in private."""
    found = places.repositories_of_program(decision.connection, loaded.home.id)
    named = nameable(found, in_private=loaded.place.private)
    return [_other(decision, named.get(one.repository_id), one) for one in rolled]


def _other(decision: Decision, place: Any, row: Any) -> Other:
    since = turn_of(row).since
    if place is None:
        return Other(since)
    url = links.thread(decision.context.settings, place.full_name, row.number)
    return Other(since, place.full_name, row.number, url)


def _hand_over(decision: Decision, loaded: Loaded, known: Any, _others: list[Any]) -> None:
    """A second mentor joins; where nobody was free before, the first one does."""
    waiting = waiting_of(decision.connection, known, decision.now)
    joined = introduce(decision, loaded, known, why="away" if waiting.away_since else "silent", cover=True)
    if joined and known.mentor_id is None:
        return  # they are the mentor now, with a ladder of their own
    if joined is None and waiting.for_nobody:
        due_at = rules.seek_again(loaded.program, waiting, decision.now)
        mentorships.change(decision.connection, known.repository_id, known.number, due_at=due_at)
        return
    # Taken, even where nobody is free to help out whoever is silent: the organizers come next.
    _take(decision, loaded, known, max(known.step, HAND_OVER))


def _tell_organizers(decision: Decision, loaded: Loaded, known: Any, _others: list[Any]) -> None:
    """Who looks after the team, or the captain, and the organizers hear of it, once, with the facts."""
    newcomer = login_of(decision, loaded, known.newcomer_id)
    helpers = [login_of(decision, loaded, one) for one in (known.mentor_id, known.second_id)]
    mentors = [login for login in helpers if login]
    told = list(_to_tell(loaded, mentors, {known.mentor_id, known.second_id, known.newcomer_id}))
    if told and newcomer:
        text = rules.organizers(loaded.program, told, newcomer, mentors, turn_of(known).since)
        _say(decision, known, "organizers", text)
    _take(decision, loaded, known, TELL)


def _to_tell(loaded: Loaded, mentors: list[str], involved: set[int | None]) -> Iterator[str]:
    """Who looks after the mentor's team, or the captain of their cohort; then the organizers; none of them twice."""
    entries = [entry for login in mentors if (entry := loaded.program.entry(login))]
    captains = [login for cohort, member in entries for login in cohort.first_stops(member)]
    told: set[int] = set()
    for login in (*captains, *loaded.program.organizers):
        person_id = loaded.id_of(login)
        if person_id is not None and person_id not in told | involved:
            told.add(person_id)
            yield loaded.names.get(person_id, login)


def _check_in(decision: Decision, loaded: Loaded, known: Any, _others: list[Any]) -> None:
    """One kind question to a newcomer who has been silent."""
    newcomer = login_of(decision, loaded, known.newcomer_id)
    mentor = login_of(decision, loaded, acting(known))
    if newcomer:
        _say(decision, known, "check_in", rules.check_in(loaded.program, newcomer, mentor, known.kind))
    _take(decision, loaded, known, CHECK_IN)


def _release(decision: Decision, loaded: Loaded, known: Any, _others: list[Any]) -> None:
    """The issue is free again."""
    _take(decision, loaded, known, RELEASE)
    claims.release_silent(decision, loaded, known)


_STEPS: dict[tuple[str, int], Callable[[Decision, Loaded, Any, list[Any]], None]] = {
    (MENTOR, REMIND): _remind,
    (MENTOR, HAND_OVER): _hand_over,
    (MENTOR, TELL): _tell_organizers,
    (NEWCOMER, CHECK_IN): _check_in,
    (NEWCOMER, RELEASE): _release,
}
