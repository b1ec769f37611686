"""The set-up page's one row: who may set the App up, and whether it is done. Tokens and cookies as hashes alone."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import setup

GOOD_FOR = timedelta(days=1)  # a link, and the browser that opened it
ONLY = 1


def open_anew(connection: Connection, token: str, now: datetime, *, keeps: bool | None = None) -> None:
    """A new link, whatever was before. `keeps`: None leaves it as it was."""
    values: dict[str, Any] = {"token": token, "browser": None, "opened_at": now, "done_at": None}
    given = {} if keeps is None else {"keeps": keeps}
    statement = insert(connection, setup).values(id=ONLY, **values, **({"keeps": False} | given))
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values | given))


def open_unless_open(connection: Connection, token: str, now: datetime) -> bool:
    """A new link, unless one is good still or the set-up is done; so of several processes one tells it."""
    values: dict[str, Any] = {"token": token, "browser": None, "opened_at": now}
    statement = insert(connection, setup).values(id=ONLY, keeps=False, **values)
    over = and_(setup.c.done_at.is_(None), setup.c.opened_at <= now - GOOD_FOR)
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=values, where=over)
    return connection.execute(statement.returning(setup.c.id)).scalar() is not None


def state(connection: Connection) -> Row[Any] | None:
    """The row."""
    return connection.execute(select(setup)).one_or_none()


def claim(connection: Connection, token: str, browser: str, now: datetime) -> bool:
    """Whether the link belongs to this browser from now on: of two that open it, the first."""
    free = or_(setup.c.browser.is_(None), setup.c.browser == browser)
    mine = and_(setup.c.token == token, free, setup.c.done_at.is_(None), setup.c.opened_at > now - GOOD_FOR)
    return bool(connection.execute(update(setup).where(mine).values(browser=browser)).rowcount)


def of_browser(connection: Connection, browser: str, now: datetime) -> Row[Any] | None:
    """The row, if this browser opened the link."""
    mine = and_(setup.c.browser == browser, setup.c.done_at.is_(None), setup.c.opened_at > now - GOOD_FOR)
    return connection.execute(select(setup).where(mine)).one_or_none()


def done(connection: Connection, now: datetime) -> None:
    """The page is closed."""
    connection.execute(update(setup).where(setup.c.done_at.is_(None)).values(done_at=now))
