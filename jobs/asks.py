"""Asks: `/mentor yes showcase` and `/mentor no showcase` answer what else a graduate was asked."""

from adapters.ledger import asks as ledger
from adapters.ledger import invitations, people, programs
from jobs import event_issue
from jobs.answers import NOT_INVITED, retable
from jobs.asking import Apply, Asking, Refusal
from jobs.decision import Decision
from mentoring import asks as rules
from mentoring.commands import Command
from mentoring.wording import phrase

NOT_ASKED = phrase("Nobody is asked that in this program, so there is nothing to answer.")


def yes(asking: Asking, command: Command) -> Apply:
    """`/mentor yes showcase`."""
    return _say(asking, command, "yes")


def no(asking: Asking, command: Command) -> Apply:
    """`/mentor no showcase`: the rest of the invitation stands."""
    return _say(asking, command, "no")


def _say(asking: Asking, command: Command, word: str) -> Apply:
    kinds = rules.named(command.words)
    if not kinds:
        raise Refusal(rules.WHICH)

    def apply(decision: Decision) -> None:
        connection, home_id = decision.connection, asking.loaded.home.id
        programs.lock(connection, home_id)
        invited = invitations.of_person(connection, home_id, asking.person_id)
        if not invited:
            raise Refusal(NOT_INVITED)
        if not set(kinds) <= _known(decision, asking):
            raise Refusal(NOT_ASKED)
        people.see(connection, asking.person_id, asking.login)
        for kind in kinds:
            at, cohort = asking.said_at, invited[0].cohort
            ledger.answer(connection, home_id, cohort, asking.person_id, kind, word, at)
        if word == "no" and "event" in kinds:
            event_issue.leave(decision, asking.loaded, asking.person_id)
        retable(decision, asking.loaded, asking.person_id)

    return apply


def _known(decision: Decision, asking: Asking) -> set[str]:
    """What they were asked, and what the program asks since."""
    asked = ledger.of_person(decision.connection, asking.loaded.home.id, asking.person_id)
    return {row.ask for row in asked} | {one.ask for one in asking.loaded.program.asks}
