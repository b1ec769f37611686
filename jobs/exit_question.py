"""Exit question: who may answer it, where it is linked – once for each person and program –, and what is kept."""

from adapters import sign_in
from adapters.context import Context
from adapters.ledger import exit_question as ledger
from adapters.ledger import forgetting, people, programs
from jobs.asking import Refusal, understood
from jobs.decision import Decision
from jobs.program import Loaded, known_program
from mentoring import exit_question as rules
from mentoring.wording import phrase

FORGOTTEN = phrase("You asked to be forgotten, so nothing is kept of what you say here.")


def link(decision: Decision, loaded: Loaded, person_id: int) -> str | None:
    """The page's address, for the last comment to somebody; None where it is not asked, or was before."""
    settings, program_id = decision.context.settings, loaded.home.id
    can_answer = settings.has_public_url and sign_in.is_set_up(settings)
    if not (loaded.program.exit_question and can_answer):
        return None
    if not ledger.ask(decision.connection, program_id, person_id, decision.now):
        return None
    return f"{settings.public_url}/stay/{program_id}"


def program_of(context: Context, program_id: int, person_id: int) -> Loaded | None:
    """The program, if it asks and the person takes part in it; GitHub is asked nothing."""
    with context.ledger.read() as connection:
        is_theirs = ledger.takes_part(connection, program_id, person_id)
        is_gone = forgetting.is_forgotten(connection, person_id)
    loaded = known_program(context, program_id) if is_theirs and not is_gone else None
    return loaded if loaded is not None and loaded.program.exit_question else None


def answer(
    context: Context, program_id: int, person: tuple[int, str], stayed: str, hindered: str, named: bool
) -> None:
    """Keeps what somebody wrote, or with nothing written takes it back. `person`: id and login. Raises Refusal."""
    person_id, login = person
    with understood():
        said = rules.tidied(stayed), rules.tidied(hindered)
    with context.ledger.write() as connection:
        programs.lock(
            connection, program_id
        )  # whoever is being forgotten at this moment is it first, or then
        stayed, hindered = (forgetting.without_them(connection, one) for one in said)
        if not any(said):
            ledger.take_back(connection, program_id, person_id)
        elif not ledger.answer(connection, program_id, person_id, stayed, hindered, named, context.now()):
            raise Refusal(FORGOTTEN)
        else:
            people.see(connection, person_id, login)
