"""Mentors: those who agreed to be listed, to be searched, embedded elsewhere, and each with a page to share."""

import re
from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from adapters.ledger import listing as ledger
from adapters.ledger import people
from adapters.texts import without_controls
from jobs import lineage_shown, mentors
from jobs.lineage_shown import Lineage
from mentoring import listing as rules
from mentoring.facets import Facet
from mentoring.listing import FACETS, Entry, Found, Person, Query
from pages import badge, facets
from pages.context import context_of_app
from pages.facets import Choice, Label, Value
from pages.wording import city, language_name, said

pages = Blueprint("mentors", __name__)

SHORTLY, AN_HOUR = 60, 3600  # seconds: who takes themselves off the list is not kept elsewhere for longer
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
# The page of somebody else may show it in a frame; it holds nothing but links, and no cookie.
IN_FRAMES = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"


@pages.get("/mentors")
def index() -> str:
    """The mentors who want to be found, by area, language, place, program and availability."""
    choice, found, label = _found()
    return render_template(
        "mentors.html",
        choice=choice,
        found=found,
        people=_shown(found),
        facets=facets.worth_showing(_boxes(found, choice, label)),
        ways_back=list(facets.ways_back(FACETS, choice, ".index", label)),
        few=facets.FEW,
        embed=url_for(".embed", _external=True, **choice.arguments),
        as_json=url_for(".as_json", **choice.arguments),
    )


@pages.get("/mentors.json")
def as_json() -> Response:
    """The same as JSON, with the same filters."""
    choice, found, label = _found()
    following = choice.arguments | {"page": found.page + 1}
    response = jsonify(
        total=found.total,
        page=found.page,
        pages=found.pages,
        next=url_for(".as_json", _external=True, **following) if found.page < found.pages else None,
        mentors=[_as_json(one) for one in _shown(found)],
        facets={
            facet.name: [{"value": one.value, "label": one.label, "count": one.count} for one in values]
            for facet, values in _boxes(found, choice, label)
        },
    )
    return _for_everybody(response, SHORTLY)


@pages.get("/mentors/embed")
def embed() -> Response:
    """The list alone, for a frame in somebody else's page; with the same filters."""
    choice, found, _ = _found()
    more = url_for(".index", _external=True, **choice.arguments)
    response = make_response(
        render_template("mentors_embed.html", found=found, people=_shown(found), more=more)
    )
    response.headers["Content-Security-Policy"] = IN_FRAMES
    return _for_everybody(response, SHORTLY)


@pages.get("/mentors/<login>")
def one(login: str) -> ResponseReturnValue:
    """One mentor, to be shared; the same 404 for whoever is not listed and for whoever is unknown."""
    person = _person(login)
    if person["login"] != login:
        return redirect(url_for(".one", login=person["login"]))
    picture = url_for(".button", login=login, _external=True)
    page = url_for(".one", login=login, _external=True)
    return render_template("mentor.html", person=person, page=page, picture=picture, lines=_lines(person))


def _lines(person: Mapping[str, Any]) -> dict[int, Lineage]:
    """Who helped whom, by the program."""
    ids = [one["program_id"] for one in person["entries"]]
    found = {one: lineage_shown.for_everybody(context_of_app(), one, person["id"]) for one in ids}
    return {program_id: line for program_id, line in found.items() if line.is_worth_showing}


@pages.get("/mentors/<login>/badge.svg")
def button(login: str) -> Response:
    """A mentor's badge, for their own site."""
    person = _person(login)
    entry = person["entries"][0]
    drawn = badge.draw(f"{person['login']} · {entry['noun']}", entry["program"])
    response = Response(drawn, mimetype="image/svg+xml")
    response.add_etag()
    _for_everybody(response, AN_HOUR).make_conditional(request)
    return response


def _for_everybody(response: Response, seconds: int) -> Response:
    """Public, so that others' pages and caches may have it for a while."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


# --- what is asked for ----------------------------------------------------------------------------


def _found() -> tuple[Choice, Found, Label]:
    """What is looked for, who was found, and what the values of facets are called."""
    context = context_of_app()
    choice, everybody = facets.read(FACETS), mentors.entries(context)
    query = Query(choice.words, choice.chosen, choice.page)
    names = {str(one.program_id): one.program for one, _ in everybody}

    def label(facet: Facet, value: str) -> str:
        return names.get(value, value) if facet.name == "program" else _label(facet, value)

    return choice, rules.search(everybody, query, context.now().date()), label


def _label(facet: Facet, value: str) -> str:
    if facet.name == "language":
        return language_name(value)
    return city(value) if facet.name == "timezone" else said(rules.label(facet, value))


def _boxes(found: Found, choice: Choice, label: Label) -> list[tuple[Facet, list[Value]]]:
    return [
        (facet, facets.boxes(facet, rules.values_of(found, facet, choice.chosen), choice, label))
        for facet in FACETS
    ]


def _person(login: str) -> dict[str, Any]:
    """Somebody who is listed, by their login of today or of before, if it is nobody else's now. Raises NotFound."""
    context = context_of_app()
    if not _LOGIN.fullmatch(login):
        raise NotFound
    with context.ledger.read() as connection:
        ids = ledger.ids_of_login(connection, login)
    everybody = mentors.entries(context) if ids else []
    for person_id in ids:
        theirs = tuple(entry for entry in everybody if entry[0].person_id == person_id)
        if theirs:
            return _shown_person(Person(person_id, theirs), _names([person_id]))
    raise NotFound


# --- what is shown --------------------------------------------------------------------------------


def _names(ids: list[int]) -> dict[int, str]:
    context = context_of_app()
    with context.ledger.read() as connection:
        return people.names(connection, ids)


def _shown(found: Found) -> list[dict[str, Any]]:
    names = _names([one.id for one in found.people])
    return [_shown_person(one, names) for one in found.people]


def _shown_person(person: Person, names: Mapping[int, str]) -> dict[str, Any]:
    context = context_of_app()
    login = names.get(person.id, person.entries[0][0].login)
    return {
        "id": person.id,
        "login": login,
        "url": url_for(".one", login=login, _external=True),
        "profile": f"{context.settings.html_url}/{login}",
        "entries": [_shown_entry(entry) for entry in person.entries],
    }


def _shown_entry(entry: Entry) -> dict[str, Any]:
    """What somebody is in one program. Their own words are plain text, in one line."""
    context = context_of_app()
    it, state = entry
    zone = it.member.timezone
    return {
        "program_id": it.program_id,
        "program": without_controls(it.program),
        "noun": it.noun,
        "cohorts": [without_controls(one) for one in it.cohorts],
        "areas": [without_controls(one) for one in it.member.areas],
        "languages": [(code, language_name(code)) for code in it.member.languages],
        "zone": zone,
        "city": city(zone) if zone else None,
        "offset": rules.offset(zone, context.now().date()) if zone else None,
        "about": without_controls(it.member.about),
        "state": state,
        "availability": rules.STATES[state],
    }


def _as_json(person: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "login": person["login"],
        "url": person["url"],
        "profile": person["profile"],
        "programs": [
            {
                "id": one["program_id"],
                "name": one["program"],
                "cohorts": one["cohorts"],
                "areas": one["areas"],
                "languages": [code for code, _ in one["languages"]],
                "timezone": one["zone"],
                "about": one["about"],
                "availability": one["state"],
            }
            for one in person["entries"]
        ],
    }
