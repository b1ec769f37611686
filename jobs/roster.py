"""The roster's logins: looked up once, and again now and then, since people are renamed or leave GitHub."""

import time
from collections.abc import Iterable, Mapping
from datetime import timedelta

from adapters import reads
from adapters.context import Context
from adapters.github import Installation
from adapters.ledger import forgetting, people
from jobs.decision import SHORTLY, Again
from mentoring.roster import Program

RECENT = timedelta(hours=1)
AT_MOST = 20.0  # seconds for one step: a claim on a row lasts a minute, and others wait for the worker


def logins_of(program: Program) -> list[str]:
    captains = [cohort.captain for cohort in program.cohorts if cohort.captain]
    of_teams = [
        login for cohort in program.cohorts for team in cohort.teams.values() for login in team.logins
    ]
    return [*(member.login for _, member in program.members()), *program.organizers, *captains, *of_teams]


def look_up(
    context: Context,
    github: Installation,
    logins: Iterable[str],
    *,
    again: bool = False,
    patient: bool = False,
) -> None:
    """Looks up each login once; a request each, and what was found is kept, also where a limit comes.

    `again`: all of them, since people are renamed and a login may be somebody else's by now – but those
    of the last hour, so that a large roster goes on where a limit or a time-out stopped it.
    Raises Again where that takes long, unless whoever asks is `patient`.
    """
    asked = {login.lower() for login in logins}
    with context.ledger.read() as connection:
        wanted = sorted(asked - forgetting.logins_among(connection, asked))
        known = people.known_ids(connection, wanted)
        recent = people.looked_up_since(connection, wanted, context.now() - RECENT)
    due = [login for login in wanted if login not in known or (again and login not in recent)]
    found: dict[str, tuple[int, str] | None] = {}
    begun = time.monotonic()
    try:
        for login in due:
            if found and not patient and time.monotonic() - begun > AT_MOST:
                raise Again(context.now() + SHORTLY, "the roster is looked up step by step")
            found[login] = _find(github, login, known.get(login))
    finally:
        _keep(context, found, known)


def _keep(
    context: Context, found: Mapping[str, tuple[int, str] | None], known: Mapping[str, int | None]
) -> None:
    """Notes whose logins these are: all that was found so far, in one go."""
    if not found:
        return
    with context.ledger.write() as connection:
        seen: set[tuple[int, str]] = set()
        for login, person in found.items():
            if person and forgetting.is_forgotten(connection, person[0]):
                forgetting.forget(connection, person[0], [login], context.now())  # a new login of theirs
                continue
            people.resolve(connection, login, person[0] if person else None, context.now())
            if person and known.get(login) in (None, person[0]):
                seen.add(person)
        for one in sorted(seen):  # in the order of their ids, as everybody writes several
            people.see(connection, *one)


def _find(github: Installation, login: str, known_id: int | None) -> tuple[int, str] | None:
    """Whose login it is; of somebody we know who was renamed, who they are now."""
    found = reads.person(github, login)
    if found is None and known_id is not None:
        return reads.person_by_id(github, known_id)
    return found
