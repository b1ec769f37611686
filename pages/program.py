"""A program's pages, for its organizers and maintainers: who waits, who helps, who was asked, and how it goes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from jobs.program_page import View
from jobs.program_shown import OPEN, STAGES, STARTERS, WAITING, Counts
from jobs.seeing import Sight, Unsure, Viewer, look, look_around
from mentoring.wording import phrase
from pages import language, session
from pages import program_charts as charts
from pages import program_tables as tables
from pages.charts import Chart
from pages.context import context_of_app
from pages.sentence import stop
from pages.session import needed
from pages.tables import Table, as_csv

pages = Blueprint("program", __name__)

PER_PAGE = 100  # rows
MOST_WAITING = 12  # shown on a program's first page
PROGRAM = "/programs/<int:program_id>"
LARGEST = 2**63 - 1  # of the ledger's numbers

SHOWN = {  # of the newcomers, by the word in the address
    "open": OPEN,
    "waiting": WAITING,
    "merged": ("merged",),
    "closed": ("closed",),
    "all": STAGES,
}
SHOWN_STARTERS = {
    "open": ("free", "taken"),
    "free": ("free",),
    "taken": ("taken",),
    "done": ("done",),
    "all": STARTERS,
}
SORTS = {"name": phrase("by name"), "load": phrase("by load")}


@dataclass(frozen=True)
class Part:
    """A chart with its sentence and the table of the same numbers."""

    chart: Chart
    table: Table


@dataclass(frozen=True)
class Way:
    """A link among several of which one is chosen."""

    word: str
    url: str
    is_here: bool
    count: int | None = None


@pages.get("/programs")
@needed
def programs() -> str:
    """The programs that whoever signed in may see."""
    context = context_of_app()
    try:
        sights = look_around(context, _viewer())
    except Unsure:
        _unsure()
    with context.ledger.read() as connection:
        found = [View(context, connection, sight).brief() for sight in sights]
    return render_template("programs.html", programs=found)


@pages.get(PROGRAM)
@needed
def program(program_id: int) -> str:
    """A program at a glance."""
    with _looking(program_id) as view:
        found = view.overview(MOST_WAITING)
        parts = [
            Part(charts.weeks(found.weeks), tables.weeks(found.weeks)),
            Part(charts.answers(found.answered, found.answers), tables.answers(found.answered)),
            Part(charts.funnel(found.graduates), tables.funnel(found.graduates)),
            Part(charts.retention(found.months), tables.retention(found.months)),
        ]
        return _page(
            "program.html",
            view,
            found=found,
            parts=parts,
            waiting=tables.waiting(found.waiting, view.now),
            stages=WAITING,
            median=tables.median(found.answers),
        )


@pages.get(f"{PROGRAM}/newcomers")
@needed
def newcomers(program_id: int) -> str:
    """Everybody who came, with their stage and who they wait for."""
    with _looking(program_id) as view:
        return _list_of(view, phrase("Newcomers"), tables.newcomers, SHOWN, view.thread_counts())


@pages.get(f"{PROGRAM}/starters")
@needed
def starters(program_id: int) -> str:
    """The good first issues that carry a mentor's name: free, taken, done."""
    with _looking(program_id) as view:
        return _list_of(
            view, phrase("Starter issues"), tables.starters, SHOWN_STARTERS, view.starter_counts()
        )


@pages.get(f"{PROGRAM}/mentors")
@needed
def mentors(program_id: int) -> str:
    """Everybody who said yes, with load and availability; by name or by load, never by how slow somebody is."""
    with _looking(program_id) as view:
        counts, sort = view.mentor_counts(), _chosen("sort", SORTS)
        ways = [
            Way(word, url_for(_endpoint(), program_id=view.id, sort=key), key == sort)
            for key, word in SORTS.items()
        ]
        return _list(
            view,
            phrase("Mentors"),
            lambda limit, offset: tables.mentors(view, sort, limit, offset),
            total=counts.count if view.sight.sees_home else 0,
            ways=ways,
            mentors=counts,
        )


@pages.get(f"{PROGRAM}/invitations")
@needed
def invitations(program_id: int) -> str:
    """Who was asked and who said yes; all other answers are counted, in the table of the cohorts."""
    with _looking(program_id) as view:
        return _list(
            view,
            phrase("Invitations"),
            lambda limit, offset: tables.invitations(view, limit, offset),
            total=view.graduates().asked if view.sight.sees_home else 0,
        )


@pages.get(f"{PROGRAM}/cohorts")
@needed
def cohorts(program_id: int) -> str:
    """The cohorts side by side."""
    with _looking(program_id) as view:
        return _list(view, phrase("Cohorts"), lambda _limit, _offset: tables.cohorts(view), total=0)


@pages.get(f"{PROGRAM}/stay")
@needed
def stay(program_id: int) -> str:
    """What people said made them stay, and what got in the way; for the program's organizers alone."""
    with _looking(program_id) as view:
        _must_be_organizer(view)
        total = view.stay_count()
        last = max(1, ceil(total / PER_PAGE))
        number = min(max(1, request.args.get("page", 1, type=int)), last)
        answers = view.stay(PER_PAGE, (number - 1) * PER_PAGE)
        paging = {"number": number, "last": last, "turn": _turn}
        return _page("exit_answers.html", view, answers=answers, total=total, **paging)


@pages.get(f"{PROGRAM}/<name>.csv")
@needed
def file(program_id: int, name: str) -> Response:
    """One of the tables, whole."""
    made = tables.FILES.get(name)
    if made is None:
        abort(404)
    with _looking(program_id) as view:
        if name == "stay":
            _must_be_organizer(view)
        return as_csv(made(view), f"program-{program_id}-{name}.csv")


# --- what they have in common ---------------------------------------------------------------------


@contextmanager
def _looking(program_id: int) -> Iterator[View]:
    """The program for whoever signed in; everybody else gets what they get for one that does not exist."""
    if program_id > LARGEST:
        abort(404)
    context = context_of_app()
    try:
        sight = look(context, _viewer(), program_id)
    except Unsure:
        _unsure()
    if sight is None:
        abort(404)
    language.speak(sight.loaded.program.language)
    with context.ledger.read() as connection:
        yield View(context, connection, sight)


def _viewer() -> Viewer:
    person = session.person()
    return Viewer(person.id, person.login, person.installations)


def _must_be_organizer(view: View) -> None:
    """What people said in confidence is not for everybody who may see the program."""
    if not _is_organizer(view.sight):
        abort(404)


def _is_organizer(sight: Sight) -> bool:
    organizers = {sight.loaded.id_of(login) for login in sight.loaded.program.organizers}
    return session.person().id in organizers


def _unsure() -> Any:
    told = phrase("GitHub does not answer at the moment, so that we cannot know what you may see.")
    stop(503, phrase("GitHub does not answer"), told, session.here(), phrase("Try again"))


def _endpoint() -> str:
    return request.endpoint or "program.program"


def _page(template: str, view: View, **values: Any) -> str:
    return render_template(template, view=view, ways_here=_sections(view.sight), **values)


SECTIONS = {
    "program.program": phrase("Overview"),
    "program.newcomers": phrase("Newcomers"),
    "program.mentors": phrase("Mentors"),
    "program.starters": phrase("Starter issues"),
    "program.invitations": phrase("Invitations"),
    "program.cohorts": phrase("Cohorts"),
}
OF_ORGANIZERS = {"program.stay": phrase("Stay and leave")}


def _sections(sight: Sight) -> list[Way]:
    sections = SECTIONS | (OF_ORGANIZERS if _is_organizer(sight) else {})
    return [
        Way(word, url_for(endpoint, program_id=sight.program_id), request.endpoint == endpoint)
        for endpoint, word in sections.items()
    ]


def _list_of(
    view: View,
    title: str,
    rows: Callable[[View, tuple[str, ...], int, int], Table],
    shown: dict[str, tuple[str, ...]],
    counts: Counts,
) -> str:
    """The rows in some of their states: `show` in the address says which."""
    show = _chosen("show", shown)
    states = shown[show]
    return _list(
        view,
        title,
        lambda limit, offset: rows(view, states, limit, offset),
        total=counts.named_of(states),
        hidden=counts.hidden_of(states),
        ways=_ways("show", show, shown, counts),
    )


def _list(
    view: View,
    title: str,
    rows: Callable[[int, int], Table],
    *,
    total: int,
    hidden: int = 0,
    ways: Sequence[Way] = (),
    mentors: Any = None,
) -> str:
    """A table, a page at a time. `total`: of the rows that may be named; `hidden`: of the others."""
    last = max(1, ceil(total / PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return _page(
        "program_list.html",
        view,
        title=title,
        table=rows(PER_PAGE, (number - 1) * PER_PAGE),
        hidden=hidden,
        ways_of_list=ways,
        mentors=mentors,
        number=number,
        last=last,
        turn=_turn,
    )


def _turn(to: int) -> str:
    """Another page of the same table, chosen in the same way."""
    chosen: dict[str, Any] = {name: request.args[name] for name in ("show", "sort") if name in request.args}
    return url_for(_endpoint(), **chosen | (request.view_args or {}) | {"page": to})


def _chosen(name: str, words: dict[str, Any]) -> str:
    """The word in the address, if it is one of these; else the first of them."""
    given = request.args.get(name, "")
    return given if given in words else next(iter(words))


def _ways(name: str, chosen: str, words: dict[str, tuple[str, ...]], counts: Counts) -> list[Way]:
    here = request.view_args or {}
    return [
        Way(word, url_for(_endpoint(), **here | {name: word}), word == chosen, counts.of(states))
        for word, states in words.items()
    ]
