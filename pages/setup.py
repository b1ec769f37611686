"""The set-up page: the App is registered with one click, and what GitHub gives for it is kept. Then it is closed.

Whoever opens the link first that the terminal shows may use it: a one-time token becomes a cookie. What GitHub sends
back is believed only from that browser (`state` is made of its cookie). docs/adr/0020.
"""

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.cli import with_appcontext
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from adapters import env_file
from adapters import settings as environment
from adapters.context import Context
from adapters.github import Missing, Trouble
from adapters.ledger import setting_up
from adapters.manifest import CODE, LOGIN, Registration, convert, form_url, manifest
from pages import headers
from pages.commands import ready_context
from pages.context import context_of_app

log = logging.getLogger("lamplighter")
pages = Blueprint("setup", __name__)

COOKIE = "lamplighter_setup"
ENV_FILE = Path(".env")
NEW_LINK = "`flask --app app setup` prints a new one."


class Stop(Exception):
    """The page cannot go on; what is wrong, and what to do about it."""

    def __init__(self, status: int, title: str, *sentences: str, again: bool = False) -> None:
        super().__init__(title)
        self.status, self.title, self.sentences, self.again = status, title, sentences, again


# --- the pages ------------------------------------------------------------------------------------


@pages.get("/setup")
def begin() -> AnyResponse:
    """The set-up page, for whoever has the link that the terminal printed: one button registers the App."""
    context = context_of_app()
    _must_be_open(context)
    if token := request.args.get("token"):
        return _claim(context, token)
    browser, _ = _mine(context)
    organization = request.args.get("organization", "").strip()
    if organization and not LOGIN.fullmatch(organization):
        raise Stop(400, "That is no organization's name", "A name on GitHub has letters, digits and hyphens.")
    page = render_template(
        "setup.html",
        settings=context.settings,
        organization=organization,
        manifest=json.dumps(manifest(context.settings)),
        action=form_url(context.settings, state_of(browser), organization),
    )
    response = make_response(page)
    # The only form of ours that goes elsewhere: to GitHub, which answers it with the way back to us.
    policy = headers.policy_with_forms_to(_origin(context.settings.html_url))
    response.headers["Content-Security-Policy"] = policy
    return response


@pages.get("/setup/created")
def created() -> AnyResponse:
    """Where GitHub sends the browser back, with a code for the App it has made."""
    context = context_of_app()
    _must_be_open(context)
    browser, row = _mine(context)
    if not hmac.compare_digest(request.args.get("state", "").encode(), state_of(browser).encode()):
        raise Stop(
            403, "This does not come from your set-up", "Begin again, with the button on the set-up page."
        )
    code = request.args.get("code", "")
    if not CODE.fullmatch(code):
        raise Stop(400, "Nothing was created", "GitHub sent no code. If you went back, simply begin again.")
    registration = _fetch(context, code)
    shown = (
        None
        if row.keeps and _keep(registration.variables)
        else "".join(env_file.lines(registration.variables))
    )
    _close(context)
    page = render_template("setup_created.html", app=registration, shown=shown, settings=context.settings)
    response = make_response(page)
    response.delete_cookie(COOKIE, path=_path(context))
    return response


@pages.errorhandler(Stop)
def stopped(stop: Stop) -> tuple[str, int]:
    """Says what is wrong."""
    return render_template("setup_stopped.html", stop=stop), stop.status


@pages.errorhandler(SQLAlchemyError)
def no_database(_error: SQLAlchemyError) -> tuple[str, int]:
    """The set-up needs the database."""
    sentence = "Run `flask --app app release`, which brings its tables up to date and says what is wrong."
    return stopped(Stop(503, "The database cannot be used", sentence, again=True))


# --- who may --------------------------------------------------------------------------------------


def _must_be_open(context: Context) -> None:
    with context.ledger.read() as connection:
        row = setting_up.state(connection)
    if context.settings.has_credentials or (row and row.done_at):
        raise Stop(
            410, "Set-up is done", "This page is closed. `flask --app app doctor` tells how things are."
        )


def _claim(context: Context, token: str) -> AnyResponse:
    before = request.cookies.get(COOKIE, "")
    with context.ledger.write() as connection:
        # A cookie that is not ours may be known to whoever set it, such as another server on this machine.
        is_ours = before and setting_up.of_browser(connection, hashed(before), context.now())
        browser = before if is_ours else secrets.token_urlsafe(32)
        is_mine = setting_up.claim(connection, hashed(token), hashed(browser), context.now())
    if not is_mine:
        why = "It was used in another browser, is older than a day, or there is a newer one."
        raise Stop(403, "This link does not work any more", why, NEW_LINK)
    response = redirect(url_for("setup.begin"), 303)
    response.set_cookie(
        COOKIE,
        browser,
        max_age=int(setting_up.GOOD_FOR.total_seconds()),
        path=_path(context),
        secure=context.settings.is_https,
        httponly=True,
        samesite="Lax",  # GitHub sends the browser back to us from its own pages
    )
    return response


def _mine(context: Context) -> tuple[str, Row[Any]]:
    """The browser's cookie and the set-up's row."""
    browser = request.cookies.get(COOKIE, "")
    with context.ledger.read() as connection:
        row = setting_up.of_browser(connection, hashed(browser), context.now()) if browser else None
    if row is None:
        where = f"Open the link that Lamplighter printed where it was started; it begins with {_setup_url(context)}."
        raise Stop(403, "Open the link from the terminal", where, f"If it is gone: {NEW_LINK}")
    return browser, row


def state_of(browser: str) -> str:
    """What GitHub sends back, so that nobody can make a browser bring the code of another App: only it can know it."""
    return hmac.digest(browser.encode(), b"state", "sha256").hex()


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _path(context: Context) -> str:
    return f"{context.settings.sub_path}/setup"


def _setup_url(context: Context) -> str:
    return f"{context.settings.public_url}/setup"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


# --- what GitHub gives ----------------------------------------------------------------------------


def _fetch(context: Context, code: str) -> Registration:
    apps = f"{context.settings.html_url}/settings/apps"
    try:
        return convert(context.settings, code)
    except Missing as error:
        once = "GitHub gives an App's key once, within an hour. This code was used before, or is too old."
        raise Stop(410, "GitHub does not know this code any more", once, _undo(apps)) from error
    except Trouble as error:
        again = "Try again: reload this page. The code is good for an hour."
        raise Stop(
            502, "GitHub did not answer as it should", f"It said: {error}.", again, again=True
        ) from error


def _undo(apps: str) -> str:
    return f"If an App was created all the same, delete it ({apps}, or in your organization's settings) and begin again."


def _keep(variables: Mapping[str, str]) -> bool:
    """Whether they are kept, and found when the settings are read anew."""
    try:
        env_file.keep(ENV_FILE, variables)
        return environment.load().app_id == variables["GITHUB_APP_ID"]
    except (OSError, UnicodeError, environment.SettingsError):
        return False


def _close(context: Context) -> None:
    """Closes the page. What GitHub gives once is shown although that fails; with the credentials it is closed anyway."""
    try:
        with context.ledger.write() as connection:
            setting_up.done(connection, context.now())
    except SQLAlchemyError:
        log.exception("the set-up could not be closed")


# --- the link -------------------------------------------------------------------------------------


def open_link(context: Context, *, keeps: bool | None = None) -> str:
    """A new link; those from before do not work any more. `keeps`: whether `.env` is where this machine reads from."""
    token = secrets.token_urlsafe(32)
    with context.ledger.write() as connection:
        setting_up.open_anew(connection, hashed(token), context.now(), keeps=keeps)
    return _link(context, token)


def offer(context: Context) -> None:
    """What a web process says that starts without credentials: of several, one tells the link."""
    if context.settings.has_credentials:
        return
    token = secrets.token_urlsafe(32)
    try:
        with context.ledger.write() as connection:
            is_new = setting_up.open_unless_open(connection, hashed(token), context.now())
    except SQLAlchemyError:
        click.echo(
            "No credentials yet. Set-up needs the database: run `flask --app app release` first.", err=True
        )
        return
    if is_new:
        tell(_link(context, token))


def tell(link: str) -> None:
    """In the terminal, where only the operator reads."""
    click.echo(
        f"\nNot set up yet. Open this link, once and in one browser, to register the App:\n\n  {link}\n",
        err=True,
    )


def _link(context: Context, token: str) -> str:
    return f"{_setup_url(context)}?token={token}"


@click.command("setup")
@with_appcontext
def setup_command() -> None:
    """Print a new link to the set-up page."""
    context = ready_context()
    if context.settings.has_credentials:
        raise click.ClickException(
            "The App has its credentials; `flask --app app doctor` tells how things are."
        )
    tell(open_link(context))
