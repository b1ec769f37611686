"""The charts of a program's page, each with a sentence that says what is to be seen."""

from collections.abc import Sequence

from mentoring.digest import Answers
from mentoring.program_page import Answered, Graduates, InMonth, InWeek
from mentoring.stayed import share
from mentoring.wording import Phrase, phrase, phrases
from pages import program_tables as tables
from pages.charts import Bar, Chart, rows, stacked
from pages.wording import month, percent, said, short_day, short_month


def weeks(found: Sequence[InWeek]) -> Chart:
    bars = [
        (
            short_day(one.monday) if place % 3 == 0 else "",
            said(phrase("Week from %(day)s", day=short_day(one.monday))),
            list(one.states.values()),
        )
        for place, one in enumerate(reversed(found))
    ]
    bars.reverse()  # counted from the newest, so that this week always has its name
    series = [said(word).lower() for word in tables.STATES.values()]
    return stacked("weeks", phrase("Newcomers a week"), weeks_said(found), bars, series)


def weeks_said(found: Sequence[InWeek]) -> Phrase:
    total, best = sum(one.count for one in found), max(found, key=lambda one: one.count)
    if not total:
        return phrase("Nobody came in the last %(weeks)s weeks.", weeks=len(found))
    return phrases(
        "%(count)s newcomer in %(weeks)s weeks, most in the week from %(day)s (%(best)s). %(merged)s got something merged.",
        "%(count)s newcomers in %(weeks)s weeks, most in the week from %(day)s (%(best)s). %(merged)s got something merged.",
        total,
        weeks=len(found),
        day=short_day(best.monday),
        best=best.count,
        merged=sum(one.states["merged"] for one in found),
    )


def answers(found: Answered, median: Answers) -> Chart:
    bars = [
        Bar(said(word), value, _of(value, found.count), series)
        for word, value, series in tables.answer_lines(found)
        if value or series == 1
    ]
    title = phrase("First answer of a person")
    return rows("answers", title, answers_said(found, median), bars, found.count)


def answers_said(found: Answered, median: Answers) -> Phrase:
    if not found.count:
        return phrase("No newcomer's thread began in these weeks.")
    if median.median is None:
        return phrases(
            "%(count)s thread began, and nobody was answered yet.",
            "%(count)s threads began, and nobody was answered yet.",
            found.count,
        )
    return phrase(
        "%(share)s had a person's answer within a day; of those who were answered, half within %(time)s.",
        share=percent(share(found.within[2], found.count)),
        time=tables.duration(median.median),
    )


def funnel(found: Graduates) -> Chart:
    bars = [
        Bar(said(word), value, str(value) if not place else _of(value, found.asked), 2)
        for place, (word, value) in enumerate(tables.funnel_lines(found))
    ]
    return rows("funnel", phrase("From asked to helped"), funnel_said(found), bars, found.asked)


def funnel_said(found: Graduates) -> Phrase:
    if not found.asked:
        return phrase("No graduate was asked yet: that happens the day after a cohort ends.")
    return phrases(
        "Of %(count)s graduate who were asked, %(accepted)s said yes, %(helped)s helped.",
        "Of %(count)s graduates who were asked, %(accepted)s said yes, %(helped)s helped.",
        found.asked,
        accepted=found.accepted,
        helped=found.helped,
    )


def retention(found: Sequence[InMonth]) -> Chart:
    bars = [
        (
            short_month(one.first),
            month(one.first),
            (one.again, one.merged_once, one.came - one.again - one.merged_once),
        )
        for one in found
    ]
    words = (phrase("came back"), phrase("merged, not back yet"), phrase("neither yet"))
    series = [said(word) for word in words]
    return stacked("retention", phrase("Who came back"), retention_said(found), bars, series)


def retention_said(found: Sequence[InMonth]) -> Phrase:
    came, again = sum(one.came for one in found), sum(one.again for one in found)
    mentors = sum(one.mentors for one in found)
    if not came:
        return phrase("Nobody came first in the last %(months)s months.", months=len(found))
    if not mentors:
        return phrases(
            "Of %(count)s newcomer who came first in these %(months)s months, %(again)s came back.",
            "Of %(count)s newcomers who came first in these %(months)s months, %(again)s came back.",
            came,
            months=len(found),
            again=again,
        )
    return phrases(
        "Of %(count)s newcomer who came first in these %(months)s months, %(again)s came back and %(mentors)s became mentors.",
        "Of %(count)s newcomers who came first in these %(months)s months, %(again)s came back and %(mentors)s became mentors.",
        came,
        months=len(found),
        again=again,
        mentors=mentors,
    )


def _of(value: int, of: int) -> str:
    return f"{value} · {percent(share(value, of))}"
