"""What graduates do in a year: they answer, open starter issues and pull requests, review, tell of wins."""

import re
from collections.abc import Callable
from functools import partial

from sandbox.world import Thread
from tests.journeys.house import BOT
from tests.journeys.programs import HOME
from tests.journeys.year_plan import COHORTS, Graduate, Pull
from tests.journeys.year_stage import Year


def graduates(year: Year) -> None:
    """Puts on the agenda what they do."""
    for one in year.plan.graduates:
        cohort = next(cohort for cohort in COHORTS if cohort.name == one.cohort)
        if one.answer is not None:
            year.at(cohort.ends + 1 + one.after, partial(_answers, year, one))
        for pull in one.pulls:
            year.at(pull.opened, _opens(year, one, pull))
        for number, day in enumerate(one.wins, start=1):
            year.at(day, partial(_tells, year, win_of(one, number), one.login))


def win_of(graduate: Graduate, number: int) -> str:
    """What somebody tells of."""
    return f"Talk {number} of {graduate.login}"


def _answers(year: Year, graduate: Graduate) -> None:
    issue = _invitation_of(year, graduate.login)
    year.world.comment(HOME, issue.number, graduate.login, f"/mentor {graduate.answer}")
    year.house.settle()  # whoever comes later on this day finds them
    for number in range(graduate.starters):
        year.at(year.today + 1 + number, partial(_starts, year, graduate, number))


def _invitation_of(year: Year, login: str) -> Thread:
    asked = re.compile(rf"@{login}\b")
    return next(
        thread
        for thread in year.world.issues(HOME)
        for comment in thread.comments
        if comment.author == BOT and "lamplighter:invitation " in comment.body and asked.search(comment.body)
    )


def _starts(year: Year, graduate: Graduate, number: int) -> None:
    title = f"Name the star {graduate.login} {number + 1}"
    issue = year.world.open_issue(HOME, graduate.login, title, "A small one.\n\n/mentor starter")
    year.free.append(issue.number)
    year.lived.opened.append((graduate.login, issue.number, year.today))


def _opens(year: Year, graduate: Graduate, pull: Pull) -> Callable[[], None]:
    def act() -> None:
        title = f"Tidy up {graduate.login} {graduate.pulls.index(pull) + 1}"
        thread = year.world.open_pull_request(HOME, graduate.login, title, files=["dome.py"])
        if pull.reviewer:
            said = (pull.reviewer, "commented", "Thank you.")
            year.at(year.today + 1, partial(year.world.review, HOME, thread.number, *said))
        end = year.world.merge if pull.merged else year.world.close
        year.at(pull.ended, partial(end, HOME, thread.number, "monalisa"))

    return act


def _tells(year: Year, win: str, login: str) -> None:
    year.world.comment(HOME, year.wall, login, f"/mentor win talk: {win}")
