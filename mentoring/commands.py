"""Commands: which lines of a text ask Lamplighter for something."""

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Without joining them, what a backslash escaped is a token of its own. Links and images mean nothing to a
# command, and looking for them takes seconds in a text of thousands of brackets.
_MARKDOWN = MarkdownIt("commonmark").disable(["text_join", "link", "image"])
_WORDS = {"text", "text_special", "code_inline"}
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
    start, verb, *words = [*line.split(), "", ""]
    if start.lower() not in {"/mentor", f"@{slug}".lower()}:
        return None
    return Command(verb.lower().rstrip(".,;:!"), " ".join(words).strip())


def _lines(text: str) -> Iterator[str]:
    """The lines that are not quoted and begin with plain text."""
    quoted = 0
    tokens = _MARKDOWN.parse(text)
    for i, token in enumerate(tokens):
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "inline" and not quoted:
            lines = list(_plain_lines(token.children or []))
            yield from lines[_is_marked(tokens[max(0, i - 2) : i]) :]


def _is_marked(before: list[Token]) -> bool:
    """Whether the first line follows a list item's or a heading's mark, so that it is not on its own."""
    return before[-1].markup.startswith("#") or (len(before) > 1 and before[-2].type == "list_item_open")


def _plain_lines(children: list[Token]) -> Iterator[str]:
    line: list[Token] = []
    for child in [*children, Token("softbreak", "br", 0)]:
        if child.type not in {"softbreak", "hardbreak"}:
            line.append(child)
            continue
        is_plain = bool(line) and line[0].type == "text" and bool(line[0].content)
        yield "".join(part.content for part in line if part.type in _WORDS) if is_plain else ""
        line = []
