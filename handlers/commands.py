"""A quick look whether a text may hold a command; the worker then reads it properly."""

import re

from handlers.routes import Event, by_person

# Also `@somebody verb`: only the worker knows the App's own name.
_MAYBE = re.compile(r"^[^\S\n]*(?:/mentor\b|@[\w-]+\s+@?[a-z0-9])", re.IGNORECASE | re.MULTILINE)

BEFORE = "changes.body.from"  # what an edited text was before


def may_hold_command(text: object) -> bool:
    """Whether a line begins as a command does."""
    return isinstance(text, str) and _MAYBE.search(text) is not None


def asked_by_author(event: Event, kind: str) -> bool:
    """Whether a person's new text may hold a command; `kind`: comment, issue or pull_request.

    Of an account that is gone only the text is left: nobody asks for anything.
    """
    return by_person(event) and event.get(f"{kind}.user") is not None and _holds(event, kind)


def edited_by_author(event: Event, kind: str) -> bool:
    """Whether a person edited a text of their own, which may hold a command now.

    Who can write in a repository can edit everybody's texts, and must not speak in their name.
    """
    if event.find("changes.body") is None or not asked_by_author(event, kind):
        return False
    return bool(event.get("sender.id") == event.get(f"{kind}.user.id"))


def _holds(event: Event, kind: str) -> bool:
    return may_hold_command(event.find(f"{kind}.body"))
