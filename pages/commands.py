"""What the operator's commands have in common."""

from flask import current_app

from adapters.context import Context


def context_of_app() -> Context:
    """The context that the app was made with."""
    context: Context = current_app.extensions["context"]
    return context
