"""A repository's configuration: read through the API, cached, checked, and the people in it resolved."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from adapters import reads
from adapters.context import Context
from adapters.github import Installation
from adapters.ledger import files as ledger
from adapters.ledger import invitations as asked_before
from adapters.ledger import people, places, programs
from mentoring import digest, invitations
from mentoring.configuration import Parsed, Problem, extends_of, parse_layers
from mentoring.facts import Place, RepositoryFacts
from mentoring.roster import Program

OURS = timedelta(hours=24)  # a push tells us sooner
RECENT = timedelta(hours=1)
OTHERS = timedelta(minutes=15)  # nobody tells us when another owner's file changes


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

    def id_of(self, login: str) -> int | None:
        return self.ids.get(login.lower())

    def login_of(self, person_id: int | None) -> str | None:
        """The login under which the roster knows this person."""
        logins = (m.login for _, m in self.program.members() if self.id_of(m.login) == person_id)
        return next(logins, None) if person_id is not None else None

    def in_roster(self, person_id: int) -> bool:
        """Whether the person is a member or an organizer: nobody to be greeted as new."""
        return person_id in self.ids.values()


@dataclass(frozen=True)
class Layer:
    """One of the files that make up a configuration."""

    slug: str
    source: str
    repository_id: int | None
    sha: str | None
    text: str
    good: list[list[Any]] | None


@dataclass(frozen=True)
class Files:
    """The files that count for a repository, the nearest first, and what is wrong with them."""

    layers: tuple[Layer, ...] = ()
    unread: str | None = None  # the extended file, where it cannot be read

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        return tuple((layer.slug, layer.text) for layer in self.layers)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of the newest texts."""
        if self.unread:
            where = self.layers[0].slug
            return (Problem(1, 1, f"`_extends` names {self.unread}, whose file cannot be read", where),)
        return _parse(self.texts).problems if self.layers else ()

    @property
    def version(self) -> str:
        """Names these texts, and no others."""
        return hashlib.sha256(
            "\0".join(f"{one.slug}\0{one.text}" for one in self.layers).encode()
        ).hexdigest()


@lru_cache(maxsize=256)
def _parse(texts: tuple[tuple[str, str], ...]) -> Parsed:
    """The same texts always mean the same, so that a busy repository's file is parsed once."""
    return parse_layers(texts)


def load(context: Context, installation_id: int, repository_id: int) -> Loaded | None:
    """The repository's program as it is in force; None: there is no (good) file, so the App stays silent."""
    github = context.github.installation(installation_id)
    place = _place(context, github, installation_id, repository_id)
    files = _files(context, github, place)
    layers = _in_force(context, place, files)
    parsed = _parse(tuple((layer.slug, layer.text) for layer in layers)) if layers else None
    if parsed is None or parsed.program is None:
        return None
    home = _home(context, github, place, layers, parsed)
    if home is None:
        return None
    _resolve(context, github, _logins(parsed.program))
    _note(context, github, place, home, layers)
    return _loaded(context, parsed.program, place, home, files.problems)


def _loaded(
    context: Context, program: Program, place: Place, home: Place, problems: tuple[Problem, ...]
) -> Loaded:
    with context.ledger.read() as connection:
        ids = people.resolved(connection, _logins(program))
        names = people.names(connection, ids.values())
        taken = tuple(people.taken(connection, _logins(program)))
    return Loaded(program, place, home, ids, names, problems, taken)


def reload(context: Context, installation_id: int, repository_id: int) -> tuple[Place, Files]:
    """Reads the repository's own file again, whatever its age."""
    github = context.github.installation(installation_id)
    place = _place(context, github, installation_id, repository_id)
    with context.ledger.write() as connection:
        long_ago = context.now() - timedelta(days=365)
        ledger.outdate(connection, installation_id, str(repository_id), long_ago)
    return place, _files(context, github, place)


def recheck(context: Context, loaded: Loaded) -> Loaded:
    """Looks up every login of the roster again: a person may have been renamed, a login taken by another."""
    github = context.github.installation(loaded.place.installation_id)
    _resolve(context, github, _logins(loaded.program), again=True)
    return _loaded(context, loaded.program, loaded.place, loaded.home, loaded.problems)


def _place(context: Context, github: Installation, installation_id: int, repository_id: int) -> Place:
    with context.ledger.read() as connection:
        row = places.repository(connection, repository_id)
    if row is not None:
        return Place(repository_id, row.full_name, row.private, installation_id)
    facts = reads.repository_facts(github.get(f"/repositories/{repository_id}"))
    with context.ledger.write() as connection:
        _see(connection, facts, installation_id, context.now())
    return Place(repository_id, facts.full_name, facts.private, installation_id)


def _see(connection: Connection, facts: RepositoryFacts, installation_id: int | None, now: datetime) -> None:
    places.see_repository(connection, now, installation_id=installation_id, **asdict(facts))


def _files(context: Context, github: Installation, place: Place) -> Files:
    """The file that counts for a repository, and the one it extends."""
    owner = place.full_name.partition("/")[0]
    own = _layer(context, github, place, place.full_name)
    own = own or _layer(context, github, place, f"{owner}/.github")
    if own is None:
        return Files()
    farther = extends_of(own.text)
    if farther is None or farther.lower() == own.slug.lower():
        return Files((own,))
    extended = _layer(context, github, place, farther)
    return Files((own, extended)) if extended else Files((own,), unread=farther)


def _layer(context: Context, github: Installation, place: Place, slug: str) -> Layer | None:
    row = _cached(context, github, place, slug)
    if row is None or row.text is None:
        return None
    return Layer(slug, row.source, row.repository_id, row.sha, row.text, row.good)


def _cached(context: Context, github: Installation, place: Place, slug: str) -> Any:
    installation_id = place.installation_id
    with context.ledger.read() as connection:
        repository_id = _installed(connection, place, slug)
        source = str(repository_id or slug.lower())
        row = ledger.get(connection, installation_id, source)
    age = OURS if repository_id else OTHERS
    if row is not None and row.read_at > context.now() - age:
        return row
    new = reads.configuration_file(github, repository_id or slug, row.etag if row else None)
    values: dict[str, Any] = {}
    if new is not None:
        values = {"etag": new.etag, "sha": new.sha, "text": new.text}
        values["repository_id"] = repository_id or _id_of(github, slug, new)
    with context.ledger.write() as connection:
        ledger.keep(connection, installation_id, source, context.now(), **values)
        return ledger.get(connection, installation_id, source)


def _installed(connection: Connection, place: Place, slug: str) -> int | None:
    """The id of a repository of the same installation: of it we hear every push, and renames do not matter."""
    if slug == place.full_name:
        return place.id
    row = places.repository_named(connection, slug)
    return int(row.id) if row is not None and row.installation_id == place.installation_id else None


def _id_of(github: Installation, slug: str, file: reads.File) -> int | None:
    """The id of another owner's repository that holds a file; without one nobody needs it."""
    facts = reads.repository(github, slug) if file.text is not None else None
    return facts.id if facts else None


def _in_force(context: Context, place: Place, files: Files) -> tuple[Layer, ...]:
    """The newest texts if they are good, and they are kept as such; else the last good ones, together."""
    if not files.layers:
        return ()
    nearest = files.layers[0]
    if files.problems:
        return tuple(
            Layer(slug, "", repository_id, None, text, None)
            for slug, repository_id, text in nearest.good or ()
        )
    texts = [[layer.slug, layer.repository_id, layer.text] for layer in files.layers]
    if texts != nearest.good:
        with context.ledger.write() as connection:
            ledger.set_good(connection, place.installation_id, nearest.source, texts)
    return files.layers


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
        _see(connection, facts, None, context.now())
    return Place(facts.id, facts.full_name, facts.private, 0)


def _note(context: Context, github: Installation, place: Place, home: Place, layers: Sequence[Layer]) -> None:
    """Takes down what the home's file says, once for each of its versions: dates and statements."""
    with context.ledger.read() as connection:
        known, row = places.repository(connection, place.id), programs.get(connection, home.id)
    if known and known.program_id != home.id:
        with context.ledger.write() as connection:
            places.join_program(connection, place.id, home.id)
    if place.id != home.id and home.installation_id and row:
        return  # the home speaks for itself
    files = Files(tuple(la for la in layers if place.id == home.id or la.repository_id == home.id))
    program = _parse(files.texts).program if files.layers else None
    if program is None or (row and row.version == files.version):
        return
    _resolve(context, github, _logins(program), again=True)
    with context.ledger.write() as connection:
        ids, now = people.resolved(connection, _logins(program)), context.now()
        if programs.see(connection, home.id, program.name, files.version, now):
            _note_dates(connection, program, home, ids, now)
            _note_statements(connection, program, home, ids, now)


def _note_dates(
    connection: Connection, program: Program, home: Place, ids: dict[str, int | None], now: datetime
) -> None:
    asked = asked_before.asked(connection, home.id)
    for cohort in program.cohorts:
        first_seen = programs.see_cohort(connection, home.id, cohort.name, now)
        due = invitations.due_at(program, cohort, first_seen)
        programs.schedule_cohort(connection, home.id, cohort.name, due)
        members = [(member, ids.get(member.login.lower())) for member in cohort.members]
        if any(person_id not in asked for _, person_id in invitations.to_ask(cohort, members)):
            programs.reopen_cohort(connection, home.id, cohort.name)
    row = programs.get(connection, home.id)
    if row and row.digest_due_at and row.digest_due_at <= now:
        return  # this week's is due already; posting it schedules the next
    due = digest.next_due(program, program.digest, now) if program.digest else None
    programs.schedule_digest(connection, home.id, due)


def _note_statements(
    connection: Connection, program: Program, home: Place, ids: dict[str, int | None], now: datetime
) -> None:
    for _, member in program.members():
        person_id = ids.get(member.login.lower())
        if person_id is not None:
            people.see(connection, person_id, member.login)
            programs.roster_says(connection, home.id, person_id, member.mentoring, now)


def _logins(program: Program) -> list[str]:
    captains = [cohort.captain for cohort in program.cohorts if cohort.captain]
    return [*(member.login for _, member in program.members()), *program.organizers, *captains]


def _resolve(context: Context, github: Installation, logins: Iterable[str], *, again: bool = False) -> None:
    """Looks up each login once; a request each, and the answer is kept at once in case a limit comes.

    `again`: all of them, since people are renamed and a login may be somebody else's by now – but those
    of the last hour, so that a large roster goes on where a limit or a time-out stopped it.
    """
    wanted = sorted({login.lower() for login in logins})
    with context.ledger.read() as connection:
        known = people.known_ids(connection, wanted)
        recent = people.looked_up_since(connection, wanted, context.now() - RECENT)
    for login in wanted:
        if login not in known or (again and login not in recent):
            found = reads.person(github, login)
            with context.ledger.write() as connection:
                people.resolve(connection, login, found[0] if found else None, context.now())
                if found and known.get(login) in (None, found[0]):
                    people.see(connection, *found)
