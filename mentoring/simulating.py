"""Simulating: an answer of GitHub's as it would have been at an earlier moment, had the App not been there."""

from datetime import datetime
from typing import Any


def as_of(data: Any, at: datetime, bot: str) -> Any:
    """Threads, comments and reviews as they were: what came later is left out, what was closed later is open.

    Labels, assignees and texts are those of today: GitHub does not list what they were. Everything that our
    own bot wrote is left out.
    """
    if isinstance(data, list):
        shown = (_item(one, at, bot) for one in data)
        return [one for one in shown if one is not None]
    return _item(data, at, bot) or data


def _item(item: Any, at: datetime, bot: str) -> Any:
    if not isinstance(item, dict):
        return item
    moment = item.get("created_at") or item.get("submitted_at")
    if moment and datetime.fromisoformat(moment) > at:
        return None
    if (item.get("user") or {}).get("login") == bot:
        return None
    if item.get("closed_at") and datetime.fromisoformat(item["closed_at"]) > at:
        return item | {"state": "open", "closed_at": None} | _unmerged(item)
    return item


def _unmerged(item: dict[str, Any]) -> dict[str, Any]:
    pull = item.get("pull_request")
    return {"pull_request": pull | {"merged_at": None}} if pull else {}
