"""The survey: each night, where the App is installed is compared with what the ledger has.

For webhooks about installations that never came: each difference asks for the job they would have asked for.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from adapters.context import Context
from adapters.ledger import places, sweeps
from adapters.ledger.inbox import Asked
from jobs.decision import Decision, Row, decide

EVERY = timedelta(days=1)


def survey(context: Context, row: Row) -> None:
    """Reads all installations, suspended ones included."""
    found = {item["id"]: item for page in context.github.app.pages("/app/installations") for item in page}
    with decide(context, row) as decision:
        known = {one.id: one for one in places.installations_of_app(decision.connection)}
        for installation_id, item in found.items():
            _compare(decision, item, known.get(installation_id))
        for installation_id in known.keys() - found.keys():
            _ask(decision, installation_id, "missing")


def _compare(decision: Decision, item: Mapping[str, Any], known: Any) -> None:
    installation_id, suspended = item["id"], item.get("suspended_at") is not None
    allowed = _hash(item)
    action = "created" if known is None else "surveyed"
    if known is not None and suspended != (known.suspended_at is not None):
        action = "suspend" if suspended else "unsuspend"
    elif known is not None and known.permissions not in {None, allowed}:
        action = "new_permissions_accepted"
    elif suspended:
        return
    _ask(decision, installation_id, action, item["account"]["login"])
    places.see_installation(decision.connection, installation_id, decision.now)
    places.note_permissions(decision.connection, installation_id, allowed)


def _hash(item: Mapping[str, Any]) -> str:
    """Names what the owner allows: another name, other permissions."""
    allowed = {name: item.get(name) for name in ("permissions", "events")}
    return hashlib.sha256(json.dumps(allowed, sort_keys=True).encode()).hexdigest()


def _ask(decision: Decision, installation_id: int, action: str, account: str | None = None) -> None:
    """A row for each, so that each can fail and be tried again by itself; the clock rings for it."""
    fields = {"action": action} | ({"installation.account.login": account} if account else {})
    asked = Asked(f"survey:{installation_id}", "installation", installation_id, fields=fields)
    sweeps.ask_again(decision.connection, [asked], decision.now, rung=False)
