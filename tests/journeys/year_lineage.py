"""Who grows up in a year, counted by hand: who is asked to mentor the next one, says yes, and in which generation."""

from tests.journeys.year_lived import Lived
from tests.journeys.year_plan import COHORTS, Graduate, Newcomer, Plan

MANY = 3  # merged pull requests until somebody is asked


def asked(plan: Plan, lived: Lived) -> dict[str, int]:
    """Whoever had a mentor and has the third one merged: on which day."""
    long = {
        one.login: [p.ended for p in one.pulls if p.merged and p.ended < plan.days] for one in plan.newcomers
    }
    days = {login: sorted(merged)[MANY - 1] for login, merged in long.items() if len(merged) >= MANY}
    return {login: day for login, day in days.items() if login in lived.introduced}


def said_yes(plan: Plan, lived: Lived, before: int) -> set[str]:
    """Graduates and newcomers who said yes before noon of a day."""
    days = {one.login: _answers(one) for one in plan.graduates if one.answer == "accept"}
    days |= {
        login: _says(plan, login, day) for login, day in asked(plan, lived).items() if _will(plan, login)
    }
    return {login for login, day in days.items() if day < before}


def _answers(one: Graduate) -> int:
    return next(cohort.ends for cohort in COHORTS if cohort.name == one.cohort) + 1 + one.after


def _of(plan: Plan, login: str) -> Newcomer:
    return next(one for one in plan.newcomers if one.login == login)


def _will(plan: Plan, login: str) -> bool:
    return _of(plan, login).answer == "accept"


def _says(plan: Plan, login: str, day: int) -> int:
    """They read the question a day after the merge."""
    return day + 1 + _of(plan, login).after


def chain(lived: Lived, login: str) -> list[str]:
    """Who helped somebody, who had helped that one, and so on, as they were told: the oldest first."""
    found: list[str] = []
    here = lived.asked.get(login)
    while here is not None:
        found.insert(0, here)
        here = lived.asked.get(here)
    return found


def misled(plan: Plan, lived: Lived) -> list[str]:
    """Who was asked and should not have been, or the other way round, or by somebody who was never named to them."""
    due = asked(plan, lived)
    wrong = [f"{login} is asked to mentor, which is not due" for login in lived.asked.keys() - due.keys()]
    wrong += [f"{login} is not asked to mentor" for login in due.keys() - lived.asked.keys()]
    wrong += [
        f"{login} is told that {helper} helped, who was never named to them"
        for login, helper in lived.asked.items()
        if helper not in lived.named[login]
    ]
    return sorted(wrong)
