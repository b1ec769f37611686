"""Reports: when each occasion of a cohort is, and what was posted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import programs, reports


def schedule(
    connection: Connection, program_id: int, cohort: str, occasions: Mapping[int, datetime], now: datetime
) -> None:
    """Notes when a cohort's occasions are, by days after its end; what was decided stays."""
    of = (reports.c.program_id == program_id, reports.c.cohort == cohort, reports.c.decided_at.is_(None))
    connection.execute(delete(reports).where(*of, reports.c.days.not_in(list(occasions))))
    for days, due_at in sorted(occasions.items()):
        values = {"program_id": program_id, "cohort": cohort, "days": days, "since": now, "due_at": due_at}
        connection.execute(
            insert(connection, reports)
            .values(values)
            .on_conflict_do_update(
                index_elements=["program_id", "cohort", "days"],
                set_={"due_at": due_at},
                where=reports.c.decided_at.is_(None),
            )
        )


def due(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    """The occasions that have come and were not decided yet."""
    return connection.execute(
        select(reports).where(reports.c.due_at <= now, reports.c.decided_at.is_(None))
    ).all()


def of_cohort(connection: Connection, program_id: int, cohort: str) -> dict[int, Row[Any]]:
    """A cohort's occasions, by days after its end."""
    found = select(reports).where(reports.c.program_id == program_id, reports.c.cohort == cohort)
    return {row.days: row for row in connection.execute(found)}


def decided(
    connection: Connection,
    program_id: int,
    cohort: str,
    days: int,
    now: datetime,
    *,
    issue_key: str | None = None,
    counted: Mapping[str, Any] | None = None,
) -> None:
    """Notes what became of an occasion. Without a key there was nothing to say; `counted`: from what."""
    mine = (reports.c.program_id == program_id, reports.c.cohort == cohort, reports.c.days == days)
    values = {"decided_at": now, "issue_key": issue_key, "counted": counted and dict(counted)}
    connection.execute(update(reports).where(*mine, reports.c.decided_at.is_(None)).values(values))


def without_any(connection: Connection) -> Sequence[int]:
    """The programs of whose cohorts no occasion was ever noted, as right after an update of the App."""
    noted = select(reports.c.program_id)
    return list(connection.execute(select(programs.c.id).where(programs.c.id.not_in(noted))).scalars())
