"""Facts read from GitHub, as plain values: what the rules know of the world."""

from dataclasses import dataclass
from datetime import datetime

from mentoring.actions import Thread


@dataclass(frozen=True)
class Issue:
    """An issue or a pull request as GitHub shows it now (a pull request is an issue too)."""

    repository_id: int
    number: int
    author_id: int
    author: str
    title: str
    body: str
    is_open: bool
    is_pull: bool
    created_at: datetime
    updated_at: datetime
    by_person: bool = True  # false: by a bot or another App
    draft: bool = False
    labels: tuple[str, ...] = ()
    merged_at: datetime | None = None
    locked: bool = False
    assignees: tuple[str, ...] = ()
    closed_at: datetime | None = None

    @property
    def thread(self) -> Thread:
        return Thread(self.repository_id, self.number)


@dataclass(frozen=True)
class Remarked:
    """A comment as GitHub shows it now."""

    id: int
    author_id: int
    author: str
    body: str
    created_at: datetime
    by_person: bool = True
    updated_at: datetime | None = None
    app: str | None = None  # the slug of the App that wrote it


@dataclass(frozen=True)
class Pulled:
    """A pull request as a list of many shows it."""

    number: int
    author_id: int  # 0: the account is gone
    created_at: datetime
    merged_at: datetime | None = None
    by_person: bool = True


@dataclass(frozen=True)
class Reviewed:
    """A review as GitHub shows it now; `state` is approved, changes_requested, commented or dismissed."""

    author_id: int
    author: str
    state: str
    submitted_at: datetime
    by_person: bool = True


@dataclass(frozen=True)
class Measured:
    """A pull request with its numbers, as GitHub shows it now."""

    author_id: int
    author: str
    by_person: bool
    opened_at: datetime
    merged_at: datetime | None
    files: int
    added: int  # lines
    removed: int
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Done:
    """A line of a thread's timeline: what was said or done there.

    `what`: GitHub's own word. `by` is 0 where it does not say who did it, as of a commit.
    """

    what: str
    at: datetime
    by: int = 0
    actor: str = ""
    by_person: bool = True
    body: str = ""
    state: str = ""  # of a review
    label: str = ""
    reviewer: int = 0  # who was asked for a review; 0: a team


@dataclass(frozen=True)
class RepositoryFacts:
    """A repository as GitHub names it now."""

    id: int
    full_name: str
    private: bool
    default_branch: str
    archived: bool


@dataclass(frozen=True)
class Place:
    """A repository in which the App is installed; installation 0: it is not."""

    id: int
    full_name: str
    private: bool
    installation_id: int
