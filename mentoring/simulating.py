"""Simulating: GitHub's answers as they would have been earlier without the App, and the words for what it would have said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MOST_SHOWN = 15  # threads of a kind
# In the order in which they are told: what one and what several of a kind are called.
KINDS = {
    "invitation": ("asked 1 graduate", "asked {} graduates"),
    "invitations": ("opened 1 issue to ask in", "opened {} issues to ask in"),
    "invitation_reminder": ("asked 1 graduate once more", "asked {} graduates once more"),
    "welcome": ("greeted 1 newcomer", "greeted {} newcomers"),
    "introduction": ("introduced somebody else once", "introduced somebody else {} times"),
    "reminder": ("reminded 1 mentor", "reminded mentors {} times"),
    "organizers": ("told the organizers once", "told the organizers {} times"),
    "peers": ("told 1 newcomer of others", "told {} newcomers of each other"),
    "check_in": ("asked 1 silent newcomer how it goes", "asked silent newcomers {} times how it goes"),
    "good_first": ("named a mentor on 1 new good first issue", "named mentors on {} new good first issues"),
    "label": ("labelled 1 issue with a mentor's name", "labelled {} threads with a mentor's name"),
    "starter": ("thanked for 1 starter issue", "thanked for {} starter issues"),
    "claim_hint": ("explained once how to take an issue", "explained {} times how to take an issue"),
    "claim_released": ("freed 1 claimed issue", "freed {} claimed issues"),
    "digest": ("posted 1 digest", "posted {} digests"),
    "refusal": ("could not do 1 command", "could not do {} commands"),
}


@dataclass(frozen=True)
class Said:
    """One thing that would have been said: when, what kind, and where."""

    at: datetime
    kind: str
    where: str


@dataclass(frozen=True)
class Line:
    """What would have been done of one kind, as a part of a sentence, and the first threads."""

    kind: str
    words: str
    threads: tuple[str, ...]
    more: int = 0  # threads


def tell(said: Sequence[Said]) -> list[Line]:
    """Everything by its kind, what matters most to people first."""
    kinds = {one.kind: [other for other in said if other.kind == one.kind] for one in said}
    return [_line(kind, kinds[kind]) for kind in sorted(kinds, key=_order)]


def _line(kind: str, said: Sequence[Said]) -> Line:
    threads = tuple(dict.fromkeys(one.where for one in said))
    one, several = KINDS.get(kind, (f"said once: {kind}", f"said {{}} times: {kind}"))
    words = one if len(said) == 1 else several.format(len(said))
    return Line(kind, words, threads[:MOST_SHOWN], max(0, len(threads) - MOST_SHOWN))


def _order(kind: str) -> int:
    return list(KINDS).index(kind) if kind in KINDS else len(KINDS)


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
