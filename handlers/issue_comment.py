"""Comments on issues and pull requests: commands, and the first human answer to a newcomer."""

from handlers.commands import may_hold_command
from handlers.routes import Event, asks, by_person

AUTHOR = ("comment.user.id", "comment.user.login", "comment.id", "comment.created_at")
THREAD = ("issue.state", "issue.locked", "issue.pull_request", "issue.user.id", "issue.user.login")


@asks("commands", on="issue_comment", actions=("created",), keep=(*AUTHOR, *THREAD, "comment.body"))
def commands(event: Event) -> bool:
    """Whether a person's comment may hold a command."""
    return by_person(event) and may_hold_command(event.get("comment.body"))


@asks("answered", on="issue_comment", actions=("created",), keep=AUTHOR, of_ours=True)
def answered(event: Event) -> bool:
    """Whether a person said something on a thread of ours."""
    return by_person(event)
