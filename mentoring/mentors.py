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
        return member.mentoring == "agreed" and newer(statement.roster_at, statement.said_at)
    if member.mentoring == "declined":
        return newer(statement.said_at, statement.roster_at)
    return True


def spoke(statement: Statement | None) -> bool:
    """Whether they, or the roster for them, ever said yes, later or no: who is no mentor then may have been one."""
    return statement is not None and (statement.said or statement.roster) is not None


def declined(said: str | None, roster: str | None) -> bool:
    """Whether somebody does not want to be named: they said no, or the roster says so and they nothing else."""
    return said == "no" or (roster == "declined" and said is None)


def has_left(member: Member | None, statement: Statement | None) -> bool:
    """Whether somebody whose name is on open threads is no mentor any more.

    A member whom a maintainer named by label and who never said anything has not left.
    """
    if member is None:
        return True
    answered = statement is not None and statement.said in {"no", "later"}
    return (answered or member.mentoring == "declined") and not said_yes(member, statement)


def newer(this: datetime | None, that: datetime | None) -> bool:
    """Whether this was said after that; what is not dated is the older."""
    return this is not None and (that is None or this > that)
