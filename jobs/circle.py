"""Circle: introduces a few newcomers to each other, each on their own thread, if GitHub shows that all fits still."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters import links, reads
from adapters.context import Context
from adapters.github import Installation, Missing, Refused, Suspended, Unavailable
from adapters.ledger import forgetting, programs
from adapters.ledger import peers as ledger
from jobs.decision import Decision, Row, decide
from jobs.peers import is_said, newcomer_of
from jobs.program import Loaded, load_program
from jobs.week import load_home
from mentoring import peers as rules
from mentoring.facts import Issue, RepositoryFacts
from mentoring.peers import Newcomer, Peer

GONE = (Missing, Refused, Suspended, Unavailable)  # who cannot be seen is not named
MARK = "<!-- lamplighter:peers "  # of a comment from before the loss of our database


@dataclass(frozen=True)
class _Seen:
    """A newcomer as GitHub shows them now."""

    newcomer: Newcomer
    login: str
    title: str
    url: str


def circle(context: Context, row: Row) -> None:
    """Facts are read now: what waits in a queue may be closed, private or somebody else's by then."""
    loaded = load_home(context, row.field("program_id"))
    if loaded is None or not loaded.program.peers:
        return
    people = [int(one) for one in row.field("people")]
    with context.ledger.read() as connection:
        rows = ledger.waiting(connection, loaded.home.id, rules.came_between(context.now()), people)
    seen = [one for row in rows if (one := _see(context, row)) is not None]
    with decide(context, row) as decision:
        programs.lock(decision.connection, loaded.home.id)
        left = list(_still_there(decision, loaded, seen))
        for fitting in rules.circles(one.newcomer for one in left):
            _introduce(decision, loaded, [one for one in left if one.newcomer in fitting])


def _see(context: Context, row: Any) -> _Seen | None:
    """None for whoever is not to be named: it is over, they know the way, or they were told before."""
    github = context.github.installation(row.installation_id)
    try:
        place = reads.repository(github, row.repository_id)
        pull = reads.issue(github, row.repository_id, row.number)
        if place is None or place.archived or not _is_open(pull, row) or _is_told(context, github, pull):
            return None
        if not _is_wanted_here(context, row):
            return None
        # Who may triage in the open knows the way; in private everybody who is there was given something.
        if not place.private and reads.access(github, place.id, pull.author).triages:
            return None
    except GONE:
        return None
    return _seen(context, place, pull, row)


def _is_wanted_here(context: Context, row: Any) -> bool:
    """Whether the repository is of the program still, by its file, which may also say no to this for itself."""
    here = load_program(context, row.installation_id, row.repository_id)
    return here is not None and here.home.id == row.program_id and here.program.peers


def _is_open(pull: Issue, row: Any) -> bool:
    return (
        pull.is_open
        and pull.is_pull
        and not pull.locked
        and pull.by_person
        and pull.author_id == row.newcomer_id
    )


def _is_told(context: Context, github: Installation, pull: Issue) -> bool:
    said = reads.comments(github, pull.repository_id, pull.number, pull.created_at)
    return any(one.author == context.github.bot and MARK in one.body for one in said)


def _seen(context: Context, place: RepositoryFacts, pull: Issue, row: Any) -> _Seen:
    url = links.thread(context.settings, place.full_name, pull.number)
    newcomer = replace(newcomer_of(row), place=place.id if place.private else 0)
    return _Seen(newcomer, pull.author, pull.title, url)


def _still_there(decision: Decision, loaded: Loaded, seen: Sequence[_Seen]) -> Iterator[_Seen]:
    """Who may be named still, now that nothing changes any more."""
    people = [one.newcomer.id for one in seen]
    came = rules.came_between(decision.now)
    rows = ledger.waiting(decision.connection, loaded.home.id, came, people)
    still = {row.newcomer_id for row in rows}
    for one in seen:
        if (
            one.newcomer.id in still
            and not loaded.in_roster(one.newcomer.id)
            and not is_said(decision, one.newcomer)
        ):
            yield one


def _introduce(decision: Decision, loaded: Loaded, circle: Sequence[_Seen]) -> None:
    people = [one.newcomer.id for one in circle]
    ledger.introduced(decision.connection, loaded.home.id, people, decision.now)
    for one in circle:
        others = [(other.newcomer.id, _peer(decision, one, other)) for other in circle if other is not one]
        comment = rules.introduce(loaded.program, one.newcomer, one.login, others)
        decision.act_in(one.newcomer.thread.repository_id, [comment])


def _peer(decision: Decision, reader: _Seen, other: _Seen) -> Peer:
    title = forgetting.without_them(decision.connection, other.title)
    return Peer(other.login, title, other.url, rules.shared_area(reader.newcomer, other.newcomer))
