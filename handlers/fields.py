"""What GitHub sends in the fields that jobs need. Anything else in their place counts as missing, and is parked."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

# Characters, as many as the ledger holds; GitHub's own names are shorter.
COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")  # by SHA-1, or by SHA-256
LONGEST_NAME, LONGEST_LOGIN, LONGEST_REPOSITORY = 255, 100, 200


def is_id(value: Any) -> bool:
    """A number of GitHub's that the ledger can hold."""
    return type(value) is int and 0 < value < 2**63


def _is_name(value: Any, longest: int = LONGEST_NAME) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and clean(value) == value


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_commit(value: Any) -> bool:
    return isinstance(value, str) and COMMIT.fullmatch(value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _are_repositories(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and is_id(one.get("id")) for one in value)


# By the last part of a field's path.
KINDS: Mapping[str, Callable[[Any], bool]] = {
    "action": _is_name,
    "after": _is_commit,
    "body": _is_text,
    "created_at": _is_moment,
    "draft": _is_flag,
    "from": _is_text,
    "id": is_id,
    "locked": _is_flag,
    "login": lambda value: _is_name(value, LONGEST_LOGIN),
    "merged": _is_flag,
    "name": _is_name,
    "ref": _is_name,
    "pull_request": lambda value: isinstance(value, dict),
    "repositories_added": _are_repositories,
    "repositories_removed": _are_repositories,
    "state": _is_name,
    "submitted_at": _is_moment,
    "updated_at": _is_moment,
}


def taken(path: str, value: Any) -> Any:
    """The value of a field as a job may rely on it; None if it is not what GitHub sends there."""
    if not KINDS[path.rpartition(".")[2]](value):
        return None
    return clean(value) if isinstance(value, str) else value


def clean(text: str) -> str:
    """The text without what no database holds: null characters and halves of characters."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def repository(given: Any) -> dict[str, Any] | None:
    """The repository as it is named now; None if GitHub would not say it so."""
    if not isinstance(given, dict) or not is_id(given.get("id")):
        return None
    if not _is_name(given.get("full_name"), LONGEST_REPOSITORY):
        return None
    branch, flags = given.get("default_branch"), (given.get("private", False), given.get("archived", False))
    if not (branch is None or _is_name(branch)) or not all(map(_is_flag, flags)):
        return None
    return {name: given.get(name) for name in ("id", "full_name", "private", "default_branch", "archived")}
