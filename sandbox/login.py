"""GitHub's pages for signing in, `/login/oauth/…`: who are you here, do you say yes, and a token for the code."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox import signing_in
from sandbox.errors import Refused
from sandbox.reader import locked, make_nonce, words
from sandbox.signing_in import ERRORS, TROUBLESHOOTING, NoToken, Request
from sandbox.world import World

Page = str | AnyResponse | tuple[str, int]


def login(world: World) -> Blueprint:
    """The blueprint. GitHub knows who is at the browser; here many people live in one, so it asks."""
    pages = Blueprint("login", __name__, template_folder="reader/templates")
    address, token = "/login/oauth/authorize", "/login/oauth/access_token"
    pages.add_url_rule(address, "ask", locked(world, ask), methods=["GET"])
    pages.add_url_rule(address, "answer", locked(world, answer), methods=["POST"])
    pages.add_url_rule(token, "token", lambda: access_token(world), methods=["POST"])
    pages.before_request(make_nonce)
    pages.context_processor(lambda: words(world))
    return pages


def ask(world: World) -> Page:
    """The page that asks. Whoever has a wrong `redirect_uri` is sent back at once."""
    if world.faults.strikes(world.faults.errors_5xx):
        return render_template("missing.html", message="GitHub is down"), 502
    asked = signing_in.read_request(world, request.args)
    if asked.error:
        return _back(asked, error=asked.error)
    people = [user for user in world.users.values() if user.type == "User"]
    people.sort(key=lambda user: user.login.lower())
    return render_template("login.html", app=asked.app, people=people, query=request.query_string.decode())


def answer(world: World) -> Page:
    """Somebody says who they are and yes, or cancels."""
    asked = signing_in.read_request(world, request.args)
    if asked.error or "cancel" in request.form:
        return _back(asked, error=asked.error or "access_denied")
    return _back(
        asked, code=signing_in.new_code(world, asked, world.find_user(request.form.get("login", "")))
    )


def _back(asked: Request, **said: str) -> AnyResponse:
    if "error" in said:
        about = ERRORS.get(said["error"], signing_in.DENIED)
        said |= {"error_description": about, "error_uri": TROUBLESHOOTING}
    if asked.state:
        said["state"] = asked.state
    joint = "&" if urlsplit(asked.redirect_uri).query else "?"
    return redirect(f"{asked.redirect_uri}{joint}{urlencode(said)}")


def access_token(world: World) -> Response | tuple[Response, int]:
    """A token for a code, as a form or as JSON. Errors come with status 200."""
    if world.faults.strikes(world.faults.errors_5xx):
        return Response("Unicorn!", 502), 502
    sent = request.get_json(silent=True)
    given = {**request.args, **request.form, **(sent if isinstance(sent, dict) else {})}
    try:
        told: dict[str, Any] = signing_in.answer_of(world, signing_in.exchange(world, given))
    except NoToken as error:
        name = str(error)
        told = {"error": name, "error_description": ERRORS[name], "error_uri": TROUBLESHOOTING}
    except Refused as refusal:
        return jsonify({"error": refusal.message}), refusal.status
    if "application/json" in request.headers.get("Accept", ""):
        return jsonify(told)
    return Response(urlencode(told), mimetype="application/x-www-form-urlencoded")
