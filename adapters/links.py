"""Addresses of GitHub's own pages that our texts lead to."""

from urllib.parse import urlencode, urlsplit

from adapters.settings import Settings
from adapters.starter_form import form

LONGEST = 7000  # characters; GitHub answers 414 above 8,192 bytes


def new_starter_issue(settings: Settings, slug: str, language: str) -> str:
    """The form for a new issue, filled in as a starter issue in the program's language.

    Labels are left out: GitHub answers 404 to people who may not label; the App adds them.
    """
    body = urlencode({"body": form(language)})
    return f"{settings.html_url}/{slug}/issues/new?{body}"[:LONGEST]


def thread(settings: Settings, slug: str, number: int) -> str:
    """A thread, linked so that GitHub does not write "mentioned this" on it."""
    parts = urlsplit(settings.html_url)
    host = "redirect.github.com" if parts.netloc == "github.com" else parts.netloc
    return f"{parts.scheme}://{host}{parts.path}/{slug}/issues/{number}"


def address(settings: Settings, slug: str, number: int | None = None) -> str:
    """A repository, or a thread of it, for whoever reads a page of ours."""
    there = f"{settings.html_url}/{slug}"
    return there if number is None else f"{there}/issues/{number}"
