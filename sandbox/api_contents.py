"""Endpoints for files, commits, branches and who may do what in a repository."""

from __future__ import annotations

from sandbox import shapes, shapes_repository
from sandbox.call import Answer, Call, repo_route
from sandbox.errors import Refused, not_found
from sandbox.models import ROLES, Commit, User


def _commit(call: Call, ref: str) -> Commit:
    commit = call.world.find_commit(call.repository, ref)
    if commit is None:
        raise Refused(422, f"No commit found for SHA: {ref}")
    return commit


@repo_route("GET", "/contents/", "contents:read")
@repo_route("GET", "/contents/<path:path>", "contents:read")
@repo_route("GET", "/contents", "contents:read")
def get_contents(call: Call, path: str = "") -> Answer:
    """A file, or what is in a directory; `raw` in Accept gives the file itself."""
    ref = call.query.get("ref") or call.repository.default_branch
    commit = call.world.find_commit(call.repository, ref)
    if commit is None:
        raise Refused(404, f"No commit found for the ref {ref}")
    path = path.strip("/")
    text = commit.files.get(path)
    if text is None:
        return 200, _directory(call, commit, path, ref)
    if "raw" in call.headers.get("Accept", ""):
        call.out["Content-Type"] = "application/vnd.github.raw+json; charset=utf-8"
        return 200, text
    return 200, shapes_repository.file(call.world, call.repository, path, ref, text)


def _directory(call: Call, commit: Commit, path: str, ref: str) -> list[shapes.Shape]:
    prefix = f"{path}/" if path else ""
    below = {name[len(prefix) :].split("/")[0] for name in commit.files if name.startswith(prefix)}
    if not below and path:
        raise not_found()
    paths = [prefix + name for name in sorted(below)]
    home = call.repository
    return [shapes_repository.entry(call.world, home, it, ref, commit.files.get(it)) for it in paths]


@repo_route("GET", "/commits", "contents:read")
def list_commits(call: Call) -> Answer:
    """The commits of the default branch (or of `sha`), newest first; with `path`, those that changed it."""
    sha, path = call.query.get("sha") or call.repository.default_branch, call.query.get("path", "")
    found, commit = [], call.world.find_commit(call.repository, sha)
    while commit is not None:
        if not path or path in (*commit.added, *commit.modified, *commit.removed):
            found.append(commit)
        commit = call.repository.commits.get(commit.parents[0]) if commit.parents else None
    return 200, call.page(found, lambda it: shapes_repository.commit(call.world, call.repository, it))


@repo_route("GET", "/commits/<path:ref>", "contents:read")
def get_commit(call: Call, ref: str) -> Answer:
    """A commit by hash or branch."""
    commit = _commit(call, ref)
    kinds = (("added", commit.added), ("modified", commit.modified), ("removed", commit.removed))
    files = [
        {"sha": shapes_repository.blob_sha(path), "filename": path, "status": kind, "additions": 1}
        | {"deletions": 0, "changes": 1, "blob_url": "", "raw_url": "", "contents_url": ""}
        for kind, paths in kinds
        for path in paths
    ]
    stats = {"additions": len(files), "deletions": 0, "total": len(files)}
    return 200, shapes_repository.commit(call.world, call.repository, commit) | {
        "stats": stats,
        "files": files,
    }


@repo_route("GET", "/git/trees/<path:ref>", "contents:read")
def get_tree(call: Call, ref: str) -> Answer:
    """The tree of a commit; with any `recursive`, also what is in its folders."""
    commit = call.world.find_commit(call.repository, ref)
    if commit is None:
        raise not_found()
    recursive = "recursive" in call.query
    return 200, shapes_repository.tree(call.world, call.repository, commit, recursive=recursive)


@repo_route("GET", "/branches/<path:branch>", "contents:read")
def get_branch(call: Call, branch: str) -> Answer:
    """A branch."""
    home = call.repository
    if branch not in home.branches:
        raise Refused(404, "Branch not found")
    url = f"{call.world.base_url}/repos/{home.full_name}/branches/{branch}"
    commit = shapes_repository.commit(call.world, home, home.commits[home.branches[branch]])
    checks = {"enforcement_level": "off", "contexts": [], "checks": []}
    return 200, {
        "name": branch,
        "commit": commit,
        "_links": {"self": url, "html": f"{call.world.base_url}/{home.full_name}/tree/{branch}"},
        "protected": False,
        "protection": {"enabled": False, "required_status_checks": checks},
        "protection_url": f"{url}/protection",
    }


def _rights(role: str) -> dict[str, bool]:
    """A role in the old five flags."""
    at = ROLES.index(role)
    flags = {"admin": "admin", "maintain": "maintain", "push": "write", "triage": "triage", "pull": "read"}
    return {flag: at >= ROLES.index(least) for flag, least in flags.items()}


@repo_route("GET", "/collaborators/<login>/permission", strict=True)
def get_permission(call: Call, login: str) -> Answer:
    """Somebody's role; `permission` knows only admin, write, read and none, `role_name` also custom ones."""
    user = call.world.logins.get(login.lower())
    if user is None:
        raise Refused(404, f"{login} is not a user")
    role = call.world.role_of(call.repository, user)
    permission = {"maintain": "write", "triage": "read"}.get(role, role)
    name = call.repository.custom_roles.get(user.id, role)
    person = shapes.user(call.world, user) | {"permissions": _rights(role), "role_name": name}
    return 200, {"permission": permission, "role_name": name, "user": person}


def _is_collaborator(call: Call, user: User) -> bool:
    home = call.repository
    return user.id in home.collaborators or user is home.owner or call.world.is_member(home, user)


@repo_route("GET", "/collaborators", strict=True)
def list_collaborators(call: Call) -> Answer:
    """Everybody with access of their own."""
    people = [
        user for user in call.world.users.values() if user.type == "User" and _is_collaborator(call, user)
    ]

    def shape(user: User) -> shapes.Shape:
        role = call.world.role_of(call.repository, user)
        return shapes.user(call.world, user) | {"permissions": _rights(role), "role_name": role}

    return 200, call.page(people, shape)


@repo_route("GET", "/collaborators/<login>", strict=True)
def is_collaborator(call: Call, login: str) -> Answer:
    """204 if somebody is a collaborator."""
    user = call.world.logins.get(login.lower())
    if user is None or not _is_collaborator(call, user):
        raise not_found()
    return 204, None
