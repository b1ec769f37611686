"""Somebody asks for something by command: who, where, and what they get for an answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from adapters.context import Context
from jobs.decision import Decision, Row
from jobs.program import Loaded
from mentoring.actions import Thread
from mentoring.commands import Command
from mentoring.wording import Mistake, Phrase

SECOND = timedelta(seconds=1)

Apply = Callable[[Decision], None]


class Refusal(Exception):
    """A user's mistake: one short sentence to them, in the language of the thread, and nothing changes."""

    def __init__(self, sentence: Phrase) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def is_to_be_said(self, _connection: Connection) -> bool:
        """Whether it is said now. Asked once what was refused is undone."""
        return True


@contextmanager
def understood() -> Iterator[None]:
    """Refuses what a rule cannot make out of somebody's words, with the sentence that the rule has for it."""
    try:
        yield
    except Mistake as mistake:
        raise Refusal(mistake.sentence) from mistake


@dataclass(frozen=True)
class Asking:
    """A person's text with commands, on a thread of a repository with a program."""

    context: Context
    row: Row
    loaded: Loaded
    person_id: int
    login: str
    comment_id: int | None  # None: the thread's opening text
    bells: list[int] = field(default_factory=list)  # inbox rows that came of it
    programs: set[int] = field(default_factory=set)  # that a command is about, besides the one it was said in
    afterwards: list[Callable[[], None]] = field(default_factory=list)  # what is left once it is decided

    @property
    def said_at(self) -> datetime:
        """When it was said; of an opening text, when we heard of it; by an edit, when that was.

        GitHub tells whole seconds, cut off: it was said within the one that began then.
        """
        moments = (f"{kind}.updated_at" for kind in ("comment", "issue", "pull_request"))
        fields, heard = self.row.fields, self.row.received_at
        said = next((fields[one] for one in moments if one in fields), fields.get("comment.created_at"))
        return min(datetime.fromisoformat(said) + SECOND, heard) if said else heard

    @property
    def thread(self) -> Thread:
        return Thread(self.row.repository_id, self.row.number)

    @property
    def is_open(self) -> bool:
        """Whether the thread was open when it was said; an opening text opens it, but may be edited later."""
        return "closed" not in (self.row.fields.get("issue.state"), self.row.fields.get("pull_request.state"))

    @property
    def is_locked(self) -> bool:
        return True in (self.row.fields.get("issue.locked"), self.row.fields.get("pull_request.locked"))

    @property
    def is_pull(self) -> bool:
        return "pull_request.user.id" in self.row.fields or "issue.pull_request" in self.row.fields


Prepare = Callable[[Asking, Command], Apply]
