"""JSON shapes of accounts, Apps, labels, reactions and check runs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sandbox.models import CheckRun, Label, Reaction, Repository, User
from sandbox.records import App, Delivery, Installation
from sandbox.state import State, node_id, stamp

Shape = dict[str, Any]

REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def user(world: State, who: User) -> Shape:
    """An account as it is shown everywhere inside other things; shared, so not to be changed."""
    return _user(world.base_url, who.login, who.id, who.type)


@lru_cache(10_000)
def _user(base: str, login: str, number: int, kind: str) -> Shape:
    url = f"{base}/users/{login.replace('[', '%5B').replace(']', '%5D')}"
    page = f"apps/{login.removesuffix('[bot]')}" if kind == "Bot" else login
    return {
        "login": login,
        "id": number,
        "node_id": node_id("U", number),
        "avatar_url": f"{base}/_sandbox/avatars/{number}.svg",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{base}/{page}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def profile(world: State, who: User) -> Shape:
    """An account asked for by itself: `GET /users/{login}`."""
    counts = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    texts = dict.fromkeys(("company", "location", "email", "hireable", "bio", "twitter_username"), None)
    times = dict.fromkeys(("created_at", "updated_at"), "2011-01-25T18:44:36Z")
    return user(world, who) | {"name": who.name, "blog": ""} | texts | counts | times


def organization(world: State, who: User) -> Shape:
    """The `organization` of a webhook."""
    url = f"{world.base_url}/orgs/{who.login}"
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node_id("O", who.id),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{world.base_url}/_sandbox/avatars/{who.id}.svg",
        "description": None,
    }


def app(world: State, it: App) -> Shape:
    """An App, as in `GET /app` and `performed_via_github_app`."""
    return {
        "id": it.id,
        "client_id": it.client_id,
        "slug": it.slug,
        "node_id": node_id("A", it.id),
        "owner": user(world, it.owner),
        "name": it.name,
        "description": it.description,
        "external_url": it.external_url or f"{world.base_url}/apps/{it.slug}",
        "html_url": f"{world.base_url}/apps/{it.slug}",
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.created_at),
        "permissions": it.permissions,
        "events": it.events,
    }


def installation(world: State, it: Installation) -> Shape:
    """An installation, as in `GET /app/installations` and `installation` webhooks."""
    account = it.account
    settings = "organizations/" + account.login + "/" if account.type == "Organization" else ""
    return {
        "id": it.id,
        "client_id": it.app.client_id,
        "account": user(world, account),
        "repository_selection": it.selection,
        "access_tokens_url": f"{world.base_url}/app/installations/{it.id}/access_tokens",
        "repositories_url": f"{world.base_url}/installation/repositories",
        "html_url": f"{world.base_url}/{settings}settings/installations/{it.id}",
        "app_id": it.app.id,
        "app_slug": it.app.slug,
        "target_id": account.id,
        "target_type": account.type,
        "permissions": it.permissions,
        "events": it.events,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.suspended_at or it.created_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": user(world, it.suspended_by) if it.suspended_by else None,
        "suspended_at": stamp(it.suspended_at),
    }


def label(world: State, home: Repository, it: Label) -> Shape:
    """A label."""
    name = it.name.replace("%", "%25").replace(" ", "%20").replace("/", "%2F").replace("#", "%23")
    return {
        "id": it.id,
        "node_id": node_id("LA", it.id),
        "url": f"{world.base_url}/repos/{home.full_name}/labels/{name}",
        "name": it.name,
        "color": it.color,
        "default": it.name in DEFAULT_LABELS,
        "description": it.description,
    }


# What a new repository comes with (documented in "Managing labels").
DEFAULT_LABELS = {
    "bug": ("d73a4a", "Something isn't working"),
    "documentation": ("0075ca", "Improvements or additions to documentation"),
    "duplicate": ("cfd3d7", "This issue or pull request already exists"),
    "enhancement": ("a2eeef", "New feature or request"),
    "good first issue": ("7057ff", "Good for newcomers"),
    "help wanted": ("008672", "Extra attention is needed"),
    "invalid": ("e4e669", "This doesn't seem right"),
    "question": ("d876e3", "Further information is requested"),
    "wontfix": ("ffffff", "This will not be worked on"),
}


def reaction(world: State, it: Reaction) -> Shape:
    """One person's reaction."""
    return {
        "id": it.id,
        "node_id": node_id("REA", it.id),
        "user": user(world, it.user),
        "content": it.content,
        "created_at": stamp(it.created_at),
    }


def rollup(url: str, reactions: dict[str, list[str]]) -> Shape:
    """How many reactions of each kind something has."""
    counts = {content: len(reactions.get(content, ())) for content in REACTIONS}
    return {"url": f"{url}/reactions", "total_count": sum(counts.values()), **counts}


def check_run(world: State, home: Repository, it: CheckRun) -> Shape:
    """A check run."""
    url = f"{world.base_url}/repos/{home.full_name}/check-runs/{it.id}"
    texts = {key: it.output.get(key) for key in ("title", "summary", "text")}
    output = {**texts, "annotations_count": len(it.annotations), "annotations_url": f"{url}/annotations"}
    page = f"{world.base_url}/{home.full_name}/runs/{it.id}"
    return {
        "id": it.id,
        "name": it.name,
        "node_id": node_id("CR", it.id),
        "head_sha": it.head_sha,
        "external_id": it.external_id,
        "url": url,
        "html_url": page,
        "details_url": it.details_url or page,
        "status": it.status,
        "conclusion": it.conclusion,
        "started_at": stamp(it.started_at),
        "completed_at": stamp(it.completed_at),
        "output": output,
        "check_suite": {"id": it.id - 1},
        "app": app(world, it.app),
        "pull_requests": [],
    }


def delivery(it: Delivery) -> Shape:
    """A line of the delivery log."""
    return {
        "id": it.id,
        "guid": it.guid,
        "delivered_at": stamp(it.delivered_at),
        "redelivery": it.redelivery,
        "duration": round(it.duration, 2),
        "status": it.status,
        "status_code": it.status_code or 0,
        "event": it.event,
        "action": it.action,
        "installation_id": it.installation_id,
        "repository_id": it.repository_id,
        "throttled_at": None,
    }
