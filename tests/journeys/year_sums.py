"""What the reports of a year have to say, counted from what people did and not from what the App knows of it.

The words are those of docs/report.md; the counting is as plain as with a pencil.
"""

from collections.abc import Collection, Iterator

from tests.journeys.year_lineage import said_yes
from tests.journeys.year_lived import Lived
from tests.journeys.year_plan import Cohort, Newcomer, Plan, Pull

WINDOW = 30
FEWEST = 5  # answers to the exit question that are counted
Line = tuple[str, str, int | None]  # part, number, days
Sum = tuple[int, int | None]  # so many, of so many

AFTER = {"mentorship": (30, 90, 180, 365), "hackathon": (7, 30, 90, 180, 365)}


def of_cohort(plan: Plan, lived: Lived, cohort: Cohort) -> dict[Line, Sum]:
    """A cohort's report on the day after the year."""
    people = {one.login for one in plan.of(cohort)}
    here = [one for one in plan.newcomers if cohort.starts <= one.pulls[0].opened]
    ran = range(cohort.starts, cohort.ends + 1)
    pulls = [pull for one in plan.of(cohort) for pull in one.pulls if pull.opened in ran]
    return {
        **_headline(plan, pulls),
        **dict(_graduates(plan, lived, people, people)),
        **dict(_stayed(plan, lived, people, cohort)),
        **_newcomers(plan, here, lived, AFTER[cohort.kind]),
        **_exits(plan, lived, cohort.starts),
    }


def of_year(plan: Plan, lived: Lived) -> dict[Line, Sum]:
    """The report of the whole year, but for what its people did as mentors."""
    people = {one.login for cohort in plan.ended for one in plan.of(cohort)}
    return {
        **_headline(plan, _pulls(plan)),
        **dict(_graduates(plan, lived, people, people.union(*lived.named.values()))),
        **_newcomers(plan, plan.newcomers, lived, AFTER["mentorship"]),
        **_exits(plan, lived, 0),
    }


def _pulls(plan: Plan) -> list[Pull]:
    theirs = [one.pulls for one in plan.newcomers] + [one.pulls for one in plan.graduates]
    return [pull for pulls in theirs for pull in pulls]


def _headline(plan: Plan, pulls: Collection[Pull]) -> dict[Line, Sum]:
    opened = [pull for pull in pulls if pull.opened < plan.days]
    merged = sum(pull.merged and pull.ended < plan.days for pull in opened)
    return {
        ("headline", "pulls_opened", None): (len(opened), None),
        ("headline", "pulls_merged", None): (merged, len(opened)),
    }


def _exits(plan: Plan, lived: Lived, first: int) -> dict[Line, Sum]:
    """Whoever found the question below a comment or on its page, since a day; nothing of fewer than five answers."""
    said = {one.login: one.exit for one in plan.newcomers if one.exit and one.last + 1 < plan.days}
    days = {one.login: one.last + 1 for one in plan.newcomers if one.login in said} | lived.linked
    reached = {login for login, day in days.items() if day >= first}
    answers = [answer for login, answer in said.items() if login in reached]
    if len(answers) < FEWEST:
        return {}
    sums: dict[str, Sum] = {
        "exit_asked": (len(reached), None),
        "exit_answered": (len(answers), len(reached)),
        "exit_stayed": (sum(bool(stayed) for stayed, _ in answers), len(answers)),
        "exit_hindered": (sum(bool(hindered) for _, hindered in answers), len(answers)),
    }
    return {("exit question", name, None): found for name, found in sums.items()}


def _graduates(plan: Plan, lived: Lived, members: set[str], people: set[str]) -> Iterator[tuple[Line, Sum]]:
    """`members`: the graduates who were asked. `people`: with whoever else was named to a newcomer."""
    yes = said_yes(plan, lived, plan.days) & members
    opened = [(login, number) for login, number, _ in lived.opened if login in people]
    taken = [number for _, number in opened if number in lived.taken]
    merged = [one for one in taken if lived.taken[one].merged and lived.taken[one].ended < plan.days]
    pairs = [(mentor, newcomer) for mentor, newcomer, _ in lived.helped if mentor in people]
    sums: dict[str, Sum] = {
        "asked": (len(members), len(people)),
        "accepted": (len(yes), len(members)),
        "openers": (len({login for login, _ in opened}), len(yes)),
        "starters": (len(opened), None),
        "taken": (len(taken), len(opened)),
        "starters_merged": (len(merged), len(opened)),
        "helpers": (len({mentor for mentor, _ in pairs}), len(people)),
        "helped": (len({newcomer for _, newcomer in pairs}), None),
    }
    yield from ((("graduates", name, None), found) for name, found in sums.items())


def _stayed(plan: Plan, lived: Lived, people: set[str], cohort: Cohort) -> Iterator[tuple[Line, Sum]]:
    """Whoever helped or opened a starter issue, opened a pull request or reviewed one in the thirty days before."""
    pulls = [(one.login, pull) for one in plan.graduates for pull in one.pulls if pull.opened < plan.days]
    reviews = [(pull.reviewer, pull.opened + 1) for _, pull in pulls if pull.reviewer]
    acts = {
        "mentor": [(login, day) for login, _, day in lived.opened]
        + [(one, day) for one, _, day in lived.helped],
        "pulls": [(login, pull.opened) for login, pull in pulls],
        "reviews": [(login, day) for login, day in reviews if day < plan.days],
    }
    acts["any"] = [act for kind in acts.values() for act in kind]
    for after in AFTER[cohort.kind]:
        is_over = cohort.ends + after < plan.days
        for kind, done in acts.items():
            there = {login for login, day in done if login in people and _is_within(day - cohort.ends, after)}
            yield (
                (f"stayed: {kind}", f"active_{after}", after),
                (len(there), len(people)) if is_over else (0, 0),
            )


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
