"""How fast we write in each installation, and when GitHub wants to be left alone there.

It is kept in the ledger, so that several workers keep to it together, and those that come after a restart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, or_, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import installations, limits, outbox, writes

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Window:
    """At most so many writes in any stretch of this length, and of these so many that can wait."""

    length: timedelta
    most: int
    later: int


# GitHub refuses more than about 80 pieces of content a minute and 500 an hour, and asks for a second between
# writes where there are many (docs: rate limits for the REST API, best practices for using the REST API).
# We stay under 60 and 400. What belongs together, as the comment, the labels and the assignment of a few
# welcomes, goes at once; beyond that it is a second for each write, on average. A row that was begun is not cut
# off by our own pace, even if it turns out to need a further request: hence a little less than 60 and 400.
WINDOWS = (Window(10 * SECOND, 10, 8), Window(MINUTE, 55, 40), Window(HOUR, 390, 300))
LOW = 10  # per cent of the primary limit: what is left then is for what somebody waits for
CORE = "core"  # GitHub's name for the limit of all but a few resources

RIGHT_AFTER = timedelta(
    minutes=10
)  # so long after a secondary limit the next one is the same one, still angry
LONGEST_WAIT = HOUR
MANY_FAILURES = 3  # in a row: then the whole installation leaves GitHub alone for a while
FIRST_PAUSE, LONGEST_PAUSE = 5 * SECOND, timedelta(minutes=10)


@dataclass(frozen=True)
class Room:
    """From when on there is room for a write that somebody waits for, and for one that can wait."""

    urgent_at: datetime
    later_at: datetime


@dataclass(frozen=True)
class Remaining:
    """What an answer of GitHub said is left of a limit. Installation 0: a limit of the App itself."""

    installation_id: int
    resource: str
    most: int
    remaining: int
    resets_at: datetime

    @property
    def is_low(self) -> bool:
        return self.remaining * 100 < self.most * LOW


def room(connection: Connection, installation_id: int, now: datetime) -> Room:
    """When the next write fits into all windows."""
    found = connection.execute(_ROOM, {"installation": installation_id, "now": now}).one()
    urgent, later = found[: len(WINDOWS)], found[len(WINDOWS) : -1]
    urgent_at, later_at = _opens(urgent, now), _opens(later, now)
    return Room(urgent_at, max(later_at, urgent_at, found[-1] or now))


def _opens(moments: Sequence[datetime | None], now: datetime) -> datetime:
    ends = [at + window.length for at, window in zip(moments, WINDOWS, strict=True) if at]
    return max([now, *ends])


def _nth_last(number: int) -> Any:
    """When the write was that must have left the window before another one fits."""
    own = select(writes.c.written_at).where(writes.c.installation_id == bindparam("installation"))
    return own.order_by(writes.c.written_at.desc()).limit(1).offset(number - 1).scalar_subquery()


def _low_until() -> Any:
    """Until when little is left of the primary limit."""
    return (
        select(limits.c.resets_at)
        .where(limits.c.installation_id == bindparam("installation"), limits.c.resource == CORE)
        .where(limits.c.remaining < limits.c.most / 100.0 * LOW, limits.c.resets_at > bindparam("now"))
        .scalar_subquery()
    )


_ROOM = select(
    *(_nth_last(window.most) for window in WINDOWS),
    *(_nth_last(window.later) for window in WINDOWS),
    _low_until(),
)
_LOW = select(_low_until())


def low_until(connection: Connection, installation_id: int, now: datetime) -> datetime | None:
    """Until when what can wait leaves the little that remains of the primary limit to what is urgent."""
    found: datetime | None = connection.execute(_LOW, {"installation": installation_id, "now": now}).scalar()
    return found


def wrote(connection: Connection, installation_id: int, now: datetime) -> None:
    """Counts a write that is about to be asked for."""
    connection.execute(writes.insert().values(installation_id=installation_id, written_at=now))


def clean(connection: Connection, now: datetime) -> None:
    """Drops the writes that no window sees any more, some at a time."""
    old = select(writes.c.id).where(writes.c.written_at < now - HOUR).limit(500)
    # Two workers may clean at once: neither waits for the other.
    connection.execute(delete(writes).where(writes.c.id.in_(old.with_for_update(skip_locked=True))))


def hold(connection: Connection, installation_id: int, until: Room, now: datetime) -> None:
    """Notes until when there is no room; the clock rings then."""
    values: dict[str, Any] = {}
    if until.urgent_at > now:
        values["write_after"] = until.urgent_at
    if until.later_at > now:
        values["later_after"] = until.later_at
    if values:
        _set(connection, installation_id, values | {"rung_at": None})


def limited(
    connection: Connection, installation_id: int, now: datetime, until: datetime, *, secondary: bool
) -> datetime:
    """Notes a limit of GitHub's that ends at `until`; when the installation may ask again.

    A secondary limit that comes again right after the last lasts twice as long each time: GitHub says to wait
    "for an exponentially increasing amount of time between retries".
    """
    row = connection.execute(select(installations).where(installations.c.id == installation_id)).one_or_none()
    times = _times(row, now) if row and secondary else 0
    if times > 1:
        until = max(until, now + min(MINUTE * 2 ** min(times - 1, 10), LONGEST_WAIT))
    if row and row.wait_until:
        until = max(until, row.wait_until)
    values = {"wait_until": until, "rung_at": None}
    _set(connection, installation_id, values | ({"limited_times": times} if secondary else {}))
    return until


def _times(row: Row[Any], now: datetime) -> int:
    """How many secondary limits there were in a row, this one included."""
    before = row.limited_times or 0
    if not row.wait_until or now - row.wait_until > RIGHT_AFTER:
        return 1
    if row.wait_until > now:
        return max(before, 1)  # another worker met the same one
    return before + 1


def failed(connection: Connection, installation_id: int, now: datetime, chance: float) -> None:
    """Counts a request that GitHub did not answer, or with a 5xx. After a few in a row the installation waits.

    `chance`: between 0 and 1, so that installations do not all come back at the same moment.
    """
    before = func.coalesce(installations.c.failures, 0)
    statement = update(installations).where(installations.c.id == installation_id).values(failures=before + 1)
    row = connection.execute(
        statement.returning(installations.c.failures, installations.c.wait_until)
    ).one_or_none()
    if row is None or row.failures < MANY_FAILURES:
        return
    pause = min(FIRST_PAUSE * 2 ** min(row.failures - MANY_FAILURES, 20), LONGEST_PAUSE) * (0.5 + chance)
    until = max(now + pause, row.wait_until or now)
    _set(connection, installation_id, {"wait_until": until, "rung_at": None})


def answered(connection: Connection, installation_id: int) -> None:
    """GitHub answers again."""
    statement = update(installations).where(
        installations.c.id == installation_id, installations.c.failures.is_not(None)
    )
    connection.execute(statement.values(failures=None))


def _set(connection: Connection, installation_id: int, values: dict[str, Any]) -> None:
    connection.execute(update(installations).where(installations.c.id == installation_id).values(values))


def note_remaining(connection: Connection, found: Iterable[Remaining], now: datetime) -> None:
    """Keeps what GitHub said is left, the newest word for each limit."""
    # In one order, or two workers could wait for each other.
    for one in sorted(found, key=lambda one: (one.installation_id, one.resource)):
        values = {
            "most": one.most,
            "remaining": one.remaining,
            "resets_at": one.resets_at,
            "seen_at": now,
        }
        statement = insert(connection, limits).values(
            installation_id=one.installation_id, resource=one.resource, **values
        )
        connection.execute(
            statement.on_conflict_do_update(index_elements=["installation_id", "resource"], set_=values)
        )


def waits(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Installations with writes that wait for a limit or for our pace: id, account, writes and until when."""
    held = [
        column > now
        for column in (installations.c.wait_until, installations.c.write_after, installations.c.later_after)
    ]
    waiting = (
        select(outbox.c.installation_id, func.count().label("writes"))
        .where(outbox.c.done_at.is_(None), outbox.c.parked_at.is_(None))
        .group_by(outbox.c.installation_id)
        .subquery()
    )
    statement = (
        select(installations, waiting.c.writes)
        .join(waiting, waiting.c.installation_id == installations.c.id)
        .where(or_(*held))
        .order_by(installations.c.id)
    )
    return connection.execute(statement).all()
