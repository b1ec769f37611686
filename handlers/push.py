"""Pushes: only those that may have changed the configuration file."""

from handlers.routes import Event, asks

FILE = ".github/lamplighter.yml"


@asks("configuration", on="push")
def configuration(event: Event) -> bool:
    """Whether the file on the default branch may have changed."""
    if event.get("ref") != f"refs/heads/{event.get('repository.default_branch')}" or event.find("deleted"):
        return False
    # A forced push lists the commits that are new, not the changes of those that are gone.
    return event.find("forced") is True or any(_touches(commit) for commit in event.get("commits"))


def _touches(commit: object) -> bool:
    """Whether a commit adds, changes or removes the file."""
    if not isinstance(commit, dict):
        return False
    return any(FILE in (commit.get(kind) or ()) for kind in ("added", "modified", "removed"))
