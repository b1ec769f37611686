"""The context: what a job is given to work with. Nothing below the front door reaches for anything else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.github import GitHub
from adapters.ledger import Ledger
from adapters.queue import Bell
from adapters.settings import Settings


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """Settings, the ledger, GitHub, the bell and the time of day (aware, UTC)."""

    settings: Settings
    ledger: Ledger
    github: GitHub
    bell: Bell
    now: Callable[[], datetime] = utc_now


def open_context(settings: Settings, now: Callable[[], datetime] = utc_now) -> Context:
    """The context of a process. Nothing is connected to before it is used."""
    ledger = Ledger(settings.database_url)
    return Context(settings, ledger, GitHub(settings), Bell(settings, ledger), now)
