"""Pull requests: opened by a newcomer, closed, reopened."""

from handlers.commands import may_hold_command
from handlers.routes import Event, asks, by_person
from mentoring.welcome import NEW_HERE

AUTHOR = ("pull_request.user.id", "pull_request.user.login")


@asks(
    "welcome",
    on="pull_request",
    actions=("opened",),
    keep=(*AUTHOR, "pull_request.created_at"),
)
def welcome(event: Event) -> bool:
    """Whether the author is a person who may be new here; only GitHub's list of their work decides."""
    association = event.get("pull_request.author_association")
    return event.get("pull_request.user.type") == "User" and association in NEW_HERE


@asks(
    "threads",
    on="pull_request",
    actions=("closed", "reopened"),
    keep=("action",),
    of_ours=True,
)
def threads(event: Event) -> bool:
    """Whether a newcomer's pull request came to an end, or began again."""
    return True


@asks(
    "commands",
    on="pull_request",
    actions=("opened",),
    keep=(*AUTHOR, "pull_request.body"),
)
def commands(event: Event) -> bool:
    """Whether the opening text may hold a command of a person."""
    return by_person(event) and may_hold_command(event.find("pull_request.body"))
