"""Mentors: who said yes, when the roster and the person may have said different things."""

from dataclasses import dataclass
from datetime import datetime

from mentoring.roster import Member


@dataclass(frozen=True)
class Statement:
    """What the roster (agreed, declined; since when) and the person (yes, no; when) said."""

    roster: str | None = None
    roster_at: datetime | None = None
    said: str | None = None
    said_at: datetime | None = None


def said_yes(member: Member, statement: Statement | None) -> bool:
    """Whether this member is a mentor: a person's no beats everything, otherwise the newer word wins."""
    if statement is None or statement.said is None:
        return member.mentoring == "agreed"
    if statement.said == "no":
        return False
    if member.mentoring == "declined":
        return _newer(statement.said_at, statement.roster_at)
    return True


def _newer(said_at: datetime | None, roster_at: datetime | None) -> bool:
    return said_at is not None and (roster_at is None or said_at > roster_at)
