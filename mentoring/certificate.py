"""Certificates: who may have one, what is missing otherwise, and what a certificate states."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from mentoring.wording import Phrase, phrase, phrases

Kind = Literal["mentor", "newcomer"]
MENTOR: Kind = "mentor"
NEWCOMER: Kind = "newcomer"
MERGED = 3  # pull requests of a newcomer until the path is walked
CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


@dataclass(frozen=True)
class Done:
    """What somebody did in a program: newcomers helped up to an answer, how many of those up to the merge, and their
    own merged pull requests. `since`: when the first of each began, None without any. `was_new`: greeted as a newcomer.
    """

    helped: int = 0
    helped_merged: int = 0
    helped_since: datetime | None = None
    merged: int = 0
    merged_since: datetime | None = None
    steps: tuple[int, int] = (0, 0)  # of the program's path: how many have begun, and how many there are
    was_new: bool = False


@dataclass(frozen=True)
class Certificate:
    """What is stated: of `newcomer`, `merged` are their own pull requests; of `mentor`, those they helped to the end."""

    kind: Kind
    program: str
    noun: str
    helped: int
    merged: int
    since: datetime
    issued_at: datetime


def earned(done: Done, program: str, noun: str, now: datetime) -> tuple[Certificate, ...]:
    """The certificates that somebody may have, of each kind one at most."""
    found = []
    if done.helped and done.helped_since:
        given = (done.helped, done.helped_merged, done.helped_since)
        found.append(Certificate(MENTOR, program, noun, *given, now))
    if _has_walked(done) and done.merged_since:
        found.append(Certificate(NEWCOMER, program, noun, 0, done.merged, done.merged_since, now))
    return tuple(found)


def _has_walked(done: Done) -> bool:
    """Whether a newcomer walked the path to its last step, with a merge on it; where there is none, three merges do."""
    begun, of = done.steps
    return done.was_new and (done.merged > 0 and begun == of if of else done.merged >= MERGED)


def missing(done: Done, noun: str) -> Phrase:
    """To somebody who may not have one yet: one sentence on what is missing."""
    if done.merged and not done.was_new:
        return phrase(
            "The certificate of contribution is for those who came here as newcomers, and you knew your way already; "
            "helping one newcomer as %(noun)s gives you one of mentoring.",
            noun=noun,
        )
    if of := done.steps[1]:
        return phrase(
            "A certificate comes with the last step of the path: `/mentor path` shows which of the %(of)s you are on; "
            "helping one newcomer as %(noun)s gives you one, too.",
            of=of,
            noun=noun,
        )
    return phrases(
        "You are %(count)s merged pull request away from a certificate here; "
        "helping one newcomer as %(noun)s gives you one, too.",
        "You are %(count)s merged pull requests away from a certificate here; "
        "helping one newcomer as %(noun)s gives you one, too.",
        MERGED - done.merged,
        noun=noun,
    )


TITLES = {
    MENTOR: phrase("Certificate of mentoring"),
    NEWCOMER: phrase("Certificate of contribution"),
}


def title(one: Certificate) -> Phrase:
    """What the certificate is called."""
    return TITLES[one.kind]


def told(one: Certificate) -> str:
    """What was done, as a sentence about whoever did it, without a name."""
    if one.kind == NEWCOMER:
        return f"{_many(one.merged, 'pull request')} merged, from the first one on."
    up_to = f", {one.merged} of them up to the merge" if one.merged else ""
    return f"{_many(one.helped, 'newcomer')} helped as {one.noun}{up_to}."


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def statement(
    one: Certificate,
    *,
    address: str,
    site: str,
    person: Mapping[str, Any],
    evidence: Iterable[tuple[str, str]],
) -> dict[str, Any]:
    """The certificate as a Verifiable Credential in the shape of Open Badges 3.0; plain JSON values, in English.

    `address`: its page. `site`: where Lamplighter is. `person`: `id` and `login` on GitHub, and `profile`, an address.
    `evidence`: pairs of an address and what it is called.
    """
    return {
        "@context": list(CONTEXT),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "id": address,
        "issuer": {"id": site, "type": ["Profile"], "name": f"{one.program}, by Lamplighter"},
        "validFrom": _moment(one.issued_at),
        "name": f"{title(one)}: {one.program}",
        "credentialSubject": {
            "id": person["profile"],
            "type": ["AchievementSubject"],
            "identifier": [_identity("login", person["login"]), _identity("id", str(person["id"]))],
            "activityStartDate": _moment(one.since),
            "activityEndDate": _moment(one.issued_at),
            "narrative": told(one),
            "achievement": {
                "id": f"{site}/certificates#{one.kind}",
                "type": ["Achievement"],
                "name": title(one),
                "description": f"{title(one)} in {one.program}.",
                "criteria": {"narrative": CRITERIA[one.kind]},
            },
        },
        "evidence": [{"id": where, "type": ["Evidence"], "name": name} for where, name in evidence],
        "credentialStatus": {"id": f"{address}.json", "type": "LamplighterState"},
    }


CRITERIA = {
    MENTOR: phrase(
        "Helped at least one newcomer to the project as their named mentor, up to a person's answer or the merge."
    ),
    NEWCOMER: phrase(
        "Came as a newcomer, had pull requests merged, and walked the program's path for newcomers to its last "
        "step; where a program has no path, had at least %(merged)s pull requests merged.",
        merged=MERGED,
    ),
}


def _identity(kind: str, value: str) -> dict[str, Any]:
    return {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": value,
        "identityType": f"ext:github-{kind}",
    }


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
