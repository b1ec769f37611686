"""Endpoints for somebody who signed in: who they are, and which installations and repositories they may see."""

from __future__ import annotations

from typing import Any

from sandbox import shapes, shapes_repository, signing_in
from sandbox.call import Answer, Call, route
from sandbox.errors import not_found
from sandbox.models import Repository
from sandbox.records import UserToken


def _token(call: Call) -> UserToken:
    token = call.caller.user_token
    assert token is not None
    return token


@route("GET", "/user", auth="user")
def get_me(call: Call) -> Answer:
    """Whoever signed in."""
    return 200, shapes.profile(call.world, _token(call).user)


@route("GET", "/user/installations", auth="user")
def my_installations(call: Call) -> Answer:
    """The App's installations that they may see."""
    token = _token(call)
    mine = signing_in.installations_of(call.world, token.app, token.user)
    page = call.page(mine, lambda it: shapes.installation(call.world, it))
    return 200, {"total_count": len(mine), "installations": page}


@route("GET", "/user/installations/<int:installation_id>/repositories", auth="user")
def my_repositories(call: Call, installation_id: int) -> Answer:
    """The repositories of an installation that they may see; 404 for somebody else's."""
    token = _token(call)
    found = call.world.installations.get(installation_id)
    if found not in signing_in.installations_of(call.world, token.app, token.user) or found is None:
        raise not_found()
    mine = signing_in.repositories_of(call.world, found, token.user)

    def shape(it: Repository) -> dict[str, Any]:
        role = call.world.role_of(it, token.user)
        levels = ("read", "triage", "write", "maintain", "admin")
        least = levels.index(role)
        names = ("pull", "triage", "push", "maintain", "admin")
        permissions = {name: place <= least for place, name in enumerate(names)}
        return shapes_repository.repository(call.world, it) | {"permissions": permissions}

    return 200, {"total_count": len(mine), "repositories": call.page(mine, shape)}
