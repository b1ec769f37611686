"""My page: what concerns whoever signed in, the buttons for it, and their own data."""

import logging
from datetime import datetime
from typing import NoReturn

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from adapters import links
from adapters.github import Trouble
from adapters.ledger import me as ledger
from jobs import buttons
from jobs import me as facts
from jobs.asking import Refusal
from jobs.decision import Again
from mentoring.commands import Command
from mentoring.wording import phrase
from pages import session
from pages.context import context_of_app
from pages.sentence import sentence, stop
from pages.session import Person
from pages.wording import said

log = logging.getLogger("lamplighter")
pages = Blueprint("me", __name__)

LONGEST = 60  # characters of the words after a verb

# What is said once a button was pressed; the address names it, and no other words.
DONE = {
    "accept": phrase("Thank you: you are a mentor now. The table in the issue says so too."),
    "away": phrase("Noted. Nobody new is sent to you until then, and whoever waits for you is covered for."),
    "back": phrase("Welcome back."),
    "capacity": phrase("Noted."),
    "decline": phrase("Noted. You will not be asked again, nor named."),
    "praised": phrase("Noted. Thank you for being there."),
    "later": phrase("Noted. You will be asked once more, then."),
    "list": phrase("You are on the page of mentors now."),
    "take_back": phrase("Your certificate is taken back; its address says so."),
    "unlist": phrase("You are off the page of mentors."),
}


@pages.get("/me")
@session.needed
def me() -> str:
    """The page of whoever signed in: whom they help, when they are there, their path. Theirs alone."""
    person = session.person()
    shown = facts.mine(context_of_app(), person.id, person.login)
    return render_template("me.html", person=person, mine=shown, done=DONE.get(request.args.get("done", "")))


@pages.post("/me")
@session.needed
@session.checked
def press() -> AnyResponse:
    """A button: `verb`, the `words` that would follow it in a command, and the `program` it is about."""
    person, verb = session.person(), request.form.get("verb", "")
    if verb == "unlist":
        buttons.unlist(context_of_app(), person.id)
    elif verb == "take_back":
        buttons.take_back(context_of_app(), person.id, request.form.get("certificate", ""))
    else:
        _press(person, verb, _words(), request.form.get("program", ""))
    return redirect(url_for("me.me", done=verb), 303)


def _words() -> str:
    """A date has a field of its own."""
    until = request.form.get("until", "")
    return f"until {until}" if until else request.form.get("words", "")


def _press(person: Person, verb: str, words: str, program: str) -> None:
    if verb not in buttons.BUTTONS or len(words) > LONGEST or not _is_id(program):
        _no(phrase("That is no button of this page, so nothing was changed."), 400)
    try:
        buttons.press(context_of_app(), int(program), person.id, person.login, Command(verb, words))
    except Refusal as refusal:
        _no(said(str(refusal)).replace("`", ""), 422)
    except (Trouble, Again) as trouble:
        log.warning("a button could not be carried out: %s", trouble)
        _no(
            phrase(
                "GitHub does not answer at the moment, so nothing was changed. Please try again in a minute."
            ),
            502,
        )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 15


def _no(told: str, status: int) -> NoReturn:
    stop(status, phrase("That was not possible"), told, url_for("me.me"), phrase("Back to my page"))


# --- their data -----------------------------------------------------------------------------------


@pages.get("/me/data.json")
@session.needed
def data() -> Response:
    """Everything that is kept about them, as a file."""
    person, context = session.person(), context_of_app()
    with context.ledger.read() as connection:
        kept = ledger.kept(connection, person.id, person.login)
    about = {"id": person.id, "login": person.login, "at": context.now()}
    text = current_app.json.dumps({"about": about, "kept": kept}, indent=2, sort_keys=False, default=_plain)
    name = f"lamplighter-{person.login}.json"
    return Response(
        text, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _plain(value: object) -> str:
    """Moments in UTC, as ISO 8601 has them."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


@pages.get("/me/erase")
@session.needed
def erase() -> str:
    """What erasing means, before anything is erased."""
    return render_template("erase.html", person=session.person())


@pages.post("/me/erase")
@session.needed
@session.checked
def erased() -> AnyResponse:
    """The same as `/mentor forget me`; the session ends with it."""
    person = session.person()
    try:
        buttons.forget(context_of_app(), person.id, person.login)
    except (Trouble, Again) as trouble:
        log.warning("somebody could not be forgotten yet: %s", trouble)
        _no(
            phrase(
                "GitHub does not answer at the moment, so nothing was erased yet. Please try again in a minute."
            ),
            502,
        )
    told = phrase(
        "What was kept about you is erased, and what was said to you or about you on GitHub goes within minutes. "
        "You are signed out. Take care."
    )
    title, way = phrase("You are forgotten here"), url_for("start.start")
    response = sentence(200, title, told, way, phrase("To the start"))
    session.end(response)
    return response


# --- for the template -----------------------------------------------------------------------------


@pages.app_template_global()
def thread_url(slug: str, number: int) -> str:
    """A thread on GitHub."""
    return links.address(context_of_app().settings, slug, number)
