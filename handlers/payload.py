"""What is read of a delivery: the fields that routes ask for, and of the rest only that it is JSON.

A payload has some hundred fields, of which a handful matter. To make objects of all of them took longer than
everything else that is done with a delivery.
"""

import json
import math
from collections.abc import Iterable
from functools import cache
from typing import Any, TypedDict

import msgspec

# Every field that a route may ask for, by its path; what stands below the last part of a path is read as it is.
FIELDS = (
    *("action", "account.login", "installation.id", "installation.account.login"),
    *("repositories_added", "repositories_removed", "sender.id", "sender.type"),
    *("repository.id", "repository.full_name", "repository.private", "repository.default_branch"),
    "repository.archived",
    *("ref", "after", "deleted", "forced", "commits[].distinct"),
    *("commits[].added", "commits[].modified", "commits[].removed"),
    *("issue.number", "issue.user.id", "issue.user.login", "issue.body", "issue.labels", "issue.state"),
    *("issue.locked", "issue.updated_at", "issue.pull_request", "label.name"),
    *("comment.id", "comment.user.id", "comment.user.login", "comment.body", "comment.created_at"),
    "comment.updated_at",
    *("pull_request.number", "pull_request.user.id", "pull_request.user.login", "pull_request.user.type"),
    *("pull_request.author_association", "pull_request.body", "pull_request.created_at"),
    *(
        "pull_request.draft",
        "pull_request.locked",
        "pull_request.merged",
        "pull_request.state",
        "pull_request.updated_at",
    ),
    "requested_reviewer.id",
    *("review.user.id", "review.user.login", "review.state", "review.submitted_at"),
    *("changes.body.from", "changes.title.from", "changes.default_branch"),
)
LIST = "[]"  # after a name: each of a list


def read(body: bytes) -> Any:
    """What the body says, of objects only the fields above. Raises ValueError for what is no JSON, RecursionError.

    What has something else in the place of an object, and what only the standard parser knows – half a surrogate,
    UTF-16 – is read whole.
    """
    try:
        return _decoder().decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return json.loads(body, parse_constant=_refuse, parse_float=_finite)


@cache
def parts(path: str) -> list[str]:
    """The names on the path of a field. Raises LookupError for one that is not read."""
    if path not in _paths():
        raise LookupError(f"{path} is not among the fields that are read")
    return path.split(".")


@cache
def _paths() -> frozenset[str]:
    """Those above, and all on the way to them."""
    names = [path.replace(LIST, "").split(".") for path in FIELDS]
    return frozenset(".".join(one[:end]) for one in names for end in range(1, len(one) + 1))


@cache
def _decoder() -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_kind("payload", [path.split(".") for path in FIELDS]))


def _kind(name: str, paths: Iterable[list[str]]) -> Any:
    """The objects that have these fields, and may have more, which are passed over."""
    below: dict[str, list[list[str]]] = {}
    for first, *rest in paths:
        below.setdefault(first, []).extend([rest] if rest else [])
    kinds = {
        one.removesuffix(LIST): _of(one, _kind(f"{name}_{one}", rest)) if rest else Any
        for one, rest in below.items()
    }
    return TypedDict(name, kinds, total=False)  # type: ignore[operator]


def _of(name: str, kind: Any) -> Any:
    return list[kind] if name.endswith(LIST) else kind | None


def _refuse(constant: str) -> None:
    """NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(constant)


def _finite(digits: str) -> float:
    """A number with a fraction or an exponent; one beyond all bounds could not be written down again."""
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number
