"""Reads YAML 1.2 into plain text, lists and mappings that remember where everything stood."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from mentoring.wording import phrase

MOST_BYTES = 64 * 1024
DEEPEST = 20
# 64 KiB of one-letter entries would keep the parser busy for seconds; a roster of that size has fewer.
MOST_PARTS = 16_000

Plain: TypeAlias = "str | None | list[Plain] | dict[str, Plain]"
Path: TypeAlias = "tuple[str | int, ...]"

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FIRST_STRONG, END_OF_ISOLATE = "\u2068", "\u2069"
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
LOST = "\ufffd"  # what a decoder puts in the place of bytes that are no UTF-8
_REFUSED = re.compile(f"{_UNPRINTABLE.pattern}|{LOST}")
_NULLS = ("", "~", "null", "Null", "NULL")
_KINDER = {
    r"found character '\t' that cannot start any token": phrase("a tab cannot indent YAML; use spaces"),
    "found character '@' that cannot start any token": phrase("put quotes around text that starts with @"),
    "found character '`' that cannot start any token": phrase(
        "put quotes around text that starts with a backtick"
    ),
    "found character '%' that cannot start any token": phrase("put quotes around text that starts with %%"),
    "mapping values are not allowed here": phrase(
        "a `:` cannot stand here; check the indentation, or put quotes around the text"
    ),
}


class Mark(NamedTuple):
    """Where something stands; line and column count from 1."""

    source: str
    line: int
    column: int


class Unreadable(ValueError):
    """The text is refused as a whole; the sentence says why."""

    def __init__(self, mark: Mark, sentence: str) -> None:
        super().__init__(sentence)
        self.mark = mark
        self.sentence = sentence


@dataclass(frozen=True)
class Document:
    """The top-level mapping, and the marks of keys and values by their path.

    Every scalar is the text as written, never a number or a boolean. A key without a value counts as absent
    (its mark stays); an entry of a list without a value is None.
    """

    data: dict[str, Plain]
    keys: dict[Path, Mark]
    values: dict[Path, Mark]

    def mark_of(self, path: Path) -> Mark:
        """Where the value of this path stands, or the nearest thing around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Mark("", 1, 1))


def merge(nearer: Document, farther: Document) -> Document:
    """The farther document, with whole top-level keys replaced by the nearer one's."""

    def combined(near: dict[Path, Mark], far: dict[Path, Mark]) -> dict[Path, Mark]:
        return near | {path: mark for path, mark in far.items() if path and path[0] not in nearer.data}

    return Document(
        data=farther.data | nearer.data,
        keys=combined(nearer.keys, farther.keys),
        values=combined(nearer.values, farther.values),
    )


def quoted(text: str) -> str:
    """What somebody wrote, as a short code span which it cannot leave; nor can it turn the words around it.

    What is written from right to left is set apart from our sentence (Unicode Standard Annex #9).
    """
    text = " ".join(_DIRECTION.sub(lambda found: f"U+{ord(found[0]):04X}", text.replace("`", "'")).split())
    text = f"{text[:39]}…" if len(text) > 40 else text
    leftwards = any(unicodedata.bidirectional(one) in ("R", "AL", "AN") for one in text)
    return f"`{FIRST_STRONG}{text}{END_OF_ISOLATE}`" if leftwards else f"`{text}`"


def read(text: str, source: str = "") -> Document:
    """Read one document with a mapping at its top; an empty text has no keys. Bytes are decoded with `replace` before.

    Raises Unreadable for everything else, for aliases, anchors, tags and duplicate keys, and beyond 64 KiB,
    20 levels or 16,000 parts. Nothing else is raised, whatever the text.
    """
    text = text.removeprefix("\ufeff")
    _refuse_unprintable(text, source)
    reader = _Reader(source)
    try:
        return reader.document(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        raise Unreadable(_mark(source, error.problem_mark or error.context_mark), _sentence(error)) from error
    except YAMLError as error:
        raise Unreadable(reader.last, phrase("this is not valid YAML")) from error
    except Unreadable:
        raise
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # The library lets its own slips escape, such as chr() of an escape beyond Unicode.
        raise Unreadable(reader.last, phrase("this is not valid YAML after here")) from error


def _refuse_unprintable(text: str, source: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise Unreadable(Mark(source, 1, 1), phrase("the file is larger than 64 KiB"))
    found = _REFUSED.search(text)
    if found:
        lines = _LINE_END.split(text[: found.start()])
        mark = Mark(source, len(lines), len(lines[-1]) + 1)
        if found[0] == LOST:
            raise Unreadable(mark, phrase("this is not UTF-8 text; save the file as UTF-8"))
        raise Unreadable(mark, _unprintable(found[0]))


def _unprintable(one: str) -> str:
    return phrase("a character that cannot be printed (%(code)s)", code=f"U+{ord(one):04X}")


def _sentence(error: MarkedYAMLError) -> str:
    problem = str(error.problem)
    context = f"{error.context}: " if error.context else ""
    why = " ".join(f"{context}{problem}".split())[:200]  # the parser's own words
    return _KINDER.get(problem) or phrase("this is not valid YAML (%(why)s)", why=why)


def _mark(source: str, mark: Any) -> Mark:
    return Mark(source, mark.line + 1, mark.column + 1) if mark else Mark(source, 1, 1)


@dataclass
class _Reader:
    """Builds a document from the parser's events, which stop as soon as one is refused."""

    source: str
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    parts: int = 0

    def __post_init__(self) -> None:
        self.last = Mark(self.source, 1, 1)

    def document(self, stream: Iterator[Any]) -> Document:
        self.values[()] = self.last
        data: Plain = {}
        documents = 0
        for event in stream:
            self._meet(event)
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Unreadable(self.last, phrase("a second document starts here; only one is read"))
            elif isinstance(event, events.NodeEvent):
                data = self._node(event, stream, ())
        if data is None:
            data = {}
        if not isinstance(data, dict):
            raise Unreadable(
                self.values[()],
                phrase("the file must consist of keys and values, such as `program: Our Program`"),
            )
        return Document(data, self.keys, self.values)

    def _meet(self, event: Any) -> Any:
        self.last = _mark(self.source, event.start_mark)
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise Unreadable(self.last, phrase("the file has more than %(most)s parts", most=MOST_PARTS))
        if isinstance(event, events.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(self.last, phrase("anchors (&) and aliases (*) are not read; write it out"))
        if getattr(event, "ctag", None):
            raise Unreadable(
                self.last, phrase("tags (!) are not read; put quotes around text that starts with !")
            )
        return event

    def _node(self, event: Any, stream: Iterator[Any], path: Path) -> Plain:
        self.values[path] = self.last
        if isinstance(event, events.ScalarEvent):
            return self._scalar(event)
        if len(path) >= DEEPEST:
            raise Unreadable(self.last, phrase("this is nested deeper than %(most)s levels", most=DEEPEST))
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(stream, path)
        return self._mapping(stream, path)

    def _scalar(self, event: Any) -> str | None:
        text = str(event.value)
        # Escapes such as "\0" bring in what the text itself may not hold.
        found = _UNPRINTABLE.search(text)
        if found:
            raise Unreadable(self.last, _unprintable(found[0]))
        return None if text in _NULLS and event.implicit[0] else text

    def _sequence(self, stream: Iterator[Any], path: Path) -> list[Plain]:
        found: list[Plain] = []
        while not isinstance(event := self._meet(next(stream)), events.SequenceEndEvent):
            found.append(self._node(event, stream, (*path, len(found))))
        return found

    def _mapping(self, stream: Iterator[Any], path: Path) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        while not isinstance(event := self._meet(next(stream)), events.MappingEndEvent):
            below = (*path, self._key(event, path))
            value = self._node(self._meet(next(stream)), stream, below)
            if value is not None:
                found[str(below[-1])] = value
        return found

    def _key(self, event: Any, path: Path) -> str:
        key = event.value if isinstance(event, events.ScalarEvent) else ""
        if not key or _UNPRINTABLE.search(key):
            raise Unreadable(self.last, phrase("a key must be plain text"))
        earlier = self.keys.get((*path, key))
        if earlier:
            what = phrase("the key %(key)s is already on line %(line)s", key=quoted(key), line=earlier.line)
            raise Unreadable(self.last, what)
        self.keys[(*path, key)] = self.last
        return str(key)
