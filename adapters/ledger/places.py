"""Where the App is installed, and which program each repository belongs to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from adapters.ledger.engine import insert
from adapters.ledger.schema import installations, labels, repositories
from mentoring.facts import RepositoryFacts


def see_installation(
    connection: Connection, installation_id: int, now: datetime, account: str | None = None
) -> None:
    """Notes that the App is (still) installed."""
    seen: dict[str, Any] = {"removed_at": None, "suspended_at": None}
    if account:
        seen["account"] = account
    statement = insert(connection, installations).values(id=installation_id, since=now, **seen)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=seen))


def end_installation(connection: Connection, installation_id: int, now: datetime, *, suspended: bool) -> None:
    """Notes that the App may do nothing there: suspended for now, or removed."""
    column = "suspended_at" if suspended else "removed_at"
    connection.execute(
        update(installations).where(installations.c.id == installation_id).values({column: now})
    )
    if not suspended:
        leave = update(repositories).where(repositories.c.installation_id == installation_id)
        connection.execute(leave.values(installation_id=None))


def see_repository(connection: Connection, now: datetime, **values: Any) -> None:
    """Notes a repository under its id, by the name and state that GitHub gives it now.

    `values`: id, full_name, and of installation_id, private, default_branch, archived what is known.
    """
    values = {name: value for name, value in values.items() if value is not None}
    statement = insert(connection, repositories).values(
        **{"private": False, "archived": False} | values, since=now
    )
    again = {name: value for name, value in values.items() if name != "id"} | {"gone_at": None}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=again))


def is_as_known(connection: Connection, facts: RepositoryFacts, installation_id: int) -> bool:
    """Whether a repository's name, visibility, branch and installation are what the ledger has."""
    row = repository(connection, facts.id)
    if row is None or row.installation_id != installation_id or row.gone_at is not None:
        return False
    names = ("full_name", "private", "default_branch", "archived")
    return all(getattr(row, name) == getattr(facts, name) for name in names)


def leave_repositories(connection: Connection, ids: Sequence[int]) -> None:
    """Notes that the App is no longer installed on these."""
    connection.execute(update(repositories).where(repositories.c.id.in_(ids)).values(installation_id=None))


def repository(connection: Connection, repository_id: int) -> Row[Any] | None:
    return connection.execute(select(repositories).where(repositories.c.id == repository_id)).one_or_none()


def repository_named(connection: Connection, slug: str) -> Row[Any] | None:
    """The repository that was last seen under this name."""
    statement = select(repositories).where(func.lower(repositories.c.full_name) == slug.lower())
    return connection.execute(statement.order_by(repositories.c.since.desc()).limit(1)).one_or_none()


def repositories_of(connection: Connection, installation_id: int) -> Sequence[Row[Any]]:
    statement = select(repositories).where(repositories.c.installation_id == installation_id)
    return connection.execute(statement.order_by(repositories.c.id)).all()


def repositories_of_program(connection: Connection, program_id: int) -> Sequence[Row[Any]]:
    """The repositories of a program on which the App is installed; the home first."""
    home_first = repositories.c.id != program_id
    statement = select(repositories).where(
        or_(repositories.c.program_id == program_id, repositories.c.id == program_id),
        repositories.c.installation_id.is_not(None),
    )
    return connection.execute(statement.order_by(home_first, repositories.c.id)).all()


def join_program(connection: Connection, repository_id: int, program_id: int | None) -> None:
    connection.execute(
        update(repositories).where(repositories.c.id == repository_id).values(program_id=program_id)
    )


def wait(connection: Connection, installation_id: int, until: datetime) -> None:
    """Notes GitHub's limit: nothing is asked of it for this installation before `until`."""
    statement = update(installations).where(installations.c.id == installation_id)
    connection.execute(statement.values(wait_until=until))


def waits_until(connection: Connection, installation_id: int) -> datetime | None:
    statement = select(installations.c.wait_until).where(installations.c.id == installation_id)
    return connection.execute(statement).scalar()


def has_label(connection: Connection, repository_id: int, name: str) -> bool:
    """Whether the repository is known to have this label."""
    statement = select(labels.c.name).where(
        labels.c.repository_id == repository_id, labels.c.name == name.lower()
    )
    return connection.execute(statement).first() is not None


def note_label(connection: Connection, repository_id: int, name: str) -> None:
    statement = insert(connection, labels).values(repository_id=repository_id, name=name.lower())
    connection.execute(statement.on_conflict_do_nothing())


def forget_label(connection: Connection, repository_id: int, name: str) -> None:
    """Notes that somebody deleted or renamed the label."""
    connection.execute(
        labels.delete().where(labels.c.repository_id == repository_id, labels.c.name == name.lower())
    )
