"""Good first issues: each carries the name of one mentor, for as long as it is open and good to start with."""

from collections.abc import Iterable
from dataclasses import dataclass

from mentoring.actions import LATER, SOON, Action, Comment, Rewrite, Text, Unlabel, effect
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


def key_of(issue: Issue) -> str:
    """The effect key of the note on a good first issue."""
    return effect(issue.thread.name, "good_first")


def name_mentor(issue: Issue, program: Program, match: Match, *, backfill: bool) -> tuple[Action, ...]:
    """Label and note; an issue that was labelled before the App came gets only the label."""
    if match.mentor is None:
        return ()
    urgency = LATER if backfill else SOON
    login = match.mentor.login
    label = label_mentor(issue.thread, program, login, urgency=urgency)
    if backfill:
        return (label,)
    values = {
        "mentor": login,
        "noun": program.mentor_noun,
        "number": issue.number,
        "about": match.mentor.about,
        "contact": match.mentor.contact,
        "area": match.area,
    }
    return label, Comment(issue.thread, "good_first", key_of(issue), Text("comments/good_first", values))


def drop(issue: Issue, program: Program, known: Known) -> tuple[Action, ...]:
    """The issue is no longer a good first issue: the name comes off, the note says so."""
    if not known.mentor:
        return ()
    text = Text("comments/good_first_dropped", {"noun": program.mentor_noun})
    return (
        Unlabel(issue.thread, program.mentor_label_for(known.mentor)),
        Rewrite(issue.thread, "good_first", key_of(issue), text),
    )


def already_named(issue: Issue, program: Program, logins: Iterable[str]) -> str | None:
    """The mentor whose label the issue has already, put there by a person or before our ledger began."""
    labels = {label.lower() for label in issue.labels}
    return next((login for login in logins if program.mentor_label_for(login).lower() in labels), None)
