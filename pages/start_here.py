"""Start here: for newcomers – good first issues with a mentor, five steps, and where to ask anything."""

from collections.abc import Mapping

from flask import Blueprint, render_template

from adapters.texts import without_controls
from jobs import start_here
from mentoring import start_here as rules
from mentoring.facets import Facet
from mentoring.start_here import FACETS
from pages import facets
from pages.context import context_of_app
from pages.wording import language_name, said

pages = Blueprint("start_here", __name__)


@pages.get("/start-here")
def index() -> str:
    """Good first issues with a mentor's name, the five steps of a path, and where to ask anything."""
    context = context_of_app()
    starters, programs, names = start_here.read(context)
    choice = facets.read(FACETS)
    found = rules.search(starters, choice.chosen, choice.page)

    def label(facet: Facet, value: str) -> str:
        return names.get(value, value) if facet.name == "program" else _label(facet, value)

    boxes = [
        (facet, facets.boxes(facet, rules.values_of(found, facet, choice.chosen), choice, label))
        for facet in FACETS
    ]
    return render_template(
        "start_here.html",
        choice=choice,
        found=found,
        programs=programs,
        names=names,
        facets=facets.worth_showing(boxes),
        ways_back=list(facets.ways_back(FACETS, choice, ".index", label)),
        few=facets.FEW,
        github=context.settings.html_url,
        states=rules.STATES,
        sizes=rules.SIZES,
        line=without_controls,
    )


def _label(facet: Facet, value: str) -> str:
    if facet.name == "language":
        return language_name(value)
    words: dict[str, Mapping[str, str]] = {"state": rules.STATES, "size": rules.SIZES}
    return said(words.get(facet.name, {}).get(value, value))
