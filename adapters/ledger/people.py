"""People by id, and the logins of the rosters, resolved once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from adapters.ledger.engine import insert
from adapters.ledger.forgetting import is_forgotten
from adapters.ledger.schema import logins, people


def see(connection: Connection, person_id: int, login: str) -> None:
    """Notes somebody's present login, unless they asked to be forgotten."""
    if is_forgotten(connection, person_id):
        return
    # Most are known: a write of the same would hold up whoever sees the same people in another program.
    if connection.execute(select(people.c.login).where(people.c.id == person_id)).scalar() == login:
        return
    statement = insert(connection, people).values(id=person_id, login=login)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"login": login}))


def names(connection: Connection, ids: Iterable[int | None]) -> dict[int, str]:
    """The last known login of each id."""
    wanted = {person_id for person_id in ids if person_id is not None}
    rows = connection.execute(select(people).where(people.c.id.in_(wanted)))
    return {row.id: row.login for row in rows}


def all_names(connection: Connection) -> dict[int, str]:
    """Everybody's last known login."""
    return {row.id: row.login for row in connection.execute(select(people))}


def resolved(connection: Connection, wanted: Iterable[str]) -> dict[str, int | None]:
    """The ids of roster logins that were looked up before, by the login in lower case.

    None: nobody's, of an account that is gone, or somebody else's by now – a login that moves on does not
    carry rights along.
    """
    keys = {login.lower() for login in wanted}
    rows = connection.execute(select(logins).where(logins.c.login.in_(keys)))
    return {row.login: None if row.taken_by or row.gone_at else row.person_id for row in rows}


def logins_of(connection: Connection, person_id: int) -> list[str]:
    """All logins, in lower case, by which rosters have known somebody, but for those that are another's by now."""
    theirs = select(logins.c.login).where(logins.c.person_id == person_id, logins.c.taken_by.is_(None))
    return sorted(connection.execute(theirs).scalars())


def ids_of(connection: Connection, login: str) -> list[int]:
    """The people whom we know by this login, in any case."""
    named = func.lower(people.c.login) == login.lower()
    return sorted(connection.execute(select(people.c.id).where(named)).scalars())


def known_ids(connection: Connection, wanted: Iterable[str]) -> dict[str, int | None]:
    """Whose each login was when it was looked up first."""
    keys = {login.lower() for login in wanted}
    rows = connection.execute(select(logins).where(logins.c.login.in_(keys)))
    return {row.login: row.person_id for row in rows}


def looked_up_since(connection: Connection, wanted: Iterable[str], since: datetime) -> set[str]:
    """The logins that were looked up lately."""
    keys = {login.lower() for login in wanted}
    found = select(logins.c.login).where(logins.c.login.in_(keys), logins.c.resolved_at >= since)
    return set(connection.execute(found).scalars())


def taken(connection: Connection, wanted: Iterable[str]) -> list[str]:
    """The logins that belong to somebody else now."""
    keys = {login.lower() for login in wanted}
    found = select(logins.c.login).where(logins.c.login.in_(keys), logins.c.taken_by.is_not(None))
    return sorted(connection.execute(found).scalars())


def resolve(connection: Connection, login: str, person_id: int | None, now: datetime) -> None:
    """Keeps whose login it is. The first answer stays; a later, other one is kept beside it."""
    known = connection.execute(select(logins).where(logins.c.login == login.lower())).one_or_none()
    values: dict[str, Any] = {"resolved_at": now}
    if known is None or known.person_id is None:
        values["person_id"] = person_id
    else:
        values["taken_by"] = person_id if person_id not in (None, known.person_id) else None
        values["gone_at"] = now if person_id is None else None
    statement = insert(connection, logins).values(login=login.lower(), **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["login"], set_=values))
