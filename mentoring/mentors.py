"""Mentors: who said yes, when the roster and the person may have said different things."""

from dataclasses import dataclass
from datetime import datetime

from mentoring.roster import Member


@dataclass(frozen=True)
class Statement:
    """What the roster (agreed, declined; since when) and the person (yes, later, no; when) said."""

    roster: str | None = None
    roster_at: datetime | None = None
    said: str | None = None
    said_at: datetime | None = None


def said_yes(member: Member, statement: Statement | None) -> bool:
    """Whether this member is a mentor: a person's no beats everything, otherwise the newer word wins.

    Who said later is none until they, or a newer roster, say yes again.
    """
    if statement is None or statement.said is None:
        return member.mentoring == "agreed"
    if statement.said == "no":
        return False
    if statement.said == "later":
        return member.mentoring == "agreed" and _newer(statement.roster_at, statement.said_at)
    if member.mentoring == "declined":
        return _newer(statement.said_at, statement.roster_at)
    return True


def _newer(this: datetime | None, that: datetime | None) -> bool:
    return this is not None and (that is None or this > that)
