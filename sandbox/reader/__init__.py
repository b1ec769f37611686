"""Pages that show the threads as a reader of GitHub sees them: `app.register_blueprint(reader(world))`."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from sandbox.errors import Refused
from sandbox.models import Repository, Thread
from sandbox.reader import looks, timeline
from sandbox.reader.markdown import render
from sandbox.state import State

View = Callable[..., Any]
STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")


def reader(world: State) -> Blueprint:
    """The blueprint; it only reads the world, and holds its lock while it does."""
    pages = Blueprint("reader", __name__, template_folder="templates")
    pages.add_url_rule("/", "index", locked(world, show_index))
    pages.add_url_rule("/<owner>/<name>", "repository", locked(world, show_repository))
    pages.add_url_rule("/<owner>/<name>/issues/<int:number>", "issue", locked(world, show_thread))
    pages.add_url_rule("/<owner>/<name>/pull/<int:number>", "pull", locked(world, show_thread))
    # No login starts with a hyphen, so this is nobody's repository.
    pages.add_url_rule("/-/reader.css", "style", show_style)
    pages.before_request(make_nonce)
    pages.after_request(guard)
    pages.context_processor(lambda: words(world))
    return pages


def locked(world: State, view: View) -> View:
    """The view with the world as its first argument; what GitHub refuses becomes a page that says so."""

    def show(**names: Any) -> Any:
        with world.lock:
            try:
                return view(world, **names)
            except Refused as refusal:
                return render_template("missing.html", message=refusal.message), refusal.status

    return show


def words(world: State) -> dict[str, Any]:
    """What every template may use."""
    return {
        "looks": looks,
        "now": world.now(),
        "path_of": path_of,
        "markdown": lambda text, home: markdown(world, text, home),
        "timeline": timeline,
    }


def show_index(world: State) -> str:
    """All repositories with their threads, or those that concern one person."""
    login = request.args.get("who", "")
    homes = [(home, concerning(home, login)) for home in world.repositories.values() if not home.fork]
    homes.sort(
        key=lambda pair: max((thread.updated_at for thread in pair[1]), default=pair[0].created_at),
        reverse=True,
    )
    return render_template("index.html", homes=[pair for pair in homes if pair[1] or not login], login=login)


def show_repository(world: State, owner: str, name: str) -> str | AnyResponse:
    """One repository: its threads and the check runs on it."""
    home = world.find_repository(f"{owner}/{name}")
    if home.full_name != f"{owner}/{name}":
        return redirect(path_of(home))
    runs = sorted(home.check_runs.values(), key=lambda run: -run.id)
    return render_template("repository.html", home=home, threads=concerning(home, ""), runs=runs)


def show_thread(world: State, owner: str, name: str, number: int) -> str | AnyResponse:
    """One issue or pull request; whoever asks under another address it has or had is sent on."""
    moved = world.find_repository(f"{owner}/{name}").gone.get(number)
    thread = moved or world.find_thread(f"{owner}/{name}", number)
    if request.path != path_of(thread):
        return redirect(path_of(thread))
    return render_template("thread.html", thread=thread, home=thread.repository)


def show_style() -> Response:
    return Response(STYLE, mimetype="text/css")


def concerning(home: Repository, login: str) -> list[Thread]:
    """The threads somebody opened, is assigned to, spoke in or is named in; all of them for nobody. Newest first."""
    threads = sorted(home.threads.values(), key=lambda thread: thread.updated_at, reverse=True)
    return [thread for thread in threads if not login or concerns(thread, login)]


def concerns(thread: Thread, login: str) -> bool:
    people = [*timeline.participants(thread), *thread.assigned]
    if login.lower() in (user.login.lower() for user in people):
        return True
    return any(f"@{login.lower()}" in text.lower() for text in timeline.words_of(thread))


def path_of(what: Repository | Thread) -> str:
    """The page of a repository or a thread."""
    home = what if isinstance(what, Repository) else what.repository
    owner, name = home.owner.login, home.name
    if isinstance(what, Repository):
        return url_for("reader.repository", owner=owner, name=name)
    return url_for(f"reader.{looks.kind(what)}", owner=owner, name=name, number=what.number)


def markdown(world: State, text: str | None, home: Repository) -> Markup:
    """A text of this repository; only people and threads that exist are linked."""

    def person(login: str) -> str | None:
        user = world.logins.get(login.lower())
        return url_for("reader.index", who=user.login) if user else None

    def reference(other: str | None, number: int) -> str | None:
        try:
            thread = world.find_thread(other or home, number)
        except Refused:
            return None
        return path_of(thread)

    return render(text, person, reference)


def make_nonce() -> None:
    """One per page, so that of all scripts only our own runs."""
    g.nonce = secrets.token_urlsafe(12)


def guard(response: AnyResponse) -> AnyResponse:
    """The browser's own guard, should the sanitiser ever miss something: nothing foreign is loaded or run."""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; script-src 'nonce-{g.nonce}'; "
        "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
