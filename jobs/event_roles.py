"""In the issue of an event: `/mentor role`, `/mentor done` and `/mentor result`."""

from collections.abc import Callable
from datetime import datetime

from adapters import texts
from adapters.ledger import events, forgetting, people, programs
from jobs.asking import Apply, Asking, Refusal, understood
from jobs.decision import Decision
from jobs.event_issue import must_be_here, rewrite
from jobs.rights import may_maintain
from mentoring import event as rules
from mentoring.commands import Command
from mentoring.event import MANY
from mentoring.wording import phrase

NOT_FOR_YOU = phrase(
    "Roles are for the people of the program; come as you are, and everybody there will be glad of you."
)
TAKEN = phrase("Somebody has this role already; they may give it back with `/mentor role none`.")
TOO_SOON = phrase("The event is still to come; tell how it was once it has begun.")


def role(asking: Asking, command: Command) -> Apply:
    """`/mentor role host` takes a role, `/mentor role no host` gives it back."""
    with understood():
        wanted, is_given_back = rules.role_of(command.words)

    def change(decision: Decision, key: str) -> None:
        connection, home_id = decision.connection, asking.loaded.home.id
        if is_given_back or wanted is None:
            events.give_back(connection, key, asking.person_id, wanted)
            return
        others = [one for one in events.roles(connection, key) if one.role == wanted]
        if wanted not in MANY and any(one.person_id != asking.person_id for one in others):
            raise Refusal(TAKEN)
        events.take(connection, home_id, key, wanted, asking.person_id, asking.said_at)

    return _change(asking, "role", change)


def done(asking: Asking, command: Command) -> Apply:
    """`/mentor done place` ticks a line of the checklist off, `/mentor done no place` takes that back."""
    with understood():
        task, is_undone = rules.task_of(command.words)

    def change(decision: Decision, key: str) -> None:
        one = events.get(decision.connection, key)
        before = set(one.done) if one else set()
        after = before - {task} if is_undone else before | {task}
        events.change(decision.connection, key, done=sorted(after))

    return _change(asking, "done", change)


def result(asking: Asking, command: Command) -> Apply:
    """`/mentor result 12 came, 3 first pull requests`: what came of it; said again, it takes the place of the first."""
    with understood():
        told = rules.result_of(texts.without_controls(command.words))

    def change(decision: Decision, key: str) -> None:
        one, connection = events.get(decision.connection, key), decision.connection
        if one is None or not _has_begun(asking, one.begins_at):
            raise Refusal(TOO_SOON)
        if one.result_at is not None and one.result_at > asking.said_at:
            return  # an older word that came late
        text = forgetting.without_them(connection, told.text)
        values = {"came": told.came, "firsts": told.firsts, "result_at": asking.said_at}
        events.change(connection, key, result=text, **values)

    return _change(asking, "result", change)


def _has_begun(asking: Asking, begins_at: datetime) -> bool:
    return asking.said_at >= begins_at


def _change(asking: Asking, verb: str, change: Callable[[Decision, str], None]) -> Apply:
    """Changes the event whose issue this is, for people of the program alone."""
    loaded, not_here = asking.loaded, phrase("`/mentor %(verb)s` works in the issue of an event.", verb=verb)
    with asking.context.ledger.read() as connection:
        must_be_here(connection, asking, not_here)  # before GitHub is asked for a stranger
    may = loaded.in_roster(asking.person_id) or may_maintain(asking)

    def apply(decision: Decision) -> None:
        connection = decision.connection
        programs.lock(connection, loaded.home.id)
        key = must_be_here(connection, asking, not_here)
        if not may:
            raise Refusal(NOT_FOR_YOU)
        people.see(connection, asking.person_id, asking.login)
        change(decision, key)
        rewrite(decision, loaded, key)

    return apply
