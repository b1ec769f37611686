"""Programs: what a repository's configuration means – its program, its home, and the people in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from adapters import configuration as files
from adapters import reads
from adapters.configuration import Files, Layer
from adapters.context import Context
from adapters.github import Installation
from adapters.ledger import (
    availability,
    forgetting,
    languages,
    lineage,
    listing,
    peers,
    people,
    places,
    programs,
    reports,
)
from adapters.ledger import invitations as asked_before
from jobs import standing
from jobs.roster import logins_of, look_up
from jobs.standing import Roster, Standing
from mentoring import digest_schedule, invitations
from mentoring.availability import LOOK_EVERY
from mentoring.configuration import Parsed, Problem
from mentoring.facts import Place
from mentoring.peers import due_after
from mentoring.report import occasions
from mentoring.roster import Cohort, Member, Program


@dataclass(frozen=True)
class Loaded:
    """A repository's program, with its home and the ids of the people in its roster."""

    program: Program
    place: Place
    home: Place
    ids: dict[str, int | None]  # by login in lower case
    names: dict[int, str]  # the present logins
    problems: tuple[Problem, ...] = ()
    taken: tuple[str, ...] = ()  # logins of the roster that belong to somebody else now
    version: str = ""  # of the texts in force, and of who is left out
    standing: Standing | None = None  # what is kept of the people, if it is

    @cached_property
    def entries(self) -> dict[int, tuple[Cohort, Member]]:
        """By person: what they declared in their newest cohort."""
        by_end = sorted(self.program.members(), key=lambda entry: entry[0].ends)
        found = ((self.id_of(member.login), (cohort, member)) for cohort, member in by_end)
        return {person_id: entry for person_id, entry in found if person_id is not None}

    @property
    def roster(self) -> Roster:
        return Roster(self.home.id, self.version, self.ids, self.names, self.entries)

    def id_of(self, login: str) -> int | None:
        return self.ids.get(login.lower())

    def login_of(self, person_id: int | None) -> str | None:
        """The login under which the roster knows this person."""
        logins = (m.login for _, m in self.program.members() if self.id_of(m.login) == person_id)
        return next(logins, None) if person_id is not None else None

    def in_roster(self, person_id: int) -> bool:
        """Whether the person is a member or an organizer: nobody to be greeted as new."""
        return person_id in self.ids.values()

    def without(self, logins: Collection[str]) -> "Loaded":
        """The same as if these people, by their logins in lower case, were not in the file."""
        ids = {login: person_id for login, person_id in self.ids.items() if login not in logins}
        left = set(ids.values())
        names = {person_id: name for person_id, name in self.names.items() if person_id in left}
        program = self.program.without(logins)
        return replace(self, program=program, ids=ids, names=names, standing=None)


def load_program(
    context: Context, installation_id: int, repository_id: int, *, patient: bool = False
) -> Loaded | None:
    """The repository's program as it is in force; None: there is no (good) file, so the App stays silent.

    Raises Again while a large roster is looked up, unless whoever asks is `patient`.
    """
    github = context.github.installation(installation_id)
    place = files.place_of(context, github, installation_id, repository_id)
    found = files.read(context, github, place)
    layers = files.in_force(context, place, found)
    program = files.program_of(Files(layers).texts)
    if program is None:
        return None
    home = _home(context, github, place, layers, files.parse(Files(layers).texts))
    if home is None:
        return None
    look_up(context, github, logins_of(program), patient=patient)
    _note(context, github, place, home, layers, program, patient=patient)
    version = Files(layers).version
    return _loaded(context, Loaded(program, place, home, {}, {}, found.problems, version=version))


def known_program(context: Context, program_id: int) -> Loaded | None:
    """The program by its home's file, as both were last read: nobody who only looks waits for GitHub.

    None: the App is not on the home, or no file is in force there. People of the roster who were not looked up
    yet are not known to it.
    """
    with context.ledger.read() as connection:
        row = places.repository(connection, program_id)
    if row is None or row.installation_id is None:
        return None
    home = Place(row.id, row.full_name, row.private, row.installation_id)
    texts = files.known(context, home)
    program = files.program_of(texts)
    if program is None or row.program_id != program_id:
        return None
    return _loaded(context, Loaded(program, home, home, {}, {}, version=files.version_of(texts)))


class NoProgram(Exception):
    """There is no program to go by. `problems`: what is wrong with the file, if there is one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("there is no program")
        self.problems = tuple(problems)


def must_load_program(context: Context, installation_id: int, repository_id: int) -> Loaded:
    """The repository's program, for whoever cannot do without. Raises NoProgram."""
    loaded = load_program(context, installation_id, repository_id, patient=True)
    if loaded is None:
        github = context.github.installation(installation_id)
        place = files.place_of(context, github, installation_id, repository_id)
        raise NoProgram(files.read(context, github, place).problems)
    return loaded


def _loaded(context: Context, read: Loaded) -> Loaded:
    """The program that was read, with its people as the ledger knows them."""
    with context.ledger.read() as connection:
        forgotten = forgetting.logins_among(connection, logins_of(read.program))
        program = read.program.without(forgotten)
        ids = people.resolved(connection, logins_of(program))
        names = people.names(connection, ids.values())
        taken = tuple(people.taken(connection, logins_of(program)))
        grown = lineage.grown(connection, read.home.id)
    version = " ".join([read.version, *sorted(forgotten)])
    loaded = replace(read, program=program, ids=ids, names=names, taken=taken, version=version)
    loaded = with_grown(loaded, grown)
    return replace(loaded, standing=standing.keep(context, loaded.roster))


def with_grown(loaded: Loaded, grown: Sequence[Any]) -> Loaded:
    """The program with those who were helped in it and said yes, as rows of `lineage.grown`.

    Whoever is in the roster is what the roster says; a login there that is theirs by now gives nobody rights.
    """
    program, here = loaded.program, loaded.ids.keys()
    found = [
        one for one in grown if one.login.lower() not in here and one.person_id not in loaded.ids.values()
    ]
    if not found:
        return loaded
    members = {
        one.person_id: Member(
            login=one.login, areas=tuple(name for name in one.areas or () if name in program.areas)
        )
        for one in found
    }
    marks = [f"{person_id}:{','.join(member.areas)}" for person_id, member in members.items()]
    return replace(
        loaded,
        program=program.with_grown(members.values()),
        ids=loaded.ids | {member.login.lower(): person_id for person_id, member in members.items()},
        names=loaded.names | {person_id: member.login for person_id, member in members.items()},
        version=" ".join([loaded.version, "with", *marks]),
    )


def recheck(context: Context, loaded: Loaded) -> Loaded:
    """Looks up every login of the roster again: a person may have been renamed, a login taken by another."""
    github = context.github.installation(loaded.place.installation_id)
    look_up(context, github, logins_of(loaded.program), again=True)
    alone = loaded.program.with_grown(())  # who grew up here is added anew
    return _loaded(context, replace(loaded, program=alone, standing=None))


def _home(
    context: Context, github: Installation, place: Place, layers: Sequence[Layer], parsed: Parsed
) -> Place | None:
    """The repository whose file holds the cohorts (or, without any, the program's name)."""
    slug = (parsed.cohorts_from or parsed.program_from or place.full_name).lower()
    layer = next((layer for layer in layers if layer.slug.lower() == slug), None)
    if layer is None or layer.repository_id == place.id:
        return place
    with context.ledger.read() as connection:
        row = places.repository(connection, layer.repository_id) if layer.repository_id else None
    if row is not None:
        return Place(row.id, row.full_name, row.private, row.installation_id or 0)
    facts = reads.repository(github, slug)
    if facts is None:
        return None
    with context.ledger.write() as connection:
        files.see(connection, facts, None, context.now())
    return Place(facts.id, facts.full_name, facts.private, 0)


def _note(
    context: Context,
    github: Installation,
    place: Place,
    home: Place,
    layers: Sequence[Layer],
    here: Program,
    *,
    patient: bool,
) -> None:
    """Takes down what the home's file says, once for each of its versions: dates and statements."""
    with context.ledger.read() as connection:
        known, row = places.repository(connection, place.id), programs.get(connection, home.id)
    if known and known.program_id != home.id:
        with context.ledger.write() as connection:
            places.join_program(connection, place.id, home.id)
    if known and not _speaks(known, here):
        with context.ledger.write() as connection:
            languages.keep(connection, place.id, here.language, here.own_texts)
    if place.id != home.id and home.installation_id and row:
        return  # the home speaks for itself
    own = Files(tuple(la for la in layers if place.id == home.id or la.repository_id == home.id))
    program = files.program_of(own.texts)
    if program is None or (row and row.version == own.version):
        return
    look_up(context, github, logins_of(program), again=True, patient=patient)
    with context.ledger.write() as connection:
        program = program.without(forgetting.logins_among(connection, logins_of(program)))
        ids, now = people.resolved(connection, logins_of(program)), context.now()
        if programs.see(connection, home.id, program.name, own.version, now):
            _note_dates(connection, program, home, ids, now)
            _note_statements(connection, program, home, ids, now)


def _speaks(known: Any, program: Program) -> bool:
    """Whether the language and the texts of a repository are noted already."""
    return known.language == program.language and (known.texts or {}) == program.own_texts


def _note_dates(
    connection: Connection, program: Program, home: Place, ids: dict[str, int | None], now: datetime
) -> None:
    asked = asked_before.asked(connection, home.id)
    for cohort in program.cohorts:
        first_seen = programs.see_cohort(connection, home.id, cohort.name, now)
        due = invitations.due_at(program, cohort, first_seen)
        programs.schedule_cohort(connection, home.id, cohort.name, due)
        reports.schedule(connection, home.id, cohort.name, occasions(program, cohort, first_seen), now)
        members = [(member, ids.get(member.login.lower())) for member in cohort.members]
        if any(person_id not in asked for _, person_id in invitations.to_ask(cohort, members)):
            programs.reopen_cohort(connection, home.id, cohort.name)
    row = programs.get(connection, home.id)
    if not (row and row.peers_due_at and row.peers_due_at <= now):  # else it schedules the next one itself
        peers.schedule(connection, home.id, due_after(program, now))
    if row and row.digest_due_at and row.digest_due_at <= now:
        return  # this week's is due already; posting it schedules the next
    due = digest_schedule.next_due(program, program.digest, now) if program.digest else None
    programs.schedule_digest(connection, home.id, due)


def _note_statements(
    connection: Connection, program: Program, home: Place, ids: dict[str, int | None], now: datetime
) -> None:
    by_end = sorted(program.members(), key=lambda entry: entry[0].ends)
    newest = {member.login.lower(): member for _, member in by_end}  # of somebody in several cohorts
    # In the order of their ids, as every program has it: they may be in several, which are read at once.
    known = [(person_id, member) for login, member in newest.items() if (person_id := ids.get(login))]
    for person_id, member in sorted(known, key=lambda one: one[0]):
        people.see(connection, person_id, member.login)
        programs.roster_says(connection, home.id, person_id, member.mentoring, now)
        availability.roster_has_room(connection, home.id, person_id, member.capacity, now)
    still = [person_id for person_id, _ in known]
    still += [one.person_id for one in lineage.grown(connection, home.id)]
    listing.left_roster(connection, home.id, still)
    row, watches = programs.get(connection, home.id), program.follow_up.away_after is not None
    next_look = (row and row.presence_at) or now + LOOK_EVERY
    availability.schedule_look(connection, home.id, next_look if watches else None)
    if not watches:
        availability.nobody_silent(connection, home.id, now)
