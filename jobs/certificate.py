"""Certificate: `/mentor certificate` gives whoever asks a page with what they did, and takes it back when asked."""

from adapters.ledger import certificates as ledger
from adapters.ledger import contributions, mentorships, outbox, people
from jobs.asking import Apply, Asking, Refusal
from jobs.candidates import mentor
from jobs.decision import Decision
from jobs.rights import is_organizer
from mentoring import certificate as rules
from mentoring.actions import Comment, Rewrite, Text, effect
from mentoring.certificate import Certificate, Done
from mentoring.commands import Command, says_nothing
from mentoring.path import Walked, steps_begun
from mentoring.wording import phrase

NO_ADDRESS = phrase(
    "There are no certificates yet: this Lamplighter has no public address (`PUBLIC_URL`) where a page could be."
)
BARRED = phrase(
    "The organizers took your certificate back; if that was a mistake, please ask them to allow it again."
)
NONE = phrase("You have no certificate in this program, so there is none to take back.")
NOBODY = phrase("Nobody of that name has a certificate in this program.")
ORGANIZERS_ONLY = phrase("Only an organizer may do that with somebody else's certificate.")
USAGE = phrase(
    "Write `/mentor certificate` to get yours, or `/mentor certificate revoke` to take it back; "
    "organizers add a login to `revoke` or `allow`."
)
WORDS = ("revoke", "allow")


def certificate(asking: Asking, command: Command) -> Apply:
    """`/mentor certificate`, `… revoke`; by organizers `… revoke @login` and `… allow @login`."""
    word, rest = (*command.words.split(maxsplit=1), "", "")[:2]
    if says_nothing(command.words):
        return _give(asking)
    if word.lower() not in WORDS or len(rest.split()) > 1:
        raise Refusal(USAGE)
    if says_nothing(rest):
        return _take_back(asking, word.lower())
    if not is_organizer(asking):
        raise Refusal(ORGANIZERS_ONLY)
    return _of_somebody(asking, word.lower(), rest.strip("@ "))


# --- to give --------------------------------------------------------------------------------------


def _give(asking: Asking) -> Apply:
    if not asking.context.settings.has_public_url:
        raise Refusal(NO_ADDRESS)

    def apply(decision: Decision) -> None:
        connection, home_id, program = decision.connection, asking.loaded.home.id, asking.loaded.program
        if ledger.is_barred(connection, home_id, asking.person_id):
            raise Refusal(BARRED)
        done = _done(decision, asking)
        found = rules.earned(done, program.name, program.mentor_noun, decision.now)
        if not found:
            raise Refusal(rules.missing(done, program.mentor_noun))
        ledger.make_key(connection)
        people.see(connection, asking.person_id, asking.login)
        _say(decision, asking, [_given(decision, asking, one) for one in found])

    return apply


def _done(decision: Decision, asking: Asking) -> Done:
    connection, program_id, person_id = decision.connection, asking.loaded.home.id, asking.person_id
    helped, up_to_the_merge, since = ledger.helped(connection, program_id, person_id)
    merged, first = ledger.merged(connection, program_id, person_id)
    opened, _, reviewed = contributions.numbers(connection, program_id, person_id)
    walked = Walked(opened, merged, reviewed, mentor(connection, asking.loaded, person_id) is not None)
    steps = steps_begun(asking.loaded.program, walked)
    was_new = mentorships.was_greeted(connection, program_id, person_id)
    return Done(helped, up_to_the_merge, since, merged, first, steps, was_new)


def _given(decision: Decision, asking: Asking, one: Certificate) -> dict[str, str]:
    given = ledger.give(decision.connection, asking.loaded.home.id, asking.person_id, one)
    where = f"{asking.context.settings.public_url}/certificates/{given}"
    return {"kind": one.kind, "url": where}


def _say(decision: Decision, asking: Asking, given: list[dict[str, str]]) -> None:
    """One comment for each person and thread; asked again, it has the same link."""
    key = effect(asking.thread.name, "certificate", f"person {asking.person_id}")
    was_said = outbox.state_of(decision.connection, key) is not None
    say = Rewrite if was_said else Comment
    values = {"login": asking.login, "program": asking.loaded.program.name, "given": given}
    text = Text("comments/certificate", values)
    decision.act(asking.row.installation_id, [say(asking.thread, "certificate", key, text)])


# --- to take back ---------------------------------------------------------------------------------


def _take_back(asking: Asking, word: str) -> Apply:
    if word != "revoke":
        raise Refusal(USAGE)

    def apply(decision: Decision) -> None:
        mine = ledger.of(asking.person_id, asking.loaded.home.id)
        if not ledger.revoke(decision.connection, decision.now, "person", mine):
            raise Refusal(NONE)

    return apply


def _of_somebody(asking: Asking, word: str, login: str) -> Apply:
    def apply(decision: Decision) -> None:
        connection, home_id = decision.connection, asking.loaded.home.id
        ids = people.ids_of(connection, login)
        if word == "allow":
            changed = sum(ledger.allow(connection, home_id, one) for one in ids)
        else:
            theirs = (ledger.of(one, home_id) for one in ids)
            changed = sum(ledger.revoke(connection, decision.now, "organizers", one) for one in theirs)
        if not changed:
            raise Refusal(NOBODY)

    return apply
