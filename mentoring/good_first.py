"""Good first issues: each carries the name of one mentor, for as long as it is open and good to start with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mentoring.actions import LATER, SOON, Action, Comment, Rewrite, Text, Thread, Unlabel, effect
from mentoring.facts import Issue
from mentoring.matching import Match
from mentoring.roster import Program
from mentoring.welcome import label_mentor

MOST_OPEN = 10  # good first issues with one mentor's name, not counting those they opened themselves


@dataclass(frozen=True)
class Known:
    """What the ledger knows of an issue that carries, or carried, a mentor's name."""

    mentor_id: int | None
    mentor: str | None
    kind: str  # starter, or labelled
    is_open: bool
    dropped: bool


@dataclass(frozen=True)
class Introduction:
    """What the note says of the mentor."""

    login: str
    about: str = ""
    contact: str | None = None
    area: str | None = None  # of theirs, that the issue belongs to


@dataclass(frozen=True)
class Taken:
    """Who works on an issue: somebody who claimed it, or a first pull request about it; else it is free."""

    claimed_by: str | None = None
    pull: int | None = None


FREE = Taken()


def key_of(issue: Issue) -> str:
    """The effect key of the note on a good first issue."""
    return effect(issue.thread.name, "good_first")


def say(thread: Thread, kind: str, key: str, text: Text, *, noted: bool) -> Comment | Rewrite:
    """A note of which there is one for each `key`: written, or rewritten where it was written before."""
    return Rewrite(thread, kind, key, text) if noted else Comment(thread, kind, key, text)


def name_mentor(
    issue: Issue, program: Program, match: Match, *, backfill: bool, noted: bool = False
) -> tuple[Action, ...]:
    """Label and note; an issue that was labelled before the App came gets only the label.

    `noted`: the note was written before, so that it says what is true now, even that nobody is free.
    """
    if match.mentor is None:
        return (_replace_note(issue, program, "nobody"),) if noted else ()
    urgency = LATER if backfill else SOON
    login = match.mentor.login
    label = label_mentor(issue.thread, program, login, urgency=urgency)
    if backfill:
        return (label,)
    introduction = Introduction(login, match.mentor.about, match.mentor.contact, match.area)
    text = note(issue, program, introduction)
    return label, say(issue.thread, "good_first", key_of(issue), text, noted=noted)


def note(issue: Issue, program: Program, mentor: Introduction, taken: Taken = FREE) -> Text:
    """The note: whom to ask, how to take the issue or, once somebody has, who works on it."""
    values = {
        "mentor": mentor.login,
        "noun": program.mentor_noun,
        "number": issue.number,
        "about": mentor.about,
        "contact": mentor.contact,
        "area": mentor.area,
        "claimed_by": taken.claimed_by,
        "pull": taken.pull,
    }
    return Text("comments/good_first", values)


def drop(
    issue: Issue, program: Program, known: Known, *, noted: bool = True, why: str = "dropped"
) -> tuple[Action, ...]:
    """The name comes off, and the note, if there is one, says why.

    `why`: dropped (no longer marked as a good first issue), or starter (its author mentors it from now on).
    """
    actions: list[Action] = []
    if known.mentor:
        actions.append(Unlabel(issue.thread, program.mentor_label_for(known.mentor)))
    if noted:
        actions.append(_replace_note(issue, program, why))
    return tuple(actions)


def _replace_note(issue: Issue, program: Program, why: str) -> Rewrite:
    return Rewrite(issue.thread, "good_first", key_of(issue), without_mentor(program, why))


def without_mentor(program: Program, why: str) -> Text:
    """The note where nobody is named: dropped, nobody (is free), or starter (the other note says who)."""
    return Text("comments/good_first_dropped", {"noun": program.mentor_noun, "why": why})


def already_named(issue: Issue, program: Program, logins: Iterable[str]) -> str | None:
    """The mentor whose label the issue has already, put there by a person or before our ledger began."""
    return next(named_by(issue, program, logins), None)


def named_by(issue: Issue, program: Program, logins: Iterable[str]) -> Iterator[str]:
    """Those of the logins whose label the issue has."""
    labels = {label.lower() for label in issue.labels}
    return (login for login in logins if program.mentor_label_for(login).lower() in labels)
