"""Short renewable leases: at most one process at a time does what a name stands for."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_

from adapters.ledger.engine import insert
from adapters.ledger.schema import leases

# Longer than one request to GitHub can take (half of it to connect, half of it to answer) after FRESH.
LENGTH = timedelta(seconds=45)
FRESH = timedelta(seconds=5)  # so long after it was renewed it need not be renewed again


def take(connection: Connection, name: str, holder: str, now: datetime) -> bool:
    """Takes or renews the lease; False while somebody else holds it."""
    values = {"name": name, "holder": holder, "until": now + LENGTH}
    free = or_(leases.c.holder == holder, leases.c.until < now)
    statement = (
        insert(connection, leases)
        .values(values)
        .on_conflict_do_update(index_elements=["name"], set_=values, where=free)
        .returning(leases.c.name)
    )
    return connection.execute(statement).scalar() is not None


def give_back(connection: Connection, name: str, holder: str) -> None:
    connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
