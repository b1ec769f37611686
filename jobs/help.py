"""`/mentor help`: what can be asked for, by whom; once per thread."""

from jobs.asking import Apply, Asking
from jobs.decision import Decision
from mentoring.actions import Comment, Text, effect
from mentoring.commands import LINES, Command


def help(asking: Asking, _command: Command) -> Apply:
    """The table of commands. Who asks for it once more on the same thread finds it above."""

    def apply(decision: Decision) -> None:
        key = effect(asking.thread.name, "help")
        comment = Comment(asking.thread, "help", key, text(asking.context.github.slug))
        decision.act(asking.row.installation_id, [comment])

    return apply


def text(slug: str) -> Text:
    """The table, filled in."""
    lines = [{"usages": line.usages, "who": line.who, "effect": line.effect} for line in LINES]
    return Text("comments/help", {"lines": lines, "slug": slug})
