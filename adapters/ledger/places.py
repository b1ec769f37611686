"""Where the App is installed, and which program each repository belongs to."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, literal, or_, select, update

from adapters.ledger import locks
from adapters.ledger.engine import insert
from adapters.ledger.schema import Moment, inbox, installations, outbox, repositories
from mentoring.facts import RepositoryFacts
from mentoring.reconcile import next_night

LOOK_AGAIN = timedelta(hours=1)  # at a suspended installation, should GitHub's word that it goes on be lost
SUSPENDED = "the installation is suspended"  # why a row of the inbox waits
REMOVED = "the App was removed there"
# Of repositories joined with their installations: those that may be shown to everybody.
SHOWN_TO_ALL = (
    ~repositories.c.private,
    ~repositories.c.archived,
    installations.c.removed_at.is_(None),
    installations.c.suspended_at.is_(None),
)


def see_installation(
    connection: Connection, installation_id: int, now: datetime, account: str | None = None
) -> None:
    """Notes that the App is installed. One that was removed stays so: its number does not come back."""
    statement = insert(connection, installations).values(id=installation_id, since=now, account=account)
    if account:
        statement = statement.on_conflict_do_update(index_elements=["id"], set_={"account": account})
    else:
        statement = statement.on_conflict_do_nothing()
    connection.execute(statement)


def lock(connection: Connection, installation_id: int) -> None:
    """Locks the installation's row, if there is one: to be called before the rows of its outbox and its limits.

    SQLite's write transactions exclude each other anyway.
    """
    connection.execute(locks.in_order(installations, installations.c.id == installation_id))


def lock_all(connection: Connection, installation_id: int, others: Collection[int] = ()) -> None:
    """Locks the installation, then its repositories and `others`, then whatever is not done yet of their outbox.

    For a transaction that touches these in several steps: who meets them one by one does so in another order.
    """
    lock(connection, installation_id)
    theirs = or_(repositories.c.installation_id == installation_id, repositories.c.id.in_(others))
    ids = connection.execute(locks.in_order(repositories, theirs)).scalars().all()
    there = or_(outbox.c.installation_id == installation_id, outbox.c.repository_id.in_(ids))
    connection.execute(locks.in_order(outbox, there, outbox.c.done_at.is_(None)))


def remove_installation(connection: Connection, installation_id: int, now: datetime) -> None:
    """Notes that the App may do nothing there ever again. To be called after `lock_all`."""
    gone = update(installations).where(installations.c.id == installation_id)
    connection.execute(gone.values(removed_at=now))
    leave = update(repositories).where(repositories.c.installation_id == installation_id)
    connection.execute(leave.values(installation_id=None))


def installations_of_app(connection: Connection) -> Sequence[Row[Any]]:
    """Every installation that was not removed, as far as we heard."""
    return connection.execute(select(installations).where(installations.c.removed_at.is_(None))).all()


def note_permissions(connection: Connection, installation_id: int, permissions: str) -> None:
    """Notes what its owner allows, as a hash, so that a change is noticed."""
    mine = update(installations).where(installations.c.id == installation_id)
    connection.execute(mine.values(permissions=permissions))


def may_hold(connection: Connection, installation_id: int, full_name: str) -> bool:
    """Whether a repository of this name can be one of the installation's: they have the same owner.

    A webhook from before a transfer names the installation of then.
    """
    known = standing(connection, installation_id)
    owner = full_name.partition("/")[0]
    return known is None or not known.account or known.account.lower() == owner.lower()


def see_repository(connection: Connection, now: datetime, **values: Any) -> None:
    """Notes a repository under its id, by the name and state that GitHub gives it now.

    `values`: id, full_name, and of installation_id, private, default_branch, archived what is known.
    What waits there goes on through the installation that it belongs to now, but for jobs that somebody has in
    hand, and what was refused while it was archived is tried again.
    """
    values = {name: value for name, value in values.items() if value is not None}
    before = repository(connection, values["id"])
    first = {"private": False, "archived": False, "reconcile_at": next_night(now, UTC, values["id"])}
    statement = insert(connection, repositories).values(**first | values, since=now)
    again = {name: value for name, value in values.items() if name != "id"}
    again["reconcile_at"] = func.coalesce(repositories.c.reconcile_at, literal(first["reconcile_at"], Moment))
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=again))
    installation_id = values.get("installation_id")
    moves = before is not None and installation_id and before.installation_id != installation_id
    reopens = before is not None and before.archived and values.get("archived") is False
    if moves or reopens:
        connection.execute(locks.in_order(outbox, *_open_in(outbox, [values["id"]])))
    if installation_id and moves:
        _move(connection, values["id"], installation_id)
    if reopens:
        _try_again(connection, values["id"], now)


def _move(connection: Connection, repository_id: int, installation_id: int) -> None:
    for table in (inbox, outbox):
        elsewhere = and_(table.c.repository_id == repository_id, table.c.installation_id != installation_id)
        # All of the outbox is ours by now. A job that is in hand may be about to touch the repository.
        mine = locks.free(table, elsewhere, *_waiting(table))
        connection.execute(update(table).where(table.c.id.in_(mine)).values(installation_id=installation_id))


def _waiting(table: Any) -> tuple[Any, Any]:
    return table.c.done_at.is_(None), table.c.parked_at.is_(None)


def _try_again(connection: Connection, repository_id: int, now: datetime) -> None:
    parked = and_(outbox.c.repository_id == repository_id, outbox.c.parked_at.is_not(None))
    refused = outbox.c.note.ilike("%archived%")
    values = {"parked_at": None, "due_at": now, "attempts": 1, "in_doubt": True, "note": None}
    connection.execute(update(outbox).where(parked, refused).values(values))


def installation_of(connection: Connection, repository_id: int) -> int | None:
    """The installation by which the App works in a repository; None: it is not installed there."""
    row = repository(connection, repository_id)
    return row.installation_id if row else None


def is_as_known(connection: Connection, facts: RepositoryFacts, installation_id: int) -> bool:
    """Whether a repository's name, visibility, branch and installation are what the ledger has."""
    row = repository(connection, facts.id)
    if row is None or row.installation_id != installation_id:
        return False
    names = ("full_name", "private", "default_branch", "archived")
    return all(getattr(row, name) == getattr(facts, name) for name in names)


def leave_repositories(
    connection: Connection, installation_id: int, ids: Collection[int], now: datetime
) -> None:
    """Notes that the App is no longer installed on these, by this installation; what waits there ends.

    One that was transferred may belong to another installation by now: there it goes on.
    """
    lock(connection, installation_id)
    theirs = and_(repositories.c.id.in_(ids), repositories.c.installation_id == installation_id)
    gone = list(connection.execute(locks.in_order(repositories, theirs)).scalars())
    if not gone:
        return
    # The coming night says when they are erased: what an earlier one said, before they came back, is over.
    nobodys = update(repositories).where(repositories.c.id.in_(gone))
    connection.execute(nobodys.values(installation_id=None, erase_at=None))
    _end_what_waits(connection, gone, now)


def _end_what_waits(connection: Connection, repository_ids: Collection[int], now: datetime) -> None:
    """Ends it, and what is parked there. Jobs that somebody has in hand are left out, as in retention.end_jobs."""
    over = {"done_at": now, "parked_at": None, "note": REMOVED}  # what was refused there is of no use either
    writes = locks.in_order(outbox, *_open_in(outbox, repository_ids))
    ended = over | {"payload": {}, "result": {}, "in_doubt": False}
    connection.execute(update(outbox).where(outbox.c.id.in_(writes)).values(ended))
    jobs = locks.free(inbox, *_open_in(inbox, repository_ids))
    ended = over | {"claimed_until": None, "fields": {}}
    connection.execute(update(inbox).where(inbox.c.id.in_(jobs)).values(ended))


def _open_in(table: Any, repository_ids: Collection[int]) -> tuple[Any, Any]:
    return table.c.repository_id.in_(repository_ids), table.c.done_at.is_(None)


def repository(connection: Connection, repository_id: int) -> Row[Any] | None:
    return connection.execute(select(repositories).where(repositories.c.id == repository_id)).one_or_none()


def repository_named(connection: Connection, slug: str) -> Row[Any] | None:
    """The repository that was last seen under this name."""
    statement = select(repositories).where(func.lower(repositories.c.full_name) == slug.lower())
    return connection.execute(statement.order_by(repositories.c.since.desc()).limit(1)).one_or_none()


def repositories_of(connection: Connection, installation_id: int) -> Sequence[Row[Any]]:
    statement = select(repositories).where(repositories.c.installation_id == installation_id)
    return connection.execute(statement.order_by(repositories.c.id)).all()


def repositories_of_program(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """The repositories of a program on which the App is installed; the home first."""
    home_first = repositories.c.id != program_id
    statement = select(repositories).where(
        or_(repositories.c.program_id == program_id, repositories.c.id == program_id),
        repositories.c.installation_id.is_not(None),
    )
    return connection.execute(statement.order_by(home_first, repositories.c.id)).all()


def join_program(connection: Connection, repository_id: int, program_id: int | None) -> None:
    connection.execute(
        update(repositories).where(repositories.c.id == repository_id).values(program_id=program_id)
    )


def suspend(connection: Connection, installation_id: int, now: datetime) -> None:
    """Notes that its owner suspended the App: nothing is asked before LOOK_AGAIN, or until `resume`."""
    statement = update(installations).where(installations.c.id == installation_id)
    since = func.coalesce(installations.c.suspended_at, literal(now, Moment))
    connection.execute(statement.values(suspended_at=since, wait_until=now + LOOK_AGAIN))
    _all_due_at(connection, installation_id, now + LOOK_AGAIN)


def resume(connection: Connection, installation_id: int, now: datetime) -> None:
    """Lets go on what waited for a suspended installation, which is locked from here on, suspended or not."""
    lock(connection, installation_id)
    was_suspended = and_(installations.c.id == installation_id, installations.c.suspended_at.is_not(None))
    goes_on = {"suspended_at": None, "wait_until": None, "rung_at": None}
    if connection.execute(update(installations).where(was_suspended).values(goes_on)).rowcount:
        _all_due_at(connection, installation_id, now)
    # A row of the clock's names no installation: it looks for itself.
    of_it = or_(inbox.c.installation_id == installation_id, inbox.c.installation_id.is_(None))
    waits = and_(inbox.c.note == SUSPENDED, inbox.c.done_at.is_(None), inbox.c.parked_at.is_(None))
    # What somebody has in hand goes on anyway, and might wait for what we hold.
    free = locks.free(inbox, of_it, waits)
    connection.execute(update(inbox).where(inbox.c.id.in_(free)).values(due_at=now, note=None))


def _all_due_at(connection: Connection, installation_id: int, due_at: datetime) -> None:
    """Whatever waits to be written in an installation."""
    theirs = locks.in_order(outbox, outbox.c.installation_id == installation_id, *_waiting(outbox))
    connection.execute(update(outbox).where(outbox.c.id.in_(theirs)).values(due_at=due_at))


def standing(connection: Connection, installation_id: int) -> Row[Any] | None:
    """Whether the installation is removed or suspended, and until when nothing may be asked for it."""
    return connection.execute(
        select(installations).where(installations.c.id == installation_id)
    ).one_or_none()
