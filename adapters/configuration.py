"""A repository's configuration: read through the API, cached, checked, and the people in it resolved."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from adapters import reads
from adapters.context import Context
from adapters.github import Installation
from adapters.ledger import files as ledger
from adapters.ledger import places
from mentoring.configuration import Parsed, Problem, extends_of, parse_layers
from mentoring.facts import Place, RepositoryFacts
from mentoring.roster import Program
from mentoring.wording import phrase

OURS = timedelta(hours=24)  # a push tells us sooner
RECENT = timedelta(hours=1)
OTHERS = timedelta(minutes=15)  # nobody tells us when another owner's file changes


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
            what = phrase("`_extends` names %(other)s, whose file cannot be read", other=self.unread)
            return (Problem(1, 1, what, where),)
        return parse(self.texts).problems if self.layers else ()

    @property
    def version(self) -> str:
        """Names these texts, and no others."""
        return version_of(self.texts)


def version_of(texts: Iterable[tuple[str, str]]) -> str:
    """Names these texts, each with its repository's name, and no others."""
    return hashlib.sha256("\0".join(f"{slug}\0{text}" for slug, text in texts).encode()).hexdigest()


@lru_cache(maxsize=256)
def parse(texts: tuple[tuple[str, str], ...]) -> Parsed:
    """What the texts mean, which is always the same: a busy repository's file is parsed once."""
    return parse_layers(texts)


def program_of(texts: tuple[tuple[str, str], ...]) -> Program | None:
    """The program of texts that are in force: should its own words be wrong by now, in ours. None: it cannot be used."""
    parsed = parse(texts) if texts else None
    return (parsed.program or parsed.spare) if parsed else None


@lru_cache(maxsize=256)
def _extends(text: str) -> str | None:
    """The repository that a text extends, if any."""
    return extends_of(text)


def reload(context: Context, installation_id: int, repository_id: int) -> tuple[Place, Files]:
    """Reads the repository's own file again, whatever its age."""
    github = context.github.installation(installation_id)
    place = place_of(context, github, installation_id, repository_id)
    with context.ledger.write() as connection:
        # No older than that: it is in force until it is read, and what is old is cleaned away.
        ledger.outdate(connection, installation_id, str(repository_id), context.now() - OURS)
    return place, read(context, github, place)


def place_of(context: Context, github: Installation, installation_id: int, repository_id: int) -> Place:
    with context.ledger.read() as connection:
        row = places.repository(connection, repository_id)
    if row is not None:
        return Place(repository_id, row.full_name, row.private, installation_id)
    facts = reads.repository_facts(github.get(f"/repositories/{repository_id}"))
    with context.ledger.write() as connection:
        see(connection, facts, installation_id, context.now())
    return Place(repository_id, facts.full_name, facts.private, installation_id)


def see(connection: Connection, facts: RepositoryFacts, installation_id: int | None, now: datetime) -> None:
    places.see_repository(connection, now, installation_id=installation_id, **asdict(facts))


def read(context: Context, github: Installation, place: Place) -> Files:
    """The file that counts for a repository, and the one it extends."""
    owner = place.full_name.partition("/")[0]
    own = _layer(context, github, place, place.full_name)
    own = own or _layer(context, github, place, f"{owner}/.github")
    return _with_extended(context, github, place, own) if own else Files()


def _with_extended(context: Context, github: Installation, place: Place, own: Layer) -> Files:
    farther = _extends(own.text)
    if farther is None or farther.lower() == own.slug.lower():
        return Files((own,))
    extended = _layer(context, github, place, farther)
    return Files((own, extended)) if extended else Files((own,), unread=farther)


def known(context: Context, place: Place) -> tuple[tuple[str, str], ...]:
    """The texts in force for a repository, as they were last read: GitHub is not asked."""
    owner = place.full_name.partition("/")[0]
    with context.ledger.read() as connection:
        for slug in (place.full_name, f"{owner}/.github"):
            repository_id = _installed(connection, place, slug)
            row = ledger.get(connection, place.installation_id, str(repository_id or slug.lower()))
            if row is not None and row.text is not None:
                return tuple((name, text) for name, _, text in row.good or ())
    return ()


def read_at(context: Context, github: Installation, place: Place, commit: str) -> Files:
    """The repository's own file as it is in a commit, and the one it extends as that is now. Nothing of it is kept."""
    file = reads.configuration_at(github, place.id, commit)
    if file.text is None:
        return Files()
    own = Layer(place.full_name, str(place.id), place.id, file.sha, file.text, None)
    return _with_extended(context, github, place, own)


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


def in_force(context: Context, place: Place, files: Files) -> tuple[Layer, ...]:
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
