"""The form of a starter issue: written in the program's language, and read in any that we speak."""

from functools import cache

from adapters import texts
from adapters.catalogues import languages
from mentoring.actions import Text
from mentoring.starter import CRITERIA, Headings


def form(language: str) -> str:
    """The text that somebody's new starter issue begins with."""
    return texts.render(Text("issues/starter", {"headings": [c.heading for c in CRITERIA]}, language))


@cache
def headings() -> Headings:
    """Its headings in every language, in lower case."""
    return {
        criterion.name: {texts.translated(criterion.heading, one).lower() for one in languages()}
        for criterion in CRITERIA
    }
