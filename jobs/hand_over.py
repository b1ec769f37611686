"""Hand-over: brings somebody else into a mentorship, or begins one, and introduces them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from adapters.ledger import forgetting, languages, mentorships, outbox, people
from jobs.beside import beside
from jobs.candidates import candidates
from jobs.decision import Decision
from jobs.notes import key_of, say_anew
from jobs.program import Loaded
from jobs.waiting import acting, replan
from mentoring import hand_over as rules
from mentoring import welcome
from mentoring.actions import Thread, Unlabel
from mentoring.facts import Issue
from mentoring.follow_up import REMIND, TELL
from mentoring.hand_over import HandOver
from mentoring.lineage import HELPED_HERE
from mentoring.matching import Candidate, Match, Need, match_newcomer
from mentoring.turns import MENTOR


def introduce(
    decision: Decision,
    loaded: Loaded,
    row: Any,
    *,
    why: str,
    cover: bool = False,
    to: Candidate | None = None,
    busy: str | None = None,
) -> Candidate | None:
    """Somebody else for an open mentorship: chosen (or named by `to`), recorded, labelled, introduced.

    `cover`: as a second mentor, the first keeps the relation. None: nobody was free, and nothing changed.
    The caller holds the program's lock.
    """
    match = _match(decision, loaded, row) if to is None else None
    chosen = match.mentor if match else to
    if chosen is None:
        return None
    cover = cover and row.mentor_id is not None
    stands_by = None if cover else beside(decision, loaded, chosen.id, row.newcomer_id)
    values = _values(decision, loaded, row, chosen, cover=cover)
    if not cover or chosen.id == row.beside_id:
        values["beside_id"] = stands_by and stands_by.id
    if match:
        values["reasons"] = [asdict(one) for one in match.considered]
    mentorships.change(decision.connection, row.repository_id, row.number, **values)
    _tell(decision, loaded, row, HandOver(
        mentor=chosen,
        why=why,
        newcomer=login_of(decision, loaded, row.newcomer_id),
        before=login_of(decision, loaded, acting(row) if cover else row.mentor_id),
        together=login_of(decision, loaded, row.mentor_id) if cover else None,
        answer_by=values.get("answer_by"),
        busy=busy,
        beside=stands_by.login if stands_by else None,
    ))  # fmt: skip
    replan(decision, loaded, row.repository_id, row.number)
    return chosen


def promote(decision: Decision, loaded: Loaded, row: Any) -> None:
    """The first mentor passes: whoever covers is the mentor from now on, and was introduced already."""
    values = {"mentor_id": row.second_id, "second_id": None, "beside_id": None}
    mentorships.change(decision.connection, row.repository_id, row.number, **values)
    show_names(decision, loaded, Thread(row.repository_id, row.number), None, [row.mentor_id])
    rewrite_welcome(decision, loaded, row.repository_id, row.number)
    replan(decision, loaded, row.repository_id, row.number)


def leave(decision: Decision, loaded: Loaded, row: Any, person_id: int) -> None:
    """A mentor leaves and nobody else is free: their name comes off, and the newcomer knows where they are."""
    here = (row.repository_id, row.number)
    stays = row.mentor_id if row.second_id == person_id else None
    values: dict[str, Any] = {"mentor_id": stays, "second_id": None, "tried": _tried(row, person_id)}
    if stays is None:
        values["beside_id"] = None  # they were there for this mentor
    mentorships.change(decision.connection, *here, **values)
    show_names(decision, loaded, Thread(*here), None, [person_id])
    if stays is None:
        _say_nobody(decision, loaded, row, login_of(decision, loaded, person_id))
    rewrite_welcome(decision, loaded, *here)
    replan(decision, loaded, *here)


def stand_back(decision: Decision, loaded: Loaded, row: Any) -> None:
    """Whoever stood by the mentor is none any more: they are not named."""
    mentorships.change(decision.connection, row.repository_id, row.number, beside_id=None)
    rewrite_welcome(decision, loaded, row.repository_id, row.number)


def part(decision: Decision, loaded: Loaded, row: Any) -> None:
    """A mentorship ends on an issue that stays open: it carries the name of its own mentor alone."""
    starter = mentorships.starter(decision.connection, row.repository_id, row.number)
    stays = starter.mentor_id if starter and not starter.dropped_at else None
    gone = [one for one in (row.mentor_id, row.second_id) if one not in (None, stays)]
    show_names(decision, loaded, Thread(row.repository_id, row.number), None, gone)


def _say_nobody(decision: Decision, loaded: Loaded, row: Any, before: str | None) -> None:
    newcomer = login_of(decision, loaded, row.newcomer_id)
    if newcomer:
        areas = (row.greeting or {}).get("areas") or ()
        text = rules.nobody_free(loaded.program, newcomer, before, areas)
        say_anew(decision, Thread(row.repository_id, row.number), "introduction", text)


def _match(decision: Decision, loaded: Loaded, row: Any) -> Match:
    greeting: Mapping[str, Any] = row.greeting or {}
    tried = {*(row.tried or ()), row.mentor_id, row.second_id} - {None}
    need = Need(
        row.newcomer_id,
        areas=tuple(name for name in greeting.get("areas") or () if name in loaded.program.areas),
        language=greeting.get("language"),
        named_id=row.beside_id,  # they are there already
        tried=frozenset(tried - {row.beside_id}),
    )
    return match_newcomer(need, candidates(decision.connection, loaded, decision.now))


def _values(
    decision: Decision, loaded: Loaded, row: Any, chosen: Candidate, *, cover: bool
) -> dict[str, Any]:
    """What is recorded. Whoever takes over has the promised time, from now on; a cover joins the wait."""
    values: dict[str, Any] = {"tried": _tried(row, chosen.id), "handed_over_at": decision.now}
    if row.turn == MENTOR:
        values["answer_by"] = decision.now + loaded.program.follow_up.answer_within
    if cover:
        return values | {"second_id": chosen.id}
    values |= {"mentor_id": chosen.id, "second_id": None}
    if row.turn == MENTOR:
        values |= {"turn_since": decision.now, "step": 0}
    return values


def _tried(row: Any, *more: int) -> list[int]:
    return list(dict.fromkeys([*(row.tried or ()), *more]))


def _tell(decision: Decision, loaded: Loaded, before: Any, hand_over: HandOver) -> None:
    leave = [before.second_id] if hand_over.together else [before.mentor_id, before.second_id]
    thread = Thread(before.repository_id, before.number)
    assign = before.kind == "pull"
    show_names(decision, loaded, thread, hand_over.mentor.login, leave, assign=assign)
    text = rules.text(loaded.program, hand_over)
    say_anew(decision, thread, "introduction", text)
    rewrite_welcome(decision, loaded, before.repository_id, before.number)


def show_names(
    decision: Decision,
    loaded: Loaded,
    thread: Thread,
    joins: str | None,
    leave: Sequence[int | None],
    *,
    assign: bool = False,
) -> None:
    """Puts the label and the assignment of who joins on the thread, and takes off those of who leave."""
    logins = [login for one in leave if (login := login_of(decision, loaded, one))]
    actions = rules.names(thread, loaded.program, joins, logins, assign=assign)
    decision.act_in(thread.repository_id, [*actions, *_before_renaming(decision, loaded, thread, leave)])


def _before_renaming(
    decision: Decision, loaded: Loaded, thread: Thread, leave: Sequence[int | None]
) -> Iterator[Unlabel]:
    """The labels that those who leave may have from before they were renamed."""
    for person_id in leave:
        present = login_of(decision, loaded, person_id) or ""
        for login in people.logins_of(decision.connection, person_id) if person_id is not None else ():
            if login != present.lower():
                yield Unlabel(thread, loaded.program.mentor_label_for(login))


def rewrite_welcome(decision: Decision, loaded: Loaded, repository_id: int, number: int) -> None:
    """Brings the welcome up to date, where there is one."""
    row = mentorships.get(decision.connection, repository_id, number)
    thread = Thread(repository_id, number)
    if row is None or not (row.greeting or {}).get("newcomer"):
        return  # it was begun without one
    if outbox.state_of(decision.connection, welcome.key_of(thread)) is None:
        return
    waits = row.turn == MENTOR and row.step > 0
    told = outbox.state_of(decision.connection, key_of(thread, "organizers", 1)) is not None
    state = welcome.State(
        second=login_of(decision, loaded, row.second_id),
        beside=login_of(decision, loaded, row.beside_id),
        asked_again=row.reminded_at if waits and row.step == REMIND else None,
        told=told and waits and row.step >= TELL,
    )
    said = introduction_of(decision, loaded, row.mentor_id)
    action = welcome.rewrite(thread, loaded.program, _greeting(row, said), said, row.answer_by, state)
    decision.act_in(repository_id, [action])


def _greeting(row: Any, mentor: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Why it was the first one says nothing about who took over."""
    greeting = {name: row.greeting.get(name) for name in welcome.GREETING}
    taken_over = mentor is None or row.greeting.get("mentor_id") != row.mentor_id
    return greeting | ({"deciding": "taken_over"} if taken_over else {})


def introduction_of(decision: Decision, loaded: Loaded, person_id: int | None) -> Mapping[str, Any] | None:
    """What a text says of a mentor: as the roster declares it, or the login alone."""
    login = login_of(decision, loaded, person_id)
    if login is None:
        return None
    entry = loaded.program.entry(login)
    if entry is None:
        return {"login": login, "cohort": "", "about": "", "contact": None, "grown": False}
    cohort, member = entry
    return {
        "login": login,
        "cohort": cohort.name,
        "about": member.about,
        "contact": member.contact,
        "grown": cohort.name == HELPED_HERE,
    }


def login_of(decision: Decision, loaded: Loaded, person_id: int | None) -> str | None:
    """Somebody's login: the present one, else as the roster or the ledger last knew it."""
    if person_id is None:
        return None
    known = people.names(decision.connection, [person_id]).get(person_id)
    return loaded.names.get(person_id) or loaded.login_of(person_id) or known


@dataclass(frozen=True)
class Beginning:
    """A mentorship that is about to begin: for whom, with whom, whose turn it is, and why."""

    newcomer_id: int
    newcomer: str
    kind: str  # pull, claim or asked
    mentor: Candidate | None
    turn: str
    starter_number: int | None = None
    why: str = "asked"
    match: Match | None = None
    language: str | None = None
    areas: Sequence[str] = ()
    busy: str | None = None
    asked_at: datetime | None = (
        None  # what the newcomer says from then on counts, even if all is decided later
    )


def begin(
    decision: Decision, loaded: Loaded, issue: Issue, beginning: Beginning, *, announce: bool = True
) -> bool:
    """Begins a mentorship on a thread that has no open one; False if there is one.

    `announce`: a comment introduces the two to each other, and the label carries the mentor's name.
    """
    if forgetting.is_forgotten(decision.connection, beginning.newcomer_id):
        return False
    people.see(decision.connection, beginning.newcomer_id, beginning.newcomer)
    values = _first_values(decision, loaded, issue, beginning)
    # Whoever is not announced says for themselves who stands by them.
    chosen_id = beginning.mentor.id if announce and beginning.mentor else None
    stands_by = beside(decision, loaded, chosen_id, beginning.newcomer_id)
    values["beside_id"] = stands_by and stands_by.id
    if not mentorships.begin_anew(decision.connection, values):
        return False
    if announce:
        _announce(decision, loaded, issue, beginning, stands_by.login if stands_by else None)
    replan(decision, loaded, issue.repository_id, issue.number)
    return True


def _first_values(decision: Decision, loaded: Loaded, issue: Issue, beginning: Beginning) -> dict[str, Any]:
    asked_at, mentor = beginning.asked_at or decision.now, beginning.mentor
    language = beginning.language or languages.asked_by(
        decision.connection, loaded.home.id, beginning.newcomer_id
    )
    return {
        "kind": beginning.kind,
        "program_id": loaded.home.id,
        "repository_id": issue.repository_id,
        "number": issue.number,
        "newcomer_id": beginning.newcomer_id,
        "mentor_id": mentor and mentor.id,
        "tried": [mentor.id] if mentor else [],
        "starter_number": beginning.starter_number,
        "since": decision.now,
        "turn": beginning.turn,
        "turn_since": asked_at,
        "newcomer_at": asked_at,
        "answer_by": _answer_by(decision, loaded, beginning),
        "reasons": [asdict(one) for one in beginning.match.considered] if beginning.match else None,
        "greeting": {"language": language, "areas": list(beginning.areas)},
    }


def _answer_by(decision: Decision, loaded: Loaded, beginning: Beginning) -> datetime | None:
    promised = beginning.mentor is not None and beginning.turn == MENTOR
    return decision.now + loaded.program.follow_up.answer_within if promised else None


def _announce(
    decision: Decision, loaded: Loaded, issue: Issue, beginning: Beginning, stands_by: str | None
) -> None:
    mentor = beginning.mentor
    if mentor is None:
        row = mentorships.get(decision.connection, issue.repository_id, issue.number)
        _say_nobody(decision, loaded, row, None)
        return
    show_names(decision, loaded, issue.thread, mentor.login, (), assign=issue.is_pull)
    answer_by = _answer_by(decision, loaded, beginning)
    said = HandOver(
        mentor,
        beginning.why,
        beginning.newcomer,
        answer_by=answer_by,
        busy=beginning.busy,
        beside=stands_by,
    )
    say_anew(decision, issue.thread, "introduction", rules.text(loaded.program, said))
