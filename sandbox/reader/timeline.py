"""The story of a thread: its comments, reviews and turns, in the order they happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.models import CheckRun, Comment, Review, Thread, User

VERDICTS = {
    "approved": "approved these changes",
    "changes_requested": "requested changes",
    "commented": "reviewed",
    "dismissed": "reviewed (dismissed)",
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened: a card when there is a text, a note when there is none."""

    at: datetime
    user: User
    text: str | None = None
    note: str = ""
    mark: str = ""
    anchor: str = ""
    edited: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)


def entries(thread: Thread) -> list[Entry]:
    """Everything after the opening text, oldest first."""
    found = [comment_entry(comment) for comment in thread.comments]
    found += pull_entries(thread)
    found += ending(thread)
    return sorted(found, key=lambda entry: entry.at)


def opening(thread: Thread) -> Entry:
    """The text the thread was opened with; `updated_at` says nothing about it, every comment moves that."""
    return Entry(
        thread.created_at, thread.user, thread.body or "", anchor="opening", reactions=thread.reactions
    )


def comment_entry(comment: Comment) -> Entry:
    return Entry(
        comment.created_at,
        comment.user,
        comment.body,
        note=f"commented on {comment.path}" if comment.path else "",
        anchor=f"comment-{comment.id}",
        edited=comment.updated_at > comment.created_at,
        reactions=comment.reactions,
    )


def pull_entries(thread: Thread) -> Iterator[Entry]:
    """Reviews, with or without a text, and comments on lines."""
    if thread.pull is None:
        return
    for review in thread.pull.reviews:
        yield review_entry(review)
    for comment in thread.pull.review_comments:
        yield comment_entry(comment)


def review_entry(review: Review) -> Entry:
    verdict = VERDICTS.get(review.state, review.state)
    return Entry(
        review.submitted_at, review.user, review.body or None, verdict, review.state, f"review-{review.id}"
    )


def ending(thread: Thread) -> Iterator[Entry]:
    """How it was merged or closed."""
    pull = thread.pull
    if pull is not None and pull.merged_at is not None:
        yield Entry(
            pull.merged_at,
            pull.merged_by or thread.user,
            note=f"merged this into {pull.base_ref}",
            mark="merged",
        )
    elif thread.closed_at is not None:
        reason = {"completed": " as completed", "not_planned": " as not planned"}.get(
            thread.state_reason or "", ""
        )
        yield Entry(
            thread.closed_at, thread.closed_by or thread.user, note=f"closed this{reason}", mark="closed"
        )


def participants(thread: Thread) -> list[User]:
    """Everybody who spoke, the author first."""
    people = {user.id: user for user in [thread.user, *(entry.user for entry in entries(thread))]}
    return list(people.values())


def checks(thread: Thread) -> list[CheckRun]:
    """The check runs on a pull request's newest commit."""
    if thread.pull is None:
        return []
    runs = thread.repository.check_runs.values()
    return [run for run in runs if run.head_sha == thread.pull.head_sha]


def words_of(thread: Thread) -> Iterator[str]:
    """Every text of the thread."""
    return (entry.text or "" for entry in [opening(thread), *entries(thread)])
