"""Where GitHub's published files are wrong about GitHub, each with the reason."""

from copy import deepcopy
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

ISSUE_LABELS = "/repos/{owner}/{repo}/issues/{issue_number}/labels"

# Events whose only description is filed under the name of an example.
SPELLED = {"repository_dispatch": "repository-dispatch-sample.collected"}


class Defect(NamedTuple):
    """A complaint to be ignored: where (the operation, or `webhook <event>`), what it says, and why."""

    where: str
    problem: str
    why: str


DEFECTS = (
    Defect(
        "webhook installation*",
        "$.installation.[cu][rp]*ed_at: * is not of type 'string'",
        "GitHub sends these two times as seconds or as text; its own examples show both",
    ),
)


def without(where: str, problems: list[str]) -> list[str]:
    """The problems that are not the published file's own."""
    return [text for text in problems if not any(is_known(defect, where, text) for defect in DEFECTS)]


def is_known(defect: Defect, where: str, problem: str) -> bool:
    return fnmatchcase(where, defect.where) and fnmatchcase(problem, defect.problem)


def repaired(rest: dict[str, Any]) -> dict[str, Any]:
    """The REST description with what it forgets put back."""
    labels = rest["paths"][ISSUE_LABELS]
    allow_empty_list(labels["put"])
    allow_bare_list(labels["post"])
    allow_bare_list(labels["put"])
    allow_either_account(rest["paths"]["/app/installations"]["get"])
    return rest


def label_alternatives(operation: dict[str, Any]) -> list[dict[str, Any]]:
    alternatives: list[dict[str, Any]] = operation["requestBody"]["content"]["application/json"]["schema"][
        "oneOf"
    ]
    return alternatives


def allow_bare_list(operation: dict[str, Any]) -> None:
    """Its text says "an array of labels directly" will do, and PyGithub sends one; the schema wants an object."""
    alternatives = label_alternatives(operation)
    alternatives += [deepcopy(branch["properties"]["labels"]) for branch in alternatives]


def allow_empty_list(operation: dict[str, Any]) -> None:
    """Its text says "you can pass an empty array to remove all labels"; the schema wants one at least."""
    for branch in label_alternatives(operation):
        branch["properties"]["labels"].pop("minItems")


def allow_either_account(operation: dict[str, Any]) -> None:
    """Here an installation's account is a user *and* an enterprise; `components/schemas/installation` says or."""
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    account = schema["items"]["properties"]["account"]
    account["anyOf"] = account.pop("allOf")
