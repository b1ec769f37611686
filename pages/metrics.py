"""Metrics: what Prometheus asks for. There is no such page unless `METRICS_TOKEN` is set."""

import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, request
from sqlalchemy import Row

from adapters.context import Context
from adapters.ledger import gauges
from adapters.metrics import Gauge
from pages.context import context_of_app

pages = Blueprint("metrics", __name__)


@pages.get("/metrics")
def metrics() -> Response:
    """What the processes of this machine counted, and what waits in the ledger."""
    context = context_of_app()
    token = context.settings.metrics_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        abort(401)
    return Response(context.metrics.told(_gauges(context)), content_type="text/plain; version=0.0.4")


def _gauges(context: Context) -> Iterator[Gauge]:
    """Read from the ledger when they are asked for: the same in every web process."""
    now = context.now()
    with context.ledger.read() as connection:
        jobs, verbs = gauges.rows_by_job(connection), gauges.rows_by_verb(connection)
        waits_since, limits = gauges.waits_since(connection), gauges.remaining(connection)
    yield _states("inbox_rows", "Rows of the inbox that are not done", "job", jobs)
    yield _states("outbox_rows", "Writes to GitHub that are not done", "verb", verbs)
    oldest = "Seconds since the oldest row that waits was due"
    yield _age("inbox_oldest_seconds", oldest, now, [row.due_at for row in jobs])
    yield _age("outbox_oldest_seconds", oldest, now, [row.due_at for row in verbs])
    longest = "Seconds that the newcomer waits who has waited longest for a mentor or a maintainer"
    yield _age("newcomer_longest_wait_seconds", longest, now, [waits_since])
    yield Gauge(
        "github_remaining",
        "Requests that GitHub allows until the reset; installation 0 is the App itself",
        ("installation", "resource"),
        {(str(row.installation_id), row.resource): row.remaining for row in limits},
    )


def _states(name: str, help_text: str, label: str, rows: Sequence[Row[Any]]) -> Gauge:
    values: dict[tuple[str, ...], float] = {}
    for row in rows:
        values |= {(row.name, "waiting"): row.waiting, (row.name, "parked"): row.parked}
    return Gauge(name, help_text, (label, "state"), values)


def _age(name: str, help_text: str, now: datetime, moments: list[datetime | None]) -> Gauge:
    """Seconds since the earliest moment; 0 if it is still to come, or there is none."""
    earliest = min((moment for moment in moments if moment), default=now)
    return Gauge(name, help_text, (), {(): max(0.0, (now - earliest).total_seconds())})
