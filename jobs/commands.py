"""Commands: read them from a person's text, run them in order, acknowledge or refuse in one sentence."""

from adapters import configuration
from adapters.context import Context
from jobs import answers, starter
from jobs.asking import Apply, Asking, Prepare, Refusal
from jobs.decision import Decision, Row, decide
from mentoring.actions import Comment, React, Text, effect
from mentoring.commands import Command, parse

VERBS: dict[str, Prepare] = {
    "accept": answers.accept,
    "later": answers.later,
    "decline": answers.decline,
    "starter": starter.by_command,
}


def commands(context: Context, row: Row) -> None:
    """Runs the commands of one text. Without a configuration there is silence."""
    text = row.field(f"{_said(row)}.body")
    asked = [command for command in parse(text, context.github.slug) if command.verb in VERBS]
    loaded = configuration.load(context, row.installation_id, row.repository_id) if asked else None
    if loaded is None:
        return
    asking = _asking(context, row, loaded)
    applies, refusals = _prepare(asking, asked)
    with decide(context, row) as decision:
        for apply in applies:
            try:
                apply(decision)
            except Refusal as refusal:
                refusals.append(str(refusal))
        _answer(decision, asking, refusals, some_done=len(refusals) < len(asked))
    context.bell.ring_inbox(asking.bells)


def _said(row: Row) -> str:
    """What kind of text it is: a comment, or the opening of an issue or a pull request."""
    kinds = (kind for kind in ("comment", "issue", "pull_request") if f"{kind}.user.id" in row.fields)
    return next(kinds, "comment")


def _asking(context: Context, row: Row, loaded: configuration.Loaded) -> Asking:
    kind = _said(row)
    person_id, login = row.field(f"{kind}.user.id"), row.field(f"{kind}.user.login")
    return Asking(context, row, loaded, person_id, login, row.fields.get("comment.id"))


def _prepare(asking: Asking, asked: list[Command]) -> tuple[list[Apply], list[str]]:
    """Reads what each command needs to know, before anything is decided."""
    applies: list[Apply] = []
    refusals: list[str] = []
    for command in asked:
        try:
            applies.append(VERBS[command.verb](asking, command))
        except Refusal as refusal:
            refusals.append(str(refusal))
    return applies, refusals


def _answer(decision: Decision, asking: Asking, refusals: list[str], *, some_done: bool) -> None:
    installation_id, thread = asking.row.installation_id, asking.thread
    if some_done:
        decision.act(installation_id, [React(thread, "+1", asking.comment_id)])
    if refusals:
        text = Text("comments/refusal", {"login": asking.login, "refusals": refusals})
        key = effect(thread.name, "refusal", asking.comment_id or "opening")
        decision.act(installation_id, [Comment(thread, "refusal", key, text)])
