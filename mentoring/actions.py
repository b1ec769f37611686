"""What a rule may ask for: the writes to GitHub, as plain values that the outbox performs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

SOON = 0  # somebody waits for it
LATER = 1  # can wait: invitations, back-fill, digest


@dataclass(frozen=True)
class Thread:
    """An issue or pull request: by its number, or by the key of the OpenIssue that makes it."""

    repository_id: int
    number: int | None = None
    opened_by: str | None = None

    @property
    def name(self) -> str:
        """Names the thread in effect keys and lanes, e.g. `repo 42 · thread 12`."""
        return f"repo {self.repository_id} · thread {self.number}" if self.number else f"{self.opened_by}"


@dataclass(frozen=True)
class Text:
    """A template of `templates/`, e.g. `comments/welcome`, what it is filled with, and the language.

    `language`: a code such as `es`, English where there is no catalogue for it; "": the outbox fills in that of the
    thread it goes to. `own`: the program's words in the place of the template's (mentoring/texts.py).
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    own: str | None = None


@dataclass(frozen=True)
class Comment:
    """A comment of which there is one for each `key`, ever."""

    thread: Thread
    kind: str
    key: str
    text: Text
    urgency: int = SOON


@dataclass(frozen=True)
class Rewrite:
    """New words for the comment that `key` names."""

    thread: Thread
    kind: str
    key: str
    text: Text
    urgency: int = SOON


@dataclass(frozen=True)
class Retract:
    """Takes back the comment that `key` names: another one has come in its place."""

    thread: Thread
    key: str
    urgency: int = SOON


@dataclass(frozen=True)
class OpenIssue:
    """An issue of which there is one for each `key`, ever."""

    repository_id: int
    kind: str
    key: str
    title: Text
    text: Text
    labels: tuple[str, ...] = ()
    urgency: int = LATER


@dataclass(frozen=True)
class RewriteIssue:
    """New words for the body of the issue that `key` names; only the newest waits to be written."""

    repository_id: int
    kind: str
    key: str
    text: Text
    urgency: int = LATER


@dataclass(frozen=True)
class Retitle:
    """A new title for the issue that `key` names."""

    repository_id: int
    key: str
    title: Text
    urgency: int = LATER


@dataclass(frozen=True)
class Close:
    """Closes a thread of our own."""

    thread: Thread
    urgency: int = LATER


@dataclass(frozen=True)
class Label:
    """Puts labels on a thread; a name in `descriptions` is created with it where it does not exist yet."""

    thread: Thread
    names: tuple[str, ...]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    urgency: int = SOON


@dataclass(frozen=True)
class Unlabel:
    """Takes a label off a thread."""

    thread: Thread
    name: str
    urgency: int = SOON


@dataclass(frozen=True)
class Assign:
    """Assigns somebody where GitHub lets us; where it does not, nothing happens."""

    thread: Thread
    login: str
    urgency: int = SOON


@dataclass(frozen=True)
class Unassign:
    """Takes an assignee off; somebody who is none is left alone."""

    thread: Thread
    login: str
    urgency: int = SOON


@dataclass(frozen=True)
class React:
    """An emoji on a comment, or on the thread's opening text."""

    thread: Thread
    content: str
    comment_id: int | None = None
    urgency: int = SOON


@dataclass(frozen=True)
class Remark:
    """A line of a file that a check run points at; lines and columns count from 1."""

    path: str
    line: int
    column: int
    message: str
    level: str = "failure"  # or "warning"


@dataclass(frozen=True)
class Check:
    """A check run on a commit. Its conclusion: `failure`, `neutral` or `success`."""

    repository_id: int
    kind: str
    key: str
    commit: str
    title: str
    text: Text
    remarks: tuple[Remark, ...] = ()
    conclusion: str = "failure"
    urgency: int = SOON


@dataclass(frozen=True)
class RewriteCheck:
    """New words for the check run that `key` names, and its details; conclusion and remarks stay."""

    repository_id: int
    key: str
    title: str
    text: Text
    details: Text
    urgency: int = LATER


Action: TypeAlias = (
    Comment
    | Rewrite
    | Retract
    | OpenIssue
    | RewriteIssue
    | Retitle
    | Close
    | Label
    | Unlabel
    | Assign
    | Unassign
    | React
    | Check
    | RewriteCheck
)


def effect(*parts: object) -> str:
    """The name of an effect, e.g. `repo 42 · thread 12 · welcome`: the same wherever it is asked for."""
    return " · ".join(str(part) for part in parts)
