"""The outbox, second half: every write to GitHub, one function for each verb."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from adapters import reads
from adapters.github import Installation, Missing, Refused

CHECK_NAME = "lamplighter"
COLOR_OF_LABELS = "f6c945"
COLOR_OF_NEW_LABELS = "ededed"  # what GitHub gives to a label that it creates when it is first used
MOST_REMARKS = 50  # of a check run, in one request
SKEW = timedelta(minutes=5)  # between GitHub's clock and ours, when looking for what we wrote


class Write:
    """One write that is about to be done: its row's payload, and the means to do it."""

    def __init__(
        self,
        github: Installation,
        row: Any,
        results: Callable[[str], dict[str, Any] | None],
        bot: Callable[[], str],
    ) -> None:
        self.github = github
        self.row = row
        self.payload: dict[str, Any] = row.payload
        self.results = results
        self.bot = bot

    @property
    def repository(self) -> str:
        return f"/repositories/{self.row.repository_id}"

    @property
    def number(self) -> int:
        """The thread's number. Raises Refused if the issue that should carry it was never opened."""
        number = self.payload.get("number") or self.result("opened_by", "number")
        return int(number)

    @property
    def issue(self) -> str:
        return f"{self.repository}/issues/{self.number}"

    def result(self, reference: str, name: str) -> Any:
        """What an earlier write made, which the payload names by its key."""
        made = self.results(self.payload[reference]) or {}
        if name not in made:
            raise Refused("what this belongs to was never written")
        return made[name]

    def since(self) -> datetime:
        created: datetime = self.row.created_at
        return created - SKEW


def perform(write: Write, *, in_doubt: bool) -> dict[str, Any]:
    """Does it; what it made, e.g. `{"comment_id": 99}`. `in_doubt`: it may have been done before.

    Raises the troubles of `adapters.github`.
    """
    find, do = VERBS[write.row.verb]
    if in_doubt and find and (found := find(write)) is not None:
        return found
    return do(write)


def _comment(write: Write) -> dict[str, Any]:
    made = write.github.post(f"{write.issue}/comments", {"body": write.payload["body"]})
    return {"comment_id": made["id"]}


def _find_comment(write: Write) -> dict[str, Any] | None:
    ours = (
        {"comment_id": remark.id}
        for remark in reads.comments(write.github, write.row.repository_id, write.number, write.since())
        if remark.author == write.bot() and write.payload["marker"] in remark.body
    )
    return next(ours, None)


def _rewrite(write: Write) -> dict[str, Any]:
    made = write.results(write.payload["of"]) or {}
    if "comment_id" not in made:
        return {}  # it was never written, as for issues from before the App came: nothing to change
    comment_id = made["comment_id"]
    write.github.patch(f"{write.repository}/issues/comments/{comment_id}", {"body": write.payload["body"]})
    return {"comment_id": comment_id}


def _retract(write: Write) -> dict[str, Any]:
    made = write.results(write.payload["of"]) or {}
    if "comment_id" in made:
        try:
            write.github.delete(f"{write.repository}/issues/comments/{made['comment_id']}")
        except Missing:
            return {"was_missing": True}  # somebody deleted it already: as it should be
    return {}


def _open_issue(write: Write) -> dict[str, Any]:
    body = {name: write.payload[name] for name in ("title", "body", "labels")}
    made = write.github.post(f"{write.repository}/issues", body)
    return {"number": made["number"]}


def _find_issue(write: Write) -> dict[str, Any] | None:
    number = find_issue(write.github, write.row.repository_id, write.bot(), write.payload["marker"])
    return {"number": number} if number else None


def find_issue(github: Installation, repository_id: int, bot: str, marker: str) -> int | None:
    """The issue that our bot opened with this marker."""
    path = f"/repositories/{repository_id}/issues"
    for page in github.pages(path, creator=bot, state="all", sort="created", direction="desc"):
        for item in page:
            author = (item.get("user") or {}).get("login")
            if author == bot and marker in (item.get("body") or ""):
                return int(item["number"])
    return None


def _rewrite_issue(write: Write) -> dict[str, Any]:
    number = write.result("of", "number")
    write.github.patch(f"{write.repository}/issues/{number}", {"body": write.payload["body"]})
    return {"number": number}


def _retitle(write: Write) -> dict[str, Any]:
    number = write.result("of", "number")
    write.github.patch(f"{write.repository}/issues/{number}", {"title": write.payload["title"]})
    return {"number": number}


def _close(write: Write) -> dict[str, Any]:
    write.github.patch(write.issue, {"state": "closed", "state_reason": "completed"})
    return {}


def _label(write: Write) -> dict[str, Any]:
    """Adds the labels. One of ours that GitHub had to create is bare: it is made to explain itself."""
    now_there = write.github.post(f"{write.issue}/labels", {"labels": write.payload["names"]})
    for name, description in write.payload["descriptions"].items():
        found = next((one for one in now_there or () if one["name"].lower() == name.lower()), None)
        if found and not found.get("description"):
            _describe(write, found, description)
    return {}


def _describe(write: Write, label: dict[str, Any], description: str) -> None:
    new = {"description": description}
    if label.get("color") == COLOR_OF_NEW_LABELS:
        new["color"] = COLOR_OF_LABELS
    write.github.patch(f"{write.repository}/labels/{reads.quoted(label['name'])}", new)


def _unlabel(write: Write) -> dict[str, Any]:
    name = reads.quoted(write.payload["name"])
    try:
        write.github.delete(f"{write.issue}/labels/{name}")
    except Missing:
        return {"was_missing": True}  # somebody took it off already, or the thread is gone: as it should be
    return {}


def _assign(write: Write) -> dict[str, Any]:
    """GitHub answers 201 and silently drops whom it does not let us assign."""
    login = write.payload["login"]
    after = write.github.post(f"{write.issue}/assignees", {"assignees": [login]})
    assigned = {person["login"].lower() for person in (after or {}).get("assignees") or ()}
    return {"assigned": login.lower() in assigned}


def _unassign(write: Write) -> dict[str, Any]:
    write.github.delete(f"{write.issue}/assignees", {"assignees": [write.payload["login"]]})
    return {}


def _react(write: Write) -> dict[str, Any]:
    comment_id = write.payload["comment_id"]
    target = f"{write.repository}/issues/comments/{comment_id}" if comment_id else write.issue
    write.github.post(f"{target}/reactions", {"content": write.payload["content"]})
    return {}


def _check(write: Write) -> dict[str, Any]:
    made = write.github.post(f"{write.repository}/check-runs", _check_body(write.payload))
    return {"check_run_id": made["id"]}


def _rewrite_check(write: Write) -> dict[str, Any]:
    """Annotations that are sent again would be added once more, so they are not."""
    run = (write.results(write.payload["of"]) or {}).get("check_run_id")
    if run is None:
        return {}  # its commit was gone
    output = {
        "title": write.payload["title"],
        "summary": write.payload["summary"],
        "text": write.payload["details"],
    }
    write.github.patch(f"{write.repository}/check-runs/{run}", {"output": output})
    return {"check_run_id": run}


def _find_check(write: Write) -> dict[str, Any] | None:
    path = f"{write.repository}/commits/{write.payload['commit']}/check-runs"
    ours = (
        run
        for page in write.github.pages(path, check_name=CHECK_NAME, filter="all")
        for run in page["check_runs"]
        if f"{(run.get('app') or {}).get('slug')}[bot]" == write.bot()
        and run.get("external_id") == write.payload["key"]
    )
    return next(({"check_run_id": run["id"]} for run in ours), None)


def _check_body(payload: dict[str, Any]) -> dict[str, Any]:
    remarks = [
        {
            "path": path,
            "start_line": line,
            "end_line": line,
            "start_column": column,
            "end_column": column,
            "annotation_level": level[0] if level else "failure",
            "message": message,
        }
        # What the version before wrote has no level.
        for path, line, column, message, *level in payload["remarks"][:MOST_REMARKS]
    ]
    return {
        "name": CHECK_NAME,
        "head_sha": payload["commit"],
        "external_id": payload["key"],
        "status": "completed",
        "conclusion": payload.get("conclusion", "failure"),
        "output": {"title": payload["title"], "summary": payload["summary"], "annotations": remarks},
    }


Do = Callable[[Write], dict[str, Any]]
Find = Callable[[Write], dict[str, Any] | None]

# Append-like writes come with a way to find what they made; set-like ones are harmless to repeat.
VERBS: dict[str, tuple[Find | None, Do]] = {
    "comment": (_find_comment, _comment),
    "rewrite": (None, _rewrite),
    "retract": (None, _retract),
    "open_issue": (_find_issue, _open_issue),
    "rewrite_issue": (None, _rewrite_issue),
    "retitle": (None, _retitle),
    "close": (None, _close),
    "label": (None, _label),
    "unlabel": (None, _unlabel),
    "assign": (None, _assign),
    "unassign": (None, _unassign),
    "react": (None, _react),
    "check": (_find_check, _check),
    "rewrite_check": (None, _rewrite_check),
}
