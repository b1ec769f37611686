"""GitHub's page on which a new file is written, `/<owner>/<name>/new/<branch>`; a link may fill it in.

docs.github.com, "Creating new files": `filename` and `value` in the query stand in the form.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.errors import Refused
from sandbox.models import Repository
from sandbox.reader import locked, make_nonce, words
from sandbox.world import World


def new_file(world: World) -> Blueprint:
    """The blueprint. Who commits is chosen on the page: nobody is signed in to the stand-in."""
    pages = Blueprint("new_file", __name__, template_folder="reader/templates")
    address = "/<owner>/<name>/new/<path:branch>"
    pages.add_url_rule(address, "write", locked(world, write), methods=["GET"])
    pages.add_url_rule(address, "commit", locked(world, commit), methods=["POST"])
    pages.before_request(make_nonce)
    pages.context_processor(lambda: words(world))
    return pages


def write(world: World, owner: str, name: str, branch: str) -> str:
    """The form, as the link has filled it in."""
    home = _home(world, owner, name, branch)
    people = [user.login for user in world.users.values() if user.type == "User"]
    given = {key: request.args.get(key, "") for key in ("filename", "value", "message")}
    return render_template("new_file.html", home=home, branch=branch, people=people, **given)


def commit(world: World, owner: str, name: str, branch: str) -> Response:
    """The file is committed to the branch, in one push."""
    home = _home(world, owner, name, branch)
    path, text = request.form.get("filename", "").strip("/ "), request.form.get("value", "")
    if not path:
        raise Refused(422, "A file needs a name.")
    message = request.form.get("message") or f"Create {path.rpartition('/')[2]}"
    # Browsers send line ends as a form has them; GitHub keeps those of the file, and a new file has \n.
    world.push(home, request.form.get("login", ""), {path: text.replace("\r\n", "\n")}, branch, message)
    return redirect(f"/{home.full_name}")


def _home(world: World, owner: str, name: str, branch: str) -> Repository:
    home = world.find_repository(f"{owner}/{name}")
    if branch not in home.branches and branch != home.default_branch:
        raise Refused(404, "Not Found")
    return home
