"""A certificate as its page shows it: what it states, in the names of today, with the evidence that everybody may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters import links, signing
from adapters.context import Context
from adapters.ledger import certificates as ledger
from adapters.ledger import languages, people
from mentoring import certificate as rules
from mentoring.certificate import MENTOR, Certificate


@dataclass(frozen=True)
class Thread:
    """A thread in a public repository."""

    name: str
    url: str


@dataclass(frozen=True)
class Shown:
    """A certificate in force. `token`: its statement, signed; `key`: the key's id."""

    id: str
    one: Certificate
    login: str
    profile: str
    url: str
    evidence: Sequence[Thread]
    statement: dict[str, Any]
    token: str
    key: str
    language: str  # of the program; "": not known


@dataclass(frozen=True)
class TakenBack:
    """One that was taken back: nothing more is told of it."""

    id: str
    at: datetime


def read(context: Context, certificate_id: str) -> Shown | TakenBack | None:
    """The certificate of this id; None if there never was one, or whoever it named asked to be forgotten."""
    with context.ledger.read() as connection:
        row = ledger.get(connection, certificate_id)
        if row is None:
            return None
        if row.revoked_at is not None:
            return TakenBack(row.id, row.revoked_at)
        login = people.names(connection, [row.person_id]).get(row.person_id, "ghost")
        evidence = _evidence(context, connection, row)
        seed = ledger.seeds(connection)[0]
        language = languages.spoken(connection, row.program_id, None).language
    return _shown(context, row, login, evidence, seed, language)


def keys(context: Context) -> list[dict[str, str]]:
    """The public keys, the newest first."""
    with context.ledger.read() as connection:
        return [signing.public(seed) for seed in ledger.seeds(connection)]


def _shown(
    context: Context, row: Any, login: str, evidence: Sequence[Thread], seed: str, language: str
) -> Shown:
    one = certificate_of(row)
    url, profile = address(context, row.id), f"{context.settings.html_url}/{login}"
    statement = rules.statement(
        one,
        address=url,
        site=context.settings.public_url,
        person={"id": row.person_id, "login": login, "profile": profile},
        evidence=[(thread.url, thread.name) for thread in evidence],
    )
    token, key = signing.sign(seed, statement), signing.public(seed)["kid"]
    return Shown(row.id, one, login, profile, url, evidence, statement, token, key, language)


def address(context: Context, certificate_id: str) -> str:
    """Where a certificate is."""
    return f"{context.settings.public_url}/certificates/{certificate_id}"


def certificate_of(row: Any) -> Certificate:
    """What is certified, from its row."""
    return Certificate(row.kind, row.program, row.noun, row.helped, row.merged, row.since, row.issued_at)


def _evidence(context: Context, connection: Connection, row: Any) -> Sequence[Thread]:
    read_from = ledger.helped_on if row.kind == MENTOR else ledger.merged_on
    return [
        Thread(f"{one.full_name}#{one.number}", links.address(context.settings, one.full_name, one.number))
        for one in read_from(connection, row.program_id, row.person_id, row.issued_at)
    ]
