"""Fills the templates of `templates/`; whatever a user wrote is defused before it is quoted."""

import re
from pathlib import Path
from urllib.parse import quote

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from adapters.catalogues import spoken
from adapters.defusing import Ours, defuse, without_controls
from adapters.own_texts import begins, filled, inert
from adapters.printing import AS_IN_OURS, FILTERS, LANGUAGE, SENTENCES, finalize, translated
from mentoring.actions import Text

__all__ = [
    "LONGEST",
    "TEMPLATES",
    "Ours",
    "defuse",
    "marker",
    "render",
    "render_line",
    "translated",
    "without_controls",
]

TEMPLATES = Path(__file__).parent.parent / "templates"
LONGEST = 60_000  # characters; GitHub refuses more than 65,536


def render(text: Text) -> str:
    """The finished text in its language, or in English where we do not speak it; at most LONGEST characters."""
    before = LANGUAGE.set(spoken(text.language))
    try:
        lines = _said(text).strip().splitlines()
    finally:
        LANGUAGE.reset(before)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines))[:LONGEST]


def _said(text: Text) -> str:
    """Our words, with the program's in their place or at their beginning."""
    template = _ENVIRONMENT.get_template(f"{text.template}.md")
    values = {"intro": None, **text.values}

    def block(name: str) -> str:
        found = template.blocks.get(name)
        return "".join(found(template.new_context(dict(values)))).strip() if found else ""

    own = filled(text, AS_IN_OURS, block)
    if own is None or begins(text):
        return template.render(values | {"intro": own and Ours(own)})
    return f"{own}\n\n{block('more')}"


def render_line(text: Text) -> str:
    """A title: one line of plain text, which GitHub does not read as Markdown but does read for mentions."""
    return " ".join(render(text).split())[:250]


def marker(kind: str, key: str) -> str:
    """The hidden line by which we find our own words again; it counts only if our bot wrote it."""
    # Two hyphens would end an HTML comment for some readers of Markdown.
    parts = [quote(part, safe=" ").replace("--", "-%2D") for part in key.split(" · ")]
    return f"<!-- lamplighter:{kind} {' · '.join(parts)} -->"


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        # Markdown, not HTML: `finalize` defuses every value that is printed.
        autoescape=False,
        extensions=["jinja2.ext.i18n"],
    )
    # A sentence that goes over several lines of a template is one line to translators.
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # of the extension
    environment.globals |= SENTENCES
    environment.filters |= FILTERS | {"example": _example}
    return environment


def _example(words: str) -> Ours:
    """A program's own words as a quotation: they mention nobody."""
    return Ours("\n".join(f"> {line}" for line in inert(words).strip().splitlines()))


_ENVIRONMENT = _environment()
