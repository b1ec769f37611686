"""Gathers the facts of a week for the digest: from the ledger, and fresh from GitHub what may have changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters import configuration, links, reads
from adapters.configuration import Loaded
from adapters.context import Context
from adapters.github import Trouble
from adapters.ledger import invitations, mentorships, people, places
from mentoring.digest import CohortLine, FreeStarter, Newcomer, Spot, Week
from mentoring.starter import progress

Places = Mapping[int, Any]


def load_home(context: Context, program_id: int) -> Loaded | None:
    """The program by its home's file; None without the App on the home."""
    with context.ledger.read() as connection:
        home = places.repository(connection, program_id)
    if home is None or home.installation_id is None:
        return None
    return configuration.load(context, home.installation_id, program_id)


def gather(context: Context, loaded: Loaded, since: datetime, *, shown_in_private: bool) -> Week:
    """The week. `shown_in_private`: only then may private repositories be named."""
    with context.ledger.read() as connection:
        found = places.repositories_of_program(connection, loaded.home.id)
        shown = {place.id: place for place in found if shown_in_private or not place.private}
        begun = mentorships.begun_since(connection, loaded.home.id, since)
        waiting = mentorships.unanswered(connection, loaded.home.id)
        names = _names(connection, loaded, [*begun, *waiting])
        cohorts = list(_cohorts(connection, loaded, since))
        starters = mentorships.open_starters(connection, loaded.home.id)
    return Week(
        since=since,
        until=context.now(),
        newcomers=[_newcomer(context, row, shown, names) for row in begun],
        waiting=[_newcomer(context, row, shown, names) for row in waiting],
        cohorts=cohorts,
        starters=list(_free(context, loaded, starters, found, shown)),
        problems=[*map(str, loaded.problems), *_unknown(loaded)],
    )


def _names(connection: Connection, loaded: Loaded, rows: Sequence[Any]) -> dict[int, str]:
    ids = [row.newcomer_id for row in rows] + [row.mentor_id for row in rows]
    known = people.names(connection, ids)
    return {one: loaded.login_of(one) or known.get(one, "ghost") for one in ids if one is not None}


def _newcomer(context: Context, row: Any, shown: Places, names: Mapping[int, str]) -> Newcomer:
    return Newcomer(
        spot=_spot(context, shown.get(row.repository_id), row.number),
        login=names[row.newcomer_id],
        mentor=names[row.mentor_id] if row.mentor_id else None,
        state=_state(row),
        since=row.since,
        answer_by=row.answer_by,
    )


def _state(row: Any) -> str:
    if row.merged:
        return "merged"
    if row.closed_at:
        return "closed"
    return "answered" if row.answered_at else "waits"


def _spot(context: Context, place: Any, number: int, title: str = "") -> Spot:
    if place is None:
        return Spot(None, number)
    url = links.thread(context.settings, place.full_name, number)
    return Spot(place.full_name, number, url, title)


def _cohorts(connection: Connection, loaded: Loaded, since: datetime) -> Iterator[CohortLine]:
    rows = invitations.of_program(connection, loaded.home.id)
    ids = [row.person_id for row in rows]
    opened = mentorships.starters_opened_by(connection, loaded.home.id, ids)
    counts = {one: sum(starter.mentor_id == one for starter in opened) for one in ids}
    for name in dict.fromkeys(row.cohort for row in rows):
        asked = [row for row in rows if row.cohort == name]
        states = [row.state for row in asked]
        yes = [row.person_id for row in asked if row.state == "accepted"]
        yield CohortLine(
            name,
            len(asked),
            len(yes),
            states.count("later"),
            states.count("declined"),
            tuple(
                (loaded.login_of(one) or "ghost", progress(counts[one], loaded.program.starter_issues))
                for one in yes
            ),
            any((row.answered_at or row.asked_at) >= since for row in asked)
            or any(one.since >= since and one.mentor_id in yes for one in opened),
        )


def _free(
    context: Context, loaded: Loaded, starters: Sequence[Any], found: Sequence[Any], shown: Places
) -> Iterator[FreeStarter]:
    """The starter issues that GitHub shows without an assignee; one request for each repository and label."""
    for place in found:
        mentors = {row.number: row.mentor_id for row in starters if row.repository_id == place.id}
        if mentors:
            for number, title in sorted(_untaken(context, loaded, place)):
                login = loaded.login_of(mentors.get(number))
                if login:
                    yield FreeStarter(_spot(context, shown.get(place.id), number, title), login)


def _untaken(context: Context, loaded: Loaded, place: Any) -> set[tuple[int, str]]:
    github = context.github.installation(place.installation_id)
    untaken: set[tuple[int, str]] = set()
    for label in loaded.program.good_first_issue_labels:
        try:
            issues = list(reads.open_with_label(github, place.id, label))
        except Trouble:
            continue  # one repository that cannot be read does not hold up everybody's digest
        untaken |= {(issue.number, issue.title) for issue, taken in issues if not taken}
    return untaken


def _unknown(loaded: Loaded) -> Iterator[str]:
    """Roster logins that nobody has."""
    for cohort, member in loaded.program.members():
        if loaded.id_of(member.login) is None:
            yield f"Nobody on GitHub is called {member.login} (cohort {cohort.name})."
