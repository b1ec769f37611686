"""JSON shapes of repositories, commits and files."""

from __future__ import annotations

from base64 import encodebytes
from functools import lru_cache
from hashlib import sha1
from typing import Any

from sandbox import shapes
from sandbox.models import Commit, Repository, User
from sandbox.shapes import Shape
from sandbox.state import State, node_id, stamp

LARGEST_TREE = 100_000  # entries

SUBPATHS = {
    "archive": "/{archive_format}{/ref}",
    "assignees": "/assignees{/user}",
    "blobs": "/git/blobs{/sha}",
    "branches": "/branches{/branch}",
    "collaborators": "/collaborators{/collaborator}",
    "comments": "/comments{/number}",
    "commits": "/commits{/sha}",
    "compare": "/compare/{base}...{head}",
    "contents": "/contents/{+path}",
    "contributors": "/contributors",
    "deployments": "/deployments",
    "downloads": "/downloads",
    "events": "/events",
    "forks": "/forks",
    "git_commits": "/git/commits{/sha}",
    "git_refs": "/git/refs{/sha}",
    "git_tags": "/git/tags{/sha}",
    "hooks": "/hooks",
    "issue_comment": "/issues/comments{/number}",
    "issue_events": "/issues/events{/number}",
    "issues": "/issues{/number}",
    "keys": "/keys{/key_id}",
    "labels": "/labels{/name}",
    "languages": "/languages",
    "merges": "/merges",
    "milestones": "/milestones{/number}",
    "notifications": "/notifications{?since,all,participating}",
    "pulls": "/pulls{/number}",
    "releases": "/releases{/id}",
    "stargazers": "/stargazers",
    "statuses": "/statuses/{sha}",
    "subscribers": "/subscribers",
    "subscription": "/subscription",
    "tags": "/tags",
    "teams": "/teams",
    "trees": "/git/trees{/sha}",
}


def minimal(it: Repository) -> Shape:
    """A repository as `installation` webhooks list it."""
    return {
        "id": it.id,
        "node_id": node_id("R", it.id),
        "name": it.name,
        "full_name": it.full_name,
        "private": it.private,
    }


def repository(world: State, it: Repository) -> Shape:
    """A repository as it is shown inside other things and in webhooks."""
    url = f"{world.base_url}/repos/{it.full_name}"
    page = f"{world.base_url}/{it.full_name}"
    return {
        **minimal(it),
        "owner": shapes.user(world, it.owner),
        "html_url": page,
        "description": it.description,
        "fork": it.fork,
        "url": url,
        **_links(url),
        "git_url": f"git://{page.split('//', 1)[1]}.git",
        "ssh_url": f"git@127.0.0.1:{it.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.pushed_at or it.created_at),
        "pushed_at": stamp(it.pushed_at),
        **_numbers_and_settings(it),
    }


@lru_cache(10_000)
def _links(url: str) -> dict[str, str]:
    return {f"{name}_url": url + path for name, path in SUBPATHS.items()}


def _numbers_and_settings(it: Repository) -> Shape:
    zero = dict.fromkeys(
        ("forks_count", "stargazers_count", "watchers_count", "size", "forks", "watchers"), 0
    )
    yes = dict.fromkeys(("has_projects", "has_downloads", "has_wiki", "allow_forking"), True)
    no = dict.fromkeys(
        ("has_pages", "has_discussions", "disabled", "is_template", "web_commit_signoff_required"), False
    )
    return {
        **zero,
        **yes,
        **no,
        "has_issues": it.has_issues,
        "open_issues_count": it.open_count,
        "open_issues": it.open_count,
        "archived": it.archived,
        "visibility": "private" if it.private else "public",
        "default_branch": it.default_branch,
        "topics": [],
    }


def full(world: State, it: Repository) -> Shape:
    """A repository asked for by itself: `GET /repos/{owner}/{repo}`."""
    shape = repository(world, it) | {"network_count": 0, "subscribers_count": 0, "temp_clone_token": None}
    if it.owner.type == "Organization":
        shape["organization"] = shapes.user(world, it.owner)
    return shape


def blob_sha(text: str) -> str:
    """The hash git gives a file's content."""
    data = text.encode()
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def entry(world: State, it: Repository, path: str, ref: str, text: str | None) -> Shape:
    """A file (or, with no text, a directory) as a directory listing shows it."""
    kind = "dir" if text is None else "file"
    sha = blob_sha(path if text is None else text)
    url = f"{world.base_url}/repos/{it.full_name}/contents/{path}?ref={ref}"
    git = f"{world.base_url}/repos/{it.full_name}/git/{'trees' if text is None else 'blobs'}/{sha}"
    page = f"{world.base_url}/{it.full_name}/{'tree' if text is None else 'blob'}/{ref}/{path}"
    raw = f"{world.base_url}/{it.full_name}/raw/{ref}/{path}"
    return {
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "sha": sha,
        "size": 0 if text is None else len(text.encode()),
        "url": url,
        "html_url": page,
        "git_url": git,
        "download_url": None if text is None else raw,
        "type": kind,
        "_links": {"self": url, "git": git, "html": page},
    }


def file(world: State, it: Repository, path: str, ref: str, text: str) -> Shape:
    """A file with its content, in base64 broken into lines as GitHub sends it."""
    content = encodebytes(text.encode()).decode()
    return entry(world, it, path, ref, text) | {"content": content, "encoding": "base64"}


def _identity(who: User) -> Shape:
    return {"name": who.name or who.login, "email": f"{who.id}+{who.login}@users.noreply.example"}


def commit(world: State, it: Repository, that: Commit) -> Shape:
    """A commit, as in `GET /repos/{owner}/{repo}/commits/{ref}`."""
    url = f"{world.base_url}/repos/{it.full_name}"
    page = f"{world.base_url}/{it.full_name}/commit"
    tree = {"sha": blob_sha(that.sha), "url": f"{url}/git/trees/{blob_sha(that.sha)}"}
    person = _identity(that.user) | {"date": stamp(that.at)}
    verification = {
        "verified": False,
        "reason": "unsigned",
        "signature": None,
        "payload": None,
        "verified_at": None,
    }
    return {
        "sha": that.sha,
        "node_id": f"C_{that.sha[:20]}",
        "commit": {
            "author": person,
            "committer": person,
            "message": that.message,
            "tree": tree,
            "url": f"{url}/git/commits/{that.sha}",
            "comment_count": 0,
            "verification": verification,
        },
        "url": f"{url}/commits/{that.sha}",
        "html_url": f"{page}/{that.sha}",
        "comments_url": f"{url}/commits/{that.sha}/comments",
        "author": shapes.user(world, that.user),
        "committer": shapes.user(world, that.user),
        "parents": [{"sha": p, "url": f"{url}/commits/{p}", "html_url": f"{page}/{p}"} for p in that.parents],
    }


def pushed_commit(world: State, it: Repository, that: Commit) -> Shape:
    """A commit as a `push` webhook tells it."""
    person = _identity(that.user) | {"username": that.user.login}
    return {
        "id": that.sha,
        "tree_id": blob_sha(that.sha),
        "distinct": True,
        "message": that.message,
        "timestamp": stamp(that.at),
        "url": f"{world.base_url}/{it.full_name}/commit/{that.sha}",
        "author": person,
        "committer": person,
        "added": that.added,
        "removed": that.removed,
        "modified": that.modified,
    }


def push(
    world: State, it: Repository, branch: str, before: str, pushed: list[Commit], *, forced: bool = False
) -> Shape:
    """What a `push` webhook says besides repository and sender; it has no `action`."""
    commits: list[Any] = [pushed_commit(world, it, that) for that in pushed]
    after, created = it.branches[branch], set(before) == {"0"}
    who = pushed[-1].user if pushed else it.commits[after].user
    return {
        "ref": f"refs/heads/{branch}",
        "before": before,
        "after": after,
        "created": created,
        "deleted": False,
        "forced": forced,
        "base_ref": None,
        "compare": f"{world.base_url}/{it.full_name}/compare/{before[:12]}...{after[:12]}",
        "commits": commits,
        "head_commit": pushed_commit(world, it, it.commits[after]),
        "pusher": {"name": who.login, "email": _identity(who)["email"]},
    }


def branch_deleted(world: State, it: Repository, branch: str, before: str, who: User) -> Shape:
    """The same of the deletion of a branch: nothing comes after it."""
    nothing = "0" * 40
    return {
        "ref": f"refs/heads/{branch}",
        "before": before,
        "after": nothing,
        "created": False,
        "deleted": True,
        "forced": False,
        "base_ref": None,
        "compare": f"{world.base_url}/{it.full_name}/compare/{before[:12]}...{nothing[:12]}",
        "commits": [],
        "head_commit": None,
        "pusher": {"name": who.login, "email": _identity(who)["email"]},
    }


def tree(world: State, it: Repository, that: Commit, *, recursive: bool) -> Shape:
    """The tree of a commit: what is at its top, or in all folders too.

    A recursive one of more than 100,000 entries is cut off and says so ("Get a tree").
    """
    found: dict[str, str | None] = {}
    for name, text in sorted(that.files.items()):
        *folders, _ = name.split("/")
        found |= {"/".join(folders[: end + 1]): None for end in range(len(folders))}
        found[name] = text
    shown = {path: text for path, text in found.items() if recursive or "/" not in path}
    entries = [_tree_entry(world, it, path, text) for path, text in shown.items()]
    return {
        "sha": blob_sha(that.sha),
        "url": f"{world.base_url}/repos/{it.full_name}/git/trees/{blob_sha(that.sha)}",
        "tree": entries[:LARGEST_TREE],
        "truncated": len(entries) > LARGEST_TREE,
    }


def _tree_entry(world: State, it: Repository, path: str, text: str | None) -> Shape:
    sha = blob_sha(path if text is None else text)
    kind = "tree" if text is None else "blob"
    made = {"path": path, "mode": "040000" if text is None else "100644", "type": kind, "sha": sha}
    size = {} if text is None else {"size": len(text.encode())}
    return made | size | {"url": f"{world.base_url}/repos/{it.full_name}/git/{kind}s/{sha}"}
