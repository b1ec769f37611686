"""Commands: which lines of a text ask Lamplighter for something."""

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark")
MOST = 10  # commands in one text


@dataclass(frozen=True)
class Command:
    """`/mentor later 3 weeks` is the verb `later` with the words `3 weeks`."""

    verb: str
    words: str = ""


def parse(text: str, slug: str) -> tuple[Command, ...]:
    """The commands in a text, in order: `/mentor …` or `@slug …` on a line of their own, in any case.

    Markdown decides what is a line: code, quotes and HTML are none, since people write about commands there.
    """
    found = (_command(line, slug) for line in _lines(text))
    return tuple(command for command in found if command)[:MOST]


def _command(line: str, slug: str) -> Command | None:
    start, _, rest = line.strip().partition(" ")
    if start.lower() not in {"/mentor", f"@{slug}".lower()}:
        return None
    verb, _, words = rest.strip().partition(" ")
    return Command(verb.lower().rstrip(".!"), " ".join(words.split()))


def _lines(text: str) -> Iterator[str]:
    """The lines of the paragraphs that are not quoted and begin with plain text."""
    quoted = 0
    for token in _MARKDOWN.parse(text):
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "inline" and not quoted:
            yield from _plain_lines(token.children or [])


def _plain_lines(children: list[Token]) -> Iterator[str]:
    line: list[Token] = []
    for child in [*children, Token("softbreak", "br", 0)]:
        if child.type not in {"softbreak", "hardbreak"}:
            line.append(child)
            continue
        if line and line[0].type == "text":
            yield "".join(part.content for part in line if part.type == "text")
        line = []
