"""Answers to an invitation: accept, later, decline – each in one word, and kept in the table."""

from datetime import datetime

from adapters import links
from adapters.ledger import asks, backfills, listing, mentorships, people, places, programs
from adapters.ledger import invitations as ledger
from jobs import event_issue, rehome
from jobs.asking import Apply, Asking, Refusal
from jobs.candidates import declared
from jobs.decision import Decision
from jobs.program import Loaded
from jobs.week import nameable
from mentoring import invitations as rules
from mentoring.availability import zone_of
from mentoring.commands import Command
from mentoring.invitations import Asked, Pull
from mentoring.wording import Mistake, phrase

NOT_INVITED = phrase("There is no invitation for you here, so there is nothing to answer.")


def accept(asking: Asking, _command: Command) -> Apply:
    """`/mentor accept`: a mentor from now on."""

    def apply(decision: Decision) -> None:
        _must_be_invited(decision, asking)
        say_yes(decision, asking, "/mentor accept")

    return apply


def later(asking: Asking, command: Command) -> Apply:
    """`/mentor later 3 weeks`: asked once more, then; until a new yes they are no mentor."""
    program, member = asking.loaded.program, declared(asking.loaded, asking.person_id)
    zone = zone_of(program, member)
    try:
        remind_at = rules.later(command.words, asking.context.now(), zone, program.language)
    except Mistake as mistake:
        # Translators: before the comma stands what is wrong with a time, such as "That is over already; …"
        sentence = phrase("%(mistake)s, as in `/mentor later 3 weeks`.", mistake=mistake.sentence)
        raise Refusal(sentence) from mistake

    def apply(decision: Decision) -> None:
        _must_be_invited(decision, asking)
        if _say(decision, asking, "later", "/mentor later"):
            _answer(decision, asking, "later", remind_at)
            rehome.ask(decision, asking.loaded.home.id)

    return apply


def decline(asking: Asking, _command: Command) -> Apply:
    """`/mentor decline`: never asked again, never named."""

    def apply(decision: Decision) -> None:
        _must_be_invited(decision, asking)
        if _say(decision, asking, "no", "/mentor decline"):
            listing.declined(decision.connection, asking.loaded.home.id, asking.person_id)
            asks.decline(decision.connection, asking.loaded.home.id, asking.person_id, asking.said_at)
            event_issue.leave(decision, asking.loaded, asking.person_id)
            _answer(decision, asking, "declined")
            rehome.ask(decision, asking.loaded.home.id)

    return apply


def say_yes(decision: Decision, asking: Asking, how: str) -> None:
    """Records the yes."""
    if not _say(decision, asking, "yes", how):
        return
    _answer(decision, asking, "accepted")
    look_again(decision, asking)


def look_again(decision: Decision, asking: Asking) -> None:
    """Somebody is free who was not: issues that had nobody to be named may have somebody now."""
    home = asking.loaded.home
    for place in places.repositories_of_program(decision.connection, home.id):
        delivery = f"{asking.row.delivery}:{place.id}"
        where = (place.installation_id, place.id)
        asking.bells.extend(backfills.ask(decision.connection, *where, delivery, decision.now))


def _must_be_invited(decision: Decision, asking: Asking) -> None:
    if not ledger.of_person(decision.connection, asking.loaded.home.id, asking.person_id):
        raise Refusal(NOT_INVITED)


def _say(decision: Decision, asking: Asking, said: str, how: str) -> bool:
    """Records their word; False if they have said something else since."""
    home_id = asking.loaded.home.id
    programs.lock(decision.connection, home_id)
    people.see(decision.connection, asking.person_id, asking.login)
    return programs.person_says(decision.connection, home_id, asking.person_id, said, how, asking.said_at)


def _answer(decision: Decision, asking: Asking, state: str, remind_at: datetime | None = None) -> None:
    home_id = asking.loaded.home.id
    ledger.answer(decision.connection, home_id, asking.person_id, state, decision.now, remind_at)
    retable(decision, asking.loaded, asking.person_id)


def retable(decision: Decision, loaded: Loaded, person_id: int) -> None:
    """Brings the table in the issue in which this person was asked up to date."""
    home = loaded.home
    for invitation in ledger.of_person(decision.connection, home.id, person_id):
        if not invitation.issue_key:
            continue  # they were asked on a thread of their own, of which no table tells
        rows = table_rows(decision, loaded, invitation.issue_key)
        action = rules.retable(loaded.program, home.id, invitation.issue_key, rows)
        decision.act(home.installation_id, [action])


def table_rows(decision: Decision, loaded: Loaded, issue_key: str) -> list[Asked]:
    """Everybody who was asked in one issue, with the starter issues they opened since."""
    connection = decision.connection
    together = ledger.together(connection, issue_key)
    ids = [row.person_id for row in together]
    names = people.names(connection, ids)
    starters = mentorships.starters_opened_by(connection, loaded.home.id, ids)
    found = places.repositories_of_program(connection, loaded.home.id)
    in_private = any(place.id == loaded.home.id and place.private for place in found)
    shown = nameable(found, in_private=in_private)
    agreed = asks.agreed(connection, loaded.home.id, ids)
    return [
        Asked(
            row.person_id,
            loaded.login_of(row.person_id) or names.get(row.person_id, "ghost"),
            row.state,
            tuple(
                _link(decision, shown[s.repository_id].full_name, s.number)
                for s in starters
                if s.mentor_id == row.person_id and s.repository_id in shown
            ),
            # Counted without a link: in private, or where the App can look no more whether it still is public.
            sum(s.mentor_id == row.person_id and s.repository_id not in shown for s in starters),
            agreed.get(row.person_id, ()),
        )
        for row in together
    ]


def _link(decision: Decision, slug: str, number: int) -> Pull:
    return Pull(slug, number, links.thread(decision.context.settings, slug, number))
