"""Where the pages are: PUBLIC_URL says it, with a path if it has one, and nothing that a request says."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from adapters.settings import Settings

Environ = dict[str, Any]  # WSGI's, PEP 3333
Pages = Callable[..., Iterable[bytes]]


def placed(pages: Pages, settings: Settings) -> Pages:
    """The same WSGI application, at the place that PUBLIC_URL names.

    A proxy may take the sub-path off or pass it on, and may tell any `Host`. Links, redirects and cookies are made from
    PUBLIC_URL alone, so that no header – `Host`, `Forwarded`, `X-Forwarded-*` – can lead people elsewhere.
    """
    sub_path = settings.sub_path
    parts = urlsplit(settings.public_url)
    place = {"HTTP_HOST": parts.netloc, "wsgi.url_scheme": parts.scheme, "SCRIPT_NAME": sub_path}

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = within(sub_path, environ.get("PATH_INFO", ""))
        return pages({**environ, **place, "PATH_INFO": path}, start_response)

    return application


def within(sub_path: str, path: str) -> str:
    """The path without the sub-path, whether or not a proxy took it off: `/` for `/lamplighter`."""
    if sub_path and (path == sub_path or path.startswith(f"{sub_path}/")):
        path = path[len(sub_path) :]
    return path or "/"


def taken(app: Flask, settings: Settings) -> str | None:
    """Why this sub-path cannot be told from a page of ours, in a sentence; None if it can."""
    first = settings.sub_path.split("/")[1:2]
    if first and any(rule.rule.split("/")[1:2] == first for rule in app.url_map.iter_rules()):
        return f"PUBLIC_URL must not have the path /{first[0]}: Lamplighter has a page of that name."
    return None
