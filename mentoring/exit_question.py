"""Exit question: what made somebody stay, and what got in the way – in their words, as plain text; counted in reports."""

import unicodedata

from mentoring.book import Book, Period
from mentoring.stayed import Figure
from mentoring.wording import Mistake, phrase

FEWEST = 5  # answers: of fewer nothing is counted where others than the organizers read it
LONGEST = 1000  # characters of each answer
TOO_LONG = phrase(
    "Please write at most %(longest)s characters in each field; nothing was kept yet.", longest=LONGEST
)


def tidied(text: str) -> str:
    """What somebody wrote, as plain text with its lines. Raises Mistake with one sentence if it is too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(one if one == "\n" or unicodedata.category(one)[0] != "C" else " " for one in lines)
    found = "\n".join(line.rstrip() for line in plain.splitlines()).strip()
    if len(found) > LONGEST:
        raise Mistake(TOO_LONG)
    return found


def counted(book: Book, period: Period) -> list[Figure]:
    """How many of those whom the question reached in a period answered, and what; nothing of fewer than FEWEST."""
    asked = [one for one in book.questions if book.day(one.asked_at) in period]
    answered = [one for one in asked if one.answered]
    if len(answered) < FEWEST:
        return []
    return [
        Figure("exit_asked", len(asked)),
        Figure("exit_answered", len(answered), len(asked)),
        Figure("exit_stayed", sum(one.stayed for one in answered), len(answered)),
        Figure("exit_hindered", sum(one.hindered for one in answered), len(answered)),
    ]
