"""Forgetting: what is kept of the texts of others once somebody is named no more."""

import re
from collections.abc import Iterable

GHOST = "ghost"  # what GitHub itself writes for an account that is gone


def without(text: str, logins: Iterable[str]) -> str:
    """The text without these logins, mentioned or not, in any case."""
    either = "|".join(re.escape(login) for login in logins)
    return re.sub(rf"(?<![\w-])@?(?:{either})(?![\w-])", GHOST, text, flags=re.IGNORECASE)
