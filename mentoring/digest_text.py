"""The words of the digest: which lines of which section are shown, and what is folded away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from mentoring import digest_numbers as numbers
from mentoring.actions import OpenIssue, Text, effect
from mentoring.digest import KINDS, LABEL, Answers, CohortLine, EventLine, Merged, Spot, Week, about
from mentoring.digest_hands import found, hands
from mentoring.roster import DIGEST_SECTIONS, Digest, Program
from mentoring.wording import phrase

MOST_ABOVE = 6_000  # characters above the fold: what somebody reads who opens nothing
MOST_LINES = 20  # of one kind, so that the issue stays readable and below GitHub's limit
MOST_WINS = 10
MOST_ABOVE_WINS = 3  # the others are folded away
MOST_PLACES = 10  # in one line
MOST_COHORTS = 10
MOST_EVENTS = 5
MOST_GRADUATES = 10  # named of one cohort
LONGEST_WIN = 240  # characters
LONGEST_TITLE = 100
TIPS = 20  # in templates/issues/parts/digest_tip.md
# What is folded away where all of it would be too much, the first first.
FOLDS = ("starters", "cohorts", "repositories", "charts", "merged", "wins", "numbers", "tip")
_FOLD = re.compile(r"(</?details>)")  # whatever users write, this tag is only ours


@dataclass(frozen=True)
class Lines:
    """A list as it is shown: its first lines, how many more there are, how many in all and in private."""

    lines: tuple[Any, ...]
    more: int
    count: int
    private: int


def misplaced(slug: str) -> str:
    """What is wrong if the digest may not appear where the file says; the same whether or not it exists."""
    return phrase(
        "The digest cannot appear in %(slug)s: Lamplighter has to be installed there together with the "
        "program's home, or the repository's own configuration has to extend the program's.",
        slug=slug,
    )


@dataclass(frozen=True)
class Room:
    """How much is shown: which of FOLDS are hidden until somebody opens them, and how many lines of one kind."""

    folded: tuple[str, ...] = ()
    most: int = MOST_LINES


# The first in which the digest fits is taken.
ROOMS = (*(Room(FOLDS[:many]) for many in range(len(FOLDS) + 1)), Room(FOLDS, 10), Room(FOLDS, 5))


def text(program: Program, week: Week, room: Room = ROOMS[0]) -> Text:
    """The body of the digest. What happened in private repositories is counted, never named."""
    without = program.digest.without if program.digest else ()
    shown = {section: section not in without for section in DIGEST_SECTIONS}
    values = {
        "program": program.name,
        "noun": program.mentor_noun,
        "clock": program.clock,
        "until": week.until,
        "shown": shown,
        "folded": {section: section in room.folded for section in FOLDS},
        **_needs(program, week, room.most),
        **_went_well(week, room.most),
        **_numbers(week, room.most),
        **_stocks(week, room.most),
        "tip": tip(week.until.astimezone(program.clock).date()),
    }
    return Text("issues/digest", values)


def _needs(program: Program, week: Week, most: int) -> dict[str, Any]:
    waiting = sorted((one for one in week.waiting if one.spot.slug), key=lambda one: one.since)
    top = hands(program, week)
    rest = [one for one in found(program, week) if not (one in top or one.is_of_newcomer)]
    return {
        "hands": top,
        "hands_more": rest[:most],
        "waiting": _cut(waiting, len(week.waiting), most),
        "waiting_above": sum(hand.is_of_newcomer for hand in top),
        "overdue_count": sum(one.is_overdue(week.until) for one in week.waiting),
        "problems": _cut(week.problems, len(week.problems), most),
        "problems_private": week.problems_in_private,
    }


def _went_well(week: Week, most: int) -> dict[str, Any]:
    wins = [replace(one, text=_shortened(one.text, LONGEST_WIN)) for one in week.wins if one.spot.slug]
    wins.sort(key=lambda one: not one.text)  # what somebody told of comes first
    return {
        "wins": _cut(wins, len(week.wins), min(most, MOST_WINS)),
        "wins_above": MOST_ABOVE_WINS,
        "merged": _titled(week.merged, most),
    }


def _titled(merged: Sequence[Merged], most: int) -> Lines:
    """Those that have a title; the others are counted, as more or as private."""
    titled = [_with_short_title(one) for one in merged if one.spot.slug and one.spot.title][:most]
    private = sum(one.spot.slug is None for one in merged)
    return Lines(tuple(titled), len(merged) - private - len(titled), len(merged), private)


def _with_short_title(one: Any) -> Any:
    return replace(one, spot=replace(one.spot, title=_shortened(one.spot.title, LONGEST_TITLE)))


def _numbers(week: Week, most: int) -> dict[str, Any]:
    newcomers = [one for one in week.newcomers if one.spot.slug]
    compared = week.newcomers or week.answers_before.newcomers or week.merged or week.merged_before
    return {
        "newcomers": _cut(newcomers, len(week.newcomers), most),
        "kinds": {kind: sum(one.kind == kind for one in week.newcomers) for kind in KINDS},
        "answers": week.answers,
        "answers_before": week.answers_before,
        "median": _said(week.answers),
        "median_before": _said(week.answers_before),
        "compared": bool(compared),
        "has_numbers": bool(
            compared or week.mentors.count or week.introduced or week.handed_over or week.released
        ),
        "introduced": week.introduced,
        "merged_before": week.merged_before,
        "chart": numbers.chart(week.weeks),
        "states": numbers.states(week),
        "places": numbers.places(week)[:most],
        "mentors": week.mentors,
        "helpers": sum(count for generation, count in week.generations.items() if generation >= 1),
        "latest_generation": max(week.generations, default=0),
        "handed_over": _places(week.handed_over),
        "released": _places(week.released),
    }


def _stocks(week: Week, most: int) -> dict[str, Any]:
    starters = [_with_short_title(one) for one in week.starters if one.spot.slug]
    asked = [line for line in week.cohorts if line.asked]
    return {
        "cohorts": _cut([_few_of(line) for line in reversed(asked)], len(asked), min(most, MOST_COHORTS)),
        "events": _events(week.events),
        "starters": _cut(starters, len(week.starters), most),
    }


def _events(events: Sequence[EventLine]) -> Lines:
    """Of private homes they are counted, not named."""
    named = [replace(one, title=_shortened(one.title, LONGEST_TITLE)) for one in events if one.spot.slug]
    return _cut(named, len(events), MOST_EVENTS)


def _few_of(line: CohortLine) -> CohortLine:
    return replace(line, mentors=line.mentors[:MOST_GRADUATES])


def tip(day: date) -> int:
    """Which tip comes in the week of this day, from 0: each once before the first comes again."""
    return day.toordinal() // 7 % TIPS


def is_silent(schedule: Digest, week: Week) -> bool:
    """Whether there is nothing to say, or everything is left out."""
    return week.is_silent or set(schedule.without) >= set(DIGEST_SECTIONS)


def above_the_fold(body: str) -> int:
    """How many characters somebody meets who opens nothing."""
    depth, seen = 0, 0
    for part in _FOLD.split(body):
        depth += (part == "<details>") - (part == "</details>")
        seen += len(part) if not depth else 0
    return seen


def _places(spots: Sequence[Spot]) -> Lines:
    return _cut([spot for spot in spots if spot.slug], len(spots), MOST_PLACES)


def _cut(named: Sequence[Any], count: int, most: int) -> Lines:
    return Lines(tuple(named[:most]), max(0, len(named) - most), count, count - len(named))


def _said(answers: Answers) -> timedelta | None:
    return about(answers.median) if answers.median is not None else None


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def post(program: Program, home_id: int, repository_id: int, week_name: str, week: Week) -> OpenIssue:
    """The issue of the week. `repository_id`: where it appears."""
    since, until = (moment.astimezone(program.clock).date() for moment in (week.since, week.until))
    days = {"since": since.isoformat(), "until": until.isoformat()}
    title = Text("issues/digest_title", {"program": program.name, **days})
    key = effect(f"repo {home_id}", "digest", week_name)
    return OpenIssue(repository_id, "digest", key, title, text(program, week), labels=(LABEL,))
