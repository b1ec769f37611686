"""Events: `/mentor event` opens one in the home, moves it to another day, or calls it off."""

from collections.abc import Callable

from sqlalchemy import Connection

from adapters import texts
from adapters.ledger import asks, events, forgetting, people, programs
from adapters.ledger import outbox as sent
from jobs.asking import Apply, Asking, Refusal, understood
from jobs.decision import Decision
from jobs.event_issue import here, must_be_here, planned, remind_anew, rewrite
from jobs.program import Loaded
from jobs.rights import is_maintainer, is_organizer
from mentoring import event as rules
from mentoring import event_text as words
from mentoring.commands import Command
from mentoring.event import Asked
from mentoring.wording import Phrase, phrase

NOBODY_ASKS = phrase("This program asks nobody to organize events: `event` is not among its `asks`.")
NOT_FOR_YOU = phrase(
    "Events are opened by the organizers, and by graduates who said `/mentor yes event` to their invitation."
)
IN_PRIVATE = phrase(
    "This repository is private and the event's issue would be public; please say it where everybody may read it."
)
ONE_EACH = phrase("This text has opened an event already; `/mentor event 31 January` in its issue moves it.")
NOT_HERE = phrase("An event is called off in its own issue.")
NOT_YOURS = phrase("An event is moved and called off by whoever opened it, organizers and maintainers.")
DAY_ALONE = phrase(
    "Here a day alone moves this event, as in `/mentor event 31 January`; another one is opened in another thread."
)


def event(asking: Asking, command: Command) -> Apply:
    """`/mentor event 24 January: Bug day`; in an event's issue `/mentor event 31 January` and `/mentor event cancel`."""
    said = texts.without_controls(command.words)
    with asking.context.ledger.read() as connection:
        is_here = here(connection, asking) is not None
    if rules.is_cancel(said):
        return _cancel(asking)
    asked = _asked(asking, said)
    return _move(asking, asked) if is_here else _open(asking, asked)


def _asked(asking: Asking, said: str) -> Asked:
    program = asking.loaded.program
    with understood():
        return rules.asked(said, asking.said_at, program.clock, program.language)


# --- a new one ------------------------------------------------------------------------------------


def _open(asking: Asking, asked: Asked) -> Apply:
    loaded = asking.loaded
    if not asked.title:
        raise Refusal(rules.NO_TITLE)
    if loaded.place.private and not loaded.home.private:
        raise Refusal(IN_PRIVATE)
    may = _may_open_any(asking)

    def apply(decision: Decision) -> None:
        connection, home = decision.connection, loaded.home
        programs.lock(connection, home.id)
        if not any(one.ask == "event" for one in loaded.program.asks):
            raise Refusal(NOBODY_ASKS)
        said_yes = "event" in asks.agreed(connection, home.id, [asking.person_id]).get(asking.person_id, ())
        if not (may or said_yes):
            raise Refusal(NOT_FOR_YOU)
        if not may:
            _has_none(connection, asking)
        people.see(connection, asking.person_id, asking.login)
        values = _values(connection, asking, asked)
        if events.get(connection, str(values["key"])) is not None:
            raise Refusal(ONE_EACH)
        events.put(connection, values)
        _show(decision, loaded, str(values["key"]))

    return apply


def _show(decision: Decision, loaded: Loaded, key: str) -> None:
    shown = planned(decision.connection, loaded, key)
    assert shown is not None, "it was noted just now"
    action = words.opened(loaded.program, loaded.home.id, key, shown)
    decision.act(loaded.home.installation_id, [action])


def _may_open_any(asking: Asking) -> bool:
    """Organizers; and maintainers of the home, where they say it."""
    at_home = asking.row.repository_id == asking.loaded.home.id
    return is_organizer(asking) or (at_home and is_maintainer(asking))


def _has_none(connection: Connection, asking: Asking) -> None:
    """One event at a time for each graduate. Raises Refusal."""
    first = events.ahead_of(connection, asking.loaded.home.id, asking.person_id, asking.said_at)
    if first is not None:
        number = (sent.result_of(connection, first.key) or {}).get("number")
        raise Refusal(_one_at_a_time(number))


def _one_at_a_time(number: int | None) -> Phrase:
    if number is None:
        return phrase("You have an event ahead already; one after the other, please.")
    return phrase(
        "You have an event ahead already (issue %(number)s of the program's home): it can be moved there, "
        "and after it there is room for the next.",
        number=number,
    )


def _values(connection: Connection, asking: Asking, asked: Asked) -> dict[str, object]:
    loaded, row = asking.loaded, asking.row
    home_id, clock = loaded.home.id, loaded.program.clock
    return {
        "key": words.issue_key(home_id, row.repository_id, row.number, asking.comment_id),
        "program_id": home_id,
        "cohort": _cohort(connection, asking),
        "person_id": asking.person_id,
        "title": forgetting.without_them(connection, asked.title),
        "begins_at": asked.begins_at,
        "timed": asked.timed,
        "opened_at": asking.said_at,
        "done": [],
        "step": 0,
        "due_at": rules.due_at(asked.begins_at, clock, 0, asking.said_at),
    }


def _cohort(connection: Connection, asking: Asking) -> str:
    """The cohort as one of which they were asked, else theirs, else the newest that has begun; "" without any."""
    loaded, home_id = asking.loaded, asking.loaded.home.id
    for one in asks.of_person(connection, home_id, asking.person_id):
        if one.ask == "event":
            return str(one.cohort)
    if asking.person_id in loaded.entries:
        return loaded.entries[asking.person_id][0].name
    today = asking.said_at.astimezone(loaded.program.clock).date()
    begun = [one for one in loaded.program.cohorts if one.starts <= today]
    return max(begun, key=lambda one: one.starts).name if begun else ""


# --- another day, or none ---------------------------------------------------------------------------


def _move(asking: Asking, asked: Asked) -> Apply:
    if asked.title:
        raise Refusal(DAY_ALONE)
    may, clock = _may_open_any(asking), asking.loaded.program.clock

    def change(decision: Decision, key: str) -> None:
        one = events.get(decision.connection, key)
        step = one.step if one else 0
        due = rules.due_at(asked.begins_at, clock, step, decision.now)
        events.change(decision.connection, key, begins_at=asked.begins_at, timed=asked.timed, due_at=due)

    def apply(decision: Decision) -> None:
        _change(decision, asking, may, change)

    return apply


def _cancel(asking: Asking) -> Apply:
    may = _may_open_any(asking)

    def change(decision: Decision, key: str) -> None:
        events.change(decision.connection, key, cancelled_at=asking.said_at, due_at=None)

    def apply(decision: Decision) -> None:
        key = _change(decision, asking, may, change)
        home = asking.loaded.home
        decision.act(home.installation_id, [words.closed(home.id, key)])

    return apply


def _change(decision: Decision, asking: Asking, may: bool, change: Callable[[Decision, str], None]) -> str:
    """Changes the event here, for whoever may, and its issue; the event's key. Raises Refusal."""
    connection, loaded = decision.connection, asking.loaded
    programs.lock(connection, loaded.home.id)
    key = must_be_here(connection, asking, NOT_HERE)
    one = events.get(connection, key)
    if not may and (one is None or one.person_id != asking.person_id):
        raise Refusal(NOT_YOURS)
    change(decision, key)
    rewrite(decision, loaded, key)
    remind_anew(decision, loaded, key)
    return key
