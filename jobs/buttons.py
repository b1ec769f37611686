"""Buttons: what people say on their own page, without a thread. The same rules and the same code as the commands."""

import uuid

from adapters.context import Context
from adapters.ledger import availability as presence
from adapters.ledger import certificates, listing, me, programs
from adapters.ledger import forgetting as forgotten
from jobs import answers, availability, forgetting, praise
from jobs import listing as listed
from jobs.asking import Asking, Prepare, Refusal
from jobs.decision import Decision, Row, go_on
from jobs.exit_question import FORGOTTEN
from jobs.waiting import replan_mentor
from jobs.week import load_home
from mentoring.commands import Command
from mentoring.wording import phrase

BUTTONS: dict[str, Prepare] = {
    "accept": answers.accept,
    "away": availability.away,
    "back": availability.back,
    "capacity": availability.capacity,
    "decline": answers.decline,
    "later": answers.later,
    "list": listed.list_me,
    "praised": praise.praised,
}
GONE = phrase(
    "The program's configuration cannot be read at the moment, so nothing was changed. Please try again later."
)


def press(context: Context, program_id: int, person_id: int, login: str, command: Command) -> None:
    """Carries out a command of `BUTTONS` in a program, at once. Raises Refusal with one sentence, and Trouble.

    It is said to us and not on GitHub, so nothing needs to be remembered before it is decided: whoever gets no answer
    presses again. What follows from it is in the outbox with the decision.
    """
    with context.ledger.read() as connection:
        if forgotten.is_forgotten(connection, person_id):
            raise Refusal(FORGOTTEN)
        is_theirs = program_id in me.programs_of(connection, person_id)
    # Whoever tries numbers learns nothing of others' programs, and GitHub is not asked for them.
    loaded = load_home(context, program_id) if is_theirs else None
    if loaded is None:
        raise Refusal(GONE)
    row = _row(context, loaded.home.installation_id, program_id)
    asking = Asking(context, row, loaded, person_id, login, None)
    apply = BUTTONS[command.verb](asking, command)
    with go_on(context, row) as decision:
        programs.lock(decision.connection, program_id)
        if forgotten.is_forgotten(decision.connection, person_id):  # in another window, meanwhile
            raise Refusal(FORGOTTEN)
        _is_alive(decision, asking)
        apply(decision)
    context.bell.ring_inbox(asking.bells)
    context.bell.ring_outbox(sorted(row.touched))


def unlist(context: Context, person_id: int) -> None:
    """Takes somebody off the public page, whatever program they are in, or none."""
    with context.ledger.write() as connection:
        listing.person_says(connection, person_id, False, context.now())


def take_back(context: Context, person_id: int, certificate_id: str) -> None:
    """Takes back a certificate of theirs; of somebody else's nothing happens."""
    if not certificates.is_id(certificate_id):
        return
    theirs = certificates.by_id(certificate_id) & certificates.of(person_id)
    with context.ledger.write() as connection:
        certificates.revoke(connection, context.now(), "person", theirs)


def forget(context: Context, person_id: int, login: str) -> None:
    """The same as `/mentor forget me`. Raises Trouble, and Again; then nothing was erased."""
    row = _row(context, None, None)
    forgetting.forget_without_thread(context, row, person_id, login)
    context.bell.ring_outbox(sorted(row.touched))


def _row(context: Context, installation_id: int | None, repository_id: int | None) -> Row:
    """What is said, as jobs see it: of no delivery, and on no thread."""
    delivery = f"page:{uuid.uuid4()}"
    return Row(0, delivery, "buttons", 1, context.now(), {}, installation_id, repository_id)


def _is_alive(decision: Decision, asking: Asking) -> None:
    """To press a button is a sign of life, as a command is."""
    if asking.loaded.home.id in presence.seen(decision.connection, asking.person_id, decision.now):
        replan_mentor(decision, asking.loaded, asking.person_id)
