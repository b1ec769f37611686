"""Comments on issues and pull requests: commands, and the first human answer to a newcomer."""

from handlers.claims import may_ask_to_claim
from handlers.commands import BEFORE, asked_by_author, edited_by_author, may_hold_command
from handlers.routes import Event, asks, by_person

AUTHOR = ("comment.user.id", "comment.user.login", "comment.id", "comment.created_at")
THREAD = ("issue.state", "issue.locked", "issue.pull_request")


@asks("commands", on="issue_comment", actions=("created",), keep=(*AUTHOR, *THREAD, "comment.body"))
def commands(event: Event) -> bool:
    """Whether a person's comment may hold a command."""
    return asked_by_author(event, "comment")


EDITED = (*AUTHOR, *THREAD, "comment.body", "comment.updated_at", BEFORE)


@asks("commands", on="issue_comment", actions=("edited",), keep=EDITED)
def commands_by_edit(event: Event) -> bool:
    """Whether somebody's edit of their own comment may have brought a command."""
    return edited_by_author(event, "comment")


@asks("turns", on="issue_comment", actions=("created",), keep=AUTHOR, of_ours=True)
def turns(event: Event) -> bool:
    """Whether a person said something on a thread of ours; what they said does not matter."""
    return by_person(event) and not may_hold_command(event.get("comment.body"))


@asks("turns", on="issue_comment", actions=("created",), keep=(*AUTHOR, "comment.body"), of_ours=True)
def turns_with_command(event: Event) -> bool:
    """Whether a person said something beside a command: the commands alone answer nobody."""
    return by_person(event) and may_hold_command(event.get("comment.body"))


@asks("claim_hint", on="issue_comment", actions=("created",), keep=(*AUTHOR, "comment.body"), of_ours=True)
def claim_hint(event: Event) -> bool:
    """Whether a person may ask in plain words to take an issue."""
    is_issue = event.find("issue.pull_request") is None
    return by_person(event) and is_issue and may_ask_to_claim(event.find("comment.body"))
