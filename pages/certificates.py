"""Certificates: a page to print, the signed statement, a badge, and the keys to check them with; for whoever has the link."""

from typing import NoReturn

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request, url_for

from adapters.texts import without_controls
from jobs import certificate_shown as shown
from jobs.certificate_shown import Shown, TakenBack
from mentoring import certificate as rules
from mentoring.wording import phrase
from pages import badge, language
from pages.context import context_of_app
from pages.sentence import sentence
from pages.wording import said

pages = Blueprint("certificates", __name__)

CONTRIBUTOR = phrase("contributor")  # on the badge of whoever came as a newcomer
SHORTLY = 300  # seconds that others may keep a badge: so long one is seen that was taken back


@pages.get("/certificates")
def about() -> str:
    """What certificates are, who gets one, and how to check one."""
    return render_template("certificates.html", titles=rules.TITLES, criteria=rules.CRITERIA)


@pages.get("/certificates/key.json")
def key() -> Response:
    """The public keys of the certificates, the newest first: a JSON Web Key Set."""
    return _for_everybody(jsonify(keys=shown.keys(context_of_app())))


@pages.get("/certificates/<certificate_id>")
def certificate(certificate_id: str) -> Response:
    """A certificate, to be shown and printed; 410 once it was taken back."""
    found = _find(certificate_id)
    if isinstance(found, TakenBack):
        _gone()
    language.speak(found.language)
    page = render_template(
        "certificate.html",
        it=found,
        one=found.one,
        title=rules.title(found.one),
        line=without_controls,
        picture=url_for(".picture", certificate_id=certificate_id, _external=True),
    )
    return _unlisted(make_response(page))


@pages.get("/certificates/<certificate_id>.json")
def statement(certificate_id: str) -> Response:
    """What a certificate states, signed; and whether it is in force or was taken back."""
    found = _find(certificate_id)
    where = shown.address(context_of_app(), certificate_id)
    if isinstance(found, TakenBack):
        told = jsonify(id=where, state="revoked", revoked_at=f"{found.at:%Y-%m-%dT%H:%M:%SZ}")
    else:
        keys = url_for(".key", _external=True)
        told = jsonify(id=where, state="valid", keys=keys, statement=found.statement, signed=found.token)
    return _for_everybody(_unlisted(told))


@pages.get("/certificates/<certificate_id>/badge.svg")
def picture(certificate_id: str) -> Response:
    """A certificate's badge, for their own site; 410 once it was taken back."""
    found = _find(certificate_id)
    if isinstance(found, TakenBack):
        _gone()
    language.speak(found.language)
    word = found.one.noun if found.one.kind == rules.MENTOR else said(CONTRIBUTOR)
    response = Response(badge.draw(f"{found.login} · {word}", found.one.program), mimetype="image/svg+xml")
    response.add_etag()
    response.headers["Cache-Control"] = f"public, max-age={SHORTLY}"
    _for_everybody(_unlisted(response)).make_conditional(request)
    return response


def _find(certificate_id: str) -> Shown | TakenBack:
    found = shown.read(context_of_app(), certificate_id)
    if found is None:
        abort(404)
    return found


def _gone() -> NoReturn:
    told = phrase(
        "Whoever it was given to, or the organizers of the program, took it back. It states nothing any more."
    )
    abort(_unlisted(sentence(410, phrase("This certificate was taken back"), told)))


def _unlisted(response: Response) -> Response:
    """For whoever has the link, and for no search engine."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _for_everybody(response: Response) -> Response:
    """Other sites' pages may read it."""
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
