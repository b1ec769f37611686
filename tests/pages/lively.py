"""A program in which much goes on, to look at.

The people, the roster and the rights are the sandbox's; what happened in three months is written into the ledger.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from adapters import settings as environment
from adapters.context import Context, open_context
from adapters.ledger import (
    availability,
    certificates,
    exit_question,
    invitations,
    mentorships,
    people,
    places,
    praise,
    programs,
    schema,
    sessions,
)
from adapters.ledger.release import release
from adapters.ledger.sessions import Session
from app import create_app
from jobs.program import load_program
from mentoring.certificate import MENTOR, Certificate, Kind
from sandbox.registration import APP_ID, register
from sandbox.server import serve
from sandbox.world import Repository, World
from tests.serving import listening, serving

NOW = datetime(2026, 11, 11, 15, tzinfo=UTC)  # a Wednesday
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
OWNER = "observatory"
HOME, PRIVATE = f"{OWNER}/dome", f"{OWNER}/vault"
FILE = ".github/lamplighter.yml"
SEED = 7

ROSTER = """\
program: {name}
organizers: [monalisa]
all_contributors: true
timezone: Europe/Rome
exit_question: true
cohorts:
"""
COHORT = """\
  - name: {name}
    starts: {starts}
    ends: {ends}
    members:
"""


@dataclass
class Place:
    """The App and a world with one organization; what a program is made of is told by the tests."""

    world: World
    context: Context
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    def repository(self, name: str, text: str = "", *, private: bool = False) -> Repository:
        files = {"README.md": "# Look up\n"} | ({FILE: text} if text else {})
        return self.world.repository(name, private=private, files=files)

    def begin(self, repository: Repository, installation_id: int) -> None:
        """The App gets to know a repository and its program, as it does with the first webhook."""
        with self.context.ledger.write() as connection:
            places.see_installation(connection, installation_id, NOW, OWNER)
            places.see_repository(
                connection,
                NOW,
                id=repository.id,
                full_name=repository.full_name,
                private=repository.private,
                installation_id=installation_id,
            )
        load_program(self.context, installation_id, repository.id, patient=True)

    def join(self, repository: Repository, installation_id: int, program_id: int) -> None:
        """A repository that takes part in another one's program."""
        self.begin(repository, installation_id)
        with self.context.ledger.write() as connection:
            places.join_program(connection, repository.id, program_id)

    def person(self, connection: Connection, login: str) -> int:
        user = self.world.user(login)
        people.see(connection, user.id, login)
        return user.id

    def thread(self, connection: Connection, program_id: int, **facts: Any) -> int:
        """A newcomer's thread; its number."""
        number = next(self.numbers)
        given = {"repository_id": program_id, "number": number, "program_id": program_id, "since": NOW}
        mentorships.begin(connection, given | facts)
        return number

    def starter(self, connection: Connection, program_id: int, **facts: Any) -> int:
        number = next(self.numbers)
        given = {"repository_id": program_id, "number": number, "program_id": program_id, "kind": "starter"}
        connection.execute(insert(schema.starters).values(given | {"since": NOW - WEEK} | facts))
        return number

    def asked(self, connection: Connection, program_id: int, cohort: str, person_id: int, state: str) -> None:
        key = f"repo {program_id} · invitation · {cohort} · person {person_id}"
        values = {"program_id": program_id, "cohort": cohort, "person_id": person_id, "issue_key": cohort}
        answered = None if state == "open" else NOW - 2 * WEEK
        values |= {"comment_key": key, "state": state, "asked_at": NOW - 3 * WEEK, "answered_at": answered}
        invitations.put(connection, values)
        if state in {"accepted", "declined"}:
            word = "yes" if state == "accepted" else "no"
            programs.person_says(connection, program_id, person_id, word, "/mentor accept", NOW - 2 * WEEK)


@contextmanager
def a_place(folder: Path, database_url: str = "") -> Iterator[Place]:
    """A world without webhooks, and the App's context in it; the clock stands still."""
    world = World(now=lambda: NOW)
    with serve(world, port=0):
        app = register(world, "a secret between GitHub and us")
        given = {
            "GITHUB_APP_ID": str(APP_ID),
            "GITHUB_PRIVATE_KEY": app.private_key_pem,
            "GITHUB_WEBHOOK_SECRET": "a secret between GitHub and us",
            "GITHUB_API_URL": world.base_url,
            "LAMPLIGHTER_DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "REDIS_URL": "unix:///nonexistent",
        }
        context = open_context(environment.load(given), now=lambda: world.now())
        try:
            if not database_url:
                release(context.ledger)
            world.organization(OWNER)
            world.user("monalisa")
            yield Place(world, context)
        finally:
            context.close()


def roster(name: str, cohorts: Sequence[tuple[str, int, Sequence[str]]]) -> str:
    """A file. `cohorts`: a name, how many weeks ago it ended, and the members."""
    text = ROSTER.format(name=name)
    for cohort, weeks, members in cohorts:
        ends = (NOW - weeks * WEEK).date()
        text += COHORT.format(name=cohort, starts=ends - 8 * WEEK, ends=ends)
        text += "".join(f"      - {{login: {one}}}\n" for one in members) or "      []\n"
    return text


ANSWERS = (
    ("A mentor who answered on a Sunday evening, and did not mind the third question.", "", True),
    (
        "",
        "The tests took an hour on my machine. I gave up twice.\nA smaller set to begin with would help.",
        False,
    ),
    ("It was the first project in which I was thanked.", "=SUM(A1:A2) <b>and</b> the acronyms", False),
)

# --- a lively one ---------------------------------------------------------------------------------

COHORTS = (("Spring", 30, 14), ("Summer", 17, 18), ("Autumn", 3, 12))
STATES = {"Spring": "aaaaaaalddoooo", "Summer": "aaaaaaaaalldddoooo", "Autumn": "aaaaalloooood"}
WORDS = {"a": "accepted", "l": "later", "d": "declined", "o": "open"}


def lively(place: Place, name: str = "Djangonaut Space") -> Repository:
    """Three cohorts and three months of newcomers; a private repository has some of them."""
    dice = random.Random(SEED)
    members = {cohort: [f"{cohort.lower()}-{n:02}" for n in range(many)] for cohort, _, many in COHORTS}
    members["Autumn"][:3] = ["octocat", "hubot", "mona"]
    text = roster(name, [(cohort, weeks, members[cohort]) for cohort, weeks, _ in COHORTS])
    for login in sum(members.values(), []):
        place.world.user(login)
    home = place.repository(HOME, text)
    vault = place.repository(PRIVATE, f"_extends: {HOME}\n", private=True)
    installation = place.world.install(OWNER, [HOME, PRIVATE])
    place.begin(home, installation.id)
    place.join(vault, installation.id, home.id)
    with place.context.ledger.write() as connection:
        mentors = _graduates(place, connection, home.id, members)
        issues = [
            place.starter(
                connection,
                home.id,
                mentor_id=dice.choice(mentors),
                since=NOW - dice.uniform(1, 80) * DAY,
                closed_at=NOW - dice.uniform(0, 20) * DAY if n % 3 == 0 else None,
                kind="starter" if n % 4 else "labelled",
            )
            for n in range(44)
        ]
        _newcomers(place, connection, dice, (home.id, vault.id), mentors, issues)
        _answers(place, connection, home.id)
    return home


def _answers(place: Place, connection: Connection, home_id: int) -> None:
    """What some said made them stay."""
    for n, (stayed, hindered, named) in enumerate(ANSWERS):
        person_id = place.person(connection, f"newcomer-{n + 1}")
        exit_question.answer(connection, home_id, person_id, stayed, hindered, named, NOW - n * WEEK)
    exit_question.ask(connection, home_id, place.world.user("monalisa").id, NOW)


def certified(place: Place, home: Repository, kind: Kind = MENTOR) -> str:
    """Somebody's certificate; its id."""
    one = Certificate(kind, "Djangonaut Space", "mentor", 7, 5, NOW - 20 * WEEK, NOW)
    with place.context.ledger.write() as connection:
        certificates.make_key(connection)
        return certificates.give(connection, home.id, place.person(connection, "octocat"), one)


def busy(place: Place, home: Repository, login: str = "octocat") -> None:
    """My page with all its parts for a mentor: newcomers, a draft of praise, a chain, a path, a certificate."""
    certified(place, home)
    with place.context.ledger.write() as connection:
        me = place.person(connection, login)
        others = {one: place.person(connection, one) for one in ("hubot", "mona", "monalisa", "newcomer-7")}
        for turn in ("mentor", "newcomer", "maintainers"):
            facts: dict[str, Any] = {"mentor_id": me, "newcomer_id": others["mona"], "turn": turn}
            facts |= {"turn_since": NOW - DAY, "answer_by": NOW + DAY if turn == "mentor" else None}
            place.thread(connection, home.id, since=NOW - 2 * DAY, **facts)
        second = {"mentor_id": others["hubot"], "second_id": me, "newcomer_id": others["newcomer-7"]}
        place.thread(connection, home.id, **second, since=NOW - DAY, turn_since=NOW - DAY)
        for kind in ("pull", "claim", "asked"):
            own = {"newcomer_id": me, "mentor_id": others["hubot"], "kind": kind, "turn": "newcomer"}
            place.thread(connection, home.id, **own, since=NOW - 20 * WEEK)
        place.thread(
            connection, home.id, newcomer_id=me, since=NOW - 30 * WEEK, closed_at=NOW - 29 * WEEK, merged=True
        )
        praise.put(
            connection,
            {"repository_id": home.id, "number": 1, "program_id": home.id, "newcomer_id": others["mona"]}
            | {
                "mentor_id": me,
                "files": 2,
                "added": 40,
                "removed": 3,
                "rounds": 1,
                "area": None,
                "tests": True,
            }
            | {"docs": False, "opened_at": NOW - 9 * DAY, "merged_at": NOW - 2 * DAY, "first": True},
        )


def _graduates(
    place: Place, connection: Connection, home_id: int, members: dict[str, list[str]]
) -> list[int]:
    mentors = []
    for cohort, logins in members.items():
        for login, state in zip(logins, STATES[cohort], strict=False):
            person_id = place.person(connection, login)
            place.asked(connection, home_id, cohort, person_id, WORDS[state])
            if state == "a":
                mentors.append(person_id)
    for person_id in mentors[2:5]:
        until = NOW + 9 * DAY
        availability.away(connection, home_id, person_id, NOW - DAY, until, None, (home_id, 1))
    return mentors


def _newcomers(
    place: Place,
    connection: Connection,
    dice: random.Random,
    homes: tuple[int, int],
    mentors: list[int],
    issues: list[int],
) -> None:
    names = iter(range(1, 1000))
    for week in range(26):
        for _ in range(dice.choice([3, 4, 5, 6, 7, 8, 9])):
            since = NOW - week * WEEK - (dice.uniform(0.1, 2) if not week else dice.uniform(0, 6.5)) * DAY
            login = f"newcomer-{next(names)}"
            _newcomer(place, connection, dice, homes, dice.choice(mentors), login, since, issues)


def _newcomer(
    place: Place,
    connection: Connection,
    dice: random.Random,
    homes: tuple[int, int],
    mentor_id: int,
    login: str,
    since: datetime,
    issues: list[int],
) -> None:
    age = NOW - since
    waited = timedelta(hours=dice.lognormvariate(1.6, 1.3))
    answered_at = since + waited if waited < age and dice.random() < 0.93 else None
    is_over = age > dice.uniform(5, 45) * DAY
    merged = is_over and answered_at is not None and dice.random() < 0.75
    ended = min(NOW - HOUR, since + dice.uniform(3, 20) * DAY)
    turn = "mentor" if answered_at is None else dice.choice(["newcomer"] * 4 + ["mentor", "maintainers"])
    person_id = place.person(connection, login)
    facts: dict[str, Any] = {
        "repository_id": homes[dice.random() < 0.12],
        "newcomer_id": person_id,
        "mentor_id": mentor_id if dice.random() < 0.95 else None,
        "since": since,
        "answer_by": since + 2 * DAY,
        "answered_at": answered_at,
        "turn": turn,
        "turn_since": max(answered_at, NOW - dice.uniform(0.1, 6) * DAY) if answered_at else since,
        "closed_at": ended if is_over else None,
        "merged": merged,
    }
    if issues and dice.random() < 0.3:
        facts |= {"starter_number": issues.pop(), "repository_id": homes[0]}
    place.thread(connection, homes[0], **facts)
    if merged and dice.random() < 0.3:
        claim = {"repository_id": homes[0], "number": next(place.numbers), "person_id": person_id}
        claim |= {"program_id": homes[0], "claimed_at": min(NOW, ended + 5 * DAY)}
        connection.execute(insert(schema.claims).values(claim))


# --- to look at -----------------------------------------------------------------------------------

COOKIE, KEY = "lamplighter-session", "the-key-of-an-organizer"


def signed_in(place: Place, login: str = "monalisa", key: str = KEY) -> None:
    """Somebody's session, whose cookie is COOKIE with this key."""
    person = place.world.user(login)
    session = Session(person.id, person.login, "form", NOW + DAY, frozenset(place.world.installations))
    with place.context.ledger.write() as connection:
        sessions.begin(connection, key, session)


@contextmanager
def shown(place: Place, home: Repository) -> Iterator[str]:
    """The pages over HTTP, with a session of the organizer's, whose cookie is COOKIE with KEY; the program's address."""
    signed_in(place)
    with serving(listening(create_app(place.context))) as url:
        yield f"{url}/programs/{home.id}"
