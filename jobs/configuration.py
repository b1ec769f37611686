"""Configuration: read the file again, say what is wrong with it, and begin what it asks for."""

from collections.abc import Sequence

from adapters import configuration as files
from adapters import reads
from adapters.configuration import Files
from adapters.context import Context
from adapters.ledger import backfills, mentorships, places, programs
from adapters.reads import CONFIGURATION
from jobs import rehome
from jobs.decision import Decision, Row, decide
from jobs.program import Loaded, load_program
from mentoring.actions import Action, Check, Remark, Text, effect
from mentoring.configuration import Problem
from mentoring.facts import Place


def configuration(context: Context, row: Row) -> None:
    """Puts a new version of the file into force, or says once on a commit why it is not."""
    place, found = files.reload(context, row.installation_id, row.repository_id)
    loaded = load_program(context, row.installation_id, row.repository_id)
    checks = _checks(context, place, found, loaded)
    with decide(context, row) as decision:
        decision.act(row.installation_id, checks)
        rows = _begin(decision, loaded) if loaded else []
    context.bell.ring_inbox(rows)


def _checks(context: Context, place: Place, found: Files, loaded: Loaded | None) -> list[Action]:
    """What is to be said, where the file lives: not on every repository that uses the owner's."""
    own = found.layers and found.layers[0].repository_id == place.id
    away = loaded if loaded and loaded.program.cohorts and not loaded.home.installation_id else None
    if not own or not (found.problems or away):
        return []
    commit = _newest_commit(context, place)
    if found.problems:
        return [_problems(place, found.version, commit, found.problems)]
    return [_not_at_home(place, found.version, commit, away)] if away else []


def _newest_commit(context: Context, place: Place) -> str:
    """The commit whose file was read: pushes may have overtaken the one we were told of."""
    with context.ledger.read() as connection:
        row = places.repository(connection, place.id)
    branch = (row.default_branch if row else None) or "HEAD"
    return reads.head_of(context.github.installation(place.installation_id), place.id, branch)


def _problems(place: Place, version: str, commit: str, problems: Sequence[Problem]) -> Check:
    key = effect(f"repo {place.id}", "configuration", version)
    title = f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in {CONFIGURATION}"
    text = Text("issues/configuration", {"problems": problems, "file": CONFIGURATION})
    remarks = tuple(_remark(place, problem) for problem in problems)
    return Check(place.id, "configuration", key, commit, title, text, remarks)


def _not_at_home(place: Place, version: str, commit: str, away: Loaded) -> Check:
    key = effect(f"repo {place.id}", "home", version)
    text = Text("issues/home", {"home": away.home.full_name, "program": away.program.name})
    title = "Lamplighter is not installed on the program's home"
    return Check(place.id, "configuration", key, commit, title, text)


def _remark(place: Place, problem: Problem) -> Remark:
    # An annotation can only point into this repository; a mistake in an extended file is told at line 1.
    if problem.source.lower() == place.full_name.lower():
        return Remark(CONFIGURATION, problem.line, problem.column, problem.message)
    return Remark(CONFIGURATION, 1, 1, f"In {problem.source}: {problem.message}")


def _begin(decision: Decision, loaded: Loaded) -> list[int]:
    """A new version may promise something else, and may have made mentors: what is open gets another look."""
    delivery = f"{decision.row.delivery}:backfill"
    place = loaded.place
    programs.lock(decision.connection, loaded.home.id)
    mentorships.rouse(decision.connection, loaded.home.id, decision.now)
    rehome.ask(decision, loaded.home.id)
    return backfills.ask(decision.connection, place.installation_id, place.id, delivery, decision.now)
