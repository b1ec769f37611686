"""The digest: one a week by the program's clock, silent where there is nothing to say, discreet."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.digest import (
    Answers,
    CohortLine,
    EventLine,
    FreeStarter,
    Mentors,
    Merged,
    Newcomer,
    Spot,
    Stock,
    Waiting,
    Week,
    Win,
    about,
    answers,
    count_mentors,
    promised,
    unnamed,
)
from mentoring.digest_text import (
    LONGEST_WIN,
    MOST_COHORTS,
    MOST_EVENTS,
    MOST_LINES,
    MOST_PLACES,
    MOST_WINS,
    Lines,
    above_the_fold,
    is_silent,
    post,
    text,
    tip,
)
from mentoring.durations import say_duration
from mentoring.roster import DIGEST_SECTIONS, Digest, Program
from tests.mentoring.make import NOW, mentor, program

PUBLIC = Spot("observatory/dome", 3, "https://example.org/3", "Title")
PRIVATE = Spot(None, 4)
NEW = Newcomer(PUBLIC, "newcomer", "mentor-one", "waits")
HIDDEN = replace(NEW, spot=PRIVATE, login="hidden")
WAITS = Waiting(PUBLIC, "newcomer", NOW, ("mentor-one",))
WON = Win(PUBLIC, "mentor-one", "It was merged")
MERGED = Merged(PUBLIC, "newcomer")
NOTHING = Week(NOW - timedelta(days=7), NOW)

SILENCE: list[tuple[str, Week, bool]] = [
    ("nothing", NOTHING, True),
    (
        "a cohort of which nobody was asked",
        replace(NOTHING, cohorts=[CohortLine("Autumn", 0, 0, 0, 0)]),
        True,
    ),
    ("a cohort that was asked", replace(NOTHING, cohorts=[CohortLine("Autumn", 1, 0, 0, 0)]), False),
    ("a newcomer", replace(NOTHING, newcomers=[NEW]), False),
    ("a newcomer in private", replace(NOTHING, newcomers=[HIDDEN]), False),
    ("somebody who waits", replace(NOTHING, waiting=[WAITS]), False),
    ("somebody who waits in private", replace(NOTHING, waiting=[replace(WAITS, spot=PRIVATE)]), False),
    ("a thread that was handed over", replace(NOTHING, handed_over=[PRIVATE]), False),
    ("a claim that was given back", replace(NOTHING, released=[PUBLIC]), False),
    ("a win", replace(NOTHING, wins=[WON]), False),
    ("a merged pull request", replace(NOTHING, merged=[MERGED]), False),
    ("only a low stock", replace(NOTHING, stock=Stock(0, 2, "mentor-one")), True),
    ("only what was merged before", replace(NOTHING, merged_before=3), True),
    ("only mentors, as last week", replace(NOTHING, mentors=Mentors(3, 1, 1, 1)), True),
    (
        "only the answers of the week before",
        replace(NOTHING, answers_before=Answers(1, 1, timedelta(1))),
        True,
    ),
    (
        "only issues to take, as last week",
        replace(NOTHING, starters=[FreeStarter(PUBLIC, "mentor-one")]),
        True,
    ),
    ("a problem", replace(NOTHING, problems=["Nobody is called so."]), False),
    ("a problem of a private home", replace(NOTHING, problems_in_private=1), False),
]


@pytest.mark.parametrize(("week", "silent"), [row[1:] for row in SILENCE], ids=[row[0] for row in SILENCE])
def test_when_there_is_nothing_to_say(week: Week, silent: bool) -> None:
    assert week.is_silent is silent
    assert is_silent(Digest(), week) is silent
    assert is_silent(Digest(without=DIGEST_SECTIONS), week)


def test_what_happened_in_private_is_counted_and_not_named() -> None:
    hidden_win = Win(PRIVATE, "hidden", "A hidden win")
    week = replace(
        NOTHING,
        newcomers=[HIDDEN, NEW, HIDDEN],
        waiting=[replace(WAITS, spot=PRIVATE, login="hidden"), WAITS],
        starters=[FreeStarter(PRIVATE, "hidden"), FreeStarter(PUBLIC, "mentor-one")],
        handed_over=[PRIVATE, PUBLIC],
        released=[PRIVATE],
        wins=[hidden_win, WON],
        merged=[Merged(PRIVATE, "hidden"), MERGED],
    )
    values = text(program(), week).values
    assert values["newcomers"] == Lines((NEW,), more=0, count=3, private=2)
    assert values["waiting"] == Lines((WAITS,), more=0, count=2, private=1)
    assert values["starters"] == Lines((FreeStarter(PUBLIC, "mentor-one"),), more=0, count=2, private=1)
    assert values["handed_over"] == Lines((PUBLIC,), more=0, count=2, private=1)
    assert values["released"] == Lines((), more=0, count=1, private=1)
    assert values["wins"] == Lines((WON,), more=0, count=2, private=1)
    assert values["merged"] == Lines((MERGED,), more=0, count=2, private=1)
    assert "hidden" not in repr(values)


def test_what_was_merged_and_cannot_be_shown_any_more_is_counted() -> None:
    gone = Merged(replace(PUBLIC, title=""), "somebody")
    values = text(program(), replace(NOTHING, merged=[gone, MERGED, Merged(PRIVATE, "")])).values
    assert values["merged"] == Lines((MERGED,), more=1, count=3, private=1)


def test_each_tip_comes_once_before_the_first_comes_again() -> None:
    weeks = [tip((NOW + timedelta(weeks=week)).date()) for week in range(40)]
    assert sorted(weeks[:20]) == list(range(20)) and weeks[20:] == weeks[:20]


def test_above_the_fold_is_what_nobody_has_to_open() -> None:
    inner = "<details>\nin\n</details>"
    assert above_the_fold(f"ab{inner}cd<details>{inner}x{inner}</details>ef") == len("abcdef") + 2 * len(
        "</details>"
    )


def test_sections_can_be_left_out() -> None:
    ours = program(digest={"without": ["wins", "tip"]})
    shown = text(ours, NOTHING).values["shown"]
    assert {section for section in DIGEST_SECTIONS if not shown[section]} == {"wins", "tip"}


def test_who_waits_longest_comes_first() -> None:
    waits = [replace(WAITS, login=f"newcomer-{n}", since=NOW - timedelta(days=n)) for n in (1, 3, 2)]
    values = text(program(), replace(NOTHING, waiting=waits)).values
    assert [one.login for one in values["waiting"].lines] == ["newcomer-3", "newcomer-2", "newcomer-1"]


TWO_DAYS, HOUR = timedelta(days=2), timedelta(hours=1)
PROMISED: list[tuple[str, dict[str, Any], datetime | None]] = [
    ("the first answer: as the welcome said", {"answered_at": None, "answer_by": NOW + HOUR}, NOW + HOUR),
    ("nothing was said", {"answered_at": None, "answer_by": None}, None),
    ("later ones: as long again", {"answered_at": NOW, "answer_by": NOW - HOUR}, NOW + TWO_DAYS),
]


@pytest.mark.parametrize(("facts", "by"), [row[1:] for row in PROMISED], ids=[row[0] for row in PROMISED])
def test_by_when_an_answer_was_promised(facts: dict[str, Any], by: datetime | None) -> None:
    assert promised(turn_since=NOW, within=TWO_DAYS, **facts) == by


def test_overdue_is_what_was_promised_and_has_passed() -> None:
    by = {"passed": NOW - HOUR, "just now": NOW, "to come": NOW + HOUR, "nothing": None}
    overdue = [name for name, moment in by.items() if replace(WAITS, answer_by=moment).is_overdue(NOW)]
    assert overdue == ["passed"]
    waits = [replace(WAITS, spot=spot, answer_by=by["passed"]) for spot in (PRIVATE, PUBLIC)]
    assert text(program(), replace(NOTHING, waiting=[*waits, WAITS])).values["overdue_count"] == 2


STATES: list[tuple[str, dict[str, Any], set[int], Mentors]] = [
    ("nobody has", {}, set(), Mentors(free=1)),
    ("one of two places is free", {"open_mentorships": 1}, set(), Mentors(free=1)),
    ("no place is free", {"open_mentorships": 2}, set(), Mentors(full=1)),
    ("more than offered", {"capacity": 1, "open_mentorships": 2}, set(), Mentors(full=1)),
    ("a pause", {"capacity": 0}, set(), Mentors(pausing=1)),
    ("away and full", {"away": True, "open_mentorships": 2}, set(), Mentors(away=1)),
    ("away and pausing", {"away": True, "capacity": 0}, set(), Mentors(away=1)),
    ("silent", {"open_mentorships": 1}, {1}, Mentors(free=1, silent=1)),
    ("silent and full", {"open_mentorships": 2}, {1, 7}, Mentors(full=1, silent=1)),
    ("silent because away", {"away": True, "open_mentorships": 2}, {1}, Mentors(away=1)),
    ("silent, and no mentor any more", {"id": 2}, {1}, Mentors(free=1)),
]


@pytest.mark.parametrize(
    ("facts", "silent", "counted"), [row[1:] for row in STATES], ids=[row[0] for row in STATES]
)
def test_mentors_are_counted(facts: dict[str, Any], silent: set[int], counted: Mentors) -> None:
    assert count_mentors([mentor(1, **facts)], silent) == counted
    assert counted.count == 1


def test_mentors_are_counted_and_never_named() -> None:
    mentors = count_mentors([mentor(n, open_mentorships=n) for n in range(4)], {1, 2, 3})
    assert mentors == Mentors(free=2, full=2, silent=3)
    assert "mentor-" not in repr(text(program(), replace(NOTHING, mentors=mentors)).values)


def test_half_of_those_with_an_answer_had_it_within_the_median() -> None:
    assert answers([]) == Answers(0, 0, None)
    assert answers([None, None]) == Answers(2, 0, None)
    assert answers([HOUR, None, 5 * HOUR, 3 * HOUR]) == Answers(4, 3, 3 * HOUR)
    assert answers(iter([HOUR, 2 * HOUR])) == Answers(2, 2, 1.5 * HOUR)


SAID = [
    (timedelta(0), "1 minute"),
    (timedelta(seconds=89), "1 minute"),
    (timedelta(seconds=90), "2 minutes"),
    (timedelta(minutes=119), "119 minutes"),
    (timedelta(hours=5, minutes=29), "5 hours"),
    (timedelta(hours=5, minutes=30), "6 hours"),
    (timedelta(hours=36), "36 hours"),
    (timedelta(days=2, hours=13), "3 days"),
    (timedelta(days=14), "2 weeks"),
]


@pytest.mark.parametrize(("taken", "words"), SAID)
def test_the_time_to_the_first_answer_is_said_roundly(taken: timedelta, words: str) -> None:
    week = replace(NOTHING, answers=Answers(1, 1, taken))
    values = text(program(), week).values
    assert (say_duration(values["median"]), values["median_before"]) == (words, None)


@given(st.timedeltas(timedelta(0), timedelta(days=90)))
def test_rounding_is_off_by_a_quarter_at_most(taken: timedelta) -> None:
    assert abs(about(taken) - taken) <= max(taken / 4, timedelta(minutes=1))


def test_newcomers_are_counted_by_what_they_began_with() -> None:
    week = replace(NOTHING, newcomers=[NEW, replace(NEW, kind="claim"), replace(HIDDEN, kind="asked"), NEW])
    assert text(program(), week).values["kinds"] == {"pull": 2, "claim": 1, "asked": 1}


def test_cohorts_of_which_nobody_was_asked_are_left_out() -> None:
    asked, unasked = CohortLine("Autumn", 1, 0, 0, 0), CohortLine("Spring", 0, 0, 0, 0)
    assert text(program(), replace(NOTHING, cohorts=[asked, unasked])).values["cohorts"].lines == (asked,)


def test_a_digest_stays_readable() -> None:
    many = MOST_LINES + 1
    week = Week(
        NOTHING.since,
        NOW,
        newcomers=[NEW] * many,
        waiting=[WAITS] * many,
        starters=[FreeStarter(PUBLIC, "mentor-one")] * many,
        problems=["No."] * many,
        handed_over=[PUBLIC] * many,
        released=[PUBLIC] * many,
        wins=[WON] * many,
        merged=[MERGED] * many,
        events=[EventLine(PUBLIC, "Bug day", NOW)] * many,
        cohorts=[CohortLine("Autumn", 1, 0, 0, 0)] * many,
    )
    values = text(program(), week).values
    shown = {name: lines for name, lines in values.items() if isinstance(lines, Lines)}
    assert {name: len(lines.lines) for name, lines in shown.items()} == {
        "newcomers": MOST_LINES,
        "waiting": MOST_LINES,
        "starters": MOST_LINES,
        "problems": MOST_LINES,
        "handed_over": MOST_PLACES,
        "released": MOST_PLACES,
        "wins": MOST_WINS,
        "merged": MOST_LINES,
        "events": MOST_EVENTS,
        "cohorts": MOST_COHORTS,
    }
    for lines in shown.values():
        assert (len(lines.lines) + lines.more, lines.count, lines.private) == (many, many, 0)


def test_the_newest_wins_are_shown_and_a_long_one_is_cut() -> None:
    wins = [replace(WON, text=f"{n} " + "so good " * 99) for n in range(MOST_WINS + 1)]
    shown = text(program(), replace(NOTHING, wins=wins)).values["wins"].lines
    assert [win.text.split()[0] for win in shown] == [str(n) for n in range(MOST_WINS)]
    assert {len(win.text) <= LONGEST_WIN and win.text.endswith("…") for win in shown} == {True}


def test_the_issue_is_one_for_each_program_and_week() -> None:
    ours: Program = program(timezone="Europe/Rome")
    issue = post(ours, 1, 99, "2026-11-23", replace(NOTHING, newcomers=[NEW]))
    assert (issue.repository_id, issue.key) == (99, "repo 1 · digest · 2026-11-23")
    assert issue.labels == ("digest",)
    days = {"since": "2026-11-15", "until": "2026-11-22"}
    assert issue.title.values == {"program": "Observatory", **days}
    assert issue.text.values["clock"] == ZoneInfo("Europe/Rome")


def test_a_private_homes_cohorts_and_problems_are_counted_in_public() -> None:
    line = CohortLine("Autumn", 3, 1, 1, 1, (("mentor-one", "1/2"),))
    week = replace(NOTHING, cohorts=[unnamed(line)], problems_in_private=2)
    values = text(program(), week).values
    assert values["cohorts"].lines == (CohortLine("in private", 3, 1, 1, 1),)
    assert (values["problems"].lines, values["problems_private"]) == ((), 2)
