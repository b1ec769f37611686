"""A quick look whether somebody may ask for an issue in plain words; the worker then reads it properly."""

import re

_MAYBE = re.compile(
    r"\b(?:work|tak|pick|tackl|claim|handl|grab|fix|solv|resolv|implement|address|try|attempt|have|contribut|help"
    r"|look|give|do|interested|assign|available|free|unclaimed|open)",
    re.IGNORECASE,
)


def may_ask_to_claim(text: object) -> bool:
    """Whether a text has one of the words that such a wish needs."""
    return isinstance(text, str) and _MAYBE.search(text) is not None
