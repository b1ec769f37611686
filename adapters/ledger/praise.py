"""Praise: what is known of each merge that a mentor could praise a newcomer for, as numbers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from adapters.ledger import forgetting
from adapters.ledger.engine import insert
from adapters.ledger.schema import mentorships, praise, repositories

MOST = 20  # drafts on a page


def put(connection: Connection, values: dict[str, Any]) -> None:
    """Keeps what is known of a merge, once; nothing of whoever asked to be forgotten."""
    if not forgetting.among(connection, (values["newcomer_id"], values["mentor_id"])):
        connection.execute(insert(connection, praise).values(values).on_conflict_do_nothing())


def mentor_of(
    connection: Connection, program_id: int, thread: tuple[int, int], newcomer_id: int, since: datetime
) -> int | None:
    """Who helped: the mentor of this thread, else the newcomer's last one since then in the program."""
    theirs = (mentorships.c.program_id == program_id, mentorships.c.newcomer_id == newcomer_id)
    here = (mentorships.c.repository_id == thread[0]) & (mentorships.c.number == thread[1])
    found = select(mentorships.c.mentor_id).where(
        *theirs, mentorships.c.mentor_id > 0, here | (mentorships.c.since >= since)
    )
    order = (here.desc(), mentorships.c.since.desc(), mentorships.c.repository_id, mentorships.c.number)
    return connection.execute(found.order_by(*order).limit(1)).scalar()


def waiting(connection: Connection, mentor_id: int, since: datetime) -> Sequence[Row[Any]]:
    """What a mentor has not said yet of the merges since then, each with its repository; the newest first."""
    place = (repositories.c.full_name, repositories.c.private, repositories.c.installation_id)
    mine = (praise.c.mentor_id == mentor_id, praise.c.merged_at >= since, praise.c.said_at.is_(None))
    found = (
        select(praise, *place).join(repositories, repositories.c.id == praise.c.repository_id).where(*mine)
    )
    return connection.execute(found.order_by(praise.c.merged_at.desc(), praise.c.number).limit(MOST)).all()


def since(connection: Connection, program_id: int, moment: datetime) -> Sequence[Row[Any]]:
    """What mentors of a program have not said yet of the merges since then; the newest first."""
    there = (praise.c.program_id == program_id, praise.c.merged_at >= moment, praise.c.said_at.is_(None))
    order = (praise.c.merged_at.desc(), praise.c.repository_id, praise.c.number)
    return connection.execute(select(praise).where(*there).order_by(*order)).all()


def said(
    connection: Connection, program_id: int, mentor_id: int, thread: tuple[int, int], now: datetime
) -> bool:
    """Notes that a mentor has said it; False if there is nothing of the kind of theirs."""
    here = (praise.c.repository_id == thread[0], praise.c.number == thread[1])
    mine = (praise.c.program_id == program_id, praise.c.mentor_id == mentor_id)
    done = update(praise).where(*here, *mine).values(said_at=now)
    return connection.execute(done).rowcount > 0
