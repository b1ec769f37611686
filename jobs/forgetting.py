"""Forgetting: `/mentor forget me` – never named or recorded again, and what was recorded is erased."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.context import Context
from adapters.ledger import erasing, forgetting, mentorships, programs, records, unsaying
from adapters.ledger.erasing import Known
from jobs import event_issue, rehome, showcase, starter_notes, teams
from jobs.answers import table_rows
from jobs.asking import Apply, Asking, Refusal
from jobs.decision import Decision, Row, go_on
from jobs.hand_over import rewrite_welcome, show_names
from jobs.program import Loaded
from jobs.waiting import replan
from jobs.week import load_home
from mentoring import hand_over, invitations
from mentoring.actions import LATER, Retract, Thread, Unassign
from mentoring.commands import Command, says_nothing
from mentoring.wording import phrase

Homes = Mapping[int, Loaded]

OF_OTHERS = ("help", "path")  # said to whoever asked: never taken back here
OF_THE_ISSUE = ("good_first", "starter")  # said anew, for the next mentor or the next who takes it

WRITE_ME = phrase("To be forgotten, write `/mentor forget me` on a line of its own.")
ONLY_ME = phrase(
    "To be forgotten everywhere, write `/mentor forget me` alone on a line; "
    "nobody can ask for somebody else, or for a part."
)


def is_asked(command: Command) -> bool:
    """Whether the command is `/mentor forget me`; what may ask for less, as `on this thread` does, is none.

    Nothing brings back what was erased.
    """
    me, *rest = [*command.words.split(maxsplit=1), ""]
    is_me = me.casefold().rstrip(".,;:!") == "me"
    return command.verb == "forget" and is_me and (me[-1] in ".!" or says_nothing(rest[0]))


def alone(context: Context, person_id: int, asked: Sequence[Command]) -> bool:
    """Whether nothing but `/mentor forget me` runs: for whoever says it, and for whoever was forgotten.

    An answer would name them and most commands would record them, so there is silence.
    """
    if any(is_asked(command) for command in asked):
        return True
    with context.ledger.read() as connection:
        return forgetting.is_forgotten(connection, person_id)


def forget(asking: Asking, command: Command) -> Apply:
    """`/mentor forget me`: in every program, not only where it is said."""
    if not is_asked(command):
        raise Refusal(WRITE_ME if says_nothing(command.words) else ONLY_ME)
    context, person_id, login = asking.context, asking.person_id, asking.login
    homes = _homes(context, person_id, login, asking.loaded)
    asking.programs.update(homes)

    def apply(decision: Decision) -> None:
        names = _forget(decision, person_id, login, homes)
        here = (asking.row.repository_id, asking.row.number)
        erasing.unhear(decision.connection, here, asking.comment_id or 0)
        asking.afterwards.append(lambda: _erase_the_rest(context, person_id, names))

    return apply


def forget_without_thread(context: Context, row: Row, person_id: int, login: str) -> None:
    """The same, asked for on a page."""
    homes = _homes(context, person_id, login)
    with go_on(context, row) as decision:
        programs.lock_all(decision.connection, homes)
        names = _forget(decision, person_id, login, homes)
    _erase_the_rest(context, person_id, names)


def _homes(context: Context, person_id: int, login: str, *here: Loaded) -> Homes:
    """The programs that know this person, each as its home's file has it, and the one where it was said."""
    with context.ledger.read() as connection:
        known = erasing.known(connection, person_id, login)
    homes = {loaded.home.id: loaded for loaded in here}
    for program_id in sorted(known.programs - homes.keys()):
        loaded = load_home(context, program_id)
        if loaded is not None:
            homes[program_id] = loaded
    return homes


def _erase_the_rest(context: Context, person_id: int, names: Sequence[str]) -> None:
    """What other workers had in hand meanwhile; with nothing locked for which they may wait."""
    with context.ledger.write() as connection:
        unsaying.erase_from_inbox(connection, person_id, names, context.now(), patient=True)


def _forget(decision: Decision, person_id: int, login: str, homes: Homes) -> Sequence[str]:
    """Erases them; the logins, in lower case, by which they were known."""
    connection, now = decision.connection, decision.now
    known = erasing.known(connection, person_id, login)
    names = sorted(known.logins)
    known = replace(known, asked_in=known.asked_in | set(teams.named_in(connection, homes, known.logins)))
    homes = {program_id: loaded.without(known.logins) for program_id, loaded in homes.items()}
    forgetting.forget(connection, person_id, names, now)
    unsaying.erase_from_inbox(connection, person_id, names, now)
    unsaying.lock(connection, person_id, names, [thread for thread, _ in _named_on(known)])
    unsaying.erase_from_outbox(connection, names, now)
    records.take_out(connection, person_id)
    _take_names_off(decision, homes, known, _spelled(login, names))
    _take_back(decision, person_id, known)
    erasing.erase(connection, person_id, names)
    _put_right(decision, homes, known)
    return names


def _spelled(login: str, names: Iterable[str]) -> list[str]:
    """Their logins: the present one as they write it."""
    return [login, *(name for name in names if name != login.lower())]


# --- what GitHub shows ----------------------------------------------------------------------------


def _take_names_off(decision: Decision, homes: Homes, known: Known, names: Sequence[str]) -> None:
    """The labels and assignments that name them, and those of whoever was to help them."""
    for row in (*known.as_mentor, *known.starters):
        if row.program_id in homes:
            program, thread = homes[row.program_id].program, Thread(row.repository_id, row.number)
            decision.act_in(row.repository_id, hand_over.names(thread, program, None, names))
    for claim in known.claims:
        if claim.assigned:
            thread = Thread(claim.repository_id, claim.number)
            decision.act_in(claim.repository_id, [Unassign(thread, names[0], LATER)])
    for row in known.as_newcomer:
        here = (row.repository_id, row.number)
        is_ours = row.program_id in homes and mentorships.starter(decision.connection, *here) is None
        if row.closed_at is None and is_ours:
            helpers = [row.mentor_id, row.second_id]
            show_names(decision, homes[row.program_id], Thread(*here), None, helpers)


def _take_back(decision: Decision, person_id: int, known: Known) -> None:
    """Our comments to them and about them; of what is open, the notes that are written anew stay."""
    for row in unsaying.said_to(decision.connection, person_id):
        unsaying.never_say(decision.connection, [row.key], decision.now)
        retract = Retract(_thread_of(row), row.key, LATER)
        decision.act(row.installation_id, [retract])
    for (repository_id, number), kept in _named_on(known):
        keys = unsaying.said_on(decision.connection, (repository_id, number), kept)
        unsaying.never_say(decision.connection, keys, decision.now)
        thread = Thread(repository_id, number)
        decision.act_in(repository_id, [Retract(thread, key, LATER) for key in keys])


def _thread_of(row: Any) -> Thread:
    """The thread of a write, by its number or by the write that opened it."""
    _, _, number = row.lane.removeprefix(f"repo {row.repository_id} · ").partition("thread ")
    if number.isdecimal():
        return Thread(row.repository_id, int(number))
    return Thread(row.repository_id, opened_by=row.lane)


def _named_on(known: Known) -> Iterator[tuple[tuple[int, int], tuple[str, ...]]]:
    """The threads where they are named, each with the kinds of comments that stay."""
    kept: dict[tuple[int, int], tuple[str, ...]] = {}
    for row in (*known.as_mentor, *known.starters):
        anew = ("welcome", *OF_THE_ISSUE) if row.closed_at is None else ()
        kept[row.repository_id, row.number] = (*OF_OTHERS, *anew)
    for row in known.before:  # who introduced somebody else, or was reminded
        kept.setdefault((row.repository_id, row.number), (*OF_OTHERS, "welcome", *OF_THE_ISSUE))
    for row in known.claims:
        kept.setdefault((row.repository_id, row.number), (*OF_OTHERS, *OF_THE_ISSUE))
    theirs = {(row.repository_id, row.number) for row in known.as_newcomer} | known.greeted
    kept |= dict.fromkeys(theirs, (*OF_OTHERS, *OF_THE_ISSUE))
    yield from kept.items()


def _put_right(decision: Decision, homes: Homes, known: Known) -> None:
    """What named them says now what is so; what waits for them goes to somebody else."""
    left = {row.program_id for row in (*known.as_mentor, *known.starters) if row.closed_at is None}
    for row in (*known.as_mentor, *known.before):
        if row.closed_at is None and row.program_id in homes:
            here = (row.repository_id, row.number)
            rewrite_welcome(decision, homes[row.program_id], *here)
            replan(decision, homes[row.program_id], *here)
    notes = {(row.repository_id, row.number) for row in (*known.starters, *known.claims)}
    notes |= {(row.repository_id, row.starter_number) for row in known.as_newcomer if row.starter_number}
    for repository_id, number in sorted(notes):
        starter_notes.ask(decision, repository_id, number)
    for program_id, issue_key in sorted(known.asked_in):
        if program_id in homes:
            _retable(decision, homes[program_id], issue_key)
    for program_id, cohort in sorted(known.shared_in):
        if program_id in homes:
            showcase.rewrite(decision, homes[program_id], cohort)
    _unname_in_events(decision, homes, known)
    for program_id in sorted(left):
        rehome.ask(decision, program_id)


def _unname_in_events(decision: Decision, homes: Homes, known: Known) -> None:
    for program_id, key in sorted(known.events):
        if program_id in homes:
            event_issue.unname(decision, homes[program_id], key)
            if key in known.titles:
                event_issue.retitle(decision, homes[program_id], key)


def _retable(decision: Decision, loaded: Loaded, issue_key: str) -> None:
    home, rows = loaded.home, table_rows(decision, loaded, issue_key)
    action = invitations.retable(loaded.program, home.id, issue_key, rows)
    decision.act(home.installation_id, [action])
