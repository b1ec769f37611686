"""Path: the steps from a first look to helping others, and which of them somebody is on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mentoring.roster import Program
from mentoring.wording import phrase

MANY = 3  # merged pull requests: whoever has so many knows the way


@dataclass(frozen=True)
class Step:
    """A step begins when what is known of somebody fits; `next` says what to do on it."""

    name: str
    when: str
    next: str


@dataclass(frozen=True)
class Walked:
    """What is known of somebody in a program: pull requests opened and merged, reviews given, whether they mentor."""

    opened: int = 0
    merged: int = 0
    reviewed: int = 0
    mentors: bool = False


OURS = (
    Step(
        phrase("Find your project"),
        "nothing",
        phrase(
            "Take an issue that you would like to do, and open a small pull request. A question is a beginning, too."
        ),
    ),
    Step(
        phrase("Get started"),
        "opened",
        phrase(
            "Stay with your pull request: answer what people ask there, and ask what you would like to know."
        ),
    ),
    Step(
        phrase("First task"),
        "merged",
        phrase(
            "Choose your next issue yourself, or write down where you stumbled on your way: that helps whoever follows."
        ),
    ),
    Step(
        phrase("Get involved"),
        "three_merged",
        phrase("Look at a pull request of somebody else: to try it and say what you saw is a review."),
    ),
    Step(
        phrase("Get more involved"),
        "reviewed",
        phrase("Stand by somebody who is new, as somebody stood by you."),
    ),
)


def steps_of(program: Program) -> tuple[Step, ...]:
    """The program's own steps, or else ours; none if it wants no path."""
    if program.path is None:
        return OURS
    return tuple(Step(one.name, one.when, one.next) for one in program.path)


def step_on(steps: Sequence[Step], walked: Walked) -> int | None:
    """Which step somebody is on: the last one that has begun. None: not even the first."""
    begun = [number for number, step in enumerate(steps) if has_begun(step, walked)]
    return begun[-1] if begun else None


def steps_begun(program: Program, walked: Walked) -> tuple[int, int]:
    """How many steps have begun, and how many there are; who has begun all of them has walked the path."""
    steps = steps_of(program)
    return sum(has_begun(step, walked) for step in steps), len(steps)


def shown(program: Program, walked: Walked) -> dict[str, Any]:
    """What a text shows of the path: the names of the steps, which one somebody is on from 1 on, and what is next."""
    steps = steps_of(program)
    on = step_on(steps, walked)
    following = None if on is None else steps[on].next
    return {"steps": [step.name for step in steps], "on": 0 if on is None else on + 1, "next": following}


def has_begun(step: Step, walked: Walked) -> bool:
    """Whether what is known fits; a mentor reviews, even if nobody saw it."""
    known = {
        "nothing": True,
        "opened": walked.opened > 0 or walked.merged > 0,
        "merged": walked.merged > 0,
        "three_merged": walked.merged >= MANY,
        "reviewed": walked.reviewed > 0 or walked.mentors,
        "mentor": walked.mentors,
    }
    return known[step.when]
