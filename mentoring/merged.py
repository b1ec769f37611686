"""Merged: which merged pull requests of newcomers get a word, and the one next thing it offers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mentoring.actions import Comment, Text, Thread, effect
from mentoring.claims import Free
from mentoring.digest import about
from mentoring.facts import Issue
from mentoring.path import MANY, Walked, step_on, steps_of
from mentoring.roster import Program

YOUNG = timedelta(days=7)  # who hears of their merge after that has heard of it
QUICK = timedelta(days=30)  # to be told that it took longer is no congratulation
HOUR = timedelta(hours=1)


def key_of(thread: Thread, *people: int) -> str:
    """The effect key of the word on a merge: one for each thread, ever; `people`: the newcomer and who helped.

    It names them, so that the word is taken back if either asks to be forgotten. Without them: how all begin.
    """
    return effect(thread.name, "merged", *(f"person {one}" for one in people))


def is_worth_a_word(pull: Issue, program: Program, now: datetime) -> bool:
    """Whether a congratulation fits at all, whoever it is for. A program without a path says nothing."""
    if pull.merged_at is None or not pull.by_person or pull.locked or not steps_of(program):
        return False
    return now - pull.merged_at <= YOUNG


def ordinal(pull: Issue, merged: Sequence[Issue]) -> int | None:
    """Which of somebody's merged pull requests here it is, by when they were merged; None after the third."""
    until = pull.merged_at
    before = [one for one in merged if one.author_id == pull.author_id and one.number != pull.number]
    number = 1 + sum(
        one.merged_at is not None and until is not None and one.merged_at < until for one in before
    )
    return number if number <= MANY else None


def congratulate(
    pull: Issue,
    program: Program,
    number: int,
    helper: str | None,
    free: Sequence[Free],
    walked: Walked,
    key: str = "",
) -> Comment | None:
    """The facts, who helped, and one thing to go on with; None if there is nothing good to offer.

    On the last of these words `with_question` adds the exit question, if it is asked.
    """
    following = None if free else next_step(program, walked)
    if not free and following is None:
        return None
    values = {
        "newcomer": pull.author,
        "number": number,
        "took": _took(pull),
        "helper": helper,
        "noun": program.mentor_noun,
        "free": list(free),
        "next": following,
        "program": program.name,
        "question": None,
    }
    return Comment(
        pull.thread, "merged", key or key_of(pull.thread, pull.author_id), Text("comments/merged", values)
    )


def is_last(program: Program, number: int) -> bool:
    """Whether no word on a merge comes after this one: then whoever was helped is asked to mentor, or knows the way."""
    until = program.mentor_after
    return number >= (MANY if not until else min(MANY, max(1, until - 1)))


def with_question(said: Comment, question: str | None) -> Comment:
    """The same, with the address of the exit question."""
    values = {**said.text.values, "question": question}
    return replace(said, text=replace(said.text, values=values))


def next_step(program: Program, walked: Walked) -> str | None:
    """What to do on the step that this merge has led to; None if it led to none."""
    steps = steps_of(program)
    on = step_on(steps, walked)
    if on is None or on == step_on(steps, replace(walked, merged=walked.merged - 1)):
        return None
    return steps[on].next


def _took(pull: Issue) -> timedelta | None:
    """In one unit, as one says it: `5 days`, not `129 hours`."""
    took = pull.merged_at - pull.created_at if pull.merged_at else timedelta(0)
    return about(took) if HOUR <= took <= QUICK else None
