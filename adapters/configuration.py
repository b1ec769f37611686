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
from adapters.ledger import files, people, places, programs
from mentoring import digest, invitations
from mentoring.configuration import Parsed, Problem, extends_of, parse_layers
from mentoring.facts import Place, RepositoryFacts
from mentoring.roster import Program

OURS = timedelta(hours=24)  # a push tells us sooner
OTHERS = timedelta(minutes=15)  # nobody tells us when another owner's file changes


@dataclass(frozen=True)
class Loaded:
    """A repository's program, with its home and the ids of the people in its roster."""

    program: Program
    place: Place
    home: Place
    ids: dict[str, int | None]  # by login in lower case
    problems: tuple[Problem, ...] = ()

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
class _Layer:
    slug: str
    repository_id: int | None
    sha: str | None
    text: str
    good_text: str | None


@lru_cache(maxsize=256)
def _parse(layers: tuple[tuple[str, str], ...]) -> Parsed:
    """The same texts always mean the same, so that a busy repository's file is parsed once."""
    return parse_layers(layers)


def load(context: Context, installation_id: int, repository_id: int) -> Loaded | None:
    """The repository's program as it is in force; None: there is no (good) file, so the App stays silent."""
    github = context.github.installation(installation_id)
    place = _place(context, github, installation_id, repository_id)
    layers = _layers(context, github, place.full_name)
    parsed = _in_force(context, layers)
    if parsed is None or parsed.program is None:
        return None
    home = _home(context, github, place, layers, parsed)
    if home is None:
        return None
    _resolve(context, github, _logins(parsed.program))
    _note(context, github, place, home, layers)
    return Loaded(parsed.program, place, home, _ids(context, parsed.program), check(layers))


def reload(context: Context, installation_id: int, repository_id: int) -> tuple[Problem, ...]:
    """Reads the repository's own file again, whatever its age; what is wrong with it now."""
    github = context.github.installation(installation_id)
    place = _place(context, github, installation_id, repository_id)
    with context.ledger.write() as connection:
        files.outdate(connection, place.full_name, context.now() - timedelta(days=365))
    return check(_layers(context, github, place.full_name))


def check(layers: Sequence[_Layer]) -> tuple[Problem, ...]:
    """The problems of the newest texts."""
    return _parse(tuple((layer.slug, layer.text) for layer in layers)).problems if layers else ()


def version_of(context: Context, slug: str) -> str | None:
    """The version (blob) of a repository's own file, as last read."""
    with context.ledger.read() as connection:
        row = files.get(connection, slug)
    return row.sha if row else None


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


def _layers(context: Context, github: Installation, slug: str) -> list[_Layer]:
    """The file that counts for a repository, and the one it extends."""
    owner = slug.partition("/")[0]
    own = _layer(context, github, slug) or _layer(context, github, f"{owner}/.github")
    if own is None:
        return []
    farther = extends_of(own.text)
    extended = _layer(context, github, farther) if farther and farther.lower() != own.slug.lower() else None
    return [own, extended] if extended else [own]


def _layer(context: Context, github: Installation, slug: str) -> _Layer | None:
    row = _cached(context, github, slug)
    if row is None or row.text is None:
        return None
    return _Layer(slug, row.repository_id, row.sha, row.text, row.good_text)


def _cached(context: Context, github: Installation, slug: str) -> Any:
    with context.ledger.read() as connection:
        row = files.get(connection, slug)
        repository = places.repository_named(connection, slug)
    age = OURS if repository is not None and repository.installation_id else OTHERS
    if row is not None and row.read_at > context.now() - age:
        return row
    new = reads.configuration_file(github, slug, row.etag if row else None)
    repository_id = repository.id if repository else _id_of(github, slug, new)
    with context.ledger.write() as connection:
        if new is None:
            files.keep(connection, slug, context.now())
        else:
            values = {"etag": new.etag, "sha": new.sha, "text": new.text, "repository_id": repository_id}
            files.keep(connection, slug, context.now(), **values)
        return files.get(connection, slug)


def _id_of(github: Installation, slug: str, file: reads.File | None) -> int | None:
    """The id of another owner's repository that holds a file; without one nobody needs it."""
    facts = reads.repository(github, slug) if file and file.text is not None else None
    return facts.id if facts else None


def _in_force(context: Context, layers: Sequence[_Layer]) -> Parsed | None:
    """The newest texts if they are good, and they are kept as such; else the last good ones."""
    if not layers:
        return None
    newest = _parse(tuple((layer.slug, layer.text) for layer in layers))
    if newest.program is not None and not newest.problems:
        _keep_good(context, layers)
        return newest
    good = tuple((layer.slug, layer.good_text) for layer in layers if layer.good_text is not None)
    return _parse(good) if good else None


def _keep_good(context: Context, layers: Sequence[_Layer]) -> None:
    changed = [layer for layer in layers if layer.text != layer.good_text]
    if not changed:
        return
    with context.ledger.write() as connection:
        for layer in changed:
            files.set_good(connection, layer.slug, layer.text)


def _home(
    context: Context, github: Installation, place: Place, layers: Sequence[_Layer], parsed: Parsed
) -> Place | None:
    """The repository whose file holds the cohorts (or, without any, the program's name)."""
    slug = (parsed.cohorts_from or parsed.program_from or place.full_name).lower()
    if slug == place.full_name.lower():
        return place
    layer = next(layer for layer in layers if layer.slug.lower() == slug)
    with context.ledger.read() as connection:
        row = places.repository(connection, layer.repository_id) if layer.repository_id else None
    if row is None:
        facts = reads.repository(github, slug)
        if facts is None:
            return None
        with context.ledger.write() as connection:
            _see(connection, facts, None, context.now())
        return Place(facts.id, facts.full_name, facts.private, 0)
    return Place(row.id, row.full_name, row.private, row.installation_id or 0)


def _note(
    context: Context, github: Installation, place: Place, home: Place, layers: Sequence[_Layer]
) -> None:
    """Takes down what the home's file says, once for each of its versions: dates and statements."""
    texts = tuple((la.slug, la.text) for la in layers if _speaks_for(la, place, home))
    program = _parse(texts).program
    version = hashlib.sha256("\0".join(text for _, text in texts).encode()).hexdigest()
    with context.ledger.read() as connection:
        known, row = places.repository(connection, place.id), programs.get(connection, home.id)
    if known and known.program_id != home.id:
        with context.ledger.write() as connection:
            places.join_program(connection, place.id, home.id)
    if program is None or (row and row.version == version):
        return
    _resolve(context, github, _logins(program), again=True)
    ids, now = _ids(context, program), context.now()
    with context.ledger.write() as connection:
        if programs.see(connection, home.id, program.name, version, now):
            _note_dates(connection, program, home, now)
            _note_statements(connection, program, home, ids, now)


def _speaks_for(layer: _Layer, place: Place, home: Place) -> bool:
    """Whether the layer counts for the program itself, and not only for this repository of it."""
    return place.id == home.id or layer.slug.lower() == home.full_name.lower()


def _note_dates(connection: Connection, program: Program, home: Place, now: datetime) -> None:
    for cohort in program.cohorts:
        first_seen = programs.see_cohort(connection, home.id, cohort.name, now)
        due = invitations.due_at(program, cohort, first_seen)
        programs.schedule_cohort(connection, home.id, cohort.name, due)
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

    `again`: those too that nobody had when they were looked up last.
    """
    wanted = sorted({login.lower() for login in logins})
    with context.ledger.read() as connection:
        known = people.resolved(connection, wanted)
    for login in wanted:
        if login not in known or (again and known[login] is None):
            found = reads.person(github, login)
            with context.ledger.write() as connection:
                people.resolve(connection, login, found[0] if found else None, context.now())


def _ids(context: Context, program: Program) -> dict[str, int | None]:
    with context.ledger.read() as connection:
        return people.resolved(connection, _logins(program))
