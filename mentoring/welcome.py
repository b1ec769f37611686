"""Welcome: who is a newcomer, and what their first pull request is answered with."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mentoring.actions import SOON, Action, Assign, Comment, Label, Rewrite, Text, Thread, effect
from mentoring.facts import Issue
from mentoring.matching import Candidate, Match
from mentoring.roster import Area, Program

# GitHub computes a webhook's association without a viewer: a newcomer's opening says NONE more often than
# FIRST_TIME_CONTRIBUTOR, and FIRST_TIMER is somebody new to GitHub itself.
NEW_HERE = frozenset({"NONE", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR"})

_CLOSES = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+"
    r"(?:(?P<slug>[\w.-]+/[\w.-]+)?#|https?://[^\s/]+/(?P<url>[\w.-]+/[\w.-]+)/issues/)(?P<number>\d{1,9})\b",
    re.IGNORECASE,
)
GREETING = ("newcomer", "deciding", "area", "starter", "draft", "answered", "team", "channel")
MENTOR_LABEL_DESCRIPTION = "Mentored: this person helps with it. Ask them anything, they were new here too."


@dataclass(frozen=True)
class Welcome:
    """What a welcome changes and says; without a mentor and without actions, it is silence."""

    mentor: Candidate | None
    answer_by: datetime | None
    actions: tuple[Action, ...] = field(default=())
    greeting: Mapping[str, Any] | None = None  # what it was filled with, to be rewritten; None: silence


@dataclass(frozen=True)
class State:
    """What a welcome shows of the follow-up since."""

    second: str | None = None  # who covers
    asked_again: datetime | None = None  # when the mentor was reminded, while they are waited for
    told: bool = False  # whether the organizers know
    beside: str | None = None  # who once helped the mentor, and is there too


def closes(body: str, slug: str) -> tuple[int, ...]:
    """The issues of this repository that the text says it closes, in GitHub's own keywords.

    Source: docs.github.com, "Linking a pull request to an issue using a keyword".
    """
    named = ((m["slug"] or m["url"], int(m["number"])) for m in _CLOSES.finditer(body))
    return tuple(dict.fromkeys(n for other, n in named if other is None or other.lower() == slug.lower()))


def welcome(
    pull: Issue,
    program: Program,
    match: Match,
    areas: Iterable[str],
    starter: int | None,
    now: datetime,
    *,
    answered: bool = False,
    beside: Candidate | None = None,
) -> Welcome:
    """The greeting with a mentor's name; without anybody free, with the area's team or channel; else silence.

    `starter`: the mentor's issue that the pull request closes. `answered`: a human was here first, so that
    only the mentor is introduced. `beside`: who once helped the mentor, on the mentor's first newcomer.
    """
    mentor, area = match.mentor, turn_to(program, areas)
    if mentor is None and (area is None or answered):
        return Welcome(None, None)
    answer_by = now + program.follow_up.answer_within if mentor else None
    greeting = {
        "newcomer": pull.author,
        "deciding": match.deciding,
        "area": match.area,
        "starter": starter,
        "draft": pull.draft,
        "answered": answered,
        "team": area.team if area else None,
        "channel": area.channel if area else None,
    }
    state = State(beside=beside.login if beside else None)
    text = _text(program, greeting, introduction(mentor), answer_by, state)
    said = Comment(pull.thread, "welcome", key_of(pull.thread), text)
    return Welcome(mentor, answer_by, (said, *_name_on(pull.thread, program, mentor)), greeting)


def rewrite(
    thread: Thread,
    program: Program,
    greeting: Mapping[str, Any],
    mentor: Mapping[str, Any] | None,
    answer_by: datetime | None,
    state: State,
) -> Rewrite:
    """The same welcome as things stand now. An edit tells nobody: who has to know gets a comment."""
    text = _text(program, greeting, mentor, answer_by, state)
    return Rewrite(thread, "welcome", key_of(thread), text)


def _text(
    program: Program,
    greeting: Mapping[str, Any],
    mentor: Mapping[str, Any] | None,
    answer_by: datetime | None,
    state: State,
) -> Text:
    values = {
        **greeting,
        "noun": program.mentor_noun,
        "mentor": mentor,
        "answer_by": answer_by and answer_by.astimezone(program.clock),
        "second": state.second,
        "asked_again": state.asked_again and state.asked_again.astimezone(program.clock),
        "told": state.told,
        "beside": state.beside,
        "peers": program.peers,
    }
    return Text("comments/welcome", values)


def key_of(thread: Thread) -> str:
    """The effect key of the welcome on a thread."""
    return effect(thread.name, "welcome")


def label_mentor(
    thread: Thread, program: Program, login: str, others: Iterable[str] = (), urgency: int = SOON
) -> Label:
    """The label that carries the mentor's name, and any others that go on with it."""
    name = program.mentor_label_for(login)
    return Label(thread, (*others, name), {name: MENTOR_LABEL_DESCRIPTION}, urgency)


def _name_on(thread: Thread, program: Program, mentor: Candidate | None) -> tuple[Action, ...]:
    if mentor is None:
        return ()
    return label_mentor(thread, program, mentor.login), Assign(thread, mentor.login)


def introduction(mentor: Candidate | None) -> Mapping[str, Any] | None:
    """What a text says of a mentor."""
    if mentor is None:
        return None
    return {
        "login": mentor.login,
        "cohort": mentor.cohort,
        "about": mentor.about,
        "contact": mentor.contact,
        "grown": mentor.grown,
    }


def turn_to(program: Program, areas: Iterable[str]) -> Area | None:
    """Where else to turn: the first of the areas that names a team or a channel."""
    named = (program.areas[name] for name in areas)
    return next((area for area in named if area.team or area.channel), None)
