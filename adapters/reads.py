"""Reads facts from GitHub and gives them as plain values; every path addresses repositories by id."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from adapters.github import PER_PAGE, Installation, Missing
from mentoring.configuration import FILE
from mentoring.facts import Done, Issue, Measured, Pulled, Remarked, RepositoryFacts, Reviewed

NO_COMMIT = "No commit found"  # as in "No commit found for the ref 0a1b2c3"
MOST_BYTES = 64 * 1024  # of a configuration file; a larger one is refused without decoding it


def quoted(name: str) -> str:
    """A label or a branch as a part of a path: they may hold slashes, spaces and worse."""
    return quote(name, safe="")


def issue(github: Installation, repository_id: int, number: int) -> Issue:
    return _issue(repository_id, github.get(f"/repositories/{repository_id}/issues/{number}"))


def issues_of(github: Installation, repository_id: int, login: str) -> Iterator[Issue]:
    """Everything somebody opened in a repository, oldest first, pull requests included.

    Strongly consistent and open for private profiles too, unlike the search (docs/how-it-works.md says more).
    """
    path = f"/repositories/{repository_id}/issues"
    order = {"state": "all", "sort": "created", "direction": "asc"}
    for page in github.pages(path, creator=login, **order):
        yield from (_issue(repository_id, item) for item in page)


def changed_since(
    github: Installation, repository_id: int, since: datetime
) -> Iterator[list[tuple[Issue, str]]]:
    """Pages of what changed since a moment, the oldest change first; each thread with its author's association."""
    path = f"/repositories/{repository_id}/issues"
    order = {"state": "all", "sort": "updated", "direction": "asc", "since": _utc(since)}
    for page in github.pages(path, **order):
        yield [(_issue(repository_id, item), item.get("author_association") or "") for item in page]


def comment(github: Installation, repository_id: int, comment_id: int) -> str | None:
    """The text of a comment; None: it is deleted."""
    try:
        found = github.get(f"/repositories/{repository_id}/issues/comments/{comment_id}")
    except Missing:
        return None
    return found.get("body") or ""


def newest_with_label(github: Installation, repository_id: int, label: str) -> Iterator[Issue]:
    """Open issues (no pull requests) with a label, the newest first."""
    path = f"/repositories/{repository_id}/issues"
    order = {"state": "open", "sort": "created", "direction": "desc"}
    for page in github.pages(path, labels=label, **order):
        yield from (_issue(repository_id, item) for item in page if "pull_request" not in item)


def open_with_label(github: Installation, repository_id: int, label: str) -> Iterator[tuple[Issue, bool]]:
    """Open issues with a label, and whether somebody is assigned to each."""
    path = f"/repositories/{repository_id}/issues"
    for page in github.pages(path, labels=label, state="open"):
        for item in page:
            if "pull_request" not in item:
                yield _issue(repository_id, item), bool(item.get("assignees"))


def paths_of_pull(github: Installation, repository_id: int, number: int) -> tuple[str, ...]:
    """The paths a pull request changes: the first hundred, which is enough to tell its area."""
    files = github.get(f"/repositories/{repository_id}/pulls/{number}/files", per_page=100)
    return tuple(file["filename"] for file in files)


def pulls(github: Installation, repository_id: int) -> Iterator[list[Pulled]]:
    """Pages of all pull requests of a repository, open and closed, the newest first."""
    order = {"state": "all", "sort": "created", "direction": "desc"}
    for page in github.pages(f"/repositories/{repository_id}/pulls", **order):
        yield [_pulled(item) for item in page]


def _pulled(item: dict[str, Any]) -> Pulled:
    author_id, _, by_person = _author(item)
    merged = item.get("merged_at")
    created = datetime.fromisoformat(item["created_at"])
    return Pulled(
        item["number"], author_id, created, datetime.fromisoformat(merged) if merged else None, by_person
    )


def pull(github: Installation, repository_id: int, number: int) -> Measured:
    """A pull request with its numbers."""
    item = github.get(f"/repositories/{repository_id}/pulls/{number}")
    author_id, author, by_person = _author(item)
    merged = item.get("merged_at")
    return Measured(
        author_id=author_id,
        author=author,
        by_person=by_person,
        opened_at=datetime.fromisoformat(item["created_at"]),
        merged_at=datetime.fromisoformat(merged) if merged else None,
        files=item["changed_files"],
        added=item["additions"],
        removed=item["deletions"],
        labels=tuple(label["name"] for label in item["labels"]),
    )


def merged_pulls(github: Installation, repository_id: int, login: str) -> list[Issue]:
    """Somebody's merged pull requests in a repository, the newest first, at most a hundred."""
    path = f"/repositories/{repository_id}/issues"
    order = {"state": "closed", "sort": "created", "direction": "desc"}
    items = github.get(path, creator=login, per_page=100, **order)
    return [issue for item in items if (issue := _issue(repository_id, item)).merged_at]


def comments(
    github: Installation, repository_id: int, number: int, since: datetime | None = None
) -> Iterator[Remarked]:
    """The comments of a thread, or those that were written or edited since a moment."""
    path = f"/repositories/{repository_id}/issues/{number}/comments"
    when = {"since": _utc(since)} if since else {}
    for page in github.pages(path, **when):
        for item in page:
            yield _remarked(item)


def said_in(github: Installation, repository_id: int, since: datetime) -> Iterator[tuple[int, Remarked]]:
    """All comments of a repository that were written or edited since a moment, each with its thread's number."""
    path, order = f"/repositories/{repository_id}/issues/comments", {"sort": "created", "direction": "asc"}
    for page in github.pages(path, since=_utc(since), **order):
        for item in page:
            yield int(item["issue_url"].rpartition("/")[2]), _remarked(item)


def _remarked(item: dict[str, Any]) -> Remarked:
    author_id, author, by_person = _author(item)
    created, updated = (datetime.fromisoformat(item[name]) for name in ("created_at", "updated_at"))
    app = (item.get("performed_via_github_app") or {}).get("slug")
    return Remarked(item["id"], author_id, author, item.get("body") or "", created, by_person, updated, app)


def timeline(github: Installation, repository_id: int, number: int) -> Iterator[Done]:
    """What was said and done on a thread, oldest first; lines without a date, such as mentions of it, are left out."""
    for page in github.pages(f"/repositories/{repository_id}/issues/{number}/timeline"):
        for item in page:
            at = _when(item)
            if at is not None:
                yield _done(item, at)


def _when(item: dict[str, Any]) -> datetime | None:
    # Of a commit GitHub tells when it was made, not when it was pushed.
    given = item.get("created_at") or item.get("submitted_at") or (item.get("committer") or {}).get("date")
    return datetime.fromisoformat(given) if given else None


def _done(item: dict[str, Any], at: datetime) -> Done:
    who = item.get("actor") or item.get("user") or {}
    return Done(
        what=item.get("event") or "",
        at=at,
        by=who.get("id") or 0,
        actor=who.get("login") or "",
        by_person=who.get("type") == "User",
        body=item.get("body") or "",
        state=(item.get("state") or "").lower(),
        label=(item.get("label") or {}).get("name") or "",
        reviewer=(item.get("requested_reviewer") or {}).get("id") or 0,
    )


def last_commit(github: Installation, repository_id: int, path: str) -> datetime | None:
    """When a file of the default branch was last changed; None: never."""
    found = github.get(f"/repositories/{repository_id}/commits?path={quoted(path)}&per_page=1")
    return datetime.fromisoformat(found[0]["commit"]["committer"]["date"]) if found else None


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def person(github: Installation, login: str) -> tuple[int, str] | None:
    """The id and the present spelling of a login; None: nobody's, or not a person's."""
    return _person(github, f"/users/{quoted(login)}")


def person_by_id(github: Installation, person_id: int) -> tuple[int, str] | None:
    """The same of an id, which survives a renaming; None: the account is gone."""
    return _person(github, f"/user/{person_id}")


def _person(github: Installation, path: str) -> tuple[int, str] | None:
    try:
        found = github.get(path)
    except Missing:
        return None
    return (found["id"], found["login"]) if found["type"] == "User" else None


def newest_event(github: Installation, login: str, person_id: int) -> datetime | None:
    """When somebody last did something in public, within the last 30 days; None if GitHub shows nothing.

    The list is some hours late at worst (docs.github.com, "REST API endpoints for events"), newest first.
    """
    events = github.get(f"/users/{quoted(login)}/events/public", per_page=1)
    # A login that moved on shows what somebody else does.
    mine = (item["created_at"] for item in events if item["actor"]["id"] == person_id)
    created = next(mine, None)
    return datetime.fromisoformat(created) if created else None


@dataclass(frozen=True)
class Access:
    """What GitHub lets somebody do in a repository: see it; triage it or more."""

    reads: bool = False
    triages: bool = False


def may_triage(github: Installation, repository_id: int, login: str) -> bool:
    """Whether somebody may triage a repository or more, as GitHub says."""
    return access(github, repository_id, login).triages


def access(github: Installation, repository_id: int, login: str, person_id: int | None = None) -> Access:
    """What somebody may do in a repository, as GitHub says; `person_id`: nothing, if the login is another's by now.

    `permission` calls triage "read", and `role_name` may be a custom role that is based on it: the flags of
    `user.permissions` tell (docs.github.com, "Get repository permissions for a user").
    """
    try:
        found = github.get(f"/repositories/{repository_id}/collaborators/{quoted(login)}/permission")
    except Missing:
        return Access()
    user = found.get("user") or {}
    if person_id is not None and user.get("id") != person_id:
        return Access()
    permission = found.get("permission")
    if permission in {"admin", "write", "maintain"} or found.get("role_name") == "triage":
        return Access(True, True)
    triages = (user.get("permissions") or {}).get("triage") is True
    return Access(triages or permission not in {None, "none"}, triages)


def reviews(github: Installation, repository_id: int, number: int) -> Iterator[Reviewed]:
    """The reviews of a pull request, oldest first, except those that are not submitted yet."""
    for page in github.pages(f"/repositories/{repository_id}/pulls/{number}/reviews"):
        for item in page:
            if item.get("submitted_at"):
                author_id, author, by_person = _author(item)
                at = datetime.fromisoformat(item["submitted_at"])
                yield Reviewed(author_id, author, item["state"].lower(), at, by_person)


def head_of(github: Installation, repository_id: int, branch: str) -> str:
    """The newest commit of a branch."""
    return str(github.get(f"/repositories/{repository_id}/commits/{quoted(branch)}")["sha"])


def repository(github: Installation, slug_or_id: str | int) -> RepositoryFacts | None:
    """A repository by name (a redirect of a renamed one is followed) or by id; None: not to be seen."""
    try:
        return repository_facts(github.get(_address(slug_or_id)))
    except Missing:
        return None


def _address(slug_or_id: str | int) -> str:
    return f"/repositories/{slug_or_id}" if isinstance(slug_or_id, int) else f"/repos/{slug_or_id}"


def repository_facts(item: dict[str, Any]) -> RepositoryFacts:
    """The facts of a repository in an answer or in a payload."""
    return RepositoryFacts(
        id=item["id"],
        full_name=item["full_name"],
        private=bool(item.get("private")),
        default_branch=item.get("default_branch") or "main",
        archived=bool(item.get("archived")),
    )


@dataclass(frozen=True)
class File:
    """A configuration file as it is now."""

    etag: str | None
    sha: str | None = None
    text: str | None = None  # None: there is none


def configuration_at(github: Installation, repository_id: int, commit: str) -> File:
    """The configuration file as it is in a commit. Raises Missing if there is no such commit (yet)."""
    try:
        item = github.get(f"{_address(repository_id)}/contents/{FILE}", ref=commit)
    except Missing as missing:
        if NO_COMMIT in str(missing):
            raise
        return File(None)
    if not isinstance(item, dict) or item.get("type") != "file":
        return File(None)
    return File(None, item["sha"], _decoded(item))


def labels(github: Installation, repository_id: int, most: int) -> list[str] | None:
    """The names of a repository's labels; None if there are more than `most` pages of a hundred."""
    found: list[str] = []
    for number, page in enumerate(github.pages(f"/repositories/{repository_id}/labels"), 1):
        found += [item["name"] for item in page]
        if number == most and len(page) == PER_PAGE:
            return None
    return found


def files(github: Installation, repository_id: int, commit: str) -> list[str] | None:
    """The paths of all files of a commit; None where GitHub does not list so many (100,000, or 7 MB)."""
    found = github.get(f"/repositories/{repository_id}/git/trees/{commit}", recursive="1")
    if found.get("truncated"):
        return None
    return [item["path"] for item in found["tree"] if item["type"] == "blob"]


def configuration_file(github: Installation, slug_or_id: str | int, etag: str | None) -> File | None:
    """The configuration file on the default branch; None if it has not changed since `etag`."""
    try:
        answer = github.get_changed(f"{_address(slug_or_id)}/contents/{FILE}", etag)
    except Missing:
        return File(None)
    if answer is None:
        return None
    new_etag, item = answer
    if not isinstance(item, dict) or item.get("type") != "file":
        return File(new_etag)
    return File(new_etag, item["sha"], _decoded(item))


def _decoded(item: dict[str, Any]) -> str:
    if item.get("size", 0) > MOST_BYTES:
        return " " * (MOST_BYTES + 1)  # too large to be read, so that it is refused for that
    return base64.b64decode(item.get("content") or "").decode("utf-8", errors="replace")


def _issue(repository_id: int, item: dict[str, Any]) -> Issue:
    author_id, author, by_person = _author(item)
    merged = (item.get("pull_request") or {}).get("merged_at")
    return Issue(
        repository_id=repository_id,
        number=item["number"],
        author_id=author_id,
        author=author,
        title=item["title"],
        body=item.get("body") or "",
        is_open=item["state"] == "open",
        is_pull="pull_request" in item,
        created_at=datetime.fromisoformat(item["created_at"]),
        updated_at=datetime.fromisoformat(item["updated_at"]),
        by_person=by_person,
        draft=bool(item.get("draft")),
        labels=tuple(label if isinstance(label, str) else label["name"] for label in item["labels"]),
        merged_at=datetime.fromisoformat(merged) if merged else None,
        locked=bool(item.get("locked")),
        assignees=tuple(person["login"] for person in item.get("assignees") or ()),
        closed_at=datetime.fromisoformat(item["closed_at"]) if item.get("closed_at") else None,
    )


def _author(item: dict[str, Any]) -> tuple[int, str, bool]:
    """Who wrote it. The account may be deleted; then there is nobody to talk to.

    GitHub shows nobody then, or the account `ghost` (https://github.com/ghost) as if all of them were one person.
    """
    user = item.get("user")
    if not user or user["login"] == "ghost":
        return 0, "ghost", False
    return user["id"], user["login"], user["type"] == "User"
