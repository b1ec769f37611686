"""Welcome: greet a newcomer's first pull request and route it to one named mentor."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from adapters import configuration as files
from adapters import reads
from adapters.context import Context
from adapters.github import Doubt, Refused
from adapters.ledger import contributions, forgetting, languages, mentorships, people, programs
from jobs import claims, starter_notes
from jobs.beside import beside
from jobs.candidates import candidates
from jobs.decision import Again, Decision, Row, decide
from jobs.program import Loaded, load_program
from jobs.waiting import replan
from mentoring import welcome as rules
from mentoring.facts import Issue
from mentoring.matching import Candidate, Match, Need, areas_of, match_newcomer
from mentoring.turns import MENTOR

TRIES = 4  # to find the pull request in GitHub's list of its author's work


def welcome(context: Context, row: Row) -> None:
    """Greets, once per person and program; when in doubt, says nothing."""
    author_id = row.field("pull_request.user.id")
    loaded = _program(context, row)
    if loaded is None or loaded.in_roster(author_id) or _is_known(context, row, loaded, author_id):
        return
    _wait_for_humans(context, row, loaded)
    pull = _first_pull(context, row)
    if pull is None or not pull.is_open or pull.author_id != author_id:
        return
    areas = _areas(context, row, loaded, pull)
    answered = _is_answered(context, row, loaded, pull)
    with decide(context, row) as decision:
        _decide(decision, loaded, pull, areas, answered)


def _program(context: Context, row: Row) -> Loaded | None:
    """A file that was not there may just have come: newcomers go before the push that brings it."""
    loaded = load_program(context, row.installation_id, row.repository_id)
    if loaded is None:
        files.reload(context, row.installation_id, row.repository_id)
        loaded = load_program(context, row.installation_id, row.repository_id)
    return loaded


def _is_known(context: Context, row: Row, loaded: Loaded, author_id: int) -> bool:
    """Whether the ledger alone says that the author was greeted, has an earlier pull request, or is forgotten."""
    with context.ledger.read() as connection:
        if forgetting.is_forgotten(connection, author_id):
            return True
        first = mentorships.first_pull(connection, row.repository_id, author_id)
        greeted = mentorships.was_greeted(connection, loaded.home.id, author_id)
    return greeted or (first is not None and first < row.number)


def _wait_for_humans(context: Context, row: Row, loaded: Loaded) -> None:
    created = datetime.fromisoformat(row.field("pull_request.created_at"))
    due = created + loaded.program.human_first
    if context.now() < due:
        raise Again(due, "humans first")


def _first_pull(context: Context, row: Row) -> Issue | None:
    """The pull request as it is now, if it is the author's first here; one request decides both."""
    github = context.github.installation(row.installation_id)
    login = row.field("pull_request.user.login")
    try:
        for item in reads.issues_of(github, row.repository_id, login):
            if item.is_pull and item.number == row.number:
                return item
            if item.is_pull and item.number < row.number:
                _note_author(context, row, item)
                return None
    except Refused:  # GitHub does not list this author, e.g. an account that was blocked meanwhile
        return None
    if row.attempts < TRIES:
        raise Doubt("the pull request is not in its author's list yet")
    return None  # young, renamed or hidden: what stays in doubt is left in peace


def _note_author(context: Context, row: Row, earlier: Issue) -> None:
    with context.ledger.write() as connection:
        mentorships.note_author(connection, row.repository_id, earlier.author_id, earlier.number)


def _areas(context: Context, row: Row, loaded: Loaded, pull: Issue) -> tuple[str, ...]:
    areas = loaded.program.areas
    if not any(area.paths for area in areas.values()):
        return areas_of((), pull.labels, areas)
    github = context.github.installation(row.installation_id)
    return areas_of(reads.paths_of_pull(github, row.repository_id, row.number), pull.labels, areas)


def _is_answered(context: Context, row: Row, loaded: Loaded, pull: Issue) -> bool:
    """Whether a human was here first; only asked where the program lets humans go first."""
    if not loaded.program.human_first:
        return False
    github = context.github.installation(row.installation_id)
    said = reads.comments(github, row.repository_id, row.number, pull.created_at)
    return any(one.by_person and one.author_id != pull.author_id for one in said)


def _decide(decision: Decision, loaded: Loaded, pull: Issue, areas: tuple[str, ...], answered: bool) -> None:
    connection, now, home = decision.connection, decision.now, loaded.home
    programs.lock(connection, home.id)
    if not mentorships.greet(connection, home.id, pull.author_id, pull.repository_id, pull.number, now):
        decision.note = "greeted before"
        return
    starter, named_id = _starter(decision, loaded, pull)
    mentorships.note_author(connection, pull.repository_id, pull.author_id, pull.number)
    contributions.keep(connection, home.id, pull, now)
    if mentorships.get(connection, pull.repository_id, pull.number) is not None:
        decision.note = "a command was faster: they have a mentor here already"
        return
    language = languages.asked_by(connection, home.id, pull.author_id)
    need = Need(pull.author_id, areas, language, named_id=named_id)
    match = match_newcomer(need, candidates(connection, loaded, decision.now))
    stands_by = beside(decision, loaded, match.mentor.id if match.mentor else None, pull.author_id)
    said = rules.welcome(
        pull,
        loaded.program,
        match,
        areas,
        starter if match.deciding == "named" else None,
        now,
        answered=answered,
        beside=stands_by,
    )
    people.see(connection, pull.author_id, pull.author)
    wish = {"areas": list(areas), "language": language}
    _begin(decision, loaded, pull, match, said, starter, wish, stands_by)
    decision.act(decision.row.installation_id, said.actions)


def _starter(decision: Decision, loaded: Loaded, pull: Issue) -> tuple[int | None, int | None]:
    """The starter issue which the author claimed or which the pull request closes, and its mentor."""
    claimed = claims.link(decision, loaded, pull)
    if claimed is not None and claimed.mentor_id and not claimed.dropped_at:
        return claimed.number, claimed.mentor_id
    for number in rules.closes(pull.body, loaded.place.full_name):
        row = mentorships.starter(decision.connection, pull.repository_id, number)
        if row is not None and row.mentor_id and not row.dropped_at:
            return number, row.mentor_id
    return None, None


def _begin(
    decision: Decision,
    loaded: Loaded,
    pull: Issue,
    match: Match,
    said: rules.Welcome,
    starter: int | None,
    wish: Mapping[str, Any],
    stands_by: Candidate | None,
) -> None:
    values = {
        "program_id": loaded.home.id,
        "repository_id": pull.repository_id,
        "number": pull.number,
        "newcomer_id": pull.author_id,
        "mentor_id": said.mentor.id if said.mentor else None,
        "beside_id": stands_by.id if stands_by else None,
        "starter_number": starter,
        "tried": [said.mentor.id] if said.mentor else [],
        "since": decision.now,
        "answer_by": said.answer_by,
        "turn": MENTOR,
        "turn_since": decision.now,
        "newcomer_at": pull.created_at,
        "merged": False,
        "reasons": [asdict(one) for one in match.considered],
        "greeting": _greeting(said, wish),
    }
    mentorships.begin(decision.connection, values)
    replan(decision, loaded, pull.repository_id, pull.number)
    if starter is not None:
        starter_notes.ask(decision, pull.repository_id, starter)


def _greeting(said: rules.Welcome, wish: Mapping[str, Any]) -> dict[str, Any]:
    """What the welcome was filled with, and what somebody else is chosen by if that has to be."""
    return {**(said.greeting or {}), "mentor_id": said.mentor and said.mentor.id, **wish}
