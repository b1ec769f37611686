"""Threads of ours that came to an end, or began again."""

from adapters import reads
from adapters.context import Context
from adapters.ledger import mentorships, programs
from jobs import claims, rehome, starter_notes
from jobs.decision import Decision, Row, decide, wait_for_welcome

GONE = frozenset({"transferred", "deleted"})


def threads(context: Context, row: Row) -> None:
    """Notes the state of a thread as GitHub shows it now: events come late and out of order."""
    wait_for_welcome(context, row)
    if row.field("action") in GONE:
        _gone(context, row)
        return
    github = context.github.installation(row.installation_id)
    thread = reads.issue(github, row.repository_id, row.number)
    with decide(context, row) as decision:
        connection, here = decision.connection, (row.repository_id, row.number)
        program_ids = _lock(decision, *here)
        if thread.is_open:
            _go_on(decision, *here, program_ids)
        else:
            merged = thread.merged_at is not None
            mentorships.close(connection, *here, decision.now, merged=merged)
            mentorships.change_starter(connection, *here, closed_at=decision.now)
            claims.end(decision, *here)
        starter_notes.ask_about(decision, mentorships.get(connection, *here))


def _lock(decision: Decision, repository_id: int, number: int) -> set[int]:
    """The programs of whatever the ledger has of the thread, each locked."""
    here = (decision.connection, repository_id, number)
    known = (mentorships.get(*here), mentorships.starter(*here))
    found = {one.program_id for one in known if one is not None}
    for program_id in sorted(found):
        programs.lock(decision.connection, program_id)
    return found


def _go_on(decision: Decision, repository_id: int, number: int, program_ids: set[int]) -> None:
    """Reopened. A claim has ended with its issue; whoever left meanwhile makes room for somebody else."""
    connection, here = decision.connection, (repository_id, number)
    row = mentorships.get(connection, *here)
    if row is not None and row.kind != "claim":
        mentorships.reopen(connection, *here, decision.now)
    mentorships.change_starter(connection, *here, closed_at=None)
    for program_id in program_ids:
        rehome.ask(decision, program_id)


def _gone(context: Context, row: Row) -> None:
    with decide(context, row) as decision:
        here = (row.repository_id, row.number)
        _lock(decision, *here)
        mentorships.close(decision.connection, *here, decision.now, merged=False)
        mentorships.change_starter(decision.connection, *here, dropped_at=decision.now)
        claims.end(decision, *here)
