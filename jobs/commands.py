"""Commands: read them from a person's text, run them in order, acknowledge or refuse in one sentence."""

from dataclasses import dataclass

from adapters.context import Context
from adapters.ledger import availability as presence
from adapters.ledger import heard, outbox, programs
from jobs import (
    answers,
    asks,
    availability,
    certificate,
    claims,
    event,
    event_roles,
    forgetting,
    help,
    listing,
    naming,
    paths,
    peers,
    showcase,
    starter,
    wins,
)
from jobs.asking import Apply, Asking, Prepare, Refusal
from jobs.decision import Decision, Row, decide
from jobs.program import Loaded, load_program
from jobs.waiting import replan_mentor
from mentoring import commands as rules
from mentoring.actions import Comment, React, Rewrite, Text, effect
from mentoring.commands import MOST, Command
from mentoring.wording import Phrase, phrase

VERBS: dict[str, Prepare] = {
    "@": naming.by_name,
    "accept": answers.accept,
    "away": availability.away,
    "back": availability.back,
    "capacity": availability.capacity,
    "certificate": certificate.certificate,
    "claim": claims.claim,
    "decline": answers.decline,
    "done": event_roles.done,
    "event": event.event,
    "forget": forgetting.forget,
    "help": help.help,
    "later": answers.later,
    "list": listing.list_me,
    "me": naming.me,
    "next": naming.next_one,
    "no": asks.no,
    "path": paths.path,
    "peers": peers.stay_out,
    "release": claims.release,
    "result": event_roles.result,
    "role": event_roles.role,
    "share": showcase.share,
    "starter": starter.by_command,
    "unlist": listing.unlist_me,
    "why": naming.why,
    "win": wins.win,
    "yes": asks.yes,
}

TOO_MANY = phrase("Only the first %(most)s commands of a text run.", most=MOST)


@dataclass(frozen=True)
class _Heard:
    """A command that may run now, and the name under which it is remembered."""

    command: Command
    fingerprint: str


@dataclass(frozen=True)
class _Prepared:
    """A command with what it needs to know, or the sentence why it cannot be carried out."""

    heard: _Heard
    apply: Apply | None
    refusal: str = ""


def commands(context: Context, row: Row) -> None:
    """Runs the commands of one text. Without a configuration there is silence."""
    text, before = row.field(f"{_said(row)}.body"), row.fields.get("changes.body.from") or ""
    there = rules.parse_all(text, context.github.slug)
    new = _not_before(there, rules.parse_all(before, context.github.slug))
    loaded = load_program(context, row.installation_id, row.repository_id) if new else None
    if loaded is None:
        return
    asking = _asking(context, row, loaded)
    if forgetting.alone(context, asking.person_id, [one.command for one in new]):
        new = [one for one in new if forgetting.is_asked(one.command)]
    prepared = [_prepare(asking, one) for one in _unheard(asking, new[:MOST])]
    with decide(context, row) as decision:
        programs.lock_all(decision.connection, {loaded.home.id} | asking.programs)
        _is_alive(decision, asking)
        outcomes = [said for one in prepared if (said := _run(decision, asking, one)) is not None]
        if len(new) > MOST and outcomes:
            outcomes.append(TOO_MANY)
        _answer(decision, asking, outcomes, settled=len(new) == len(there))
    for what_is_left in asking.afterwards:
        what_is_left()
    context.bell.ring_inbox(asking.bells)


def _not_before(there: tuple[Command, ...], before: tuple[Command, ...]) -> list[_Heard]:
    """What an edit brought; of a new text everything."""
    old = set(rules.fingerprints(before))
    named = zip(there, rules.fingerprints(there), strict=True)
    return [_Heard(command, name) for command, name in named if name not in old]


def _unheard(asking: Asking, new: list[_Heard]) -> list[_Heard]:
    """Spares us the reading for what ran before; whether it did is decided in the transaction."""
    row = asking.row
    with asking.context.ledger.read() as connection:
        known = heard.known(connection, row.repository_id, row.number, asking.comment_id)
    return [one for one in new if one.fingerprint not in known]


def _said(row: Row) -> str:
    """What kind of text it is: a comment, or the opening of an issue or a pull request."""
    kinds = (kind for kind in ("comment", "issue", "pull_request") if f"{kind}.user.id" in row.fields)
    return next(kinds, "comment")


def _asking(context: Context, row: Row, loaded: Loaded) -> Asking:
    kind = _said(row)
    person_id, login = row.field(f"{kind}.user.id"), row.field(f"{kind}.user.login")
    return Asking(context, row, loaded, person_id, login, row.fields.get("comment.id"))


def _prepare(asking: Asking, one: _Heard) -> _Prepared:
    """Reads what a command needs to know, before anything is decided."""
    try:
        return _Prepared(one, _verb(asking, one.command)(asking, one.command))
    except Refusal as refusal:
        return _Prepared(one, None, refusal.sentence)


def _verb(asking: Asking, command: Command) -> Prepare:
    """What carries a command out. Raises Refusal where there is nothing."""
    prepare = VERBS.get(command.verb)
    if prepare is None:
        raise Refusal(rules.unknown(command.verb))
    if rules.VERBS[command.verb].on_thread and not (asking.is_open and not asking.is_locked):
        raise Refusal(_shut(asking, "@login" if command.verb == rules.TO else command.verb))
    return prepare


def _shut(asking: Asking, verb: str) -> Phrase:
    if asking.is_pull and asking.is_locked:
        return phrase("This pull request is locked, so `/mentor %(verb)s` changes nothing here.", verb=verb)
    if asking.is_pull:
        return phrase("This pull request is closed, so `/mentor %(verb)s` changes nothing here.", verb=verb)
    if asking.is_locked:
        return phrase("This issue is locked, so `/mentor %(verb)s` changes nothing here.", verb=verb)
    return phrase("This issue is closed, so `/mentor %(verb)s` changes nothing here.", verb=verb)


def _is_alive(decision: Decision, asking: Asking) -> None:
    """A command is a sign of life: it ends an absence that was only supposed."""
    ended = presence.seen(decision.connection, asking.person_id, asking.said_at)
    if asking.loaded.home.id in ended:
        replan_mentor(decision, asking.loaded, asking.person_id)


def _run(decision: Decision, asking: Asking, one: _Prepared) -> str | None:
    """Carries a command out: "" or the sentence why not; None if it was heard before, or there is no more to say."""
    row, connection = asking.row, decision.connection
    if not heard.hear(connection, row.repository_id, row.number, asking.comment_id, one.heard.fingerprint):
        return None
    if one.apply is None:
        return one.refusal
    try:
        with connection.begin_nested():  # what is refused half-way has changed nothing
            one.apply(decision)
    except Refusal as refusal:
        return refusal.sentence if refusal.is_to_be_said(connection) else None
    return ""


def _answer(decision: Decision, asking: Asking, outcomes: list[str], *, settled: bool) -> None:
    """One thumb if anything was done, and one comment with a sentence for each refusal.

    `settled`: all commands of the text ran now, so that a refusal of an earlier version is out of date.
    """
    installation_id, thread = asking.row.installation_id, asking.thread
    refusals = list(dict.fromkeys(said for said in outcomes if said))
    if "" in outcomes:
        decision.act(installation_id, [React(thread, "+1", asking.comment_id)])
    # Whose it is, so that it can be taken back from somebody who asks to be forgotten.
    key = effect(thread.name, "refusal", f"person {asking.person_id}", asking.comment_id or "opening")
    was_said = outbox.state_of(decision.connection, key) is not None
    text = Text("comments/refusal", {"login": asking.login, "refusals": refusals})
    if was_said and outcomes and (refusals or settled):
        decision.act(installation_id, [Rewrite(thread, "refusal", key, text)])
    elif refusals:
        decision.act(installation_id, [Comment(thread, "refusal", key, text)])
