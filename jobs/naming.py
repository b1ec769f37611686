"""Who is named on a thread, by command: `/mentor me`, `/mentor @login`, `/mentor next`, `/mentor why`."""

from typing import Any

from adapters import reads
from adapters.catalogues import can_say, of_thread, spoken
from adapters.ledger import languages, mentorships, outbox, programs
from jobs import hand_over, rehome
from jobs.asking import Apply, Asking, Refusal, understood
from jobs.candidates import candidates
from jobs.decision import Decision
from jobs.hand_over import login_of
from jobs.rights import may_maintain
from mentoring import naming as rules
from mentoring.actions import Comment, Rewrite, effect
from mentoring.commands import Command
from mentoring.facts import Issue
from mentoring.matching import Candidate, Match, Need, areas_of, match_newcomer
from mentoring.turns import MENTOR
from mentoring.wording import Phrase, phrase

NOBODY = phrase("Nobody mentors on this thread; `/mentor me` asks for somebody.")


def me(asking: Asking, command: Command) -> Apply:
    """`/mentor me`, `… in Italian`, `… for orm`: asks for a mentor on this thread."""
    wish = _wish(asking, command.words)
    issue = _thread(asking)

    def apply(decision: Decision) -> None:
        programs.lock(decision.connection, asking.loaded.home.id)
        row = _open_row(decision, asking)
        if row is None:
            _begin_for_asker(decision, asking, issue, wish)
        elif not _goes_on_in(decision, asking, row, wish.language):
            raise Refusal(_taken(decision, asking, row))

    return apply


def _wish(asking: Asking, words: str) -> rules.Wish:
    with understood():
        return rules.wish(words, asking.loaded.program)


def _goes_on_in(decision: Decision, asking: Asking, row: Any, language: str | None) -> bool:
    """Whether we speak to a newcomer in another language from now on: theirs to choose, whoever their mentor is."""
    here = (row.repository_id, row.number)
    known = languages.spoken(decision.connection, *here)
    now = spoken(of_thread(known.asked, known.language))
    if (
        row.newcomer_id != asking.person_id
        or not language
        or not can_say(language)
        or spoken(language) == now
    ):
        return False
    greeting = {**(row.greeting or {}), "language": language}
    mentorships.change(decision.connection, *here, greeting=greeting)
    hand_over.rewrite_welcome(decision, asking.loaded, *here)
    return True


def _taken(decision: Decision, asking: Asking, row: Any) -> Phrase:
    mentor = login_of(decision, asking.loaded, row.mentor_id)
    noun = asking.loaded.program.mentor_noun
    if row.newcomer_id != asking.person_id:
        return phrase(
            "Somebody has a %(noun)s on this thread already; please ask on a thread of your own.", noun=noun
        )
    if mentor is None:
        return phrase("You are on the list already; nobody is free to be your %(noun)s yet.", noun=noun)
    return phrase(
        "%(mentor)s is your %(noun)s here; `/mentor next` asks for somebody else.", mentor=mentor, noun=noun
    )


def _begin_for_asker(decision: Decision, asking: Asking, issue: Issue, wish: rules.Wish) -> None:
    loaded, here = asking.loaded, (issue.repository_id, issue.number)
    areas = (wish.area,) if wish.area else areas_of((), issue.labels, loaded.program.areas)
    starter = mentorships.starter(decision.connection, *here)
    named_id = starter.mentor_id if starter and not starter.dropped_at and not wish.area else None
    language = wish.language or languages.asked_by(decision.connection, loaded.home.id, asking.person_id)
    need = Need(asking.person_id, tuple(areas), language, named_id)
    match = match_newcomer(need, candidates(decision.connection, loaded, decision.now))
    beginning = hand_over.Beginning(
        newcomer_id=asking.person_id,
        newcomer=asking.login,
        kind="asked",
        mentor=match.mentor,
        turn=MENTOR,
        match=match,
        language=language,
        areas=areas,
    )
    hand_over.begin(decision, loaded, issue, beginning)


def by_name(asking: Asking, command: Command) -> Apply:
    """`/mentor @login`: this mentor, even if full or away."""
    login, *rest = command.words.lstrip("@").split()[:1] or [""]
    if not may_maintain(asking):
        raise Refusal(phrase("Only maintainers and organizers name a mentor; `/mentor me` asks for one."))
    issue = _thread(asking)

    def apply(decision: Decision) -> None:
        programs.lock(decision.connection, asking.loaded.home.id)
        mentors = candidates(decision.connection, asking.loaded, decision.now)
        chosen = _mentor_called(asking, mentors, login)
        _name(decision, asking, issue, chosen)

    return apply


def _mentor_called(asking: Asking, mentors: list[Candidate], login: str) -> Candidate:
    program = asking.loaded.program
    chosen = next((one for one in mentors if one.login.lower() == login.lower()), None)
    if chosen is not None:
        return chosen
    raise Refusal(rules.not_a_mentor(program, login, [one.login for one in mentors]))


def _name(decision: Decision, asking: Asking, issue: Issue, chosen: Candidate) -> None:
    loaded, row = asking.loaded, _open_row(decision, asking)
    busy = rules.busy(chosen)
    starter = mentorships.starter(decision.connection, issue.repository_id, issue.number)
    if row is not None:
        if chosen.id in (row.mentor_id, row.newcomer_id):
            raise Refusal(_there_already(chosen))
        hand_over.introduce(decision, loaded, row, why="named", to=chosen, busy=busy)
    if starter is not None and not starter.dropped_at and not starter.closed_at:
        if row is None and chosen.id == starter.mentor_id:
            raise Refusal(_there_already(chosen))
        rehome.give(decision, loaded, issue, starter, chosen, why="named", announce=row is None)
    elif row is None:
        _begin_by_name(decision, asking, issue, chosen, busy)


def _there_already(chosen: Candidate) -> Phrase:
    return phrase("%(login)s is on this thread already.", login=chosen.login)


def _begin_by_name(
    decision: Decision, asking: Asking, issue: Issue, chosen: Candidate, busy: str | None
) -> None:
    if not issue.by_person or issue.author_id == chosen.id:
        raise Refusal(phrase("There is nobody on this thread to be a mentor for."))
    beginning = hand_over.Beginning(
        newcomer_id=issue.author_id,
        newcomer=issue.author,
        kind="asked",
        mentor=chosen,
        turn=MENTOR,
        why="named",
        match=Match(chosen, "named", None, ()),
        areas=areas_of((), issue.labels, asking.loaded.program.areas),
        busy=busy,
    )
    hand_over.begin(decision, asking.loaded, issue, beginning)


def next_one(asking: Asking, _command: Command) -> Apply:
    """`/mentor next`: hands over to somebody else."""
    with asking.context.ledger.read() as connection:
        involved = _involved(connection, asking)
    if not involved:
        raise Refusal(NOBODY)
    if asking.person_id not in involved and not may_maintain(asking):
        raise Refusal(phrase("Only the mentor, the newcomer, maintainers and organizers hand a thread over."))
    issue = _thread(asking)

    def apply(decision: Decision) -> None:
        programs.lock(decision.connection, asking.loaded.home.id)
        row = _open_row(decision, asking)
        starter = mentorships.starter(decision.connection, issue.repository_id, issue.number)
        if row is not None:
            _pass_on(decision, asking, row)
            rehome.follow(decision, asking.loaded, issue, row)
        elif starter is not None and starter.mentor_id and not starter.dropped_at:
            _pass_on_issue(decision, asking, issue, starter)
        else:
            raise Refusal(NOBODY)

    return apply


def _involved(connection: Any, asking: Asking) -> set[int | None]:
    here = (asking.row.repository_id, asking.row.number)
    row, starter = mentorships.get(connection, *here), mentorships.starter(connection, *here)
    people = {row.mentor_id, row.second_id, row.newcomer_id} if row and not row.closed_at else set()
    return people | ({starter.mentor_id} if starter and not starter.dropped_at else set())


def _pass_on(decision: Decision, asking: Asking, row: Any) -> None:
    """To the second mentor where there is one and the first passes; else to somebody new."""
    loaded, mine = asking.loaded, asking.person_id
    if mine == row.mentor_id and row.second_id is not None:
        hand_over.promote(decision, loaded, row)
        return
    cover = mine == row.second_id and mine is not None
    why = "passed" if mine in (row.mentor_id, row.second_id) else "next"
    if hand_over.introduce(decision, loaded, row, why=why, cover=cover):
        return
    if why == "next":
        raise Refusal(_nobody_else(decision, asking, row.mentor_id, to_newcomer=mine == row.newcomer_id))
    hand_over.leave(decision, loaded, row, asking.person_id)


def _pass_on_issue(decision: Decision, asking: Asking, issue: Issue, starter: Any) -> None:
    """A good first issue that nobody works on; only its mentor may leave it without one."""
    why = "passed" if asking.person_id == starter.mentor_id else "next"
    if not rehome.pass_on(decision, asking.loaded, issue, starter, why) and why == "next":
        raise Refusal(_nobody_else(decision, asking, starter.mentor_id))


def _nobody_else(
    decision: Decision, asking: Asking, mentor_id: int | None, *, to_newcomer: bool = False
) -> Phrase:
    """Why nothing changes, and who stays."""
    login = login_of(decision, asking.loaded, mentor_id)
    noun = asking.loaded.program.mentor_noun
    if not login:
        return phrase("Nobody else is free right now; the organizers see it in their digest.")
    if to_newcomer:
        return phrase(
            "Nobody else is free right now, so %(login)s stays your %(noun)s; the organizers see it in their digest.",
            login=login,
            noun=noun,
        )
    return phrase(
        "Nobody else is free right now, so %(login)s stays the %(noun)s here; the organizers see it in their digest.",
        login=login,
        noun=noun,
    )


def why(asking: Asking, _command: Command) -> Apply:
    """`/mentor why`: how the choice was made."""

    def apply(decision: Decision) -> None:
        here = (asking.row.repository_id, asking.row.number)
        row, starter = (
            mentorships.get(decision.connection, *here),
            mentorships.starter(decision.connection, *here),
        )
        if row is None and starter is None:
            raise Refusal(phrase("No mentor was chosen on this thread; `/mentor me` asks for one."))
        mentor_id = row.mentor_id if row is not None else starter.mentor_id if starter else None
        reasons = (row.reasons if row is not None else None) or (starter.reasons if starter else None)
        text = rules.why(asking.loaded.program, login_of(decision, asking.loaded, mentor_id), reasons or ())
        key = effect(asking.thread.name, "why")
        known = outbox.state_of(decision.connection, key) is not None
        said = (Rewrite if known else Comment)(asking.thread, "why", key, text)
        decision.act(asking.row.installation_id, [said])

    return apply


def _thread(asking: Asking) -> Issue:
    github = asking.context.github.installation(asking.row.installation_id)
    return reads.issue(github, asking.row.repository_id, asking.row.number)


def _open_row(decision: Decision, asking: Asking) -> Any:
    row = mentorships.get(decision.connection, asking.row.repository_id, asking.row.number)
    return row if row is not None and row.closed_at is None else None
