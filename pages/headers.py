"""Headers that keep browsers from doing anything our pages do not need, and errors that tell one sentence."""

from flask import Flask, Response
from secure import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginEmbedderPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)
from werkzeug.exceptions import HTTPException

from adapters.settings import Settings
from mentoring.wording import phrase
from pages.wording import said

TWO_YEARS = 63_072_000  # seconds

# Whatever went wrong, nobody outside learns more than this.
SENTENCES = {
    400: phrase("This request cannot be understood."),
    404: phrase("There is nothing here."),
    405: phrase("This address does not take such a request."),
    408: phrase("This took too long to arrive."),
    413: phrase("This is more than GitHub ever sends."),
    500: phrase("Something went wrong here; the log has it."),
}
OTHERWISE = phrase("This does not work.")


def register(app: Flask, settings: Settings) -> None:
    """Puts the headers on every answer, also on errors, and gives errors their sentence."""
    headers = of_every_answer(settings)

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in headers:
            response.headers.setdefault(name, value)
        if "frame-ancestors *" in response.headers["Content-Security-Policy"]:
            del response.headers["X-Frame-Options"]  # it would say the opposite
        return response

    app.register_error_handler(HTTPException, explain)


def of_every_answer(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The headers. An answer may have its own instead, such as a Cache-Control for what is public."""
    secure = Secure(
        csp=_policy("'self'"),
        xfo=XFrameOptions().deny(),  # for browsers that do not know frame-ancestors
        xcto=XContentTypeOptions().nosniff(),
        referrer=ReferrerPolicy().no_referrer(),
        permissions=PermissionsPolicy().camera().microphone().geolocation().payment().usb(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        coep=CrossOriginEmbedderPolicy().require_corp(),
        corp=CrossOriginResourcePolicy().same_origin(),
        cache=CacheControl().no_store(),
        # Over plain http it means nothing, and on a machine's own address it would lock people out.
        hsts=StrictTransportSecurity().max_age(TWO_YEARS) if settings.is_https else None,
    )
    return tuple(secure.headers.items())


def policy_with_forms_to(origin: str) -> str:
    """The Content-Security-Policy of a page whose forms may also go to one other place, such as `https://github.com`."""
    return _policy("'self'", origin).header_value


def _policy(*form_actions: str) -> ContentSecurityPolicy:
    only_us = ContentSecurityPolicy().default_src("'none'").style_src("'self'").img_src("'self'")
    return only_us.base_uri("'none'").form_action(*form_actions).frame_ancestors("'none'")


def explain(error: HTTPException) -> Response:
    """One sentence of ours, with the status and what the status asks for, such as `Allow`."""
    status = error.code or 500
    sentence = said(SENTENCES.get(status, OTHERWISE))
    response = Response(f"{sentence}\n", status, mimetype="text/plain")
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers.add(name, value)
    return response
