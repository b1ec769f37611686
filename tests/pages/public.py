"""Programs as the ledger knows them, with their mentors: what the public pages are made of."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from adapters.context import Context
from adapters.ledger import files, listing, places, programs, schema

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
OWNER = "djangonaut-space"
INSTALLATION = 7


@dataclass(frozen=True)
class Somebody:
    """A member of a cohort, as the roster has them and as they spoke."""

    login: str
    id: int
    entry: Mapping[str, Any] = field(default_factory=dict)
    listed: bool = True
    said: Mapping[str, Any] = field(default_factory=dict)


def a_program(
    context: Context,
    people: Sequence[Somebody],
    *,
    home: int = 42,
    name: str = "Djangonaut Space",
    private: bool = False,
    **top: Any,
) -> None:
    """A program whose home has this number, with one cohort."""
    slug, now = f"{OWNER}/home-{home}", context.now()
    with context.ledger.write() as connection:
        places.see_installation(connection, INSTALLATION, now, OWNER)
        values = {"id": home, "full_name": slug, "installation_id": INSTALLATION, "private": private}
        places.see_repository(connection, now, **values, default_branch="main", archived=False)
        places.join_program(connection, home, home)
        files.keep(connection, INSTALLATION, str(home), now, sha="one", text="is there", repository_id=home)
    write(context, people, home=home, name=name, **top)
    with context.ledger.write() as connection:
        known(connection, people, home, now)


def write(context: Context, people: Iterable[Somebody], *, home: int = 42, name: str, **top: Any) -> None:
    """The program's file, as it is in force from now on."""
    members = [{"login": one.login, "mentoring": "agreed", **one.entry} for one in people]
    cohort = {"name": top.pop("cohort", "Session 4"), "starts": "2026-01-01", "ends": "2026-02-01"}
    text = json.dumps(
        {"program": name, **top, "cohorts": [{**cohort, "members": members}]}, ensure_ascii=False
    )
    with context.ledger.write() as connection:
        files.set_good(connection, INSTALLATION, str(home), [[f"{OWNER}/home-{home}", home, text]])
        programs.see(connection, home, name, str(hash(text)), context.now())


def known(connection: Any, people: Iterable[Somebody], home: int, now: datetime) -> None:
    people = list(people)
    for one in people:
        row = {"login": one.login.lower(), "person_id": one.id, "resolved_at": LONG_AGO}
        connection.execute(schema.logins.delete().where(schema.logins.c.login == row["login"]))
        connection.execute(insert(schema.logins).values(row))
        connection.execute(schema.people.delete().where(schema.people.c.id == one.id))
        connection.execute(insert(schema.people).values(id=one.id, login=one.login))
        word = {"program_id": home, "person_id": one.id, "roster": "agreed", "changed_at": LONG_AGO}
        connection.execute(insert(schema.mentors).values(word | dict(one.said)))
        if one.listed:
            listing.person_says(connection, one.id, True, now, "/mentor list")


def newcomers_of(context: Context, person_id: int, number: int, home: int = 42) -> None:
    """So many open mentorships."""
    since = context.now() - timedelta(days=1)
    with context.ledger.write() as connection:
        for n in range(number):
            thread = {"repository_id": home, "number": person_id * 100 + n, "kind": "pull"}
            values = {
                "program_id": home,
                "newcomer_id": 9_000_000 + n,
                "mentor_id": person_id,
                "since": since,
            }
            connection.execute(insert(schema.mentorships).values(thread | values))


def a_starter(
    context: Context,
    number: int,
    title: str | None,
    mentor_id: int,
    labels: Sequence[str] = (),
    *,
    repository: int = 42,
    program: int = 42,
    **more: Any,
) -> None:
    """A good first issue with a mentor's name."""
    values = {"repository_id": repository, "number": number, "program_id": program, "mentor_id": mentor_id}
    words = {"kind": "starter", "since": LONG_AGO, "title": title, "labels": list(labels)}
    with context.ledger.write() as connection:
        connection.execute(insert(schema.starters).values(values | words | more))


def a_repository(context: Context, number: int, *, program: int = 42, private: bool = False) -> None:
    """A further repository of a program."""
    slug = f"{OWNER}/repository-{number}"
    with context.ledger.write() as connection:
        values = {"id": number, "full_name": slug, "installation_id": INSTALLATION, "private": private}
        places.see_repository(connection, context.now(), **values, default_branch="main", archived=False)
        places.join_program(connection, number, program)
