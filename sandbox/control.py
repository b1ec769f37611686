"""Switches for people outside the process: acts, faults, the clock and a look at the state, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.errors import Refused
from sandbox.models import Comment, Commit, Label, Repository, Review, Thread, User
from sandbox.records import App, Delivery, Installation
from sandbox.state import RepositoryRef, stamp
from sandbox.world import World


def _assign(world: World, repo: RepositoryRef, number: int, actor: str, logins: list[str]) -> None:
    world.assign(repo, number, actor, *logins)


def _unassign(world: World, repo: RepositoryRef, number: int, actor: str, logins: list[str]) -> None:
    world.unassign(repo, number, actor, *logins)


# What can be done from outside, by name; arguments are those of the Python methods.
ACTS: dict[str, Callable[..., Any]] = {
    "user": World.user,
    "organization": World.organization,
    "repository": World.repository,
    "collaborator": World.collaborator,
    "register_app": World.register_app,
    "install": World.install,
    "add_repositories": World.add_repositories,
    "remove_repositories": World.remove_repositories,
    "suspend": World.suspend,
    "unsuspend": World.unsuspend,
    "uninstall": World.uninstall,
    "accept_permissions": World.accept_permissions,
    "push": World.push,
    "open_issue": World.open_issue,
    "open_pull_request": World.open_pull_request,
    "comment": World.comment,
    "edit_comment": World.edit_comment,
    "delete_comment": World.delete_comment,
    "label": World.label,
    "unlabel": World.unlabel,
    "create_label": World.create_label,
    "edit_label": World.edit_label,
    "delete_label": World.delete_label,
    "edit": World.edit,
    "close": World.close,
    "merge": World.merge,
    "reopen": World.reopen,
    "lock_thread": World.lock_thread,
    "review": World.review,
    "review_comment": World.review_comment,
    "request_review": World.request_review,
    "ready": World.ready,
    "synchronize": World.synchronize,
    "rename": World.rename,
    "rename_user": World.rename_user,
    "archive": World.archive,
    "unarchive": World.unarchive,
    "privatize": World.privatize,
    "publicize": World.publicize,
    "delete_repository": World.delete_repository,
    "delete_issue": World.delete_issue,
    "transfer_issue": World.transfer_issue,
    "ping": World.ping,
    "redeliver": World.redeliver,
    "release_deliveries": World.release_deliveries,
    "wait_delivered": World.wait_delivered,
    "assign": _assign,
    "unassign": _unassign,
}


def described(result: Any) -> Any:
    """What an act gave back, in a few fields."""
    match result:
        case Thread():
            return {"number": result.number, "id": result.id, "title": result.title, "state": result.state}
        case Comment() | Review():
            return {"id": result.id, "author": result.user.login, "body": result.body}
        case User():
            return {"id": result.id, "login": result.login, "type": result.type}
        case Repository():
            return {"id": result.id, "full_name": result.full_name}
        case Installation():
            return {"id": result.id, "account": result.account.login}
        case App():
            return {"id": result.id, "client_id": result.client_id} | {
                "client_secret": result.client_secret,
                "private_key_pem": result.private_key_pem,
            }
        case Delivery():
            return {"id": result.id, "guid": result.guid}
        case Label():
            return {"id": result.id, "name": result.name, "color": result.color}
        case Commit():
            return {"sha": result.sha}
    return result if isinstance(result, bool | int | str) else None


def control(world: World) -> Blueprint:
    """The blueprint that serves below `/_sandbox`."""
    pages = Blueprint("sandbox_control", __name__)
    rules: dict[str, Callable[..., Any]] = {
        "GET /state": lambda: jsonify(world.summary()),
        "GET /requests": lambda: _requests(world),
        "GET /avatars/<int:user_id>.svg": lambda user_id: _avatar(world.users.get(user_id)),
        "POST /faults": lambda: _faults(world, _sent()),
        "POST /advance": lambda: {"now": stamp(world.advance(float(_sent().get("seconds", 0))))},
        "POST /<act>": lambda act: _do(world, act, _sent()),
    }
    for rule, view in rules.items():
        method, path = rule.split(" ")
        pages.add_url_rule(path, path.replace(".", "_"), view, methods=[method])
    return pages


Answer = Response | tuple[Response, int]


def _sent() -> dict[str, Any]:
    return request.get_json(force=True, silent=True) or {}


def _requests(world: World) -> Answer:
    """The last lines of the access log; `?last=` says how many."""
    with world.lock:
        lines = world.requests[-int(request.args.get("last", 200)) :]
    keys = ("method", "path", "query", "status", "installation_id", "actor", "repository")
    return jsonify(
        [{key: vars(it)[key] for key in keys} | {"ms": round(it.ms, 2), "at": stamp(it.at)} for it in lines]
    )


def _faults(world: World, switches: dict[str, Any]) -> Answer:
    """Turn switches; without any, say what has been counted."""
    try:
        with world.lock:
            world.faults.set(**switches)
    except (TypeError, ValueError) as error:
        return jsonify({"message": str(error)}), 422
    world.courier.start()
    return jsonify({"violations": dict(world.faults.violations)})


def _do(world: World, act: str, arguments: dict[str, Any]) -> Answer:
    """Do what a person would do."""
    if act not in ACTS:
        return jsonify({"message": f"no such act: {act}", "acts": sorted(ACTS)}), 404
    try:
        return jsonify(described(ACTS[act](world, **arguments)))
    except Refused as refusal:
        return jsonify(refusal.body()), refusal.status
    except (TypeError, ValueError, KeyError) as error:
        return jsonify({"message": f"{type(error).__name__}: {error}"}), 422


def _avatar(user: User | None) -> Response:
    """A coloured square with the first letter of a login."""
    letter, hue = (user.login[0].upper(), user.id * 47 % 360) if user else ("?", 0)
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        f'<rect width="40" height="40" fill="hsl({hue},45%,45%)"/>'
        '<text x="20" y="28" font-size="22" font-family="sans-serif" text-anchor="middle" fill="#fff">'
        f"{letter}</text></svg>"
    )
    return Response(drawing, mimetype="image/svg+xml")
