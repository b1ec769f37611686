"""The start page, and the way from it to every other page."""

from flask import Blueprint, render_template
from sqlalchemy.exc import SQLAlchemyError

from adapters.context import Context
from adapters.ledger import sweeps
from mentoring.wording import phrase
from pages.context import context_of_app

pages = Blueprint("start", __name__)

WAYS = (
    ("start_here.index", phrase("Start here")),
    ("mentors.index", phrase("Mentors")),
    ("program.programs", phrase("Programs")),
    ("me.me", phrase("My page")),
)  # what the head of each page links to, beside the start: endpoint and word


@pages.get("/")
def start() -> str:
    """What runs here, and where the next step is while credentials are missing."""
    context = context_of_app()
    return render_template("start.html", settings=context.settings, fetched=_is_fetched(context))


def _is_fetched(context: Context) -> bool:
    """Whether deliveries are fetched from the App's log."""
    try:
        with context.ledger.read() as connection:
            return sweeps.reading(connection, sweeps.FETCHED) is not None
    except SQLAlchemyError:
        return False


@pages.app_context_processor
def ways() -> dict[str, object]:
    """For the layout of every page."""
    return {"ways": WAYS}
