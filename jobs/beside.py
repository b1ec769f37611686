"""Beside: on the first newcomer of somebody who was helped here themselves, whoever helped them is there too."""

from adapters.ledger import lineage
from jobs.candidates import candidates
from jobs.decision import Decision
from jobs.program import Loaded
from mentoring import lineage as rules
from mentoring.matching import Candidate


def beside(decision: Decision, loaded: Loaded, mentor_id: int | None, newcomer_id: int) -> Candidate | None:
    """Who stands by a mentor on this newcomer, if it is their first; under the program's lock."""
    connection, home_id = decision.connection, loaded.home.id
    row = lineage.get(connection, home_id, mentor_id) if mentor_id else None
    if row is None or lineage.helped_others(connection, home_id, row.person_id, newcomer_id):
        return None
    mentors = candidates(connection, loaded, decision.now)
    return rules.beside(row.person_id, row.helper_id, mentors, newcomer_id)
