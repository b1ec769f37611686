"""Switches for people outside the process: acts, faults, the clock and a look at the state, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.errors import Refused
from sandbox.models import Comment, Commit, Label, Repository, Review, Thread, User
from sandbox.records import App, Delivery, Installation
from sandbox.state import stamp
from sandbox.world import World


def acts(world: World) -> dict[str, Callable[..., Any]]:
    """What can be done from outside, by name; arguments are those of the Python methods."""
    return {
        "user": world.user,
        "organization": world.organization,
        "repository": world.repository,
        "collaborator": world.collaborator,
        "register_app": world.register_app,
        "install": world.install,
        "add_repositories": world.add_repositories,
        "remove_repositories": world.remove_repositories,
        "suspend": world.suspend,
        "unsuspend": world.unsuspend,
        "uninstall": world.uninstall,
        "accept_permissions": world.accept_permissions,
        "push": world.push,
        "open_issue": world.open_issue,
        "open_pull_request": world.open_pull_request,
        "comment": world.comment,
        "edit_comment": world.edit_comment,
        "delete_comment": world.delete_comment,
        "label": world.label,
        "unlabel": world.unlabel,
        "create_label": world.create_label,
        "edit_label": world.edit_label,
        "delete_label": world.delete_label,
        "assign": lambda repo, number, actor, logins: world.assign(repo, number, actor, *logins),
        "unassign": lambda repo, number, actor, logins: world.unassign(repo, number, actor, *logins),
        "edit": world.edit,
        "close": world.close,
        "merge": world.merge,
        "reopen": world.reopen,
        "lock_thread": world.lock_thread,
        "review": world.review,
        "review_comment": world.review_comment,
        "request_review": world.request_review,
        "ready": world.ready,
        "synchronize": world.synchronize,
        "rename": world.rename,
        "rename_user": world.rename_user,
        "archive": world.archive,
        "unarchive": world.unarchive,
        "privatize": world.privatize,
        "publicize": world.publicize,
        "delete_repository": world.delete_repository,
        "delete_issue": world.delete_issue,
        "transfer_issue": world.transfer_issue,
        "ping": world.ping,
        "redeliver": world.redeliver,
        "release_deliveries": world.release_deliveries,
        "wait_delivered": world.wait_delivered,
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
            return {"id": result.id, "client_id": result.client_id, "private_key_pem": result.private_key_pem}
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
    known = acts(world)
    pages.add_url_rule(
        "/avatars/<int:user_id>.svg",
        "avatar",
        lambda user_id: Response(_avatar(world.users.get(user_id)), mimetype="image/svg+xml"),
    )

    @pages.get("/state")
    def state() -> Response:
        return jsonify(world.summary())

    @pages.get("/requests")
    def requests() -> Response:
        with world.lock:
            lines = world.requests[-int(request.args.get("last", 200)) :]
        keys = ("method", "path", "query", "status", "installation_id", "actor", "repository")
        return jsonify(
            [
                {key: vars(it)[key] for key in keys} | {"ms": round(it.ms, 2), "at": stamp(it.at)}
                for it in lines
            ]
        )

    @pages.post("/faults")
    def faults() -> tuple[Response, int] | Response:
        switches = request.get_json(force=True, silent=True) or {}
        try:
            with world.lock:
                world.faults.set(**switches)
        except (TypeError, ValueError) as error:
            return jsonify({"message": str(error)}), 422
        world.courier.start()
        return jsonify({"violations": dict(world.faults.violations)})

    @pages.post("/advance")
    def advance() -> Response:
        sent = request.get_json(force=True, silent=True) or {}
        return jsonify({"now": stamp(world.advance(float(sent.get("seconds", 0))))})

    @pages.post("/<act>")
    def do(act: str) -> tuple[Response, int] | Response:
        if act not in known:
            return jsonify({"message": f"no such act: {act}", "acts": sorted(known)}), 404
        try:
            return jsonify(described(known[act](**(request.get_json(force=True, silent=True) or {}))))
        except Refused as refusal:
            return jsonify(refusal.body()), refusal.status
        except (TypeError, ValueError, KeyError) as error:
            return jsonify({"message": f"{type(error).__name__}: {error}"}), 422

    return pages


def _avatar(user: User | None) -> str:
    """A coloured square with the first letter of a login."""
    letter, hue = (user.login[0].upper(), user.id * 47 % 360) if user else ("?", 0)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        f'<rect width="40" height="40" fill="hsl({hue},45%,45%)"/>'
        '<text x="20" y="28" font-size="22" font-family="sans-serif" text-anchor="middle" fill="#fff">'
        f"{letter}</text></svg>"
    )
