"""Markup: whether HTML in a Markdown text ends, so that it cannot swallow what is said below."""

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Elements without an end (HTML Living Standard, "Void elements").
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


class _Open(HTMLParser):
    """Which elements are begun and not ended."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.odd: list[str] = []  # ended, and not begun

    def handle_starttag(self, tag: str, _: object) -> None:
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.handle_starttag(tag, attrs)  # a browser takes `<b/>` for `<b>`

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in _VOID:
            self.odd.append(tag)


def open_tag(text: str, markdown: MarkdownIt) -> str | None:
    """The first element that does not end in the order in which it began; what stands in code is none."""
    seen = _Open()
    for html in _html(markdown.parse(text)):
        seen.feed(html)
    # What is left began with `<` and has no `>`: it would take the first one that stands below.
    return next(iter([*seen.open, *seen.odd, *([seen.rawdata] if seen.rawdata else [])]), None)


def _html(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("html_block", "html_inline"):
            yield token.content
        yield from _html(token.children or ())
