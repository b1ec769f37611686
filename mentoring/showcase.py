"""Showcase: one issue at a cohort's end collects what its people want to share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mentoring.actions import OpenIssue, RewriteIssue, Text, effect
from mentoring.roster import Program
from mentoring.wording import phrase

COLLECTED = frozenset({"showcase", "write"})  # the asks whose fruits are shared
LONGEST = 300  # characters
NOTHING = "nothing"  # `/mentor share nothing` takes it back

EMPTY = phrase(
    "Please say what you would like to share, in a line or with a link, as in `/mentor share My talk`."
)
TOO_LONG = phrase(
    "Please say it in at most %(longest)s characters; a link can tell the rest.", longest=LONGEST
)
NOT_HERE = phrase("`/mentor share` works in the issue in which a cohort collects what it made.")
NOT_FOR_YOU = phrase("This is where the people of the program share what they made.")

_LINK = re.compile(r"(?<!\S)https://\S+(?!\S)")


@dataclass(frozen=True)
class Shared:
    """What one person shares, in their words."""

    login: str
    text: str


def is_wanted(program: Program) -> bool:
    """Whether the program asks for something that is to be collected."""
    return any(one.ask in COLLECTED for one in program.asks)


def issue_key(home_id: int, cohort: str) -> str:
    """The effect key of a cohort's issue."""
    return effect(f"repo {home_id}", "showcase", cohort)


def opened(program: Program, home_id: int, cohort: str) -> OpenIssue:
    """The issue, which is opened once."""
    title = Text("issues/showcase_title", {"cohort": cohort})
    key = issue_key(home_id, cohort)
    return OpenIssue(home_id, "showcase", key, title, _text(program, cohort, ()))


def rewritten(program: Program, home_id: int, cohort: str, shared: Sequence[Shared]) -> RewriteIssue:
    """The issue after somebody shared something, or took it back."""
    return RewriteIssue(home_id, "showcase", issue_key(home_id, cohort), _text(program, cohort, shared))


def _text(program: Program, cohort: str, shared: Sequence[Shared]) -> Text:
    rows = [{"login": one.login} | parts(one.text) for one in shared]
    return Text("issues/showcase", {"cohort": cohort, "program": program.name, "shared": rows})


def parts(text: str) -> dict[str, str]:
    """The words, and the first link apart, so that it can stay one."""
    found = _LINK.search(text)
    link = found[0] if found else ""
    return {"words": " ".join(text.replace(link, "", 1).split()), "link": link}
