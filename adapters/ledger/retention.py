"""How long things are kept: what nobody needs any more goes, a few rows at a time, and no effect comes twice for it.

What must be remembered for ever stays: which deliveries came, and the keys of what was said.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    String,
    Table,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from adapters.ledger import locks
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
    inbox,
    installations,
    invitations,
    leases,
    limits,
    lineage,
    listings,
    logins,
    lost,
    mentors,
    mentorships,
    metadata,
    outbox,
    peers,
    people,
    praise,
    programs,
    reminders,
    repositories,
    sessions,
    shares,
    starters,
    sweeps,
    wins,
    writes,
)

KEPT = timedelta(days=90)  # done work, commands that ran, repositories that the App left
BRIEFLY = timedelta(days=30)  # reminders, writes that leave nothing, unused leases
AT_ONCE = 500  # rows in one transaction, so that nobody waits long for the database

OF_PEOPLE: tuple[Column[Any], ...] = (
    asks.c.person_id,
    shares.c.person_id,
    authors.c.person_id,
    certificates.c.person_id,
    claims.c.person_id,
    contributions.c.person_id,
    event_roles.c.person_id,
    events.c.person_id,
    exit_answers.c.person_id,
    greetings.c.person_id,
    invitations.c.person_id,
    lineage.c.person_id,
    lineage.c.helper_id,
    logins.c.person_id,
    mentors.c.person_id,
    mentorships.c.newcomer_id,
    mentorships.c.mentor_id,
    mentorships.c.second_id,
    mentorships.c.beside_id,
    peers.c.person_id,
    praise.c.newcomer_id,
    praise.c.mentor_id,
    reminders.c.person_id,
    starters.c.mentor_id,
    wins.c.person_id,
    wins.c.told_by,
)
# Where webhooks and writes are remembered, and places themselves, is cleaned in ways of its own.
APART = (inbox, outbox, files, repositories, programs)
OF_REPOSITORIES = [one for one in metadata.sorted_tables if "repository_id" in one.c and one not in APART]
OF_PROGRAMS = [one for one in metadata.sorted_tables if "program_id" in one.c and one not in APART]


# --- the end of an installation -------------------------------------------------------------------


def erase_installation(connection: Connection, installation_id: int, now: datetime) -> None:
    """Begins to erase what is known through an installation; `erase_some` goes on with its repositories.

    To be called before its repositories are taken from it, and after places.lock_all. The number stays, so that late
    webhooks find it removed.
    """
    theirs = update(repositories).where(repositories.c.installation_id == installation_id)
    connection.execute(theirs.values(erase_at=now))
    for table in (files, writes, limits):
        connection.execute(delete(table).where(table.c.installation_id == installation_id))
    mine = update(installations).where(installations.c.id == installation_id)
    connection.execute(mine.values(account=None, permissions=None))


def end_jobs(connection: Connection, installation_id: int, now: datetime, note: str) -> None:
    """Ends whatever waits for an installation, or is parked there. To be called as `erase_installation`.

    What somebody is deciding at this moment is left out: it is over anyway, and might wait for what we hold.
    """
    places = select(repositories.c.id).where(repositories.c.installation_id == installation_id)
    theirs = or_(inbox.c.installation_id == installation_id, inbox.c.repository_id.in_(places))
    over: dict[str, Any] = {"done_at": now, "parked_at": None, "claimed_until": None, "note": note}
    free = locks.free(inbox, theirs, inbox.c.done_at.is_(None))
    connection.execute(update(inbox).where(inbox.c.id.in_(free)).values(over | {"fields": {}}))


def leave(connection: Connection, now: datetime) -> None:
    """Notes when repositories that nobody has installed are to be erased, and which are installed again."""
    away, unmarked = repositories.c.installation_id.is_(None), repositories.c.erase_at.is_(None)
    is_left, is_back = and_(away, unmarked), and_(~away, ~unmarked)
    ids = connection.execute(locks.in_order(repositories, or_(is_left, is_back))).scalars().all()
    mine = repositories.c.id.in_(ids)
    connection.execute(update(repositories).where(mine, is_left).values(erase_at=now + KEPT))
    connection.execute(update(repositories).where(mine, is_back).values(erase_at=None))


def to_erase(connection: Connection, now: datetime) -> list[int]:
    """The repositories whose time has come; the home of a program that others still use while it has rows of its own."""
    users = repositories.alias()
    used = exists().where(users.c.program_id == repositories.c.id, users.c.installation_id.is_not(None))
    own = [exists().where(one.c.repository_id == repositories.c.id) for one in OF_REPOSITORIES]
    due = select(repositories.c.id).where(
        repositories.c.erase_at <= now, repositories.c.installation_id.is_(None), or_(~used, *own)
    )
    return sorted(connection.execute(due).scalars())


def _still_left(connection: Connection, repository_ids: Collection[int]) -> list[int]:
    """Those that no installation has meanwhile. None gets one, or a user of its program, in this transaction."""
    theirs = or_(repositories.c.id.in_(repository_ids), repositories.c.program_id.in_(repository_ids))
    left = locks.in_order(repositories, theirs, repositories.c.installation_id.is_(None))
    found = connection.execute(left).scalars()
    return [one for one in found if one in repository_ids]


def _homes_in_use(connection: Connection, repository_ids: Collection[int]) -> set[int]:
    """Those that are homes of programs which others use."""
    users = (repositories.c.program_id.in_(repository_ids), repositories.c.installation_id.is_not(None))
    found = select(repositories.c.program_id).where(*users).distinct()
    return {int(one) for one in connection.execute(found).scalars()}


def erase_some(connection: Connection, repository_id: int) -> bool:
    """Erases some of what is known of a repository and the program at home there; False when only its row is left.

    False as well when the App is back there. A program that others use stays.
    """
    if not _still_left(connection, [repository_id]):
        return False
    is_used = bool(_homes_in_use(connection, [repository_id]))
    of_program = [] if is_used else [one.c.program_id for one in OF_PROGRAMS]
    for column in (*(one.c.repository_id for one in OF_REPOSITORIES), *of_program):
        if _delete_some(connection, column.table, column == repository_id):
            return True
    there = mentors.c.away_repository_id == repository_id
    connection.execute(update(mentors).where(there).values(away_repository_id=None, away_number=None))
    asked = lineage.c.asked_repository_id == repository_id
    connection.execute(update(lineage).where(asked).values(asked_repository_id=None, asked_number=None))
    if not is_used:
        connection.execute(delete(files).where(files.c.repository_id == repository_id))
        connection.execute(delete(programs).where(programs.c.id == repository_id))
    return False


def _delete_some(connection: Connection, table: Table, where: Any) -> bool:
    """Deletes up to AT_ONCE rows; whether there were any."""
    key = list(table.primary_key.columns)
    some = [tuple(row) for row in connection.execute(select(*key).where(where).limit(AT_ONCE))]
    connection.execute(delete(table).where(tuple_(*key).in_(some)))
    return bool(some)


def drop_unmentioned(connection: Connection, after: int) -> int | None:
    """Drops the names of some people whom nothing in the ledger is about; where to go on, None at the end."""
    following = select(people.c.id).where(people.c.id > after).order_by(people.c.id).limit(10 * AT_ONCE)
    ids = connection.execute(following).scalars().all()
    if not ids:
        return None
    _drop_people(connection, ids)
    return int(ids[-1])


def drop_repositories(connection: Connection, ids: Collection[int]) -> None:
    """The last of what is known of them: without it nobody would know that there is something to erase.

    A home that others use is what they belong to.
    """
    gone = set(_still_left(connection, ids)) - _homes_in_use(connection, ids)
    connection.execute(delete(repositories).where(repositories.c.id.in_(gone)))


def _drop_people(connection: Connection, ids: Collection[int]) -> None:
    """Drops the names of those whom nothing else in the ledger is about."""
    # Who is a mentor nowhere any more has nothing to be listed as.
    mentors_still = set(_among(connection, mentors.c.person_id, ids))
    connection.execute(delete(listings).where(listings.c.person_id.in_(set(ids) - mentors_still)))
    still = {one for column in OF_PEOPLE for one in _among(connection, column, ids)}
    connection.execute(delete(people).where(people.c.id.in_(set(ids) - still)))


def _among(connection: Connection, column: Column[Any], ids: Collection[int]) -> Iterable[int]:
    return connection.execute(select(column).where(column.in_(ids)).distinct()).scalars()


def unname(connection: Connection, repository_ids: Collection[int], after: int) -> int | None:
    """Takes people and threads out of what is remembered of these repositories; where to go on, None at the end.

    Keys of effects stay, so that nothing is said twice; those that name a person name nobody.
    """
    gone = _still_left(connection, repository_ids)
    if not gone:
        return None
    homes, last = _homes_in_use(connection, gone), None
    for table in (inbox, outbox):
        span = and_(table.c.id > after, table.c.id <= after + 10 * AT_ONCE)
        rest = connection.execute(select(func.max(table.c.id)).where(table.c.id > after)).scalar()
        last = max(last or 0, after + 10 * AT_ONCE) if rest else last
        over = and_(span, table.c.repository_id.in_(gone), table.c.done_at.is_not(None))
        if table is inbox:
            _drop_from_inbox(connection, span, over, gone)
        else:
            _unname(connection, over, homes)
    return last


def _unname(connection: Connection, over: Any, homes: Collection[int]) -> None:
    over = outbox.c.id.in_(connection.execute(locks.in_order(outbox, over)).scalars().all())
    # While others use the program, it knows by these keys what it said to whom.
    of_program = and_(outbox.c.key.contains(" · invitation · "), outbox.c.repository_id.in_(homes))
    named = and_(over, outbox.c.key.contains(" · person "), ~of_program)
    connection.execute(
        update(outbox).where(named).values(key=literal("erased ") + cast(outbox.c.id, String), delivery=None)
    )
    connection.execute(update(outbox).where(over).values(note=None, payload={}))


def _drop_from_inbox(connection: Connection, span: Any, over: Any, repository_ids: Collection[int]) -> None:
    """Takes them out of what is `over`; the clock names its moments after them, so these go, and parked ones, too."""
    is_past = or_(inbox.c.done_at.is_not(None), inbox.c.parked_at.is_not(None))
    found = select(inbox.c.id, inbox.c.delivery).where(span, is_past, inbox.c.delivery.startswith("clock:"))
    named = {str(one) for one in repository_ids}
    gone = [row.id for row in connection.execute(found) if named & set(row.delivery.split(":"))]
    moments = and_(inbox.c.id.in_(gone), is_past)
    mine = inbox.c.id.in_(connection.execute(locks.in_order(inbox, or_(over, moments))).scalars().all())
    connection.execute(delete(inbox).where(mine, moments))
    connection.execute(update(inbox).where(mine).values(note=None, thread=None, repository_id=None))


def drop_unused_logins(connection: Connection, words: Collection[str]) -> int:
    """Drops what is known of logins that no file names any more; how many. `words`: of `words_of_files`."""
    known = connection.execute(select(logins)).all()
    gone = [row for row in known if row.login not in words][:AT_ONCE]
    connection.execute(delete(logins).where(logins.c.login.in_([row.login for row in gone])))
    _drop_people(connection, {row.person_id for row in gone if row.person_id})
    return len(gone)


def words_of_files(connection: Connection) -> set[str]:
    """Every word, in lower case, of every configuration file that is in force or waits to be mended."""
    # Some at a time, by their key: PostgreSQL streams rows only within a transaction.
    key, last = (files.c.installation_id, files.c.source), (0, "")
    found: set[str] = set()
    while rows := connection.execute(
        select(*key, files.c.text, files.c.good).where(tuple_(*key) > tuple_(*last)).order_by(*key).limit(50)
    ).all():
        last = (rows[-1].installation_id, rows[-1].source)
        for row in rows:
            texts = [row.text or "", *(text for _, _, text in row.good or ())]
            found.update(word for text in texts for word in re.findall(r"[\w-]+", text.lower()))
    return found


# --- what is old ----------------------------------------------------------------------------------


# A round's row is the same each time, so that it is young and has an old number. It names nobody; where it names a
# repository, it goes with that.
_USED_AGAIN = or_(
    inbox.c.delivery.in_(("clock:sweep", "clock:housekeeping", "clock:survey")),
    inbox.c.delivery.startswith("clock:reconcile:"),
    and_(inbox.c.delivery.startswith("survey:"), inbox.c.job == "installation"),
)


def clean_inbox(connection: Connection, now: datetime, after: int) -> int | None:
    """Goes through some rows from long ago: moments of the clock go, of deliveries the GUID alone stays.

    The number to go on after; None when the rest is too young. A moment's row is not needed once it is done: what
    it asked for has been decided, and whatever that said has its key.
    """
    ids = _old(connection, inbox, inbox.c.received_at, now, after, ~_USED_AGAIN)
    if not ids:
        return None
    over = _over(connection, inbox, ids)
    ours = or_(*(inbox.c.delivery.startswith(start) for start in ("clock:", "survey:", "cli:", "forgotten:")))
    connection.execute(delete(inbox).where(over, ours))
    connection.execute(update(inbox).where(over).values(repository_id=None, thread=None, note=None))
    return ids[-1]


def clean_outbox(connection: Connection, now: datetime, after: int) -> int | None:
    """The same for writes: what has a key stays, labels and the like go."""
    ids = _old(connection, outbox, outbox.c.created_at, now, after)
    if not ids:
        return None
    over = _over(connection, outbox, ids)
    connection.execute(delete(outbox).where(over, outbox.c.key.is_(None)))
    connection.execute(update(outbox).where(over).values(note=None))
    return ids[-1]


def _old(
    connection: Connection, table: Table, began: Column[Any], now: datetime, after: int, *which: Any
) -> list[int]:
    """The next rows from long ago. They are numbered as they came, so the first that is young ends the walk."""
    following = select(table.c.id, began).where(table.c.id > after, *which).order_by(table.c.id)
    return [row[0] for row in connection.execute(following.limit(AT_ONCE)).all() if row[1] < now - KEPT]


def _over(connection: Connection, table: Table, ids: Collection[int]) -> Any:
    """Those of the rows that are done, which are locked."""
    done = locks.in_order(table, table.c.id.in_(ids), table.c.done_at.is_not(None))
    return table.c.id.in_(connection.execute(done).scalars().all())


def mark_commands(connection: Connection, now: datetime) -> bool:
    """Notes of some commands that were heard since the last night when they go; whether there were any."""
    key = list(heard.primary_key.columns)
    unmarked = select(*key).where(heard.c.erase_at.is_(None)).limit(AT_ONCE)
    some = [tuple(row) for row in connection.execute(unmarked)]
    connection.execute(update(heard).where(tuple_(*key).in_(some)).values(erase_at=now + KEPT))
    return bool(some)


def old_commands(connection: Connection, now: datetime) -> list[tuple[Any, ...]]:
    """Commands of long ago. Their deliveries are known, and an edit tells what was there before."""
    found = select(*heard.primary_key.columns).where(heard.c.erase_at <= now).limit(AT_ONCE)
    return [tuple(row) for row in connection.execute(found)]


def drop_commands(connection: Connection, keys: list[tuple[Any, ...]]) -> None:
    connection.execute(delete(heard).where(tuple_(*heard.primary_key.columns).in_(keys)))


def drop_old(connection: Connection, now: datetime) -> int:
    """Reminders, leases, lost deliveries that were given up, files that nobody reads, sessions that are over, old praise: some; how many."""
    briefly = now - BRIEFLY
    old = {
        reminders: reminders.c.reminded_at < briefly,
        leases: leases.c.until < briefly,
        lost: and_(lost.c.due_at.is_(None), lost.c.delivered_at < briefly),
        files: files.c.read_at < now - KEPT,
        sessions: sessions.c.expires_at <= now,
        praise: praise.c.merged_at < now - KEPT,
    }
    found = 0
    for table, where in old.items():
        key = list(table.primary_key.columns)
        some = [tuple(row) for row in connection.execute(select(*key).where(where).limit(AT_ONCE))]
        connection.execute(delete(table).where(tuple_(*key).in_(some)))
        found += len(some)
    return found


def position(connection: Connection, name: str) -> int:
    """After which row a walk goes on."""
    return int(connection.execute(select(sweeps.c.cursor).where(sweeps.c.name == name)).scalar() or 0)


def note_position(connection: Connection, name: str, after: int, now: datetime) -> None:
    values = {"cursor": str(after), "due_at": now}
    if connection.execute(update(sweeps).where(sweeps.c.name == name).values(values)).rowcount == 0:
        connection.execute(sweeps.insert().values(name=name, **values))
