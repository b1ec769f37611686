"""The digest as it is posted: short for those who open nothing, whole for GitHub, however much there is to tell."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.texts import render
from jobs.digest import fitting
from mentoring.actions import Text
from mentoring.digest import (
    CohortLine,
    FreeStarter,
    InWeek,
    Merged,
    Newcomer,
    Spot,
    Stock,
    Waiting,
    Week,
    Win,
)
from mentoring.digest_text import FOLDS, MOST_ABOVE, TIPS, above_the_fold, text
from tests.adapters.said import FULL_WEEK, PROGRAM
from tests.mentoring.make import NOW

GITHUBS = 65_536  # characters of an issue
DAY = timedelta(days=1)


def crowd(count: int, width: int) -> Week:
    """Everything `count` times, with names of up to `width` characters."""
    login, slug = "n" * min(width, 39), f"{'o' * min(width, 39)}/{'r' * min(width, 100)}"
    spots = [
        Spot(f"{slug[:-4]}{n:04}", n, f"https://redirect.github.com/{slug}/issues/{n}", "*" * min(width, 256))
        for n in range(count)
    ]
    waits = [
        Waiting(spot, login, NOW - n * DAY, (login, login) if n % 2 else (), answer_by=NOW - DAY)
        for n, spot in enumerate(spots)
    ]
    return Week(
        NOW - 7 * DAY,
        NOW,
        newcomers=[
            Newcomer(spot, login, login, "merged" if n % 2 else "waits") for n, spot in enumerate(spots)
        ],
        waiting=waits,
        handed_over=spots,
        released=spots,
        wins=[Win(spot, login, "*" * width) for spot in spots],
        merged=[Merged(spot, login) for spot in spots],
        weeks=[InWeek((NOW - n * DAY).date(), 9 * count, count) for n in range(8)],
        cohorts=[
            CohortLine("|" * min(width, 200), 60, 60, 0, 0, ((login, "2/2"),) * 60, asked_at=NOW - 99 * DAY)
            for _ in range(count)
        ],
        starters=[FreeStarter(spot, login) for spot in spots],
        stock=Stock(0, 9, login),
        problems=["<" * width] * count,
    )


@pytest.mark.parametrize(("count", "width"), [(1, 8), (6, 20), (40, 20), (500, 20), (500, 240)])
def test_above_the_fold_it_is_short_and_the_whole_fits(count: int, width: int) -> None:
    issue = fitting(lambda room: text(PROGRAM, crowd(count, width), room))
    body = render(issue)
    assert above_the_fold(body) <= MOST_ABOVE
    assert len(body) < GITHUBS and body.count("<details>") == body.count("</details>")


def test_no_more_is_folded_than_it_takes() -> None:
    assert fitting(lambda room: text(PROGRAM, FULL_WEEK, room)) == text(PROGRAM, FULL_WEEK)
    crowded = fitting(lambda room: text(PROGRAM, crowd(40, 20), room)).values["folded"]
    folded = [name for name in FOLDS if crowded[name]]
    assert 0 < len(folded) < len(FOLDS) and folded == list(FOLDS[: len(folded)])


def test_there_is_a_tip_for_each_week_and_each_is_another() -> None:
    tips = {render(Text("issues/parts/digest_tip", {"tip": n})) for n in range(TIPS)}
    assert len(tips) == TIPS and "" not in tips
    assert max(map(len, tips)) < 400
    assert render(Text("issues/parts/digest_tip", {"tip": TIPS})) == ""


def test_charts_have_no_word_of_a_user() -> None:
    nasty = replace(FULL_WEEK, newcomers=[replace(one, login='a"]') for one in FULL_WEEK.newcomers])
    for week in (FULL_WEEK, nasty):
        charts = render(text(PROGRAM, week)).split("```mermaid")[1:]
        assert len(charts) == 1
        for chart in charts:
            source = chart.split("```")[0]
            assert "newcomer" not in source and "observatory" not in source and 'a"]' not in source
