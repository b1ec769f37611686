"""Languages: in which one a thread is spoken to, and the words that its program puts in the place of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, select, update

from adapters.ledger.schema import contributions, mentorships, repositories


@dataclass(frozen=True)
class Spoken:
    """How a thread is spoken to. `asked`: the language its newcomer asked for, there or last in the program, if any."""

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
    wanted = select(
        repositories.c.language,
        repositories.c.texts,
        mentorships.c.greeting,
        mentorships.c.program_id,
        mentorships.c.newcomer_id,
    )
    statement = wanted.outerjoin(mentorships, thread).where(repositories.c.id == repository_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        return Spoken()
    asked = (row.greeting or {}).get("language")
    if not asked and number is not None:
        whose = (
            (row.program_id, row.newcomer_id)
            if row.newcomer_id
            else _author(connection, repository_id, number)
        )
        asked = asked_by(connection, *whose) if whose else None
    return Spoken(row.language or "", asked or "", row.texts or {})


def asked_by(connection: Connection, program_id: int, person_id: int) -> str | None:
    """The language that a newcomer asked for last in a program, on whatever thread."""
    theirs = (mentorships.c.program_id == program_id, mentorships.c.newcomer_id == person_id)
    newest = select(mentorships.c.greeting).where(*theirs).order_by(mentorships.c.since.desc())
    greetings = connection.execute(newest).scalars()
    return next((one["language"] for one in greetings if one and one.get("language")), None)


def _author(connection: Connection, repository_id: int, number: int) -> tuple[int, int] | None:
    """The program and the author of a pull request on which nobody is a newcomer any more."""
    here = (contributions.c.repository_id == repository_id, contributions.c.number == number)
    wanted = select(contributions.c.program_id, contributions.c.person_id)
    row = connection.execute(wanted.where(*here, contributions.c.kind == "pull")).first()
    return (row.program_id, row.person_id) if row else None
