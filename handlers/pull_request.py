"""Pull requests: opened by a newcomer, closed, reopened."""

from handlers.commands import BEFORE, asked_by_author, edited_by_author
from handlers.routes import Event, asks, by_person
from mentoring.welcome import NEW_HERE

AUTHOR = ("pull_request.user.id", "pull_request.user.login")


def by_author(event: Event) -> bool:
    """Whether a person wrote the pull request; a bot did not, nor anybody whose account is gone."""
    return bool(event.find("pull_request.user.type") == "User")


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


WORK = ("action", "sender.id", "pull_request.draft", "pull_request.updated_at")


@asks(
    "turns",
    on="pull_request",
    actions=("synchronize", "ready_for_review", "converted_to_draft"),
    keep=WORK,
    of_ours=True,
)
def turns(event: Event) -> bool:
    """Whether a person worked on a newcomer's pull request."""
    return by_person(event)


@asks(
    "turns",
    on="pull_request",
    actions=("review_requested",),
    keep=(*WORK, "requested_reviewer.id"),
    of_ours=True,
)
def turns_by_request(event: Event) -> bool:
    """Whether a person asked for a review, of somebody or of a team."""
    return by_person(event)


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
    return asked_by_author(event, "pull_request")


STATE = ("pull_request.state", "pull_request.locked", "pull_request.updated_at")


@asks(
    "commands",
    on="pull_request",
    actions=("edited",),
    keep=(*AUTHOR, *STATE, "pull_request.body", BEFORE),
)
def commands_by_edit(event: Event) -> bool:
    """Whether somebody's edit of their own opening text may have brought a command."""
    return edited_by_author(event, "pull_request")


@asks(
    "claimed_pull",
    on="pull_request",
    actions=("opened",),
    keep=("action", "pull_request.user.id"),
    of_claimants=True,
)
def claimed_pull(event: Event) -> bool:
    """Whether a person opened it, whose claim may go on in it."""
    return bool(event.get("pull_request.user.type") == "User")


@asks("claimed_pull", on="pull_request", actions=("closed", "reopened"), keep=("action",), of_ours=True)
def claimed_pull_ended(event: Event) -> bool:
    """Whether a newcomer's pull request came to an end, or began again: the issue it is about may be free."""
    return True


@asks(
    "merged",
    on="pull_request",
    actions=("closed",),
    keep=("action", "pull_request.user.id"),
    of_people="pull_request.user.id",
)
def merged(event: Event) -> bool:
    """Whether a person's pull request was merged; nobody is there for whom a deleted account's would matter."""
    return by_author(event) and bool(event.get("pull_request.merged"))


@asks(
    "contributed",
    on="pull_request",
    actions=("opened", "reopened"),
    keep=("action", "pull_request.user.id"),
    of_people="pull_request.user.id",
)
def contributed(event: Event) -> bool:
    """Whether a person opened a pull request, once more or for the first time."""
    return by_author(event)


@asks(
    "contributed",
    on="pull_request",
    actions=("closed",),
    keep=("action", "pull_request.user.id"),
    of_people="pull_request.user.id",
)
def contributed_in_vain(event: Event) -> bool:
    """Whether a person's pull request was closed without being merged."""
    return by_author(event) and not event.get("pull_request.merged")


@asks(
    "lineage",
    on="pull_request",
    actions=("closed",),
    keep=("pull_request.user.id",),
    of_people="pull_request.user.id",
)
def lineage(event: Event) -> bool:
    """Whether a person's pull request was merged: it may be the last that it took to be asked to help the next."""
    return by_author(event) and bool(event.get("pull_request.merged"))


@asks(
    "praise",
    on="pull_request",
    actions=("closed",),
    keep=("action", "pull_request.user.id"),
    of_people="pull_request.user.id",
)
def praise(event: Event) -> bool:
    """Whether a person's pull request was merged: whoever helped them may have something to say."""
    return by_author(event) and bool(event.get("pull_request.merged"))
