"""After installing: where GitHub sends whoever installed the App, and what is left to do there.

Its address is known to anybody and so are numbers of installations: what it shows is what GitHub says that this
person may see.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from adapters import first_look
from adapters.configuration import Files
from adapters.context import Context
from adapters.first_look import Installed, Repository
from adapters.github import Trouble
from mentoring import starting
from mentoring.configuration import FILE
from pages import session
from pages.context import context_of_app
from pages.sentence import stop
from pages.session import Person
from pages.sign_in import installation_of

log = logging.getLogger("lamplighter")
pages = Blueprint("installed", __name__)

LOOKED_AT = 20  # repositories in which the file is looked for; each takes a request or two
RECENT = timedelta(minutes=10)  # so long GitHub's word counts on what somebody may see there
SHORTER = (4000, 2500, 1500)  # characters of a file that has to fit into an address

_ID = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)


@dataclass(frozen=True)
class Line:
    """A repository, and how far it is."""

    repository: Repository
    files: Files | None  # None: not looked for

    @property
    def problems(self) -> int:
        return len(self.files.problems) if self.files else 0


@pages.get("/installed")
def installed() -> str | Response:
    """Where GitHub leads whoever installed the App: what is left to do, and a file to begin with.

    `installation_id` is GitHub's; `repository` is the id of the one for which a file is composed.
    """
    installation_id = installation_of(session.here())
    if installation_id is None:
        _nothing("This address needs the number of an installation, as GitHub adds it.")
    person = _verified(installation_id)
    if isinstance(person, Response):
        return person
    try:
        return _page(person, installation_id)
    except Trouble as trouble:
        log.warning("an installation could not be looked at: %s", trouble)
        again = url_for("installed.installed", installation_id=installation_id)
        told = "GitHub does not answer at the moment. Nothing is lost: the App is installed all the same."
        stop(502, "GitHub does not answer", told, again, "Try again")


def _nothing(told: str) -> NoReturn:
    stop(404, "No such installation", told, url_for("start.start"), "To the start")


def _verified(installation_id: int) -> Person | Response:
    """Whoever may see the installation. GitHub is asked anew after a while, and when it sends somebody here."""
    person = session.signed_in()
    is_known = person is not None and person.asked == installation_id
    if person is None or not is_known or _may_have_changed(person):
        wanted = request.args.get("repository", "")
        chosen = wanted if _ID.fullmatch(wanted) else None
        to = url_for("installed.installed", installation_id=installation_id, repository=chosen)
        return redirect(url_for("sign_in.begin", to=to), 303)
    if installation_id not in person.installations:
        told = f"GitHub says that this is none of the installations that {person.login} may see. Was it installed by somebody else, or with another account?"
        _nothing(told)
    return person


def _may_have_changed(person: Person) -> bool:
    return "setup_action" in request.args or person.since < context_of_app().now() - RECENT


def _page(person: Person, installation_id: int) -> str:
    context = context_of_app()
    found = first_look.installation(context, installation_id)
    if found is None:
        _nothing("The App is not installed there any more.")
    if found.suspended:
        return render_template("installed.html", found=found, lines=[], chosen=None)
    seen = _seen(person, first_look.repositories(context, installation_id))
    lines = list(_lines(context, installation_id, seen))
    chosen = _chosen(lines)
    composed = _composed(context, person, found, chosen) if chosen and not _has_file(chosen) else {}
    return render_template("installed.html", found=found, lines=lines, chosen=chosen, **composed)


def _seen(person: Person, found: Sequence[Repository]) -> list[Repository]:
    """What is public, and of the rest what GitHub said this person was given access to."""
    return [one for one in found if not one.private or one.id in person.repositories]


def _lines(context: Context, installation_id: int, seen: Sequence[Repository]) -> list[Line]:
    wanted = request.args.get("repository", "")
    first = {one.id for one in seen[:LOOKED_AT]} | {one.id for one in seen if str(one.id) == wanted}
    return [
        Line(one, first_look.files(context, installation_id, one) if one.id in first else None)
        for one in seen
    ]


def _has_file(line: Line) -> bool:
    return bool(line.files and line.files.layers)


def _chosen(lines: Sequence[Line]) -> Line | None:
    """The repository that is asked for, else the first one that has no file yet."""
    wanted = request.args.get("repository", "")
    asked = [line for line in lines if str(line.repository.id) == wanted]
    open_ones = [line for line in lines if line.files and not line.files.layers]
    return next(iter([*asked, *[one for one in open_ones if not one.repository.archived]]), None)


def _composed(context: Context, person: Person, found: Installed, chosen: Line) -> dict[str, object]:
    """The file that is proposed, and the link that begins it on GitHub."""
    one = chosen.repository
    where = (context, found.id, one.id)
    shown = starting.Found(
        name=one.full_name.partition("/")[2],
        organizer=person.login,
        today=context.now().date(),
        labels=first_look.labels(*where),
        folders=first_look.folders(*where),
        codeowners=first_look.codeowners(*where),
        schema_url=url_for("schema.schema_json", _external=True),
    )
    text = starting.compose(shown)
    texts = (text, *(starting.compose(shown, longest) for longest in SHORTER))
    links = (first_look.new_file(context.settings, one, it) for it in texts)
    link = next((it for it in links if it), None)
    return {"text": text, "link": link, "file": FILE}


@pages.app_template_global()
def file_url(slug: str) -> str:
    """Where a repository's file is seen on GitHub."""
    return first_look.edit_file(context_of_app().settings, slug)
