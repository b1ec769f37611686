"""How people, labels, states and times look on the reader's pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zlib import crc32

from markupsafe import Markup, escape

from sandbox.models import Thread, User

EMOJI = {
    "+1": "👍",
    "-1": "👎",
    "laugh": "😄",
    "hooray": "🎉",
    "confused": "😕",
    "heart": "❤️",
    "rocket": "🚀",
    "eyes": "👀",
}
# The perceived lightness above which black reads better than white.
BRIGHT = 0.5


def hue(login: str) -> int:
    """A person's colour, always the same."""
    return crc32(login.lower().encode()) % 360


def initials(login: str) -> str:
    """One or two letters for a generated avatar."""
    words = re.findall(r"[A-Za-z0-9]+", login.removesuffix("[bot]"))
    letters = words[0][0] + words[1][0] if len(words) > 1 else "".join(words)[:2]
    return letters.upper() or "?"


def is_bot(user: User) -> bool:
    return user.type == "Bot"


def shown_login(user: User) -> str:
    """GitHub shows an App without its `[bot]`, and puts a badge beside it."""
    return user.login.removesuffix("[bot]")


def label_color(color: str) -> str:
    """A label's colour as CSS; anything that is not six hex digits is grey."""
    return f"#{color}" if re.fullmatch(r"[0-9A-Fa-f]{6}", color) else "#ededed"


def ink(color: str) -> str:
    """Black or white, whichever can be read on the colour."""
    red, green, blue = (int(label_color(color)[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return "#1c1b19" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > BRIGHT else "#ffffff"


def state(thread: Thread) -> str:
    """The word on the badge: Open, Closed, Merged, Draft or Not planned."""
    if thread.merged:
        return "merged"
    if thread.state == "closed":
        return "not planned" if thread.state_reason == "not_planned" else "closed"
    return "draft" if thread.draft else "open"


def kind(thread: Thread) -> str:
    return "pull" if thread.is_pull_request else "issue"


def moment(at: datetime) -> str:
    """A time as people write it, in UTC."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M}"


def title(text: str) -> Markup:
    """A title: of all Markdown GitHub renders only code in it."""
    parts = re.split(r"`([^`]+)`", text)
    shown = [
        Markup("<code>{}</code>").format(part) if n % 2 else escape(part) for n, part in enumerate(parts)
    ]
    return Markup("").join(shown)


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
