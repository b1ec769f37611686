"""Signing in with GitHub, and out (docs/adr/0019)."""

import hmac
import logging
import re
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from adapters import sign_in
from adapters.context import Context
from adapters.github import Refused, Trouble
from adapters.ledger import setting_up
from mentoring.wording import phrase
from pages import language, session
from pages.context import context_of_app
from pages.sentence import sentence

log = logging.getLogger("lamplighter")
pages = Blueprint("sign_in", __name__)

PENDING = "sign-in"  # the cookie of a sign-in under way
RENEWED_WITHIN = timedelta(minutes=2)
MINUTES = 10  # GitHub's codes are good for as long
LONGEST = 2000  # characters of an address to come back to

# A path on this host. Browsers take `//` and `/\` for the beginning of another host, and drop control characters.
OURS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


class Pending(NamedTuple):
    """What the browser keeps while it is at GitHub."""

    state: str
    verifier: str
    to: str


@pages.get("/sign-in")
def begin() -> Response:
    """Signs in, by way of GitHub. `to` is the page to come back to, a path of ours."""
    context = context_of_app()
    if not sign_in.is_set_up(context.settings):
        if _has_just_been_set_up(context):
            return _in_a_moment()
        told = phrase(
            "Whoever runs this Lamplighter has not set it up: it needs GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET."
        )
        title = phrase("Nobody can sign in here yet")
        return sentence(404, title, told, url_for("start.start"), phrase("To the start"))
    begun = sign_in.begin(context.settings)
    response = redirect(begun.url, 303)
    kept = Pending(begun.state, begun.verifier, way_back(request.args.get("to", "")))
    _keep(response, kept)
    return response


@pages.get("/sign-in/callback")
def callback() -> Response:
    """Where GitHub sends the browser back after signing in, with a code or without."""
    pending = _pending()
    given = request.args.get("state", "")
    if pending is None or not hmac.compare_digest(given.encode(), pending.state.encode()):
        return _told(
            403,
            phrase("Not begun here"),
            phrase(
                "This sign-in was not begun in this browser within the last ten minutes, so it is not used."
            ),
            url_for("start.start"),
        )
    language.speak_as(pending.to)
    again = url_for("sign_in.begin", to=pending.to)
    if request.args.get("error"):
        return _without(pending, again)
    try:
        asked = installation_of(pending.to)
        known = sign_in.finish(context_of_app(), request.args.get("code", ""), pending.verifier, asked)
    except Refused as refusal:
        log.warning("GitHub did not take the code of a sign-in: %s", refusal)
        told = phrase("GitHub did not accept this sign-in; it may have taken too long. Nothing has happened.")
        return _told(400, phrase("That did not work"), told, again)
    except Trouble as trouble:
        log.warning("GitHub could not be asked who signed in: %s", trouble)
        told = phrase(
            "GitHub does not answer at the moment, so we do not know who you are. Please try again in a minute."
        )
        return _told(502, phrase("GitHub does not answer"), told, again)
    response = redirect(pending.to, 303)
    session.begin(response, known)
    return _forget(response)


@pages.post("/sign-out")
@session.needed
@session.checked
def end() -> Response:
    """Ends the session, on this machine and for whoever might have its cookie."""
    response = redirect(url_for("start.start"), 303)
    session.end(response)
    return response


def _has_just_been_set_up(context: Context) -> bool:
    """Whether the App's credentials are there, and this process is about to read them."""
    with context.ledger.read() as connection:
        row = setting_up.state(connection)
    return bool(row and row.keeps and row.done_at and row.done_at > context.now() - RENEWED_WITHIN)


def _in_a_moment() -> Response:
    """For whoever is quicker than we are: the page asks again by itself."""
    told = phrase(
        "Lamplighter begins to work with its new credentials. This page goes on by itself in a few seconds."
    )
    response = sentence(503, phrase("Just a moment"), told, session.here(), phrase("Go on now"))
    response.headers["Refresh"] = response.headers["Retry-After"] = "2"  # seconds
    return response


def way_back(to: str) -> str:
    """The page to come back to: a path of ours, or the start page in place of anything else."""
    start = url_for("start.start")
    is_ours = len(to) <= LONGEST and OURS.fullmatch(to) and to.startswith(start)
    # Back to signing in would go round and round.
    return to if is_ours and not to.startswith(url_for("sign_in.begin")) else start


def installation_of(to: str) -> int | None:
    """The installation that the page to come back to is about, of which GitHub is then asked more."""
    parts = urlsplit(to)
    if not parts.path.endswith("/installed"):
        return None
    given = parse_qs(parts.query).get("installation_id", [""])[0]
    return int(given) if re.fullmatch(r"[1-9][0-9]{0,14}", given, re.ASCII) else None


def _without(pending: Pending, again: str) -> Response:
    """GitHub sent the browser back without a code: somebody cancelled, or the App is registered wrongly."""
    if request.args["error"] == "access_denied":
        told = phrase("You cancelled, and nothing has happened.")
        return _told(200, phrase("You are not signed in"), told, again)
    log.error("GitHub refused a sign-in: %s", request.args["error"][:100])
    told = phrase(
        "GitHub refused, because of how this Lamplighter is registered there. Whoever runs it finds the reason in its log."
    )
    return _told(502, phrase("That did not work"), told, again)


def _told(status: int, title: str, told: str, way: str) -> Response:
    word = phrase("To the start") if way == url_for("start.start") else phrase("Sign in with GitHub")
    return _forget(sentence(status, title, told, way, word))


def _keep(response: Response, pending: Pending) -> None:
    settings = context_of_app().settings
    name, kind = session.cookie_name(settings, PENDING), session.cookie_kind(settings)
    response.set_cookie(name, urlencode(pending._asdict()), max_age=MINUTES * 60, **kind)


def _pending() -> Pending | None:
    """What the browser kept, if it is whole."""
    kept = request.cookies.get(session.cookie_name(context_of_app().settings, PENDING), "")
    found = {name: values[0] for name, values in parse_qs(kept).items()}
    if found.keys() != set(Pending._fields):
        return None
    return Pending(found["state"], found["verifier"], way_back(found["to"]))


def _forget(response: Response) -> Response:
    """A sign-in is used once, however it ended."""
    settings = context_of_app().settings
    response.delete_cookie(session.cookie_name(settings, PENDING), **session.cookie_kind(settings))
    return response
