"""My page: what concerns one person – whom they help, what they were asked, their own path."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters import reads
from adapters.catalogues import spoken
from adapters.context import Context
from adapters.github import Trouble
from adapters.ledger import (
    availability,
    certificates,
    invitations,
    listing,
    mentorships,
    people,
    programs,
    wins,
)
from adapters.ledger import forgetting as forgotten
from adapters.ledger import me as ledger
from adapters.ledger import praise as merges
from jobs.candidates import declared, mentor
from jobs.certificate_shown import certificate_of
from jobs.decision import Again
from jobs.lineage_shown import Lineage, for_themselves
from jobs.praise import text_of
from jobs.program import Loaded
from jobs.waiting import acting
from jobs.week import load_home
from mentoring import contributors
from mentoring.availability import Capacity, capacity_of, is_away, zone_of
from mentoring.certificate import title
from mentoring.lineage import HELPED_HERE
from mentoring.praise import SHOWN


@dataclass(frozen=True)
class Spot:
    """A thread. `slug` is None where GitHub does not say that this person may see it."""

    slug: str | None
    number: int


@dataclass(frozen=True)
class Helped:
    """A newcomer whom they help. `turn`: mine, other (the other mentor's), newcomer or maintainers."""

    spot: Spot
    newcomer: str
    turn: str
    since: datetime
    answer_by: datetime | None
    covers: bool
    beside: bool  # they once helped this mentor, and are there too


@dataclass(frozen=True)
class Own:
    """A thread of their own as a newcomer. `state`: merged, closed or open."""

    spot: Spot
    since: datetime
    state: str
    mentor: str | None
    kind: str
    turn: str


@dataclass(frozen=True)
class Praise:
    """Something to say: a merge of a newcomer's, with a draft. `line`, `entry`: for all-contributors; None: not wanted."""

    spot: Spot
    thread: str  # by its ids, for the button
    newcomer: str
    merged_at: datetime
    draft: str
    line: str | None
    entry: str | None


@dataclass(frozen=True)
class Mentoring:
    """A program in which they are a mentor, or were asked to be one."""

    id: int
    name: str
    noun: str
    language: str  # of the drafts, as a code
    zone: ZoneInfo
    invited: str | None  # open, later: an invitation that waits for their answer
    invited_until: datetime | None  # when they are asked again
    is_mentor: bool
    capacity: int
    load: int
    away_since: datetime | None
    away_until: datetime | None
    can_be_listed: bool
    helped: tuple[Helped, ...]
    lineage: Lineage
    praise: tuple[Praise, ...]


@dataclass(frozen=True)
class Proof:
    """A certificate of theirs."""

    id: str
    title: str
    program: str
    issued_at: datetime


@dataclass(frozen=True)
class Mine:
    """The page. `unread`: how many programs could not be read just now."""

    mentoring: tuple[Mentoring, ...]
    own: tuple[Own, ...]
    unread: int
    listed: bool
    forgotten: bool
    proofs: tuple[Proof, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.mentoring or self.own or self.unread or self.proofs)


@dataclass(frozen=True)
class _View:
    """Who looks, and what they may see of private repositories."""

    id: int
    seen: dict[int, bool]
    names: dict[int, str]

    def spot(self, row: Any) -> Spot:
        return Spot(row.full_name if self.seen[row.repository_id] else None, row.number)

    def name(self, person_id: int | None) -> str:
        return self.names.get(person_id or 0, "ghost")


def mine(context: Context, person_id: int, login: str) -> Mine:
    """What the page of a person shows. Private repositories are named only if GitHub says that they may see them."""
    with context.ledger.read() as connection:
        program_ids = ledger.programs_of(connection, person_id)
        helping, own = ledger.helping(connection, person_id), ledger.as_newcomer(connection, person_id)
        merged = merges.waiting(connection, person_id, context.now() - SHOWN)
        ids = {row.newcomer_id for row in (*helping, *merged)} | {row.mentor_id for row in own}
        names = people.names(connection, [one for one in ids if one])
        proofs = [_proof(row) for row in certificates.of_person(connection, person_id)]
        listed, gone = listing.is_listed(connection, person_id), forgotten.is_forgotten(connection, person_id)
    view = _View(person_id, _seen(context, person_id, login, [*helping, *own, *merged]), names)
    found = [_program(context, view, program_id, helping, merged) for program_id in program_ids]
    return Mine(
        tuple(one for one in found if isinstance(one, Mentoring)),
        tuple(_own(view, row) for row in own),
        sum(one is None for one in found),
        listed,
        gone,
        tuple(proofs),
    )


def _proof(row: Any) -> Proof:
    return Proof(row.id, title(certificate_of(row)), row.program, row.issued_at)


def _seen(context: Context, person_id: int, login: str, rows: Iterable[Any]) -> dict[int, bool]:
    """Which of the repositories may be named; a request for each private one."""
    seen: dict[int, bool] = {}
    for row in rows:
        if row.repository_id not in seen:
            seen[row.repository_id] = not row.private or _may_read(context, row, person_id, login)
    return seen


def _may_read(context: Context, row: Any, person_id: int, login: str) -> bool:
    if row.installation_id is None:
        return False
    try:
        github = context.github.installation(row.installation_id)
        return reads.access(github, row.repository_id, login, person_id).reads
    except Trouble:
        return False  # nothing is named on a guess


def _program(
    context: Context, view: _View, program_id: int, helping: Iterable[Any], merged: Iterable[Any]
) -> Mentoring | bool | None:
    """A program; None if it cannot be read now, False if it is nothing of theirs any more."""
    try:
        loaded = load_home(context, program_id)
    except (Trouble, Again):
        return None
    if loaded is None:
        return False
    helped = tuple(_helped(view, row) for row in helping if row.program_id == program_id)
    praise = [_praise(context, view, loaded, row) for row in merged if row.program_id == program_id]
    one = _mentoring(context, view, loaded, helped, praise)
    return one if one.is_mentor or one.invited or helped or praise else False


def _mentoring(
    context: Context, view: _View, loaded: Loaded, helped: tuple[Helped, ...], praise: Sequence[Praise]
) -> Mentoring:
    program, program_id, now = loaded.program, loaded.home.id, context.now()
    member = declared(loaded, view.id)
    with context.ledger.read() as connection:
        is_mentor = mentor(connection, loaded, view.id) is not None
        word = availability.get(connection, program_id, view.id)
        asked = invitations.of_person(connection, program_id, view.id)
        said = programs.statements(connection, program_id, [view.id]).get(view.id)
        line = for_themselves(connection, program_id, view.id)
        load = mentorships.loads(connection, program_id, [view.id]).get(view.id, (0, None))[0]
    waits = next((row for row in asked if row.state in invitations.OPEN), None)
    may_answer = waits is not None and (member is not None or waits.cohort == HELPED_HERE)
    room = (
        Capacity(word.roster_capacity, word.roster_capacity_at, word.capacity, word.capacity_at)
        if word
        else None
    )
    away = said is not None and is_away(said.away_since, said.away_until, now)
    return Mentoring(
        id=program_id,
        name=program.name,
        noun=program.mentor_noun,
        language=spoken(program.language),
        zone=zone_of(program, member),
        invited=waits.state if waits and may_answer else None,
        invited_until=waits.remind_at if waits and waits.state == "later" else None,
        is_mentor=is_mentor,
        capacity=capacity_of(member, room) if member else 0,
        load=load,
        away_since=said.away_since if away and said else None,
        away_until=said.away_until if away and said else None,
        can_be_listed=not loaded.home.private,
        helped=helped,
        lineage=line,
        praise=tuple(praise),
    )


def _praise(context: Context, view: _View, loaded: Loaded, row: Any) -> Praise:
    login, line, entry = view.name(row.newcomer_id), None, None
    if loaded.program.all_contributors and row.newcomer_id in view.names:
        with context.ledger.read() as connection:
            won = wins.of_person(connection, row.program_id, row.newcomer_id)
        types = contributors.types(["docs" if row.docs else "code", *(one.kind for one in won)])
        line = contributors.line(login, types)
        entry = contributors.entry(context.settings.html_url, row.newcomer_id, login, types)
    thread = f"{row.repository_id}/{row.number}"
    return Praise(view.spot(row), thread, login, row.merged_at, text_of(row, login, loaded), line, entry)


def _helped(view: _View, row: Any) -> Helped:
    turn = row.turn
    if turn == "mentor":
        turn = "mine" if acting(row) == view.id else "other"
    return Helped(
        spot=view.spot(row),
        newcomer=view.name(row.newcomer_id),
        turn=turn,
        since=row.turn_since or row.since,
        answer_by=row.answer_by if row.answered_at is None else None,
        covers=row.second_id == view.id,
        beside=row.beside_id == view.id,
    )


def _own(view: _View, row: Any) -> Own:
    state = "merged" if row.merged else "closed" if row.closed_at else "open"
    name = view.name(row.mentor_id) if row.mentor_id else None
    return Own(view.spot(row), row.since, state, name, row.kind, row.turn)
