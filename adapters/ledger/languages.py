"""Languages: in which one a thread is spoken to, and the words that its program puts in the place of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, select, update

from adapters.ledger.schema import mentorships, repositories


@dataclass(frozen=True)
class Spoken:
    """How a thread is spoken to. `asked`: the language its newcomer asked for, if any."""

    language: str = ""  # of the program there; "": not known
    asked: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)  # the program's own, in its language


def keep(connection: Connection, repository_id: int, language: str, texts: Mapping[str, str]) -> None:
    """Notes what the configuration of a repository says of it."""
    mine = update(repositories).where(repositories.c.id == repository_id)
    connection.execute(mine.values(language=language, texts=dict(texts) or None))


def spoken(connection: Connection, repository_id: int, number: int | None) -> Spoken:
    """How a thread is spoken to; without a number, the repository."""
    thread = and_(mentorships.c.repository_id == repositories.c.id, mentorships.c.number == (number or 0))
    wanted = select(repositories.c.language, repositories.c.texts, mentorships.c.greeting)
    statement = wanted.outerjoin(mentorships, thread).where(repositories.c.id == repository_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        return Spoken()
    return Spoken(row.language or "", (row.greeting or {}).get("language") or "", row.texts or {})
