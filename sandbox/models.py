"""What exists on the stand-in: people, repositories, threads, comments and checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.records import App as App
from sandbox.records import Installation as Installation

ROLES = ("none", "read", "triage", "write", "maintain", "admin")


@dataclass(eq=False)
class User:
    """A person (`User`), an `Organization`, or an App's `Bot`."""

    id: int
    login: str
    type: str = "User"
    brand_new: bool = False  # never committed anywhere on GitHub: FIRST_TIMER
    name: str | None = None
    app_id: int | None = None
    members: set[int] = field(default_factory=set)
    private_members: set[int] = field(default_factory=set)
    owners: set[int] = field(default_factory=set)


@dataclass(eq=False)
class Label:
    """A label of a repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(eq=False)
class Comment:
    """A comment on a thread; `path` is set when it sits on a line of a pull request."""

    id: int
    number: int
    user: User
    body: str
    created_at: datetime
    updated_at: datetime
    path: str | None = None
    review_id: int | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    reaction_log: list[Reaction] = field(default_factory=list)

    @property
    def author(self) -> str:
        """The login of whoever wrote it."""
        return self.user.login


@dataclass(eq=False)
class Reaction:
    """One person's reaction."""

    id: int
    user: User
    content: str
    created_at: datetime


@dataclass(eq=False)
class Review:
    """A review of a pull request; `state` in lower case, as webhooks have it."""

    id: int
    user: User
    state: str
    body: str
    commit_id: str
    submitted_at: datetime


@dataclass(eq=False)
class PullRequest:
    """What a thread has on top when it is a pull request."""

    id: int
    head_repository: Repository
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    files: dict[str, str | None]
    draft: bool = False
    commits: int = 1
    merged_at: datetime | None = None
    merged_by: User | None = None
    merge_sha: str | None = None
    reviewers: list[User] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    review_comments: list[Comment] = field(default_factory=list)


@dataclass(frozen=True)
class Logged:
    """What somebody did to a thread, as its timeline shows it; `parts` are shapes."""

    id: int
    at: datetime
    event: str
    user: User
    parts: dict[str, Any]


@dataclass(eq=False)
class Thread:
    """An issue or a pull request: they share their numbers, comments, labels and assignees."""

    id: int
    repository: Repository
    number: int
    user: User
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None
    locked: bool = False
    label_objects: list[Label] = field(default_factory=list)
    assigned: list[User] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    reaction_log: list[Reaction] = field(default_factory=list)
    pull: PullRequest | None = None
    log: list[Logged] = field(default_factory=list)

    @property
    def author(self) -> str:
        """The login of whoever opened it."""
        return self.user.login

    @property
    def labels(self) -> list[str]:
        """The names of its labels, in the order they were added."""
        return [label.name for label in self.label_objects]

    @property
    def assignees(self) -> list[str]:
        """The logins of its assignees."""
        return [user.login for user in self.assigned]

    @property
    def is_pull_request(self) -> bool:
        """Whether it is a pull request."""
        return self.pull is not None

    @property
    def merged(self) -> bool:
        """Whether it is a merged pull request."""
        return self.pull is not None and self.pull.merged_at is not None

    @property
    def draft(self) -> bool:
        """Whether it is a draft pull request."""
        return self.pull is not None and self.pull.draft


@dataclass(eq=False)
class Commit:
    """A commit with a snapshot of all files; `files` is shared between commits that change nothing."""

    sha: str
    message: str
    user: User
    at: datetime
    parents: list[str]
    files: dict[str, str]
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)


@dataclass(eq=False)
class CheckRun:
    """A check run on a commit."""

    id: int
    name: str
    head_sha: str
    app: App
    status: str = "queued"
    conclusion: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    external_id: str = ""
    details_url: str | None = None
    output: dict[str, Any] = field(default_factory=dict)
    annotations: list[dict[str, Any]] = field(default_factory=list)


@dataclass(eq=False)
class Repository:
    """A repository with everything in it."""

    id: int
    owner: User
    name: str
    created_at: datetime
    private: bool = False
    default_branch: str = "main"
    description: str | None = None
    archived: bool = False
    has_issues: bool = True
    fork: bool = False
    collaborators: dict[int, str] = field(default_factory=dict)
    custom_roles: dict[int, str] = field(default_factory=dict)  # names of roles that are based on another
    contributors: set[int] = field(default_factory=set)  # a commit of theirs is on the default branch
    branches: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    threads_of: dict[int, list[Thread]] = field(default_factory=dict)
    gone: dict[int, Thread | None] = field(default_factory=dict)  # deleted (None) or where it went
    comments: dict[int, Comment] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)  # by name in lower case
    check_runs: dict[int, CheckRun] = field(default_factory=dict)
    forks: dict[int, Repository] = field(default_factory=dict)
    next_number: int = 1
    open_count: int = 0
    pushed_at: datetime | None = None

    @property
    def full_name(self) -> str:
        """owner/name."""
        return f"{self.owner.login}/{self.name}"

    @property
    def files(self) -> dict[str, str]:
        """The files on the default branch."""
        sha = self.branches.get(self.default_branch)
        return self.commits[sha].files if sha else {}
