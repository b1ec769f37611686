"""Pushes: only those that may have changed the configuration file."""

from handlers.routes import Event, asks
from mentoring.configuration import FILE

BRANCH = "refs/heads/"
MOST_COMMITS = 2048  # GitHub lists no more of them in a push


@asks("configuration", on="push", keep=("after",))
def configuration(event: Event) -> bool:
    """Whether the file on the default branch may have changed."""
    if not _is_default(event) or event.find("deleted"):
        return False
    # A forced push lists the commits that are new, not the changes of those that are gone.
    return event.find("forced") is True or _may_touch(event.get("commits"))


@asks("check", on="push", keep=("after", "ref"))
def check(event: Event) -> bool:
    """Whether the file on any branch may be another one than in a commit that was looked at before."""
    if not str(event.get("ref")).startswith(BRANCH) or event.find("deleted"):
        return False
    commits = event.get("commits")
    if _is_default(event):
        return event.find("forced") is True or _may_touch(commits)
    # What comes along from another branch was looked at there. A branch that is set back has no new commits.
    new = [one for one in commits if not isinstance(one, dict) or one.get("distinct") is not False]
    return _may_touch(new) or (event.find("forced") is True and not commits)


def _is_default(event: Event) -> bool:
    return bool(event.get("ref") == f"{BRANCH}{event.get('repository.default_branch')}")


def _may_touch(commits: list[object]) -> bool:
    return len(commits) >= MOST_COMMITS or any(_touches(commit) for commit in commits)


def _touches(commit: object) -> bool:
    """Whether a commit adds, changes or removes the file."""
    if not isinstance(commit, dict):
        return False
    return any(FILE in (commit.get(kind) or ()) for kind in ("added", "modified", "removed"))
