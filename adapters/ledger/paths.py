"""Paths: the numbers of one person in a program."""

from sqlalchemy import Connection, func, or_, select

from adapters.ledger.schema import claims, mentorships, starters


def helped(connection: Connection, program_id: int, person_id: int) -> tuple[int, int]:
    """How many newcomers somebody helped, as mentor or as second, and how many of them up to the merge."""
    theirs = or_(mentorships.c.mentor_id == person_id, mentorships.c.second_id == person_id)
    merged = func.count().filter(mentorships.c.merged)
    statement = select(func.count(), merged).where(mentorships.c.program_id == program_id, theirs)
    begun, up_to_the_merge = connection.execute(statement).one()
    return begun, up_to_the_merge


def begun(connection: Connection, program_id: int, person_id: int) -> int:
    """How many pull requests somebody has open as a newcomer."""
    mine = (mentorships.c.program_id == program_id, mentorships.c.newcomer_id == person_id)
    open_pulls = (mentorships.c.kind == "pull", mentorships.c.closed_at.is_(None))
    statement = select(func.count()).select_from(mentorships).where(*mine, *open_pulls)
    return connection.execute(statement).scalar_one()


def starters_opened(connection: Connection, program_id: int, person_id: int) -> int:
    """The starter issues that somebody opened, open or closed."""
    mine = (starters.c.program_id == program_id, starters.c.mentor_id == person_id)
    counted = (starters.c.kind == "starter", starters.c.dropped_at.is_(None))
    return connection.execute(select(func.count()).select_from(starters).where(*mine, *counted)).scalar_one()


def claimed(connection: Connection, program_id: int, person_id: int) -> int:
    """The issues that somebody ever claimed."""
    mine = (claims.c.program_id == program_id, claims.c.person_id == person_id)
    return connection.execute(select(func.count()).select_from(claims).where(*mine)).scalar_one()
