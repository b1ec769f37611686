"""Gathers the facts of a week for the digest: from the ledger, and fresh from GitHub what may have changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from adapters import configuration, links, reads
from adapters.configuration import Loaded
from adapters.context import Context
from adapters.github import Doubt, Limited, Trouble
from adapters.ledger import invitations, mentorships, people, places
from mentoring import digest as rules
from mentoring.digest import CohortLine, FreeStarter, Newcomer, Spot, Week
from mentoring.facts import RepositoryFacts
from mentoring.starter import progress

Places = Mapping[int, RepositoryFacts]


class Seen(Protocol):
    """A repository, as the ledger or GitHub has it."""

    @property
    def id(self) -> int: ...
    @property
    def private(self) -> bool: ...


Repository = TypeVar("Repository", bound=Seen)


def nameable(found: Iterable[Repository], *, in_private: bool) -> dict[int, Repository]:
    """The repositories that may be named where they would be shown: private ones in private places only."""
    return {one.id: one for one in found if in_private or not one.private}


def seen_now(context: Context, found: Iterable[Any], home_id: int) -> dict[int, RepositoryFacts]:
    """These repositories as GitHub shows them now, a request each: nobody tells us what became private.

    What cannot be read is left out, so that it is not named; only the home is waited for.
    """
    facts: dict[int, RepositoryFacts] = {}
    for place in found:
        try:
            seen = reads.repository(context.github.installation(place.installation_id), place.id)
        except (Doubt, Limited):
            if place.id == home_id:
                raise
            continue
        except Trouble:
            continue
        if seen is not None:
            facts[place.id] = seen
            _keep(context, seen, place.installation_id)
    return facts


def _keep(context: Context, seen: RepositoryFacts, installation_id: int) -> None:
    with context.ledger.read() as connection:
        if places.is_as_known(connection, seen, installation_id):
            return
    with context.ledger.write() as connection:
        places.see_repository(connection, context.now(), installation_id=installation_id, **asdict(seen))


def load_home(context: Context, program_id: int) -> Loaded | None:
    """The program by its home's file; None without the App on the home."""
    with context.ledger.read() as connection:
        home = places.repository(connection, program_id)
    if home is None or home.installation_id is None:
        return None
    return configuration.load(context, home.installation_id, program_id)


def gather(
    context: Context,
    loaded: Loaded,
    since: datetime,
    problems: Sequence[str] = (),
    *,
    shown_in_private: bool,
) -> Week:
    """The week. `shown_in_private`: only then is anything of private repositories named, the home included.

    `problems`: those that are not the file's or the roster's.
    """
    with context.ledger.read() as connection:
        found = places.repositories_of_program(connection, loaded.home.id)
        begun = mentorships.begun_since(connection, loaded.home.id, since)
        waiting = mentorships.unanswered(connection, loaded.home.id)
        names = _names(connection, loaded, [*begun, *waiting])
        cohorts = list(_cohorts(connection, loaded, since))
        starters = mentorships.open_starters(connection, loaded.home.id)
    needed = {loaded.home.id, *(row.repository_id for row in [*begun, *waiting, *starters])}
    now = seen_now(context, [place for place in found if place.id in needed], loaded.home.id)
    shown = nameable(now.values(), in_private=shown_in_private)
    problems = [*problems, *map(str, loaded.problems), *_unknown(loaded)]
    open_home = loaded.home.id in shown
    return Week(
        since=since,
        until=context.now(),
        newcomers=[_newcomer(context, row, shown, names) for row in begun],
        waiting=[_newcomer(context, row, shown, names) for row in waiting],
        cohorts=cohorts if open_home else [rules.unnamed(line) for line in cohorts],
        starters=list(_free(context, loaded, starters, found, shown)),
        problems=problems if open_home else (),
        problems_in_private=0 if open_home else len(problems),
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
