"""The sweep: deliveries that GitHub could not hand over are found in the App's log, and asked for again.

GitHub never tries again by itself. What it delivers anew comes in through the front door like anything else.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.context import Context
from adapters.github import Missing, Refused
from adapters.ledger import sweeps
from adapters.ledger.sweeps import Failed
from jobs.decision import Again, Decision, Row, decide, go_on

NAME = "sweep"
EVERY = timedelta(minutes=5)
LOG = "/app/hook/deliveries"
PER_PAGE = 100
KEPT = timedelta(days=3)  # how long GitHub keeps the log
KEPT_ON_A_SERVER = timedelta(days=7)  # GitHub Enterprise Server
MARGIN = timedelta(minutes=10)  # lines may come late, and not quite in order
THROTTLED = timedelta(hours=1)  # GitHub may still deliver what it held back
AT_MOST = 20.0  # seconds for one step: a claim on a row lasts a minute
AT_ONCE = 20  # deliveries asked for in one step
PROBES = 3  # the same, while the newest delivery failed: we may still be down
PAUSE = timedelta(seconds=30)  # between two steps

# What handlers want, by event and action; tests/handlers/test_wanted.py keeps it true. A lost push need not
# come again: the repository is read again instead.
WANTED: dict[str, frozenset[str]] = {
    "installation": frozenset({"created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"}),
    "installation_repositories": frozenset({"added", "removed"}),
    "installation_target": frozenset({"renamed"}),
    "issue_comment": frozenset({"created", "edited"}),
    "issues": frozenset(
        {"opened", "edited", "closed", "reopened", "labeled", "unlabeled", "transferred", "deleted"}
    ),
    "pull_request": frozenset(
        {
            "opened",
            "edited",
            "closed",
            "reopened",
            "synchronize",
            "ready_for_review",
            "converted_to_draft",
            "review_requested",
        }
    ),
    "pull_request_review": frozenset({"submitted"}),
    "push": frozenset({""}),
    "repository": frozenset(
        {"renamed", "transferred", "archived", "unarchived", "privatized", "publicized", "edited"}
    ),
}


class _Watch:
    """How long a step has taken."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def is_up(self) -> bool:
        return time.monotonic() - self._begun > AT_MOST


def sweep(context: Context, row: Row) -> None:
    """Reads the log back to where the last complete reading ended, then asks for what was lost, some at a time."""
    with context.ledger.read() as connection:
        fetched = sweeps.reading(connection, sweeps.FETCHED)
    if fetched:  # none was meant to arrive, and each is fetched from this very log (jobs/deliveries.py)
        with decide(context, row):
            return
    watch = _Watch()
    door_open = _read_log(context, row, watch)
    _ask_for_lost(context, row, watch, door_open=door_open)
    with context.ledger.read() as connection:
        more = door_open and sweeps.lost_due(connection, context.now(), 1)
    if more:
        raise Again(context.now() + PAUSE, "more deliveries are to be recovered")
    with decide(context, row) as decision:
        sweeps.forget_lost(decision.connection, decision.now - kept(context) - KEPT)


def kept(context: Context) -> timedelta:
    """How long GitHub keeps its log."""
    return KEPT if "api.github.com" in context.settings.api_url else KEPT_ON_A_SERVER


def _read_log(context: Context, row: Row, watch: _Watch) -> bool:
    """Whether the newest delivery was handed over. Raises Again where the log is longer than one step."""
    while True:
        with context.ledger.read() as connection:
            state = sweeps.reading(connection, NAME)
        lines, following = _page(context, row, state)
        with go_on(context, row) as decision:
            door_open, finished = _note(decision, state, lines, following)
        if finished:
            return door_open
        if watch.is_up():
            raise Again(context.now() + PAUSE, "the delivery log is read step by step")


def _page(context: Context, row: Row, state: Any) -> tuple[list[dict[str, Any]], str | None]:
    if state is None or not state.cursor:
        return context.github.app.page(LOG, per_page=PER_PAGE)
    try:
        return context.github.app.page(state.cursor)
    except Refused:  # the place is no longer known: from the beginning
        with go_on(context, row) as decision:
            sweeps.keep_reading(decision.connection, NAME, cursor=None, newest=None)
        raise Again(context.now() + PAUSE, "the delivery log is read from its beginning") from None


def _note(
    decision: Decision, state: Any, lines: Sequence[dict[str, Any]], following: str | None
) -> tuple[bool, bool]:
    """Records a page; whether the newest delivery was handed over, and whether the reading is complete."""
    connection, now = decision.connection, decision.now
    if state is None:
        sweeps.put_off(connection, NAME, now + EVERY)
    newest, door_open = (state.newest, state.open) if state and state.cursor else (None, None)
    read_until = state.read_until if state else None
    if newest is None and lines:
        newest, door_open = _moment(lines[0]), _is_ok(lines[0])
        if door_open and state and state.open is False:
            sweeps.rouse_lost(connection, now)
    border = (read_until or now - kept(decision.context)) - MARGIN
    recent = [line for line in lines if _moment(line) >= border]
    _note_lines(decision, recent)
    finished = following is None or len(recent) < len(lines)
    values = {"cursor": None, "newest": None, "read_until": newest or read_until}
    if not finished:
        values = {"cursor": following, "newest": newest}
    sweeps.keep_reading(connection, NAME, open=door_open, **values)
    return door_open is not False, finished


def _note_lines(decision: Decision, lines: Sequence[dict[str, Any]]) -> None:
    """A delivery is lost if no attempt at it ended well; GitHub's own `status` says so, timeouts included."""
    fine = {line["guid"] for line in lines if _is_ok(line)}
    again = [_failed(line) for line in lines if _is_ok(line) and line["redelivery"]]
    sweeps.handed_over(decision.connection, fine, again, decision.now)
    newest: dict[str, Failed] = {}
    pushed: set[int] = set()
    for line in lines:
        if line["guid"] in fine or not is_wanted(line["event"], line["action"]):
            continue
        if line["event"] == "push":
            pushed.add(line["repository_id"] or 0)
        else:
            newest.setdefault(line["guid"], _failed(line))
    for repository_id in sorted(pushed):  # or two that see several could wait for each other
        sweeps.hurry(decision.connection, repository_id, decision.now)
    sweeps.not_handed_over(decision.connection, list(newest.values()))


def is_wanted(event: str, action: str | None) -> bool:
    """Whether any handler may want it."""
    return (action or "") in WANTED.get(event, ())


def _failed(line: dict[str, Any]) -> Failed:
    at = _moment(line)
    return Failed(line["guid"], line["id"], at, at + THROTTLED if line.get("throttled_at") else at)


def _moment(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["delivered_at"])


def _is_ok(line: dict[str, Any]) -> bool:
    return bool(line["status"] == "OK")


def _ask_for_lost(context: Context, row: Row, watch: _Watch, *, door_open: bool) -> None:
    """While we seem to be down only a few, to see whether we still are: the next reading shows what became of them."""
    with context.ledger.read() as connection:
        due = sweeps.lost_due(connection, context.now(), AT_ONCE if door_open else PROBES)
    for one in due:
        if watch.is_up():
            break
        try:
            context.github.app.post(f"{LOG}/{one.delivery_id}/attempts", {})
        except (Missing, Refused):
            with go_on(context, row) as decision:
                sweeps.give_up(decision.connection, one.guid)
            continue
        with go_on(context, row) as decision:
            sweeps.asked_for(decision.connection, one, decision.now, door_open=door_open)
