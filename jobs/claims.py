"""Claims: a newcomer takes a good first issue and gives it back, and nobody else takes it meanwhile."""

from typing import Any

from adapters import links, reads, texts
from adapters.ledger import claims as ledger
from adapters.ledger import mentorships, people, places, programs
from jobs import exit_question, hand_over, starter_notes
from jobs.asking import SECOND, Apply, Asking, Refusal
from jobs.decision import Again, Decision
from jobs.free_starters import free_starters
from jobs.notes import say_anew
from jobs.program import Loaded
from jobs.rights import may_maintain
from jobs.waiting import replan
from jobs.week import nameable
from mentoring import claims as rules
from mentoring.actions import Assign, Thread, Unassign
from mentoring.commands import Command
from mentoring.facts import Issue
from mentoring.matching import Candidate
from mentoring.turns import NEWCOMER
from mentoring.welcome import closes
from mentoring.wording import Phrase, phrase


def claim(asking: Asking, _command: Command) -> Apply:
    """`/mentor claim`: the issue is theirs, and its mentor is their mentor on it."""
    issue = _claimable(asking)
    with asking.context.ledger.read() as connection:
        held = ledger.holder(connection, issue.repository_id, issue.number)
    if not held or held.person_id != asking.person_id:
        _refuse_unless_free(asking, issue, held)

    def apply(decision: Decision) -> None:
        programs.lock(decision.connection, asking.loaded.home.id)
        _take(decision, asking, issue)

    return apply


def _claimable(asking: Asking) -> Issue:
    """The issue as it is now, if it is one that this person may take."""
    noun = asking.loaded.program.mentor_noun
    if asking.is_pull:
        raise Refusal(phrase("`/mentor claim` works on a good first issue, not on a pull request."))
    with asking.context.ledger.read() as connection:
        starter = mentorships.starter(connection, asking.row.repository_id, asking.row.number)
    if starter is None or starter.mentor_id is None or starter.dropped_at:
        raise Refusal(
            phrase("No %(noun)s is named on this issue, so just ask here whether you may take it.", noun=noun)
        )
    if starter.mentor_id == asking.person_id:
        raise Refusal(
            phrase(
                "You are the %(noun)s for this issue, so it is kept for somebody who is new here.", noun=noun
            )
        )
    if asking.loaded.in_roster(asking.person_id):
        raise Refusal(
            phrase("You are part of the program, and good first issues are kept for people who are new here.")
        )
    github = asking.context.github.installation(asking.row.installation_id)
    issue = reads.issue(github, asking.row.repository_id, asking.row.number)
    if not issue.is_open:
        raise Refusal(phrase("This issue is closed, so there is nothing left to take."))
    return issue


def _refuse_unless_free(asking: Asking, issue: Issue, held: Any) -> None:
    if not asking.loaded.program.is_good_first(issue.labels):
        raise Refusal(
            phrase(
                "This issue is no longer marked as a good first issue, so just ask here whether you may take it."
            )
        )
    with asking.context.ledger.read() as connection:
        taken_by = worker(connection, asking.loaded, issue, held, asking.login)
    if taken_by:
        free = free_starters(asking.context, asking.loaded, issue.number)
        raise Refusal(_taken(taken_by, free))


def worker(connection: Any, loaded: Loaded, issue: Issue, held: Any, login: str) -> str | None:
    """The login of whoever else works on an issue, by the ledger (`held`: a claim) or as GitHub shows it."""
    ids = [held.person_id] if held else ledger.helped_on(connection, issue.repository_id, issue.number)
    known = people.names(connection, ids)
    names = [loaded.login_of(one) or known.get(one, "ghost") for one in ids]
    others = (name for name in (*names, *issue.assignees) if name.lower() != login.lower())
    return next(others, None)


def _taken(who: str, free: list[rules.Free]) -> Phrase:
    """Who works on it, and what else there is: at most two."""
    first, second = ([f"[{texts.defuse(one.title)}]({one.url})" for one in free] + ["", ""])[:2]
    if not first:
        return phrase(
            "**%(who)s** is working on this one already, and no other is free at the moment.", who=who
        )
    if not second:
        return phrase("**%(who)s** is working on this one already; %(first)s is free.", who=who, first=first)
    return phrase(
        "**%(who)s** is working on this one already; %(first)s and %(second)s are free.",
        who=who,
        first=first,
        second=second,
    )


def _take(decision: Decision, asking: Asking, issue: Issue) -> None:
    connection, here = decision.connection, (issue.repository_id, issue.number)
    starter, held = mentorships.starter(connection, *here), ledger.holder(connection, *here)
    if held and held.person_id == asking.person_id:
        return
    if held:
        raise Again(decision.now, "somebody else was faster: the answer needs another look")
    _check_limit(decision, asking)
    assigned = asking.login.lower() not in (login.lower() for login in issue.assignees)
    values = {
        "repository_id": issue.repository_id,
        "number": issue.number,
        "person_id": asking.person_id,
        "program_id": asking.loaded.home.id,
        "claimed_at": decision.now,
        "assigned": assigned,
    }
    if not ledger.take(connection, values):
        raise Again(decision.now, "somebody else was faster: the answer needs another look")
    people.see(connection, asking.person_id, asking.login)
    if assigned:
        decision.act(asking.row.installation_id, [Assign(issue.thread, asking.login)])
    starter_notes.rewrite(decision, asking.loaded, issue)
    pull = ledger.pull_about(connection, *here)
    if pull is not None and pull.newcomer_id == asking.person_id:  # which came before the claim
        _link(decision, asking.loaded, ledger.holder(connection, *here), pull.number)
    else:
        _begin(decision, asking, issue, starter)


def _check_limit(decision: Decision, asking: Asking) -> None:
    theirs = ledger.open_of(decision.connection, asking.loaded.home.id, asking.person_id)
    if len(theirs) < asking.loaded.program.claims:
        return
    raise Refusal(_busy(decision, asking.loaded, theirs[0]))


def _busy(decision: Decision, loaded: Loaded, held: Any) -> Phrase:
    """To somebody who has a claim already, which is named where it may be."""
    found = places.repositories_of_program(decision.connection, loaded.home.id)
    place = nameable(found, in_private=loaded.place.private).get(held.repository_id)
    if place is None:
        return phrase(
            "You are working on another issue already; "
            "once it is done, or given back there with `/mentor release`, you are welcome to this one."
        )
    url = links.thread(decision.context.settings, place.full_name, held.number)
    if place.id == loaded.place.id:
        return phrase(
            "You are working on [issue %(number)s](%(url)s) already; "
            "once it is done, or given back there with `/mentor release`, you are welcome to this one.",
            number=held.number,
            url=url,
        )
    return phrase(
        "You are working on [issue %(number)s of %(place)s](%(url)s) already; "
        "once it is done, or given back there with `/mentor release`, you are welcome to this one.",
        number=held.number,
        place=place.full_name,
        url=url,
    )


def _begin(decision: Decision, asking: Asking, issue: Issue, starter: Any) -> None:
    """The mentorship on the issue; one that they asked for themselves before goes on as this one."""
    here = (issue.repository_id, issue.number)
    known = mentorships.get(decision.connection, *here)
    if known is not None and known.closed_at is None:
        if known.newcomer_id != asking.person_id:
            raise Again(decision.now, "somebody else was faster: the answer needs another look")
        mentorships.change(decision.connection, *here, kind="claim")
        replan(decision, asking.loaded, *here)
        return
    # Whoever the issue shows as its mentor, even one who was named by label and never said yes.
    login = hand_over.login_of(decision, asking.loaded, starter.mentor_id)
    beginning = hand_over.Beginning(
        newcomer_id=asking.person_id,
        newcomer=asking.login,
        kind="claim",
        mentor=Candidate(starter.mentor_id, login) if login else None,
        turn=NEWCOMER,
        asked_at=asking.said_at - SECOND,  # GitHub's own moment of the comment, so that its words count
    )
    hand_over.begin(decision, asking.loaded, issue, beginning, announce=False)


def release(asking: Asking, _command: Command) -> Apply:
    """`/mentor release`: gives the issue back."""
    here = (asking.row.repository_id, asking.row.number)
    with asking.context.ledger.read() as connection:
        held = ledger.holder(connection, *here)
    may_free = {asking.person_id}
    if held is not None and held.person_id != asking.person_id and may_maintain(asking):
        may_free.add(held.person_id)

    def apply(decision: Decision) -> None:
        programs.lock(decision.connection, asking.loaded.home.id)
        now_held = ledger.holder(decision.connection, *here)  # a command before this one may have taken it
        if now_held is None:
            raise Refusal(phrase("Nobody has taken this issue, so there is nothing to give back."))
        if now_held.person_id not in may_free:
            raise Refusal(
                phrase("Only whoever took this issue, a maintainer or an organizer can give it back.")
            )
        pull = ledger.pull_about(decision.connection, *here)
        if pull is not None and pull.number == now_held.pull_number:
            raise Refusal(
                phrase(
                    "#%(pull)s goes on with this issue; once it is closed, the issue is free.",
                    pull=pull.number,
                )
            )
        _free(decision, asking.loaded, now_held, "said")

    return apply


def _free(decision: Decision, loaded: Loaded, held: Any, why: str) -> None:
    """The issue is for everybody again, and shows it."""
    here = (held.repository_id, held.number)
    _finish(decision, held, why, loaded)
    login = hand_over.login_of(decision, loaded, held.person_id)
    if login:
        decision.act_in(held.repository_id, [Unassign(Thread(*here), login)])
    starter_notes.ask(decision, *here)


def _finish(decision: Decision, held: Any, why: str, loaded: Loaded | None = None) -> None:
    """The claim ends, and with it their mentorship on the issue; `loaded`: where that stays open."""
    ledger.release(decision.connection, held, why, decision.now)
    here = (held.repository_id, held.number)
    known = mentorships.get(decision.connection, *here)
    if known is not None and known.closed_at is None and known.newcomer_id == held.person_id:
        if loaded is not None:
            hand_over.part(decision, loaded, known)
        mentorships.close(decision.connection, *here, decision.now, merged=False)


def release_silent(decision: Decision, loaded: Loaded, row: Any) -> None:
    """Frees a claim after a long silence, with a kind word; `row`: the claim, or the mentorship that came of it."""
    here = (row.repository_id, row.number)
    held = ledger.holder(decision.connection, *here)
    if held is None or held.released_at is not None:
        return
    login = hand_over.login_of(decision, loaded, held.person_id)
    _free(decision, loaded, held, "silent")
    if login:
        question = exit_question.link(decision, loaded, held.person_id)
        say_anew(decision, Thread(*here), "claim_released", rules.released(loaded.program, login, question))


def is_taken(decision: Decision, issue: Issue) -> bool:
    """Whether somebody has claimed the issue and works on it there, not yet in a pull request."""
    held = ledger.holder(decision.connection, issue.repository_id, issue.number)
    return held is not None and held.released_at is None


def end(decision: Decision, repository_id: int, number: int, why: str = "closed") -> None:
    """Ends a claim quietly: its issue was closed, transferred or deleted."""
    held = ledger.holder(decision.connection, repository_id, number)
    if held is not None:
        _finish(decision, held, why)


def resume(decision: Decision, loaded: Loaded, issue: Issue) -> None:
    """The issue was closed and is open again: whoever is still assigned to it goes on with their claim."""
    connection, here = decision.connection, (issue.repository_id, issue.number)
    held, row = ledger.ended_with_the_issue(connection, *here), mentorships.get(connection, *here)
    if held is None or ledger.holder(connection, *here):
        return
    login = hand_over.login_of(decision, loaded, held.person_id)
    if held.pull_number:
        if login in issue.assignees:
            take_off(decision, issue, held, login)
        return
    mine = row is not None and row.newcomer_id == held.person_id
    if mine and login in issue.assignees:
        ledger.resume(connection, held)
        mentorships.reopen(connection, *here, decision.now)
        replan(decision, loaded, *here)
    elif mine:
        hand_over.part(decision, loaded, row)


def take_off(decision: Decision, issue: Issue, held: Any, login: str | None) -> None:
    """Their pull request is over: an assignment that was ours is taken back."""
    if held.assigned and login:
        ledger.change(decision.connection, held, assigned=False)
        decision.act(decision.row.installation_id, [Unassign(issue.thread, login)])


def link(decision: Decision, loaded: Loaded, pull: Issue) -> Any | None:
    """Goes on with the author's claim in their pull request; the good first issue it is about, if there is one.

    The one that the text names, else the oldest; a text that names somebody else's starter issue is about that one.
    """
    theirs = {
        held.number: held
        for held in ledger.open_of(decision.connection, loaded.home.id, pull.author_id)
        if held.repository_id == pull.repository_id
    }
    named = closes(pull.body, loaded.place.full_name)
    starters = [mentorships.starter(decision.connection, pull.repository_id, number) for number in named]
    meant = next((number for number in named if number in theirs), None)
    if meant is None and not any(starter and not starter.dropped_at for starter in starters):
        meant = next(iter(theirs), None)
    if meant is None:
        return None
    _link(decision, loaded, theirs[meant], pull.number)
    return mentorships.starter(decision.connection, pull.repository_id, meant)


def _link(decision: Decision, loaded: Loaded, held: Any, pull_number: int) -> None:
    _finish(decision, held, ledger.LINKED, loaded)
    ledger.change(decision.connection, held, pull_number=pull_number)
