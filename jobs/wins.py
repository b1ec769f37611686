"""Wins: `/mentor win` records something that went well, for the digest."""

from datetime import timedelta

from adapters.ledger import people, programs
from adapters.ledger import wins as ledger
from jobs.asking import Apply, Asking, Refusal
from jobs.decision import Decision
from jobs.rights import may_maintain
from mentoring.commands import Command

LONGEST = 300  # characters
MOST = 10  # of one person in a day
DAY = timedelta(days=1)

EMPTY = "Please say in a line, or with a link, what went well, as in `/mentor win My first talk`."
TOO_LONG = f"Please say it in at most {LONGEST} characters; a link can tell the rest."
NOT_FOR_YOU = "Wins are told by members of the program, its organizers and the maintainers here."
ENOUGH = f"That makes {MOST} wins within a day, which is great; please tell of this one tomorrow."


def win(asking: Asking, command: Command) -> Apply:
    """`/mentor win <text or link>`: any kind of win; the next digest tells of it."""
    text = " ".join(command.words.split())
    if not text:
        raise Refusal(EMPTY)
    if len(text) > LONGEST:
        raise Refusal(TOO_LONG)
    if not (asking.loaded.login_of(asking.person_id) or may_maintain(asking)):
        raise Refusal(NOT_FOR_YOU)

    def apply(decision: Decision) -> None:
        _record(decision, asking, text)

    return apply


def _record(decision: Decision, asking: Asking, text: str) -> None:
    connection, home_id = decision.connection, asking.loaded.home.id
    programs.lock(connection, home_id)
    if ledger.count_since(connection, home_id, asking.person_id, decision.now - DAY) >= MOST:
        raise Refusal(ENOUGH)
    people.see(connection, asking.person_id, asking.login)
    values = {
        "program_id": home_id,
        "person_id": asking.person_id,
        "repository_id": asking.row.repository_id,
        "number": asking.row.number,
        "text": text,
        # When we heard of it: the digest of this week is to tell of it even if the webhook came late.
        "said_at": decision.now,
    }
    ledger.tell(connection, values)
