"""The tables of a program's pages: what stands in which column, on the page and in the CSV."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from jobs.program_page import View
from jobs.program_shown import Mentor, Starter, Thread
from mentoring.digest import Answers, about
from mentoring.program_page import WITHIN, Answered, Graduates, InMonth, InWeek
from mentoring.stayed import share
from mentoring.wording import phrase
from pages import wording
from pages.tables import Cell, Column, Table, said
from pages.wording import both, month, percent, short_day

KINDS = {
    "pull": phrase("first pull request"),
    "claim": phrase("took an issue"),
    "asked": phrase("asked for a mentor"),
}
STAGES = {
    "mentor": phrase("waits"),
    "maintainers": phrase("waits"),
    "newcomer": phrase("at work"),
    "merged": phrase("merged"),
    "closed": phrase("closed"),
}
AVAILABILITIES = {
    "free": phrase("free"),
    "full": phrase("full"),
    "away": phrase("away"),
    "pausing": phrase("pauses"),
}
EMPTY = Cell("–", plain="")


def ago(then: datetime | None, now: datetime) -> Cell:
    """A moment that is over, as one says it; CSV has the moment itself."""
    if then is None:
        return EMPTY
    return Cell(phrase("%(time)s ago", time=duration(now - then)), moment=then)


def duration(length: timedelta) -> str:
    """As one says it: `5 hours`."""
    return wording.duration(about(max(length, timedelta())))


def median(found: Answers) -> str:
    """How long half of the newcomers waited who were answered."""
    return "–" if found.median is None else duration(found.median)


def _day(moment: datetime | None, view: View) -> Cell:
    if moment is None:
        return EMPTY
    local = moment.astimezone(view.program.clock)
    return Cell(short_day(local, year=True), moment=moment)


def _short(moment: datetime, view: View) -> str:
    local = moment.astimezone(view.program.clock)
    return short_day(local)


def _name(login: str | None) -> Cell:
    return Cell(login) if login else EMPTY


def _number(value: int) -> Cell:
    return Cell(str(value))


# --- newcomers ------------------------------------------------------------------------------------

NEWCOMERS = (
    Column(phrase("Newcomer")),
    Column(phrase("Thread")),
    Column(phrase("How it began")),
    Column(phrase("Stage")),
    Column(phrase("Waits for")),
    Column(phrase("Since")),
    Column(phrase("Promised by")),
    Column(phrase("Mentor")),
    Column(phrase("First answer after")),
    Column(phrase("Began"), only_csv=True),
    Column(phrase("Ended"), only_csv=True),
)


def newcomers(view: View, stages: Collection[str], limit: int | None = None, offset: int = 0) -> Table:
    found = view.threads(stages, limit=limit, offset=offset)
    rows = [_newcomer(one, view.now) for one in found]
    return Table(
        "newcomers", phrase("Newcomers and their threads"), NEWCOMERS, rows, phrase("Nobody, at the moment.")
    )


def waiting(found: Sequence[Thread], now: datetime) -> Table:
    """The same of those who wait, as short as it can be told."""
    wanted = ("Newcomer", "Waits for", "Since", "Promised by", "Thread")  # on a phone the first ones are seen
    words = [column.word for column in NEWCOMERS]
    places = [words.index(word) for word in wanted]
    rows = [[line[place] for place in places] for line in (_newcomer(one, now) for one in found)]
    columns = [NEWCOMERS[place] for place in places]
    return Table(
        "waiting",
        phrase("Who waits, the longest first"),
        columns,
        rows,
        phrase("Nobody waits for an answer."),
    )


def _newcomer(one: Thread, now: datetime) -> Sequence[Cell]:
    first = (
        Cell(duration(one.answered_at - one.since), plain=said(one.answered_at)) if one.answered_at else EMPTY
    )
    return (
        Cell(one.newcomer),
        _thread(one.place),
        Cell(KINDS[one.kind]),
        Cell(STAGES[one.stage], tone=_tone(one)),
        Cell(waits_for(one)) if waits_for(one) else EMPTY,
        Cell(duration(now - one.waits_since), moment=one.waits_since) if one.closed_at is None else EMPTY,
        _promised(one, now),
        Cell(both([name for name in (one.mentor, one.second) if name])) if one.mentor else EMPTY,
        first,
        Cell("", moment=one.since),
        Cell("", moment=one.closed_at),
    )


def waits_for(one: Thread) -> str:
    """Who is to act for a newcomer to go on; nothing where it is their own turn, or all is over."""
    if one.stage == "maintainers":
        return phrase("the maintainers")
    if one.stage == "mentor":
        return one.second or one.mentor or phrase("a mentor: nobody was free")
    return ""


def _tone(one: Thread) -> str:
    return {"merged": "good", "mentor": "wait", "maintainers": "wait"}.get(one.stage, "")


def _promised(one: Thread, now: datetime) -> Cell:
    if one.answer_by is None:
        return EMPTY
    if one.is_overdue:
        over = phrase("%(time)s ago", time=duration(now - one.answer_by))
        return Cell(over, moment=one.answer_by, tone="wait")
    return Cell(phrase("in %(time)s", time=duration(one.answer_by - now)), moment=one.answer_by)


def _thread(place: object) -> Cell:
    slug, number, url = (getattr(place, name) for name in ("slug", "number", "url"))
    return Cell(f"{slug}#{number}", url)


# --- mentors --------------------------------------------------------------------------------------

MENTORS = (
    Column(phrase("Mentor")),
    Column(phrase("Cohort")),
    Column(phrase("Availability")),
    Column(phrase("Newcomers now"), is_number=True),
    Column(phrase("Capacity"), is_number=True),
    Column(phrase("Newcomers in 12 weeks"), is_number=True),
    Column(phrase("Answered"), is_number=True),
    Column(phrase("Half of them within")),
    Column(phrase("Starter issues"), is_number=True),
    Column(phrase("Last newcomer")),
    Column(phrase("Back on"), only_csv=True),
)


def mentors(view: View, sort: str = "name", limit: int | None = None, offset: int = 0) -> Table:
    rows = [_mentor(one, view) for one in view.mentors(sort, limit=limit, offset=offset)]
    return Table("mentors", phrase("Mentors"), MENTORS, rows, phrase("Nobody has said yes yet."))


def _mentor(one: Mentor, view: View) -> Sequence[Cell]:
    state = word = AVAILABILITIES[one.availability]
    if one.away_until:
        state = phrase("%(state)s until %(day)s", state=word, day=_short(one.away_until, view))
    median = one.answers.median
    seconds = "" if median is None else str(round(median.total_seconds()))
    return (
        Cell(one.login),
        Cell(one.cohort),
        Cell(
            state,
            plain=word,
            tone="good" if one.availability == "free" else "",
        ),
        _number(one.open),
        _number(one.capacity),
        _number(one.answers.newcomers),
        _number(one.answers.answered),
        Cell(duration(median), plain=f"{seconds} s") if median is not None else EMPTY,
        _number(one.starters),
        ago(one.last_newcomer_at, view.now),
        Cell("", moment=one.away_until),
    )


# --- graduates ------------------------------------------------------------------------------------

INVITATIONS = (
    Column(phrase("Graduate")),
    Column(phrase("Cohort")),
    Column(phrase("Asked")),
    Column(phrase("Said yes")),
    Column(phrase("Starter issues"), is_number=True),
)


def invitations(view: View, limit: int | None = None, offset: int = 0) -> Table:
    found = view.asked()[offset : None if limit is None else offset + limit]
    rows = [
        (
            Cell(one.login),
            Cell(one.cohort),
            _day(one.asked_at, view),
            Cell(phrase("yes"), tone="good") if one.said_yes else EMPTY,
            _number(one.starters),
        )
        for one in found
    ]
    return Table("invitations", phrase("Who was asked"), INVITATIONS, rows, phrase("Nobody was asked yet."))


COHORTS = (
    Column(phrase("Cohort")),
    Column(phrase("Ended")),
    Column(phrase("Graduates"), is_number=True),
    Column(phrase("Asked"), is_number=True),
    Column(phrase("Said yes"), is_number=True),
    Column(phrase("Later"), is_number=True),
    Column(phrase("Not this time"), is_number=True),
    Column(phrase("No answer"), is_number=True),
    Column(phrase("Starter issues"), is_number=True),
    Column(phrase("Newcomers helped"), is_number=True),
    Column(phrase("Goals")),
)


def cohorts(view: View) -> Table:
    rows = [
        (
            Cell(one.name),
            Cell(short_day(one.ends, year=True), plain=one.ends.isoformat()) if one.ends else EMPTY,
            *map(
                _number,
                (
                    one.graduates,
                    one.asked,
                    one.accepted,
                    one.later,
                    one.declined,
                    one.silent,
                    one.starters,
                    one.helped,
                ),
            ),
            Cell("; ".join(one.goals)) if one.goals else EMPTY,
        )
        for one in view.cohorts()
    ]
    return Table(
        "cohorts", phrase("Cohorts side by side"), COHORTS, rows, phrase("The roster has no cohort yet.")
    )


# --- starter issues -------------------------------------------------------------------------------

STARTERS = (
    Column(phrase("Issue")),
    Column(phrase("State")),
    Column(phrase("Mentor")),
    Column(phrase("Taken by")),
    Column(phrase("Opened")),
    Column(phrase("How it came"), only_csv=True),
    Column(phrase("Closed"), only_csv=True),
)
WORDS = {"free": phrase("free"), "taken": phrase("taken"), "done": phrase("done")}
TONES = {"free": "good", "taken": "wait"}


def starters(view: View, states: Collection[str], limit: int | None = None, offset: int = 0) -> Table:
    rows = [_starter(one, view) for one in view.starters(states, limit=limit, offset=offset)]
    return Table("starters", phrase("Starter issues"), STARTERS, rows, phrase("None, at the moment."))


def _starter(one: Starter, view: View) -> Sequence[Cell]:
    return (
        _thread(one.place),
        Cell(WORDS[one.state], tone=TONES.get(one.state, "")),
        _name(one.mentor),
        _name(one.taker),
        _day(one.since, view),
        Cell(phrase("opened by its mentor") if one.by_mentor else phrase("labelled")),
        Cell("", moment=one.closed_at),
    )


# --- the numbers of the charts --------------------------------------------------------------------

STATES = {
    "merged": phrase("Merged"),
    "answered": phrase("Answered"),
    "waits": phrase("Without an answer"),
    "closed": phrase("Closed"),
}


def weeks(found: Sequence[InWeek]) -> Table:
    columns = [Column(phrase("Week from")), *(Column(word, is_number=True) for word in STATES.values())]
    columns.append(Column(phrase("Newcomers"), is_number=True))
    rows = [
        (
            Cell(short_day(one.monday, year=True), plain=one.monday.isoformat()),
            *(_number(one.states[state]) for state in STATES),
            _number(one.count),
        )
        for one in found
    ]
    return Table("weeks", phrase("Newcomers a week, and what became of them"), columns, rows)


def answers(found: Answered) -> Table:
    columns = (
        Column(phrase("A person answered")),
        Column(phrase("Threads"), is_number=True),
        Column(phrase("Share"), is_number=True),
    )
    rows = [_share(word, value, found.count) for word, value, _ in answer_lines(found)]
    return Table("answers", phrase("Time to the first answer of a person"), columns, rows)


def answer_lines(found: Answered) -> list[tuple[str, int, int]]:
    """What is said, how many, and the colour: within each time, later, not at all."""
    lines = [
        (phrase("within %(time)s", time=wording.duration(limit)), many, 1)
        for limit, many in zip(WITHIN, found.within, strict=True)
    ]
    return [
        *lines,
        (phrase("later"), found.later, 2),
        (phrase("not yet"), found.not_yet, 3),
        (phrase("closed before anybody answered"), found.never, 4),
    ]


def funnel(found: Graduates) -> Table:
    columns = (
        Column(phrase("Graduates who")),
        Column(phrase("People"), is_number=True),
        Column(phrase("Share"), is_number=True),
    )
    rows = [_share(word, value, found.asked) for word, value in funnel_lines(found)]
    return Table("funnel", phrase("From asked to helped"), columns, rows)


def funnel_lines(found: Graduates) -> list[tuple[str, int]]:
    return [
        (phrase("were asked"), found.asked),
        (phrase("said yes"), found.accepted),
        (phrase("opened a starter issue"), found.opened),
        (phrase("helped a newcomer"), found.helped),
    ]


def retention(found: Sequence[InMonth]) -> Table:
    words = (
        phrase("Newcomers"),
        phrase("Merged something"),
        phrase("Came back"),
        phrase("Became mentors"),
    )
    columns = [Column(phrase("Came first in")), *(Column(word, is_number=True) for word in words)]
    rows = [
        (
            Cell(month(one.first), plain=f"{one.first:%Y-%m}"),
            *map(_number, (one.came, one.merged, one.again, one.mentors)),
        )
        for one in found
    ]
    return Table("retention", phrase("Who came back"), columns, rows)


def _share(word: str, value: int, of: int) -> Sequence[Cell]:
    return Cell(word), _number(value), Cell(percent(share(value, of)), plain=str(share(value, of)))


# --- the exit question ----------------------------------------------------------------------------

STAY = (
    Column(phrase("Day")),
    Column(phrase("Made them stay")),
    Column(phrase("Got in the way")),
    Column(phrase("Who")),
)


def stay(view: View) -> Table:
    rows = [
        (Cell(one.day.isoformat()), Cell(one.stayed), Cell(one.hindered), Cell(one.login or ""))
        for one in view.stay()
    ]
    return Table("stay", phrase("What made people stay, and what got in the way"), STAY, rows)


# Everything that can be taken along, whole, by the name in its address.
FILES: dict[str, Callable[[View], Table]] = {
    "newcomers": lambda view: newcomers(view, tuple(STAGES)),
    "mentors": mentors,
    "invitations": invitations,
    "starters": lambda view: starters(view, ("free", "taken", "done")),
    "cohorts": cohorts,
    "weeks": lambda view: weeks(view.weeks()),
    "answers": lambda view: answers(view.answered()),
    "funnel": lambda view: funnel(view.graduates()),
    "retention": lambda view: retention(view.months()),
    "stay": stay,
}
