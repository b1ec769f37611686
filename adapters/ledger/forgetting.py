"""Who asked to be forgotten, kept as a keyed hash alone: of their id, and of the logins under which files name them."""

import hashlib
import hmac
import re
import secrets as random
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from adapters.ledger.engine import insert
from adapters.ledger.schema import forgotten, secrets
from mentoring.forgetting import without

KEY = "forgotten"
# Whatever in a text may be one; those of enterprise managed users end in `_` and a short code.
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def is_forgotten(connection: Connection, person_id: int) -> bool:
    """Whether this person is never to be named or recorded."""
    return bool(among(connection, [person_id]))


def among(connection: Connection, person_ids: Iterable[int]) -> set[int]:
    """Those of the people who asked to be forgotten."""
    found = _found(connection, {person_id: f"person {person_id}" for person_id in person_ids})
    return {one for one in found if isinstance(one, int)}


def logins_among(connection: Connection, logins: Iterable[str]) -> set[str]:
    """Those of the logins, in lower case, whose owners asked to be forgotten."""
    found = _found(connection, {login.lower(): _login(login) for login in logins})
    return {one for one in found if isinstance(one, str)}


def without_them(connection: Connection, text: str) -> str:
    """What somebody wrote, without those who asked to be forgotten."""
    gone = logins_among(connection, LOGIN.findall(text))
    return without(text, sorted(gone)) if gone else text


def count(connection: Connection) -> int:
    """How many hashes are kept: another number means that somebody was erased."""
    return connection.execute(select(func.count()).select_from(forgotten)).scalar_one()


def forget(connection: Connection, person_id: int, logins: Iterable[str], now: datetime) -> None:
    """Keeps that this person is to be forgotten. Erasing what is known of them is for `erasing`."""
    key = _key(connection) or _new_key(connection)
    for name in (f"person {person_id}", *(_login(login) for login in logins)):
        values = {"person": _hash(key, name), "asked_at": now}
        connection.execute(insert(connection, forgotten).values(values).on_conflict_do_nothing())


def _found(connection: Connection, names: dict[int, str] | dict[str, str]) -> set[int | str]:
    key = _key(connection)
    if key is None:
        return set()  # nobody has asked yet
    hashes = {_hash(key, name): one for one, name in names.items()}
    statement = select(forgotten.c.person).where(forgotten.c.person.in_(hashes))
    return {hashes[one] for one in connection.execute(statement).scalars()}


def _login(login: str) -> str:
    return f"login {login.lower()}"


def _hash(key: str, name: str) -> str:
    # Ids can be counted through in an hour: without the key the hash would hide nothing.
    return hmac.new(bytes.fromhex(key), name.encode(), hashlib.sha256).hexdigest()


def _key(connection: Connection) -> str | None:
    return connection.execute(select(secrets.c.value).where(secrets.c.name == KEY)).scalar()


def _new_key(connection: Connection) -> str:
    """Made on first use; of two at once the first one's stays."""
    values = {"name": KEY, "value": random.token_hex(32)}
    connection.execute(insert(connection, secrets).values(values).on_conflict_do_nothing())
    return str(_key(connection))
