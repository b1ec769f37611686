"""Gathers the facts of a week for the digest: from the ledger, and fresh from GitHub what may have changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from adapters.context import Context
from adapters.ledger import invitations, lineage, mentorships, peers, places, program_page, programs
from jobs import digest_events
from jobs import digest_reads as read
from jobs.candidates import candidates
from jobs.digest_told import Told, names, told
from jobs.digest_view import View, newcomer, waiting, win
from jobs.drafting import moment
from jobs.program import Loaded
from jobs.week import Rows, nameable, seen_now, silent
from mentoring import digest as rules
from mentoring import digest_numbers as numbers
from mentoring.digest import Answers, CohortLine, InWeek, Stock, Week
from mentoring.digest_numbers import Came
from mentoring.digest_stock import LATELY, stock
from mentoring.matching import Candidate
from mentoring.starter import progress
from mentoring.wording import phrase


@dataclass(frozen=True)
class _Known:
    """What the ledger knows of a week, read at one moment."""

    found: Rows  # the program's repositories
    week: Told
    names: dict[int, str]
    cohorts: list[CohortLine]
    events: list[digest_events.Found]
    mentors: list[Candidate]
    opened: dict[int, int]
    generations: dict[int, int]
    introduced: int  # newcomers to each other
    begun: datetime  # when the program did


def gather(
    context: Context,
    loaded: Loaded,
    since: datetime,
    problems: Sequence[str] = (),
    *,
    shown_in_private: bool,
) -> Week:
    """The week. `shown_in_private`: only then is anything of private repositories named, the home included.

    `problems`: those that are not the file's or the roster's.
    """
    until = moment(context, loaded.home.id)
    with context.ledger.read() as connection:
        known = _known(connection, loaded, since, until)
    view = _view(context, loaded, known, shown_in_private)
    week = _helped(view, loaded, known, Week(since, until))
    week = _achieved(view, loaded, known, week)
    return _of_home(
        loaded, known, week, [*problems, *(one.said for one in loaded.problems), *_unknown(loaded)], view
    )


def _known(connection: Connection, loaded: Loaded, since: datetime, until: datetime) -> _Known:
    home_id = loaded.home.id
    week, program = told(connection, home_id, since, until), programs.get(connection, home_id)
    return _Known(
        found=places.repositories_of_program(connection, home_id),
        week=week,
        names=names(connection, loaded, week.people),
        cohorts=list(_cohorts(connection, loaded, since)),
        events=list(digest_events.found(connection, home_id, since, until)),
        mentors=candidates(connection, loaded, until),
        opened=program_page.opened(connection, home_id),
        generations=lineage.generations(connection, home_id),
        introduced=peers.count_introduced(connection, home_id, since, until),
        begun=program.since if program else since,
    )


def _view(context: Context, loaded: Loaded, known: _Known, shown_in_private: bool) -> View:
    """What may be named, as GitHub shows it now."""
    needed = {loaded.home.id, *known.week.repositories}
    now = seen_now(context, [place for place in known.found if place.id in needed], loaded.home.id)
    return View(context, nameable(now.values(), in_private=shown_in_private), known.names)


def _helped(view: View, loaded: Loaded, known: _Known, week: Week) -> Week:
    """With who came, who waits, and who is there for them."""
    told, within = known.week, loaded.program.follow_up.answer_within
    begun, begun_before = _latest_of_each(told.begun), _latest_of_each(told.begun_before)
    return replace(
        week,
        newcomers=[newcomer(view, row) for row in begun],
        answers=_answers(begun),
        answers_before=_answers(begun_before),
        waiting=[waiting(view, row, within) for row in told.waiting],
        mentors=rules.count_mentors(known.mentors, silent(told.waiting, within, week.until)),
        generations=known.generations,
        introduced=known.introduced,
        handed_over=view.spots(told.handed_over),
        released=view.spots(told.released),
    )


def _achieved(view: View, loaded: Loaded, known: _Known, week: Week) -> Week:
    """With what went well, and what is free to take."""
    return replace(
        week,
        wins=[win(view, row) for row in known.week.wins],
        merged=list(read.merged(view, loaded, known.week.merged, known.found)),
        merged_before=len(known.week.merged_before),
        weeks=_weeks(loaded, known, week),
        starters=list(read.free(view, loaded, known.week, known.found)),
    )


def _of_home(loaded: Loaded, known: _Known, week: Week, problems: Sequence[str], view: View) -> Week:
    """With what its roster and its file say, which is named only where the home may be."""
    is_open = loaded.home.id in view.places
    return replace(
        week,
        cohorts=known.cohorts if is_open else [rules.unnamed(line) for line in known.cohorts],
        events=digest_events.lines(view, loaded, week.since, known.events),
        stock=_stock(loaded, known, len(week.starters), week.until, named=is_open),
        problems=problems if is_open else (),
        problems_in_private=0 if is_open else len(problems),
    )


def _latest_of_each(begun: Rows) -> Rows:
    """One row for each newcomer: who took an issue and then opened the pull request came once."""
    return list({row.newcomer_id: row for row in begun}.values())


def _answers(begun: Rows) -> Answers:
    return rules.answers(row.answered_at - row.since if row.answered_at else None for row in begun)


def _weeks(loaded: Loaded, known: _Known, week: Week) -> list[InWeek]:
    came = [Came(row.newcomer_id, row.came_at) for row in known.week.lately]
    merged = [row.merged_at for row in known.week.merged_lately]
    return numbers.weekly(came, merged, known.begun, week.since, week.until, loaded.program.clock)


def _stock(loaded: Loaded, known: _Known, free: int, until: datetime, *, named: bool) -> Stock | None:
    """None where nobody is asked for starter issues, or nobody is there who could be."""
    if not loaded.program.starter_issues or not known.mentors:
        return None
    lately = {row.newcomer_id: row for row in known.week.lately if row.since >= until - LATELY}
    areas = [(row.greeting or {}).get("area") for row in lately.values()]
    found = stock(free, areas, known.mentors, known.opened)
    return found if named else Stock(found.free, found.wanted)


def _cohorts(connection: Connection, loaded: Loaded, since: datetime) -> Iterator[CohortLine]:
    rows = invitations.of_program(connection, loaded.home.id)
    ids = [row.person_id for row in rows]
    opened = mentorships.starters_opened_by(connection, loaded.home.id, ids)
    counts = {one: sum(starter.mentor_id == one for starter in opened) for one in ids}
    for name in dict.fromkeys(row.cohort for row in rows):
        asked = [row for row in rows if row.cohort == name]
        states = [row.state for row in asked]
        yes = [row.person_id for row in asked if row.state == "accepted"]
        yield CohortLine(
            name,
            len(asked),
            len(yes),
            states.count("later"),
            states.count("declined"),
            tuple(
                (loaded.login_of(one) or "ghost", progress(counts[one], loaded.program.starter_issues))
                for one in yes
            ),
            any((row.answered_at or row.asked_at) >= since for row in asked)
            or any(one.since >= since and one.mentor_id in yes for one in opened),
            max(row.asked_at for row in asked),
        )


def _unknown(loaded: Loaded) -> Iterator[str]:
    """Logins of the file that nobody has, or that somebody else has by now."""
    for login in loaded.taken:
        yield phrase(
            "The login %(login)s belongs to somebody else now, who is not the person that was meant. "
            "Write the present login of that person, or take the line out.",
            login=login,
        )
    for cohort, member in loaded.program.members():
        if loaded.id_of(member.login) is None and member.login.lower() not in loaded.taken:
            yield phrase(
                "Nobody on GitHub is called %(login)s (cohort %(cohort)s).",
                login=member.login,
                cohort=cohort.name,
            )
