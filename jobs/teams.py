"""Teams: where whoever looks after one is named."""

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection

from adapters.ledger import invitations
from jobs.program import Loaded


def named_in(
    connection: Connection, homes: Mapping[int, Loaded], names: Collection[str]
) -> Iterator[tuple[int, str]]:
    """The issues with invitations, each with its program, that name somebody because they look after a team.

    `names`: their logins in lower case.
    """
    for program_id, loaded in homes.items():
        for cohort in loaded.program.cohorts:
            looking = {login.lower() for team in cohort.teams.values() for login in team.logins}
            if not looking.isdisjoint(names):
                keys = invitations.sizes(connection, program_id, cohort.name)
                yield from ((program_id, key) for key in keys)
