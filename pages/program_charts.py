"""The charts of a program's page, each with a sentence that says what is to be seen."""

from collections.abc import Sequence
from datetime import date

from mentoring.digest import Answers
from mentoring.program_page import Answered, Graduates, InMonth, InWeek
from mentoring.stayed import share
from pages import program_tables as tables
from pages.charts import Bar, Chart, rows, stacked


def weeks(found: Sequence[InWeek]) -> Chart:
    bars = [
        (
            _day(one.monday) if place % 3 == 0 else "",
            f"Week from {_day(one.monday)}",
            list(one.states.values()),
        )
        for place, one in enumerate(reversed(found))
    ]
    bars.reverse()  # counted from the newest, so that this week always has its name
    series = [word.lower() for word in tables.STATES.values()]
    return stacked("weeks", "Newcomers a week", weeks_said(found), bars, series)


def weeks_said(found: Sequence[InWeek]) -> str:
    total, best = sum(one.count for one in found), max(found, key=lambda one: one.count)
    if not total:
        return f"Nobody came in the last {len(found)} weeks."
    merged = sum(one.states["merged"] for one in found)
    return (
        f"{_many(total, 'newcomer')} in {len(found)} weeks, most in the week from {_day(best.monday)} "
        f"({best.count}). {merged} got something merged."
    )


def answers(found: Answered, median: Answers) -> Chart:
    bars = [
        Bar(word, value, f"{value} · {share(value, found.count)} %", series)
        for word, value, series in tables.answer_lines(found)
        if value or series == 1
    ]
    return rows("answers", "First answer of a person", answers_said(found, median), bars, found.count)


def answers_said(found: Answered, median: Answers) -> str:
    if not found.count:
        return "No newcomer's thread began in these weeks."
    soon = share(found.within[2], found.count)
    half = (
        "nobody was answered yet"
        if median.median is None
        else f"half within {tables.duration(median.median)}"
    )
    words = f"{soon} % had a person's answer within a day; of those who were answered, {half}."
    if median.median is None:
        words = f"{_many(found.count, 'thread')} began, and {half}."
    return words


def funnel(found: Graduates) -> Chart:
    bars = [
        Bar(word, value, str(value) if not place else f"{value} · {share(value, found.asked)} %", 2)
        for place, (word, value) in enumerate(tables.funnel_lines(found))
    ]
    return rows("funnel", "From asked to helped", funnel_said(found), bars, found.asked)


def funnel_said(found: Graduates) -> str:
    if not found.asked:
        return "No graduate was asked yet: that happens the day after a cohort ends."
    return f"Of {_many(found.asked, 'graduate')} who were asked, {found.accepted} said yes, {found.helped} helped."


def retention(found: Sequence[InMonth]) -> Chart:
    bars = [
        (
            f"{one.first:%b}",
            f"{one.first:%B %Y}",
            (one.again, one.merged_once, one.came - one.again - one.merged_once),
        )
        for one in found
    ]
    series = ["came back", "merged, not back yet", "neither yet"]
    return stacked("retention", "Who came back", retention_said(found), bars, series)


def retention_said(found: Sequence[InMonth]) -> str:
    came, again = sum(one.came for one in found), sum(one.again for one in found)
    mentors = sum(one.mentors for one in found)
    if not came:
        return f"Nobody came first in the last {len(found)} months."
    words = f"Of {_many(came, 'newcomer')} who came first in these {len(found)} months, {again} came back"
    return f"{words} and {mentors} became mentors." if mentors else f"{words}."


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
