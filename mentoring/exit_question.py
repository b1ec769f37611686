"""Exit question: what made somebody stay, and what got in the way – in their words, as plain text."""

import unicodedata

LONGEST = 1000  # characters of each answer
TOO_LONG = f"Please write at most {LONGEST} characters in each field; nothing was kept yet."


def tidied(text: str) -> str:
    """What somebody wrote, as plain text with its lines. Raises ValueError with one sentence if it is too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(one if one == "\n" or unicodedata.category(one)[0] != "C" else " " for one in lines)
    found = "\n".join(line.rstrip() for line in plain.splitlines()).strip()
    if len(found) > LONGEST:
        raise ValueError(TOO_LONG)
    return found
