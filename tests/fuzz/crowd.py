"""Many people on few threads of a few programs, within an hour: what they do, and how it has to end."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import or_, select

from adapters.ledger import Ledger, schema
from adapters.ledger.claims import LINKED
from sandbox.demo.scenes import digest_day
from sandbox.records import Delivery
from sandbox.world import World
from tests.journeys.house import BOT, MARKER
from tests.journeys.programs import FILE

HOME = """\
program: Program {number}
organizers: [organizer-{number}]
answer_within_is: 0
digest: {{weekday: {digest_day}}}
cohorts:
  - name: One
    starts: 2026-01-01
    ends: 2026-02-01
    invite: false
    members:
{members}
  - name: Two
    starts: {starts}
    ends: {ends}
    members:
      - {{login: graduate-{number}-a}}
      - {{login: graduate-{number}-b}}
"""
KIND = re.compile(r"<!-- lamplighter:(\w+) ")
CAPACITY = 3
STEADY, CHANGING, COMING = 6, 4, 4
NEWCOMERS, ISSUES = 14, 2
AHEAD = timedelta(hours=2)


@dataclass
class Crowd:
    """Programs that span installations, the people in them, and what they said last."""

    world: World
    programs: int
    installations: int
    draw: Random
    homes: list[str] = field(default_factory=list)
    places: dict[int, list[str]] = field(default_factory=dict)
    pulls: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    issues: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # the last word of each mentor about themselves

    def settle_in(self) -> None:
        """The programs, before anything happens in them."""
        for number in range(self.programs):
            self._program(number)

    def _program(self, number: int) -> None:
        world, home = self.world, f"home-{number}/program"
        for login in self._mentors(number) + self._newcomers(number):
            world.user(login)
        for login in (f"organizer-{number}", f"graduate-{number}-a", f"graduate-{number}-b"):
            world.user(login)
        names = [home, *(f"owner-{number}-{one}/project" for one in range(1, self.installations))]
        for name in names:
            owner = name.split("/")[0]
            world.organization(owner, members=[f"organizer-{number}"])
            text = self.file(number, 2) if name == home else f"_extends: {home}\n"
            world.repository(name, files={FILE: text, "README.md": "# Hello\n"})
            world.collaborator(name, f"organizer-{number}", role="maintain")
        self.homes.append(home)
        self.places[number], self.pulls[number], self.issues[number] = names, [], []
        for name in names:
            world.install(name.split("/")[0], [name])
            for _ in range(ISSUES):
                issue = world.open_issue(name, f"organizer-{number}", "Easy", labels=["good first issue"])
                self.issues[number].append((name, issue.number))

    def file(self, number: int, days: int) -> str:
        members = [
            f"      - {{login: {one}, mentoring: agreed, capacity: {CAPACITY}}}"
            for one in self._mentors(number)
        ]
        today = datetime.now(UTC).date()
        text = HOME.format(
            number=number,
            members="\n".join(members),
            starts=today - timedelta(days=60),
            ends=today - timedelta(days=2),
            digest_day=digest_day(self.world),
        )
        return text.replace("answer_within_is: 0", f"follow_up: {{answer_within: {days}d}}")

    @staticmethod
    def _mentors(number: int) -> list[str]:
        kinds = {"steady": STEADY, "changing": CHANGING, "coming": COMING}
        return [f"{kind}-{number}-{one}" for kind, many in kinds.items() for one in range(many)]

    @staticmethod
    def _newcomers(number: int) -> list[str]:
        return [f"newcomer-{number}-{one}" for one in range(NEWCOMERS)]

    # -- what they do ------------------------------------------------------------------------------

    def act(self) -> None:
        """Somebody does something; a second later."""
        self.world.advance(1)
        number = self.draw.randrange(self.programs)
        ways = (self._open, self._capacity, self._capacity, self._away, self._away, self._claim, self._claim)
        self.draw.choice((*ways, self._claim, self._close, self._ask, self._push))(number)

    def _say(self, number: int, login: str, text: str) -> None:
        where, thread = self.draw.choice(self.issues[number] + self.pulls[number])
        self.world.comment(where, thread, login, text)

    def _open(self, number: int) -> None:
        left = [one for one in self._newcomers(number) if one not in self.said]
        if left:
            self.said[left[0]] = "opened"
            where = self.draw.choice(self.places[number])
            pull = self.world.open_pull_request(where, left[0], "First", files=["src/a.py"])
            self.pulls[number].append((where, pull.number))

    def _capacity(self, number: int) -> None:
        login = f"changing-{number}-{self.draw.randrange(CHANGING)}"
        self.said[login] = str(self.draw.randint(1, 9))
        self._say(number, login, f"/mentor capacity {self.said[login]}")

    def _away(self, number: int) -> None:
        login = f"coming-{number}-{self.draw.randrange(COMING)}"
        self.said[login] = self.draw.choice(("away", "back"))
        self._say(number, login, "/mentor away 2 weeks" if self.said[login] == "away" else "/mentor back")

    def _claim(self, number: int) -> None:
        where, thread = self.draw.choice(self.issues[number])
        login = self.draw.choice(self._newcomers(number))
        self.world.comment(
            where, thread, login, self.draw.choice(("/mentor claim", "/mentor claim", "/mentor release"))
        )

    def _close(self, number: int) -> None:
        if self.pulls[number] and self.draw.random() < 0.5:
            where, thread = self.draw.choice(self.pulls[number])
            if self.world.thread(where, thread).state == "open":
                self.world.close(where, thread, f"organizer-{number}")
                self.pulls[number].remove((where, thread))

    def _ask(self, number: int) -> None:
        if self.pulls[number]:
            where, thread = self.draw.choice(self.pulls[number])
            self.world.comment(where, thread, f"organizer-{number}", "/mentor next")

    def _push(self, number: int) -> None:
        self.world.push(
            self.homes[number], f"organizer-{number}", {FILE: self.file(number, self.draw.randint(1, 4))}
        )

    # -- how it has to end -------------------------------------------------------------------------

    def problems(self, ledger: Ledger) -> list[str]:
        """Whatever was lost, or happened twice."""
        found = self._last_words(ledger) + self._claims(ledger) + self._loads(ledger) + self._labels(ledger)
        return found + self._effects() + self._invited()

    def _last_words(self, ledger: Ledger) -> list[str]:
        mentors, people = schema.mentors, schema.people
        with ledger.read() as connection:
            rows = connection.execute(
                select(people.c.login, mentors.c.capacity, mentors.c.away_how).join(
                    people, people.c.id == mentors.c.person_id
                )
            )
            there = {row.login: row for row in rows}
        found = []
        for login, said in self.said.items():
            if login.startswith("changing") and str(there[login].capacity) != said:
                found.append(f"{login} said capacity {said}, and has {there[login].capacity}")
            if login.startswith("coming") and (there[login].away_how is not None) != (said == "away"):
                found.append(f"{login} said {said}, and is noted as {there[login].away_how}")
        return found

    def _claims(self, ledger: Ledger) -> list[str]:
        claims, people = schema.claims, schema.people
        with ledger.read() as connection:
            rows = connection.execute(
                select(claims.c.repository_id, claims.c.number, people.c.login)
                .outerjoin(people, people.c.id == claims.c.person_id)
                .where(or_(claims.c.released_at.is_(None), claims.c.released_why == LINKED))
            ).all()
        holders = {(row.repository_id, row.number): row.login for row in rows}
        found = [] if len(holders) == len(rows) else ["an issue is claimed twice"]
        for where, number in (one for issues in self.issues.values() for one in issues):
            thread = self.world.thread(where, number)
            holder = holders.get((thread.repository.id, number))
            assigned = [login for login in thread.assignees if login.startswith("newcomer")]
            if assigned != ([holder] if holder else []):
                found.append(f"{where}#{number}: claimed by {holder}, and assigned to {assigned}")
        return found

    def _loads(self, ledger: Ledger) -> list[str]:
        """Nobody whose capacity stayed the same has more first pull requests than that."""
        mentorships, people = schema.mentorships, schema.people
        with ledger.read() as connection:
            rows = connection.execute(
                select(people.c.login)
                .join(mentorships, mentorships.c.mentor_id == people.c.id)
                .where(mentorships.c.kind == "pull", mentorships.c.closed_at.is_(None))
                .where(mentorships.c.starter_number.is_(None))
            ).scalars()
            loads = Counter(rows)
        return [f"{one} has {n}" for one, n in loads.items() if one.startswith("steady") and n > CAPACITY]

    def _labels(self, ledger: Ledger) -> list[str]:
        """Each open thread carries the names that the ledger knows, and no other."""
        mentorships, people = schema.mentorships, schema.people
        with ledger.read() as connection:
            logins = {row.id: row.login for row in connection.execute(select(people))}
            rows = connection.execute(
                select(mentorships).where(mentorships.c.kind == "pull", mentorships.c.closed_at.is_(None))
            ).all()
        found = []
        for row in rows:
            thread = self.world.thread(row.repository_id, row.number)
            named = {
                label.removeprefix("mentor: ") for label in thread.labels if label.startswith("mentor: ")
            }
            known = {logins[one] for one in (row.mentor_id, row.second_id) if one}
            if named != known:
                found.append(
                    f"#{row.number} of {thread.repository.full_name}: {named}, and the ledger says {known}"
                )
        return found

    def _effects(self) -> list[str]:
        effects: Counter[str] = Counter()
        for repository in self.world.repositories.values():
            for thread in repository.threads.values():
                texts = [one.body for one in thread.comments if one.author == BOT]
                for text in [*texts, *([thread.body or ""] if thread.author == BOT else [])]:
                    effects.update(MARKER.findall(text))
        return [f"{times} times: {effect}" for effect, times in effects.items() if times > 1]

    def _invited(self) -> list[str]:
        """One issue of invitations, one report and one digest for each program, whoever's clock it was."""
        found = []
        for home in self.homes:
            bodies = [one.body or "" for one in self.world.issues(home) if one.author == BOT]
            ours = Counter(KIND.findall(body)[-1] for body in bodies)
            if ours != {"digest": 1, "invitations": 1, "report": 1}:
                found.append(f"{home}: {dict(ours)}")
        return found


def prepare(
    world: World, programs: int, installations: int, acts: int, seed: int
) -> tuple[Crowd, list[Delivery]]:
    """Everything that people did, in a world whose App heard of nothing yet; and what GitHub has to tell it."""
    world.faults.hold_deliveries = True
    world.advance(-AHEAD.total_seconds())
    crowd = Crowd(world, programs, installations, Random(seed))
    crowd.settle_in()
    for _ in range(acts):
        crowd.act()
    world.advance((datetime.now(UTC) - world.now()).total_seconds())
    told = list(world.deliveries)
    world.courier._waiting.clear()
    return crowd, told
