"""The issue of an event: which event it is of, how it is written, and who is taken out of it."""

from sqlalchemy import Connection

from adapters.ledger import events, people
from adapters.ledger import outbox as sent
from jobs.asking import Asking, Refusal
from jobs.decision import Decision
from jobs.program import Loaded
from mentoring import event_text as words
from mentoring.event_text import Planned
from mentoring.wording import Phrase, phrase

OVER = phrase("This event was called off; another one is opened with `/mentor event` in another thread.")


def here(connection: Connection, asking: Asking) -> str | None:
    """The key of the event whose issue this is."""
    home_id = asking.loaded.home.id
    if asking.row.repository_id != home_id:
        return None
    for one in events.of_program(connection, home_id):
        shown = sent.result_of(connection, one.key)
        if shown and shown.get("number") == asking.row.number:
            return str(one.key)
    return None


def must_be_here(connection: Connection, asking: Asking, why: Phrase) -> str:
    """The same. Raises Refusal elsewhere, and where it was called off."""
    key = here(connection, asking)
    one = events.get(connection, key) if key else None
    if key is None or one is None:
        raise Refusal(why)
    if one.cancelled_at is not None:
        raise Refusal(OVER)
    return key


def planned(connection: Connection, loaded: Loaded, key: str) -> Planned | None:
    """An event as its issue is to show it."""
    one = events.get(connection, key)
    if one is None:
        return None
    taken = events.roles(connection, key)
    names = people.names(connection, [row.person_id for row in taken] + [one.person_id or 0])
    named = {person_id: loaded.login_of(person_id) or login for person_id, login in names.items()}
    roles: dict[str, list[str]] = {}
    for row in taken:
        roles.setdefault(row.role, []).append(named.get(row.person_id, "ghost"))
    return Planned(
        title=one.title,
        begins_at=one.begins_at.astimezone(loaded.program.clock),
        timed=one.timed,
        organizer=named.get(one.person_id) if one.person_id else None,
        roles=roles,
        done=one.done,
        cancelled=one.cancelled_at is not None,
        result=one.result,
        came=one.came,
        firsts=one.firsts,
    )


def rewrite(decision: Decision, loaded: Loaded, key: str) -> None:
    """Brings the issue of an event up to date."""
    shown, home = planned(decision.connection, loaded, key), loaded.home
    if shown is not None and sent.state_of(decision.connection, key) is not None:
        decision.act(home.installation_id, [words.rewritten(loaded.program, home.id, key, shown)])


def leave(decision: Decision, loaded: Loaded, person_id: int) -> None:
    """Takes somebody who says no out of the events of the program; these go on without them."""
    connection, home_id = decision.connection, loaded.home.id
    found = events.with_person(connection, person_id, home_id)
    events.leave(connection, home_id, person_id)
    for one in found:
        rewrite(decision, loaded, one.key)
        remind_anew(decision, loaded, one.key)
        _ask_nobody(decision, loaded, one.key)


def remind_anew(decision: Decision, loaded: Loaded, key: str) -> None:
    """Has a reminder that was said already say what is true now."""
    shown, home = planned(decision.connection, loaded, key), loaded.home
    if shown is not None and sent.state_of(decision.connection, words.unremind(home.id, key).key) is not None:
        decision.act(home.installation_id, [words.remind_anew(loaded.program, home.id, key, shown)])


def retitle(decision: Decision, loaded: Loaded, key: str) -> None:
    """Gives the issue of an event the title that the ledger has now."""
    one = events.get(decision.connection, key)
    if one is not None and sent.state_of(decision.connection, key) is not None:
        decision.act(loaded.home.installation_id, [words.retitled(loaded.home.id, key, one.title)])


def unname(decision: Decision, loaded: Loaded, key: str) -> None:
    """Says it all without somebody who asked to be forgotten, and is in the ledger no more."""
    rewrite(decision, loaded, key)
    connection, home = decision.connection, loaded.home
    reminder = words.unremind(home.id, key)
    if sent.state_of(connection, reminder.key) is not None:
        decision.act(home.installation_id, [reminder])
    _ask_nobody(decision, loaded, key)


def _ask_nobody(decision: Decision, loaded: Loaded, key: str) -> None:
    """Takes the name out of the question how it was."""
    shown, home = planned(decision.connection, loaded, key), loaded.home
    if shown is not None:
        asked = words.requestion(home.id, key, shown)
        if sent.state_of(decision.connection, asked.key) is not None:
            decision.act(home.installation_id, [asked])
