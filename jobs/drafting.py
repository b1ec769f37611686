"""Drafting: what takes minutes to draft names nobody who asked to be forgotten meanwhile, and leaves nothing out."""

from datetime import datetime

from adapters.context import Context
from adapters.ledger import forgetting, programs
from jobs.decision import Again, Decision


def mark(context: Context) -> int:
    """To be taken before facts are read; another one afterwards means that somebody was forgotten since."""
    with context.ledger.read() as connection:
        return forgetting.count(connection)


def must_stand(decision: Decision, mark: int) -> None:
    """Raises Again where somebody was forgotten since the mark, so that it is drafted again.

    With the program locked: whoever is being forgotten waits for that, and then takes back what was asked for.
    """
    if forgetting.count(decision.connection) != mark:
        raise Again(decision.now, "somebody asked to be forgotten meanwhile")


def moment(context: Context, program_id: int) -> datetime:
    """Now, in UTC: what was told of the program until then is in the ledger, what is told from now on bears a later time.

    Whoever records what a digest tells of locks the program first and then looks at the clock.
    """
    with context.ledger.write() as connection:
        programs.lock(connection, program_id)
        return context.now()
