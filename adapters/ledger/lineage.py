"""Lineage: who was helped here and then asked to help the next one, and whom they had been helped by."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from adapters.ledger import places
from adapters.ledger.engine import insert
from adapters.ledger.schema import installations, lineage, logins, mentors, mentorships, people, repositories

LONGEST = 50  # steps of a chain


def put(connection: Connection, values: dict[str, Any]) -> bool:
    """Notes who was asked, once for each person and program; False if they were asked before."""
    statement = insert(connection, lineage).values(values).on_conflict_do_nothing()
    return connection.execute(statement.returning(lineage.c.person_id)).first() is not None


def get(connection: Connection, program_id: int, person_id: int) -> Row[Any] | None:
    mine = (lineage.c.program_id == program_id, lineage.c.person_id == person_id)
    return connection.execute(select(lineage).where(*mine)).one_or_none()


def grown(connection: Connection, program_id: int | None = None) -> Sequence[Any]:
    """Who was helped here and said yes, with their login and areas; of one program, or of all."""
    theirs = (logins.c.login == func.lower(people.c.login), logins.c.person_id == lineage.c.person_id)
    is_gone = select(logins.c.login).where(*theirs, logins.c.gone_at.is_not(None)).exists()
    statement = (
        select(lineage.c.program_id, lineage.c.person_id, lineage.c.areas, people.c.login)
        .join(mentors, _same_person())
        .join(people, people.c.id == lineage.c.person_id)
        .where(mentors.c.said == "yes", ~is_gone)
        .order_by(lineage.c.program_id, lineage.c.person_id)
    )
    if program_id is not None:
        statement = statement.where(lineage.c.program_id == program_id)
    return connection.execute(statement).all()


def _same_person() -> Any:
    return and_(mentors.c.program_id == lineage.c.program_id, mentors.c.person_id == lineage.c.person_id)


def helped(connection: Connection, program_id: int, person_id: int) -> Sequence[Row[Any]]:
    """The threads of a program on which somebody is, or was, the newcomer; the first one first."""
    mine = (mentorships.c.program_id == program_id, mentorships.c.newcomer_id == person_id)
    return connection.execute(select(mentorships).where(*mine).order_by(mentorships.c.since)).all()


def helped_others(connection: Connection, program_id: int, mentor_id: int, newcomer_id: int) -> bool:
    """Whether somebody has been a mentor before, of anybody but this newcomer."""
    theirs = (mentorships.c.program_id == program_id, mentorships.c.mentor_id == mentor_id)
    statement = select(mentorships.c.number).where(*theirs, mentorships.c.newcomer_id != newcomer_id)
    return connection.execute(statement.limit(1)).first() is not None


# --- generations ----------------------------------------------------------------------------------

_IS_MENTOR = or_(mentors.c.said == "yes", and_(mentors.c.said.is_(None), mentors.c.roster == "agreed"))


def generation(connection: Connection, program_id: int, person_id: int) -> int | None:
    """How many there are before a mentor who each helped the next: 0 for whoever came with the roster.

    None: they are no mentor of the program.
    """
    mine = (mentors.c.program_id == program_id, mentors.c.person_id == person_id)
    statement = select(func.coalesce(lineage.c.generation, 0)).select_from(
        mentors.outerjoin(lineage, _same_person())
    )
    found = connection.execute(statement.where(*mine, _IS_MENTOR)).scalar()
    return None if found is None else int(found)


def chain(connection: Connection, program_id: int, person_id: int) -> list[int]:
    """Who helped somebody, who had helped that one, and so on: the oldest helper first, without themselves.

    It ends where nobody is known, where somebody is no mentor here any more, and before anybody comes twice.
    """
    found, here = [person_id], get(connection, program_id, person_id)
    while here is not None and here.helper_id is not None and len(found) <= LONGEST:
        helper_id = int(here.helper_id)
        if helper_id in found or generation(connection, program_id, helper_id) is None:
            break
        found.append(helper_id)
        here = get(connection, program_id, helper_id)
    return found[:0:-1]


def generations(connection: Connection, program_id: int) -> Counter[int]:
    """How many mentors there are of each generation."""
    number = func.coalesce(lineage.c.generation, 0)
    statement = (
        select(number, func.count())
        .select_from(mentors.outerjoin(lineage, _same_person()))
        .where(mentors.c.program_id == program_id, _IS_MENTOR)
        .group_by(number)
    )
    return Counter({int(row[0]): int(row[1]) for row in connection.execute(statement)})


def helped_by(connection: Connection, program_id: int, person_id: int) -> int:
    """How many mentors of the program were helped by somebody, and then said yes."""
    mine = (lineage.c.program_id == program_id, lineage.c.helper_id == person_id, mentors.c.said == "yes")
    statement = select(func.count()).select_from(lineage.join(mentors, _same_person())).where(*mine)
    return int(connection.execute(statement).scalar_one())


def in_public(connection: Connection, program_id: int, ids: Collection[int]) -> set[tuple[int, int]]:
    """Of these people, who helped whom on a thread that everybody may see: pairs of mentor and newcomer."""
    mine = (mentorships.c.program_id == program_id, mentorships.c.newcomer_id.in_(list(ids)))
    statement = (
        select(mentorships.c.mentor_id, mentorships.c.second_id, mentorships.c.newcomer_id)
        .join(repositories, repositories.c.id == mentorships.c.repository_id)
        .join(installations, installations.c.id == repositories.c.installation_id)
        .where(*mine, *places.SHOWN_TO_ALL)
    )
    rows = connection.execute(statement.distinct())
    return {(helper, row.newcomer_id) for row in rows for helper in (row.mentor_id, row.second_id) if helper}
