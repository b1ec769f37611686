"""Turns what people wrote into the HTML a reader of GitHub gets: Markdown, made safe, then linked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from sandbox.reader import charts

# Images are shown as links, so that a page of the sandbox never loads anything from elsewhere.
TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area", "article", "aside", "footer", "header", "nav"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "details": {"open"},
    "li": {"value"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan", "style"},
    "th": {"align", "colspan", "rowspan", "style"},
}
SCHEMES = {"http", "https", "mailto"}
AS_WRITTEN = ("a", "code", "pre", "tt", "samp", "kbd")

# GitHub links after rendering, so neither `\@` nor `&#64;` hide a mention from it; code does.
LINKS = re.compile(
    r"""
    (?P<url>\bhttps?://[^\s<>]*[^\s<>?!.,:*_~'")\]])
  | (?<!\w)@(?P<login>(?>[a-z0-9](?>[a-z0-9-]*)))(?!/)(?=\.+\W|\.+$|[^0-9a-z_.]|$)
  | (?<![\w/.-])(?P<other>[\w.-]+/[\w.-]+)\#(?P<other_number>\d+)\b
  | (?<![\w/&\#])(?:\#|GH-)(?P<number>\d+)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
DIAGRAM = re.compile(r'<pre><code class="language-mermaid">(.*?)</code></pre>', re.DOTALL)
TASK = re.compile(r"\s*\[([ xX])\]\s+")

Person = Callable[[str], str | None]
Reference = Callable[[str | None, int], str | None]


def as_link(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """An image as a link to it."""
    token = tokens[index]
    source, text = str(token.attrGet("src") or ""), token.content or "image"
    return f'<a href="{escape(source)}">{escape(text)}</a>'


def make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", as_link)
    return parser


PARSER = make_parser()


class Linker(HTMLParser):
    """Copies safe HTML, linking mentions, references and addresses outside code, and drawing task boxes."""

    def __init__(self, person: Person, reference: Reference) -> None:
        super().__init__(convert_charrefs=True)
        self.person = person
        self.reference = reference
        self.out: list[str] = []
        self.kept = 0
        self.starts_item = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")
        self.kept += tag in AS_WRITTEN
        self.starts_item = tag == "li" or (self.starts_item and tag == "p")

    def handle_endtag(self, tag: str) -> None:
        self.out.append(f"</{tag}>")
        self.kept -= tag in AS_WRITTEN
        self.starts_item = False

    def handle_data(self, data: str) -> None:
        if self.starts_item and data.strip():
            data = self.draw_box(data)
        self.out.append(escape(data, quote=False) if self.kept else self.link(data))

    def draw_box(self, text: str) -> str:
        self.starts_item = False
        box = TASK.match(text)
        if box is None:
            return text
        checked = "" if box[1] == " " else " checked"
        self.out.append(f'<input type="checkbox" disabled{checked}> ')
        return text[box.end() :]

    def link(self, text: str) -> str:
        """The text as HTML, with everything GitHub would link."""
        parts, end = [], 0
        for found in LINKS.finditer(text):
            target, style = self.target(found)
            if target is not None:
                parts += [escape(text[end : found.start()], quote=False), anchor(target, found[0], style)]
                end = found.end()
        return "".join([*parts, escape(text[end:], quote=False)])

    def target(self, found: re.Match[str]) -> tuple[str | None, str]:
        """Where a match leads; nowhere if nobody and nothing has that name."""
        if found["url"]:
            return found["url"], "address"
        if found["login"]:
            return self.person(found["login"]), "mention"
        number = int((found["number"] or found["other_number"])[:12])
        return self.reference(found["other"], number), "reference"


def anchor(target: str, text: str, style: str) -> str:
    return f'<a class="{style}" href="{escape(target)}" rel="noopener noreferrer">{escape(text, quote=False)}</a>'


def make_safe(html: str) -> str:
    """What GitHub's sanitiser would leave: no scripts, styles, comments, forms or dangerous links."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        filter_style_properties={"text-align"},
        attribute_filter=only_language,
    )


def only_language(tag: str, attribute: str, value: str) -> str | None:
    """Of classes only a code block's language is kept."""
    if attribute == "class":
        return value if re.fullmatch(r"language-[\w+#.-]+", value) else None
    return value


def render(text: str | None, person: Person, reference: Reference) -> Markup:
    """The HTML of a comment; `person` and `reference` say where a login or a number leads, or None."""
    linker = Linker(person, reference)
    linker.feed(make_safe(PARSER.render(text or "")))
    linker.close()
    html = DIAGRAM.sub(drawn, "".join(linker.out))
    return Markup(html)  # noqa: S704 — made safe above; what is added since is escaped


def drawn(diagram: re.Match[str]) -> str:
    """A diagram as GitHub draws it; as its source where it is of a kind that we do not draw."""
    chart = charts.read(unescape(diagram[1]))
    return charts.svg(chart) if chart else diagram[0]
