"""Notes that have to reach somebody: an edit tells nobody, so a new comment takes the place of the last one."""

from adapters.ledger import notes
from jobs.decision import Decision
from mentoring.actions import Comment, Retract, Text, Thread, effect


def say_anew(decision: Decision, thread: Thread, kind: str, text: Text) -> None:
    """A new comment of the kind; the one before it is taken back, so that a thread shows one of each kind."""
    if thread.number is None:
        raise ValueError("a note needs a thread that has its number")
    count = notes.next_count(decision.connection, thread.repository_id, thread.number, kind)
    decision.act_in(thread.repository_id, [Comment(thread, kind, key_of(thread, kind, count), text)])
    if count > 1:
        decision.act_in(thread.repository_id, [Retract(thread, key_of(thread, kind, count - 1))])


def key_of(thread: Thread, kind: str, count: int) -> str:
    """The effect key of the n-th note of a kind."""
    return effect(thread.name, kind, *([count] if count > 1 else []))
