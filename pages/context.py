"""The context of the app that answers: what every page and every command of the operator works with."""

from flask import current_app

from adapters.context import Context


def context_of_app() -> Context:
    """The context that the app was made with."""
    context: Context = current_app.extensions["context"]
    return context
