"""Pages on which people register an App from a manifest and install it, as on GitHub: a form each, no scripts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.errors import Refused, not_found
from sandbox.manifests import BadManifest, read
from sandbox.models import User
from sandbox.records import App, Installation
from sandbox.world import World

Page = str | tuple[str, int] | AnyResponse


def registering(world: World) -> Blueprint:
    """The blueprint. Whoever may do it is chosen on the page: nobody signs in to the stand-in for this."""
    pages = Blueprint("registering", __name__, template_folder="reader/templates")

    def page(rule: str, view: Any, *methods: str) -> None:
        def show(**names: str) -> Page:
            with world.lock:
                try:
                    return view(world, **names)  # type: ignore[no-any-return]
                except Refused as refusal:
                    return render_template("refused.html", problems=[refusal.message]), refusal.status
                except BadManifest as bad:
                    return render_template("refused.html", problems=bad.problems), 422

        pages.add_url_rule(rule, f"{view.__name__} {rule}", show, methods=methods)

    for place in ("/settings/apps", "/organizations/<organization>/settings/apps"):
        page(f"{place}/new", show_manifest, "GET", "POST")
        page(f"{place}/manifest", create, "POST")
    page("/apps/<slug>", show_app, "GET")
    page("/apps/<slug>/installations/new", choose, "GET")
    page("/apps/<slug>/installations", install, "POST")
    pages.after_request(guard)
    return pages


def show_manifest(world: World, organization: str = "") -> Page:
    """What the App would be, and its name, which can still be changed."""
    if organization:
        _organization(world, organization)
    if request.method == "GET":
        return render_template("refused.html", problems=["Here an App is registered from a manifest only."])
    text = request.form.get("manifest", "")
    asked = {"text": text, "state": request.args.get("state", ""), "organization": organization}
    people = [user.login for user in world.users.values() if user.type == "User"] or [_nobody(world)]
    return render_template("manifest.html", manifest=read(text), people=people, **asked)


def create(world: World, organization: str = "") -> Page:
    """Registers it, and sends the browser back with a code."""
    manifest = read(request.form.get("manifest", ""))
    owner = (
        _organization(world, organization) if organization else world.find_user(request.form.get("login", ""))
    )
    app, code = world.register_from_manifest(manifest, request.form.get("name", ""), owner)
    state = request.form.get("state")
    back = manifest.get("redirect_url")
    if not back:
        return redirect(f"/apps/{app.slug}")
    return redirect(_with(back, {"code": code} | ({"state": state} if state else {})))


def show_app(world: World, slug: str) -> Page:
    """The App's own page."""
    return render_template("app.html", app=_app(world, slug))


def choose(world: World, slug: str) -> Page:
    """Where it may be installed, and on which repositories."""
    app = _app(world, slug)
    places = [
        (account, [home for home in world.repositories.values() if home.owner is account])
        for account in world.users.values()
        if account.type != "Bot" and (app.public or account is app.owner)
    ]
    return render_template("install.html", app=app, places=[place for place in places if place[1]])


def install(world: World, slug: str) -> Page:
    """Installs it, or changes which repositories it has, and sends the browser to the App's set-up page."""
    app, account = _app(world, slug), world.find_user(request.form.get("account", ""))
    if not app.public and account is not app.owner:
        raise not_found()
    names = request.form.getlist("repository")
    everything = request.form.get("which") == "all"
    if not everything and not names:
        raise Refused(422, "Choose at least one repository.")
    it = _installed(world, app, account)
    if it is None:
        made = world.install(account.login, None if everything else names, app)
        query = {"installation_id": str(made.id), "setup_action": "install"}
        return redirect(_with(app.setup_url, query) if app.setup_url else f"/apps/{app.slug}")
    world.add_repositories(it.id, names)
    return redirect(f"/apps/{app.slug}")


def _installed(world: World, app: App, account: User) -> Installation | None:
    found = (it for it in world.installations.values() if it.app is app and it.account is account)
    return next(found, None)


def _app(world: World, slug: str) -> App:
    app = next((it for it in world.apps.values() if it.slug == slug), None)
    if app is None:
        raise not_found()
    return app


def _organization(world: World, login: str) -> User:
    found = world.find_user(login)
    if found.type != "Organization":
        raise not_found()
    return found


def _nobody(world: World) -> str:
    return world.user("octocat").login


def _with(url: str, query: dict[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}"


def guard(response: Response) -> Response:
    """Nothing foreign is loaded or run. The answer to a form may lead to the App's own pages, wherever they are."""
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; img-src 'self' data:"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
