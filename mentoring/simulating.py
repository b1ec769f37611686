"""Simulating: GitHub's answers as they would have been earlier without the App, and the words for what it would have said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from mentoring.wording import Phrase, phrases

MOST_SHOWN = 15  # threads of a kind
# In the order in which they are told: what so many of a kind are called. Each goes on the sentence
# "With this file the last 30 days would have", and so do their translations.
KINDS: Mapping[str, Callable[[int], Phrase]] = {
    "invitation": lambda n: phrases("asked %(count)s graduate", "asked %(count)s graduates", n),
    "invitations": lambda n: phrases(
        "opened %(count)s issue to ask in", "opened %(count)s issues to ask in", n
    ),
    "invitation_reminder": lambda n: phrases(
        "asked %(count)s graduate once more", "asked %(count)s graduates once more", n
    ),
    "welcome": lambda n: phrases("greeted %(count)s newcomer", "greeted %(count)s newcomers", n),
    "introduction": lambda n: phrases(
        "introduced somebody else once", "introduced somebody else %(count)s times", n
    ),
    "reminder": lambda n: phrases("reminded %(count)s mentor", "reminded mentors %(count)s times", n),
    "organizers": lambda n: phrases("told the organizers once", "told the organizers %(count)s times", n),
    "peers": lambda n: phrases(
        "told %(count)s newcomer of others", "told %(count)s newcomers of each other", n
    ),
    "check_in": lambda n: phrases(
        "asked %(count)s silent newcomer how it goes", "asked silent newcomers %(count)s times how it goes", n
    ),
    "good_first": lambda n: phrases(
        "named a mentor on %(count)s new good first issue",
        "named mentors on %(count)s new good first issues",
        n,
    ),
    "label": lambda n: phrases(
        "labelled %(count)s thread with a mentor's name", "labelled %(count)s threads with a mentor's name", n
    ),
    "starter": lambda n: phrases(
        "thanked for %(count)s starter issue", "thanked for %(count)s starter issues", n
    ),
    "claim_hint": lambda n: phrases(
        "explained once how to take an issue", "explained %(count)s times how to take an issue", n
    ),
    "claim_released": lambda n: phrases("freed %(count)s claimed issue", "freed %(count)s claimed issues", n),
    "digest": lambda n: phrases("posted %(count)s digest", "posted %(count)s digests", n),
    "refusal": lambda n: phrases("could not do %(count)s command", "could not do %(count)s commands", n),
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
    words: Phrase
    threads: tuple[str, ...]
    more: int = 0  # threads


def tell(said: Sequence[Said]) -> list[Line]:
    """Everything by its kind, what matters most to people first."""
    kinds = {one.kind: [other for other in said if other.kind == one.kind] for one in said}
    return [_line(kind, kinds[kind]) for kind in sorted(kinds, key=_order)]


def _line(kind: str, said: Sequence[Said]) -> Line:
    threads = tuple(dict.fromkeys(one.where for one in said))
    words = KINDS.get(kind, partial(_other, kind))
    return Line(kind, words(len(said)), threads[:MOST_SHOWN], max(0, len(threads) - MOST_SHOWN))


def _other(kind: str, count: int) -> Phrase:
    return phrases("said once: %(kind)s", "said %(count)s times: %(kind)s", count, kind=kind)


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
