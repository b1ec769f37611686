"""Wins: `/mentor win` records something that went well, for the digest: one's own or somebody else's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from adapters import reads, texts
from adapters.ledger import forgetting, people, programs
from adapters.ledger import wins as ledger
from jobs.asking import Apply, Asking, Refusal, understood
from jobs.decision import Decision
from jobs.rights import may_maintain
from mentoring import wins as rules
from mentoring.commands import Command
from mentoring.mentors import declined
from mentoring.wins import MOST, Told
from mentoring.wording import phrase

DAY = timedelta(days=1)

NOT_FOR_YOU = phrase("Wins are told by members of the program, its organizers and the maintainers here.")
# The same for strangers and for whoever wants to be left out: nobody learns which of the two somebody is.
NOBODY_HERE = phrase(
    "That person is not known in this program, so nothing was recorded; they may tell of it themselves."
)
ENOUGH = phrase(
    "That makes %(most)s wins within a day, which is great; please tell of the next one tomorrow.", most=MOST
)


@dataclass(frozen=True)
class _Whose:
    """The person whose win it is."""

    id: int
    login: str


class Enough(Refusal):
    """Said once a day to each person, however often they go on."""

    def __init__(self, program_id: int, person_id: int, now: datetime) -> None:
        super().__init__(ENOUGH)
        self._about = (program_id, person_id, now - DAY, now)

    def is_to_be_said(self, connection: Connection) -> bool:
        return ledger.say_enough(connection, *self._about)


def win(asking: Asking, command: Command) -> Apply:
    """`/mentor win [for @login] [kind:] <text or link>`: any kind of win; the next digest tells of it."""
    with understood():
        told = rules.told(texts.without_controls(command.words))
    if not (asking.loaded.login_of(asking.person_id) or may_maintain(asking)):
        raise Refusal(NOT_FOR_YOU)
    whose = _whose(asking, told)

    def apply(decision: Decision) -> None:
        _record(decision, asking, told, whose)

    return apply


def _whose(asking: Asking, told: Told) -> _Whose:
    """Who they are, by GitHub's own answer, since a login may have moved on. Raises Refusal."""
    if told.login is None:
        return _Whose(asking.person_id, asking.login)
    github = asking.context.github.installation(asking.row.installation_id)
    found = reads.person(github, told.login)
    if found is None:
        raise Refusal(NOBODY_HERE)
    return _Whose(*found)


def _record(decision: Decision, asking: Asking, told: Told, whose: _Whose) -> None:
    connection, home_id = decision.connection, asking.loaded.home.id
    programs.lock(connection, home_id)
    if whose.id != asking.person_id and not _may_be_told_of(connection, asking, whose.id):
        raise Refusal(NOBODY_HERE)
    if ledger.count_since(connection, home_id, asking.person_id, decision.now - DAY) >= MOST:
        raise Enough(home_id, asking.person_id, decision.now)
    for one in sorted({(asking.person_id, asking.login), (whose.id, whose.login)}):
        people.see(connection, *one)
    values = {
        "program_id": home_id,
        "person_id": whose.id,
        "told_by": None if whose.id == asking.person_id else asking.person_id,
        "repository_id": asking.row.repository_id,
        "number": asking.row.number,
        "kind": told.kind,
        "text": forgetting.without_them(connection, told.text),
        # When we heard of it: the digest of this week is to tell of it even if the webhook came late.
        # Looked up with the program locked, so that it is not before a digest that is being drafted.
        "said_at": decision.context.now(),
    }
    ledger.tell(connection, values)


def _may_be_told_of(connection: Connection, asking: Asking, person_id: int) -> bool:
    """Only of whom the program knows, and never of whoever declined or asked to be forgotten."""
    home_id = asking.loaded.home.id
    if forgetting.is_forgotten(connection, person_id):
        return False
    said = programs.statements(connection, home_id, [person_id]).get(person_id)
    if said is not None and declined(said.said, said.roster):
        return False
    return asking.loaded.in_roster(person_id) or ledger.is_known(connection, home_id, person_id)
