"""Gathers the facts of a week for the digest: from the ledger, and fresh from GitHub what may have changed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from adapters.context import Context
from adapters.ledger import invitations, lineage, mentorships, places, program_page, programs
from jobs import digest_reads as read
from jobs.candidates import candidates
from jobs.digest_told import Told, names, told
from jobs.digest_view import View, newcomer, waiting, win
from jobs.program import Loaded
from jobs.week import Rows, nameable, seen_now, silent
from mentoring import digest as rules
from mentoring import digest_numbers as numbers
from mentoring.digest import Answers, CohortLine, InWeek, Stock, Week
from mentoring.digest_numbers import Came
from mentoring.digest_stock import LATELY, stock
from mentoring.matching import Candidate
from mentoring.starter import progress


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
    until = context.now()
    with context.ledger.read() as connection:
        found = places.repositories_of_program(connection, loaded.home.id)
        week = told(connection, loaded.home.id, since)
        known = names(connection, loaded, week.people)
        cohorts = list(_cohorts(connection, loaded, since))
        mentors = candidates(connection, loaded, until)
        opened = program_page.opened(connection, loaded.home.id)
        program = programs.get(connection, loaded.home.id)
        generations = lineage.generations(connection, loaded.home.id)
    needed = {loaded.home.id, *week.repositories}
    now = seen_now(context, [place for place in found if place.id in needed], loaded.home.id)
    view = View(context, nameable(now.values(), in_private=shown_in_private), known)
    problems = [*problems, *map(str, loaded.problems), *_unknown(loaded)]
    open_home = loaded.home.id in view.places
    within = loaded.program.follow_up.answer_within
    begun, begun_before = _latest_of_each(week.begun), _latest_of_each(week.begun_before)
    starters = list(read.free(view, loaded, week, found))
    return Week(
        since=since,
        until=until,
        newcomers=[newcomer(view, row) for row in begun],
        answers=_answers(begun),
        answers_before=_answers(begun_before),
        waiting=[waiting(view, row, within) for row in week.waiting],
        mentors=rules.count_mentors(mentors, silent(week.waiting, within, until)),
        generations=generations,
        handed_over=view.spots(week.handed_over),
        released=view.spots(week.released),
        wins=[win(view, row) for row in week.wins],
        cohorts=cohorts if open_home else [rules.unnamed(line) for line in cohorts],
        starters=starters,
        merged=list(read.merged(view, loaded, week.merged, found)),
        merged_before=len(week.merged_before),
        weeks=_weeks(loaded, week, program.since if program else since, since, until),
        stock=_stock(loaded, week, mentors, opened, len(starters), until, named=open_home),
        problems=problems if open_home else (),
        problems_in_private=0 if open_home else len(problems),
    )


def _latest_of_each(begun: Rows) -> Rows:
    """One row for each newcomer: who took an issue and then opened the pull request came once."""
    return list({row.newcomer_id: row for row in begun}.values())


def _answers(begun: Rows) -> Answers:
    return rules.answers(row.answered_at - row.since if row.answered_at else None for row in begun)


def _weeks(loaded: Loaded, week: Told, begun: datetime, since: datetime, until: datetime) -> list[InWeek]:
    came = [Came(row.newcomer_id, row.since, row.closed_at if row.merged else None) for row in week.lately]
    return numbers.weekly(came, begun, since, until, loaded.program.clock)


def _stock(
    loaded: Loaded,
    week: Told,
    mentors: Sequence[Candidate],
    opened: dict[int, int],
    free: int,
    until: datetime,
    *,
    named: bool,
) -> Stock | None:
    """None where nobody is asked for starter issues, or nobody is there who could be."""
    if not loaded.program.starter_issues or not mentors:
        return None
    lately = {row.newcomer_id: row for row in week.lately if row.since >= until - LATELY}
    areas = [(row.greeting or {}).get("area") for row in lately.values()]
    found = stock(free, areas, mentors, opened)
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
        yield (
            f"The login {login} belongs to somebody else now, who is not the person that was meant. "
            "Write the present login of that person, or take the line out."
        )
    for cohort, member in loaded.program.members():
        if loaded.id_of(member.login) is None and member.login.lower() not in loaded.taken:
            yield f"Nobody on GitHub is called {member.login} (cohort {cohort.name})."
