"""Makes the values the rules work on: a program, mentors, issues. Each test says only what matters to it."""

from datetime import UTC, datetime
from typing import Any

from mentoring.facts import Issue
from mentoring.matching import Candidate, Considered, Match
from mentoring.roster import Cohort, Member, Program

HERE = 42  # the repository
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday


def program(**keys: Any) -> Program:
    return Program.model_validate({"program": "Observatory"} | keys)


def cohort(**keys: Any) -> Cohort:
    dates = {"name": "Autumn", "starts": "2026-09-07", "ends": "2026-11-02"}
    return Cohort.model_validate(dates | keys)


def member(login: str = "graduate", **keys: Any) -> Member:
    return Member.model_validate({"login": login} | keys)


def mentor(number: int = 1, **facts: Any) -> Candidate:
    return Candidate(**({"id": number, "login": f"mentor-{number}"} | facts))


def matched(deciding: str = "room", area: str | None = None, **facts: Any) -> Match:
    """A match as the matching gives it, with the one mentor."""
    chosen = mentor(**({"login": "mentor-one", "cohort": "Spring"} | facts))
    return Match(chosen, deciding, area, (Considered(chosen.login, True, ()),))


NOBODY = Match(None, "nobody", None, ())


def issue(**facts: Any) -> Issue:
    given: dict[str, Any] = {
        "repository_id": HERE,
        "number": 12,
        "author_id": 7,
        "author": "newcomer",
        "title": "Crash on empty input",
        "body": "",
        "is_open": True,
        "is_pull": False,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Issue(**(given | facts))


def pull(**facts: Any) -> Issue:
    return issue(**({"is_pull": True} | facts))
