"""What the pages of a program tell: newcomers and their stage, mentors' answers, starter issues and who opened them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    FromClause,
    Row,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    union,
)

from adapters.ledger.given import as_given, given
from adapters.ledger.schema import claims, files, mentorships, programs, repositories, starters
from adapters.ledger.weeks import taken_of

Rows = Sequence[Row[Any]]

# The stage of a thread: whose turn it is while it is open, and afterwards how it ended.
_stage = case(
    (mentorships.c.closed_at.is_(None), mentorships.c.turn), (mentorships.c.merged, "merged"), else_="closed"
)
_waits_since = func.coalesce(mentorships.c.turn_since, mentorships.c.since, type_=mentorships.c.since.type)


# --- which programs -------------------------------------------------------------------------------


def programs_in(connection: Connection, installation_ids: Collection[int]) -> set[int]:
    """The programs that a repository of these installations takes part in."""
    there = repositories.c.installation_id.in_(list(installation_ids))
    found = select(repositories.c.program_id).where(there, repositories.c.program_id.is_not(None))
    return set(connection.execute(found).scalars())


def installations_naming(connection: Connection, logins: Collection[str]) -> set[int]:
    """The installations by which a file in force was read that has one of these logins somewhere.

    A hint where to look, and nobody's right yet.
    """
    if not logins:
        return set()
    text = func.lower(cast(files.c.good, Text))
    named = or_(*(text.contains(login.lower(), autoescape=True) for login in logins))
    return set(connection.execute(select(files.c.installation_id).where(named)).scalars())


def known(connection: Connection, ids: Collection[int]) -> Rows:
    """These programs, by name."""
    wanted = select(programs).where(programs.c.id.in_(list(ids)))
    return connection.execute(wanted.order_by(func.lower(programs.c.name), programs.c.id)).all()


# --- newcomers ------------------------------------------------------------------------------------


def stages(connection: Connection, program_id: int) -> Rows:
    """How many threads of newcomers are in which stage, by repository: `repository_id`, `stage`, `many`."""
    counted = select(mentorships.c.repository_id, _stage.label("stage"), func.count().label("many"))
    mine = counted.where(mentorships.c.program_id == program_id)
    return connection.execute(mine.group_by(mentorships.c.repository_id, "stage")).all()


def threads(
    connection: Connection,
    program_id: int,
    places: Collection[int],
    wanted: Collection[str],
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Rows:
    """The threads in these stages, in these repositories, with `stage` and `waits_since`.

    Whoever waits comes first, the longest first; then those whose own turn it is; then what is over, newest first.
    """
    columns: tuple[Any, ...] = (
        mentorships.c.repository_id,
        mentorships.c.number,
        mentorships.c.kind,
        mentorships.c.newcomer_id,
        mentorships.c.mentor_id,
        mentorships.c.second_id,
        mentorships.c.since,
        mentorships.c.answer_by,
        mentorships.c.answered_at,
        mentorships.c.turn,
        mentorships.c.closed_at,
        mentorships.c.merged,
        _stage.label("stage"),
        _waits_since.label("waits_since"),
    )
    found: Select[Any] = select(*columns).where(
        mentorships.c.program_id == program_id,
        mentorships.c.repository_id.in_(list(places)),
        _stage.in_(list(wanted)),
    )
    is_open = mentorships.c.closed_at.is_(None)
    order = (
        case((and_(is_open, mentorships.c.turn != "newcomer"), 0), (is_open, 1), else_=2),
        case((is_open, _waits_since)),
        mentorships.c.closed_at.desc(),
        mentorships.c.repository_id,
        mentorships.c.number,
    )
    return connection.execute(found.order_by(*order).limit(limit).offset(offset)).all()


def came(connection: Connection, program_id: int, since: datetime) -> Rows:
    """What the numbers need of the mentorships that began since then, the oldest first."""
    columns = ("repository_id", "number", "kind", "newcomer_id", "mentor_id", "starter_number")
    moments = ("since", "answered_at", "closed_at", "merged")
    found = select(*(mentorships.c[name] for name in (*columns, *moments))).where(
        mentorships.c.program_id == program_id, mentorships.c.since >= since
    )
    order = (mentorships.c.since, mentorships.c.repository_id, mentorships.c.number)
    return connection.execute(found.order_by(*order)).all()


def here_before(connection: Connection, program_id: int, moment: datetime) -> set[int]:
    """The newcomers who had come before then."""
    found = select(mentorships.c.newcomer_id).where(
        mentorships.c.program_id == program_id, mentorships.c.since < moment
    )
    return set(connection.execute(found.distinct()).scalars())


def claimed(connection: Connection, program_id: int, since: datetime) -> Rows:
    """The claims since then that were not given back, neither by word nor by silence."""
    names = ("repository_id", "number", "person_id", "claimed_at", "pull_number")
    found = select(*(claims.c[name] for name in names)).where(
        claims.c.program_id == program_id,
        claims.c.claimed_at >= since,
        func.coalesce(claims.c.released_why, "").not_in(("said", "silent")),
    )
    order = (claims.c.claimed_at, claims.c.repository_id, claims.c.number)
    return connection.execute(found.order_by(*order)).all()


# --- mentors and graduates ------------------------------------------------------------------------


def answers(
    connection: Connection, program_id: int, since: datetime, mentors: Collection[int] | None = None
) -> Rows:
    """`mentor_id`, `since` and `answered_at` of what began since then; `mentors`: of these alone."""
    found: Select[Any] = select(
        mentorships.c.mentor_id, mentorships.c.since, mentorships.c.answered_at
    ).where(
        mentorships.c.program_id == program_id,
        mentorships.c.since >= since,
        mentorships.c.mentor_id.is_not(None),
    )
    if mentors is None:
        return connection.execute(found).all()
    ids = given(connection.dialect.name)
    found = found.where(mentorships.c.mentor_id.in_(select(ids.c.id)))
    return connection.execute(found, {"ids": as_given(connection, mentors)}).all()


def helped(connection: Connection, program_id: int) -> Rows:
    """Who was named to whom, as mentor or as second, on a thread on which a person answered: each pair once."""
    pairs = [
        select(helper.label("mentor_id"), mentorships.c.newcomer_id).where(
            mentorships.c.program_id == program_id,
            helper.is_not(None),
            mentorships.c.answered_at.is_not(None),
        )
        for helper in (mentorships.c.mentor_id, mentorships.c.second_id)
    ]
    return connection.execute(union(*pairs)).all()


def opened(connection: Connection, program_id: int) -> dict[int, int]:
    """How many starter issues each graduate opened, open or closed, but for those that were dropped."""
    mine = (starters.c.program_id == program_id, starters.c.mentor_id.is_not(None))
    counted = select(starters.c.mentor_id, func.count()).where(
        *mine, starters.c.kind == "starter", starters.c.dropped_at.is_(None)
    )
    return {row[0]: row[1] for row in connection.execute(counted.group_by(starters.c.mentor_id))}


# --- starter issues -------------------------------------------------------------------------------


def starter_states(connection: Connection, program_id: int) -> Rows:
    """How many good first issues are free, taken or done, by repository: `repository_id`, `state`, `many`."""
    each, state = _with_state(program_id)
    grouped = each.with_only_columns(starters.c.repository_id, state, func.count().label("many"))
    return connection.execute(grouped.group_by(starters.c.repository_id, "state")).all()


def starter_issues(
    connection: Connection,
    program_id: int,
    places: Collection[int],
    wanted: Collection[str],
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Rows:
    """The good first issues in these states, in these repositories: free, then taken, then done; newest first."""
    each, state = _with_state(program_id)
    names = ("repository_id", "number", "mentor_id", "kind", "since", "closed_at")
    found: Select[Any] = each.with_only_columns(*(starters.c[name] for name in names), state)
    found = found.where(starters.c.repository_id.in_(list(places)), state.element.in_(list(wanted)))
    rank = case((state.element == "free", 0), (state.element == "taken", 1), else_=2)
    order = (rank, starters.c.since.desc(), starters.c.repository_id, starters.c.number)
    return connection.execute(found.order_by(*order).limit(limit).offset(offset)).all()


def takers(connection: Connection, program_id: int) -> dict[tuple[int, int], int]:
    """Who works on a good first issue now, by repository and number: by a claim, or by what it was begun for."""
    worked_on = select(mentorships.c.repository_id, mentorships.c.starter_number, mentorships.c.newcomer_id)
    by_pull = worked_on.where(
        mentorships.c.program_id == program_id,
        mentorships.c.closed_at.is_(None),
        mentorships.c.starter_number.is_not(None),
    )
    by_claim = select(claims.c.repository_id, claims.c.number, claims.c.person_id).where(
        claims.c.program_id == program_id, claims.c.released_at.is_(None)
    )
    rows = [*connection.execute(by_pull).all(), *connection.execute(by_claim).all()]
    return {(row[0], row[1]): row[2] for row in rows}


def _with_state(program_id: int) -> tuple[Select[Any], Any]:
    taken = _taken(program_id)
    state = case(
        (starters.c.closed_at.is_not(None), "done"), (taken.c.number.is_not(None), "taken"), else_="free"
    ).label("state")
    here = and_(taken.c.repository_id == starters.c.repository_id, taken.c.number == starters.c.number)
    mine = (starters.c.program_id == program_id, starters.c.dropped_at.is_(None))
    return select(starters.c.number).select_from(starters.outerjoin(taken, here)).where(*mine), state


def _taken(program_id: int) -> FromClause:
    return taken_of(program_id).subquery("taken")
