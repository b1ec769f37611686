"""Endpoints for the App itself: installations, tokens, the delivery log; accounts and limits."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sandbox import shapes, shapes_repository
from sandbox.auth import mint
from sandbox.call import Answer, Call, number_of, repo_route, route
from sandbox.errors import Refused, not_found
from sandbox.records import Delivery, Installation
from sandbox.state import stamp

KEPT_FOR = timedelta(days=3)  # how long deliveries can be seen and sent again on github.com


def _installation(call: Call, installation_id: int) -> Installation:
    it = call.world.find_installation(installation_id)
    if it.app is not call.caller.app:
        raise not_found()
    return it


@route("GET", "/app", auth="app")
def get_app(call: Call) -> Answer:
    """The App."""
    mine = [it for it in call.world.installations.values() if it.app is call.app]
    return 200, shapes.app(call.world, call.app) | {"installations_count": len(mine)}


@route("GET", "/app/installations", auth="app")
def list_installations(call: Call) -> Answer:
    """Where the App is installed; suspended ones are included, with `suspended_at`."""
    mine = [it for it in call.world.installations.values() if it.app is call.app]
    return 200, call.page(mine, lambda it: shapes.installation(call.world, it))


@route("GET", "/app/installations/<int:installation_id>", auth="app")
def get_installation(call: Call, installation_id: int) -> Answer:
    """One installation."""
    return 200, shapes.installation(call.world, _installation(call, installation_id))


@route("POST", "/app/installations/<int:installation_id>/access_tokens", auth="app")
def create_token(call: Call, installation_id: int) -> Answer:
    """A token for an hour. The header forces the long format announced in May 2026."""
    long = call.headers.get("X-GitHub-Stateless-S2S-Token") == "enabled" or call.world.faults.long_tokens
    token = mint(call.world, _installation(call, installation_id), call.fields(), long)
    answer: dict[str, Any] = {
        "token": token.value,
        "expires_at": stamp(token.expires_at),
        "permissions": token.permissions,
        "repository_selection": "selected" if token.repository_ids else token.installation.selection,
    }
    if token.repository_ids:
        chosen = [call.world.repositories[i] for i in sorted(token.repository_ids)]
        answer["repositories"] = [shapes_repository.repository(call.world, it) for it in chosen]
    return 201, answer


@route("GET", "/installation/repositories", auth="token")
def installation_repositories(call: Call) -> Answer:
    """The repositories this token reaches."""
    token = call.caller.token
    assert token is not None
    ids = sorted(
        token.installation.repository_ids & (token.repository_ids or token.installation.repository_ids)
    )
    reached = [call.world.repositories[i] for i in ids]
    page = call.page(reached, lambda it: shapes_repository.repository(call.world, it))
    selection = token.installation.selection
    return 200, {"total_count": len(reached), "repository_selection": selection, "repositories": page}


@route("GET", "/repos/<owner>/<repo>/installation", auth="app")
@route("GET", "/repositories/<int:repo_id>/installation", auth="app")
def repository_installation(call: Call, owner: str = "", repo: str = "", repo_id: int = 0) -> Answer:
    """The App's installation on a repository."""
    home = call.world.find_repository(repo_id or f"{owner}/{repo}")
    for it in call.world.installations.values():
        if it.app is call.app and home.id in it.repository_ids:
            return 200, shapes.installation(call.world, it)
    raise not_found()


@route("GET", "/orgs/<login>/installation", auth="app")
@route("GET", "/users/<login>/installation", auth="app")
def account_installation(call: Call, login: str) -> Answer:
    """The App's installation on an account."""
    account = call.world.find_user(login)
    for it in call.world.installations.values():
        if it.app is call.app and it.account is account:
            return 200, shapes.installation(call.world, it)
    raise not_found()


# -- the delivery log ---------------------------------------------------------------------------------


@route("GET", "/app/hook/deliveries", auth="app")
def list_deliveries(call: Call) -> Answer:
    """Attempts of the last three days, newest first, with a cursor.

    `status=failure` selects by status code 400-599 as documented, so what never got an answer (0) is in
    neither selection.
    """
    since = call.world.now() - KEPT_FOR
    codes = {"success": range(200, 400), "failure": range(400, 600)}.get(call.query.get("status", ""))
    size = min(max(number_of(call.query.get("per_page"), 30), 1), 100)
    cursor = call.query.get("cursor")
    if cursor is not None and not cursor.removeprefix("v1_").isdigit():
        raise Refused(422, "Invalid cursor")
    start = int(cursor.removeprefix("v1_")) if cursor else None
    seen = [it for it in reversed(call.world.deliveries) if _is_listed(call, it, since, codes, start)]
    if len(seen) > size:
        rest = "".join(f"&{key}={call.query[key]}" for key in ("status",) if key in call.query)
        url = f"{call.world.base_url}/app/hook/deliveries?per_page={size}&cursor=v1_{seen[size].id}{rest}"
        call.out["Link"] = f'<{url}>; rel="next"'
    return 200, [shapes.delivery(it) for it in seen[:size]]


def _is_listed(call: Call, it: Delivery, since: datetime, codes: range | None, start: int | None) -> bool:
    if it.app is not call.app or it.delivered_at is None or it.delivered_at < since:
        return False
    return (codes is None or (it.status_code or 0) in codes) and (start is None or it.id <= start)


def _delivery(call: Call, delivery_id: int) -> Delivery:
    it = call.world.find_delivery(delivery_id, call.app)
    if it.delivered_at and it.delivered_at < call.world.now() - KEPT_FOR:
        raise not_found()
    return it


@route("GET", "/app/hook/deliveries/<int:delivery_id>", auth="app")
def get_delivery(call: Call, delivery_id: int) -> Answer:
    """One attempt with request and response."""
    it = _delivery(call, delivery_id)
    more = {
        "url": it.url,
        "request": {"headers": it.request_headers, "payload": json.loads(it.body)},
        "response": {"headers": it.response_headers, "payload": it.response},
    }
    return 200, shapes.delivery(it) | more


@route("POST", "/app/hook/deliveries/<int:delivery_id>/attempts", auth="app")
def redeliver(call: Call, delivery_id: int) -> Answer:
    """Send it again, under the same GUID."""
    call.world.redeliver(_delivery(call, delivery_id).id)
    return 202, {}


# -- accounts and limits ------------------------------------------------------------------------------


@route("GET", "/users/<login>")
def get_user(call: Call, login: str) -> Answer:
    """An account by login; a former login is unknown."""
    return 200, shapes.profile(call.world, call.world.find_user(login))


@route("GET", "/user/<int:user_id>")
def get_user_by_id(call: Call, user_id: int) -> Answer:
    """An account by id, which survives renaming."""
    if user_id not in call.world.users:
        raise not_found()
    return 200, shapes.profile(call.world, call.world.users[user_id])


@route("GET", "/rate_limit")
def rate_limit(call: Call) -> Answer:
    """Where the caller stands; asking costs nothing."""
    faults, key = call.world.faults, call.caller.limit_key
    used, reset = faults.window(key, call.world.now())
    limit = faults.limit_for(key)
    core = {"limit": limit, "used": used, "remaining": max(0, limit - used), "reset": int(reset.timestamp())}
    search = {"limit": 30, "used": 0, "remaining": 30, "reset": int(reset.timestamp())}
    graphql = {"limit": limit, "used": 0, "remaining": limit, "reset": int(reset.timestamp())}
    return 200, {"resources": {"core": core, "search": search, "graphql": graphql}, "rate": core}


@route("GET", "/meta")
def meta(call: Call) -> Answer:
    """Where webhooks come from."""
    return 200, {"verifiable_password_authentication": False, "hooks": ["127.0.0.1/32"]}


@route("POST", "/graphql")
def graphql(call: Call) -> Answer:
    """Not there, and honest about it."""
    return 501, {"message": "The sandbox does not speak GraphQL."}


@repo_route("GET", "")
def get_repository(call: Call) -> Answer:
    """A repository."""
    return 200, shapes_repository.full(call.world, call.repository)
