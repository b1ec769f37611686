"""What the reports of a year have to say, counted from what people did and not from what the App knows of it.

The words are those of docs/report.md; the counting is as plain as with a pencil.
"""

from collections.abc import Collection, Iterator

from tests.journeys.year_lived import Lived
from tests.journeys.year_plan import Cohort, Newcomer, Plan

WINDOW = 30
Line = tuple[str, str, int | None]  # part, number, days
Sum = tuple[int, int | None]  # so many, of so many

AFTER = {"mentorship": (30, 90, 180, 365), "hackathon": (7, 30, 90, 180, 365)}


def of_cohort(plan: Plan, lived: Lived, cohort: Cohort) -> dict[Line, Sum]:
    """A cohort's report on the day after the year."""
    people = {one.login for one in plan.of(cohort)}
    here = [one for one in plan.newcomers if cohort.starts <= one.pulls[0].opened]
    return {
        ("headline", "pulls_opened", None): (0, None),  # members open issues here, no pull requests
        ("headline", "pulls_merged", None): (0, 0),
        **dict(_graduates(plan, lived, people)),
        **dict(_stayed(plan, lived, people, cohort)),
        **_newcomers(plan, here, lived, AFTER[cohort.kind]),
    }


def of_year(plan: Plan, lived: Lived) -> dict[Line, Sum]:
    """The report of the whole year, but for what its people did as mentors."""
    pulls = [pull for one in plan.newcomers for pull in one.pulls]
    merged = sum(pull.merged and pull.ended < plan.days for pull in pulls)
    return {
        ("headline", "pulls_opened", None): (len(pulls), None),
        ("headline", "pulls_merged", None): (merged, len(pulls)),
        **dict(_graduates(plan, lived, {one.login for cohort in plan.ended for one in plan.of(cohort)})),
        **_newcomers(plan, plan.newcomers, lived, AFTER["mentorship"]),
    }


def _graduates(plan: Plan, lived: Lived, people: set[str]) -> Iterator[tuple[Line, Sum]]:
    asked = len(people)
    yes = {one.login for one in plan.graduates if one.login in people and one.answer == "accept"}
    opened = [(login, number) for login, number, _ in lived.opened if login in people]
    taken = [number for _, number in opened if number in lived.taken]
    merged = [one for one in taken if lived.taken[one].merged and lived.taken[one].ended < plan.days]
    pairs = [(mentor, newcomer) for mentor, newcomer, _ in lived.helped if mentor in people]
    sums: dict[str, Sum] = {
        "asked": (asked, asked),
        "accepted": (len(yes), asked),
        "openers": (len({login for login, _ in opened}), len(yes)),
        "starters": (len(opened), None),
        "taken": (len(taken), len(opened)),
        "starters_merged": (len(merged), len(opened)),
        "helpers": (len({mentor for mentor, _ in pairs}), asked),
        "helped": (len({newcomer for _, newcomer in pairs}), None),
    }
    yield from ((("graduates", name, None), found) for name, found in sums.items())


def _stayed(plan: Plan, lived: Lived, people: set[str], cohort: Cohort) -> Iterator[tuple[Line, Sum]]:
    """Whoever helped or opened a starter issue in the thirty days before; members do nothing else here."""
    days = [(login, day) for login, _, day in lived.opened] + [(login, day) for login, _, day in lived.helped]
    for after in AFTER[cohort.kind]:
        is_over = cohort.ends + after < plan.days
        there = {login for login, day in days if login in people and _is_within(day - cohort.ends, after)}
        for kind, count in {"any": len(there), "mentor": len(there), "pulls": 0, "reviews": 0}.items():
            found = (count, len(people)) if is_over else (0, 0)
            yield (f"stayed: {kind}", f"active_{after}", after), found


def _newcomers(
    plan: Plan, came: Collection[Newcomer], lived: Lived, after: Collection[int]
) -> dict[Line, Sum]:
    found: dict[Line, Sum] = {}
    for group, is_in in (("with a mentor", True), ("without", False)):
        here = [one for one in came if (one.login in lived.introduced) == is_in]
        sums = _of(here, after, plan.days)
        found |= {(f"newcomers {group}", name, days): said for (name, days), said in sums.items()}
    return found


def _of(here: Collection[Newcomer], after: Collection[int], last: int) -> dict[tuple[str, int | None], Sum]:
    merged = sum(any(pull.merged and pull.ended < last for pull in one.pulls) for one in here)
    again = sum(len(one.pulls) > 1 for one in here)
    found: dict[tuple[str, int | None], Sum] = {
        ("came", None): (len(here), None),
        ("merged", None): (merged, len(here)),
        ("again", None): (again, len(here)),
    }
    for days in after:
        reached = [one for one in here if one.pulls[0].opened + days < last]
        there = [
            one for one in reached if any(_is_within(p.opened - one.pulls[0].opened, days) for p in one.pulls)
        ]
        found[f"active_{days}", days] = (len(there), len(reached))
    return found


def _is_within(passed: int, days: int) -> bool:
    """Whether so many days after day 0 are among the thirty that end with that day; day 0 is not."""
    return max(1, days - WINDOW + 1) <= passed <= days
