"""The documentation as a site: `make docs` builds it with Sphinx, MyST and furo (docs/adr/0017).

The pages are the Markdown files of the repository, so that they read as well on GitHub. What only the site needs
– the order of its pages, pictures by light and dark – is added here as they are read.
"""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

project = "Lamplighter"
html_title = "Lamplighter"
extensions = ["myst_parser", "sphinx.ext.githubpages"]  # the latter writes .nojekyll: folders begin with _

# The root of what is read is the repository, so that a link from docs/ to ../CONTRIBUTING.md is one in both places.
root_doc = "docs/index"
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**.md"]
nitpicky = True
myst_heading_anchors = 4  # the same as GitHub's
myst_enable_extensions = ["html_image"]

html_theme = "furo"
html_logo = html_favicon = "../pages/static/lamp.svg"
html_additional_pages = {"index": "to-the-docs.html"}  # a host shows index.html; the pages are below docs/
templates_path = ["site"]
html_static_path, html_css_files = ["site/site.css"], ["site.css"]
html_copy_source = html_show_sourcelink = html_show_sphinx = html_show_copyright = False
html_use_index = False
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {
        "color-brand-primary": "#8a5a00",
        "color-brand-content": "#8a5a00",
        "color-brand-visited": "#6b4a8a",
        "color-background-primary": "#fffdf8",
        "color-background-secondary": "#fdf7ea",
    },
    "dark_css_variables": {
        "color-brand-primary": "#f2bd59",
        "color-brand-content": "#f2bd59",
        "color-brand-visited": "#c0a0e0",
        "color-background-primary": "#191713",
        "color-background-secondary": "#22201b",
        "color-sidebar-caption-text": "#b5ab9b",
    },
}
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"

# What stands at the side, in this order. Pages that nobody put anywhere come under the last heading.
TEMPLATE = "docs/adr/0000-template"  # linked, and in no list
NAVIGATION = {
    "For you": [
        "docs/for-maintainers",
        "docs/for-graduates",
        "docs/for-newcomers",
        "docs/for-organizers",
        "docs/for-operators",
        "docs/for-contributors",
    ],
    "Using it": [
        "docs/pages",
        "README",
        "docs/configuration",
        "docs/commands",
        "docs/mentors",
        "docs/start-here",
        "docs/program-page",
        "docs/certificates",
        "docs/quiet",
        "docs/privacy",
    ],
    "Running it": [
        "docs/register-by-hand",
        "docs/deploy/README",
        "docs/operating",
        "docs/when-it-goes-wrong",
        "docs/security",
        "docs/benchmarks",
    ],
    "Knowing it": [
        "docs/how-it-works",
        "docs/reference",
        "docs/sandbox",
        "docs/adr/README",
        "CONTRIBUTING",
        "CHANGELOG",
    ],
    "More": [],
}
# Below each of these at the side: the other pages of its folder, those named here first.
FOLDERS = {
    "docs/adr/README": [],
    "docs/deploy/README": [
        "docs/deploy/systemd",
        "docs/deploy/compose",
        "docs/deploy/platform",
        "docs/deploy/proxy",
        "docs/deploy/backup",
        "docs/deploy/upgrade",
        "docs/deploy/secrets",
        "docs/deploy/postgresql",
    ],
}
SHORT = {"README": "Install and configure", "docs/privacy": "Privacy", "docs/security": "Security"}
PICTURE = re.compile(
    r'<picture>\s*<source [^>]*srcset="([^"]+)"[^>]*>\s*<img src="([^"]+)" ([^>]*)>\s*</picture>'
)

# What furo leaves out for people with a keyboard or a screen reader, as axe-core tells (tests/browser/test_docs.py):
# what scrolls by itself has to be reached by the keyboard, headings have a level, two asides need names.
FOR_EVERYBODY = {
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Pages">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="On this page">',
}


def read(app: Sphinx, name: str, source: list[str]) -> None:
    """A page as it is read, with what only the site needs."""
    source[0] = PICTURE.sub(
        r'<img class="only-light" src="\2" \3><img class="only-dark" src="\1" \3>', source[0]
    )
    if name == TEMPLATE:
        source[0] = f"---\norphan: true\n---\n{source[0]}"
    if name == root_doc:
        source[0] += "".join(_toctree(caption, pages) for caption, pages in _navigation(app).items())
    if name in FOLDERS:
        source[0] += _toctree("", list(dict.fromkeys([*FOLDERS[name], *_within(app, name)])))


def _within(app: Sphinx, name: str) -> list[str]:
    """The other pages in the folder of this README, in alphabetical order."""
    pages = (page for page in app.project.docnames if page.startswith(name.removesuffix("README")))
    return sorted(page for page in pages if page not in (name, TEMPLATE))


def _navigation(app: Sphinx) -> dict[str, list[str]]:
    placed = {page for pages in NAVIGATION.values() for page in pages} | {root_doc, TEMPLATE}
    placed |= {page for name in FOLDERS for page in _within(app, name)}
    return NAVIGATION | {"More": [*NAVIGATION["More"], *sorted(app.project.docnames - placed)]}


def _toctree(caption: str, pages: list[str]) -> str:
    named = f":caption: {caption}\n" if caption else ""
    return (
        f"\n\n```{{toctree}}\n:hidden:\n:maxdepth: 1\n{named}\n" + "\n".join(map(_entry, pages)) + "\n```\n"
    )


def _entry(page: str) -> str:
    return f"{SHORT[page]} </{page}>" if page in SHORT else f"/{page}"


def mend(app: Sphinx, error: Exception | None) -> None:
    """The finished pages, with what the theme leaves out."""
    for file in Path(app.outdir).rglob("*.html"):
        text = file.read_text("utf-8")
        for left_out, put_in in FOR_EVERYBODY.items():
            text = text.replace(left_out, put_in)
        file.write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls it."""
    app.connect("source-read", read)
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True}
