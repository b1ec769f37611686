"""Configuration: read the file again, say what is wrong with it, and begin what it asks for."""

from collections.abc import Sequence
from typing import Any

from adapters import configuration as files
from adapters import reads
from adapters.configuration import Loaded
from adapters.context import Context
from adapters.ledger import inbox, places
from adapters.ledger.inbox import Asked
from adapters.reads import CONFIGURATION
from jobs.decision import Decision, Row, decide
from mentoring.actions import Action, Check, Remark, Text, effect
from mentoring.configuration import Problem


def configuration(context: Context, row: Row) -> None:
    """Puts a new version of the file into force, or says once on its commit why it is not."""
    problems = files.reload(context, row.installation_id, row.repository_id)
    loaded = files.load(context, row.installation_id, row.repository_id)
    away = _away(loaded)
    checks = _checks(context, row, problems, away)
    with decide(context, row) as decision:
        decision.act(row.installation_id, checks)
        rows = _begin(decision, loaded) if loaded else []
    context.bell.ring_inbox(rows)


def _away(loaded: Loaded | None) -> Loaded | None:
    """The program, if the App is not installed on its home: then it can neither invite nor report."""
    return loaded if loaded and loaded.program.cohorts and not loaded.home.installation_id else None


def _checks(context: Context, row: Row, problems: Sequence[Problem], away: Loaded | None) -> list[Action]:
    if not problems and not away:
        return []
    with context.ledger.read() as connection:
        place = places.repository(connection, row.repository_id)
    assert place is not None, "whoever read its file has seen the repository"
    version = files.version_of(context, place.full_name) or "none"
    commit = _commit(context, row, place.default_branch or "HEAD")
    if problems:
        return [_problems(place, version, commit, problems)]
    return [_not_at_home(place, version, commit, away)] if away else []


def _commit(context: Context, row: Row, branch: str) -> str:
    """The commit to speak on: the pushed one, else the newest of the default branch."""
    if row.fields.get("after"):
        return str(row.fields["after"])
    github = context.github.installation(row.installation_id)
    return reads.head_of(github, row.repository_id, branch)


def _problems(place: Any, version: str, commit: str, problems: Sequence[Problem]) -> Check:
    key = effect(f"repo {place.id}", "configuration", version)
    title = f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in {CONFIGURATION}"
    text = Text("issues/configuration", {"problems": problems, "file": CONFIGURATION})
    remarks = tuple(_remark(place, problem) for problem in problems)
    return Check(place.id, "configuration", key, commit, title, text, remarks)


def _not_at_home(place: Any, version: str, commit: str, away: Loaded) -> Check:
    key = effect(f"repo {place.id}", "home", version)
    text = Text("issues/home", {"home": away.home.full_name, "program": away.program.name})
    title = "Lamplighter is not installed on the program's home"
    return Check(place.id, "configuration", key, commit, title, text)


def _remark(place: Any, problem: Problem) -> Remark:
    # An annotation can only point into this repository; a mistake in an extended file is told at line 1.
    if problem.source.lower() == place.full_name.lower():
        return Remark(CONFIGURATION, problem.line, problem.column, problem.message)
    return Remark(CONFIGURATION, 1, 1, f"In {problem.source}: {problem.message}")


def _begin(decision: Decision, loaded: Loaded) -> list[int]:
    """A new version may have made mentors, so issues without a name get another look."""
    delivery = f"{decision.row.delivery}:backfill"
    asked = Asked(delivery, "backfill", loaded.place.installation_id, loaded.place.id)
    return inbox.put(decision.connection, [asked], decision.now)
