"""My page: what concerns whoever signed in."""

from flask import Blueprint, render_template

from pages import session

pages = Blueprint("me", __name__)


@pages.get("/me")
@session.needed
def me() -> str:
    """Theirs alone."""
    return render_template("me.html", person=session.signed_in())
