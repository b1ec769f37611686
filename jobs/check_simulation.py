"""Check, second half: add to a check run what its file would have meant for the last days."""

import time
from collections.abc import Sequence
from dataclasses import asdict, replace

from adapters import configuration as files
from adapters.configuration import Files
from adapters.context import Context
from adapters.ledger import checks
from adapters.ledger.inbox import Asked
from adapters.links import thread
from jobs.checked import begun
from jobs.decision import Row, decide
from jobs.program import NoProgram
from jobs.simulate import simulate
from mentoring import check as rules
from mentoring import doubts
from mentoring.check import DAYS, Checked
from mentoring.configuration import Problem
from mentoring.simulating import Line, tell
from mentoring.wording import kept, phrase, unkept

MOST_REQUESTS = 200
AT_MOST = 30.0  # seconds: a claim on a row lasts a minute
MOST_ATTEMPTS = 3

TOO_MUCH = phrase("Too much happened here in %(days)s days to play it again for a check.", days=DAYS)
NOT_PLAYED = phrase("The last %(days)s days could not be played.", days=DAYS)
PLAYED_LATER = "a later commit is played instead"


class _TooMuch(Exception):
    """The simulation asks for more than a check is worth."""


class _Budget:
    """So many requests, and so many seconds."""

    def __init__(self) -> None:
        self.left, self.begun = MOST_REQUESTS, time.monotonic()

    def in_time(self) -> None:
        if self.left < 0 or time.monotonic() - self.begun > AT_MOST:
            raise _TooMuch

    def request(self) -> None:
        self.left -= 1
        self.in_time()


def ask(row: Row, checked: Checked) -> list[Asked]:
    """The row that plays a file which can be used: with what was found out, so that nothing is asked for again."""
    if checked.program is None:
        return []
    found = {
        "doubts": [asdict(one) | {"message": kept(one.message)} for one in checked.doubts],
        "notes": [kept(one) for one in checked.notes],
    }
    fields = {"after": checked.commit, "ref": row.fields.get("ref"), "version": checked.version, **found}
    name = f"check:{checked.repository_id}:{checked.commit}:{checked.version[:16]}"
    return [Asked(name, "check_simulation", row.installation_id, checked.repository_id, None, fields)]


def check_simulation(context: Context, row: Row) -> None:
    """Plays the last days with the file, unless a later commit waits to be played, and rewrites the check run."""
    with context.ledger.read() as connection:
        is_old = checks.later_waits(connection, row.repository_id, row.id)
    checked = None if is_old or row.attempts > MOST_ATTEMPTS else _again(context, row)
    if checked is None:
        with decide(context, row) as decision:
            decision.note = PLAYED_LATER
        return
    lines, remarks = _played(context, checked[0], checked[1])
    with decide(context, row) as decision:
        decision.act(row.installation_id, [rules.rewritten(checked[0], lines, remarks)])


def _again(context: Context, row: Row) -> tuple[Checked, Files] | None:
    """What was checked; None if it would be something else by now."""
    github = context.github.installation(row.installation_id)
    place = files.place_of(context, github, row.installation_id, row.repository_id)
    commit, version = str(row.field("after")), str(row.field("version"))
    found = files.read_at(context, github, place, commit)
    if found.version != version:
        return None
    checked = begun(context, place, commit, row.fields["ref"])
    return replace(
        checked,
        version=version,
        program=files.parse(found.texts).program,
        doubts=tuple(Problem(**one | {"message": unkept(one["message"])}) for one in row.fields["doubts"]),
        notes=tuple(unkept(one) for one in row.fields["notes"]),
        language=files.parse(found.texts).language or "",
    ), found


def _played(context: Context, checked: Checked, found: Files) -> tuple[list[Line], Sequence[str]]:
    """What would have been said, with links; and what it takes for granted, or why there is nothing."""
    budget = _Budget()
    known = [one.value for one in doubts.logins(files.parse(found.texts))]
    try:
        played = simulate(
            context,
            checked.repository,
            DAYS,
            file=found.layers[0].text,
            known=known,
            before_request=budget.request,
            go_on=budget.in_time,
        )
    except _TooMuch:
        return [], [TOO_MUCH]
    except NoProgram:
        return [], [NOT_PLAYED]
    lines = [replace(line, threads=_linked(context, line.threads)) for line in tell(played.said)]
    return lines, played.assumptions


def _linked(context: Context, threads: Sequence[str]) -> tuple[str, ...]:
    """Links that leave no trace on the threads."""
    found = []
    for where in threads:
        slug, _, number = where.partition("#")
        if number:
            found.append(f"[{number}]({thread(context.settings, slug, int(number))})")
    return tuple(found)
