"""Start here: what the page for newcomers shows of good first issues – of public repositories alone."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, select, update

from adapters.ledger import places
from adapters.ledger.schema import installations, repositories, starters
from adapters.ledger.unsaying import NOBODY
from mentoring.facts import Issue

_OPEN = and_(starters.c.closed_at.is_(None), starters.c.dropped_at.is_(None))


def keep_words(connection: Connection, issue: Issue, *, private: bool) -> None:
    """Keeps the title and the labels of a good first issue that is known; in private nothing, or no longer."""
    here = (starters.c.repository_id == issue.repository_id, starters.c.number == issue.number)
    known = connection.execute(select(starters.c.title, starters.c.labels).where(*here)).one_or_none()
    words: tuple[Any, Any] = (None, None) if private else (issue.title, list(issue.labels))
    if known is not None and tuple(known) != words:
        connection.execute(update(starters).where(*here).values(title=words[0], labels=words[1]))


def without_words(connection: Connection, repository_id: int) -> list[int]:
    """Open good first issues of which the title is not known: those from before it was kept."""
    mine = (starters.c.repository_id == repository_id, starters.c.title.is_(None))
    return sorted(connection.execute(select(starters.c.number).where(_OPEN, *mine)).scalars())


def issues(connection: Connection, program_ids: Collection[int]) -> Sequence[Any]:
    """The open good first issues with a mentor's name, in public repositories where the App works; the newest first."""
    shown = (
        starters.c.program_id.in_(program_ids),
        starters.c.mentor_id.is_not(None),
        starters.c.mentor_id != NOBODY,
        starters.c.title.is_not(None),
        *places.SHOWN_TO_ALL,
    )
    statement = (
        select(starters, repositories.c.full_name)
        .join(repositories, repositories.c.id == starters.c.repository_id)
        .join(installations, installations.c.id == repositories.c.installation_id)
        .where(_OPEN, *shown)
    )
    newest = statement.order_by(starters.c.since.desc(), starters.c.repository_id, starters.c.number.desc())
    return connection.execute(newest).all()
