"""The session of whoever signed in: a cookie with a random key, and a row of the ledger that ends with it."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import Flask, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from adapters.ledger import sessions
from adapters.ledger.sessions import LASTS, Session
from adapters.settings import Settings
from adapters.sign_in import Known
from mentoring.wording import phrase
from pages.context import context_of_app
from pages.sentence import stop

View = Callable[..., Any]

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
FORM_FIELD = "token"


@dataclass(frozen=True)
class Person:
    """Whoever signed in, and what GitHub said then: the installations of this App that they may see.

    `repositories` are those of one installation, `asked`, to which they were given access. GitHub said so at `since`,
    at most eight hours ago: what may have changed is asked anew where it matters.
    """

    id: int
    login: str
    installations: frozenset[int] = frozenset()
    asked: int | None = None
    repositories: frozenset[int] = frozenset()
    since: datetime = datetime.min.replace(tzinfo=UTC)


def register(app: Flask) -> None:
    """Gives templates `form_token()` and `signed_in()`."""
    app.jinja_env.globals.update(form_token=form_token, signed_in=signed_in)


def signed_in() -> Person | None:
    """Whoever this request comes from; None if they have not signed in, or not lately."""
    found = _session()
    if found is None:
        return None
    since = found.expires_at - LASTS
    return Person(found.person_id, found.login, found.installations, found.asked, found.repositories, since)


def person() -> Person:
    """The same on a page that is `needed` to be signed in for, where there always is somebody."""
    found = signed_in()
    assert found is not None, "the page is for whoever signed in"
    return found


def needed(view: View) -> View:
    """For pages of whoever signed in: others sign in first and come back. What they sent is not kept."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if signed_in() is None:
            if request.method in CHANGING:
                way = url_for("sign_in.begin", to=url_for("me.me"))  # a form has no page of its own
                told = phrase("So nothing was changed. Please sign in again.")
                stop(401, phrase("You are signed out"), told, way, phrase("Sign in"))
            return redirect(url_for("sign_in.begin", to=here()))
        return view(*args, **kwargs)

    return guarded


def checked(view: View) -> View:
    """For what a form changes: it must come from a page of ours, shown to the same person."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        check()
        return view(*args, **kwargs)

    return guarded


def check() -> None:
    """Ends a request that changes something and does not come from a form of ours, with 400.

    The form's token is known to the page alone. Browsers say beside it where a request comes from
    (Sec-Fetch-Site), and send the cookie with no form of another site (SameSite).
    """
    if request.method not in CHANGING:
        return
    given = request.form.get(FORM_FIELD, "").encode("utf-8", "surrogateescape")
    expected = form_token().encode()
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if not expected or site != "same-origin" or not hmac.compare_digest(given, expected):
        told = phrase("This did not come from a page of ours that you have open, so nothing was changed.")
        way = url_for("start.start")
        stop(400, phrase("That was not sent from here"), told, way, phrase("To the start"))


def form_token() -> str:
    """What every form of this session carries in a hidden field named `token`; empty without a session."""
    found = _session()
    return found.form_token if found else ""


def begin(response: AnyResponse, known: Known) -> None:
    """Signs somebody in: a new session, with a new key, whatever the browser had before."""
    context = context_of_app()
    key, form = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    expires_at = context.now() + LASTS
    seen, repositories = frozenset(known.installations), frozenset(known.repositories)
    session = Session(known.id, known.login, form, expires_at, seen, known.asked, repositories)
    with context.ledger.write() as connection:
        sessions.end(connection, _key())
        sessions.begin(connection, key, session)
    lasts = int(LASTS.total_seconds())
    response.set_cookie(cookie_name(context.settings), key, max_age=lasts, **cookie_kind(context.settings))


def end(response: AnyResponse) -> None:
    """Signs out: the row goes, so that a copy of the cookie is worth nothing."""
    context = context_of_app()
    with context.ledger.write() as connection:
        sessions.end(connection, _key())
    response.delete_cookie(cookie_name(context.settings), **cookie_kind(context.settings))
    g.session = None


def here() -> str:
    """The address of this page below our host, with its query."""
    query = request.query_string.decode("latin-1")
    return f"{request.script_root}{request.path}{'?' if query else ''}{query}"


def cookie_name(settings: Settings, name: str = "session") -> str:
    """`__Host-` lets no other host of the same domain set it; below a path `__Secure-` must do (RFC 6265bis)."""
    if not settings.is_https:
        return f"lamplighter-{name}"
    return f"__{'Host' if _path(settings) == '/' else 'Secure'}-lamplighter-{name}"


def cookie_kind(settings: Settings) -> dict[str, Any]:
    """Nothing but our own server reads it, and no form or picture of another site sends it."""
    return {"path": _path(settings), "secure": settings.is_https, "httponly": True, "samesite": "Lax"}


def _path(settings: Settings) -> str:
    return f"{settings.sub_path}/"


def _session() -> Session | None:
    if "session" not in g:
        g.session = _find()
    found: Session | None = g.session
    return found


def _find() -> Session | None:
    key = _key()
    if not key:
        return None
    context = context_of_app()
    with context.ledger.read() as connection:
        return sessions.find(connection, key, context.now())


def _key() -> str:
    return request.cookies.get(cookie_name(context_of_app().settings), "")
