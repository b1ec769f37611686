"""The start page: what runs here, and what is missing before it can."""

from flask import Blueprint, current_app, render_template

from adapters.context import Context

pages = Blueprint("setup", __name__)


@pages.get("/")
def start() -> str:
    """Says whether the App has its credentials, and where the next step is described."""
    context: Context = current_app.extensions["context"]
    return render_template("start.html", settings=context.settings)
