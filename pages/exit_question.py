"""Exit question: one page for whoever signed in – what made you stay, what got in the way."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from adapters.ledger import exit_question as ledger
from adapters.texts import without_controls
from jobs import exit_question as job
from jobs.asking import Refusal
from jobs.program import Loaded
from mentoring.exit_question import LONGEST
from mentoring.wording import phrase
from pages import language, session
from pages.context import context_of_app
from pages.program import LARGEST
from pages.sentence import stop

pages = Blueprint("exit_question", __name__)


@pages.get("/stay/<int:program_id>")
@session.needed
def question(program_id: int) -> str:
    """What made you stay, what got in the way: for whoever takes part in a program that asks."""
    loaded, person = _program(program_id), session.person()
    with context_of_app().ledger.read() as connection:
        said = ledger.of(connection, program_id, person.id)
    return render_template(
        "exit_question.html",
        name=without_controls(loaded.program.name),
        program_id=program_id,
        said=said,
        longest=LONGEST,
        done=request.args.get("done"),
    )


@pages.post("/stay/<int:program_id>")
@session.needed
@session.checked
def answer(program_id: int) -> AnyResponse:
    """Keeps the answer; with both fields empty it takes it back."""
    _program(program_id)
    person, form = session.person(), request.form
    stayed, hindered = form.get("stayed", ""), form.get("hindered", "")
    if "take_back" in form:
        stayed = hindered = ""
    try:
        job.answer(
            context_of_app(),
            program_id,
            (person.id, person.login),
            stayed,
            hindered,
            form.get("named") == "yes",
        )
    except Refusal as refusal:
        way = url_for(".question", program_id=program_id)
        stop(422, phrase("That was not possible"), str(refusal), way, phrase("Back"))
    done = "kept" if (stayed + hindered).strip() else "taken-back"
    return redirect(url_for(".question", program_id=program_id, done=done), 303)


def _program(program_id: int) -> Loaded:
    """The same 404 for a program that does not ask, one that is not theirs, and none."""
    if program_id > LARGEST:
        abort(404)
    loaded = job.program_of(context_of_app(), program_id, session.person().id)
    if loaded is None:
        abort(404)
    language.speak(loaded.program.language)
    return loaded
