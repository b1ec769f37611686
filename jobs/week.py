"""Gathers the facts of a week for the digest: from the ledger, and fresh from GitHub what may have changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from adapters import links, reads
from adapters.context import Context
from adapters.github import Doubt, Limited, Trouble
from adapters.ledger import invitations, mentorships, people, places, weeks
from jobs.candidates import candidates
from jobs.program import Loaded, load_program
from mentoring import digest as rules
from mentoring.digest import Answers, CohortLine, FreeStarter, Newcomer, Spot, Waiting, Week, Win
from mentoring.facts import RepositoryFacts
from mentoring.starter import progress

Rows = Sequence[Any]


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
    """These repositories as GitHub shows them now, a request each: the webhook about what became private may be late.

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
    return load_program(context, home.installation_id, program_id)


@dataclass(frozen=True)
class _Told:
    """What the ledger has of the week."""

    begun: Rows
    begun_before: Rows  # in the week before
    waiting: Rows
    handed_over: Rows
    released: Rows
    wins: Rows
    starters: Rows
    taken: set[tuple[int, int]]

    @property
    def repositories(self) -> set[int]:
        rows = [*self.begun, *self.waiting, *self.handed_over, *self.released, *self.wins, *self.starters]
        return {row.repository_id for row in rows}

    @property
    def people(self) -> set[int]:
        rows = [*self.begun, *self.waiting]
        ids = [row.newcomer_id for row in rows] + [row.mentor_id for row in rows]
        ids += [row.second_id for row in self.waiting] + [row.person_id for row in self.wins]
        return {one for one in ids if one is not None}


@dataclass(frozen=True)
class _View:
    """What may be named of it, and how."""

    context: Context
    places: Mapping[int, RepositoryFacts]  # those that may be named
    names: Mapping[int, str]

    def spot(self, repository_id: int, number: int, title: str = "") -> Spot:
        place = self.places.get(repository_id)
        if place is None:
            return Spot(None, number)
        url = links.thread(self.context.settings, place.full_name, number)
        return Spot(place.full_name, number, url, title)

    def spots(self, rows: Rows) -> list[Spot]:
        return [self.spot(row.repository_id, row.number) for row in rows]

    def name(self, person_id: int | None) -> str | None:
        return self.names.get(person_id, "ghost") if person_id is not None else None


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
        told = _told(connection, loaded.home.id, since)
        names = _names(connection, loaded, told.people)
        cohorts = list(_cohorts(connection, loaded, since))
        mentors = candidates(connection, loaded, context.now())
    needed = {loaded.home.id, *told.repositories}
    now = seen_now(context, [place for place in found if place.id in needed], loaded.home.id)
    view = _View(context, nameable(now.values(), in_private=shown_in_private), names)
    problems = [*problems, *map(str, loaded.problems), *_unknown(loaded)]
    open_home = loaded.home.id in view.places
    within, until = loaded.program.follow_up.answer_within, context.now()
    return Week(
        since=since,
        until=until,
        newcomers=[_newcomer(view, row) for row in _latest_of_each(told.begun)],
        answers=_answers(told.begun),
        answers_before=_answers(told.begun_before),
        waiting=[_waiting(view, row, within) for row in told.waiting],
        mentors=rules.count_mentors(mentors, silent(told.waiting, within, until)),
        handed_over=view.spots(told.handed_over),
        released=view.spots(told.released),
        wins=[_win(view, row) for row in told.wins],
        cohorts=cohorts if open_home else [rules.unnamed(line) for line in cohorts],
        starters=list(_free(view, loaded, told, found)),
        problems=problems if open_home else (),
        problems_in_private=0 if open_home else len(problems),
    )


def _told(connection: Connection, program_id: int, since: datetime) -> _Told:
    begun = weeks.begun(connection, program_id, since - rules.WEEK)
    return _Told(
        begun=[row for row in begun if row.since >= since],
        begun_before=[row for row in begun if row.since < since],
        waiting=weeks.waiting(connection, program_id),
        handed_over=weeks.handed_over(connection, program_id, since),
        released=weeks.released(connection, program_id, since),
        wins=weeks.won(connection, program_id, since),
        starters=mentorships.open_starters(connection, program_id),
        taken=weeks.taken(connection, program_id),
    )


def _names(connection: Connection, loaded: Loaded, ids: Iterable[int]) -> dict[int, str]:
    ids = list(ids)
    known = people.names(connection, ids)
    return {one: loaded.login_of(one) or known.get(one, "ghost") for one in ids}


def _latest_of_each(begun: Rows) -> Rows:
    """One row for each newcomer: who took an issue and then opened the pull request came once."""
    return list({row.newcomer_id: row for row in begun}.values())


def _newcomer(view: _View, row: Any) -> Newcomer:
    return Newcomer(
        spot=view.spot(row.repository_id, row.number),
        login=view.names[row.newcomer_id],
        mentor=view.name(row.mentor_id),
        state=state_of(row),
        kind=row.kind,
    )


def _answers(begun: Rows) -> Answers:
    return rules.answers(row.answered_at - row.since if row.answered_at else None for row in begun)


def _waiting(view: _View, row: Any, within: timedelta) -> Waiting:
    helpers = (view.name(row.mentor_id), view.name(row.second_id))
    return Waiting(
        spot=view.spot(row.repository_id, row.number),
        login=view.names[row.newcomer_id],
        since=row.waits_since,
        helpers=tuple(helper for helper in helpers if helper),
        for_maintainers=row.turn == "maintainers",
        answer_by=promised_by(row, within),
    )


def promised_by(row: Any, within: timedelta) -> datetime | None:
    """By when whoever a newcomer waits for is to answer; None: nothing was promised."""
    if row.turn != "mentor" or row.mentor_id is None:
        return None
    return rules.promised(row.answer_by, row.answered_at, row.waits_since, within)


def silent(waiting: Rows, within: timedelta, now: datetime) -> set[int]:
    """The mentors whose answer is overdue."""
    due = ((row.mentor_id, promised_by(row, within)) for row in waiting)
    return {mentor_id for mentor_id, promised in due if promised and promised < now}


def _win(view: _View, row: Any) -> Win:
    return Win(view.spot(row.repository_id, row.number), view.names[row.person_id], row.text)


def state_of(row: Any) -> str:
    """How a newcomer's thread stands, in the digest's words."""
    if row.merged:
        return "merged"
    if row.closed_at:
        return "closed"
    return "answered" if row.answered_at else "waits"


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


def _free(view: _View, loaded: Loaded, told: _Told, found: Rows) -> Iterator[FreeStarter]:
    """The starter issues that nobody claimed or works on, and that GitHub shows without an assignee.

    One request for each repository and label.
    """
    free = [row for row in told.starters if (row.repository_id, row.number) not in told.taken]
    for place in found:
        mentors = {row.number: row.mentor_id for row in free if row.repository_id == place.id}
        if mentors:
            for number, title in sorted(_unassigned(view.context, loaded, place)):
                login = loaded.login_of(mentors.get(number))
                if login:
                    yield FreeStarter(view.spot(place.id, number, title), login)


def _unassigned(context: Context, loaded: Loaded, place: Any) -> set[tuple[int, str]]:
    github = context.github.installation(place.installation_id)
    unassigned: set[tuple[int, str]] = set()
    for label in loaded.program.good_first_issue_labels:
        try:
            issues = list(reads.open_with_label(github, place.id, label))
        except Trouble as trouble:
            if isinstance(trouble, Doubt | Limited) and place.id == loaded.home.id:
                raise  # it passes, and the home is waited for
            continue  # another repository that cannot be read does not hold up everybody's digest
        unassigned |= {(issue.number, issue.title) for issue, taken in issues if not taken}
    return unassigned


def _unknown(loaded: Loaded) -> Iterator[str]:
    """Logins of the file that nobody has, or that somebody else has by now."""
    for login in loaded.taken:
        yield (
            f"The login {login} belongs to somebody else now, who is not the person that was meant. "
            "Write the present login of that person, or take the line out."
        )
    for cohort, member in loaded.program.members():
        if loaded.id_of(member.login) is None and member.login.lower() not in loaded.taken:
            yield f"Nobody on GitHub is called {member.login} (cohort {cohort.name})."
