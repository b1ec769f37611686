"""Hand-over: somebody else joins a mentorship, or takes it over, and is introduced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mentoring.actions import Action, Assign, Text, Thread, Unassign, Unlabel
from mentoring.matching import Candidate
from mentoring.roster import Program
from mentoring.welcome import label_mentor, turn_to


@dataclass(frozen=True)
class HandOver:
    """Who helps from now on, whom, and why."""

    mentor: Candidate
    why: str  # silent, away, passed, left, named (asked by name), asked (`/mentor me`)
    newcomer: str | None = None  # None: on an issue that nobody has taken yet
    before: str | None = None  # who was to answer until now
    together: str | None = None  # the first mentor, who keeps the relation
    answer_by: datetime | None = None  # where the newcomer waits for them
    busy: str | None = None  # full, or away: asked by name all the same
    beside: str | None = None  # who once helped the mentor, and is there too on their first newcomer


def text(program: Program, hand_over: HandOver) -> Text:
    """The introduction; it always mentions who has to meet."""
    answer_by = hand_over.answer_by
    values = {
        "noun": program.mentor_noun,
        "newcomer": hand_over.newcomer,
        "before": hand_over.before,
        "together": hand_over.together,
        "why": hand_over.why,
        "busy": hand_over.busy,
        "waits": answer_by is not None,
        "answer_by": answer_by and answer_by.astimezone(program.clock),
        "mentor": hand_over.mentor.login,
        "about": hand_over.mentor.about,
        "beside": hand_over.beside,
    }
    return Text("comments/introduction", values)


def nobody_free(program: Program, newcomer: str, before: str | None, areas: Sequence[str]) -> Text:
    """To a newcomer for whom there is nobody at the moment."""
    area = turn_to(program, (name for name in areas if name in program.areas))
    values = {
        "noun": program.mentor_noun,
        "newcomer": newcomer,
        "before": before,
        "team": area.team if area else None,
        "channel": area.channel if area else None,
    }
    return Text("comments/nobody_free", values)


def names(
    thread: Thread, program: Program, joins: str | None, leave: Sequence[str], *, assign: bool = False
) -> tuple[Action, ...]:
    """The labels and assignees that show who helps: a mentor's label on an open thread is always true.

    `assign`: on a newcomer's pull request. Whoever is assigned to an issue works on it, and nobody could claim it.
    """
    gone = [login for login in leave if login != joins]
    off = [Unlabel(thread, program.mentor_label_for(login)) for login in gone]
    unassign = [Unassign(thread, login) for login in gone]
    on = [label_mentor(thread, program, joins)] if joins else []
    to = [Assign(thread, joins)] if joins and assign else []
    return (*on, *to, *off, *unassign)
