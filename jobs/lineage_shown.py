"""Lineage, shown: who helped whom, as far as each of them may be named to whoever looks."""

from dataclasses import dataclass

from sqlalchemy import Connection

from adapters.context import Context
from adapters.ledger import lineage, listing, people


@dataclass(frozen=True)
class Lineage:
    """Where a mentor comes from. `chain`: logins, the oldest helper first; None: somebody who is not named."""

    generation: int
    chain: tuple[str | None, ...]
    helped: int  # mentors of the program whom they helped when these were new

    @property
    def is_worth_showing(self) -> bool:
        return bool(self.generation or self.helped)


def for_everybody(context: Context, program_id: int, person_id: int) -> Lineage:
    """Names whoever agreed to be found, where the help was to be seen by everybody."""
    with context.ledger.read() as connection:
        return _lineage(connection, program_id, person_id, own=False)


def for_themselves(connection: Connection, program_id: int, person_id: int) -> Lineage:
    """The same, and by name who helped them: that they know."""
    return _lineage(connection, program_id, person_id, own=True)


def _lineage(connection: Connection, program_id: int, person_id: int, *, own: bool) -> Lineage:
    ids = lineage.chain(connection, program_id, person_id)
    nameable = set(_in_public(connection, program_id, [*ids, person_id]))
    if own:
        nameable |= set(ids[-1:])
    names = people.names(connection, nameable)
    generation = lineage.generation(connection, program_id, person_id) or 0
    chain = [names.get(one) for one in ids]
    before = [None] if generation > len(chain) else []  # it ended with somebody who left
    return Lineage(generation, (*before, *chain), lineage.helped_by(connection, program_id, person_id))


def _in_public(connection: Connection, program_id: int, line: list[int]) -> list[int]:
    """Those of the line who agreed to be found, and helped the next one where everybody sees it."""
    met = lineage.in_public(connection, program_id, line)
    pairs = zip(line, line[1:], strict=False)
    return [one for one, after in pairs if (one, after) in met and listing.is_listed(connection, one)]
