"""Which jobs does an event ask for? Pure, one file for each family of events."""

from handlers import (
    installation,
    issue_comment,
    issues,
    pull_request,
    pull_request_review,
    push,
    repository,
)
from handlers.routes import ROUTES, Event, Route, routes_for

__all__ = [
    "ROUTES",
    "Event",
    "Route",
    "installation",
    "issue_comment",
    "issues",
    "pull_request",
    "pull_request_review",
    "push",
    "repository",
    "routes_for",
]
