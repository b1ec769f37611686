"""Erasing: what the ledger knows of a person, and taking it out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, or_, select, update

from adapters.ledger import shares as shared
from adapters.ledger.schema import (
    asks,
    authors,
    certificates,
    claims,
    contributions,
    event_roles,
    events,
    exit_answers,
    files,
    greetings,
    heard,
    invitations,
    lineage,
    listings,
    logins,
    mentors,
    mentorships,
    peers,
    people,
    praise,
    reminders,
    repositories,
    sessions,
    shares,
    starters,
    wins,
)
from adapters.ledger.unsaying import NOBODY, mentions
from mentoring.forgetting import without

# The tables whose rows are about one person. What a mentor did for others stays, without the mentor.
OF_PERSON = (
    *(mentors, listings, invitations, asks, shares, lineage, claims, contributions, wins, greetings, authors),
    *(reminders, sessions),
    *(certificates, exit_answers, event_roles, peers),
)

Thread = tuple[int, int]  # a repository's id, and the number there


@dataclass(frozen=True)
class Known:
    """Where somebody is named, on GitHub or in the ledger."""

    logins: frozenset[str]  # in lower case, also as rosters have them
    programs: frozenset[
        int
    ]  # all that have a row about them: their locks keep a new one from coming meanwhile
    as_newcomer: Sequence[Row[Any]]  # mentorships
    as_mentor: Sequence[Row[Any]]  # mentorships, also those they only cover or stand by
    before: Sequence[Row[Any]]  # open mentorships in which they were named before somebody else was
    starters: Sequence[Row[Any]]
    claims: Sequence[Row[Any]]
    greeted: frozenset[Thread]
    asked_in: frozenset[tuple[int, str]]  # programs, and the keys of the issues with their invitations
    shared_in: frozenset[tuple[int, str]]  # programs, and the cohorts in whose showcase they are named
    events: frozenset[tuple[int, str]]  # programs, and the keys of the events in which they are named
    titles: frozenset[str]  # the keys of those whose title names them


def known(connection: Connection, person_id: int, login: str) -> Known:
    """Everything that leads to somebody."""
    helpers = (mentorships.c.mentor_id, mentorships.c.second_id, mentorships.c.beside_id)
    helper = or_(*(column == person_id for column in helpers))
    invited = _rows(connection, invitations, invitations.c.person_id == person_id)
    recorded_in = (mentors, claims, greetings, contributions, wins, exit_answers, certificates, lineage)
    of_person = [row for table in recorded_in for row in _of(connection, table, person_id)]
    as_newcomer = _rows(connection, mentorships, mentorships.c.newcomer_id == person_id)
    as_mentor = _rows(connection, mentorships, helper)
    named = _rows(connection, starters, starters.c.mentor_id == person_id)
    names = _logins(connection, person_id) | {login.lower()}
    in_events = _named_in_events(connection, person_id, names)
    rows = (*invited, *of_person, *as_newcomer, *as_mentor, *named, *in_events)
    programs = {row.program_id for row in rows}
    return Known(
        frozenset(names),
        frozenset(programs | _in_files(connection, sorted(names))),
        as_newcomer,
        as_mentor,
        _before(connection, person_id),
        named,
        _of(connection, claims, person_id),
        frozenset((row.repository_id, row.number) for row in _of(connection, greetings, person_id)),
        frozenset((row.program_id, row.issue_key) for row in invited if row.issue_key),
        frozenset((row.program_id, row.cohort) for row in _named_in_shares(connection, person_id, names)),
        frozenset((row.program_id, row.key) for row in in_events),
        frozenset(row.key for row in in_events if without(row.title, names) != row.title),
    )


def _in_files(connection: Connection, names: Sequence[str]) -> set[int]:
    """The programs whose home's file names somebody: who looks after a team stands nowhere else."""
    at_home = (repositories.c.id == files.c.repository_id, repositories.c.program_id == repositories.c.id)
    wanted = (
        select(repositories.c.id).join(files, at_home[0]).where(at_home[1], mentions(files.c.text, names))
    )
    return set(connection.execute(wanted).scalars())


def _named_in_shares(connection: Connection, person_id: int, names: Iterable[str]) -> Sequence[Row[Any]]:
    return _rows(connection, shares, or_(shares.c.person_id == person_id, mentions(shares.c.text, names)))


def _named_in_events(connection: Connection, person_id: int, names: Iterable[str]) -> Sequence[Row[Any]]:
    names, told = list(names), (events.c.title, events.c.result)
    taken = {row.key for row in _of(connection, event_roles, person_id)}
    may_name = or_(*(mentions(one, names) for one in told))
    rows = _rows(connection, events, or_(events.c.person_id == person_id, events.c.key.in_(taken), may_name))
    return [row for row in rows if row.person_id == person_id or row.key in taken or _tells_of(row, names)]


def _tells_of(row: Row[Any], names: Sequence[str]) -> bool:
    """Whether somebody's login stands in its words, and not only the letters of it."""
    return any(text and without(text, names) != text for text in (row.title, row.result))


def _before(connection: Connection, person_id: int) -> Sequence[Row[Any]]:
    tried = (mentorships.c.closed_at.is_(None), mentions(mentorships.c.tried, [str(person_id)]))
    rows = connection.execute(select(mentorships).where(*tried)).all()
    return [
        row
        for row in rows
        if person_id in (row.tried or ()) and person_id not in (row.mentor_id, row.second_id, row.beside_id)
    ]


def _of(connection: Connection, table: Table, person_id: int) -> Sequence[Row[Any]]:
    return _rows(connection, table, table.c.person_id == person_id)


def _rows(connection: Connection, table: Table, where: Any) -> Sequence[Row[Any]]:
    return connection.execute(select(table).where(where)).all()


def _logins(connection: Connection, person_id: int) -> set[str]:
    theirs = select(people.c.login).where(people.c.id == person_id)
    in_rosters = select(logins.c.login).where(_is_login_of(person_id))
    return {login.lower() for login in connection.execute(theirs.union(in_rosters)).scalars()}


def _is_login_of(person_id: int) -> Any:
    return or_(logins.c.person_id == person_id, logins.c.taken_by == person_id)


def erase(connection: Connection, person_id: int, names: Iterable[str]) -> None:
    """Takes a person out of everything that was decided. `names`: their logins."""
    for table in OF_PERSON:
        connection.execute(delete(table).where(table.c.person_id == person_id))
    connection.execute(delete(people).where(people.c.id == person_id))
    names = list(names)
    connection.execute(delete(logins).where(or_(_is_login_of(person_id), logins.c.login.in_(names))))
    connection.execute(delete(mentorships).where(mentorships.c.newcomer_id == person_id))
    for table, column in ((mentorships, "mentor_id"), (starters, "mentor_id"), (mentorships, "second_id")):
        _unname(connection, table, column, person_id)
    for stood_by in (mentorships.c.beside_id, lineage.c.helper_id):
        connection.execute(update(stood_by.table).where(stood_by == person_id).values({stood_by.name: None}))
    _erase_from_reasons(connection, person_id, names)
    about = or_(praise.c.newcomer_id == person_id, praise.c.mentor_id == person_id)
    connection.execute(delete(praise).where(about))
    connection.execute(update(wins).where(wins.c.told_by == person_id).values(told_by=NOBODY))
    for row in _rows(connection, starters, mentions(starters.c.title, names)):
        here = (starters.c.repository_id == row.repository_id, starters.c.number == row.number)
        connection.execute(update(starters).where(*here).values(title=without(row.title, names)))
    for row in _rows(connection, wins, mentions(wins.c.text, names)):
        connection.execute(update(wins).where(wins.c.id == row.id).values(text=without(row.text, names)))
    for row in _rows(connection, shares, mentions(shares.c.text, names)):
        shared.reword(connection, row, without(row.text, names))
    _erase_from_events(connection, person_id, names)
    _erase_from_answers(connection, names)


def _erase_from_events(connection: Connection, person_id: int, names: Sequence[str]) -> None:
    """An event goes on without whoever opened it."""
    for row in _named_in_events(connection, person_id, names):
        values = {"title": without(row.title, names), "result": row.result and without(row.result, names)}
        if row.person_id == person_id:
            values["person_id"] = None
        connection.execute(update(events).where(events.c.key == row.key).values(values))


def _erase_from_answers(connection: Connection, names: Sequence[str]) -> None:
    """What others wrote about them stays, without the name."""
    fields = (exit_answers.c.stayed, exit_answers.c.hindered)
    for row in _rows(connection, exit_answers, or_(*(mentions(one, names) for one in fields))):
        here = (exit_answers.c.program_id == row.program_id, exit_answers.c.person_id == row.person_id)
        said = {one.name: without(row._mapping[one.name] or "", names) or None for one in fields}
        connection.execute(update(exit_answers).where(*here).values(said))


def _unname(connection: Connection, table: Table, column: str, person_id: int) -> None:
    """On what is closed nobody is named; what is open waits for somebody else."""
    named = table.c[column] == person_id
    connection.execute(update(table).where(named, table.c.closed_at.is_not(None)).values({column: None}))
    waits = None if column == "second_id" else NOBODY
    connection.execute(update(table).where(named).values({column: waits}))


def _erase_from_reasons(connection: Connection, person_id: int, names: Sequence[str]) -> None:
    """Why others were chosen names everybody who was considered, and who was tried."""
    kept = (mentorships.c.reasons, mentorships.c.tried, mentorships.c.greeting)
    named = or_(*(mentions(column, [*names, str(person_id)]) for column in kept))
    for row in _rows(connection, mentorships, named):
        reasons = [one for one in row.reasons or () if one["login"].lower() not in names]
        others = [one for one in row.tried or () if one != person_id]
        greeting = row.greeting and {
            name: _greeted(name, value, person_id) for name, value in row.greeting.items()
        }
        here = (mentorships.c.repository_id == row.repository_id, mentorships.c.number == row.number)
        values = {"reasons": row.reasons and reasons, "tried": row.tried and others, "greeting": greeting}
        connection.execute(update(mentorships).where(*here).values(values))


def _greeted(name: str, value: Any, person_id: int) -> Any:
    return None if name == "mentor_id" and value == person_id else value


def unhear(connection: Connection, thread: Thread, comment_id: int) -> None:
    """Forgets the commands of one text; 0 is the thread's opening."""
    here = (heard.c.repository_id == thread[0], heard.c.number == thread[1])
    connection.execute(delete(heard).where(*here, heard.c.comment_id == comment_id))
