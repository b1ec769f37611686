"""A program's page: gathers what it shows, from the ledger alone, and leaves out what its viewer may not have named."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from adapters import links
from adapters.context import Context
from adapters.ledger import contributions, exit_question, invitations, people, programs, weeks
from adapters.ledger import program_page as ledger
from jobs.candidates import candidates
from jobs.program_shown import (
    WAITING,
    Brief,
    Counts,
    Graduate,
    Mentor,
    Overview,
    Place,
    Starter,
    Stay,
    Thread,
)
from jobs.seeing import Sight
from jobs.week import promised_by, silent, state_of
from mentoring import digest
from mentoring import program_page as rules
from mentoring.digest import Mentors
from mentoring.matching import Candidate
from mentoring.program_page import Answered, Came, CohortSums, Graduates, InMonth, InWeek, Piece


class View:
    """A look at a program: what is asked of it is read from one connection, and named as far as the viewer may."""

    def __init__(self, context: Context, connection: Connection, sight: Sight) -> None:
        self.context, self.connection, self.sight = context, connection, sight
        self.program = sight.loaded.program
        self.id, self.now = sight.program_id, context.now()

    # -- newcomers ---------------------------------------------------------------------------------

    def thread_counts(self) -> Counts:
        return self._counts((row.repository_id, row.stage, row.many) for row in self._stages())

    def threads(self, stages: Collection[str], *, limit: int | None = None, offset: int = 0) -> list[Thread]:
        """The threads in these stages that may be named: who waits the longest first, then what is over."""
        rows = ledger.threads(self.connection, self.id, self.sight.names, stages, limit=limit, offset=offset)
        names = self._names(one for row in rows for one in (row.newcomer_id, row.mentor_id, row.second_id))
        return [self._thread(row, names) for row in rows]

    def _stages(self) -> Sequence[Any]:
        return ledger.stages(self.connection, self.id)

    def _thread(self, row: Any, names: Mapping[int, str]) -> Thread:
        due = promised_by(row, self.program.follow_up.answer_within) if row.closed_at is None else None
        return Thread(
            place=self._place(row),
            kind=row.kind,
            newcomer=names[row.newcomer_id],
            mentor=names.get(row.mentor_id),
            second=names.get(row.second_id),
            stage=row.stage,
            since=row.since,
            waits_since=row.waits_since,
            answered_at=row.answered_at,
            closed_at=row.closed_at,
            answer_by=due,
            is_overdue=due is not None and due < self.now,
        )

    def weeks(self) -> list[InWeek]:
        return rules.weekly(self._came_lately(), self.now, self.program.clock)

    def answered(self) -> Answered:
        return rules.answered(self._came_lately())

    def _came_lately(self) -> list[Came]:
        since = rules.first_monday(self.now, self.program.clock)
        return [_came(row) for row in ledger.came(self.connection, self.id, since)]

    def months(self) -> list[InMonth]:
        """Who came back, as far as the ledger knows: who took an issue or opened a first pull request, and what then."""
        since = rules.first_month(self.now, self.program.clock)
        came = [row for row in ledger.came(self.connection, self.id, since) if row.kind == "pull"]
        pieces = [Piece(row.newcomer_id, row.since, row.merged) for row in came]
        claimed = ledger.claimed(self.connection, self.id, since)
        pieces += [Piece(row.person_id, row.claimed_at) for row in claimed]
        new = {one.person_id for one in pieces}
        later = [row for row in self._contributions(since) if row.person_id in new]
        pieces += [Piece(row.person_id, row.opened_at, row.merged_at is not None) for row in later]
        pulls: dict[int, set[tuple[int, int]]] = {}
        for who, row in [(row.newcomer_id, row) for row in came] + [(row.person_id, row) for row in later]:
            pulls.setdefault(who, set()).add((row.repository_id, row.number))
        before = ledger.here_before(self.connection, self.id, since)
        mentors = {one.id for one in self._candidates}
        return rules.monthly(pieces, pulls, before, mentors, self.now, self.program.clock)

    def _contributions(self, since: datetime) -> list[Any]:
        found = contributions.all_since(self.connection, self.id, since)
        return [row for row in found if row.kind == contributions.PULL and row.opened_at >= since]

    # -- mentors -----------------------------------------------------------------------------------

    def mentors(self, sort: str = "name", *, limit: int | None = None, offset: int = 0) -> list[Mentor]:
        """Everybody who said yes, by name or by load; nobody, where the home may not be named."""
        if not self.sight.sees_home:
            return []
        key = _by_load if sort == "load" else _by_name
        found = sorted(self._candidates, key=key)[offset : None if limit is None else offset + limit]
        ids = [one.id for one in found]
        answers, opened = self._answers(ids), ledger.opened(self.connection, self.id)
        said = programs.statements(self.connection, self.id, ids)
        return [
            Mentor(
                login=one.login,
                cohort=one.cohort,
                availability=digest.availability_of(one),
                open=one.open_mentorships,
                capacity=one.capacity,
                away_until=said[one.id].away_until if one.away and one.id in said else None,
                answers=digest.answers(answers.get(one.id, ())),
                starters=opened.get(one.id, 0),
                last_newcomer_at=one.last_newcomer_at,
            )
            for one in found
        ]

    def mentor_counts(self) -> Mentors:
        """As the digest counts them."""
        waiting = weeks.waiting(self.connection, self.id)
        within = self.program.follow_up.answer_within
        return digest.count_mentors(self._candidates, silent(waiting, within, self.now))

    @cached_property
    def _candidates(self) -> list[Candidate]:
        return candidates(self.connection, self.sight.loaded, self.now)

    def _answers(self, ids: Collection[int]) -> dict[int, list[timedelta | None]]:
        since = rules.first_monday(self.now, self.program.clock)
        found: dict[int, list[timedelta | None]] = {}
        for row in ledger.answers(self.connection, self.id, since, ids):
            found.setdefault(row.mentor_id, []).append(_wait(row))
        return found

    # -- the exit question -------------------------------------------------------------------------

    def stay_count(self) -> int:
        return exit_question.answers_count(self.connection, self.id)

    def stay(self, limit: int | None = None, offset: int = 0) -> list[Stay]:
        """The answers, the newest first, by the program's clock; of whoever did not allow it nobody learns the name."""
        rows = exit_question.answers(self.connection, self.id, limit, offset)
        names = self._names(row.person_id for row in rows if row.named)
        clock = self.program.clock
        return [
            Stay(
                row.answered_at.astimezone(clock).date(),
                row.stayed or "",
                row.hindered or "",
                names.get(row.person_id) if row.named else None,
            )
            for row in rows
        ]

    # -- graduates ---------------------------------------------------------------------------------

    def asked(self) -> list[Graduate]:
        """Everybody who was asked, by cohort and name; nobody, where the home may not be named."""
        if not self.sight.sees_home:
            return []
        rows = invitations.of_program(self.connection, self.id)
        opened = ledger.opened(self.connection, self.id)
        names = self._names(row.person_id for row in rows)
        found = [
            Graduate(
                names[row.person_id],
                row.cohort,
                row.asked_at,
                row.state == "accepted",
                opened.get(row.person_id, 0),
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: (one.cohort.lower(), one.login.lower()))

    def graduates(self) -> Graduates:
        rows = invitations.of_program(self.connection, self.id)
        return rules.graduates(
            {row.person_id for row in rows},
            {row.person_id for row in rows if row.state == "accepted"},
            ledger.opened(self.connection, self.id).keys(),
            {row.mentor_id for row in ledger.helped(self.connection, self.id)},
        )

    def cohorts(self) -> list[CohortSums]:
        """Side by side, the newest first; where the home may not be named, neither are they."""
        rows = invitations.of_program(self.connection, self.id)
        opened = ledger.opened(self.connection, self.id)
        helped: dict[int, set[int]] = {}
        for row in ledger.helped(self.connection, self.id):
            helped.setdefault(row.mentor_id, set()).add(row.newcomer_id)
        return [
            self._sums(name, [row for row in rows if row.cohort == name], opened, helped)
            for name in dict.fromkeys([*self._by_end(), *(row.cohort for row in rows)])
        ]

    def _by_end(self) -> list[str]:
        ordered = sorted(self.program.cohorts, key=lambda one: one.ends, reverse=True)
        return [one.name for one in ordered]

    def _sums(
        self, name: str, rows: Sequence[Any], opened: Mapping[int, int], helped: Mapping[int, set[int]]
    ) -> CohortSums:
        cohort = next((one for one in self.program.cohorts if one.name == name), None)
        members = {self.sight.loaded.id_of(one.login) for one in (cohort.members if cohort else ())}
        graduates = (members | {row.person_id for row in rows}) - {None}
        states = Counter(row.state for row in rows)
        return CohortSums(
            name=name if self.sight.sees_home else digest.IN_PRIVATE,
            ends=cohort.ends if cohort else None,
            graduates=max(len(graduates), len(cohort.members) if cohort else 0),
            asked=len(rows),
            accepted=states["accepted"],
            later=states["later"],
            declined=states["declined"],
            starters=sum(opened.get(one, 0) for one in graduates if one),
            helped=len(set().union(*(helped.get(one, set()) for one in graduates if one))),
            goals=cohort.goals if cohort and self.sight.sees_home else (),
        )

    # -- starter issues ----------------------------------------------------------------------------

    def starter_counts(self) -> Counts:
        rows = ledger.starter_states(self.connection, self.id)
        return self._counts((row.repository_id, row.state, row.many) for row in rows)

    def starters(
        self, states: Collection[str], *, limit: int | None = None, offset: int = 0
    ) -> list[Starter]:
        """The good first issues in these states that may be named: free ones first, the newest first."""
        rows = ledger.starter_issues(
            self.connection, self.id, self.sight.names, states, limit=limit, offset=offset
        )
        takers = ledger.takers(self.connection, self.id)
        who = [(row.mentor_id, takers.get((row.repository_id, row.number))) for row in rows]
        names: dict[Any, str] = {**self._names(one for pair in who for one in pair)}
        return [
            Starter(
                place=self._place(row),
                mentor=names.get(mentor_id),
                taker=names.get(taker_id) if row.state == "taken" else None,
                by_mentor=row.kind == "starter",
                state=row.state,
                since=row.since,
                closed_at=row.closed_at,
            )
            for row, (mentor_id, taker_id) in zip(rows, who, strict=True)
        ]

    # -- all together ------------------------------------------------------------------------------

    def overview(self, most_waiting: int) -> Overview:
        came = self._came_lately()
        return Overview(
            threads=self.thread_counts(),
            starters=self.starter_counts(),
            waiting=self.threads(WAITING, limit=most_waiting),
            mentors=self.mentor_counts(),
            weeks=rules.weekly(came, self.now, self.program.clock),
            answered=rules.answered(came),
            answers=digest.answers(_wait(one) for one in came),
            graduates=self.graduates(),
            months=self.months(),
        )

    def brief(self) -> Brief:
        since = rules.first_monday(self.now, self.program.clock, 1)
        came = {row.newcomer_id for row in ledger.came(self.connection, self.id, since)}
        home = self.sight.loaded.home.full_name if self.sight.sees_home else None
        waiting = self.thread_counts().of(WAITING)
        return Brief(self.id, self.program.name, home, waiting, len(came), self.mentor_counts())

    # -- names -------------------------------------------------------------------------------------

    def _counts(self, rows: Iterable[tuple[int, str, int]]) -> Counts:
        everywhere: Counter[str] = Counter()
        hidden: Counter[str] = Counter()
        for repository_id, state, count in rows:
            everywhere[state] += count
            if repository_id not in self.sight.names:
                hidden[state] += count
        return Counts(everywhere, hidden)

    def _place(self, row: Any) -> Place:
        slug = self.sight.names[row.repository_id]
        return Place(slug, row.number, links.address(self.context.settings, slug, row.number))

    def _names(self, ids: Iterable[int | None]) -> dict[int, str]:
        wanted = {one for one in ids if one is not None}
        found = people.names(self.connection, wanted)
        return {one: self.sight.loaded.names.get(one) or found.get(one, "ghost") for one in wanted}


def _came(row: Any) -> Came:
    return Came(row.newcomer_id, row.since, state_of(row), row.answered_at)


def _wait(one: Any) -> timedelta | None:
    waited: timedelta | None = one.answered_at - one.since if one.answered_at else None
    return waited


def _by_name(one: Candidate) -> tuple[Any, ...]:
    return one.login.lower(), one.id


def _by_load(one: Candidate) -> tuple[Any, ...]:
    return -one.open_mentorships, one.capacity, one.login.lower(), one.id
