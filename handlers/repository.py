"""Repositories that change their name, their owner or their state."""

from handlers.routes import Event, asks


@asks(
    "repository",
    on="repository",
    actions=("renamed", "transferred", "edited", "archived", "unarchived", "privatized", "publicized"),
    keep=("action",),
)
def repository(event: Event) -> bool:
    """Whether it changed; of one that is deleted GitHub tells no App."""
    return event.action != "edited" or event.find("changes.default_branch") is not None
