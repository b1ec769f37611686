"""Re-homing: what carries the name of somebody who is no mentor any more gets another's, one by one."""

from datetime import timedelta
from typing import Any

from adapters import reads
from adapters.context import Context
from adapters.github import Missing, Suspended, Unavailable
from adapters.ledger import inbox, mentorships, places, programs
from adapters.ledger.inbox import Asked
from jobs import hand_over, starter_notes
from jobs.candidates import candidates_for_issues, declared, statement
from jobs.decision import Again, Decision, Row, go_on
from jobs.hand_over import login_of
from jobs.notes import say_anew
from jobs.program import Loaded, load_program
from jobs.week import load_home
from mentoring import good_first
from mentoring import hand_over as rules
from mentoring.facts import Issue
from mentoring.hand_over import HandOver
from mentoring.matching import Candidate, Need, areas_of, match_issue
from mentoring.mentors import has_left

PACE = timedelta(minutes=1)


def ask(decision: Decision, program_id: int) -> None:
    """Asks for re-homing, once for what is being decided; the clock rings for it."""
    asked = Asked(f"{decision.row.delivery}:rehome:{program_id}", "rehome", fields={"program_id": program_id})
    inbox.put_new(decision.connection, [asked], decision.now, rung=False)


def rehome(context: Context, row: Row) -> None:
    """One thread; then the row waits for its next turn, until every name is true."""
    home = load_home(context, row.field("program_id"))
    if home is None:
        return
    found = _next(context, home)
    if found is None:
        return
    loaded, thread = found
    issue = _read(context, loaded.place.installation_id, thread)
    with go_on(context, row) as decision:
        programs.lock(decision.connection, home.home.id)
        _rehome(decision, loaded, thread, issue)
    raise Again(context.now() + PACE, "re-homing goes on")


def _next(context: Context, home: Loaded) -> tuple[Loaded, Any] | None:
    """The first open thread with the name of somebody who has left, and the program as its repository has it."""
    with context.ledger.read() as connection:
        here = {
            place.id: place.installation_id
            for place in places.repositories_of_program(connection, home.home.id)
            if place.installation_id and not place.archived
        }
        gone = leavers(connection, home)
        threads = (
            *mentorships.open_in(connection, home.home.id),
            *mentorships.open_starters(connection, home.home.id),
        )
    for thread in threads:
        others = {getattr(thread, name, None) for name in ("second_id", "beside_id")}
        named = {thread.mentor_id, *others} - {None}
        if named & gone and thread.repository_id in here:
            loaded = _program_of(context, here[thread.repository_id], thread.repository_id)
            if loaded is not None and loaded.home.id == home.home.id:
                return loaded, thread
    return None


def _program_of(context: Context, installation_id: int, repository_id: int) -> Loaded | None:
    """None: without a configuration, or where the App may not look, there is silence."""
    try:
        return load_program(context, installation_id, repository_id)
    except (Missing, Suspended, Unavailable):
        return None


def leavers(connection: Any, home: Loaded) -> set[int]:
    """Everybody named on something open who is no mentor any more."""
    open_ones = mentorships.open_in(connection, home.home.id)
    starters = mentorships.open_starters(connection, home.home.id)
    named = {one.mentor_id for one in (*open_ones, *starters)} | {one.second_id for one in open_ones}
    named |= {one.beside_id for one in open_ones}
    named.discard(None)
    said = programs.statements(connection, home.home.id, named)
    return {one for one in named if has_left(declared(home, one), statement(said.get(one)))}


def _read(context: Context, installation_id: int, thread: Any) -> Issue | None:
    github = context.github.installation(installation_id)
    try:
        return reads.issue(github, thread.repository_id, thread.number)
    except Missing:
        return None


def _rehome(decision: Decision, loaded: Loaded, thread: Any, issue: Issue | None) -> None:
    here = (thread.repository_id, thread.number)
    row, starter = (
        mentorships.get(decision.connection, *here),
        mentorships.starter(decision.connection, *here),
    )
    is_open_row = row is not None and row.closed_at is None
    if issue is None or not issue.is_open:
        mentorships.close(decision.connection, *here, decision.now, merged=bool(issue and issue.merged_at))
        mentorships.change_starter(decision.connection, *here, closed_at=decision.now)
        starter_notes.ask_about(decision, row)
        return
    gone = leavers(decision.connection, loaded)
    if starter is not None and starter.closed_at is None and starter.mentor_id in gone:
        pass_on(decision, loaded, issue, starter, why="left")
    if is_open_row:
        row = mentorships.get(decision.connection, *here)
        _rehome_mentorship(decision, loaded, row, gone)


def _rehome_mentorship(decision: Decision, loaded: Loaded, row: Any, gone: set[int]) -> None:
    if row.beside_id in gone:
        hand_over.stand_back(decision, loaded, row)
    if row.second_id in gone:
        hand_over.leave(decision, loaded, row, row.second_id)
        row = mentorships.get(decision.connection, row.repository_id, row.number)
    if row.mentor_id not in gone:
        return
    if row.second_id is not None:
        hand_over.promote(decision, loaded, row)
    elif hand_over.introduce(decision, loaded, row, why="left") is None:
        hand_over.leave(decision, loaded, row, row.mentor_id)


def pass_on(decision: Decision, loaded: Loaded, issue: Issue, starter: Any, why: str) -> bool:
    """A good first issue gets another mentor's name; where nobody is free (False), none."""
    areas = areas_of((), issue.labels, loaded.program.areas)
    need = Need(author_id=0, areas=areas, tried=frozenset({starter.mentor_id}))
    mentors = candidates_for_issues(decision.connection, loaded, decision.now)
    match = match_issue(need, mentors, good_first.MOST_OPEN)
    if match.mentor is not None:
        reasons = match.considered[0].because
        give(decision, loaded, issue, starter, match.mentor, why=why, reasons=reasons)
        return True
    here = (issue.repository_id, issue.number)
    mentorships.change_starter(decision.connection, *here, mentor_id=None)
    hand_over.show_names(decision, loaded, issue.thread, None, [starter.mentor_id])
    starter_notes.rewrite(decision, loaded, issue)
    return False


def follow(decision: Decision, loaded: Loaded, issue: Issue, before: Any) -> None:
    """A good first issue carries the name of whoever helps its newcomer now; `before`: the mentorship's row."""
    here = (issue.repository_id, issue.number)
    row, starter = (
        mentorships.get(decision.connection, *here),
        mentorships.starter(decision.connection, *here),
    )
    if row is None or starter is None or starter.dropped_at or starter.mentor_id != before.mentor_id:
        return
    if row.mentor_id != starter.mentor_id:
        mentorships.change_starter(
            decision.connection, *here, mentor_id=row.mentor_id, kind="labelled", reasons=[]
        )
        starter_notes.rewrite(decision, loaded, issue)


def give(
    decision: Decision,
    loaded: Loaded,
    issue: Issue,
    starter: Any,
    chosen: Candidate,
    *,
    why: str,
    reasons: tuple[str, ...] = (),
    announce: bool = True,
) -> None:
    """Names somebody else on a good first issue, and on whatever a newcomer has begun there."""
    here = (issue.repository_id, issue.number)
    mentorships.change_starter(
        decision.connection, *here, mentor_id=chosen.id, kind="labelled", reasons=list(reasons)
    )
    row = mentorships.get(decision.connection, *here)
    if row is not None and row.closed_at is None and row.mentor_id != chosen.id:
        hand_over.introduce(decision, loaded, row, why=why, to=chosen)
    elif announce:
        hand_over.show_names(decision, loaded, issue.thread, chosen.login, [starter.mentor_id])
        said = HandOver(chosen, why, before=login_of(decision, loaded, starter.mentor_id))
        say_anew(decision, issue.thread, "introduction", rules.text(loaded.program, said))
    starter_notes.rewrite(decision, loaded, issue)
