"""Configuration: put the file into force as it is now, and begin what it asks for."""

from adapters import configuration as files
from adapters import reads
from adapters.configuration import Files
from adapters.context import Context
from adapters.ledger import backfills, inbox, mentorships, places, programs
from adapters.ledger.inbox import Asked
from jobs import rehome
from jobs.decision import Decision, Row, decide
from jobs.program import Loaded, load_program
from mentoring.facts import Place


def configuration(context: Context, row: Row) -> None:
    """Puts a new version of the file into force; the check of its commit says what is wrong with it."""
    place, found = files.reload(context, row.installation_id, row.repository_id)
    loaded = load_program(context, row.installation_id, row.repository_id)
    check = _check(context, row, place, found, loaded)
    with decide(context, row) as decision:
        rows = inbox.put_new(decision.connection, check, decision.now)
        rows += _begin(decision, loaded) if loaded else []
    context.bell.ring_inbox(rows)


def _check(context: Context, row: Row, place: Place, found: Files, loaded: Loaded | None) -> list[Asked]:
    """A push is checked anyway. Else something must be wrong, and the file live here: others may use the owner's."""
    own = found.layers and found.layers[0].repository_id == place.id
    away = loaded is not None and loaded.program.cohorts and not loaded.home.installation_id
    if "after" in row.fields or not own or not (found.problems or away):
        return []
    commit = {"after": _newest_commit(context, place)}
    return [Asked(f"{row.delivery}:check", "check", row.installation_id, place.id, None, commit)]


def _newest_commit(context: Context, place: Place) -> str:
    """The commit whose file was read."""
    with context.ledger.read() as connection:
        row = places.repository(connection, place.id)
    branch = (row.default_branch if row else None) or "HEAD"
    return reads.head_of(context.github.installation(place.installation_id), place.id, branch)


def _begin(decision: Decision, loaded: Loaded) -> list[int]:
    """A new version may promise something else, and may have made mentors: what is open gets another look."""
    delivery = f"{decision.row.delivery}:backfill"
    place = loaded.place
    programs.lock(decision.connection, loaded.home.id)
    mentorships.rouse(decision.connection, loaded.home.id, decision.now)
    rehome.ask(decision, loaded.home.id)
    return backfills.ask(decision.connection, place.installation_id, place.id, delivery, decision.now)
