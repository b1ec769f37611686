"""Issues: good first issues that come, change and go, and starter issues that are opened or improved."""

from handlers.commands import BEFORE, asked_by_author, edited_by_author
from handlers.routes import Event, asks, by_person

AUTHOR = ("issue.user.id", "issue.user.login")


LABEL = ("action", "label.name")


@asks("good_first", on="issues", actions=("labeled", "reopened"), keep=LABEL)
def good_first(event: Event) -> bool:
    """Whether it may have become a good first issue; the configuration names the labels."""
    return event.find("issue.pull_request") is None


@asks("good_first", on="issues", actions=("opened",), keep=("action",))
def good_first_from_the_start(event: Event) -> bool:
    """Whether it was opened with labels."""
    return bool(event.get("issue.labels"))


@asks("good_first", on="issues", actions=("unlabeled",), keep=LABEL, of_ours=True)
def good_first_no_more(event: Event) -> bool:
    """Whether an issue with a mentor's name lost a label."""
    return True


@asks("starter", on="issues", actions=("edited",), of_ours=True)
def starter(event: Event) -> bool:
    """Whether the text of a starter issue may have become better, or its title another."""
    edited = ("changes.body", "changes.title")
    return by_person(event) and any(event.find(one) is not None for one in edited)


ENDS = ("closed", "reopened", "transferred", "deleted")


@asks("threads", on="issues", actions=ENDS, keep=("action",), of_ours=True)
def threads(event: Event) -> bool:
    """Whether an issue with a mentor's name came to an end here, or began again."""
    return True


@asks("commands", on="issues", actions=("opened",), keep=(*AUTHOR, "issue.body"))
def commands(event: Event) -> bool:
    """Whether the opening text may hold a command of a person."""
    return asked_by_author(event, "issue")


EDITED = (*AUTHOR, "issue.body", "issue.state", "issue.locked", "issue.updated_at", BEFORE)


@asks("commands", on="issues", actions=("edited",), keep=EDITED)
def commands_by_edit(event: Event) -> bool:
    """Whether somebody's edit of their own opening text may have brought a command."""
    return edited_by_author(event, "issue")
