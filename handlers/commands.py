"""A quick look whether a text may hold a command; the worker then reads it properly."""

import re

# Also `@somebody verb`: only the worker knows the App's own name.
_MAYBE = re.compile(r"^[^\S\n]*(?:/mentor\b|@[\w-]+\s+[a-z])", re.IGNORECASE | re.MULTILINE)


def may_hold_command(text: object) -> bool:
    """Whether a line begins as a command does."""
    return isinstance(text, str) and _MAYBE.search(text) is not None
