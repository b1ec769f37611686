"""Sessions: who signed in, by a hash of what their browser keeps. To end one is to delete its row."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from adapters.ledger.schema import sessions

LASTS = timedelta(hours=8)  # then GitHub is asked again who they are and what they may see


@dataclass(frozen=True)
class Session:
    """Somebody who signed in, with what GitHub said then that they may see."""

    person_id: int
    login: str
    form_token: str  # stands in each of their forms
    expires_at: datetime
    installations: frozenset[int] = frozenset()
    asked: int | None = None  # the installation about which GitHub was asked more
    repositories: frozenset[int] = frozenset()  # of that one, those they were given access to


def begin(connection: Connection, key: str, session: Session) -> None:
    """Keeps a session. `key` is what the browser keeps: only its hash is written down."""
    connection.execute(
        insert(sessions).values(
            key_hash=_hash(key),
            person_id=session.person_id,
            login=session.login,
            form_token=session.form_token,
            expires_at=session.expires_at,
            installations=sorted(session.installations),
            asked=session.asked,
            repositories=sorted(session.repositories),
        )
    )


def find(connection: Connection, key: str, now: datetime) -> Session | None:
    """The session of a browser, unless it is over."""
    mine = (sessions.c.key_hash == _hash(key), sessions.c.expires_at > now)
    row = connection.execute(select(sessions).where(*mine)).one_or_none()
    if row is None:
        return None
    return Session(
        row.person_id,
        row.login,
        row.form_token,
        row.expires_at,
        frozenset(row.installations),
        row.asked,
        frozenset(row.repositories),
    )


def end(connection: Connection, key: str) -> None:
    """Signed out: the browser's key, or a copy of it, opens nothing any more."""
    connection.execute(delete(sessions).where(sessions.c.key_hash == _hash(key)))


def _hash(key: str) -> str:
    # The key is random and long: nobody finds it by trying, so a plain hash is enough.
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
